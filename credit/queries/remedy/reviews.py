"""Second answers to objections, for acts and pages."""

from datetime import datetime
from typing import ClassVar

import msgspec

from credit.domain.act import Act
from credit.domain.objection import Stage as ObjectionStage
from credit.domain.permission import PERMISSIONS
from credit.domain.remedy import review
from credit.domain.remedy.review import Stage
from credit.queries import cases, objections
from market.kernel.actor import Actor, Role
from market.kernel.errors import MarketError, NotFoundError
from market.parties import public as parties
from market.runtime import database


class ReviewUnknownError(NotFoundError):
    """Nobody asked for a second answer to this objection."""

    code: ClassVar[str] = "credit-review-unknown"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A second answer as acts and those concerned see it; ``id`` counts reviews, ``objection`` names it."""

    id: int
    stage: Stage
    objection: int
    answerer: int
    answerer_name: str
    path: tuple[str, ...]
    salt: str
    grounds: str
    evidence_digest: str
    filed_at: datetime
    due_at: datetime
    answered_at: datetime | None
    answer: str
    next_due_at: datetime | None


class View(msgspec.Struct, frozen=True, kw_only=True):
    """The second answer to an objection, and what its reader may do.

    Attributes:
        case: ``None`` while nobody asked for one.
        may_appeal: Whether the reader may ask for one.
        may_answer: Whether the reader acts for who answers.
    """

    case: Case | None
    may_appeal: bool
    may_answer: bool


_CASE = (
    "SELECT v.*, a.name AS answerer_name FROM credit_objection_review v"
    " JOIN parties_organisation a ON a.id = v.answerer"
)


async def find(objection: int, *, lock: bool = False) -> Case | None:
    """Return the second answer to an objection, locked for an act if asked."""
    rows = await database.fetch(
        f"{_CASE} WHERE v.objection = $1{' FOR UPDATE OF v' if lock else ''}", objection
    )
    return msgspec.convert(rows[0], Case) if rows else None


async def case(objection: int, *, lock: bool = False) -> Case:
    """Return the second answer to an objection.

    Raises:
        ReviewUnknownError: Nobody asked for one.
    """
    found = await find(objection, lock=lock)
    if found is None:
        raise ReviewUnknownError(f"no review of {objection}", objection=objection)
    return found


async def objection_of(number: int) -> int:
    """Return the objection a second answer is to, by the number of its row."""
    rows = await database.fetch("SELECT objection FROM credit_objection_review WHERE id = $1", number)
    if not rows:
        raise ReviewUnknownError(f"no review {number}", objection=0)
    return int(rows[0]["objection"])


async def above(found: objections.Case) -> parties.Organisation | None:
    """Return the authority one level above who answered first; ``None`` where there is none."""
    if found.answerer is None:
        return None
    division = review.next_level((await parties.organisation(found.answerer)).path)
    over = await parties.authorities_over([division]) if division else []
    return over[0] if over else None


def may_appeal(found: objections.Case, actor: Actor) -> bool:
    """Say whether a reader may ask for the second answer: the enterprise, or a committee of the place."""
    if actor.role is Role.COMMITTEE:
        return actor.covers(found.path)
    return PERMISSIONS[Act.OBJECTION_APPEAL].allows(actor, organisations=(found.enterprise,), path=found.path)


def answers(found: Case, *, by: Actor) -> bool:
    """Say whether somebody acts for the authority that answers the second time."""
    allowed = PERMISSIONS[Act.OBJECTION_REVIEW].allows(by, path=found.path)
    return allowed and by.organisation == found.answerer


async def view(number: int, *, actor: Actor) -> View:
    """Return the second answer to an objection that the reader may see.

    Raises:
        ObjectionUnknownError: There is no such objection, or the reader may not know of it.
    """
    await objections.objection_view(number, actor=actor)
    first, found = await objections.case(number), await find(number)
    return View(
        case=found,
        may_appeal=found is None and may_appeal(first, actor) and await _open(first),
        may_answer=found is not None and found.stage is Stage.FILED and answers(found, by=actor),
    )


async def _open(first: objections.Case) -> bool:
    if first.record is None or first.stage is not ObjectionStage.REJECTED:
        return False
    upper = await above(first)
    try:
        stage = (await cases.record(first.record)).stage
        review.check_open(first.stage, stage, above=None if upper is None else upper.division)
    except MarketError:
        return False
    return True


async def waiting(*, by: Actor) -> list[Case]:
    """Return the second answers an authority owes, the most urgent first."""
    rows = await database.fetch(
        f"{_CASE} WHERE v.answerer = $1 AND v.stage = 'filed' ORDER BY v.due_at, v.id LIMIT 200",
        by.organisation,
    )
    return msgspec.convert(rows, list[Case])
