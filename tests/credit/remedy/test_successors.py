"""The successor alert: raised where a holder is shared within the term, and of no consequence by itself."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from credit.domain.remedy import successor
from credit.domain.remedy.successor import Holding, Listing
from credit.public import successor_alerts
from credit.queries import scores
from credit.queries.standing import standing_facts
from credit.services.remedy import successors
from market.kernel.actor import Actor, OutOfScopeError, Role
from market.kernel.period import add_months, local_day
from market.parties.domain.control import Capacity, Statement
from market.parties.services import controls
from tests import factories_credit as credit
from tests import factories_parties as parties
from tests.credit.rules import RULES

pytestmark = pytest.mark.usefixtures("database")
NOW, DAY = credit.NOW, credit.DAY
LATER = NOW + 60 * DAY
LISTED = date(2026, 7, 1)
MONTHS = RULES.whole("successor_term")
LISTING = Listing(id=1, enterprise=1, enterprise_code="L", listed_on=LISTED)
PERSON = "11010519491231002X"


def a_holding(enterprise: int, identity: str, from_on: date, to_on: date | None) -> Holding:
    return Holding(
        entry=1, enterprise=enterprise, enterprise_code="", identity=identity, from_on=from_on, to_on=to_on
    )


def found(own: Sequence[Holding], listed: Sequence[Holding], *, months: int = MONTHS) -> list[str]:
    pair = successor.matches(own, listed, LISTING, enterprise=(2, "E"), months=months)
    return sorted(match.identity for match in pair)


DAYS = some.integers(-2200, 2200).map(lambda days: LISTED + timedelta(days=days))


@some.composite
def holdings(draw: some.DrawFn) -> Holding:
    begin = draw(DAYS)
    end = draw(some.none() | some.integers(1, 2000).map(lambda days: begin + timedelta(days=days)))
    return a_holding(0, draw(some.sampled_from(["a", "b", "L", "E"])), begin, end)


@given(some.lists(holdings(), max_size=5), some.lists(holdings(), max_size=5))
def test_an_alert_stands_iff_a_holder_is_shared_within_the_term(
    own: list[Holding], listed: list[Holding]
) -> None:
    begins, ends = add_months(LISTED, -36), add_months(LISTED, 36)

    def within(of: list[Holding]) -> set[str]:
        return {h.identity for h in of if h.from_on < ends and (h.to_on is None or begins < h.to_on)}

    mine, theirs = within(own), within(listed)
    expected = [*(mine & theirs), *(["L"] if "L" in mine else []), *(["E"] if "E" in theirs else [])]
    assert found(own, listed) == sorted(expected)


def test_the_term_counts_three_years_to_the_day_before_and_after_a_listing() -> None:
    theirs = [a_holding(1, "a", date(2010, 1, 1), None)]
    long_ago, ends = date(2012, 1, 1), date(2023, 7, 1)
    assert not found([a_holding(2, "a", long_ago, ends)], theirs)
    assert found([a_holding(2, "a", long_ago, ends + DAY)], theirs)
    assert found([a_holding(2, "a", long_ago, ends)], theirs, months=37), "a changed number flips it"
    assert found([a_holding(2, "a", date(2029, 6, 30), None)], theirs)
    assert not found([a_holding(2, "a", date(2029, 7, 1), None)], theirs)


def stated(document: str = PERSON, **more: object) -> Statement:
    plain: dict[str, object] = {
        "capacity": Capacity.CONTROLLER,
        "name": "虚构甲",
        "document": document,
        "from_on": date(2024, 1, 1),
    }
    return Statement(**{**plain, **more})  # type: ignore[arg-type]


async def look(organisation: int) -> list[int]:
    return await successors.look(organisation=organisation, by=Actor.platform(), now=LATER)


async def a_pair() -> tuple[credit.World, parties.Party, int]:
    """Return the world of an enterprise that was listed, another with its controller, and that statement."""
    world, fresh = await credit.a_world(), await parties.an_enterprise()
    await credit.published(msgspec.structs.replace(world, enterprise=fresh))
    await controls.state(statement=stated(), by=world.enterprise.actor, now=NOW)
    own = await controls.state(statement=stated(), by=fresh.actor, now=NOW)
    assert not await look(fresh.organisation), "nobody is listed yet"
    await credit.a_listing(world)
    return world, fresh, own


async def test_an_alert_is_raised_once_and_touches_no_score_grade_or_verdict() -> None:
    world, fresh, _ = await a_pair()
    before = await standing_facts(fresh.organisation, LATER)
    score = (await scores.compute(fresh.organisation, at=LATER, rules=RULES)).score
    assert len(await look(world.enterprise.organisation)) == 1
    assert not await look(world.enterprise.organisation)
    assert not await look(fresh.organisation)
    assert await standing_facts(fresh.organisation, LATER) == before
    assert (await scores.compute(fresh.organisation, at=LATER, rules=RULES)).score == score
    committee = Actor(role=Role.COMMITTEE, person=1, organisation=9, division="110105001024")
    seen = await successor_alerts(fresh.organisation, actor=committee, now=LATER)
    assert [(one.shared.name, one.in_force, one.may_close) for one in seen] == [("虚**", True, False)]
    for stranger in (Actor.public(), world.enterprise.actor):
        assert not await successor_alerts(fresh.organisation, actor=stranger, now=LATER)


async def test_the_enterprise_states_its_view_and_the_district_closes_with_reasons() -> None:
    world, fresh, own = await a_pair()
    number = (await look(fresh.organisation))[0]
    mine = await successor_alerts(fresh.organisation, actor=fresh.actor, now=LATER)
    assert (mine[0].shared.name, mine[0].may_state, mine[0].in_force) == ("虚构甲", True, True)
    assert mine[0].alert.ends_on > local_day(LATER)
    with pytest.raises(OutOfScopeError):
        await successors.state(alert_id=number, text="非本公司", by=world.enterprise.actor, now=LATER)
    await successors.state(alert_id=number, text="系普通投资", by=fresh.actor, now=LATER)
    with pytest.raises(successor.ViewGivenError):
        await successors.state(alert_id=number, text="再说明", by=fresh.actor, now=LATER)
    await controls.correct(number=own, statement=stated("H7654321"), by=world.district, now=LATER)
    kept = await successor_alerts(fresh.organisation, actor=world.district, now=LATER)
    assert [one.in_force for one in kept] == [False], "the holder is no longer shared"
    await successors.close(alert_id=number, reasons="更正后无同一人", by=world.district, now=LATER)
    with pytest.raises(successor.AlertClosedError):
        await successors.close(alert_id=number, reasons="再次", by=world.district, now=LATER)
    kept = await successor_alerts(fresh.organisation, actor=world.district, now=LATER)
    assert [(one.alert.view, one.alert.reasons) for one in kept] == [("系普通投资", "更正后无同一人")]


async def test_a_company_the_listed_one_controls_is_found_and_the_alert_ends_with_the_listing() -> None:
    world = await credit.a_world()
    await credit.a_listing(world)
    fresh = await parties.an_enterprise()
    statement = stated("", code=world.enterprise.code, capacity=Capacity.SHAREHOLDER)
    await controls.state(statement=statement, by=fresh.actor, now=NOW)
    assert len(await look(fresh.organisation)) == 1
    seen = await successor_alerts(fresh.organisation, actor=world.city, now=LATER)
    assert seen[0].shared.capacities == ("shareholder", "")
    over = await successor_alerts(fresh.organisation, actor=world.city, now=NOW + 500 * DAY)
    assert [one.in_force for one in over] == [False]
