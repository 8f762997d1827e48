"""Money, area, shares: integers and exact fractions, rounded once."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.kernel import area, money, share
from market.kernel.area import AreaError
from market.kernel.money import MoneyError


@given(st.integers(0, 10**15))
def test_amounts_and_areas_read_back(amount: int) -> None:
    assert money.yuan(money.format_fen(amount)) == amount
    assert area.square_metres(area.format_area(amount % 10**13).removesuffix(" m²")) == amount % 10**13


@pytest.mark.parametrize(
    ("text", "fen"), [("1,234.5", 123450), ("0.01", 1), (" ¥ 3 ", 300), ("1234567", 123456700)]
)
def test_an_amount_is_read_in_yuan(text: str, fen: int) -> None:
    assert money.yuan(text) == fen


@pytest.mark.parametrize("text", ["1.234", "-1", "1e3", "", "12,34", "１"])
def test_other_texts_are_not_amounts(text: str) -> None:
    with pytest.raises(MoneyError):
        money.yuan(text)
    with pytest.raises(AreaError):
        area.square_metres(text)


def test_negative_amounts_are_written_with_their_sign_in_front() -> None:
    assert money.format_fen(-123456) == "-¥1,234.56"


@pytest.mark.parametrize(
    ("value", "rounded"), [(Fraction(5, 2), 2), (Fraction(7, 2), 4), (Fraction(-5, 2), -2), (7, 7)]
)
def test_a_half_goes_to_the_even_neighbour(value: Fraction | int, rounded: int) -> None:
    assert share.half_even(value) == rounded


def test_at_least_includes_the_number_and_more_than_does_not() -> None:
    two_thirds, half = Fraction(2, 3), Fraction(1, 2)
    assert share.at_least(60_000, 90_000, two_thirds)
    assert not share.at_least(59_999, 90_000, two_thirds)
    assert not share.more_than(30_000, 60_000, half)
    assert share.more_than(30_001, 60_000, half)


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.integers(1, 10**6), st.fractions(0, 1))
def test_multiplying_part_and_whole_changes_no_verdict(
    part: int, whole: int, factor: int, of: Fraction
) -> None:
    assert share.at_least(part * factor, whole * factor, of) == share.at_least(part, whole, of)
    assert share.more_than(part * factor, whole * factor, of) == share.more_than(part, whole, of)
    assert share.at_least(part, whole, of) == (Fraction(part, whole) >= of)


def test_a_value_is_held_between_its_bounds() -> None:
    assert share.clamp(Fraction(7, 2), 0, 1) == 1
    assert share.clamp(Fraction(-1), 0, 1) == 0
    assert share.clamp(Fraction(1, 3), 0, 1) == Fraction(1, 3)


@pytest.mark.parametrize(("value", "places", "text"), [(8754, 2, "87.54"), (-5, 2, "-0.05"), (12, 0, "12")])
def test_integers_are_written_as_decimals(value: int, places: int, text: str) -> None:
    assert share.decimal(value, places) == text
