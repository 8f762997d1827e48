"""Two scorers of one visit: each fills a sheet of their own, and the sheets become one part.

Where the two lie further apart than a number of the rule set, a third scores; then the mean of the two
nearest counts. Exact throughout. Source: SRC 4 (the street evaluates); the numbers are our own proposal.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import ClassVar

import msgspec

from credit.domain.rule_set import RuleSet
from market.kernel.errors import ConflictError, NotPermittedError, RuleError

ALONE = 1


class SheetsMissingError(RuleError):
    """Not every sheet is in yet."""

    code: ClassVar[str] = "credit-evaluation-sheets"
    source = "SRC 4"


class SheetsFullError(ConflictError):
    """As many have scored as this visit needs."""

    code: ClassVar[str] = "credit-evaluation-sheets-full"


class SheetLockedError(ConflictError):
    """A sheet stays as it is once the others' may be read."""

    code: ClassVar[str] = "credit-evaluation-sheet-locked"
    source = "SRC 4"


class SamePairError(NotPermittedError):
    """A re-check is scored by another pair."""

    code: ClassVar[str] = "credit-evaluation-same-pair"
    source = "SRC 4"


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """The part that the sheets give.

    Attributes:
        exact: Centi-points of a hundred.
        used: Persons whose sheets it is the mean of.
    """

    exact: Fraction
    used: frozenset[int]


def needed(sheets: Mapping[int, Fraction], *, rules: RuleSet) -> int:
    """Return how many sheets a visit needs: the usual number, one more where the first two lie apart.

    Args:
        sheets: Person -> centi-points, of those that are in.
    """
    usual = rules.whole("scorers")
    if usual == ALONE or len(sheets) < usual:
        return usual
    values = sorted(sheets.values())
    apart = len(values) > usual or values[-1] - values[0] > rules.exact("scorer_difference")
    return usual + apart


def settle(sheets: Mapping[int, Fraction], *, rules: RuleSet) -> Settled | None:
    """Return the part, or ``None`` while a sheet is missing.

    Of three sheets the two nearest count; where the middle one lies equally near to both others, no pair is
    nearer, and the middle one is the mean of both pairs' means.
    """
    if not sheets or len(sheets) < needed(sheets, rules=rules):
        return None
    ordered = sorted(sheets.items(), key=lambda sheet: (sheet[1], sheet[0]))
    counted = _nearest(ordered) if len(ordered) > rules.whole("scorers") else ordered
    whole = sum((value for _, value in counted), Fraction(0))
    return Settled(exact=whole / len(counted), used=frozenset(person for person, _ in counted))


def _nearest(ordered: Sequence[tuple[int, Fraction]]) -> Sequence[tuple[int, Fraction]]:
    pairs = [(high[1] - low[1], (low, high)) for low, high in pairwise(ordered)]
    least = min(distance for distance, _ in pairs)
    nearest = [pair for distance, pair in pairs if distance == least]
    return nearest[0] if len(nearest) == 1 else ordered[1:-1]


def check_may_put(
    person: int, sheets: Mapping[int, Fraction], *, reopened: bool, former: frozenset[int], rules: RuleSet
) -> None:
    """Refuse a sheet that may not come or change.

    Args:
        reopened: The evaluation was returned; whoever scored may correct the own sheet, openly.
        former: Persons who scored before and may not score now.

    Raises:
        SamePairError: The person scored the visit that is re-checked.
        SheetLockedError: All sheets are in; their scorers may read each other's.
        SheetsFullError: Enough others have scored.
    """
    if person in former:
        raise SamePairError("scored it before")
    usual = rules.whole("scorers")
    if person in sheets:
        if usual > ALONE and len(sheets) >= usual and not reopened:
            raise SheetLockedError("all sheets are in", sheets=len(sheets))
    elif len(sheets) >= needed(sheets, rules=rules):
        raise SheetsFullError("enough have scored", sheets=len(sheets))


def check_whole(sheets: Mapping[int, Fraction], *, rules: RuleSet) -> None:
    """Refuse to go on while a sheet is missing; a visit without any is another matter.

    Raises:
        SheetsMissingError: Names how many are in and how many must be.
    """
    wanted = needed(sheets, rules=rules)
    if sheets and len(sheets) < wanted:
        raise SheetsMissingError("a sheet is missing", sheets=len(sheets), needed=wanted)
