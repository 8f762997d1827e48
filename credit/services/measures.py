"""Measures: issued by an authority on a published grade, for a term; lifted with reasons."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from credit.domain import measure
from credit.domain.events import MeasureIssued
from credit.domain.permission import PERMISSIONS, Act
from credit.domain.rules.register import Force, Trigger
from credit.queries import measures as questions
from credit.queries import rule_sets
from credit.queries.standing import listing_of
from credit.services.records import need_reasons
from credit.supervision_tables import MeasureRow
from market.kernel.actor import Actor
from market.kernel.errors import ConflictError
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import audit, database, outbox


class MeasureEndedError(ConflictError):
    """The measure was lifted before."""

    code = "credit-measure-ended"


class Issue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is issued to whom, and for how long."""

    enterprise: Annotated[int, Meta(ge=1, lt=2**31)]
    key: Annotated[str, Meta(max_length=40)]
    from_on: date
    to_on: date
    reasons: Annotated[str, Meta(min_length=1, max_length=4000)]


async def issue(*, issue: Issue, by: Actor, now: datetime) -> int:
    """Issue a measure that the last published grade, a fall or a listing calls for.

    Raises:
        MeasureNotDueError: Nothing calls for it.
        MeasureAuthorityError: Another level issues it.
        RewardStoppedError: A reward, and the enterprise is on the exit list.
        ConflictError: This authority issued it on this snapshot before.
    """
    async with database.transaction():
        enterprise = await parties.organisation(issue.enterprise)
        path = await questions.places_of(enterprise)
        PERMISSIONS[Act.MEASURE_ISSUE].check(by, path=path)
        one = measure.named(issue.key, rules=await rule_sets.in_force(local_day(now)))
        called = await questions.due(issue.enterprise, now=now)
        measure.check_issue(one, due=called.called, role=by.role)
        if one.force is Force.INCENTIVE and await listing_of(issue.enterprise, now) is not None:
            raise measure.RewardStoppedError("on the exit list", field="key", measure=one.key)
        measure.check_term(one, issue.from_on, issue.to_on, today=local_day(now))
        with database.translated():
            rows = await MeasureRow.insert(
                MeasureRow(
                    enterprise=issue.enterprise,
                    snapshot=called.snapshot,
                    key=one.key,
                    trigger=one.trigger.value,
                    force=one.force.value,
                    division=by.division,
                    path=list(by.path),
                    authority=by.organisation,
                    legal_basis=one.legal_basis,
                    reasons=need_reasons(issue.reasons),
                    from_on=issue.from_on,
                    to_on=issue.to_on,
                    issued_at=now,
                    issued_by=by.name,
                )
            )
        number = int(rows[0]["id"])
        entry = await _record(number, act=Act.MEASURE_ISSUE, by=by, now=now)
        event = MeasureIssued(measure=number, enterprise=issue.enterprise, key=one.key)
        await outbox.publish(event, entry=entry)
        return number


async def lift(*, measure_id: int, reasons: str, by: Actor, now: datetime) -> None:
    """Lift a measure before its term ends: whoever issued it, or the city.

    Raises:
        MeasureAuthorityError: Another authority issued it.
        MeasureEndedError: It was lifted before.
    """
    async with database.transaction():
        case = await questions.issued(measure_id, lock=True)
        PERMISSIONS[Act.MEASURE_LIFT].check(by, path=case.path)
        if not questions.may_lift(case, by):
            raise measure.MeasureAuthorityError("another authority issued it", measure=case.key)
        if case.lifted_at is not None:
            raise MeasureEndedError("lifted before", measure=case.key)
        values: dict[Any, Any] = {
            MeasureRow.lifted_at: now,
            MeasureRow.lifted_by: by.name,
            MeasureRow.lift_reason: need_reasons(reasons),
        }
        await MeasureRow.update(values).where(MeasureRow.id == measure_id)
        await _record(measure_id, act=Act.MEASURE_LIFT, by=by, now=now)


async def follow_listing(
    enterprise: int, *, from_on: date, to_on: date, reasons: str, by: Actor, now: datetime
) -> list[audit.Changed]:
    """Issue what a listing brings by itself, and stop every reward, inside the act that lists."""
    stopped = await database.fetch(
        "UPDATE credit_measure SET lifted_at = $2, lifted_by = $3, lift_reason = $4 WHERE enterprise = $1"
        " AND force = $5 AND lifted_at IS NULL AND to_on > $6 RETURNING id",
        enterprise,
        now,
        by.name,
        reasons,
        Force.INCENTIVE.value,
        from_on,
    )
    begun = []
    rules = await rule_sets.in_force(local_day(now))
    for one in measure.by_listing(by.role, rules=rules):
        rows = await MeasureRow.insert(
            MeasureRow(
                enterprise=enterprise,
                key=one.key,
                trigger=one.trigger.value,
                force=one.force.value,
                division=by.division,
                path=list(by.path),
                authority=by.organisation,
                legal_basis=one.legal_basis,
                reasons=reasons,
                from_on=from_on,
                to_on=to_on,
                issued_at=now,
                issued_by=by.name,
            )
        )
        begun.append(int(rows[0]["id"]))
    return [audit.row(MeasureRow, number) for number in (*(row["id"] for row in stopped), *begun)]


async def lift_fallen(
    enterprise: int, *, before: frozenset[str], reasons: str, by: Actor, now: datetime
) -> list[audit.Changed]:
    """Lift what only a fallen record called for, inside the act that ended it (NDRC36: at the same time).

    Args:
        before: Names of the measures the score called for while the record counted.
    """
    gone = before - await questions.called_live(enterprise, now=now)
    rows = await database.fetch(
        "UPDATE credit_measure SET lifted_at = $2, lifted_by = $3, lift_reason = $4 WHERE enterprise = $1"
        " AND key = ANY($5) AND lifted_at IS NULL AND to_on > $6 AND force <> 'incentive' RETURNING id",
        enterprise,
        now,
        by.name,
        reasons,
        sorted(gone),
        local_day(now),
    )
    return [audit.row(MeasureRow, row["id"]) for row in rows]


async def lift_listed(enterprise: int, *, reasons: str, by: Actor, now: datetime) -> list[audit.Changed]:
    """Lift what hung on a place on the exit list, inside the act that ended it."""
    rows = await database.fetch(
        "UPDATE credit_measure SET lifted_at = $2, lifted_by = $3, lift_reason = $4 WHERE enterprise = $1"
        " AND trigger = $5 AND lifted_at IS NULL AND to_on > $6 RETURNING id",
        enterprise,
        now,
        by.name,
        reasons,
        Trigger.LISTED.value,
        local_day(now),
    )
    return [audit.row(MeasureRow, row["id"]) for row in rows]


async def _record(number: int, *, act: Act, by: Actor, now: datetime) -> audit.Entry:
    return await audit.record(
        act=act,
        by=by,
        subject=f"credit-measure:{number}",
        now=now,
        changed=[audit.row(MeasureRow, number)],
    )
