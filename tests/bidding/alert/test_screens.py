"""The screens: exact figures, their usual values as rules, and what is too little to compute."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain import rule_table
from bidding.domain.alert import screens
from bidding.domain.procedure import Profile
from bidding.domain.rule_table import RuleVersion
from tests.bidding.alert.test_detectors import changed

RULES = rule_table.current(Profile.OWNER)
NOW = datetime(2026, 6, 1, 2, tzinfo=UTC)
PRICES = st.lists(st.integers(1, 10**11), min_size=2, max_size=9)


def decided(winners: str, prices: tuple[int, ...] = (100, 150, 200, 260)) -> list[screens.Decided]:
    return [
        screens.Decided(prices=prices, winner=ord(one), at=NOW + timedelta(days=place))
        for place, one in enumerate(winners)
    ]


@given(PRICES)
def test_a_variation_is_exact_to_four_decimals_and_cut(prices: list[int]) -> None:
    found = screens.variation(prices)
    assert found is not None
    mean = Fraction(sum(prices), len(prices))
    square = sum((price - mean) ** 2 for price in prices) / (len(prices) - 1) / mean**2
    assert found**2 <= square < (found + Fraction(1, screens.STEPS)) ** 2
    assert abs(float(found) - sqrt(square)) < 1e-3


@given(PRICES, st.integers(1, 1_000), st.randoms(use_true_random=False))
def test_neither_a_factor_on_all_prices_nor_their_order_changes_a_screen(
    prices: list[int],
    factor: int,
    random: "st.Random",  # type: ignore[name-defined]
) -> None:
    mixed = [price * factor for price in prices]
    random.shuffle(mixed)
    for screen in (screens.variation, screens.spread, screens.distance):
        assert screen(mixed) == screen(prices)


def test_figures_by_hand() -> None:
    assert screens.variation([90, 100, 110]) == Fraction(1, 10)
    assert screens.spread([100, 130, 110]) == Fraction(3, 10)
    assert screens.distance([100, 200, 210, 220]) == 10
    assert screens.rotation([1, 2, 3, 1, 2, 3, 1]) == 1
    assert screens.rotation([1, 2, 1, 2, 1, 3]) == Fraction(3, 4)


def test_what_is_too_little_has_no_figure_and_nothing_is_unusual_about_it() -> None:
    assert screens.variation([5]) is None
    assert screens.distance([5, 6]) is None
    assert screens.distance([5, 6, 6]) is None
    assert screens.rotation([1, 1, 1, 1, 1, 1]) is None
    for found in (*screens.of_lot([], RULES)[1:], *screens.of_district([], RULES)):
        assert (found.value, found.unusual) == (None, False)
    short = {one.code: one for one in screens.of_district(decided("ABABA"), RULES)}
    assert short["rotation"].value is None


def _lot(code: str, prices: list[int]) -> Callable[[RuleVersion], bool]:
    return lambda rules: next(one for one in screens.of_lot(prices, rules) if one.code == code).unusual


def _district(code: str, lots: list[screens.Decided]) -> Callable[[RuleVersion], bool]:
    return lambda rules: next(one for one in screens.of_district(lots, rules) if one.code == code).unusual


EDGES: dict[str, tuple[Callable[[RuleVersion], bool], Callable[[RuleVersion], bool], tuple[int, int]]] = {
    "screen.bidders": (_lot("bidders", [1, 2, 3, 4]), _lot("bidders", [1, 2, 3]), (3, 1)),
    "screen.variation": (
        _lot("variation", [9_400, 10_000, 10_600]),
        _lot("variation", [9_401, 10_000, 10_599]),
        (59, 1_000),
    ),
    "screen.spread": (_lot("spread", [1_000, 1_100]), _lot("spread", [1_000, 1_099]), (9, 100)),
    "screen.distance": (
        _lot("distance", [1_000, 1_009, 1_019, 1_029]),
        _lot("distance", [1_000, 1_010, 1_020, 1_030]),
        (2, 1),
    ),
    "screen.narrow": (
        _district("narrow-lots", [*decided("ABCD"), *decided("EFG", (100, 101, 102))]),
        _district("narrow-lots", [*decided("ABCD"), *decided("EFGH", (100, 101, 102))]),
        (51, 100),
    ),
    "screen.rotation": (
        _district("rotation", decided("ABABAC")),
        _district("rotation", decided("ABABABC")),
        (81, 100),
    ),
    "screen.awards": (
        _district("rotation", decided("ABABA")),
        _district("rotation", decided("ABABAB")),
        (7, 1),
    ),
}


@pytest.mark.parametrize("name", list(EDGES))
def test_each_usual_value_is_the_tables_on_both_sides(name: str) -> None:
    usual, unusual, other = EDGES[name]
    assert not usual(RULES), "just on the usual side"
    assert unusual(RULES), "just on the other"
    assert not unusual(changed(RULES, name, *other)), "another value, another verdict"
