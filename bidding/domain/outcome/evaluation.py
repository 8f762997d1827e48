"""How opened bids become marks, totals and ranked candidates, every figure explained."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from bidding.domain import scheme as schemes
from bidding.domain.outcome import marking
from market.kernel import digest
from market.kernel.errors import RuleError


class TooFewEffectiveBidsError(RuleError):
    """Fewer effective bids remain than rule T50 asks for, and no decision to go on is recorded."""

    code = "too-few-effective-bids"
    source = "BTB 34, BL 42"


class OverpricedError(RuleError):
    """A bid above the published maximum price has not been rejected."""

    code = "bid-above-maximum"
    source = "BLR 51(5)"


class Ground(StrEnum):
    """Why a committee rejects a bid; value = catalogue key and row of ``GROUNDS``."""

    UNSIGNED = "unsigned"
    NO_JOINT_AGREEMENT = "no-joint-agreement"
    UNQUALIFIED = "unqualified"
    SEVERAL_BIDS = "several-bids"
    PRICE = "price"
    UNRESPONSIVE = "unresponsive"
    COLLUSION = "collusion"
    RELATED = "related"
    UNCLARIFIED = "unclarified"
    BELOW_THRESHOLD = "below-threshold"


GROUNDS: Mapping[Ground, str] = {
    Ground.UNSIGNED: "BLR 51(1)",
    Ground.NO_JOINT_AGREEMENT: "BLR 51(2)",
    Ground.UNQUALIFIED: "BLR 51(3)",
    Ground.SEVERAL_BIDS: "BLR 51(4)",
    Ground.PRICE: "BLR 51(5)",
    Ground.UNRESPONSIVE: "BLR 51(6)",
    Ground.COLLUSION: "BLR 51(7)",
    Ground.RELATED: "BLR 34",
    Ground.UNCLARIFIED: "BTB 33",
    Ground.BELOW_THRESHOLD: "BLR 51(6)",
}


class Bid(msgspec.Struct, frozen=True, kw_only=True):
    """An opened bid as the evaluation sees it.

    Attributes:
        credit: E_tender of the last published snapshot at the deadline, centi-points; ``None`` without one.
    """

    commitment: str
    price_fen: int
    credit: int | None


class Rejection(msgspec.Struct, frozen=True, kw_only=True):
    """A bid the committee rejected, with its ground and its reasons in words."""

    commitment: str
    ground: Ground
    reasons: str


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """A bid with its points per criterion, centi-points, and the lines that explain them."""

    commitment: str
    price_fen: int
    points: tuple[tuple[str, int], ...]
    technical: int
    credit: int
    total: int
    lines: tuple[marking.Line, ...]


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A bid recommended by the committee.

    Attributes:
        decided_by: What put it before the next: the total or the tie-break that was needed.
    """

    rank: int
    commitment: str
    total: int
    decided_by: str


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """The evaluation of one lot: scored bids in order, rejections, candidates."""

    lot: str
    scored: tuple[Scored, ...]
    rejections: tuple[Rejection, ...]
    candidates: tuple[Candidate, ...]
    seed: str
    digest: str


class Inputs(msgspec.Struct, frozen=True, kw_only=True):
    """All an evaluation depends on beside the rules the tender froze; its digest is the evaluation snapshot.

    Attributes:
        seed: Published before the marks; decides a last tie.
        going_on: The committee's reasons why too few effective bids still compete.
    """

    tender: str
    lot: str
    scheme: schemes.Scheme
    bids: tuple[Bid, ...]
    experts: tuple[int, ...]
    marks: tuple[marking.Mark, ...]
    rejections: tuple[Rejection, ...] = ()
    seed: str
    credit_version: str = ""
    going_on: str = ""
    maximum_fen: int | None = None


def check(inputs: Inputs) -> None:
    """Refuse marks out of range, unknown, doubled or missing; every expert marks every effective bid.

    Raises:
        MarkOutOfRangeError: A mark does not fit the published table.
        UnmarkedCriterionError: A mark is missing; ``context`` names expert, bid and criterion.
        OverpricedError: A bid above the maximum price must be rejected first.
    """
    effective = effective_bids(inputs)
    for bid in effective:
        if inputs.maximum_fen is not None and bid.price_fen > inputs.maximum_fen:
            raise OverpricedError(commitment=bid.commitment, maximum=inputs.maximum_fen)
    marking.check_marks(
        inputs.marks,
        inputs.scheme,
        experts=inputs.experts,
        known={bid.commitment for bid in inputs.bids},
        effective=[bid.commitment for bid in effective],
    )


def effective_bids(inputs: Inputs) -> tuple[Bid, ...]:
    """Return the bids that were not rejected."""
    rejected = {rejection.commitment for rejection in inputs.rejections}
    return tuple(bid for bid in inputs.bids if bid.commitment not in rejected)


def evaluate(inputs: Inputs, bounds: marking.Limits) -> Result:
    """Return scores, explanation and ranked candidates of one lot; a pure function of inputs and limits.

    Without an effective bid there are no candidates and nobody may name a winner (BL 42, 57).

    Raises:
        TooFewEffectiveBidsError: Too few effective bids and no recorded decision to go on.
        MarkOutOfRangeError: See ``check``.
        UnmarkedCriterionError: See ``check``.
    """
    check(inputs)
    effective = effective_bids(inputs)
    if 0 < len(effective) < bounds.effective and not inputs.going_on.strip():
        raise TooFewEffectiveBidsError(effective=len(effective), minimum=bounds.effective)
    prices = [bid.price_fen for bid in effective]
    scored = sorted(
        (_score(bid, inputs, prices, bounds) for bid in effective),
        key=lambda entry: _order(entry, inputs.seed),
    )
    return Result(
        lot=inputs.lot,
        scored=tuple(scored),
        rejections=inputs.rejections,
        candidates=rank(scored, inputs.seed, most=bounds.candidates),
        seed=inputs.seed,
        digest=snapshot(inputs),
    )


def _score(bid: Bid, inputs: Inputs, prices: Sequence[int], bounds: marking.Limits) -> Scored:
    scheme = inputs.scheme
    points: list[tuple[str, int]] = []
    lines: list[marking.Line] = []
    sums = dict.fromkeys(schemes.Part, 0)
    for criterion in scheme.criteria:
        line = _line(criterion, bid, inputs, prices, bounds)
        points.append((criterion.id, line.result))
        lines.append(msgspec.structs.replace(line, inputs=(("criterion", criterion.id), *line.inputs)))
        sums[criterion.part] += line.result
    total = sum(sums.values())
    lines.append(marking.Line(formula="total", inputs=tuple(points), result=total, source="BLR 49"))
    return Scored(
        commitment=bid.commitment,
        price_fen=bid.price_fen,
        points=tuple(points),
        technical=sums[schemes.Part.EXPERT],
        credit=sums[schemes.Part.CREDIT],
        total=total,
        lines=tuple(lines),
    )


def _line(
    criterion: schemes.Criterion, bid: Bid, inputs: Inputs, prices: Sequence[int], bounds: marking.Limits
) -> marking.Line:
    if criterion.part is schemes.Part.EXPERT:
        given = [
            mark.points
            for mark in inputs.marks
            if mark.commitment == bid.commitment and mark.criterion == criterion.id
        ]
        return marking.average(given, bounds)
    if criterion.part is schemes.Part.PRICE:
        method = inputs.scheme.price_method
        return marking.price_points(bid.price_fen, prices, bounds, weight=criterion.points, method=method)
    return marking.credit_points(
        bid.credit, bounds, weight=criterion.points, neutral=inputs.scheme.neutral_credit
    )


def draw_number(commitment: str, seed: str) -> str:
    """Return a bid's number in the last tie-break; whoever knows the published seed can repeat it."""
    return digest.digest("tie", {"commitment": commitment, "seed": seed})


def _order(scored: Scored, seed: str) -> tuple[int, int, int, int, str]:
    return (
        -scored.total,
        scored.price_fen,
        -scored.technical,
        -scored.credit,
        draw_number(scored.commitment, seed),
    )


STEPS = ("total", "price", "technical", "credit", "draw")


def rank(scored: Iterable[Scored], seed: str, *, most: int) -> tuple[Candidate, ...]:
    """Return the candidates, ``most`` at most.

    Order: total, lower price, higher technical, higher credit, drawn number.
    """
    ordered = sorted(scored, key=lambda entry: _order(entry, seed))
    following = [*ordered[1:], None]
    return tuple(
        Candidate(
            rank=place + 1,
            commitment=entry.commitment,
            total=entry.total,
            decided_by=_decided_by(entry, following[place], seed),
        )
        for place, entry in enumerate(ordered[:most])
    )


def _decided_by(entry: Scored, following: Scored | None, seed: str) -> str:
    if following is None:
        return STEPS[0]
    pairs = zip(STEPS, _order(entry, seed), _order(following, seed), strict=True)
    return next(step for step, mine, theirs in pairs if mine != theirs)


def snapshot(inputs: Inputs) -> str:
    """Return the digest of everything the evaluation used; the order of its lists does not matter."""
    plain = msgspec.to_builtins(inputs)
    plain["bids"] = sorted(plain["bids"], key=lambda bid: bid["commitment"])
    plain["marks"] = sorted(
        plain["marks"], key=lambda mark: (mark["expert"], mark["commitment"], mark["criterion"])
    )
    plain["experts"] = sorted(plain["experts"])
    plain["rejections"] = sorted(plain["rejections"], key=lambda rejection: rejection["commitment"])
    return digest.digest("evaluation", plain)
