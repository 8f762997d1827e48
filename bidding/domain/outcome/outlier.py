"""Marks that lie far from those of the other members: pointed out, explained by who gave them, never judged.

The monitor changes no mark and rejects nothing; a member may be right against all others. It looks when every
member has marked every effective bid, so that nobody is led by the marks of the others.
"""

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from typing import ClassVar

import msgspec

from bidding.domain import scheme as schemes
from bidding.domain.outcome.marking import Mark
from bidding.domain.rule_table import RuleVersion
from market.kernel.errors import ConflictError, RuleError

SHEET = ""
"""Stands for all marks of a member for a bid, where a criterion could stand."""

_FEWEST = 2
"""Members; who marks alone lies apart from nobody."""


class NotApartError(RuleError):
    """This member has no mark there that lies apart, or not every bid is marked yet."""

    code: ClassVar[str] = "marks-not-apart"
    source = "BLR 49"


class AlreadyExplainedError(ConflictError):
    """The member has given the reasons for these marks; they are not changed."""

    code: ClassVar[str] = "marks-already-explained"
    source = "BLR 49"


class Distance(msgspec.Struct, frozen=True, kw_only=True):
    """How far what one member gave one bid lies from the others, exact; centi-points.

    Attributes:
        expert: Number of the seat.
        criterion: ``SHEET`` for the total of the member's marks for the bid.
        points: What the member gave.
        middle: For one criterion the mean of the others' marks; for the sheet the median of all totals.
        scale: What a part of is too far: the criterion's full points, or the median itself.
    """

    expert: int
    commitment: str
    criterion: str
    points: int
    middle: Fraction
    scale: Fraction

    @property
    def off(self) -> Fraction:
        """Centi-points above the others, or below."""
        return self.points - self.middle

    def beyond(self, part: Fraction) -> bool:
        """Say whether it lies further off than a part of the scale; exactly that far is not beyond."""
        return abs(self.off) > part * self.scale


def limit(rules: RuleVersion) -> Fraction:
    """Return from what part of the scale on marks lie apart (rule marks-outlier)."""
    return rules.share("marks-outlier") / 100


def median(values: Sequence[int]) -> Fraction:
    """Return the middle value, or the mean of the two in the middle."""
    ordered, half = sorted(values), len(values) // 2
    if len(ordered) % 2:
        return Fraction(ordered[half])
    return Fraction(ordered[half - 1] + ordered[half], 2)


def distances(
    marks: Collection[Mark], scheme: schemes.Scheme, *, experts: Sequence[int], bids: Sequence[str]
) -> tuple[Distance, ...]:
    """Return every distance, bid by bid and member by member, the sheet before its criteria.

    Nothing while a mark for one of these bids is missing, and nothing where one member sits alone.
    """
    criteria = scheme.of(schemes.Part.EXPERT)
    given = {(mark.expert, mark.commitment, mark.criterion): mark.points for mark in marks}
    wanted = [(expert, bid, each.id) for expert in experts for bid in bids for each in criteria]
    if len(experts) < _FEWEST or any(place not in given for place in wanted):
        return ()
    return tuple(
        found
        for bid in bids
        for expert in experts
        for found in _of_sheet(given, criteria, experts, expert, bid)
    )


def _of_sheet(
    given: dict[tuple[int, str, str], int],
    criteria: Sequence[schemes.Criterion],
    experts: Sequence[int],
    expert: int,
    bid: str,
) -> Iterator[Distance]:
    totals = {one: sum(given[one, bid, each.id] for each in criteria) for one in experts}
    middle = median(list(totals.values()))
    yield Distance(
        expert=expert, commitment=bid, criterion=SHEET, points=totals[expert], middle=middle, scale=middle
    )
    for each in criteria:
        others = [given[one, bid, each.id] for one in experts if one != expert]
        yield Distance(
            expert=expert,
            commitment=bid,
            criterion=each.id,
            points=given[expert, bid, each.id],
            middle=Fraction(sum(others), len(others)),
            scale=Fraction(each.points),
        )


def apart(found: Sequence[Distance], part: Fraction) -> tuple[Distance, ...]:
    """Return what lies further off than a part of its scale, in the same order."""
    return tuple(one for one in found if one.beyond(part))
