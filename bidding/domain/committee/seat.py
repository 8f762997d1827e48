"""Seats of a committee: who sits, who stands ready, and who follows whom."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from bidding.domain.committee.composition import Composition
from bidding.domain.committee.recusal import Ground
from market.kernel.errors import NotFoundError, RuleError


class Kind(StrEnum):
    """In what capacity somebody sits."""

    EXPERT = "expert"
    REPRESENTATIVE = "representative"


class State(StrEnum):
    """What a seat is now."""

    MEMBER = "member"
    RESERVE = "reserve"
    LEFT = "left"


class CommitteeIncompleteError(RuleError):
    """Seats are not filled: an evaluation cannot begin or end without the whole committee."""

    code = "committee-incomplete"
    source = "BL 37; BTB 26"


class SeatUnknownError(NotFoundError):
    """No such seat, or nobody sits there any longer."""

    code = "seat-unknown"


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the order of a draw, or a named representative.

    Attributes:
        round: Round of the draw; 0 for representatives.
        place: 1 for the first drawn; for representatives the order of naming.
        drawn_as: Member or reserve at the draw.
        succeeds: Pseudonym of the member whose seat a reserve took over.
        left_number: 1 for the first of the tender who left.
    """

    id: int
    round: int
    place: int
    kind: Kind
    state: State
    drawn_as: State
    mandate: int
    pseudonym: str
    salt: str
    succeeds: str | None = None
    ground: Ground | None = None
    left_number: int | None = None
    left_at: datetime | None = None

    @property
    def public_name(self) -> str:
        """The name the log shows: it tells nothing about the person before the award."""
        return f"member:{self.pseudonym[:16]}"


def sitting(seats: Iterable[Seat], kind: Kind | None = None) -> tuple[Seat, ...]:
    """Return the members, all or of one kind."""
    return tuple(one for one in seats if one.state is State.MEMBER and kind in (None, one.kind))


def heir(seats: Iterable[Seat], barred: frozenset[int] = frozenset()) -> Seat | None:
    """Return the next reserve in the order of the draw.

    Args:
        barred: Ids of reserves that cannot follow.
    """
    ready = [one for one in seats if one.state is State.RESERVE and one.id not in barred]
    return min(ready, key=lambda one: (one.round, one.place), default=None)


def vacant(composition: Composition, seats: Sequence[Seat]) -> int:
    """Return how many experts' seats nobody holds."""
    return composition.experts - len(sitting(seats, Kind.EXPERT))


def check_complete(composition: Composition, seats: Sequence[Seat]) -> None:
    """Refuse a committee with an empty seat.

    Raises:
        CommitteeIncompleteError: ``context`` counts the missing experts and representatives.
    """
    experts = vacant(composition, seats)
    named = composition.representatives - len(sitting(seats, Kind.REPRESENTATIVE))
    if experts or named:
        raise CommitteeIncompleteError(
            f"{experts} experts and {named} representatives are missing",
            experts=experts,
            representatives=named,
            size=composition.size,
        )
