"""Decision and end of a record: what starts to count, and what stops counting."""

from datetime import date, datetime

from piccolo.columns import Column

from credit.domain import catalogue, drafting, hearing, list_entry, record
from credit.domain.act import Act
from credit.domain.catalogue import Item, Severity
from credit.domain.events import RecordEffective
from credit.domain.permission import PERMISSIONS
from credit.domain.record import Verb
from credit.domain.remedy import limitation
from credit.queries import cache, cases, precedents, rule_sets
from credit.queries.instruments import resting
from credit.queries.measures import called_live
from credit.services import delistings, falls, records
from credit.services.consequence import following
from credit.services.paper import of_record
from credit.tables import ListEntryRow, RecordRow
from market.kernel.actor import Actor
from market.kernel.period import add_months, start_of_day
from market.runtime import audit, database, inbox, outbox

Values = dict[Column | str, object]


async def _opened(record_id: int, *, act: Act, by: Actor) -> tuple[cases.Record, Item]:
    case = await cases.record(record_id, lock=True)
    PERMISSIONS[act].check(by, organisations=(case.enterprise,), path=case.path)
    return case, await records.item_of(case)


async def decide(*, record_id: int, reasons: str, by: Actor, now: datetime) -> None:
    """Decide that a record counts; it counts from its document's day and is known from now.

    One transaction: the decision, an exit-list case where the item calls for one, the score, the event.

    Raises:
        StatementWindowError: The enterprise was not heard yet (APL 45, 62).
        OwnRecordError: The same person drafted or submitted it.
    """
    async with database.transaction():
        case, item = await _opened(record_id, act=Act.RECORD_DECIDE, by=by)
        evidence = await _check(case, item, by=by, now=now)
        start = hearing.effective_from(evidence)
        end = hearing.expires_on(item, start)
        values: Values = {RecordRow.effective_from: start, RecordRow.expires_on: end}
        await _take_effect(case, item, values, act=Act.RECORD_DECIDE, reasons=reasons, by=by, now=now)


async def warn(*, record_id: int, reasons: str, corrected_on: date, by: Actor, now: datetime) -> None:
    """Decide that a fact is a warning without points: the first time, light, put right in time (APL 33).

    It is treated as minor whatever its item: shown only with a reason, over after the class maximum.

    Raises:
        WarningRefusedError: A condition is not met; every finding is named.
    """
    async with database.transaction():
        case, item = await _opened(record_id, act=Act.RECORD_WARN, by=by)
        evidence = await _check(case, item, by=by, now=now)
        limitation.check_warning(
            item,
            first=await precedents.first(case),
            harmed=case.harm or case.death,
            fact_on=case.fact_on,
            corrected_on=corrected_on,
            now=now,
        )
        start = hearing.effective_from(evidence)
        rules = await rule_sets.version(case.rule_set)
        months = rules.publicity_months(Severity.MINOR) or 0
        values: Values = {
            RecordRow.effective_from: start,
            RecordRow.expires_on: add_months(start, months),
            RecordRow.light: True,
            RecordRow.corrected_on: corrected_on,
        }
        await _take_effect(case, item, values, act=Act.RECORD_WARN, reasons=reasons, by=by, now=now)


async def _check(case: cases.Record, item: Item, *, by: Actor, now: datetime) -> record.Evidence:
    records.check_eyes(case, item, by=by)
    record.lifecycle(item).after(case.stage, Verb.DECIDE)
    hearing.check_decision(item, stage=case.stage, until=case.statement_until, now=now)
    await resting.check(case, item)
    catalogue.check_facts(item, case.stated)
    return drafting.check_evidence(case.evidence, fact_on=case.fact_on, now=now)


async def _take_effect(
    case: cases.Record, item: Item, more: Values, *, act: Act, reasons: str, by: Actor, now: datetime
) -> None:
    start, end = more[RecordRow.effective_from], more[RecordRow.expires_on]
    assert isinstance(start, date)  # noqa: S101 - what takes effect has its first day
    end = end if isinstance(end, date) else None
    target = records.after(case, item, Verb.DECIDE, Verb.TAKE_EFFECT)
    await database.move(RecordRow, id=case.id, expected=case.stage, to=target)
    papers = await of_record.decision(
        case,
        item,
        reasons=records.need_reasons(reasons),
        start=start,
        end=end,
        light=RecordRow.light in more,
        by=by,
        now=now,
    )
    values: Values = {
        **more,
        RecordRow.decided_at: now,
        RecordRow.decided_by: by.name,
        RecordRow.reasons: records.need_reasons(reasons),
        RecordRow.decision_digest: papers[0].digest,
        RecordRow.next_due_at: None if end is None else start_of_day(end),
    }
    with database.translated():
        await RecordRow.update(values).where(RecordRow.id == case.id)
    changed = [audit.row(RecordRow, case.id), *(paper.row for paper in papers)]
    changed += await _open_exit_case(case, item, by=by, now=now)
    await cache.refresh(enterprise=case.enterprise, now=now)
    await _tell(case, "credit.inbox.decided", now=now)
    entry = await audit.record(act=act, by=by, subject=f"credit-record:{case.id}", now=now, changed=changed)
    event = RecordEffective(
        record=case.id,
        enterprise=case.enterprise,
        item_code=item.code,
        severity=item.severity.value,
        expires_on=end,
    )
    await outbox.publish(event, entry=entry)


async def _open_exit_case(case: cases.Record, item: Item, *, by: Actor, now: datetime) -> list[audit.Changed]:
    """Open an exit-list case where an effective record calls for one; a case that is open takes it in."""
    if not list_entry.triggers(item, case.stated, repeated=await precedents.repeated(case)):
        return []
    rows = await database.fetch(
        "INSERT INTO credit_list_entry (stage, origin, enterprise, record, division, path, salt, facts,"
        " reasons, facts_digest, legal_basis, opened_at, opened_by, opened_person, letter, notice_digest,"
        " review, outcome, decision_no, decision_digest, repair_notice_digest, end_reason)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, '', $10, $11, $12,"
        " '', '', '', '', '', '', '', '') ON CONFLICT DO NOTHING RETURNING id",
        list_entry.Stage.OPENED.value,
        f"credit-record:{case.id}",
        case.enterprise,
        case.id,
        case.division,
        list(case.path),
        case.salt,
        case.facts,
        case.facts_digest,
        now,
        by.name,
        by.person,
    )
    return [audit.row(ListEntryRow, row["id"]) for row in rows]


async def revoke(*, record_id: int, reasons: str, by: Actor, now: datetime) -> None:
    """Take a decided record back: its decision was changed, annulled or wrong (APL 48)."""
    async with database.transaction():
        case, item = await _opened(record_id, act=Act.RECORD_REVOKE, by=by)
        records.check_ours(item)
        records.check_eyes(case, item, by=by)
        changed = await strike(case=case, reasons=records.need_reasons(reasons), by=by, now=now)
        await audit.record(
            act=Act.RECORD_REVOKE, by=by, subject=f"credit-record:{case.id}", now=now, changed=changed
        )


async def strike(*, case: cases.Record, reasons: str, by: Actor, now: datetime) -> list[audit.Changed]:
    """Take a record back inside an act that records it, and what hung on it: listing, request, measures."""
    before = await called_live(case.enterprise, now=now)
    await _leave(case, Verb.REVOKE, reasons=reasons, by=by, now=now)
    annulled = await delistings.annul(record_id=case.id, reasons=reasons, by=by, now=now)
    fallen = await falls.lapse(record_id=case.id, by=by, now=now)
    lifted = await following.lift_fallen(case.enterprise, before=before, reasons=reasons, by=by, now=now)
    freed = await falls.free_managers(record=case, by=by, now=now)
    return [audit.row(RecordRow, case.id), *annulled, *fallen, *lifted, *freed]


async def mend(*, case: cases.Record, reasons: str, by: Actor, now: datetime) -> list[audit.Changed]:
    """Repair a record inside the act that grants it: it stops counting and showing; the archive keeps it."""
    await _leave(case, Verb.REPAIR, reasons=reasons, by=by, now=now)
    return await falls.free_managers(record=case, by=by, now=now)


async def _leave(case: cases.Record, verb: Verb, *, reasons: str, by: Actor, now: datetime) -> None:
    target = records.after(case, await records.item_of(case), verb)
    await database.move(RecordRow, id=case.id, expected=case.stage, to=target)
    await RecordRow.update(_ended(reasons=reasons, by=by, now=now)).where(RecordRow.id == case.id)
    await cache.refresh(enterprise=case.enterprise, now=now)


async def expire(*, record_id: int, by: Actor, now: datetime) -> None:
    """Note that a record's time is over; scores and pages knew by the day already."""
    async with database.transaction():
        case, item = await _opened(record_id, act=Act.RECORD_EXPIRE, by=by)
        await database.move(
            RecordRow, id=case.id, expected=case.stage, to=records.after(case, item, Verb.EXPIRE)
        )
        await _end(case, act=Act.RECORD_EXPIRE, reasons="", by=by, now=now)


async def _end(
    case: cases.Record,
    *,
    act: Act,
    reasons: str,
    by: Actor,
    now: datetime,
) -> None:
    values = _ended(reasons=reasons, by=by, now=now)
    fallen = await falls.lapse(record_id=case.id, by=by, now=now)
    await records.finish(case=case, values=values, act=act, by=by, now=now, also=fallen)
    await cache.refresh(enterprise=case.enterprise, now=now)


def _ended(*, reasons: str, by: Actor, now: datetime) -> Values:
    return {
        RecordRow.ended_at: now,
        RecordRow.ended_by: by.name,
        RecordRow.end_reason: reasons,
        RecordRow.next_due_at: None,
    }


async def _tell(case: cases.Record, key: str, *, now: datetime) -> None:
    await inbox.tell(
        organisation=case.enterprise,
        key=key,
        params={"item": case.item_code},
        url=f"/credit/records/{case.id}",
        origin=f"{key}:{case.id}",
        now=now,
    )
