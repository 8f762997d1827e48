"""A rule set as integers: amounts are whole numbers of ``1/scale`` centi-points, by the place of a code."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import msgspec
import numpy as np

from credit.domain import cycle
from credit.domain.catalogue import COUNT_CAPS, CYCLE_CAPS, Flag, Severity
from credit.domain.engine.columns import Flags, Ints
from credit.domain.grade import LETTERS, ceiling
from credit.domain.rule_set import RuleSet
from market.kernel.period import add_months

UNCAPPED = np.iinfo(np.int64).max


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """What a fold needs of a rule set.

    Attributes:
        scale: Units of one centi-point.
        points: Of each code, in centi-points.
        factors: First, second, third and later time, in units.
        caps: Most that a code may add or take at one subject, in units.
        cycle_caps: The same within one half-year of its first day.
        ceilings: Place of the best letter a code leaves open.
        window: Months in which an earlier fact makes a repeat.
    """

    scale: int
    points: Ints
    bad: Flags
    grave: Flags
    ceilings: Ints
    factors: tuple[int, ...]
    caps: Ints
    cycle_caps: Ints
    window: int


def weights(rules: RuleSet, codes: Sequence[str]) -> Weights:
    """Return a rule set's numbers for codes, in their order."""
    items = [rules.item(code) for code in codes]
    most = rules.exact("item_cap_factor")
    scale = rules.scale
    caps, halves = [], []
    for item in items:
        whole: Fraction | None = most * item.points if item.bad else None
        half: Fraction | None = None
        for flag in sorted(item.flags):
            if flag in COUNT_CAPS:
                whole = Fraction(COUNT_CAPS[flag] * item.points)
            elif flag in CYCLE_CAPS:
                half = Fraction(CYCLE_CAPS[flag])
            elif flag is Flag.ONCE_PER_CYCLE:
                half = Fraction(item.points)
        caps.append(UNCAPPED if whole is None else int(whole * scale))
        halves.append(UNCAPPED if half is None else int(half * scale))
    return Weights(
        scale=scale,
        points=np.array([item.points for item in items], np.int64),
        bad=np.array([item.bad for item in items], bool),
        grave=np.array([item.severity is Severity.VERY_SERIOUS for item in items], bool),
        ceilings=np.array(
            [LETTERS.index(ceiling([item]).grade) if item.bad else 0 for item in items], np.int64
        ),
        factors=tuple(int(factor * scale) for factor in rules.repeat_factors),
        caps=np.array(caps, np.int64),
        cycle_caps=np.array(halves, np.int64),
        window=rules.whole("repeat_window"),
    )


def repeat_until(days: Ints, months: int) -> Ints:
    """Return, of each day, the first day on which a fact of it no longer makes a repeat (CC 202)."""
    low, high = int(days.min()), int(days.max())
    table = [add_months(date.fromordinal(one), months).toordinal() for one in range(low, high + 1)]
    found: Ints = np.array(table, np.int64)[days - low]
    return found


def halves(days: Ints) -> Ints:
    """Return a number for the half-year of each day."""
    low, high = int(days.min()), int(days.max())
    names = [cycle.of(date.fromordinal(one)).name for one in range(low, high + 1)]
    places = {name: place for place, name in enumerate(dict.fromkeys(names))}
    found: Ints = np.array([places[name] for name in names], np.int64)[days - low]
    return found
