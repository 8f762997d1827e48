"""Prices clearly below the others': the bidder is asked before anybody is ranked, and the committee decides.

A low price is no ground by itself and no band rejects a bid (BLR 27, 50): who is asked may show that the
price covers its cost. Only a price that nobody justified, or whose justification the committee does not
accept with reasons, is rejected (BTB 32, 33; BLR 51(5)). What is compared are the effective bids of the lot.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import ClassVar

import msgspec

from bidding.domain.outcome.evaluation import Ground
from bidding.domain.rule_table import RuleVersion
from market.kernel.errors import ConflictError, NotFoundError, RuleError


class PriceOpenError(RuleError):
    """A clearly low price has not been asked about, or not been decided on."""

    code: ClassVar[str] = "low-price-open"
    source = "BTB 32, 33"


class PriceUnaskedError(RuleError):
    """A bid is rejected for its price although its bidder was not asked to justify it."""

    code: ClassVar[str] = "price-not-asked-about"
    source = "BTB 32; BLR 51(5)"


class QuestionUnknownError(NotFoundError):
    """Nobody asked about this price."""

    code: ClassVar[str] = "price-question-unknown"
    source = "BTB 32"


class AlreadyAskedError(ConflictError):
    """The bidder has been asked about this price."""

    code: ClassVar[str] = "price-already-asked-about"
    source = "BTB 32"


class AlreadyAnsweredError(ConflictError):
    """The bidder has answered; the answer is not changed."""

    code: ClassVar[str] = "price-already-answered"
    source = "BLR 52"


class AnswerLateError(RuleError):
    """The time to justify the price is over."""

    code: ClassVar[str] = "price-answer-late"
    source = "BTB 33"


class AnswerAwaitedError(RuleError):
    """The bidder may still answer; nobody decides before."""

    code: ClassVar[str] = "price-answer-awaited"
    source = "BTB 32"


class AlreadyJudgedError(ConflictError):
    """The committee has decided on this price."""

    code: ClassVar[str] = "price-already-judged"
    source = "BTB 32"


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """A price beside the mean of the other effective bids, exact, fen.

    Attributes:
        others: ``None`` where there is no other bid.
        floor: A price below it is asked about (rule low-price); it rejects nothing.
    """

    commitment: str
    price_fen: int
    others: Fraction | None
    floor: Fraction

    @property
    def low(self) -> bool:
        """Whether the bidder has to be asked; exactly at the floor it has not."""
        return self.price_fen < self.floor


def compare(prices: Mapping[str, int], part: Fraction) -> tuple[Compared, ...]:
    """Return every price beside the others.

    Args:
        prices: Of the effective bids of a lot, fen.
        part: How far below the mean of the others a price is asked about, see ``part_of``.
    """
    whole, others = sum(prices.values()), len(prices) - 1
    return tuple(
        Compared(
            commitment=bid,
            price_fen=price,
            others=Fraction(whole - price, others) if others else None,
            floor=(1 - part) * Fraction(whole - price, others) if others else Fraction(0),
        )
        for bid, price in prices.items()
    )


def part_of(rules: RuleVersion) -> Fraction:
    """Return how far below the mean of the others a price is asked about (rule low-price)."""
    return rules.share("low-price") / 100


def answer_until(asked_at: datetime, rules: RuleVersion) -> datetime:
    """Return the end of the time to justify a price (rule low-price.answer)."""
    return asked_at + timedelta(hours=rules.value("low-price.answer"))


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What a bidder was asked about its price, and what came of it.

    Attributes:
        others: Mean of the other effective bids when it was asked, fen, as a fraction; empty without others.
        accepted: The committee's decision; ``None`` while there is none by somebody who sits now. The bid of
            a price that is not accepted is rejected once the majority votes for it.
        rejection: The proposal that followed from it.
        outvoted: The member who decided would have rejected the bid, and the others voted it down.
        reasons: Of the decision.
    """

    id: int
    evaluation: int
    organisation: int
    commitment: str
    text: str
    price_fen: int
    others: str
    asked_at: datetime
    answer_until: datetime
    answer: str | None = None
    answered_at: datetime | None = None
    accepted: bool | None = None
    reasons: str = ""
    decided_at: datetime | None = None
    rejection: int | None = None
    outvoted: bool = False


def check_answer(question: Question, now: datetime) -> None:
    """Refuse an answer that comes twice, late or after the decision; the last instant is too late.

    Raises:
        AlreadyJudgedError: The committee has decided.
        AlreadyAnsweredError: There is an answer.
        AnswerLateError: The time is over.
    """
    if question.accepted is not None:
        raise AlreadyJudgedError("the committee has decided")
    if question.answer is not None:
        raise AlreadyAnsweredError("answered before")
    if now >= question.answer_until:
        raise AnswerLateError("the time to answer is over", until=question.answer_until.isoformat())


def ground_to_reject(question: Question, now: datetime) -> Ground:
    """Return on what ground a bid is rejected whose price is not accepted: unjustified, or unclarified.

    Raises:
        AlreadyJudgedError: The committee has decided.
        AnswerAwaitedError: There is no answer and the time is not over.
    """
    if question.accepted is not None:
        raise AlreadyJudgedError("the committee has decided")
    if question.answer is None and now < question.answer_until:
        raise AnswerAwaitedError("the bidder may still answer", until=question.answer_until.isoformat())
    return Ground.UNCLARIFIED if question.answer is None else Ground.PRICE


def check_settled(lot: str, compared: Collection[Compared], questions: Collection[Question]) -> None:
    """Refuse a report while an effective bid's price is low or asked about, and not accepted.

    Raises:
        PriceOpenError: ``context`` names the lot and how many are open.
    """
    accepted = {one.commitment for one in questions if one.accepted}
    asked = {one.commitment for one in questions}
    still = [
        one for one in compared if (one.low or one.commitment in asked) and one.commitment not in accepted
    ]
    if still:
        raise PriceOpenError(f"{len(still)} prices are open", lot=lot, open=len(still))
