"""Records up to review: draft, submit, take up, reject; and showing a minor one."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from piccolo.columns import Column

from credit.domain import catalogue, record
from credit.domain.catalogue import Flag, Item, Severity
from credit.domain.mirror.national import MirroredError
from credit.domain.permission import PERMISSIONS, Act
from credit.domain.record import Draft, Stage, Verb
from credit.domain.remedy import limitation
from credit.queries import cases, precedents, rule_sets
from credit.queries.instruments import resting
from credit.tables import RecordRow
from market.kernel.actor import Actor, Role
from market.kernel.digest import digest
from market.kernel.errors import InvalidInputError, RuleError
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import audit, database


class NotEnterpriseError(InvalidInputError):
    """A record is about a property service enterprise."""

    code: ClassVar[str] = "credit-not-enterprise"


class ReasonMissingError(InvalidInputError):
    """A decision that somebody is refused or shown by names its reasons."""

    code: ClassVar[str] = "credit-reason-missing"
    source = "APL 44"


class NotMinorError(RuleError):
    """Only a minor item needs a reason to be shown, and only while it counts."""

    code: ClassVar[str] = "credit-not-minor"
    source = "NDRC36"


def need_reasons(text: str, *, field: str = "reasons") -> str:
    """Return reasons that say something.

    Raises:
        ReasonMissingError: They do not.
    """
    if not text.strip():
        raise ReasonMissingError("reasons are missing", field=field)
    return text.strip()


async def item_of(case: cases.Record) -> Item:
    """Return the item under the rule set the record was drafted by."""
    return (await rule_sets.version(case.rule_set)).item(case.item_code)


async def opened(record_id: int, *, act: Act, by: Actor) -> tuple[cases.Record, Item]:
    """Return a record under lock and its item, after asking whether the actor may."""
    case = await cases.record(record_id, lock=True)
    PERMISSIONS[act].check(by, organisations=(case.enterprise,), path=case.path)
    return case, await item_of(case)


async def place(enterprise: int, community_id: int | None) -> tuple[str, tuple[str, ...]]:
    """Return where a fact lies: in its community, else where the enterprise is registered."""
    organisation = await parties.organisation(enterprise)
    if organisation.kind is not parties.OrganisationKind.ENTERPRISE:
        raise NotEnterpriseError("not an enterprise", field="enterprise")
    if community_id is None:
        return organisation.division, organisation.path
    community = await parties.community(community_id)
    return community.division, community.path


async def insert(*, draft: Draft, origin: str | None, by: Actor, now: datetime) -> cases.Record | None:
    """Judge and store a draft in the caller's transaction; ``None`` when its origin was told before.

    Raises:
        FactChargedError: The same fact stands against the enterprise at another subject, or twice.
        ConditionError: The stated facts do not fulfil the item's condition.
    """
    rules = await rule_sets.in_force(local_day(now))
    item = rules.item(draft.item_code)
    draft = await resting.filled(draft, item, now=now)
    division, path = await place(draft.enterprise, draft.community)
    PERMISSIONS[Act.RECORD_DRAFT].check(by, organisations=(draft.enterprise,), path=path)
    record.check_draft(item, draft.target, by=by, fact_on=draft.fact_on, now=now)
    catalogue.check_facts(item, draft.stated)
    salt = secrets.token_hex(32)
    fact = draft.fact or f"fact-{salt[:16]}"
    await database.lock(f"credit:fact:{draft.enterprise}:{fact}")
    rows = await database.fetch(
        "INSERT INTO credit_record (stage, origin, item_code, rule_set, enterprise, community, manager,"
        " division, path, fact, fact_on, death, amount_fen, days_late, salt, facts, facts_digest,"
        " document_no, document_on, file_digest, drafted_at, drafted_by, drafted_person, fact_until,"
        " found_on, harm, instrument, light, letter, notice_digest, reasons, decision_digest, minor_reason,"
        " end_reason)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,"
        " $20, $21, $22, $23, $24, $25, $26, $27, false, '', '', '', '', '', '')"
        " ON CONFLICT (origin) DO NOTHING RETURNING *",
        Stage.DRAFT.value,
        origin,
        item.code,
        rules.version,
        draft.enterprise,
        draft.community,
        draft.manager,
        division,
        list(path),
        fact,
        draft.fact_on,
        draft.death,
        draft.amount_fen,
        draft.days_late,
        salt,
        draft.facts,
        digest("credit-facts", {"salt": salt, "facts": draft.facts}),
        draft.document_no,
        draft.document_on,
        draft.file_digest,
        now,
        by.name,
        by.person,
        draft.fact_until,
        draft.found_on,
        draft.harm,
        draft.instrument_id,
    )
    if not rows:
        return None
    case = cases.read(rows[0], cases.Record)
    if await precedents.fact_elsewhere(case) or await precedents.fact_twice(case):
        raise limitation.FactChargedError("the fact is charged elsewhere", field="fact", fact=fact)
    return case


async def draft(*, draft: Draft, by: Actor, now: datetime) -> int:
    """Draft a record; nothing follows from it yet."""
    async with database.transaction():
        case = await insert(draft=draft, origin=None, by=by, now=now)
        assert case is not None  # noqa: S101 - only an origin can be told before
        await audit.record(
            act=Act.RECORD_DRAFT,
            by=by,
            subject=f"credit-record:{case.id}",
            now=now,
            changed=[audit.row(RecordRow, case.id)],
        )
        return case.id


async def submit(*, record_id: int, by: Actor, now: datetime) -> None:
    """Hand a complete draft to the level that decides."""
    async with database.transaction():
        case, item = await opened(record_id, act=Act.RECORD_SUBMIT, by=by)
        record.check_draft(item, _target(case), by=_drafter(case, by), fact_on=case.fact_on, now=now)
        catalogue.check_facts(item, case.stated)
        record.check_evidence(case.evidence, fact_on=case.fact_on, now=now)
        await resting.check(case, item)
        await database.move(RecordRow, id=case.id, expected=case.stage, to=after(case, item, Verb.SUBMIT))
        values: dict[Column | str, object] = {
            RecordRow.submitted_at: now,
            RecordRow.submitted_by: by.name,
            RecordRow.submitted_person: by.person,
        }
        await finish(case=case, values=values, act=Act.RECORD_SUBMIT, by=by, now=now)


def _drafter(case: cases.Record, by: Actor) -> Actor:
    """Return whose level counts: what the platform drafted from data anybody with the permission submits."""
    return Actor.platform() if case.drafted_by == Role.PLATFORM.value else by


def _target(case: cases.Record) -> record.Target:
    return record.Target(enterprise=case.enterprise, community=case.community, manager=case.manager)


async def take_up(*, record_id: int, by: Actor, now: datetime) -> None:
    """Take a submitted record under review: a second person, of the level that decides."""
    async with database.transaction():
        case, item = await opened(record_id, act=Act.RECORD_TAKE_UP, by=by)
        check_eyes(case, item, by=by)
        await database.move(RecordRow, id=case.id, expected=case.stage, to=after(case, item, Verb.TAKE_UP))
        values: dict[Column | str, object] = {
            RecordRow.taken_up_at: now,
            RecordRow.taken_up_by: by.name,
            RecordRow.officer: by.organisation,
        }
        await finish(case=case, values=values, act=Act.RECORD_TAKE_UP, by=by, now=now)


async def reject(*, record_id: int, reasons: str, by: Actor, now: datetime) -> None:
    """End a record without effect; the reasons stay."""
    async with database.transaction():
        case, item = await opened(record_id, act=Act.RECORD_REJECT, by=by)
        if case.stage is not Stage.DRAFT:
            check_eyes(case, item, by=by)
        await database.move(RecordRow, id=case.id, expected=case.stage, to=after(case, item, Verb.REJECT))
        values: dict[Column | str, object] = {
            RecordRow.ended_at: now,
            RecordRow.ended_by: by.name,
            RecordRow.end_reason: need_reasons(reasons),
            RecordRow.next_due_at: None,
        }
        await finish(case=case, values=values, act=Act.RECORD_REJECT, by=by, now=now)


async def show_minor(*, record_id: int, reasons: str, by: Actor, now: datetime) -> None:
    """Record why a minor item must be shown; without this the public never sees it (NDRC36)."""
    async with database.transaction():
        case, item = await opened(record_id, act=Act.RECORD_SHOW_MINOR, by=by)
        if not (item.severity is Severity.MINOR or case.light) or case.stage is not Stage.EFFECTIVE:
            raise NotMinorError("only a minor item in force", stage=case.stage.value)
        values: dict[Column | str, object] = {
            RecordRow.shown_at: now,
            RecordRow.shown_by: by.name,
            RecordRow.minor_reason: need_reasons(reasons),
        }
        await finish(case=case, values=values, act=Act.RECORD_SHOW_MINOR, by=by, now=now)


def check_ours(item: Item) -> None:
    """Refuse to change what mirrors an outside list; its source alone does (GB49).

    Raises:
        MirroredError: As named.
    """
    if Flag.MIRROR in item.flags:
        raise MirroredError("the source changes it", item=item.code)


def check_eyes(case: cases.Record, item: Item, *, by: Actor) -> None:
    """Refuse an approver who is too low or had a hand in the record."""
    record.check_approver(item, by=by, hands=(case.drafted_person, case.submitted_person))


def after(case: cases.Record, item: Item, *verbs: Verb) -> Stage:
    """Return the stage a record reaches along its table.

    Raises:
        TransitionError: The table does not know the way.
    """
    stage = case.stage
    for verb in verbs:
        stage = record.lifecycle(item).after(stage, verb)
    return stage


async def finish(
    *,
    case: cases.Record,
    values: dict[Column | str, object],
    act: Act,
    by: Actor,
    now: datetime,
    also: Sequence[audit.Changed] = (),
) -> audit.Entry:
    """Store what an act found and record it, last in the caller's transaction."""
    with database.translated():
        await RecordRow.update(values).where(RecordRow.id == case.id)
    return await audit.record(
        act=act,
        by=by,
        subject=f"credit-record:{case.id}",
        now=now,
        changed=[audit.row(RecordRow, case.id), *also],
    )
