"""Plans of inspections: owed by grade and risk, half of them silent, following grades; pure rules first."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit import jobs
from credit.domain import cycle as halves
from credit.domain.events import EarlyWarning, GradePublished, MeasuresFollowed, ProjectMoved
from credit.domain.grade import LETTERS, Grade
from credit.domain.oversight import frequency, plan
from credit.domain.oversight.frequency import Risk, Window
from credit.queries import rule_sets
from credit.queries.oversight import plans as questions
from credit.queries.oversight import visits
from credit.services.oversight import keeping, plans, risks
from market.kernel.actor import Actor, Role, RoleNotPermittedError
from market.processes import (
    a_fall_calls_an_inspection,
    a_grade_moves_the_plan,
    a_moved_project_moves_the_plan,
)
from market.runtime import database
from tests import factories_credit as credit
from tests import factories_oversight as oversight
from tests import factories_parties

NOW, DAY = credit.NOW, credit.DAY
RULES = rule_sets.built_in()
HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    ("letter", "city", "district", "street"),
    [("A", 0, 1, 2), ("B", 0, 2, 4), ("C", 0, 4, 12), ("D", 4, 12, 26)],
)
def test_each_level_owes_what_the_register_of_measures_says(
    letter: str, city: int, district: int, street: int
) -> None:
    for role, count in ((Role.CITY, city), (Role.DISTRICT, district), (Role.STREET, street)):
        assert frequency.visits_a_year(Grade(letter), role, rules=RULES) == count


@pytest.mark.parametrize(
    ("letter", "risk", "level"),
    [
        ("A", Risk.LOW, "A"),
        ("A", Risk.MID, "B"),
        ("A", Risk.HIGH, "B"),
        ("C", Risk.HIGH, "D"),
        ("D", Risk.HIGH, "D"),
        ("unrated", Risk.LOW, "B"),
        ("unrated", Risk.MID, "C"),
    ],
)
def test_risk_moves_the_level_by_one_grade_and_never_below_d(letter: str, risk: Risk, level: str) -> None:
    assert frequency.level(Grade(letter), risk, rules=RULES) is Grade(level)


@given(st.sampled_from([1, 2, 4, 12, 26]), st.integers(2024, 2040))
def test_windows_of_a_year_follow_one_another_without_a_gap_and_each_ends_in_one_half(
    count: int, year: int
) -> None:
    found = frequency.windows(year, count)
    assert len(found) == count
    assert found[0].from_on == date(year, 1, 1)
    for one, after in pairwise(found):
        assert after.from_on == one.due_on + timedelta(days=1)
    halfs = [halves.named(f"{year}H{n}") for n in (1, 2)]
    assert sorted(w for half in halfs for w in frequency.within(half, count)) == sorted(found)


def test_the_street_comes_every_two_weeks_at_level_d() -> None:
    found = frequency.windows(2026, 26)
    assert {(one.due_on - one.from_on).days + 1 for one in found} == {14}


@given(st.text("0123456789abcdef", min_size=64, max_size=64), st.sets(st.integers(1, 400)))
def test_half_or_more_is_silent_and_anybody_can_repeat_the_choice(seed: str, numbers: set[int]) -> None:
    names = [str(number) for number in numbers]
    found = plan.unannounced(seed, 1, names, share=HALF)
    assert found == plan.unannounced(seed, 1, reversed(names), share=HALF)
    assert len(names) <= 2 * len(found) <= len(names) + 1
    more = plan.topped_up(seed, set(names) - found, live=len(names) + 2, silent=len(found), share=HALF)
    assert 2 * (len(found) + len(more)) >= min(len(names) + 2, 2 * len(names))


def slot(community: int, first: date, last: date, letter: str = "B") -> plan.Slot:
    window = Window(first, last)
    return plan.Slot(community=community, window=window, enterprise=1, level=Grade(letter), risk=Risk.LOW)


def standing(number: int, of: plan.Slot, *, held: date | None = None) -> plan.Standing:
    return plan.Standing(
        id=number,
        community=of.community,
        enterprise=of.enterprise,
        window=of.window,
        level=of.level,
        open=held is None,
        held_on=held,
    )


def test_a_plan_that_follows_drops_what_is_open_keeps_what_was_held_and_leaves_the_past_alone() -> None:
    quarter = slot(1, date(2026, 4, 1), date(2026, 6, 30))
    past = slot(1, date(2026, 1, 1), date(2026, 3, 31))
    months = [slot(1, date(2026, m, 1), date(2026, m, 28), "C") for m in (4, 5)]
    today = date(2026, 4, 10)
    change = plan.follow([standing(1, past), standing(2, quarter)], months, today=today)
    assert (change.add, change.drop) == (tuple(months), (2,))
    held = standing(2, quarter, held=date(2026, 4, 5))
    change = plan.follow([standing(1, past), held], months, today=today)
    assert (change.add, change.drop) == ((months[1],), ()), "the visit of April serves April"
    assert plan.follow([standing(2, quarter)], [quarter], today=today) == plan.Change(add=(), drop=())


@pytest.mark.usefixtures("database")
class TestDrawn:
    """Plans on real rows."""

    async def test_a_plan_is_made_from_grade_and_risk_and_drawing_again_changes_nothing(self) -> None:
        world = await credit.a_world()
        found = await oversight.a_plan(world.street)
        assert [(one.level, one.due_on) for one in found] == [
            (Grade.B, date(2026, 3, 31)),
            (Grade.B, date(2026, 6, 30)),
        ], "unrated counts as B: quarters"
        assert [one.id for one in await oversight.a_plan(world.street)] == [one.id for one in found]
        (district,) = await oversight.a_plan(world.district)
        assert (district.due_on, district.role) == (date(2026, 6, 30), "district")
        assert await oversight.a_plan(world.city) == [], "the city comes at level D only"
        with pytest.raises(RoleNotPermittedError):
            await plans.draw(cycle="2026H1", by=world.residents, now=NOW)

    async def test_a_higher_risk_brings_more_visits_and_says_why(self) -> None:
        world = await credit.a_world()
        await oversight.a_plan(world.street)
        await risks.set_risk(
            community_id=world.community, risk=Risk.HIGH, reasons="电梯超年限", by=world.district, now=NOW
        )
        found = await oversight.a_plan(world.street)
        assert {one.level for one in found} == {Grade.C}
        assert [one.due_on.month for one in found] == [3, 4, 5, 6], "January and February have passed"

    async def test_half_or_more_of_a_plan_is_silent_whatever_falls_out(self) -> None:
        world = await credit.a_world()
        await oversight.a_plan(world.street)
        for risk in (Risk.HIGH, Risk.LOW, Risk.MID, Risk.LOW):
            await risks.set_risk(
                community_id=world.community, risk=risk, reasons="复核", by=world.street, now=NOW
            )
            found = await oversight.a_plan(world.street)
            assert 2 * sum(one.unannounced for one in found) >= len(found)

    async def test_the_seed_is_shown_when_the_half_year_is_over_and_repeats_the_choice(self) -> None:
        world = await credit.a_world()
        await oversight.a_plan(world.street)
        over = datetime(2026, 6, 30, 16, 0, tzinfo=UTC)
        organisation = world.street.organisation or 0
        (before,) = await questions.lines(organisation, now=over - timedelta(microseconds=1))
        (after,) = await questions.lines(organisation, now=over)
        assert before.seed == ""
        assert plan.commitment(after.seed) == before.commitment
        rows = await questions.chosen(after.id)
        names = {plan.key(r["community"], Window(r["from_on"], r["due_on"])): r for r in rows}
        again = plan.unannounced(after.seed, 1, names, share=HALF)
        assert again == {name for name, row in names.items() if row["unannounced"] and not row["topped"]}

    async def test_a_published_grade_moves_the_plan(self) -> None:
        world = await credit.a_world()
        await oversight.a_plan(world.street)
        await credit.an_evaluation(world)
        await credit.published(world)
        event = GradePublished(
            snapshot=1, enterprise=world.enterprise.organisation, grade="A", score_centi=9000, digest=""
        )
        for _ in range(2):
            await a_grade_moves_the_plan.receive(event, NOW)
        (found,) = await visits.of_authority(world.street.organisation or 0)
        assert (found.level, found.from_on, found.due_on) == (Grade.A, date(2026, 1, 1), date(2026, 6, 30))
        assert found.unannounced, "one of one"

    async def test_a_fall_calls_the_street_within_five_working_days_and_once(self) -> None:
        world = await credit.a_world()
        event = EarlyWarning(
            snapshot=7, enterprise=world.enterprise.organisation, before_centi=9000, after_centi=8000
        )
        for _ in range(2):
            await a_fall_calls_an_inspection.receive(event, NOW)
        (found,) = await visits.of_authority(world.street.organisation or 0)
        assert (found.kind.value, found.role, found.unannounced) == ("early", "street", True)
        assert found.due_on == date(2026, 3, 23), "five working days after Monday, 16 March"
        told = await database.fetch("SELECT 1 FROM runtime_inbox WHERE organisation = $1", event.enterprise)
        assert told == []

    async def test_a_fall_between_two_cycles_calls_it_too_through_its_measure_and_none_without_a_fall(
        self,
    ) -> None:
        world = await credit.a_world()
        event = MeasuresFollowed(
            snapshot=7,
            enterprise=world.enterprise.organisation,
            grade="C",
            began=("inspection-c",),
            fell=False,
        )
        await a_fall_calls_an_inspection.carry_out(event, NOW)
        assert await visits.of_authority(world.street.organisation or 0) == []
        for _ in range(2):
            await a_fall_calls_an_inspection.carry_out(msgspec.structs.replace(event, fell=True), NOW)
        (found,) = await visits.of_authority(world.street.organisation or 0)
        assert found.kind.value == "early"

    async def test_only_the_platform_lets_a_plan_follow(self) -> None:
        world = await credit.a_world()
        with pytest.raises(RoleNotPermittedError):
            await keeping.follow(enterprise=world.enterprise.organisation, by=world.city, now=NOW)
        assert await keeping.follow(enterprise=1, by=Actor.platform(), now=NOW) == 0

    async def test_a_publication_draws_the_plans_nobody_drew_and_the_turn_draws_the_next(self) -> None:
        world = await credit.a_world()
        await credit.an_evaluation(world)
        event = GradePublished(
            snapshot=await credit.published(world),
            enterprise=world.enterprise.organisation,
            grade="A",
            score_centi=9000,
            digest="",
        )
        for _ in range(2):
            await a_grade_moves_the_plan.receive(event, NOW)
        drawn = await questions.lines(world.street.organisation or 0, now=NOW)
        assert [(one.cycle, one.visits) for one in drawn] == [("2026H1", 1)], "A: the street, each half-year"
        over = datetime(2026, 6, 30, 16, 0, tzinfo=UTC)
        for _ in range(2):
            await jobs.plan_due(id=drawn[0].id, now=over)
        after = await questions.lines(world.street.organisation or 0, now=over)
        assert [(one.cycle, one.visits) for one in after] == [("2026H2", 1), ("2026H1", 1)]
        rows = await database.fetch(
            "SELECT cycle, next_due_at FROM credit_visit_plan WHERE authority = $1 ORDER BY cycle",
            world.street.organisation,
        )
        assert [row["next_due_at"] for row in rows] == [None, datetime(2026, 12, 31, 16, 0, tzinfo=UTC)]

    async def test_a_project_that_changes_hands_moves_the_plan_before_and_after(self) -> None:
        world = await credit.a_world()
        await oversight.a_plan(world.street)
        other = await factories_parties.an_enterprise()
        await credit.managed_by(other, world.community)
        event = ProjectMoved(
            community=world.community,
            enterprises=(world.enterprise.organisation, other.organisation),
        )
        await a_moved_project_moves_the_plan.receive(event, NOW)
        found = await visits.of_authority(world.street.organisation or 0)
        assert {one.enterprise for one in found} == {other.organisation}
        assert len(found) == 2, "no visit twice"


def test_each_level_has_a_measure_that_says_how_often() -> None:
    for one in LETTERS:
        assert frequency.visits_a_year(one, Role.STREET, rules=RULES) > 0, one
