"""Notice, service and statement of a record that takes points (APL 44, 45)."""

import secrets
from datetime import datetime

from piccolo.columns import Column

from credit.domain import hearing, record
from credit.domain.act import Act
from credit.domain.catalogue import Item
from credit.domain.permission import PERMISSIONS
from credit.domain.record import Stage, Verb
from credit.queries import cases, rule_sets
from credit.services import records
from credit.services.paper import of_record
from credit.tables import RecordRow, StatementRow
from market.kernel.actor import Actor
from market.kernel.digest import digest
from market.kernel.period import end_of_day, local_day
from market.runtime import audit, database, inbox, workdays

Values = dict[Column | str, object]


async def _opened(record_id: int, *, act: Act, by: Actor) -> tuple[cases.Record, Item]:
    case = await cases.record(record_id, lock=True)
    PERMISSIONS[act].check(by, organisations=(case.enterprise,), path=case.path)
    return case, await records.item_of(case)


async def post_notice(*, record_id: int, letter: str, contact: str = "", by: Actor, now: datetime) -> None:
    """Post the notice of facts, reasons, basis and rights into the enterprise's account.

    Args:
        letter: Number of the letter or message sent beside it; with one, the notice counts as served three
            working days after posting even if nobody opens it. Without one it is served when opened.
        contact: Of the authority, as the paper says it; empty where its published one is meant.
    """
    async with database.transaction():
        case, item = await _opened(record_id, act=Act.RECORD_POST_NOTICE, by=by)
        records.check_eyes(case, item, by=by)
        await database.move(
            RecordRow, id=case.id, expected=case.stage, to=records.after(case, item, Verb.POST_NOTICE)
        )
        due = None
        if letter.strip():
            rules = await rule_sets.version(case.rule_set)
            due = hearing.deemed_service(now, rules=rules, days=await workdays.table())
        paper = await of_record.notice(
            case, item, letter=letter.strip(), contact=contact.strip(), by=by, now=now
        )
        values: Values = {
            RecordRow.posted_at: now,
            RecordRow.posted_by: by.name,
            RecordRow.officer: by.organisation,
            RecordRow.letter: letter.strip(),
            RecordRow.notice_digest: paper.digest,
            RecordRow.next_due_at: due,
        }
        await _tell(case, case.enterprise, "credit.inbox.notice", now=now)
        await records.finish(
            case=case, values=values, act=Act.RECORD_POST_NOTICE, by=by, now=now, also=[paper.row]
        )


async def serve(*, record_id: int, by: Actor, now: datetime) -> None:
    """Note that a notice is served: the enterprise opened it, or the clock says so; the window starts."""
    async with database.transaction():
        case, item = await _opened(record_id, act=Act.RECORD_SERVE, by=by)
        await database.move(
            RecordRow, id=case.id, expected=case.stage, to=records.after(case, item, Verb.SERVE)
        )
        rules = await rule_sets.version(case.rule_set)
        until = hearing.statement_until(item, now, rules=rules, days=await workdays.table())
        values: Values = {
            RecordRow.served_at: now,
            RecordRow.served_by: by.name,
            RecordRow.statement_until: until,
            RecordRow.next_due_at: until,
        }
        await records.finish(case=case, values=values, act=Act.RECORD_SERVE, by=by, now=now)


async def state(*, record_id: int, text: str, with_hearing: bool = False, by: Actor, now: datetime) -> int:
    """File the enterprise's statement; nobody is treated worse for having made one (APL 45)."""
    async with database.transaction():
        case, item = await _opened(record_id, act=Act.RECORD_STATE, by=by)
        target = record.lifecycle(item).after(case.stage, Verb.STATE)
        if case.statement_until is not None:
            hearing.check_statement(case.statement_until, now=now)
        await database.move(RecordRow, id=case.id, expected=case.stage.value, to=target.value)
        salt = secrets.token_hex(32)
        rows = await StatementRow.insert(
            StatementRow(
                record=case.id,
                salt=salt,
                text=records.need_reasons(text, field="text"),
                text_digest=digest("credit-statement", {"salt": salt, "text": text.strip()}),
                hearing=with_hearing,
                filed_at=now,
                filed_by=by.name,
            )
        )
        if case.officer is not None:
            await _tell(case, case.officer, "credit.inbox.statement", now=now)
        await audit.record(
            act=Act.RECORD_STATE,
            by=by,
            subject=f"credit-record:{case.id}",
            now=now,
            changed=[audit.row(RecordRow, case.id), audit.row(StatementRow, rows[0]["id"])],
        )
        return int(rows[0]["id"])


async def reconsider(*, record_id: int, by: Actor, now: datetime) -> None:
    """Note that the statement was read and weighed; only then may a decision follow it."""
    async with database.transaction():
        case, item = await _opened(record_id, act=Act.RECORD_RECONSIDER, by=by)
        records.check_eyes(case, item, by=by)
        await database.move(
            RecordRow, id=case.id, expected=case.stage, to=records.after(case, item, Verb.RECONSIDER)
        )
        values: Values = {RecordRow.reconsidered_at: now, RecordRow.reconsidered_by: by.name}
        await records.finish(case=case, values=values, act=Act.RECORD_RECONSIDER, by=by, now=now)


async def remind(*, record_id: int, by: Actor, now: datetime) -> None:
    """Tell the officer that the window has closed, and once more when the time to decide is over."""
    PERMISSIONS[Act.RECORD_REMIND].check(by)
    async with database.transaction():
        case = await cases.record(record_id, lock=True)
        due = None
        waiting = case.stage in (Stage.NOTICE_SERVED, Stage.STATEMENT_RECEIVED, Stage.RE_REVIEW)
        if waiting and case.statement_until is not None:
            rules = await rule_sets.version(case.rule_set)
            days = await workdays.table()
            last = days.add_workdays(local_day(case.statement_until), rules.whole("decision"))
            overdue = now >= end_of_day(last)
            due = None if overdue else end_of_day(last)
            key = "credit.inbox.decision-overdue" if overdue else "credit.inbox.window-closed"
            if case.officer is not None:
                await _tell(case, case.officer, key, now=now)
        values: Values = {RecordRow.next_due_at: due}
        await records.finish(case=case, values=values, act=Act.RECORD_REMIND, by=by, now=now)


async def _tell(case: cases.Record, organisation: int, key: str, *, now: datetime) -> None:
    await inbox.tell(
        organisation=organisation,
        key=key,
        params={"item": case.item_code},
        url=f"/credit/records/{case.id}",
        origin=f"{key}:{case.id}",
        now=now,
    )
