"""Exit-list cases: district or a record opens, the city gives notice, decides and lists."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import Meta

from credit.domain import list_entry
from credit.domain.act import Act
from credit.domain.events import EnterpriseListed
from credit.domain.hearing import check_statement, deemed_service
from credit.domain.list_entry import Notice, Outcome, Stage, Verb
from credit.domain.permission import PERMISSIONS
from credit.domain.record import OwnRecordError
from credit.queries import cases, rule_sets
from credit.queries.remedy import hearings
from credit.services.consequence import following
from credit.services.paper import of_listing
from credit.services.records import need_reasons
from credit.tables import ListEntryRow, StatementRow
from market.kernel.actor import Actor
from market.kernel.digest import digest
from market.kernel.errors import ConflictError, RuleError
from market.kernel.period import local_day, start_of_day
from market.parties import public as parties
from market.runtime import audit, database, inbox, outbox, workdays

HEX = "^[0-9a-f]{64}$"


class CaseOpenError(ConflictError):
    """An exit-list case or entry of this enterprise is open."""

    code: ClassVar[str] = "credit-list-open"


class NotServedError(RuleError):
    """A statement answers a served notice."""

    code: ClassVar[str] = "credit-list-not-served"


class Opening(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom a case is about, and the facts."""

    enterprise: Annotated[int, Meta(ge=1, lt=2**31)]
    facts: Annotated[str, Meta(min_length=1, max_length=4000)]


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the city decided, under which number, with which document.

    Attributes:
        months: The term; from twelve to thirty-six.
        file_digest: The authority's own document of the decision.
        lasting: No early removal: funds embezzled by a criminal judgment, or violence.
    """

    outcome: Outcome
    decision_no: Annotated[str, Meta(min_length=1, max_length=80)]
    file_digest: Annotated[str, Meta(pattern=HEX)]
    months: Annotated[int, Meta(ge=12, le=36, extra={"source": "NDRC36"})] | None = None
    lasting: bool = False


async def opened(entry_id: int, *, act: Act, by: Actor) -> cases.ListEntry:
    """Return a case under lock, after asking whether the actor may."""
    case = await cases.list_case(entry_id, lock=True)
    PERMISSIONS[act].check(by, organisations=(case.enterprise,), path=case.path)
    return case


async def open_case(*, opening: Opening, by: Actor, now: datetime) -> int:
    """Open an exit-list case; the city will decide.

    Raises:
        CaseOpenError: One is open.
    """
    async with database.transaction():
        organisation = await parties.organisation(opening.enterprise)
        PERMISSIONS[Act.LIST_OPEN].check(by, path=organisation.path)
        salt = secrets.token_hex(32)
        rows = await database.fetch(
            "INSERT INTO credit_list_entry (stage, enterprise, division, path, salt, facts, reasons,"
            " facts_digest, legal_basis, opened_at, opened_by, opened_person, letter, notice_digest, review,"
            " outcome, decision_no, decision_digest, repair_notice_digest, end_reason)"
            " VALUES ($1, $2, $3, $4, $5, $6, '', $7, '', $8, $9, $10, '', '', '', '', '', '', '', '')"
            " ON CONFLICT DO NOTHING RETURNING id",
            Stage.OPENED.value,
            opening.enterprise,
            organisation.division,
            list(organisation.path),
            salt,
            opening.facts,
            digest("credit-facts", {"salt": salt, "facts": opening.facts}),
            now,
            by.name,
            by.person,
        )
        if not rows:
            raise CaseOpenError("a case is open", enterprise=opening.enterprise)
        await record(rows[0]["id"], act=Act.LIST_OPEN, by=by, now=now)
        return int(rows[0]["id"])


async def post_notice(
    *, entry_id: int, notice: Notice, letter: str = "", contact: str = "", by: Actor, now: datetime
) -> None:
    """Post the prior notice: facts, reasons, basis, intended term, rights."""
    async with database.transaction():
        case = await opened(entry_id, act=Act.LIST_POST_NOTICE, by=by)
        rules = await rule_sets.in_force(local_day(now))
        list_entry.check_notice(notice, rules=rules)
        due = deemed_service(now, rules=rules, days=await workdays.table()) if letter.strip() else None
        paper = await of_listing.notice(
            case, notice, letter=letter.strip(), contact=contact.strip(), by=by, now=now
        )
        values = {
            ListEntryRow.facts: notice.facts,
            ListEntryRow.facts_digest: digest("credit-facts", {"salt": case.salt, "facts": notice.facts}),
            ListEntryRow.reasons: notice.reasons,
            ListEntryRow.legal_basis: notice.legal_basis,
            ListEntryRow.months: notice.months,
            ListEntryRow.posted_at: now,
            ListEntryRow.posted_by: by.name,
            ListEntryRow.letter: letter.strip(),
            ListEntryRow.notice_digest: paper.digest,
            ListEntryRow.next_due_at: due,
        }
        await move(case, Verb.POST_NOTICE, values)
        await tell(case, "credit.inbox.list-notice", now=now)
        await record(case.id, act=Act.LIST_POST_NOTICE, by=by, now=now, also=[paper.row])


async def serve(*, entry_id: int, by: Actor, now: datetime) -> None:
    """Note that the prior notice is served; the statement window starts."""
    async with database.transaction():
        case = await opened(entry_id, act=Act.LIST_SERVE, by=by)
        rules = await rule_sets.in_force(local_day(now))
        until = list_entry.statement_until(now, rules=rules, days=await workdays.table())
        values = {
            ListEntryRow.served_at: now,
            ListEntryRow.served_by: by.name,
            ListEntryRow.statement_until: until,
            ListEntryRow.next_due_at: list_entry.decide_by(until, rules=rules),
        }
        await move(case, Verb.SERVE, values)
        await record(case.id, act=Act.LIST_SERVE, by=by, now=now)


async def state(*, entry_id: int, text: str, with_hearing: bool = False, by: Actor, now: datetime) -> int:
    """File the enterprise's statement, with or without the wish for a hearing."""
    async with database.transaction():
        case = await opened(entry_id, act=Act.LIST_STATE, by=by)
        if case.stage is not Stage.NOTICE_SERVED or case.statement_until is None:
            raise NotServedError("no notice is served", stage=case.stage.value)
        check_statement(case.statement_until, now=now)
        salt = secrets.token_hex(32)
        rows = await StatementRow.insert(
            StatementRow(
                list_entry=case.id,
                salt=salt,
                text=need_reasons(text, field="text"),
                text_digest=digest("credit-statement", {"salt": salt, "text": text.strip()}),
                hearing=with_hearing,
                filed_at=now,
                filed_by=by.name,
            )
        )
        await audit.record(
            act=Act.LIST_STATE,
            by=by,
            subject=f"credit-list-entry:{case.id}",
            now=now,
            changed=[audit.row(StatementRow, rows[0]["id"])],
        )
        return int(rows[0]["id"])


async def review(*, entry_id: int, text: str, by: Actor, now: datetime) -> None:
    """Note the legal review, after the window: what was stated, and how it was weighed."""
    async with database.transaction():
        case = await opened(entry_id, act=Act.LIST_REVIEW, by=by)
        list_entry.LIFECYCLE.after(case.stage, Verb.REVIEW)
        list_entry.check_window(case.statement_until, now=now)
        await hearings.check_held(case.id)
        values = {
            ListEntryRow.review: need_reasons(text, field="text"),
            ListEntryRow.reviewed_at: now,
            ListEntryRow.reviewed_by: by.name,
            ListEntryRow.reviewed_person: by.person,
        }
        await move(case, Verb.REVIEW, values)
        await record(case.id, act=Act.LIST_REVIEW, by=by, now=now)


async def decide(*, entry_id: int, decision: Decision, by: Actor, now: datetime) -> None:
    """Decide a case as the city.

    Raises:
        ListWindowError: The statement window has not elapsed.
        OwnRecordError: The same person opened the case or reviewed it.
        TermError: The term is outside its bounds, or longer than the notice announced.
    """
    async with database.transaction():
        case = await opened(entry_id, act=Act.LIST_DECIDE, by=by)
        if by.person is None or by.person in (case.opened_person, case.reviewed_person):
            raise OwnRecordError("proposer and decider are two people")
        verb = list_entry.VERB_OF[decision.outcome]
        list_entry.LIFECYCLE.after(case.stage, verb)
        months = case.months if decision.months is None else decision.months
        if decision.outcome is Outcome.LISTED:
            list_entry.check_window(case.statement_until, now=now)
            rules = await rule_sets.in_force(local_day(now))
            list_entry.check_term(months or 0, rules=rules, told=case.months)
        values = {
            ListEntryRow.decided_at: now,
            ListEntryRow.decided_by: by.name,
            ListEntryRow.outcome: decision.outcome.value,
            ListEntryRow.decision_no: decision.decision_no,
            ListEntryRow.decision_digest: decision.file_digest,
            ListEntryRow.months: months,
            ListEntryRow.lasting: decision.lasting and decision.outcome is Outcome.LISTED,
            ListEntryRow.next_due_at: None,
        }
        await move(case, verb, values)
        said = (decision.outcome, decision.decision_no, decision.file_digest)
        papers = await of_listing.spared(case, said=said, by=by, now=now)
        await tell(case, "credit.inbox.list-decided", now=now)
        await record(case.id, act=Act.LIST_DECIDE, by=by, now=now, also=papers)


async def enlist(*, entry_id: int, by: Actor, now: datetime) -> None:
    """Put the enterprise on the list: this act serves decision and repair notice, the term starts."""
    async with database.transaction():
        case = await opened(entry_id, act=Act.LIST_ENLIST, by=by)
        list_entry.LIFECYCLE.after(case.stage, Verb.ENLIST)
        today = local_day(now)
        ends = list_entry.ends_on(today, case.months or 0)
        decided, on_repair = await of_listing.listed(case, ends=ends, by=by, now=now)
        values = {
            ListEntryRow.repair_notice_digest: on_repair.digest,
            ListEntryRow.listed_at: now,
            ListEntryRow.listed_by: by.name,
            ListEntryRow.ends_on: ends,
            ListEntryRow.next_due_at: start_of_day(ends),
        }
        await move(case, Verb.ENLIST, values)
        await tell(case, "credit.inbox.listed", now=now)
        hung = await following.follow_listing(
            case.enterprise,
            entry=case.id,
            from_on=today,
            to_on=ends,
            reasons=case.decision_no,
            by=by,
            now=now,
        )
        entry = await record(
            case.id, act=Act.LIST_ENLIST, by=by, now=now, also=[decided.row, on_repair.row, *hung]
        )
        event = EnterpriseListed(entry=case.id, enterprise=case.enterprise, listed_at=now, ends_on=ends)
        await outbox.publish(event, entry=entry)


async def move(case: cases.ListEntry, verb: Verb, values: dict[Any, Any]) -> None:
    """Move a case along its table and store what the act found."""
    target = list_entry.LIFECYCLE.after(case.stage, verb)
    await database.move(ListEntryRow, id=case.id, expected=case.stage.value, to=target.value)
    with database.translated():
        await ListEntryRow.update(values).where(ListEntryRow.id == case.id)


async def record(
    number: int, *, act: Act, by: Actor, now: datetime, also: Sequence[audit.Changed] = ()
) -> audit.Entry:
    """Record an act on a case, last in the caller's transaction."""
    return await audit.record(
        act=act,
        by=by,
        subject=f"credit-list-entry:{number}",
        now=now,
        changed=[audit.row(ListEntryRow, number), *also],
    )


async def tell(case: cases.ListEntry, key: str, *, now: datetime) -> None:
    """Tell the enterprise, with the page of its case."""
    await inbox.tell(
        organisation=case.enterprise,
        key=key,
        params={},
        url=f"/credit/list/{case.id}",
        origin=f"{key}:{case.id}",
        now=now,
    )
