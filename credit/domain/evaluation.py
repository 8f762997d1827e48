"""Performance evaluation of a project: the form, the case figures, and how the parts become one number.

Exact centi-points until the project's number is published; that is the one rounding here.
Source: BPR 67, 68 (who may evaluate, from what); SJS (dimensions); the split of points is our own proposal.
"""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from credit.domain.assessment.report import blend
from credit.domain.indicator import FED_AREA, FULL, Indicator
from credit.domain.rule_set import RuleSet
from market.kernel.actor import Actor, Role
from market.kernel.errors import FindingsError, InvalidInputError, MarketError, NotPermittedError, RuleError
from market.kernel.lifecycle import Lifecycle, Move
from market.kernel.share import half_even

SHORT_POINTS = 500
"""Centi-points of each line of the short form: twenty lines of five points."""


class Stage(StrEnum):
    """Where an evaluation stands; nobody outside the authorities sees a score before release."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RELEASED = "released"
    RETURNED = "returned"


class Verb(StrEnum):
    """What moves an evaluation on."""

    SUBMIT = "submit"
    RELEASE = "release"
    RETURN = "return"


LIFECYCLE: Lifecycle[Stage, Verb] = Lifecycle(
    "performance evaluation",
    Stage.DRAFT,
    (
        Move(Stage.DRAFT, Verb.SUBMIT, Stage.SUBMITTED),
        Move(Stage.SUBMITTED, Verb.RELEASE, Stage.RELEASED),
        Move(Stage.SUBMITTED, Verb.RETURN, Stage.RETURNED),
        Move(Stage.RETURNED, Verb.SUBMIT, Stage.SUBMITTED),
    ),
)


class Part(StrEnum):
    """Whose view a part of the evaluation is."""

    STREET = "street"
    COMMUNITY = "community"
    COMMITTEE = "committee"
    OWNERS = "owners"


PART_OF = {Role.STREET: Part.STREET, Role.COMMUNITY: Part.COMMUNITY, Role.COMMITTEE: Part.COMMITTEE}
"""Role -> the part it marks; the street also enters the owners' survey."""


class MarkError(InvalidInputError):
    """A mark is missing, unknown, or outside the points of its indicator."""

    code: ClassVar[str] = "credit-evaluation-mark"


class CasesError(InvalidInputError):
    """Case figures contradict each other."""

    code: ClassVar[str] = "credit-evaluation-cases"


class SurveyError(InvalidInputError):
    """A survey's figures lie outside their ranges."""

    code: ClassVar[str] = "credit-evaluation-survey"


class StreetMissingError(RuleError):
    """An evaluation without the street's part is none."""

    code: ClassVar[str] = "credit-evaluation-street"
    source = "BPR 67"


class ForeignPartError(NotPermittedError):
    """Each part is marked by the body whose view it is."""

    code: ClassVar[str] = "credit-evaluation-part"
    source = "SRC 4"


Count = Annotated[int, Meta(ge=0, lt=2**31)]
Mean = Annotated[int, Meta(ge=0, le=10_000)]


class Cases(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """12345 property cases of the project in the cycle.

    Attributes:
        called_back: Cases whose caller gave an opinion: what was resolved and satisfied is counted of these;
            all cases if left out.
        partly: Resolved in part; what such a case is worth is a number of the rule set.
    """

    cases: Count
    responded: Count
    resolved: Count
    satisfied: Count
    called_back: Count | None = None
    partly: Count = 0

    @property
    def opinions(self) -> int:
        """Cases with an opinion."""
        return self.cases if self.called_back is None else self.called_back


class Survey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The owners' survey: means over valid answers, 0..100 in centi-points.

    Attributes:
        overall: Mean of the overall question.
        others: Mean of the nine other questions.
        answers: Valid answers, one a household.
    """

    overall: Mean
    others: Mean
    answers: Count
    households: Count


class Combined(msgspec.Struct, frozen=True, kw_only=True):
    """The parts after re-normalisation, and the project's number.

    Attributes:
        weights: Part -> its share of the whole after missing and doubtful parts gave theirs up.
        exact: Before rounding.
        published: ``Q_p``, centi-points, half to even.
    """

    parts: Mapping[Part, Fraction]
    weights: Mapping[Part, Fraction]
    exact: Fraction
    published: int


def marked_by_hand(rules: RuleSet) -> tuple[Indicator, ...]:
    """Return the indicators a street marks; the area fed by case figures is not among them."""
    return tuple(i for i in rules.indicators if i.area != FED_AREA)


def street_score(marks: Mapping[str, int], cases: Cases, *, rules: RuleSet) -> Fraction:
    """Return the street's part: marks of E1 to E8 and the 12345 figures as E9.

    Raises:
        FindingsError: Marks missing, unknown or out of range; all of them.
        CasesError: More solved than there were.
    """
    own = marked_by_hand(rules)
    _check_marks(marks, {i.id: i.points_centi for i in own})
    return Fraction(sum(marks.values())) + case_score(cases, rules=rules)


def short_score(marks: Mapping[str, int], *, rules: RuleSet) -> Fraction:
    """Return the part of a community or committee: twenty lines of five points.

    Raises:
        FindingsError: Marks missing, unknown or out of range; all of them.
    """
    _check_marks(marks, {i.id: SHORT_POINTS for i in rules.indicators if i.short_form})
    return Fraction(sum(marks.values()))


def _check_marks(marks: Mapping[str, int], limits: Mapping[str, int]) -> None:
    found: list[MarketError] = [
        MarkError("a mark is missing", field=f"marks.{key}", indicator=key)
        for key in limits
        if key not in marks
    ]
    for key, mark in marks.items():
        if key not in limits:
            found.append(MarkError("no such indicator here", field=f"marks.{key}", indicator=key))
        elif not 0 <= mark <= limits[key]:
            found.append(MarkError("outside its points", field=f"marks.{key}", indicator=key))
    if found:
        raise FindingsError(found)


def rate(good: Fraction | int, cases: int, *, rules: RuleSet) -> Fraction:
    """Return a rate; few cases are drawn towards four fifths by five added ones.

    Without the rule one unlucky case would cost a small project all its points.
    """
    if cases >= rules.whole("small_sample_below"):
        return Fraction(good) / cases
    added, solved = rules.whole("small_sample_added"), rules.whole("small_sample_added_good")
    return Fraction(good + solved) / (cases + added)


def case_score(cases: Cases, *, rules: RuleSet) -> Fraction:
    """Return the points of E9 from the case figures: each rate times the points of its indicator.

    Raises:
        CasesError: A count is negative or exceeds what it is a part of.
    """
    parts = (
        (cases.responded, cases.cases),
        (cases.resolved + cases.partly, cases.opinions),
        (cases.satisfied, cases.opinions),
    )
    if not (0 <= cases.opinions <= cases.cases and all(0 <= n <= whole for n, whole in parts)):
        raise CasesError("more were solved than there were", field="cases")
    resolved = cases.resolved + rules.exact("case_partly_resolved") * cases.partly
    goods = (Fraction(cases.responded), resolved, Fraction(cases.satisfied))
    fed = [i for i in rules.indicators if i.area == FED_AREA]
    rated = zip(fed, goods, parts, strict=True)
    return sum((i.points_centi * rate(n, whole, rules=rules) for i, n, (_, whole) in rated), Fraction(0))


def owners_score(survey: Survey, *, rules: RuleSet) -> Fraction:
    """Return owner satisfaction: the overall answer by its weight, the nine others by the rest.

    Raises:
        SurveyError: Figures outside their ranges.
    """
    if not (0 <= survey.overall <= FULL and 0 <= survey.others <= FULL):
        raise SurveyError("means lie between 0 and 100", field="survey.overall")
    if not 0 < survey.answers <= survey.households:
        raise SurveyError("answers lie between one and the households", field="survey.answers")
    overall = rules.exact("survey_overall")
    return overall * survey.overall + (1 - overall) * survey.others


Z_95 = Fraction(1_959_964, 1_000_000)
"""How many standard deviations hold 95 % of a normal distribution."""


def enough_answers(households: int, *, error_percent: int, least: int) -> int:
    """Return the valid answers a survey needs: 95 % confidence, p = 1/2, corrected for a finite number.

    Args:
        least: So many at any rate, or all households where there are fewer.
    """
    error = Fraction(error_percent, 100)
    n0 = Z_95 * Z_95 / 4 / (error * error)
    needed = n0 / (1 + (n0 - 1) / households)
    return max(min(least, households), -(-needed.numerator // needed.denominator))


def combine(
    parts: Mapping[Part, Fraction], *, doubtful: bool, rules: RuleSet, report: Fraction | None = None
) -> Combined:
    """Return the weighted whole; parts that are missing give their weight to the others.

    Args:
        doubtful: The owners' survey has too few answers; its weight is lowered (``survey_few_weight``).
        report: What an assessment body found on the street's form; it takes its share of the street's part.

    Raises:
        StreetMissingError: The street's part is missing.
    """
    if Part.STREET not in parts:
        raise StreetMissingError("the street's part is missing")
    raw = {part: rules.exact(f"part_{part.value}") for part in Part if part in parts}
    if doubtful and Part.OWNERS in raw:
        raw[Part.OWNERS] *= rules.exact("survey_few_weight")
    whole = sum(raw.values(), Fraction(0))
    weights = {part: weight / whole for part, weight in raw.items()}
    counted = {**parts, Part.STREET: blend(parts[Part.STREET], report, rules=rules)}
    exact = sum((weights[part] * counted[part] for part in weights), Fraction(0))
    return Combined(parts=counted, weights=weights, exact=exact, published=half_even(exact))


def check_part(part: Part, *, by: Actor) -> None:
    """Refuse a part marked by somebody else than the body whose view it is.

    Raises:
        ForeignPartError: As named.
    """
    if PART_OF.get(by.role) is part or (part is Part.OWNERS and by.role is Role.STREET):
        return
    raise ForeignPartError(f"{by.role} does not mark {part}", part=part.value)
