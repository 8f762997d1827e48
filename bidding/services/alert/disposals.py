"""What is done about an alert: uphold, dismiss, refer, record the answer. None of it rejects a bid.

The entry names the alert by its random name: the log is public and must not say which tender has alerts.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from bidding.domain.act import Act
from bidding.domain.alert import disposal
from bidding.domain.alert.disposal import Clause, Step
from bidding.domain.permission import PERMISSIONS
from bidding.domain.tender import Tender
from bidding.queries import seats
from bidding.queries import tenders as tender_queries
from bidding.queries.alert import alerts as queries
from bidding.tables.alerts import AlertRow, DisposalRow
from market.kernel.actor import Actor
from market.runtime import audit, database


class _Said(msgspec.Struct, frozen=True, kw_only=True):
    reasons: str
    clause: str = ""
    addressee: str = ""
    evidence: tuple[str, ...] = ()


async def uphold(*, name: str, clause: Clause, reasons: str, by: Actor, now: datetime) -> queries.Alert:
    """Find an alert founded, as one of the facts of BLR 39 to 41; the rejection is a separate act.

    Raises:
        AlertUnknownError: No such alert.
        AlertsClosedError: Neither a seated member nor the supervising authority.
        CommitteeAtRestError: A member outside the evaluation.
        UnknownMoveError: Decided before, or an answer is awaited.
    """
    said = _Said(reasons=reasons, clause=clause.value)
    return await _take(Step.UPHOLD, Act.ALERT_UPHOLD, name, said, by=by, now=now)


async def dismiss(*, name: str, reasons: str, by: Actor, now: datetime) -> queries.Alert:
    """Find an alert unfounded, with reasons. Raises as ``uphold``."""
    return await _take(Step.DISMISS, Act.ALERT_DISMISS, name, _Said(reasons=reasons), by=by, now=now)


async def refer(
    *, name: str, addressee: str, evidence: Sequence[str], reasons: str, by: Actor, now: datetime
) -> queries.Alert:
    """Refer an alert to another authority, with the list of evidence. Raises as ``uphold``."""
    said = _Said(reasons=reasons, addressee=addressee, evidence=tuple(evidence))
    return await _take(Step.REFER, Act.ALERT_REFER, name, said, by=by, now=now)


async def answer(*, name: str, reasons: str, by: Actor, now: datetime) -> queries.Alert:
    """Record what the authority answered that an alert was referred to; then it can be decided.

    Raises:
        AlertUnknownError: No such alert.
        AlertsClosedError: Not the supervising authority.
        UnknownMoveError: It was not referred to anybody.
    """
    return await _take(Step.ANSWER, Act.ALERT_ANSWER, name, _Said(reasons=reasons), by=by, now=now)


async def _take(step: Step, act: Act, name: str, said: _Said, *, by: Actor, now: datetime) -> queries.Alert:
    async with database.transaction():
        found = await queries.by_name(name)
        tender = await _locked(found)
        PERMISSIONS[act].check(by, path=tender.path)
        disposal.check(tender, by, await seats.members(tender.id))
        found = await queries.by_name(name)
        target = disposal.LIFECYCLE.after(found.state, step)
        await database.move(AlertRow, id=found.id, expected=found.state, to=target, stage="state")
        row = DisposalRow(
            salt=audit.salt(),
            alert=found.id,
            step=step.value,
            clause=said.clause,
            reasons=said.reasons,
            addressee=said.addressee,
            evidence=msgspec.json.encode(said.evidence).decode(),
            done_at=now,
            done_by=by.name,
        )
        await row.save()
        changed = [audit.row(DisposalRow, row.id)]
        await audit.record(act=act, by=by, subject=f"alert:{name}", now=now, changed=changed)
        return await queries.by_name(name)


async def _locked(found: queries.Alert) -> Tender:
    return await tender_queries.locked((await tender_queries.by_id(found.tender)).number)
