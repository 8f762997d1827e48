"""Measures by decision: a proposal is issued for a term or declined with reasons; a measure is lifted."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from credit.domain import measure
from credit.domain.act import Act
from credit.domain.consequence import proposal
from credit.domain.consequence.following import End
from credit.domain.events import MeasureIssued, MeasureOverdue
from credit.domain.permission import PERMISSIONS
from credit.domain.record import LEVELS
from credit.domain.rules.register import Force, Measure
from credit.measure_tables import MeasureRow, ProposalRow
from credit.queries import measures as questions
from credit.queries import rule_sets
from credit.queries.consequence import proposals
from credit.queries.consequence.proposals import Case
from credit.queries.standing import listing_of
from credit.services.records import need_reasons
from market.kernel.actor import Actor
from market.kernel.digest import digest
from market.kernel.errors import ConflictError
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import audit, database, outbox

Values = dict[Any, Any]


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
    """Issue a measure that a publication proposes; what follows by itself is issued by nobody.

    Raises:
        MeasureNotDueError: No open proposal calls for it.
        MeasureAuthorityError: Another level issues it.
        RewardStoppedError: A reward, and the enterprise is on the exit list.
    """
    async with database.transaction():
        enterprise = await parties.organisation(issue.enterprise)
        path = await questions.places_of(enterprise)
        PERMISSIONS[Act.MEASURE_ISSUE].check(by, path=path)
        one = measure.named(issue.key, rules=await rule_sets.in_force(local_day(now)))
        found = await _proposed(one, enterprise.id, by=by)
        target = proposal.LIFECYCLE.after(found.stage, proposal.Verb.ISSUE)
        if one.force is Force.INCENTIVE and await listing_of(enterprise.id, now) is not None:
            raise measure.RewardStoppedError("on the exit list", field="key", measure=one.key)
        measure.check_term(one, issue.from_on, issue.to_on, today=local_day(now))
        with database.translated():
            rows = await MeasureRow.insert(
                MeasureRow(
                    enterprise=issue.enterprise,
                    snapshot=found.snapshot,
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
        await _settle(found, target, {ProposalRow.measure: number}, by=by, now=now)
        changed = [audit.row(MeasureRow, number), audit.row(ProposalRow, found.id)]
        entry = await _record(number, changed, act=Act.MEASURE_ISSUE, by=by, now=now)
        event = MeasureIssued(measure=number, enterprise=issue.enterprise, key=one.key)
        await outbox.publish(event, entry=entry)
        return number


async def _proposed(one: Measure, enterprise: int, *, by: Actor) -> Case:
    """Return the open proposal of a measure, or say why there is none for this level."""
    level = LEVELS.get(by.role)
    found = await proposals.open_for(enterprise, one.key, level="" if level is None else level.value)
    waiting = {standing.key for standing in await proposals.standing(enterprise)}
    measure.check_issue(one, due=(one,) if one.key in waiting else (), role=by.role)
    if found is None:
        raise measure.MeasureAuthorityError("another level issues it", measure=one.key)
    return found


async def decline(*, proposal_id: int, reasons: str, by: Actor, now: datetime) -> None:
    """Decide that a proposed measure is not called for in this case; the reasons stay.

    Raises:
        MeasureAuthorityError: The register names other levels.
    """
    async with database.transaction():
        found = await proposals.case(proposal_id, lock=True)
        PERMISSIONS[Act.MEASURE_DECLINE].check(by, path=found.path)
        level = LEVELS.get(by.role)
        if level is None or level.value not in found.levels:
            raise measure.MeasureAuthorityError("another level issues it", measure=found.key)
        target = proposal.LIFECYCLE.after(found.stage, proposal.Verb.DECLINE)
        text = need_reasons(reasons)
        values: Values = {
            ProposalRow.end_reason: text,
            ProposalRow.reason_digest: digest(
                "credit-proposal-reasons", {"salt": found.salt, "reasons": text}
            ),
        }
        await _settle(found, target, values, by=by, now=now)
        await audit.record(
            act=Act.MEASURE_DECLINE,
            by=by,
            subject=f"credit-measure-proposal:{found.id}",
            now=now,
            changed=[audit.row(ProposalRow, found.id)],
        )


async def _settle(found: Case, target: proposal.Stage, more: Values, *, by: Actor, now: datetime) -> None:
    values: Values = {
        **more,
        ProposalRow.stage: target.value,
        ProposalRow.ended_at: now,
        ProposalRow.ended_by: by.name,
        ProposalRow.end_cause: End.PERSON.value,
        ProposalRow.next_due_at: None,
    }
    await ProposalRow.update(values).where(ProposalRow.id == found.id)


async def remind(*, proposal_id: int, by: Actor, now: datetime) -> None:
    """Tell the authorities that a proposed measure is overdue; the decision is still owed."""
    PERMISSIONS[Act.MEASURE_REMIND].check(by)
    async with database.transaction():
        found = await proposals.case(proposal_id, lock=True)
        await ProposalRow.update({ProposalRow.next_due_at: None}).where(ProposalRow.id == found.id)
        if found.stage is not proposal.Stage.OPEN:
            return
        entry = await audit.record(
            act=Act.MEASURE_REMIND,
            by=by,
            subject=f"credit-measure-proposal:{found.id}",
            now=now,
            changed=[audit.row(ProposalRow, found.id)],
        )
        issuers = await proposals.issuers(found)
        event = MeasureOverdue(proposal=found.id, enterprise=found.enterprise, key=found.key, issuers=issuers)
        await outbox.publish(event, entry=entry)


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
        values: Values = {
            MeasureRow.lifted_at: now,
            MeasureRow.lifted_by: by.name,
            MeasureRow.lift_reason: need_reasons(reasons),
            MeasureRow.end_cause: End.PERSON.value,
        }
        await MeasureRow.update(values).where(MeasureRow.id == measure_id)
        changed = [audit.row(MeasureRow, measure_id)]
        await _record(measure_id, changed, act=Act.MEASURE_LIFT, by=by, now=now)


async def _record(
    number: int, changed: list[audit.Changed], *, act: Act, by: Actor, now: datetime
) -> audit.Entry:
    return await audit.record(act=act, by=by, subject=f"credit-measure:{number}", now=now, changed=changed)
