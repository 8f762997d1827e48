"""Items a project's results of a half-year call for: evaluation, survey of owners, 12345 figures.

Nothing here takes or gives a point: each opens a draft that an officer completes and another decides on
(APL 45, 62). Thresholds are numbers of the rule set.
"""

from collections.abc import Iterator
from enum import StrEnum
from fractions import Fraction

import msgspec

from credit.domain.catalogue import Flag
from credit.domain.evaluation import Cases
from credit.domain.rule_set import RuleSet
from market.kernel.share import decimal, half_even

PERCENT = 100


class Why(StrEnum):
    """What in the results calls for an item."""

    NO_CASES = "no-cases"
    CASES_WELL = "cases-well"
    OWNERS_CONTENT = "owners-content"
    CASES_BADLY = "cases-badly"
    EVALUATED_LOW = "evaluated-low"


ITEMS = {
    Why.NO_CASES: "G-PR-03",
    Why.CASES_WELL: "G-PR-04",
    Why.OWNERS_CONTENT: "G-PR-05",
    Why.CASES_BADLY: "N-GE-10",
    Why.EVALUATED_LOW: "N-GE-11",
}
"""Why -> item of the catalogue; an item that a version retired is not drafted."""


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one project in one half-year.

    Attributes:
        evaluation: Mean of its released evaluations, centi-points; ``None`` without any.
        owners: Mean of the owners' parts that rest on enough answers, centi-points.
        cases: 12345 figures of the whole half-year; ``None`` where none were imported.
    """

    evaluation: Fraction | None = None
    owners: Fraction | None = None
    cases: Cases | None = None


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """An item that is called for, and the numbers that call for it, as they are shown."""

    why: Why
    item: str
    values: dict[str, str]


def called(results: Results, *, rules: RuleSet) -> tuple[Called, ...]:
    """Return what a project's results call for.

    A half-year is two quarters running, so "no valid case in two quarters" is asked of its figures (G-PR-03).
    """
    found = (*_of_cases(results.cases, rules), *_of_marks(results, rules))
    return tuple(
        Called(why=why, item=ITEMS[why], values=values) for why, values in found if _open(ITEMS[why], rules)
    )


def _open(code: str, rules: RuleSet) -> bool:
    return code in rules.by_code and Flag.RETIRED not in rules.item(code).flags


def _of_cases(cases: Cases | None, rules: RuleSet) -> Iterator[tuple[Why, dict[str, str]]]:
    if cases is None:
        return
    if cases.cases == 0:
        yield Why.NO_CASES, {}
    if cases.cases < rules.whole("auto_cases_least") or not cases.opinions:
        return
    resolved = cases.resolved + rules.exact("case_partly_resolved") * cases.partly
    resolution, satisfied = resolved / cases.opinions, Fraction(cases.satisfied, cases.opinions)
    shown = {"cases": str(cases.cases), "resolution": _percent(resolution)}
    if min(resolution, satisfied) * PERCENT >= rules.exact("auto_rates_from"):
        yield Why.CASES_WELL, {**shown, "satisfaction": _percent(satisfied)}
    if resolution * PERCENT < rules.exact("auto_resolution_below"):
        yield Why.CASES_BADLY, shown


def _of_marks(results: Results, rules: RuleSet) -> Iterator[tuple[Why, dict[str, str]]]:
    if results.owners is not None and results.owners >= rules.exact("auto_owners_from"):
        yield Why.OWNERS_CONTENT, {"points": decimal(half_even(results.owners))}
    if results.evaluation is not None and results.evaluation < rules.exact("auto_evaluation_below"):
        yield Why.EVALUATED_LOW, {"points": decimal(half_even(results.evaluation))}


def _percent(share: Fraction) -> str:
    return f"{decimal(half_even(share * PERCENT * PERCENT))}%"
