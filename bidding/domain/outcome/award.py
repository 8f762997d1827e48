"""From ranked candidates to the winner: publicity, guards, notices to all at once."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import msgspec

from bidding.domain.outcome import decision as decisions
from bidding.domain.outcome import evaluation
from bidding.domain.rule_table import Force, RuleVersion
from market.kernel import period
from market.kernel.errors import RuleError
from market.kernel.workday import Workdays

ORDER_RULE: Final = "T54"


class NoCandidateError(RuleError):
    """There is nobody to publish: every bid was rejected."""

    code = "no-candidate"
    source = "BL 42, BL 57"


class NotACandidateError(RuleError):
    """Only a recommended candidate can win."""

    code = "winner-not-a-candidate"
    source = "BL 40, BL 57"


class PublicityRunningError(RuleError):
    """The candidates have not been public for three full days."""

    code = "publicity-running"
    source = "BLR 54"


class DecisionMissingError(RuleError):
    """No carried, unrevoked owners' decision covers this winner."""

    code = "winner-decision-missing"
    source = "CC 278, BPR 34, BPR 63"


class RankSkippedError(RuleError):
    """The first in rank is passed over without a reason the law knows."""

    code = "rank-skipped"
    source = "BLR 55"


class RankBindingError(RuleError):
    """Another candidate stands before this one and the order binds: no reason lets it be passed over."""

    code = "rank-binding"
    rules = ("T54",)
    source = "BLR 55; 2003 measures 35"


class CandidateGaveUpError(RuleError):
    """The award to this candidate was cancelled; the next in rank can win, or the tender is repeated."""

    code = "candidate-gave-up"
    source = "BLR 55"


class CandidateBarredError(RuleError):
    """The candidate may not take a contract now: banned or on an exit list since the evaluation."""

    code = "candidate-barred"
    source = "BLR 56"


class ObjectionUnansweredError(RuleError):
    """An objection waits for its answer; until then nobody wins."""

    code = "award-objection-unanswered"
    source = "BLR 54"


class RecheckOpenError(RuleError):
    """The committee has not said whether a candidate can still perform."""

    code = "award-recheck-open"
    source = "BLR 56"


class CandidateExcludedError(RuleError):
    """A re-check, an objection or a complaint has ended this candidate's chance."""

    code = "candidate-excluded"
    source = "BLR 55, 56"


class Hindrances(msgspec.Struct, frozen=True, kw_only=True):
    """What may stand between candidates and an award.

    Attributes:
        objections: How many objections wait for an answer.
        rechecks: How many re-checks of the lot's candidates are open (BLR 56).
        excluded: Commitments of candidates that may not win any more.
    """

    objections: int = 0
    rechecks: int = 0
    excluded: frozenset[str] = frozenset()


class Publicity(msgspec.Struct, frozen=True, kw_only=True):
    """The public notice of the candidates.

    Attributes:
        last_day: Last day on which a bidder may object to the result.
        ends_at: End (24:00) of that day; an award is possible from then on.
    """

    published_at: datetime
    last_day: date
    ends_at: datetime


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """The winner and why it is this one.

    Attributes:
        needs_decision: Owners' tender: the winner must be covered by an owners' decision (BPR 34, 63).
        skipped: Why a better ranked candidate does not get the award (BLR 55); empty for the first in rank.
        gone: Commitments whose award was cancelled; they are out, the next in rank needs no reasons.
    """

    winner: int
    commitment: str
    needs_decision: bool
    skipped: str = ""
    gone: frozenset[str] = frozenset()


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What one bidder is told at the award.

    Attributes:
        rank: Place among the effective bids; ``None`` for a rejected one.
        own_points: The bidder's own marks per criterion, nobody else's.
        object_until: Last day to object to the result, the last day of the publicity.
    """

    organisation: int
    commitment: str
    won: bool
    rank: int | None
    own_points: tuple[tuple[str, int], ...]
    own_total: int | None
    object_until: date


def publicity(published_at: datetime, *, days: int, workdays: Workdays) -> Publicity:
    """Return the publicity of candidates: full days (rule T34), the day of publication not counted.

    A last day that is a rest day moves on to the next working day (CC 203).
    """
    last = workdays.add_days(period.local_day(published_at), days)
    return Publicity(published_at=published_at, last_day=last, ends_at=period.end_of_day(last))


def publishable(candidates: Sequence[evaluation.Candidate]) -> None:
    """Refuse a publicity without candidates."""
    if not candidates:
        raise NoCandidateError("every bid was rejected")


def determine(
    choice: Choice,
    candidates: Sequence[evaluation.Candidate],
    *,
    shown: Publicity,
    decision: decisions.Decision | None,
    barred: bool,
    hindrances: Hindrances,
    rules: RuleVersion,
    now: datetime,
) -> evaluation.Candidate:
    """Return the candidate who wins, or refuse.

    Passing over candidates who are all excluded or gone needs no further reason; where the order binds no
    reason lets anybody pass over another one.

    Args:
        rules: What the tender froze.

    Raises:
        NotACandidateError: The winner is not among the recommended (BL 40, 57).
        CandidateGaveUpError: An award to it was cancelled (BLR 55).
        RankSkippedError: Not the first of those left and no reason given (BLR 55).
        RankBindingError: Not the first of those left, and the order binds (rule T54).
        CandidateBarredError: The winner is barred now (BLR 56).
        CandidateExcludedError: The winner was excluded (BLR 55, 56).
        ObjectionUnansweredError: An objection is open (BLR 54).
        RecheckOpenError: A re-check is open (BLR 56).
        PublicityRunningError: Publicity not over (BLR 54).
        DecisionMissingError: Owners' tender without a decision that covers the winner.
    """
    found = next((each for each in candidates if each.commitment == choice.commitment), None)
    if found is None:
        raise NotACandidateError(candidates=len(candidates))
    if found.commitment in choice.gone:
        raise CandidateGaveUpError(rank=found.rank, field="commitment")
    better = {each.commitment for each in candidates if each.rank < found.rank}
    if better - hindrances.excluded - choice.gone:
        _check_order(choice, found, rules)
    if barred:
        raise CandidateBarredError(rank=found.rank)
    _check_hindrances(found, hindrances)
    if now < shown.ends_at:
        raise PublicityRunningError(last_day=shown.last_day.isoformat())
    if choice.needs_decision and not decisions.allows(decision, rules, winner=choice.winner, rank=found.rank):
        raise DecisionMissingError(rank=found.rank)
    return found


def order_binds(rules: RuleVersion) -> bool:
    """Say whether nobody passes over a candidate who is left, whatever the reason (rule T54)."""
    return rules.rule(ORDER_RULE).force is Force.HARD


def _check_order(choice: Choice, found: evaluation.Candidate, rules: RuleVersion) -> None:
    if order_binds(rules):
        raise RankBindingError(rank=found.rank, field="commitment")
    if not choice.skipped.strip():
        raise RankSkippedError(rank=found.rank, field="skipped")


def _check_hindrances(found: evaluation.Candidate, hindrances: Hindrances) -> None:
    if found.commitment in hindrances.excluded:
        raise CandidateExcludedError(rank=found.rank)
    if hindrances.objections:
        raise ObjectionUnansweredError(objections=hindrances.objections)
    if hindrances.rechecks:
        raise RecheckOpenError(rechecks=hindrances.rechecks)


def sign_by(notified_at: datetime, *, days: int, workdays: Workdays) -> date:
    """Return the last day to sign the written contract, counted from the notice (rule T42, BL 46)."""
    return workdays.add_days(period.local_day(notified_at), days)


def place(lot: str, turn: int) -> str:
    """Return lot and turn as numbers of awards and contracts print them: ``1``, then ``1-2``, ``1-3``."""
    return lot if turn == 1 else f"{lot}-{turn}"


def report_by(determined_at: datetime, *, days: int, workdays: Workdays) -> date | None:
    """Return the last day for the written report to the authority (rule T41, BL 47).

    ``None`` where the owners relaxed the house rule: the law asks it of must-tender projects only.
    """
    return workdays.add_days(period.local_day(determined_at), days) if days else None


def notices(
    result: evaluation.Result, *, winner: str, bidders: dict[str, int], object_until: date
) -> tuple[Notice, ...]:
    """Return one notice per opened bid, for all at the same time (BL 45).

    Args:
        winner: Commitment of the winning bid.
        bidders: Commitment to organisation for every opened bid of the lot, rejected ones included.
        object_until: Last day of the publicity.
    """
    places = {entry.commitment: place for place, entry in enumerate(result.scored, start=1)}
    entries = {entry.commitment: entry for entry in result.scored}
    return tuple(
        Notice(
            organisation=organisation,
            commitment=commitment,
            won=commitment == winner,
            rank=places.get(commitment),
            own_points=entries[commitment].points if commitment in entries else (),
            own_total=entries[commitment].total if commitment in entries else None,
            object_until=object_until,
        )
        for commitment, organisation in sorted(bidders.items())
    )
