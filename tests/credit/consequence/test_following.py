"""Measures follow a publication: a consequence begins by itself, what binds is proposed; both end with it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.domain import measure
from credit.domain.consequence import following, proposal
from credit.domain.consequence.following import End, Standing
from credit.domain.grade import LETTERS, Grade
from credit.domain.measure import MeasureAuthorityError, MeasureNotDueError
from credit.domain.rules.register import Force, Measure, Trigger
from credit.queries import measures as questions
from credit.queries.consequence import proposals
from credit.services import decisions, measures
from credit.services.consequence import following as acts
from credit.services.records import ReasonMissingError
from market.kernel.actor import Actor, RoleNotPermittedError
from market.kernel.errors import TransitionError
from market.kernel.workday import Workdays
from market.runtime import database, workdays
from tests import factories_credit as credit
from tests.credit.rules import RULES

NOW, DAY = credit.NOW, credit.DAY
DAYS = Workdays(rest=frozenset(), work=frozenset(), years=frozenset({2026}))


def keys(found: tuple[Measure, ...]) -> set[str]:
    return {one.key for one in found}


def standing(*names: str) -> list[Standing]:
    return [
        Standing(id=n, key=name, trigger=measure.named(name, rules=RULES).trigger)
        for n, name in enumerate(names)
    ]


@given(letter=st.sampled_from([*LETTERS, Grade.UNRATED]), listed=st.booleans(), warned=st.booleans())
def test_nothing_that_binds_begins_by_itself_and_nothing_stands_twice(
    *, letter: Grade, listed: bool, warned: bool
) -> None:
    found = following.called(letter, listed=listed, warned=warned, rules=RULES)
    assert not {one.force for one in found.automatic} & {Force.DUTY, Force.RESTRICTION}
    assert not keys(found.automatic) & keys(found.proposed)
    rewards = {one.key for one in (*found.automatic, *found.proposed) if one.force is Force.INCENTIVE}
    assert not (listed and rewards)
    assert ("early-inspection" in keys(found.automatic)) is warned


def test_each_grade_brings_what_the_register_says() -> None:
    by_letter = {
        letter: following.called(Grade(letter), listed=False, warned=False, rules=RULES) for letter in "ABCD"
    }
    assert keys(by_letter["A"].automatic) == {"inspection-a", "recommended", "bid-security-waiver"}
    assert keys(by_letter["B"].automatic) == {"inspection-b"}
    assert (keys(by_letter["C"].automatic), keys(by_letter["C"].proposed)) == (
        {"inspection-c"},
        {"interview-manager"},
    )
    assert (keys(by_letter["D"].automatic), keys(by_letter["D"].proposed)) == (
        {"inspection-d", "no-new-projects-advice", "award-pause"},
        {"interview-representative"},
    )


def test_between_cycles_what_is_called_for_stays_and_a_cycle_begins_everything_anew() -> None:
    wanted = following.called(Grade.A, listed=False, warned=False, rules=RULES).automatic
    there = standing("inspection-b", "recommended", "early-inspection")
    between = following.follow(there, wanted, anew=False)
    assert between.end == ((0, End.GRADE),), "a fall's visit ends by its day"
    assert keys(between.begin) == {"inspection-a", "bid-security-waiver"}
    cycle = following.follow(there, wanted, anew=True)
    assert cycle.end == ((0, End.GRADE), (1, End.RENEWED))
    assert keys(cycle.begin) == keys(wanted)


@given(before=st.sampled_from(LETTERS), after=st.sampled_from(LETTERS), anew=st.booleans())
def test_after_following_exactly_what_the_grade_calls_for_runs(
    *, before: Grade, after: Grade, anew: bool
) -> None:
    old = following.called(before, listed=False, warned=False, rules=RULES).automatic
    wanted = following.called(after, listed=False, warned=False, rules=RULES).automatic
    there = standing(*(one.key for one in old))
    change = following.follow(there, wanted, anew=anew)
    gone = {number for number, _ in change.end}
    left = [one.key for one in there if one.id not in gone]
    assert sorted([*left, *(one.key for one in change.begin)]) == sorted(keys(wanted))


def test_an_open_proposal_keeps_its_time_and_one_that_runs_is_not_proposed_again() -> None:
    wanted = following.called(Grade.C, listed=False, warned=False, rules=RULES).proposed
    stays = following.propose(standing("interview-manager"), wanted, in_force=())
    assert (stays.begin, stays.end) == ((), ())
    assert following.propose([], wanted, in_force={"interview-manager"}).begin == ()
    falls = following.propose(standing("interview-representative"), wanted, in_force=())
    assert (falls.end, keys(falls.begin)) == (((0, End.GRADE),), {"interview-manager"})


@pytest.mark.usefixtures("database")
class TestFollowed:
    """On real rows."""

    async def test_a_grade_brings_its_measures_once_in_the_publishers_name_and_another_ends_them(
        self,
    ) -> None:
        world = await credit.a_world()
        await credit.an_evaluation(world)
        enterprise = world.enterprise.organisation
        number = await credit.followed(world, now=NOW + DAY)
        assert await acts.follow(snapshot=number, by=Actor.platform(), now=NOW + 2 * DAY) == 0, "told twice"
        found = await questions.of_enterprise(enterprise, now=NOW + DAY)
        assert {(m.key, m.automatic, m.authority) for m in found} == {
            (key, True, world.city.organisation)
            for key in ("inspection-a", "recommended", "bid-security-waiver")
        }
        entries = await database.fetch(
            "SELECT count(*) AS n FROM runtime_audit_entry WHERE act = 'credit:measure:follow'"
        )
        assert entries[0]["n"] == 1
        await credit.a_record(world, "N-VS-02", now=NOW + 2 * DAY)
        later = NOW + 20 * DAY
        await credit.followed(world, now=later)
        assert {m.key for m in await questions.of_enterprise(enterprise, now=later)} == {
            "inspection-c",
            "early-inspection",
        }
        past = await questions.ended(enterprise, now=later)
        assert {(m.key, m.end_cause) for m in past} == {(m.key, "grade") for m in found}
        assert await acts.follow(snapshot=number, by=Actor.platform(), now=later) == 0, "followed by another"

    async def test_what_binds_waits_for_a_decision_with_its_day(self) -> None:
        world = await credit.a_world()
        await credit.a_record(world, "N-VS-02")
        at = NOW + 14 * DAY
        await credit.followed(world, now=at)
        (line,) = await proposals.waiting(actor=world.street)
        days = await workdays.table()
        assert (line.key, line.due_on) == ("interview-manager", days.add_workdays(at.date(), 10))
        assert await proposals.waiting(actor=world.city) == [], "the register names district and street"
        issue = measures.Issue(
            enterprise=world.enterprise.organisation,
            key=line.key,
            from_on=at.date(),
            to_on=at.date() + 90 * DAY,
            reasons="约谈项目负责人",
        )
        with pytest.raises(MeasureAuthorityError):
            await measures.issue(issue=issue, by=world.city, now=at)
        await measures.issue(issue=issue, by=world.street, now=at)
        assert await proposals.waiting(actor=world.district) == []
        with pytest.raises(MeasureNotDueError):
            await measures.issue(issue=issue, by=world.district, now=at)
        await credit.followed(world, now=at + DAY)
        assert await proposals.waiting(actor=world.street) == [], (
            "it runs; a publication between cycles adds none"
        )

    async def test_a_proposal_is_declined_with_reasons_and_never_twice(self) -> None:
        world = await credit.a_world()
        await credit.a_record(world, "N-VS-02")
        await credit.followed(world, now=NOW + 14 * DAY)
        (line,) = await proposals.waiting(actor=world.district)
        at = NOW + 15 * DAY
        with pytest.raises(ReasonMissingError):
            await measures.decline(proposal_id=line.id, reasons=" ", by=world.district, now=at)
        with pytest.raises(MeasureAuthorityError):
            await measures.decline(proposal_id=line.id, reasons="已约谈", by=world.city, now=at)
        await measures.decline(proposal_id=line.id, reasons="上周已约谈", by=world.district, now=at)
        assert (await proposals.case(line.id)).stage is proposal.Stage.DECLINED
        with pytest.raises(TransitionError):
            await measures.decline(proposal_id=line.id, reasons="再次", by=world.district, now=at)

    async def test_a_record_taken_back_ends_what_only_it_called_for_in_the_same_act(self) -> None:
        world = await credit.a_world()
        record = await credit.a_record(world, "N-VS-02")
        at = NOW + 14 * DAY
        await credit.followed(world, now=at)
        await decisions.revoke(record_id=record, reasons="决定被撤销", by=world.district_second, now=at)
        assert await proposals.waiting(actor=world.street) == []
        assert await questions.of_enterprise(world.enterprise.organisation, now=at) == []
        past = await questions.ended(world.enterprise.organisation, now=at)
        assert [(m.key, m.end_cause) for m in past] == [("inspection-c", "record")]

    async def test_what_begins_by_itself_is_issued_by_nobody_and_only_the_platform_lets_it_follow(
        self,
    ) -> None:
        world = await credit.a_world()
        await credit.an_evaluation(world)
        number = await credit.followed(world, now=NOW + DAY)
        today = (NOW + DAY).date()
        issue = measures.Issue(
            enterprise=world.enterprise.organisation,
            key="recommended",
            from_on=today,
            to_on=today + 90 * DAY,
            reasons="A",
        )
        with pytest.raises(MeasureNotDueError):
            await measures.issue(issue=issue, by=world.city, now=NOW + DAY)
        with pytest.raises(RoleNotPermittedError):
            await acts.follow(snapshot=number, by=world.city, now=NOW + DAY)


def test_the_day_of_a_proposal_is_counted_in_working_days_from_the_publication() -> None:
    interview = measure.named("interview-manager", rules=RULES)
    free = measure.named("recommended", rules=RULES)
    assert interview.due_workdays == 10
    assert proposal.due_on(interview, NOW, days=DAYS) == date(2026, 3, 30)
    assert proposal.due_on(free, NOW, days=DAYS) is None
    assert Trigger(interview.trigger) is Trigger.GRADE_C
    assert timedelta(days=14) == date(2026, 3, 30) - NOW.date()
