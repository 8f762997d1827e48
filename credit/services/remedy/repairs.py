"""Requests for repair: accepted, decided; granted, the record or the place on the exit list ends at once."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from credit.domain import list_entry
from credit.domain.act import Act
from credit.domain.events import RepairMoved, RepairOverdue
from credit.domain.permission import PERMISSIONS
from credit.domain.remedy import removal, repair
from credit.domain.remedy.refusals import FalseMaterialError
from credit.domain.remedy.repair import LIFECYCLE, VERB_OF, Outcome, Verb
from credit.queries import cases
from credit.queries.measures import called_live
from credit.queries.remedy import removals
from credit.queries.remedy import repairs as questions
from credit.services import decisions, delistings
from credit.services.consequence import following
from credit.services.records import item_of, need_reasons
from credit.services.remedy.filings import document_of, listed_on
from credit.supervision_tables import RepairRow
from credit.tables import RecordRow
from market.kernel.actor import Actor
from market.kernel.digest import digest
from market.kernel.period import local_day
from market.runtime import audit, database, outbox, workdays

Values = dict[Any, Any]


class Ruling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a request is decided, why, and whether what it brought is false."""

    outcome: Outcome
    reasons: Annotated[str, Meta(min_length=1, max_length=4000)]
    false_material: bool = False


async def _opened(repair_id: int, *, act: Act, verb: Verb, by: Actor) -> questions.Case:
    case = await questions.case(repair_id, lock=True)
    PERMISSIONS[act].check(by, organisations=(case.enterprise,), path=case.path)
    repair.check_decider(case.item, by=by, officer=case.officer)
    LIFECYCLE.after(case.stage, verb)
    return case


async def accept(*, repair_id: int, by: Actor, now: datetime) -> None:
    """Accept a request; the time for its decision starts."""
    async with database.transaction():
        case = await _opened(repair_id, act=Act.REPAIR_ACCEPT, verb=Verb.ACCEPT, by=by)
        rules = await questions.rules_of(case)
        due = repair.decide_by(now, rules=rules, days=await workdays.table())
        values: Values = {
            RepairRow.accepted_at: now,
            RepairRow.accepted_by: by.name,
            RepairRow.due_at: due,
            RepairRow.next_due_at: due,
        }
        await _move(case, Verb.ACCEPT, values, act=Act.REPAIR_ACCEPT, by=by, now=now)


async def decline(*, repair_id: int, reasons: str, by: Actor, now: datetime) -> None:
    """Not accept a request, with reasons: what it lacks; it may be filed again."""
    async with database.transaction():
        case = await _opened(repair_id, act=Act.REPAIR_DECLINE, verb=Verb.DECLINE, by=by)
        values = _decided(case, reasons=reasons, by=by, now=now)
        await _move(case, Verb.DECLINE, values, act=Act.REPAIR_DECLINE, by=by, now=now)


async def extend(*, repair_id: int, reasons: str, by: Actor, now: datetime) -> None:
    """Make the time for a decision longer, once, with reasons."""
    async with database.transaction():
        case = await _opened(repair_id, act=Act.REPAIR_EXTEND, verb=Verb.EXTEND, by=by)
        rules = await questions.rules_of(case)
        due = repair.extended(case.due_at, now=now, rules=rules, days=await workdays.table())
        values: Values = {
            RepairRow.extended_at: now,
            RepairRow.extended_by: by.name,
            RepairRow.extension_reason: need_reasons(reasons),
            RepairRow.due_at: due,
            RepairRow.next_due_at: due,
        }
        await _move(case, Verb.EXTEND, values, act=Act.REPAIR_EXTEND, by=by, now=now)


async def decide(*, repair_id: int, ruling: Ruling, by: Actor, now: datetime) -> None:
    """Grant or refuse an accepted request.

    Granted, the record stops counting and showing, or the enterprise leaves the exit list, and measures that
    hung on it are lifted, in this transaction. Refused for false material, the enterprise may file no request
    for a year.

    Raises:
        NotRepairerError: Another authority decides.
        RepairRefusedError: A condition fell since the request was filed.
        FalseMaterialError: Granted and false at once.
    """
    async with database.transaction():
        verb = VERB_OF[ruling.outcome]
        case = await _opened(repair_id, act=Act.REPAIR_DECIDE, verb=verb, by=by)
        values = _decided(case, reasons=ruling.reasons, by=by, now=now)
        changed: list[audit.Changed] = []
        if ruling.outcome is Outcome.GRANTED:
            if ruling.false_material:
                raise FalseMaterialError("granted and false", field="false_material")
            changed = await _grant(case, reasons=ruling.reasons, by=by, now=now)
        elif ruling.false_material:
            rules = await questions.rules_of(case)
            values[RepairRow.false_material] = True
            values[RepairRow.barred_until] = repair.barred_until(local_day(now), rules=rules)
        await _move(case, verb, values, act=Act.REPAIR_DECIDE, by=by, now=now, changed=changed)


async def _grant(case: questions.Case, *, reasons: str, by: Actor, now: datetime) -> list[audit.Changed]:
    text = need_reasons(reasons)
    if case.record is None:
        return await _remove(case, reasons=text, by=by, now=now)
    return await _mend(case, case.record, reasons=text, by=by, now=now)


async def _mend(
    case: questions.Case, number: int, *, reasons: str, by: Actor, now: datetime
) -> list[audit.Changed]:
    record = await cases.record(number, lock=True)
    rules = await questions.rules_of(case)
    past = await questions.past(record, rules=rules, now=now)
    repair.check_grant(
        await item_of(record), document_on=document_of(record), past=past, rules=rules, now=now
    )
    before = await called_live(case.enterprise, now=now)
    freed = await decisions.mend(case=record, reasons=reasons, by=by, now=now)
    lifted = await following.lift_fallen(case.enterprise, before=before, reasons=reasons, by=by, now=now)
    return [audit.row(RecordRow, record.id), *freed, *lifted]


async def _remove(case: questions.Case, *, reasons: str, by: Actor, now: datetime) -> list[audit.Changed]:
    entry = await cases.list_case(case.list_entry or 0, lock=True)
    removal.check_removable(entry.stage, lasting=entry.lasting)
    rules = await questions.rules_of(case)
    past = await removals.past(entry, rules=rules, now=now)
    removal.check_grant(listed_on=listed_on(entry), past=past, rules=rules, now=now)
    return await delistings.leave(entry, list_entry.Verb.REMOVE, reasons=reasons, by=by, now=now)


def _decided(case: questions.Case, *, reasons: str, by: Actor, now: datetime) -> Values:
    text = need_reasons(reasons)
    return {
        RepairRow.decided_at: now,
        RepairRow.decided_by: by.name,
        RepairRow.reasons: text,
        RepairRow.reasons_digest: digest("credit-repair-reasons", {"salt": case.salt, "reasons": text}),
        RepairRow.next_due_at: None,
    }


async def remind(*, repair_id: int, by: Actor, now: datetime) -> None:
    """Tell the authority that its time is over; acceptance or decision is still owed."""
    PERMISSIONS[Act.REPAIR_REMIND].check(by)
    async with database.transaction():
        case = await questions.case(repair_id, lock=True)
        await RepairRow.update({RepairRow.next_due_at: None}).where(RepairRow.id == case.id)
        if case.stage not in repair.OPEN:
            return
        entry = await _record(case.id, act=Act.REPAIR_REMIND, by=by, now=now)
        answerers = await questions.answerers(case.path, case.item, case.officer)
        await outbox.publish(
            RepairOverdue(repair=case.id, answerers=answerers, due_at=case.due_at), entry=entry
        )


async def _move(
    case: questions.Case,
    verb: Verb,
    values: Values,
    *,
    act: Act,
    by: Actor,
    now: datetime,
    changed: list[audit.Changed] | None = None,
) -> None:
    target = LIFECYCLE.after(case.stage, verb)
    await RepairRow.update(values).where(RepairRow.id == case.id)
    await database.move(RepairRow, id=case.id, expected=case.stage.value, to=target.value)
    entry = await _record(case.id, act=act, by=by, now=now, changed=changed)
    event = RepairMoved(
        repair=case.id,
        record=case.record,
        enterprise=case.enterprise,
        item_code=case.item_code,
        stage=target.value,
        false_material=bool(values.get(RepairRow.false_material)),
        decided_on=local_day(now),
    )
    await outbox.publish(event, entry=entry)


async def _record(
    number: int, *, act: Act, by: Actor, now: datetime, changed: list[audit.Changed] | None = None
) -> audit.Entry:
    return await audit.record(
        act=act,
        by=by,
        subject=f"credit-repair:{number}",
        now=now,
        changed=[audit.row(RepairRow, number), *(changed or [])],
    )
