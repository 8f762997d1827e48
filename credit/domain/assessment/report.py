"""A report by an assessment body: drawn for an evaluation, delivered on the street's form, graded, or struck.

The draw can be repeated: the list of those eligible is fixed by a digest, the seed comes from the platform's
key over evaluation, round and that digest, and the lowest lot is drawn. The report takes its share of the
street's part. Source: BPR 67 (who may commission), 63 (a body is drawn at random); share, days and
least number are our own proposal.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from credit.domain.rule_set import RuleSet
from market.kernel.digest import digest
from market.kernel.errors import ConflictError, InvalidInputError, RuleError
from market.kernel.lifecycle import Lifecycle, Move
from market.kernel.period import end_of_day, local_day
from market.kernel.share import half_even
from market.kernel.workday import Workdays


class Stage(StrEnum):
    """Where a commission stands."""

    DRAWN = "drawn"
    DELIVERED = "delivered"
    DECLINED = "declined"
    LAPSED = "lapsed"
    STRUCK = "struck"


class Verb(StrEnum):
    """What moves it on."""

    DELIVER = "deliver"
    DECLINE = "decline"
    LAPSE = "lapse"
    STRIKE = "strike"


LIFECYCLE: Lifecycle[Stage, Verb] = Lifecycle(
    "report of an assessment body",
    Stage.DRAWN,
    (
        Move(Stage.DRAWN, Verb.DELIVER, Stage.DELIVERED),
        Move(Stage.DRAWN, Verb.DECLINE, Stage.DECLINED),
        Move(Stage.DRAWN, Verb.LAPSE, Stage.LAPSED),
        Move(Stage.DRAWN, Verb.STRIKE, Stage.STRUCK),
        Move(Stage.DELIVERED, Verb.STRIKE, Stage.STRUCK),
    ),
)

RUNNING = (Stage.DRAWN, Stage.DELIVERED)


class FewBodiesError(RuleError):
    """Too few bodies are left to draw from after those with a conflict are left out."""

    code: ClassVar[str] = "credit-assessment-few"
    source = "BPR 63"


class AssessmentRunsError(ConflictError):
    """A body was drawn for this evaluation already."""

    code: ClassVar[str] = "credit-assessment-runs"


class ReportAwaitedError(RuleError):
    """An evaluation is submitted once the report it was commissioned for is in, declined or lapsed."""

    code: ClassVar[str] = "credit-assessment-awaited"
    source = "BPR 67"


class ReportLateError(RuleError):
    """A report comes before its day is over."""

    code: ClassVar[str] = "credit-assessment-late"
    source = "BPR 67"


class ReportDatesError(InvalidInputError):
    """The visit lies between the draw and today."""

    code: ClassVar[str] = "credit-assessment-dates"


class ConflictUndeclaredError(RuleError):
    """A report is delivered only with the statement that the body has no interest in its result."""

    code: ClassVar[str] = "credit-assessment-conflict"
    source = "BPR 67"


class GradedError(ConflictError):
    """The report was graded, or is not in."""

    code: ClassVar[str] = "credit-assessment-graded"


class Grading(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the district thinks of a report.

    Attributes:
        quality: Points out of a hundred.
    """

    quality: Annotated[int, Meta(ge=0, le=100)]
    reasons: Annotated[str, Meta(min_length=1, max_length=4000)]


def roster_digest(codes: Collection[str]) -> str:
    """Return what fixes the list of those eligible, whatever its order."""
    return digest("credit-assessor-roster", {"codes": sorted(codes)})


def lots(codes: Collection[str], *, seed: str) -> Sequence[str]:
    """Return the eligible bodies in the order of their lots; the first is drawn.

    Whoever knows list and seed can repeat it; the order of ``codes`` does not matter.
    """
    return sorted(codes, key=lambda code: digest("credit-assessor-lot", {"seed": seed, "code": code}))


def check_enough(codes: Collection[str], *, rules: RuleSet) -> None:
    """Refuse to draw from fewer than the rule set asks for: there is nothing to draw then.

    Raises:
        FewBodiesError: As named.
    """
    least = rules.whole("assessor_least")
    if len(codes) < least:
        raise FewBodiesError("too few are eligible", eligible=len(codes), least=least)


def due(drawn_at: datetime, *, rules: RuleSet, days: Workdays) -> datetime:
    """Return until when the report is delivered."""
    return end_of_day(days.add_workdays(local_day(drawn_at), rules.whole("assessor_days")))


def check_delivery(
    *, visited_on: date, drawn_at: datetime, due_at: datetime, unbiased: bool, now: datetime
) -> None:
    """Refuse a report that is late, tells of a visit outside its time, or lacks its statement.

    Raises:
        ReportLateError, ReportDatesError, ConflictUndeclaredError: As named.
    """
    if now >= due_at:
        raise ReportLateError("its time is over", due_at=due_at.isoformat())
    if not local_day(drawn_at) <= visited_on <= local_day(now):
        raise ReportDatesError("visited outside its time", field="visited_on")
    if not unbiased:
        raise ConflictUndeclaredError("no statement", field="unbiased")


def blend(street: Fraction, report: Fraction | None, *, rules: RuleSet) -> Fraction:
    """Return the street's part after a report took its share of it."""
    if report is None:
        return street
    share = rules.exact("assessor_share")
    return (1 - share) * street + share * report


def mean_quality(graded: Collection[int]) -> int | None:
    """Return a body's quality in centi-points, half to even; ``None`` before the first graded report."""
    return half_even(Fraction(100 * sum(graded), len(graded))) if graded else None
