"""Successor alerts: raised by the platform, answered by the enterprise, closed by the district."""

from datetime import datetime
from typing import Any

from credit.domain.act import Act
from credit.domain.permission import PERMISSIONS
from credit.domain.remedy import successor
from credit.domain.remedy.successor import LIFECYCLE, Match, Stage, Verb
from credit.queries import rule_sets
from credit.queries.remedy import successors as questions
from credit.queries.remedy.successors import Alert
from credit.services.records import need_reasons
from credit.watch_tables import SuccessorAlertRow
from market.kernel.actor import Actor
from market.kernel.digest import digest
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import audit, database, inbox


async def look(*, organisation: int, by: Actor, now: datetime) -> list[int]:
    """Raise what is not raised yet of an enterprise, and of those that share a holder with it.

    Called when statements about it change and when it is listed; told twice, each alert stands once. Return
    the numbers of the new ones. No score, grade or bid depends on them.
    """
    PERMISSIONS[Act.SUCCESSOR_RAISE].check(by)
    async with database.transaction():
        rules = await rule_sets.in_force(local_day(now))
        raised = []
        for match in await questions.found(organisation, now=now, rules=rules):
            number = await _raise(match, by=by, now=now)
            if number is not None:
                raised.append(number)
        if raised:
            await audit.record(
                act=Act.SUCCESSOR_RAISE,
                by=by,
                subject=f"organisation:{organisation}",
                now=now,
                changed=[audit.row(SuccessorAlertRow, number) for number in raised],
            )
        return raised


async def _raise(match: Match, *, by: Actor, now: datetime) -> int | None:
    """Store one alert and tell the enterprise; ``None`` where it stands already."""
    body = await parties.organisation(match.enterprise)
    rows = await database.fetch(
        "INSERT INTO credit_successor_alert (stage, origin, enterprise, listing, entry, listed_entry,"
        " division, path, raised_at, raised_by, salt, view, view_digest, reasons, reasons_digest)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '', '', '')"
        " ON CONFLICT (origin) DO NOTHING RETURNING id",
        Stage.OPEN.value,
        match.origin,
        match.enterprise,
        match.listing,
        match.entry,
        match.listed_entry,
        body.division,
        list(body.path),
        now,
        by.name,
        audit.salt(),
    )
    if not rows:
        return None
    number = int(rows[0]["id"])
    await inbox.tell(
        organisation=match.enterprise,
        key="credit.inbox.successor",
        params={},
        url=f"/enterprises/{body.code}/credit#successor-{number}",
        origin=f"successor:{number}",
        now=now,
    )
    return number


async def state(*, alert_id: int, text: str, by: Actor, now: datetime) -> None:
    """State one's view of an alert, as the enterprise; it is shown beside the alert.

    Raises:
        AlertClosedError: It is closed, or its listing ended.
        ViewGivenError: A view was stated.
    """
    async with database.transaction():
        found = await _open(alert_id, Act.SUCCESSOR_STATE, by=by, now=now)
        if found.viewed_at is not None:
            raise successor.ViewGivenError("stated before", value=alert_id)
        view = need_reasons(text, field="text")
        values: dict[Any, Any] = {
            SuccessorAlertRow.view: view,
            SuccessorAlertRow.view_digest: digest("credit-statement", {"salt": found.salt, "text": view}),
            SuccessorAlertRow.viewed_at: now,
            SuccessorAlertRow.viewed_by: by.name,
        }
        await SuccessorAlertRow.update(values).where(SuccessorAlertRow.id == found.id)
        await _record(found.id, act=Act.SUCCESSOR_STATE, by=by, now=now)


async def close(*, alert_id: int, reasons: str, by: Actor, now: datetime) -> None:
    """Close an alert with reasons, as the district; it is kept, and the same holder raises none again.

    Raises:
        AlertClosedError: It is closed, or its listing ended.
    """
    async with database.transaction():
        found = await _open(alert_id, Act.SUCCESSOR_CLOSE, by=by, now=now)
        words = need_reasons(reasons)
        target = LIFECYCLE.after(found.stage, Verb.CLOSE)
        values: dict[Any, Any] = {
            SuccessorAlertRow.reasons: words,
            SuccessorAlertRow.reasons_digest: digest("credit-reasons", {"salt": found.salt, "text": words}),
            SuccessorAlertRow.closed_at: now,
            SuccessorAlertRow.closed_by: by.name,
            SuccessorAlertRow.stage: target.value,
        }
        await SuccessorAlertRow.update(values).where(SuccessorAlertRow.id == found.id)
        await inbox.tell(
            organisation=found.enterprise,
            key="credit.inbox.successor-closed",
            params={},
            url=f"/enterprises/{found.enterprise_code}/credit#successor-{found.id}",
            origin=f"successor-closed:{found.id}",
            now=now,
        )
        await _record(found.id, act=Act.SUCCESSOR_CLOSE, by=by, now=now)


async def _open(number: int, act: Act, *, by: Actor, now: datetime) -> Alert:
    found = await questions.alert(number, lock=True)
    PERMISSIONS[act].check(by, organisations=(found.enterprise,), path=found.path)
    if found.stage is not Stage.OPEN or not found.listed(now):
        raise successor.AlertClosedError("closed, or the listing ended", value=number)
    return found


async def _record(number: int, *, act: Act, by: Actor, now: datetime) -> audit.Entry:
    return await audit.record(
        act=act,
        by=by,
        subject=f"credit-successor-alert:{number}",
        now=now,
        changed=[audit.row(SuccessorAlertRow, number)],
    )
