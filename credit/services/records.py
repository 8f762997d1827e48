"""Records up to review: draft, submit, take up, reject; and showing a minor one."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from piccolo.columns import Column

from credit.domain import catalogue, record
from credit.domain.act import Act
from credit.domain.catalogue import Flag, Item, Severity
from credit.domain.drafting import check_draft, check_evidence
from credit.domain.mirror.national import MirroredError
from credit.domain.permission import PERMISSIONS
from credit.domain.record import Draft, Stage, Verb
from credit.queries import cases, rule_sets
from credit.queries.instruments import resting
from credit.services import drafting
from credit.tables import RecordRow
from market.kernel.actor import Actor, Role
from market.kernel.errors import InvalidInputError, RuleError
from market.runtime import audit, database


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


async def draft(*, draft: Draft, by: Actor, now: datetime) -> int:
    """Draft a record; nothing follows from it yet."""
    async with database.transaction():
        case = await drafting.insert(draft=draft, origin=None, by=by, now=now)
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
        check_draft(item, _target(case), by=_drafter(case, by), fact_on=case.fact_on, now=now)
        catalogue.check_facts(item, case.stated)
        check_evidence(case.evidence, fact_on=case.fact_on, now=now)
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
