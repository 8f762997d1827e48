"""Managers who are not recommended: heard before anything is decided, warned of, never excluded."""

from datetime import timedelta

import pytest

from credit.domain.list_entry import ListWindowError
from credit.domain.record import OwnRecordError
from credit.domain.remedy import project_manager
from credit.domain.remedy.project_manager import LIFECYCLE, Outcome, Stage, Verb
from credit.queries.remedy import managers as questions
from credit.queries.standing import standing_facts
from credit.services import assignments, decisions
from credit.services.remedy import managers
from market.kernel.actor import Actor, OutOfScopeError
from market.kernel.errors import TransitionError
from market.kernel.period import add_months, local_day
from market.runtime import log
from market.runtime.database import fetch
from tests import factories_credit as credit
from tests.credit.rules import RULES

pytestmark = pytest.mark.usefixtures("database")
NOW, DAY = credit.NOW, credit.DAY
LATER = NOW + 20 * DAY
PLATFORM = Actor.platform()
CERTIFICATE = "BJXM 2026001234"


@pytest.mark.parametrize(("score", "low"), [(59_99, True), (60_00, False)])
def test_a_case_opens_below_sixty_points_and_not_at_sixty(score: int, *, low: bool) -> None:
    assert project_manager.below(score, rules=RULES) is low


@pytest.mark.parametrize(
    ("code", "opens"), [("N-SE-13", True), ("N-GE-14", True), ("N-MI-01", False), ("N-SE-09", False)]
)
def test_items_about_the_manager_of_more_than_the_minor_class_open_a_case(code: str, *, opens: bool) -> None:
    assert project_manager.by_item(RULES.item(code)) is opens


def test_no_way_leads_around_notice_and_window() -> None:
    for stage in (Stage.OPENED, Stage.NOTICE_POSTED):
        with pytest.raises(TransitionError):
            LIFECYCLE.after(stage, Verb.NAME)


@pytest.mark.parametrize(
    ("number", "shown"), [("BJXM2026001234", "BJ**********34"), ("AB1234", "AB**34"), ("AB123", "*****")]
)
def test_a_registration_number_is_shown_covered(number: str, shown: str) -> None:
    assert project_manager.covered(number) == shown


async def a_managed_world() -> credit.World:
    """Return an enterprise whose project has a manager."""
    world = await credit.a_world(managed=False)
    assignment = assignments.Assignment(
        enterprise=world.enterprise.organisation,
        community=world.community,
        area_centi=80_000_00,
        start_on=credit.MANAGED_FROM,
        origin="test:managed",
        manager=world.enterprise.actor.person,
    )
    await assignments.assign_project(assignment=assignment, by=PLATFORM, now=NOW - 30 * DAY)
    return world


async def a_case(world: credit.World) -> tuple[int, int]:
    """Return a case about the manager, opened by a decided record, and that record."""
    record = await credit.a_record(world, "N-SE-13", manager=world.enterprise.actor.person)
    opened = await managers.open_on_record(record_id=record, by=PLATFORM, now=LATER)
    assert not await managers.open_on_record(record_id=record, by=PLATFORM, now=LATER), "told twice"
    return opened[0], record


async def a_named(world: credit.World) -> tuple[int, int]:
    """Return a case that was decided: not recommended; and the record it rests on."""
    number, record = await a_case(world)
    notice = managers.Notice(certificate=CERTIFICATE, facts="履职失职")
    await managers.post_notice(case_id=number, notice=notice, by=world.district, now=LATER)
    await managers.serve(case_id=number, by=world.enterprise.actor, now=LATER)
    until = (await questions.case(number)).statement_until
    assert until is not None
    await managers.state(case_id=number, text="已整改", by=world.enterprise.actor, now=LATER)
    named = managers.Decision(outcome=Outcome.NAMED, reasons="事实清楚")
    with pytest.raises(ListWindowError):
        await managers.decide(
            case_id=number, decision=named, by=world.district_second, now=until - timedelta(microseconds=1)
        )
    with pytest.raises(OwnRecordError):
        await managers.decide(case_id=number, decision=named, by=world.district, now=until)
    await managers.decide(case_id=number, decision=named, by=world.district_second, now=until)
    return number, record


async def test_a_named_manager_is_warned_of_for_twelve_months_and_no_verdict_changes() -> None:
    world = await a_managed_world()
    enterprise = world.enterprise.organisation
    number, _ = await a_named(world)
    found = await questions.case(number)
    day = local_day(found.decided_at or LATER)
    assert (found.from_on, found.to_on) == (day, add_months(day, 12))
    after = (found.decided_at or LATER) + DAY
    warned = await questions.by_certificates(["bjxm2026001234", "X1"], after)
    assert [(each.certificate, each.to_on) for each in warned.values()] == [("BJ**********34", found.to_on)]
    assert len(await questions.named(after, enterprise=enterprise)) == 1
    facts = await standing_facts(enterprise, after)
    assert not facts.listed
    assert not facts.banned
    over = after + 370 * DAY
    assert not await questions.named(over, enterprise=enterprise), "the day ends it before any tick"
    await managers.act_due(id=number, now=over)
    assert (await questions.case(number)).stage is Stage.EXPIRED
    await log.sequence_all()
    assert "BJXM2026001234" not in str(await fetch("SELECT * FROM runtime_audit_image"))


async def test_the_term_ends_in_the_act_that_revokes_its_record() -> None:
    world = await a_managed_world()
    number, record = await a_named(world)
    later = LATER + 40 * DAY
    await decisions.revoke(record_id=record, reasons="事实不清", by=world.city, now=later)
    found = await questions.case(number)
    assert (found.stage, found.ended_at) == (Stage.LIFTED, later)
    assert not await questions.named(later, enterprise=world.enterprise.organisation)


async def test_a_score_below_the_floor_opens_one_case_and_another_enterprise_has_no_say() -> None:
    world = await a_managed_world()
    snapshot = await credit.published(world, now=NOW)
    about = {"enterprise": world.enterprise.organisation, "snapshot": snapshot}
    assert not await managers.open_on_score(**about, by=PLATFORM, now=NOW), "at the base"
    for month in range(4):
        await credit.a_record(
            world,
            "N-SE-13" if month < 3 else "N-GE-14",
            now=NOW + month * DAY,
            manager=world.enterprise.actor.person,
        )
    await credit.a_record(world, "N-GE-14", now=NOW + 5 * DAY, manager=world.enterprise.actor.person)
    opened = await managers.open_on_score(**about, by=PLATFORM, now=LATER)
    assert len(opened) == 1
    assert not await managers.open_on_score(**about, by=PLATFORM, now=LATER)
    stranger = Actor(
        person=1, organisation=world.enterprise.organisation + 999, role=world.enterprise.actor.role
    )
    with pytest.raises(OutOfScopeError):
        await managers.state(case_id=opened[0], text="无关", by=stranger, now=LATER)
