"""Regular progressions of prices: equal, arithmetic or geometric, in exact integers and fractions.

Source: BLR 40(4), prices that differ in a regular way.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import msgspec


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A run of neighbours in the sorted prices that progresses regularly.

    Attributes:
        start: Place of the first, ``stop`` the place after the last.
        form: ``equal``, ``arithmetic`` or ``geometric``.
        deviation: Largest distance of a step from the run's step, as a share of that step; 0 is exact.
    """

    start: int
    stop: int
    form: str
    deviation: Fraction


def runs(values: Sequence[int], *, least: int, tolerance: Fraction) -> list[Run]:
    """Return the longest regular runs of at least *least* (three or more) sorted positive prices.

    Args:
        values: Ascending. A run inside a longer one is not told again.
        tolerance: Largest deviation that still counts as regular.
    """
    found: list[Run] = []
    for start in range(len(values) - max(least, 3) + 1):
        for stop in range(len(values), start + max(least, 3) - 1, -1):
            run = regular(values[start:stop], tolerance=tolerance)
            if run is not None:
                if not found or stop > found[-1].stop:
                    found.append(msgspec.structs.replace(run, start=start, stop=stop))
                break
    return found


def regular(values: Sequence[int], *, tolerance: Fraction) -> Run | None:
    """Return how ascending positive prices progress, the closer form of the two; ``None`` if they do not."""
    if values[0] == values[-1]:
        return Run(start=0, stop=len(values), form="equal", deviation=Fraction(0))
    forms = {"arithmetic": _arithmetic(values), "geometric": _geometric(values)}
    form = min(forms, key=lambda name: forms[name])
    if forms[form] > tolerance:
        return None
    return Run(start=0, stop=len(values), form=form, deviation=forms[form])


def _pairs(values: Sequence[int]) -> list[tuple[int, int]]:
    return list(pairwise(values))


def _arithmetic(values: Sequence[int]) -> Fraction:
    step = Fraction(values[-1] - values[0], len(values) - 1)
    return max(abs(after - before - step) / step for before, after in _pairs(values))


def _geometric(values: Sequence[int]) -> Fraction:
    """Return the largest distance of a growth from the common one, against the growth and not the price."""
    ratio = Fraction(sum(values[1:]), sum(values[:-1]))
    return max(abs(Fraction(after, before) - ratio) / (ratio - 1) for before, after in _pairs(values))
