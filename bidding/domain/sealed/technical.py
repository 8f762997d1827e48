"""The technical marks, locked before any price can be read: what keyholders sign to open the prices.

The committee ends its technical marking with one object. It says of every bid in the evaluation what it got
and whether its price is opened; its digest is logged, and shares of prices are taken only with a signature
over it. From then on nobody can fit marks to prices. Source: BLR 49, 51; docs/sealing.md sections 4 and 6.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

from bidding.domain.sealed.encoding import Count, Digest, Exact, Name, plain
from bidding.domain.sealed.envelope import TwoEnvelopes
from market.kernel import digest

Outcome = Literal["passed", "below-threshold", "rejected"]


__all__ = [
    "CriterionPoints",
    "LockedMarks",
    "MarkedBid",
    "TwoEnvelopes",
    "marked",
    "marks_faults",
    "threshold_points",
]


class CriterionPoints(Exact, frozen=True, kw_only=True):
    """The published mark of one bid on one technical criterion, centi-points."""

    criterion: Name
    points: Count


class MarkedBid(Exact, frozen=True, kw_only=True):
    """What one bid got for its technical part.

    Attributes:
        commitment: Of the technical envelope; ``price`` is that of the price envelope of the same bid.
        points: Empty of a bid that was rejected; its marks count for nothing.
        technical: The sum of ``points``.
    """

    lot: Name
    commitment: Digest
    price: Digest
    points: tuple[CriterionPoints, ...]
    technical: Count
    outcome: Outcome


class LockedMarks(Exact, frozen=True, kw_only=True):
    """The technical marks of all lots, by commitment, and the threshold they were held against."""

    tender: Name
    freeze: Digest
    threshold_points: Count
    bids: tuple[MarkedBid, ...]

    @property
    def digest(self) -> str:
        """H("marks", …): what every release of shares of prices names."""
        return digest.digest("marks", plain(self))

    @property
    def passed(self) -> frozenset[str]:
        """The commitments of the price envelopes that are opened; every other stays sealed for good."""
        return frozenset(bid.price for bid in self.bids if bid.outcome == "passed")


def threshold_points(*, technical_points: int, percent: int) -> int:
    """Return the least centi-points that reach a share of the technical part; reaching it is enough."""
    return -(-technical_points * percent // 100)


def marked(
    *,
    lot: str,
    commitment: str,
    price: str,
    points: Iterable[tuple[str, int]],
    rejected: bool,
    threshold: int,
) -> MarkedBid:
    """Return what a bid got, held against the threshold (CC 1259: reaching it includes it)."""
    given = () if rejected else tuple(CriterionPoints(criterion=name, points=got) for name, got in points)
    technical = sum(each.points for each in given)
    outcome: Outcome = "passed" if technical >= threshold else "below-threshold"
    return MarkedBid(
        lot=lot,
        commitment=commitment,
        price=price,
        points=given,
        technical=technical,
        outcome="rejected" if rejected else outcome,
    )


def marks_faults(marks: LockedMarks, two: TwoEnvelopes, pairs: Mapping[str, tuple[str, str]]) -> list[str]:
    """Return what is wrong with locked marks on their own; codes, empty when nothing is.

    Args:
        pairs: Technical commitment -> lot and price commitment, of every technical part that was opened.
    """
    said = {bid.commitment: (bid.lot, bid.price) for bid in marks.bids}
    names = [bid.commitment for bid in marks.bids]
    checks = {
        "marks-threshold": marks.threshold_points == two.threshold_points,
        "marks-bids": said == dict(pairs) and names == sorted(set(names)),
        "marks-sum": all(bid.technical == sum(one.points for one in bid.points) for bid in marks.bids),
        "marks-outcome": all(_fits(bid, two) for bid in marks.bids),
    }
    return [code for code, holds in checks.items() if not holds]


def _fits(bid: MarkedBid, two: TwoEnvelopes) -> bool:
    if bid.outcome == "rejected":
        return not bid.points
    reached = two.threshold_points <= bid.technical <= two.technical_points
    return reached if bid.outcome == "passed" else bid.technical < two.threshold_points
