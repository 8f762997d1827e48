"""Marks that lie apart: exact distances, who reads of them, the reasons, and that no mark changes by them."""

from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain import rule_table
from bidding.domain import scheme as schemes
from bidding.domain.outcome import outlier
from bidding.domain.outcome.marking import Mark
from bidding.domain.procedure import Profile
from bidding.queries.outcome import outliers as queries
from bidding.services import evaluations
from bidding.services.committee import places
from bidding.services.outcome import outliers
from market.kernel.actor import Actor
from market.runtime import database
from tests import factories_awards as factory
from tests import factories_parties as parties
from tests.bidding.rule_pairs import changed
from tests.bidding.web.conftest import Browser, browser

__all__ = ["browser"]

SCHEME = schemes.Scheme(
    criteria=(
        schemes.Criterion(id="plan", part=schemes.Part.EXPERT, points=4_000),
        schemes.Criterion(id="staff", part=schemes.Part.EXPERT, points=3_500),
        schemes.Criterion(id="price", part=schemes.Part.PRICE, points=2_500),
    )
)
BID = "a1" * 32


def sheets(*given_by: tuple[int, int]) -> list[Mark]:
    """Return the marks of members 1, 2, … for one bid: plan and staff of each."""
    return [
        Mark(expert=number, commitment=BID, criterion=criterion, points=points)
        for number, both in enumerate(given_by, start=1)
        for criterion, points in zip(("plan", "staff"), both, strict=True)
    ]


def measured(*given_by: tuple[int, int]) -> tuple[outlier.Distance, ...]:
    experts = range(1, len(given_by) + 1)
    return outlier.distances(sheets(*given_by), SCHEME, experts=experts, bids=[BID])


def test_a_mark_is_measured_against_the_mean_of_the_others_and_a_sheet_against_the_median() -> None:
    found = measured((3_000, 3_000), (3_100, 3_000), (1_000, 3_000))
    assert [(one.expert, one.criterion, one.middle) for one in found if one.expert == 3] == [
        (3, outlier.SHEET, Fraction(6_000)),
        (3, "plan", Fraction(3_050)),
        (3, "staff", Fraction(3_000)),
    ]
    apart = outlier.apart(found, Fraction(1, 5))
    assert [(one.expert, one.criterion) for one in apart] == [
        (1, "plan"),
        (2, "plan"),
        (3, outlier.SHEET),
        (3, "plan"),
    ]


def test_the_part_from_which_marks_lie_apart_is_the_tables() -> None:
    rules = rule_table.current(Profile.OWNER)
    assert outlier.limit(rules) == Fraction(1, 5)
    exactly, further = (
        [one for one in measured((2_000, 1_000), (2_000, 1_000), (2_000 + more, 1_000)) if one.expert == 3]
        for more in (800, 801)
    )
    assert [one.criterion for one in outlier.apart(exactly, outlier.limit(rules))] == [outlier.SHEET]
    assert [one.criterion for one in outlier.apart(further, outlier.limit(rules))] == [outlier.SHEET, "plan"]
    wider = outlier.limit(changed(rules, "marks-outlier", 27))
    assert outlier.apart(further, wider) == ()
    total = [one for one in measured((2_000, 1_000), (2_000, 1_000), (2_300, 1_300)) if one.expert == 3]
    assert outlier.apart(total, outlier.limit(rules)) == ()
    total = [one for one in measured((2_000, 1_000), (2_000, 1_000), (2_300, 1_301)) if one.expert == 3]
    assert [one.criterion for one in outlier.apart(total, outlier.limit(rules))] == [outlier.SHEET]


@given(st.lists(st.tuples(st.integers(0, 4_000), st.integers(0, 3_500)), min_size=2, max_size=9))
def test_distances_are_exact_and_balance(given_by: list[tuple[int, int]]) -> None:
    found = measured(*given_by)
    assert len(found) == 3 * len(given_by)
    for criterion, place in (("plan", 0), ("staff", 1)):
        ones = [one for one in found if one.criterion == criterion]
        whole = sum(both[place] for both in given_by)
        for one in ones:
            assert one.middle * (len(given_by) - 1) == whole - one.points
        assert sum((one.off for one in ones), Fraction(0)) == 0
    totals = [one for one in found if one.criterion == outlier.SHEET]
    middle = totals[0].middle
    assert 2 * sum(one.points <= middle for one in totals) >= len(totals)
    assert 2 * sum(one.points >= middle for one in totals) >= len(totals)


@given(
    st.lists(st.tuples(st.integers(0, 4_000), st.integers(0, 3_500)), min_size=2, max_size=6),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_marks_does_not_matter_and_a_missing_one_shows_nothing(
    given_by: list[tuple[int, int]], random: object
) -> None:
    marks, experts = sheets(*given_by), range(1, len(given_by) + 1)
    shuffled = list(marks)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    same = outlier.distances(shuffled, SCHEME, experts=experts, bids=[BID])
    assert same == outlier.distances(marks, SCHEME, experts=experts, bids=[BID])
    assert outlier.distances(shuffled[1:], SCHEME, experts=experts, bids=[BID]) == ()


async def one_stands_apart() -> tuple[factory.Case, Actor, str]:
    """Return an evaluation in which one member gives the first bid half of what the others give."""
    case = await factory.evaluated()
    bid = (await case.found()).entrants[0].commitment
    odd = case.experts[0]
    await evaluations.mark(
        number=case.number, lot="1", commitment=bid, points=factory.sheet(45), by=odd, now=case.now
    )
    return case, odd, bid


@pytest.mark.usefixtures("database")
async def test_a_member_says_why_once_and_the_marks_stay_as_they_are() -> None:
    case, odd, bid = await one_stands_apart()

    async def explain(by: Actor, criterion: str = outlier.SHEET) -> None:
        await outliers.explain(
            number=case.number,
            lot="1",
            commitment=bid,
            criterion=criterion,
            reasons="方案没有写夜间巡查。",
            by=by,
            now=case.now,
        )

    with pytest.raises(outlier.NotApartError):
        await explain(odd)
    await factory.mark_all(case)
    tender, found = await case.world.tender(), await case.found()
    before = await database.fetch("SELECT * FROM bidding_mark ORDER BY id")
    apart = await queries.of_lot(found, tender)
    sheet = next(one for one in apart if one.distance.criterion == outlier.SHEET)
    assert sheet.mandate == odd.mandate
    assert sheet.distance.off == sheet.distance.points - sheet.distance.middle < 0
    with pytest.raises(outlier.NotApartError):
        await explain(case.experts[1])
    with pytest.raises(places.NotAMemberError):
        await explain(await parties.an_expert())
    await explain(odd)
    with pytest.raises(outlier.AlreadyExplainedError):
        await explain(odd)
    given_now = [one.reasons for one in await queries.of_lot(found, tender) if one.reasons]
    assert given_now == ["方案没有写夜间巡查。"]
    assert await database.fetch("SELECT * FROM bidding_mark ORDER BY id") == before
    (entry,) = await database.fetch(
        "SELECT body FROM runtime_audit_entry WHERE act = 'bidding:evaluation:explain'"
    )
    assert f"member:{sheet.pseudonym[:16]}" in str(entry["body"])
    assert "夜间巡查" not in str(entry["body"])


async def test_the_committee_and_its_supervisor_read_what_lies_apart_and_nobody_else(
    browser: Browser,
) -> None:
    case, odd, bid = await one_stands_apart()
    await factory.mark_all(case)
    browser.now = case.now
    path, api = f"/tenders/{case.number}/evaluation", f"/api/tenders/{case.number}/outliers"
    heard = {}
    for actor in (
        odd,
        case.experts[1],
        case.world.officer,
        case.world.bidders[0].party.actor,
        Actor.public(),
    ):
        browser.actor = actor
        heard[actor] = msgspec.json.decode((await browser.get(api)).content)
    assert [len(one) > 0 for one in heard.values()] == [True, True, True, False, False]
    assert {one["mine"] for one in heard[odd]} == {True}
    assert {one["mine"] for one in heard[case.experts[1]]} == {False}
    browser.actor = odd
    page = (await browser.get(path, headers={"accept-language": "zh-Hans", "accept": "text/html"})).text
    assert "偏离较大的评分" in page
    form = {"lot": "1", "commitment": bid, "criterion": "", "reasons": "与现场情况不符。"}
    assert (await browser.post(f"{path}/outliers", data=form)).status_code == 303
    page = (await browser.get(path, headers={"accept-language": "en", "accept": "text/html"})).text
    assert "与现场情况不符。" in page
    assert "Marks that lie apart" in page
    browser.actor = Actor.public()
    assert "与现场情况不符。" not in (await browser.get(path, headers={"accept": "text/html"})).text
