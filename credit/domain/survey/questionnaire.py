"""What owners are asked, and how their answers become one number; exact until the evaluation is rounded.

Ten questions on a scale of five. An answer of x counts 25 · (x - 1) points of a hundred. The overall question
weighs two fifths, the mean of the nine others three fifths. The questions and weights are our own proposal.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Annotated, ClassVar, Final

import msgspec
from msgspec import Meta

from credit.domain.rule_set import RuleSet
from market.kernel.errors import RuleError

OVERALL: Final = "overall"
QUESTIONS: Final = (
    OVERALL,
    "cleaning",
    "greening",
    "order",
    "lifts",
    "repairs",
    "attitude",
    "fees",
    "publicity",
    "complaints",
)
STEP: Final = 2_500
"""Centi-points between two marks of the scale."""
SATISFIED: Final = 4

Mark = Annotated[int, Meta(ge=1, le=5)]


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One household's answer: a mark of one to five to each question."""

    overall: Mark
    cleaning: Mark
    greening: Mark
    order: Mark
    lifts: Mark
    repairs: Mark
    attitude: Mark
    fees: Mark
    publicity: Mark
    complaints: Mark

    @property
    def marks(self) -> tuple[int, ...]:
        """All marks in the order of the questions."""
        return tuple(getattr(self, name) for name in QUESTIONS)

    @property
    def straight(self) -> bool:
        """Whether every mark is the same."""
        return len(set(self.marks)) == 1


class TooFastError(RuleError):
    """Ten questions are not read in so short a time."""

    code: ClassVar[str] = "credit-survey-too-fast"


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """An answer with how long it took and where its household lies."""

    answer: Answer
    seconds: int
    building: str


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """The mean of a building's answers; only where enough of them hide each."""

    building: str
    answers: int
    mean: Fraction


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What a survey says.

    Attributes:
        answers: Valid answers.
        put_aside: Answers all in one column given too quickly; they count nowhere and are told.
        means: Question -> exact mean, centi-points; empty while there are too few answers to show.
        score: The overall mean and the mean of the others by their weights; ``None`` without answers.
        satisfied: How many gave the overall question four or five.
    """

    answers: int
    put_aside: int
    means: dict[str, Fraction]
    score: Fraction | None
    satisfied: int
    cells: tuple[Cell, ...]


def check_pace(seconds: int, *, least: int) -> None:
    """Refuse an answer given faster than the questions can be read.

    Raises:
        TooFastError: Fewer seconds than the rule asks.
    """
    if seconds < least:
        raise TooFastError("too fast", field="started", seconds=seconds, least=least)


def valid(given: Given, *, straight_below: int) -> bool:
    """Say whether an answer counts: one column all the way down counts only if it took its time."""
    return not (given.answer.straight and given.seconds < straight_below)


def summarise(answers: Sequence[Given], *, rules: RuleSet) -> Summary:
    """Return the means of the valid answers, and of each building with enough of them.

    Fewer answers than ``survey_shown_from`` are never shown by themselves, or they would tell who said what
    (PIPL 51).
    """
    straight_below, shown_from = rules.whole("survey_straight_time"), rules.whole("survey_shown_from")
    counted = [one for one in answers if valid(one, straight_below=straight_below)]
    means = {name: _mean(getattr(one.answer, name) for one in counted) for name in QUESTIONS if counted}
    others = [mean for name, mean in means.items() if name != OVERALL]
    score = None
    if others:
        overall = rules.exact("survey_overall")
        score = overall * means[OVERALL] + (1 - overall) * sum(others, Fraction(0)) / len(others)
    shown = len(counted) >= shown_from
    return Summary(
        answers=len(counted),
        put_aside=len(answers) - len(counted),
        means=means if shown else {},
        score=score,
        satisfied=sum(one.answer.overall >= SATISFIED for one in counted),
        cells=tuple(_cells(counted, shown_from)) if shown else (),
    )


def _mean(marks: Iterable[int]) -> Fraction:
    points = [STEP * (mark - 1) for mark in marks]
    return Fraction(sum(points), len(points))


def _cells(answers: Sequence[Given], shown_from: int) -> Iterable[Cell]:
    """Yield buildings with enough answers; what is left over must hide as well, or the smallest goes too."""
    groups = {
        name: [one for one in answers if one.building == name]
        for name in sorted({one.building for one in answers})
    }
    big = {name: each for name, each in groups.items() if len(each) >= shown_from}
    hidden = len(answers) - sum(len(each) for each in big.values())
    if 0 < hidden < shown_from and big:
        del big[min(big, key=lambda name: (len(big[name]), name))]
    for name, each in big.items():
        yield Cell(building=name, answers=len(each), mean=_mean(one.answer.overall for one in each))
