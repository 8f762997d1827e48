"""Managers who are not recommended: cases open by themselves, the district hears and decides."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from credit.domain import list_entry
from credit.domain.act import Act
from credit.domain.hearing import check_statement, deemed_service
from credit.domain.permission import PERMISSIONS
from credit.domain.record import OwnRecordError
from credit.domain.record import Stage as RecordStage
from credit.domain.remedy import project_manager
from credit.domain.remedy.project_manager import LIFECYCLE, VERB_OF, Cause, Outcome, Stage, Verb
from credit.queries import cases, rule_sets, scores
from credit.queries.remedy import managers as questions
from credit.queries.remedy.managers import Case
from credit.services import falls
from credit.services.records import item_of, need_reasons
from credit.watch_tables import ManagerCaseRow
from market.kernel.actor import Actor
from market.kernel.digest import digest
from market.kernel.period import add_months, local_day, start_of_day
from market.parties import public as parties
from market.runtime import audit, database, workdays

Values = dict[Any, Any]


class Notice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The prior notice: the facts, and the person's registration number as the certificate shows it."""

    certificate: Annotated[str, Meta(min_length=4, max_length=60)]
    facts: Annotated[str, Meta(min_length=1, max_length=4000)]
    letter: Annotated[str, Meta(max_length=80)] = ""


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the district decided, and why."""

    outcome: Outcome
    reasons: Annotated[str, Meta(min_length=1, max_length=4000)]


async def open_on_score(*, enterprise: int, snapshot: int, by: Actor, now: datetime) -> list[int]:
    """Open a case about every manager of an enterprise whose score lies below the floor at a publication.

    Told twice, each stands once; nothing opens beside a case or a term that runs. Return the new ones.
    """
    PERMISSIONS[Act.MANAGER_OPEN].check(by)
    async with database.transaction():
        rules = await rule_sets.in_force(local_day(now))
        opened = []
        for person in await questions.in_charge(enterprise):
            score = await scores.manager_score(person, at=now, rules=rules)
            if project_manager.below(score, rules=rules):
                values = {"snapshot": snapshot, "record": None, "cause": Cause.SCORE, "score": score}
                origin = f"manager-score:{snapshot}:{person}"
                opened += await _open(enterprise, person, values, origin=origin, by=by, now=now)
        return opened


async def open_on_record(*, record_id: int, by: Actor, now: datetime) -> list[int]:
    """Open a case where a decided record is about a manager and weighs more than the minor class."""
    PERMISSIONS[Act.MANAGER_OPEN].check(by)
    async with database.transaction():
        found = await cases.record(record_id)
        if found.manager is None or found.stage is not RecordStage.EFFECTIVE:
            return []
        if not project_manager.by_item(await item_of(found)):
            return []
        rules = await rule_sets.in_force(local_day(now))
        score = await scores.manager_score(found.manager, at=now, rules=rules)
        values = {"snapshot": None, "record": found.id, "cause": Cause.RECORD, "score": score}
        origin = f"manager-record:{found.id}"
        return await _open(found.enterprise, found.manager, values, origin=origin, by=by, now=now)


async def _open(
    enterprise: int, person: int, values: dict[str, Any], *, origin: str, by: Actor, now: datetime
) -> list[int]:
    body = await parties.organisation(enterprise)
    rows = await database.fetch(
        "INSERT INTO credit_manager_case (stage, origin, enterprise, manager, record, snapshot, cause,"
        " score_centi, division, path, salt, opened_at, opened_by, certificate, certificate_digest, facts,"
        " facts_digest, letter, statement, statement_digest, reasons, reasons_digest, end_reason)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '', '', '', '', '', '', '', '',"
        " '', '') ON CONFLICT DO NOTHING RETURNING id",
        Stage.OPENED.value,
        origin,
        enterprise,
        person,
        values["record"],
        values["snapshot"],
        values["cause"].value,
        values["score"],
        body.division,
        list(body.path),
        audit.salt(),
        now,
        by.name,
    )
    numbers = [int(row["id"]) for row in rows]
    for number in numbers:
        await _record(number, act=Act.MANAGER_OPEN, by=by, now=now)
    return numbers


async def post_notice(*, case_id: int, notice: Notice, by: Actor, now: datetime) -> None:
    """Give the enterprise, and through it the manager, notice of what is intended."""
    async with database.transaction():
        found = await _begin(case_id, Act.MANAGER_POST_NOTICE, by=by)
        rules = await rule_sets.in_force(local_day(now))
        number = project_manager.plain(notice.certificate)
        letter = notice.letter.strip()
        due = deemed_service(now, rules=rules, days=await workdays.table()) if letter else None
        facts = need_reasons(notice.facts, field="facts")
        values: Values = {
            ManagerCaseRow.certificate: number,
            ManagerCaseRow.certificate_digest: _sealed("credit-certificate", found, number),
            ManagerCaseRow.facts: facts,
            ManagerCaseRow.facts_digest: _sealed("credit-facts", found, facts),
            ManagerCaseRow.letter: letter,
            ManagerCaseRow.posted_at: now,
            ManagerCaseRow.posted_by: by.name,
            ManagerCaseRow.posted_person: by.person,
            ManagerCaseRow.next_due_at: due,
        }
        await falls.move(found, Verb.POST_NOTICE, values)
        await falls.tell(found, "credit.inbox.manager-notice", now=now)
        await _record(found.id, act=Act.MANAGER_POST_NOTICE, by=by, now=now)


async def serve(*, case_id: int, by: Actor, now: datetime) -> None:
    """Note that the notice is served; the statement window starts."""
    async with database.transaction():
        found = await _begin(case_id, Act.MANAGER_SERVE, by=by)
        rules = await rule_sets.in_force(local_day(now))
        until = list_entry.statement_until(now, rules=rules, days=await workdays.table())
        values: Values = {
            ManagerCaseRow.served_at: now,
            ManagerCaseRow.served_by: by.name,
            ManagerCaseRow.statement_until: until,
            ManagerCaseRow.next_due_at: None,
        }
        await falls.move(found, Verb.SERVE, values)
        await _record(found.id, act=Act.MANAGER_SERVE, by=by, now=now)


async def state(*, case_id: int, text: str, by: Actor, now: datetime) -> None:
    """File the statement of the enterprise and its manager.

    Raises:
        StatementError: No notice is served, or a statement was filed.
        StatementLateError: The window has closed.
    """
    async with database.transaction():
        found = await _begin(case_id, Act.MANAGER_STATE, by=by)
        if found.stage is not Stage.NOTICE_SERVED or found.statement_until is None or found.stated_at:
            raise project_manager.StatementError("nothing to answer", stage=found.stage.value)
        check_statement(found.statement_until, now=now)
        words = need_reasons(text, field="text")
        values: Values = {
            ManagerCaseRow.statement: words,
            ManagerCaseRow.statement_digest: _sealed("credit-statement", found, words),
            ManagerCaseRow.stated_at: now,
            ManagerCaseRow.stated_by: by.name,
        }
        await ManagerCaseRow.update(values).where(ManagerCaseRow.id == found.id)
        await _record(found.id, act=Act.MANAGER_STATE, by=by, now=now)


async def decide(*, case_id: int, decision: Decision, by: Actor, now: datetime) -> None:
    """Decide, after the window: not recommended for the term of the rule set, or nothing.

    Raises:
        ListWindowError: The window is open.
        OwnRecordError: The same person gave notice.
    """
    async with database.transaction():
        found = await _begin(case_id, Act.MANAGER_DECIDE, by=by)
        LIFECYCLE.after(found.stage, VERB_OF[decision.outcome])
        if by.person is None or by.person == found.posted_person:
            raise OwnRecordError("who gives notice does not decide")
        list_entry.check_window(found.statement_until, now=now)
        rules = await rule_sets.in_force(local_day(now))
        reasons = need_reasons(decision.reasons)
        values: Values = {
            ManagerCaseRow.decided_at: now,
            ManagerCaseRow.decided_by: by.name,
            ManagerCaseRow.reasons: reasons,
            ManagerCaseRow.reasons_digest: _sealed("credit-reasons", found, reasons),
        }
        if decision.outcome is Outcome.NAMED:
            ends = add_months(local_day(now), rules.whole("manager_term"))
            values |= {
                ManagerCaseRow.from_on: local_day(now),
                ManagerCaseRow.to_on: ends,
                ManagerCaseRow.next_due_at: start_of_day(ends),
            }
        await falls.move(found, VERB_OF[decision.outcome], values)
        await falls.tell(found, "credit.inbox.manager-decided", now=now)
        await _record(found.id, act=Act.MANAGER_DECIDE, by=by, now=now)


async def lift(*, case_id: int, reasons: str, by: Actor, now: datetime) -> None:
    """End a case or a term early, as the district: its ground fell, or was wrong."""
    async with database.transaction():
        found = await _begin(case_id, Act.MANAGER_LIFT, by=by)
        await falls.leave(found, Verb.LIFT, reasons=need_reasons(reasons), by=by, now=now)
        await _record(found.id, act=Act.MANAGER_LIFT, by=by, now=now)


async def expire(*, case_id: int, by: Actor, now: datetime) -> None:
    """Note that a term is over; pages knew by the day already."""
    async with database.transaction():
        found = await _begin(case_id, Act.MANAGER_EXPIRE, by=by)
        await falls.leave(found, Verb.EXPIRE, reasons="", by=by, now=now)
        await _record(found.id, act=Act.MANAGER_EXPIRE, by=by, now=now)


async def act_due(*, id: int, now: datetime) -> None:  # noqa: A002 - the schedule's word
    """Do what is due on a case: deemed service, or the end of its term."""
    found = await questions.case(id, lock=True)
    act = serve if found.stage is Stage.NOTICE_POSTED else expire
    await act(case_id=id, by=Actor.platform(), now=now)


async def _begin(number: int, act: Act, *, by: Actor) -> Case:
    found = await questions.case(number, lock=True)
    PERMISSIONS[act].check(by, organisations=(found.enterprise,), path=found.path)
    return found


def _sealed(purpose: str, found: Case, text: str) -> str:
    return digest(purpose, {"salt": found.salt, "text": text})


async def _record(number: int, *, act: Act, by: Actor, now: datetime) -> None:
    await audit.record(
        act=act,
        by=by,
        subject=f"credit-manager-case:{number}",
        now=now,
        changed=[audit.row(ManagerCaseRow, number)],
    )
