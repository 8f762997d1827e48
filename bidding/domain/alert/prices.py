"""Prices in a regular progression, and item prices that are equal or in one proportion (BLR 40(4))."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from bidding.domain.alert import progression
from bidding.domain.alert.alert import Alert, Evidence, Kind, Thresholds, alert
from bidding.domain.alert.material import Material


def totals(bids: Sequence[Material], limits: Thresholds) -> Iterator[Alert]:
    """Yield runs of neighbouring totals that are equal, or grow by one step or one factor."""
    priced = sorted((one.price_fen, one.commitment) for one in bids if one.price_fen)
    for run in progression.runs([price for price, _ in priced], least=limits.run, tolerance=limits.tolerance):
        found = [
            Evidence(commitment=commitment, what="total", where="readout", value=str(price))
            for price, commitment in priced[run.start : run.stop]
        ]
        yield alert(Kind.PROGRESSION, found, shared=run.stop - run.start, of=len(priced), form=run.form)


def item_progressions(bids: Sequence[Material], limits: Thresholds) -> Iterator[Alert]:
    """Yield groups of all bids with items of which most item prices progress regularly."""
    priced = [(one.commitment, dict(one.items)) for one in bids if one.items]
    if len(priced) < max(limits.run, 3):
        return
    common = sorted(set.intersection(*(set(prices) for _, prices in priced)))
    regular = [code for code in common if _regular([prices[code] for _, prices in priced], limits)]
    if len(common) >= limits.items and Fraction(len(regular), len(common)) >= limits.items_share:
        found = [
            Evidence(commitment=commitment, what="item", where=code, value=str(prices[code]))
            for code in regular
            for commitment, prices in priced
        ]
        yield alert(Kind.PROGRESSION, found, shared=len(regular), of=len(common), form="items")


def _regular(prices: Sequence[int], limits: Thresholds) -> bool:
    return progression.regular(sorted(prices), tolerance=limits.tolerance) is not None


def proportions(bids: Sequence[Material], limits: Thresholds) -> Iterator[Alert]:
    """Yield pairs whose item prices are the same, or one bid's times one factor.

    The factor is the middle one of all items; an item is in proportion if its own factor lies within the
    tolerance of it.
    """
    priced = sorted((one.commitment, one.items) for one in bids if one.items)
    for (first, some), (second, others) in combinations(priced, 2):
        before, after = dict(some), dict(others)
        common = sorted(set(before) & set(after))
        if len(common) < limits.items:
            continue
        factors = {code: Fraction(after[code], before[code]) for code in common}
        middle = sorted(factors.values())[len(common) // 2]
        within = [
            code for code, factor in factors.items() if abs(factor - middle) <= limits.tolerance * middle
        ]
        if Fraction(len(within), len(common)) >= limits.items_share:
            found = [
                Evidence(commitment=commitment, what="item", where=code, value=str(prices[code]))
                for code in within
                for commitment, prices in ((first, before), (second, after))
            ]
            form = "equal" if middle == 1 else "proportional"
            yield alert(Kind.ITEMS, found, shared=len(within), of=len(common), form=form)
