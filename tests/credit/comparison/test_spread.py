"""How a publication spreads: everybody stands once in every chart; a change is that of those in both."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.domain.comparison import spread
from credit.domain.comparison.spread import Rated
from credit.domain.grade import Grade
from credit.services import cycles
from tests import factories_credit as credit
from tests import factories_parties as parties
from tests import pseudo
from tests.credit.web.conftest import Browser

RESULTS = st.lists(
    st.builds(
        Rated,
        enterprise=st.integers(1, 12),
        district=st.sampled_from(["110101", "110105", ""]),
        score=st.integers(0, 11_500),
        grade=st.sampled_from(Grade),
    ),
    unique_by=lambda one: one.enterprise,
    max_size=6,
)


@given(RESULTS, RESULTS)
def test_every_enterprise_stands_once_in_each_count(before: list[Rated], after: list[Rated]) -> None:
    found = spread.spread(after)
    assert sum(found.grades.values()) == sum(band.many for band in found.bands) == len(after) == found.many
    assert sum(sum(grades.values()) for grades in found.districts.values()) == len(after)
    moved = spread.moved(before, after)
    assert sum(many for _, _, many in moved.grades) == moved.both
    assert (moved.both + moved.new, moved.both + moved.gone) == (len(after), len(before))
    assert moved.better + moved.worse <= moved.both


def rated(enterprise: int, score: int, grade: Grade) -> Rated:
    return Rated(enterprise=enterprise, district="110105", score=score, grade=grade)


def test_the_change_is_that_of_those_published_both_times() -> None:
    before = [rated(1, 8_000, Grade.B), rated(2, 9_000, Grade.A), rated(3, 7_000, Grade.UNRATED)]
    after = [rated(1, 8_600, Grade.A), rated(2, 8_900, Grade.A), rated(4, 5_000, Grade.D)]
    found = spread.moved(before, after)
    assert (found.both, found.new, found.gone, found.better, found.worse) == (2, 1, 1, 1, 0)
    assert found.mean == 250
    assert found.grades == ((Grade.A, Grade.A, 1), (Grade.B, Grade.A, 1))
    whole = spread.spread(after)
    assert (whole.mean, whole.middle) == (Fraction(22_500, 3), Fraction(8_600))


@pytest.mark.parametrize(
    ("score", "low"), [(4_999, 0), (5_000, 5_000), (8_499, 8_000), (8_500, 8_500), (11_500, 11_000)]
)
def test_a_score_stands_in_the_band_that_begins_with_it(score: int, low: int) -> None:
    (band,) = [one for one in spread.spread([rated(1, score, Grade.B)]).bands if one.many]
    assert band.low == low


@pytest.mark.usefixtures("database")
async def test_everybody_sees_the_spread_of_a_published_cycle(browser: Browser) -> None:
    empty = await browser.get("/credit/distribution")
    assert "还没有公布过评价结果" in empty.text
    world = await credit.a_world()
    await parties.an_enterprise()
    closing = cycles.Closing(cycle="2026H1", legal_basis="BPR 68")
    closed = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
    number = await cycles.close(closing=closing, by=world.city, now=closed)
    assert (await browser.read("/api/credit/distribution")).status_code == 404, (
        "first results are no publication"
    )
    await cycles.publish(cycle_id=number, by=world.city, now=closed + timedelta(days=9))
    for path in ("/credit/distribution?lang=x-pseudo", f"/credit/cycles/{number}?lang=x-pseudo"):
        page = await browser.get(path)
        assert page.status_code == 200, page.text[-2000:]
        assert pseudo.foreign_texts(page.text) == []
    found = (await browser.read("/api/credit/distribution")).json()
    assert (found["cycle"], found["enterprises"], found["before"]) == ("2026H1", 2, "")
    assert sum(found["grades"].values()) == 2
    elsewhere = (await browser.read("/api/credit/distribution?district=110101")).json()
    assert elsewhere["enterprises"] == 0
    table = await browser.get("/credit/distribution/export/csv")
    assert table.status_code == 200
    printed = await browser.get("/credit/distribution/pdf")
    assert printed.status_code == 200, printed.text
    assert printed.content.startswith(b"%PDF")
