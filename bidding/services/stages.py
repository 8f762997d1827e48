"""How every act on a tender ends: stage, columns, next due instant, audit entry; in that order."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from piccolo.columns import Column

from bidding.domain import lot, schedule, suspension
from bidding.domain.act import Act
from bidding.domain.committee import draw
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import LIFECYCLE, STOPPED
from bidding.domain.tender import Content, Tender
from bidding.queries import tenders as queries
from bidding.tables.committee import DrawRow
from bidding.tables.tenders import LotRow, TenderRow
from market.kernel.actor import Actor
from market.parties import public as parties
from market.runtime import audit, database

Changes = Mapping[Column | str, Any]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A tender after an act, and the entry the act left."""

    tender: Tender
    entry: audit.Entry


FORWARD: Final = frozenset(move.act for move in LIFECYCLE.moves) | {
    Act.CONTRACT_DRAFT,
    Act.DRAW_BEGIN,
    Act.EVALUATION_REPORT,
}
"""Steps of a tender; with several lots most of them leave it in its stage, and wait all the same."""


def check(act: Act, by: Actor, tender: Tender) -> None:
    """Refuse an actor who may not do this to this tender, and a step while it is suspended.

    The other rules are asked afterwards.

    Raises:
        NotPermittedError: Not this actor's.
        TenderSuspendedError: A suspension stands and this is a step forward.
    """
    PERMISSIONS[act].check(by, organisations=(tender.organisation,), path=tender.path)
    if act in FORWARD:
        suspension.check(act, tender.suspensions)


def may(act: Act, by: Actor, tender: Tender) -> bool:
    """Say whether ``check`` lets an act pass: what a page asks before it shows the act's form."""
    allowed = PERMISSIONS[act].allows(by, organisations=(tender.organisation,), path=tender.path)
    return allowed and not (act in FORWARD and suspension.waits(act, tender.suspensions))


def tender_lock(number: str) -> str:
    """Return the name of the lock that ``finish`` holds shared and ``close`` exclusively."""
    return f"bidding:tender:{number}"


def content_columns(content: Content) -> dict[Column | str, Any]:
    """Return the columns in which a tender document is stored, with the key its title is found by."""
    key = parties.finding_key(content.title)
    return {
        TenderRow.title: content.title,
        TenderRow.title_grams: key.grams,
        TenderRow.title_readings: key.readings,
        TenderRow.content: msgspec.json.encode(content).decode(),
        TenderRow.content_digest: content.digest(),
        TenderRow.issue_at: content.issue_at,
        TenderRow.deadline: content.deadline,
    }


async def store_lots(tender: int, content: Content) -> None:
    """Write the lots of a document as lists ask for them; whoever stores its columns stores these."""
    await LotRow.delete().where(LotRow.tender == tender)
    for one in content.lots:
        most = lot.ceiling(one, content.lots, content.estimate_fen)
        await LotRow(
            tender=tender,
            lot=one.id,
            area_centi=one.area_centi,
            ceiling_fen=most.fen,
            over_centi=most.over_centi,
        ).save()


async def advance(
    *,
    tender: Tender,
    act: Act,
    by: Actor,
    now: datetime,
    changes: Changes,
    subject: str | None = None,
    rows: Sequence[audit.Changed] = (),
    actor: str | None = None,
) -> Step:
    """Move a tender on by one row of its lifecycle, store what goes with it, and record the act.

    Args:
        subject: What the log names; the tender's number if left out.
        rows: Further rows the act changed.
        actor: Replaces the actor's name in the log, for an actor who stays hidden.

    Raises:
        TransitionError: The stage does not know the act.
        TenderSuspendedError: A suspension stands and this is a step forward.
        ConflictError: Somebody else moved it first.
    """
    suspension.check(act, tender.suspensions)
    after = tender.procedure.lifecycle.after(tender.stage, act)
    await database.move(TenderRow, id=tender.id, expected=tender.stage, to=after)
    if after in STOPPED:
        await wake_rounds(tender.id, now)
    return await keep(
        tender=tender, act=act, by=by, now=now, changes=changes, subject=subject, rows=rows, actor=actor
    )


async def keep(
    *,
    tender: Tender,
    act: Act,
    by: Actor,
    now: datetime,
    changes: Changes,
    subject: str | None = None,
    rows: Sequence[audit.Changed] = (),
    actor: str | None = None,
) -> Step:
    """Store columns of a tender without moving it, recompute when it is due, and record the act.

    Args:
        actor: Replaces the actor's name in the log, for an actor who stays hidden.
    """
    if changes:
        await TenderRow.update(dict(changes)).where(TenderRow.id == tender.id)
    changed = await queries.by_id(tender.id)
    if TenderRow.content in changes:
        await store_lots(tender.id, changed.content)
    due = schedule.next_due_at(changed, queries.rules_of(changed))
    await TenderRow.update({TenderRow.next_due_at: due}).where(TenderRow.id == tender.id)
    entry = await audit.record(
        act=act,
        by=by,
        subject=subject or f"tender:{tender.number}",
        now=now,
        changed=[audit.row(TenderRow, tender.id), *rows],
        actor=actor,
    )
    return Step(tender=changed, entry=entry)


async def wake_rounds(tender_id: int, now: datetime) -> None:
    """Let the clock look again at a round of the draw that stood still: its tender goes on, or is over."""
    await DrawRow.update({DrawRow.next_due_at: now}).where(
        (DrawRow.tender == tender_id)
        & DrawRow.stage.is_in([stage.value for stage in draw.OPEN])
        & DrawRow.next_due_at.is_null()
    )
