"""A bidder defends its bid before the committee: in an order drawn by lot, kept in a record, then marked."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

import msgspec

from bidding.domain import scheme as schemes
from market.kernel import digest
from market.kernel.errors import ConflictError, RuleError


class NoDefenceError(RuleError):
    """The tender document provides no defence; nothing else may be used in the evaluation."""

    code: ClassVar[str] = "defence-not-provided"
    source = "BLR 49"


class DefenceOutOfTurnError(RuleError):
    """Another bidder is next in the order that was drawn."""

    code: ClassVar[str] = "defence-out-of-turn"
    source = "BLR 49"


class AlreadyDefendedError(ConflictError):
    """This bid was defended; every bidder is heard once."""

    code: ClassVar[str] = "defence-already-held"
    source = "BLR 49"


class DefenceNotHeldError(RuleError):
    """What is marked by the defence is marked after it."""

    code: ClassVar[str] = "defence-not-held"
    source = "BLR 49"


class AbsentMarkedError(RuleError):
    """A bidder who did not appear brings no points by a defence."""

    code: ClassVar[str] = "defence-absent-marked"
    source = "BLR 49"


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What a bidder said.

    Attributes:
        speakers: Who answered for the bidder, as written in the record.
        minutes: How long it took.
        record: Questions and answers.
    """

    speakers: str = ""
    minutes: int = 0
    record: str = ""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """The record of one defence.

    Attributes:
        appeared: False for a bidder who was called and did not come; then nothing was said.
    """

    commitment: str
    appeared: bool
    speakers: str = ""
    minutes: int = 0
    record: str = ""
    held_at: datetime


def order(commitments: Iterable[str], seed: str) -> tuple[str, ...]:
    """Return the bids in the order of their defence; whoever knows the published seed can repeat it."""
    return tuple(
        sorted(
            commitments,
            key=lambda one: digest.digest("defence-order", {"commitment": one, "seed": seed}),
        )
    )


def turn(drawn: Sequence[str], held: Collection[str], rejected: Collection[str]) -> str | None:
    """Return whose turn it is: the first in the order that is neither heard nor rejected."""
    return next((one for one in drawn if one not in held and one not in rejected), None)


def check_turn(
    commitment: str,
    scheme: schemes.Scheme,
    drawn: Sequence[str],
    held: Collection[str],
    rejected: Collection[str],
) -> None:
    """Refuse a defence nobody provided, one held before, or one out of the drawn order.

    Raises:
        NoDefenceError: The document provides none.
        AlreadyDefendedError: It is held.
        DefenceOutOfTurnError: ``context`` says whose turn it is.
    """
    if scheme.defence is msgspec.UNSET:
        raise NoDefenceError("the document provides no defence")
    if commitment in held:
        raise AlreadyDefendedError("heard before", field="commitment")
    due = turn(drawn, held, rejected)
    if due != commitment:
        place = drawn.index(due) + 1 if due else 0
        raise DefenceOutOfTurnError("another is next", field="commitment", place=place)


def check_heard(
    sheet: Iterable[str], points: Mapping[str, int], scheme: schemes.Scheme, held: Held | None
) -> None:
    """Refuse marks for a defence that is not held, and points for one the bidder did not come to.

    Args:
        sheet: Ids of the criteria that are marked.
        held: The defence of the bid, where there was one.

    Raises:
        DefenceNotHeldError: It is not held.
        AbsentMarkedError: The bidder did not appear, and a mark is above zero.
    """
    heard = {one.id for one in scheme.criteria if one.defended is True} & set(sheet)
    if not heard:
        return
    if held is None:
        raise DefenceNotHeldError("the defence is not held")
    if not held.appeared and any(points.get(name, 0) for name in heard):
        raise AbsentMarkedError("the bidder did not appear")
