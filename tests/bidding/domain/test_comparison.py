"""Bids side by side: exact figures, marks of lowest and highest, deviation from the median; no verdict."""

from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain.service import comparison
from bidding.domain.service.comparison import Entry
from bidding.domain.service.offer import Offer
from bidding.web.service import comparison_views
from market.kernel import share
from tests import factories_offers as priced

TABLE = priced.a_table()
AREA = 8_000_000
FIRST = TABLE.lines[0].code


def an_entry(number: int, price: int, made: Offer | None = None, **change: object) -> Entry:
    entry = Entry(
        number=f"B{number:02d}",
        commitment=f"{number:064x}",
        bidder=f"企业{number}",
        price_fen=price,
        level=3,
        months=36,
        project_manager="PM",
        offer=made or priced.an_offer(price, TABLE),
        findings=(),
    )
    return msgspec.structs.replace(entry, **change)


def asking(first: int) -> Offer:
    """Return an offer that asks this for the first item."""
    base = priced.an_offer(0, TABLE)
    items = [msgspec.structs.replace(one, price_fen=first if one.code == FIRST else 10) for one in base.items]
    return msgspec.structs.replace(base, items=tuple(items))


def compared(*entries: Entry) -> comparison.Comparison:
    return comparison.compare(TABLE, area_centi=AREA, entries=entries)


def test_a_fee_per_square_metre_and_month_is_exact_and_rounded_half_even_for_display() -> None:
    found = comparison.monthly(1_500, 1_000)
    assert found == Fraction(25, 2)
    assert share.half_even(found) == 12
    assert share.half_even(comparison.monthly(1_620, 1_000)) == 14  # 13.5 goes to the even neighbour


@pytest.mark.parametrize(
    ("values", "middle"),
    [((), None), ((7,), Fraction(7)), ((1, 2), Fraction(3, 2)), ((9, 1, 5), Fraction(5))],
)
def test_the_median_of_an_even_number_is_the_mean_of_the_middle_two(
    values: tuple[int, ...], middle: Fraction | None
) -> None:
    assert comparison.median(values) == middle


def test_deviation_is_an_exact_share_of_the_median() -> None:
    row = compared(an_entry(1, 1, asking(90)), an_entry(2, 2, asking(100)), an_entry(3, 3, asking(130))).rows[
        0
    ]
    assert row.median == 100
    assert [cell.deviation for cell in row.cells] == [Fraction(-1, 10), 0, Fraction(3, 10)]
    assert [comparison_views.percent(cell.deviation) for cell in row.cells] == ["-10.0%", "0.0%", "+30.0%"]
    assert [cell.place for cell in row.cells] == ["lowest", "", "highest"]


def test_equal_prices_mark_nobody_and_a_median_of_nought_has_no_deviation() -> None:
    row = compared(an_entry(1, 1, asking(0)), an_entry(2, 2, asking(0))).rows[0]
    assert [(cell.place, cell.deviation) for cell in row.cells] == [("", None), ("", None)]


def test_a_bid_without_offer_stands_beside_the_others_with_empty_cells() -> None:
    found = compared(an_entry(1, 500, asking(90)), an_entry(2, 700, offer=None))
    assert [totals.place for totals in found.totals] == ["lowest", "highest"]
    assert {row.cells[1].price_fen for row in found.rows} == {None}
    assert sum(found.totals[1].areas) == 0


def test_a_lower_level_is_marked_in_its_cell() -> None:
    base = priced.an_offer(500, TABLE)
    items = [msgspec.structs.replace(one, level=2) if one.code == FIRST else one for one in base.items]
    row = compared(an_entry(1, 500, msgspec.structs.replace(base, items=tuple(items)))).rows[0]
    assert (row.cells[0].level, row.cells[0].lower) == (2, True)


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=7))
def test_sums_by_area_add_up_to_the_total_whoever_stands_beside(prices: list[int]) -> None:
    found = compared(*(an_entry(number, price) for number, price in enumerate(prices)))
    assert [sum(totals.areas) for totals in found.totals] == prices
    assert [totals.monthly for totals in found.totals] == [
        Fraction(price * 100, AREA * 12) for price in prices
    ]


@given(st.permutations([3, 1, 2]))
def test_the_order_of_the_bids_changes_no_figure(order: list[int]) -> None:
    entries = {number: an_entry(number, number * 1_000, asking(number * 7)) for number in (1, 2, 3)}
    found = compared(*(entries[number] for number in order))
    straight = compared(*(entries[number] for number in (1, 2, 3)))
    for place, number in enumerate(order):
        assert found.totals[place] == straight.totals[number - 1]
        assert [row.cells[place] for row in found.rows] == [row.cells[number - 1] for row in straight.rows]
