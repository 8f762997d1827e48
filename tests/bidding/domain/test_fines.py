"""The ranges of fines: exact, of the rule table, and never a verdict."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain import rule_table
from bidding.domain.procedure import Profile
from bidding.domain.remedy import fine
from bidding.domain.remedy.fine import Base, Penalty
from bidding.domain.settlement import security
from bidding.web.remedy import fines
from market.site import rules as pages
from tests.bidding.web.conftest import Browser, browser

__all__ = ["browser"]

OWNER, PROPHASE = (rule_table.current(profile) for profile in (Profile.OWNER, Profile.PROPHASE))


def penalty(name: str) -> Penalty:
    """Return one fine."""
    (found,) = [one for one in fine.ALL if one.id == name]
    return found


@pytest.mark.parametrize(
    ("name", "least", "most", "source"),
    [
        ("T43", 500_000, 1_000_000, "BPR 91"),
        ("T58", 1_000_000, 5_000_000, "BLR 63; BL 51; BTB 49"),
        ("T79", 1_000_000, 10_000_000, "BTB 48; BLR 64"),
        ("T61", 1_000_000, 10_000_000, "BL 52"),
        ("T66", 0, 10_000_000, "BLR 70"),
        ("T67", 0, 5_000_000, "BLR 66"),
        ("T70", 5_000_000, 25_000_000, "BL 50; BLR 65"),
        ("H10.documents", 1_000_000, 10_000_000, "BPR 97"),
        ("H21", 1_000_000, 10_000_000, "PMR 58"),
    ],
)
def test_a_fixed_range_is_what_the_clause_says(name: str, least: int, most: int, source: str) -> None:
    found = fine.range_of(penalty(name), PROPHASE)
    assert found is not None
    assert (found.least_fen, found.most_fen, found.source) == (least, most, source)
    assert found.holds(most)
    assert not found.holds(most + 1)
    assert not found.holds(0)


@pytest.mark.parametrize(("name", "least"), [("T57", 5), ("T44", 5), ("T72", 0), ("T56", 0), ("T73", 5)])
def test_a_part_of_a_price_waits_for_the_price(name: str, least: int) -> None:
    open_range = fine.range_of(penalty(name), PROPHASE)
    assert open_range is not None
    assert (open_range.least_fen, open_range.most_fen) == (None, None)
    assert (open_range.least, open_range.most) == (Fraction(least, 1000), Fraction(10, 1000))
    assert not open_range.holds(1)
    whole = security.contract_amount(120_000_001, 36)
    found = fine.range_of(penalty(name), PROPHASE, whole)
    assert found is not None
    assert (found.least_fen, found.most_fen) == ((1_800_001 if least else 0), 3_600_000)


def test_documents_kept_back_cost_the_range_of_the_table_and_by_days_the_days() -> None:
    assert [one.id for one in fine.of_rule("H21")] == ["H21"]
    assert [one.id for one in fine.of_rule("H10")] == ["H10.documents", "H10"]
    days = fine.range_of(penalty("H10"), OWNER, 7)
    assert days is not None
    assert (days.least_fen, days.most_fen) == (7_000_000, 7_000_000)
    assert [one.penalty.id for one in fine.ranges(fine.LEAVING, OWNER, days=7)] == [
        "H10.documents",
        "H10",
        "H21",
    ]


def test_what_binds_must_tender_projects_alone_is_not_shown_to_owners() -> None:
    assert [one.penalty.id for one in fine.ranges(fine.TENDERING, OWNER)] == [
        *("T58", "T67", "T70", "T57", "T44", "T73")
    ]
    assert len(list(fine.ranges(fine.TENDERING, PROPHASE))) == len(fine.TENDERING)


@given(st.fractions(min_value=1, max_value=10**13))
def test_every_whole_fen_in_the_range_and_no_other_is_in_the_exact_range(price: Fraction) -> None:
    found = fine.range_of(penalty("T44"), OWNER, price)
    assert found is not None
    assert found.least_fen is not None
    assert found.most_fen is not None
    for fen in {found.least_fen - 1, found.least_fen, found.most_fen, found.most_fen + 1}:
        exact = found.least * price <= fen <= found.most * price and fen > 0
        assert found.holds(fen) is exact


def test_the_page_of_a_rule_shows_the_fine_in_words_and_never_a_sum_nobody_knows(browser: Browser) -> None:
    del browser
    shown = dict(pages.page_of("T44.fine-min").fines)
    assert shown["owner"].law == "5‰ 至 10‰（中标项目金额）"
    assert (shown["owner"].sums, shown["owner"].source) == ("", "BL 59; BLR 75")
    assert [one.rule for _, one in pages.page_of("T44").fines] == ["T44.fine-max", "T44.fine-max"]
    assert pages.page_of("T08").fines == ()
    (line,) = fines.of_filing(OWNER)
    assert line.ordered
    assert "5,000.00" in line.law
    assert Base.DAYS.value in {one.base.value for one in fine.LEAVING}
