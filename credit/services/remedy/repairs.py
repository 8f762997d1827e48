"""Requests for repair: filed with proofs and pledge, accepted, decided; granted, the record ends at once."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from contracts_templates import credit_papers, form, stamp
from credit.domain.catalogue import Item
from credit.domain.events import RepairFiled, RepairMoved, RepairOverdue
from credit.domain.permission import PERMISSIONS, Act
from credit.domain.remedy import repair
from credit.domain.remedy.refusals import FalseMaterialError
from credit.domain.remedy.repair import LIFECYCLE, VERB_OF, Outcome, Proofs, Stage, Verb
from credit.queries import cases, rule_sets
from credit.queries.measures import called_live
from credit.queries.remedy import repairs as questions
from credit.services import decisions, measures, records
from credit.services.records import need_reasons
from credit.supervision_tables import RepairRow
from credit.tables import RecordRow
from market.kernel.actor import Actor
from market.kernel.digest import digest
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import audit, database, outbox, workdays

HEX = Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")]
Values = dict[Any, Any]


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was put right, with which proofs; the pledge is made by filing.

    Attributes:
        correction_digest: Proof that the fact was put right and every duty done.
        refund_digest: Proof of refund, for items that ask for it.
        training_digest: Record of training, for serious and very serious items.
    """

    grounds: Annotated[str, Meta(min_length=1, max_length=4000)]
    correction_digest: HEX = ""
    refund_digest: HEX = ""
    training_digest: HEX = ""
    pledged: bool = False


class Ruling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a request is decided, why, and whether what it brought is false."""

    outcome: Outcome
    reasons: Annotated[str, Meta(min_length=1, max_length=4000)]
    false_material: bool = False


async def file(*, record_id: int, request: Request, by: Actor, now: datetime) -> int:
    """Ask for the repair of one's own record; it counts until a decision.

    Raises:
        NotRepairableError: The item is not repairable, or the record not in force.
        RepairRefusedError: A condition is not met; every finding is named.
        ConflictError: A request for the record is open.
    """
    async with database.transaction():
        case = await cases.record(record_id, lock=True)
        PERMISSIONS[Act.REPAIR_FILE].check(by, organisations=(case.enterprise,))
        item = records.item_of(case)
        repair.check_repairable(item, case.stage)
        rules = rule_sets.version(case.rule_set)
        document = record_evidence(case)
        past = await questions.past(case, rules=rules, now=now)
        proofs = Proofs(
            correction_digest=request.correction_digest,
            refund_digest=request.refund_digest,
            training_digest=request.training_digest,
            pledged=request.pledged,
        )
        repair.check_request(item, document_on=document, proofs=proofs, past=past, rules=rules, now=now)
        due = repair.accept_by(now, rules=rules, days=await workdays.table())
        answerers = await questions.answerers(case.path, item, case.officer)
        number = await _insert(case, item, request, answerers=answerers, due=due, by=by, now=now)
        entry = await _record(number, act=Act.REPAIR_FILE, by=by, now=now)
        event = RepairFiled(repair=number, enterprise=case.enterprise, answerers=answerers, due_at=due)
        await outbox.publish(event, entry=entry)
        return number


def record_evidence(case: cases.Record) -> date:
    """Return the day of the document a record rests on; a record in force has one."""
    assert case.document_on is not None  # noqa: S101 - no record takes effect without its document
    return case.document_on


async def _insert(
    case: cases.Record,
    item: Item,
    request: Request,
    *,
    answerers: tuple[int, ...],
    due: datetime,
    by: Actor,
    now: datetime,
) -> int:
    salt, text = audit.salt(), need_reasons(request.grounds, field="grounds")
    pledge = await _pledge(case, item, answerers=answerers, now=now)
    with database.translated():
        rows = await RepairRow.insert(
            RepairRow(
                stage=Stage.FILED.value,
                record=case.id,
                enterprise=case.enterprise,
                item_code=case.item_code,
                officer=case.officer,
                division=case.division,
                path=list(case.path),
                salt=salt,
                grounds=text,
                grounds_digest=digest("credit-repair", {"salt": salt, "grounds": text}),
                correction_digest=request.correction_digest,
                refund_digest=request.refund_digest,
                training_digest=request.training_digest,
                pledge=msgspec.json.encode(pledge).decode(),
                pledge_digest=stamp.content_digest(form.REPAIR_PLEDGE, pledge),
                filed_at=now,
                filed_by=by.name,
                due_at=due,
                next_due_at=due,
            )
        )
    return int(rows[0]["id"])


async def _pledge(
    case: cases.Record, item: Item, *, answerers: tuple[int, ...], now: datetime
) -> credit_papers.RepairPledge:
    own, today = await parties.organisation(case.enterprise), local_day(now)
    authority = await parties.organisation(answerers[0]) if answerers else None
    return credit_papers.RepairPledge(
        number=f"CN-{case.id}-{today:%Y%m%d}",
        enterprise=own.name,
        code=own.code,
        item=f"{item.code} {item.name_zh}",
        record=case.id,
        document_no=case.document_no,
        document_on=record_evidence(case),
        authority="" if authority is None else authority.name,
        pledged_on=today,
    )


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
        rules = rule_sets.version(case.rule_set)
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
        rules = rule_sets.version(case.rule_set)
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

    Granted, the record stops counting and showing, and measures that only it called for are lifted, in this
    transaction. Refused for false material, the enterprise may file no request for a year.

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
            rules = rule_sets.version(case.rule_set)
            values[RepairRow.false_material] = True
            values[RepairRow.barred_until] = repair.barred_until(local_day(now), rules=rules)
        await _move(case, verb, values, act=Act.REPAIR_DECIDE, by=by, now=now, changed=changed)


async def _grant(case: questions.Case, *, reasons: str, by: Actor, now: datetime) -> list[audit.Changed]:
    record = await cases.record(case.record, lock=True)
    rules = rule_sets.version(case.rule_set)
    past = await questions.past(record, rules=rules, now=now)
    document = record_evidence(record)
    repair.check_grant(case.item, document_on=document, past=past, rules=rules, now=now)
    before = await called_live(case.enterprise, now=now)
    text = need_reasons(reasons)
    await decisions.mend(case=record, reasons=text, by=by, now=now)
    lifted = await measures.lift_fallen(case.enterprise, before=before, reasons=text, by=by, now=now)
    return [audit.row(RecordRow, record.id), *lifted]


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
