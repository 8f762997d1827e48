"""Redacted copies, for acts, pages and the file a public page hands out."""

from datetime import datetime
from typing import ClassVar

import msgspec

from credit.domain import visibility
from credit.domain.act import Act
from credit.domain.evidence.redaction import Stage
from credit.domain.permission import PERMISSIONS
from credit.domain.record import Stage as RecordStage
from credit.queries import cases, rule_sets
from market.kernel.actor import Actor
from market.kernel.errors import NotFoundError
from market.kernel.period import local_day
from market.runtime import database


class CopyUnknownError(NotFoundError):
    """There is no such copy, or it may not be seen."""

    code: ClassVar[str] = "credit-copy-unknown"


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """A copy as acts see it."""

    id: int
    stage: Stage
    record: int
    original: str
    copy: str
    salt: str
    hidden: str
    proposed_at: datetime
    proposed_by: str
    proposed_person: int | None
    settled_at: datetime | None
    settled_by: str | None
    reasons: str


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What a record's page says of its evidence.

    Attributes:
        public: A confirmed copy is there and everybody may see it now; ``confirmed`` its digest.
        waiting: The copy that waits for a second person, for those who may confirm.
        offered: What the reader may do.
    """

    public: bool
    confirmed: str
    waiting: Copy | None
    offered: tuple[Act, ...]


async def copy(number: int, *, lock: bool = False) -> Copy:
    """Return a copy, locked for the act that asks.

    Raises:
        CopyUnknownError: There is none.
    """
    suffix = " FOR UPDATE" if lock else ""
    rows = await database.fetch(f"SELECT * FROM credit_redaction WHERE id = $1{suffix}", number)  # noqa: S608 - ours
    if not rows:
        raise CopyUnknownError(f"no copy {number}", copy=number)
    return cases.read(rows[0], Copy)


async def standing(record: int, *stages: Stage) -> list[Copy]:
    """Return the copies of a record in some stages, the newest first."""
    rows = await database.fetch(
        "SELECT * FROM credit_redaction WHERE record = $1 AND stage = ANY($2) ORDER BY id DESC",
        record,
        [stage.value for stage in stages],
    )
    return [cases.read(row, Copy) for row in rows]


async def public_copy(record: int, *, now: datetime) -> Copy:
    """Return the copy everybody may have of a record's evidence; it goes with the record's public end.

    Raises:
        CopyUnknownError: None is confirmed, or the record is not public now.
    """
    found = await _confirmed(await cases.record(record))
    if found is None or not await _shown(record, now=now):
        raise CopyUnknownError(f"no public copy of record {record}", record=record)
    return found


async def view(case: cases.Record, *, actor: Actor, now: datetime) -> View:
    """Return what a record's page says of its evidence to a reader."""
    confirmed = await _confirmed(case)
    may = PERMISSIONS[Act.EVIDENCE_REDACT].allows(actor, path=case.path)
    waiting = next(iter(await standing(case.id, Stage.PROPOSED)), None) if may else None
    offered: list[Act] = []
    if may and case.stage is RecordStage.EFFECTIVE and case.file_digest:
        offered.append(Act.EVIDENCE_REDACT)
    if waiting is not None and actor.person != waiting.proposed_person:
        offered += [Act.EVIDENCE_CONFIRM, Act.EVIDENCE_REFUSE]
    return View(
        public=confirmed is not None and await _shown(case.id, now=now),
        confirmed="" if confirmed is None else confirmed.copy,
        waiting=waiting,
        offered=tuple(offered),
    )


async def _confirmed(case: cases.Record) -> Copy | None:
    """Return the confirmed copy of the document the record rests on; never one of another document."""
    found = await standing(case.id, Stage.CONFIRMED)
    return next((one for one in found if one.original == case.file_digest), None)


async def _shown(record: int, *, now: datetime) -> bool:
    case = await cases.record(record)
    rules = await rule_sets.version(case.rule_set)
    shown = visibility.Shown(
        stage=case.stage,
        document_on=case.document_on,
        expires_on=case.expires_on,
        minor_reason=case.minor_reason,
        light=case.light,
    )
    return visibility.to_public(rules.item(case.item_code), shown, rules=rules, on=local_day(now))
