"""Evaluations, assignments, snapshots, standing: what reaches a tender."""

from datetime import date

import msgspec
import pytest

from credit.domain.evaluation import ForeignPartError, Part, StreetMissingError
from credit.domain.grade import Grade
from credit.domain.record import OwnRecordError
from credit.queries import cache, cases, rule_sets, scores, standing
from credit.services import assignments, decisions, evaluations
from market.kernel.actor import Actor, OutOfScopeError, Role, RoleNotPermittedError
from market.kernel.errors import FindingsError
from market.runtime import database, log, verify
from tests import factories_credit as credit
from tests import factories_parties as parties

pytestmark = pytest.mark.usefixtures("database")

NOW, DAY = credit.NOW, credit.DAY
RULES = rule_sets.built_in()


async def test_a_released_evaluation_changes_the_score() -> None:
    world = await credit.a_world()
    number = await credit.an_evaluation(world, lost=400)
    found = await scores.compute(world.enterprise.organisation, at=NOW, rules=RULES)
    (site,) = found.score.projects
    assert (site.quality, site.evaluation, site.assumed) == (9600, number, False)
    assert found.score.published == (9600 + 10000) // 2
    assert found.score.grade is Grade.A
    entry = await database.fetch("SELECT event_type FROM runtime_outbox ORDER BY id DESC LIMIT 1")
    assert entry[0]["event_type"] == "credit.EvaluationReleased"


async def test_scorer_and_approver_are_two_people() -> None:
    world = await credit.a_world()
    opening = evaluations.Opening(
        enterprise=world.enterprise.organisation, community=world.community, cycle="2026H1"
    )
    number = await evaluations.open_evaluation(opening=opening, by=world.street, now=NOW)
    with pytest.raises(StreetMissingError):
        await evaluations.submit(evaluation_id=number, by=world.street, now=NOW)
    await credit.scored_by_two(world, number)
    await evaluations.submit(evaluation_id=number, by=world.street, now=NOW)
    for scorer in (world.street, world.street_second):
        with pytest.raises(OwnRecordError):
            await evaluations.release(evaluation_id=number, by=scorer, now=NOW)
    await evaluations.send_back(evaluation_id=number, reasons="补照片", by=world.district, now=NOW)
    await credit.scored_by_two(world, number, lost=100)
    await evaluations.submit(evaluation_id=number, by=world.street, now=NOW)
    assert await evaluations.release(evaluation_id=number, by=world.district, now=NOW) == 9900


async def test_each_body_marks_its_own_part() -> None:
    world = await credit.a_world()
    opening = evaluations.Opening(
        enterprise=world.enterprise.organisation, community=world.community, cycle="2026H1"
    )
    number = await evaluations.open_evaluation(opening=opening, by=world.street, now=NOW)
    short = {i.id: 400 for i in RULES.indicators if i.short_form}
    part = evaluations.Marks(part=Part.COMMUNITY, marks=short)
    with pytest.raises(ForeignPartError):
        await evaluations.mark(evaluation_id=number, marks=part, by=world.street, now=NOW)
    await evaluations.mark(evaluation_id=number, marks=part, by=world.residents, now=NOW)
    broken = msgspec.structs.replace(part, marks={"E1-1": 9999, "E9-1": 1})
    with pytest.raises(FindingsError) as refused:
        await evaluations.mark(evaluation_id=number, marks=broken, by=world.residents, now=NOW)
    assert len(refused.value.findings) == 19 + 2
    await credit.scored_by_two(world, number)
    await evaluations.submit(evaluation_id=number, by=world.street, now=NOW)
    quality = await evaluations.release(evaluation_id=number, by=world.district, now=NOW)
    assert quality == round((10000 * 50 + 8000 * 15) / 65)
    assert {p.part for p in await cases.parts_of(number)} == {Part.STREET, Part.COMMUNITY}


async def test_a_community_has_one_manager_at_a_time() -> None:
    world = await credit.a_world()
    successor = await parties.an_enterprise()
    assignment = assignments.Assignment(
        enterprise=successor.organisation,
        community=world.community,
        area_centi=80_000_00,
        start_on=date(2026, 3, 1),
        origin="handover:1",
    )
    first = await assignments.assign_project(assignment=assignment, by=Actor.platform(), now=NOW)
    assert first is not None
    again = await assignments.assign_project(assignment=assignment, by=Actor.platform(), now=NOW)
    assert again is None, "a fact told twice has its effect once"
    rows = await database.fetch(
        "SELECT enterprise, start_on, end_on FROM credit_project_assignment ORDER BY start_on"
    )
    assert [row["end_on"] for row in rows] == [date(2026, 3, 1), None]
    old = await scores.compute(world.enterprise.organisation, at=NOW, rules=RULES)
    assert old.score.projects[0].days == 31 + 28


async def test_a_snapshot_is_the_same_bytes_when_computed_again() -> None:
    world = await credit.a_world()
    await credit.an_evaluation(world, lost=300)
    await credit.a_record(world, now=NOW - 30 * DAY)
    await credit.published(world)
    (stored,) = await database.fetch("SELECT body, digest, inputs_digest FROM credit_snapshot")
    await credit.a_record(world, "N-SE-01", now=NOW + DAY)
    again = await scores.compute(world.enterprise.organisation, at=NOW, rules=RULES)
    assert again.body.decode() == stored["body"]


async def test_only_the_city_publishes() -> None:
    world = await credit.a_world()
    with pytest.raises(RoleNotPermittedError):
        await credit.published(msgspec.structs.replace(world, city=world.district))


async def test_the_cache_may_be_dropped() -> None:
    world = await credit.a_world()
    await credit.a_record(world)
    before = await database.fetch("SELECT enterprise, score_centi, grade FROM credit_score")
    await database.execute("DELETE FROM credit_score")
    await cache.refresh_all(now=NOW + 20 * DAY)
    after = await database.fetch("SELECT enterprise, score_centi, grade FROM credit_score")
    assert after == before


async def test_standing_is_neutral_for_a_newcomer_and_falls_with_what_is_published() -> None:
    world = await credit.a_world()
    enterprise = world.enterprise.organisation
    fresh = await standing.standing_facts(enterprise, NOW)
    assert (fresh.grade, fresh.tender_points_centi, fresh.snapshot) == (Grade.UNRATED, 500, None)
    await credit.an_evaluation(world)
    snapshot = await credit.published(world)
    good = await standing.standing_facts(enterprise, NOW)
    assert (good.grade, good.tender_points_centi, good.snapshot) == (Grade.A, 1000, snapshot)
    await credit.a_record(world, "N-SE-01", now=NOW + DAY)
    later = NOW + 30 * DAY
    assert (await standing.standing_facts(enterprise, later)).tender_points_centi == 1000, "not published yet"
    await credit.published(world, now=later)
    worse = await standing.standing_facts(enterprise, later)
    assert (worse.grade, worse.tender_points_centi) == (Grade.B, 875)
    assert (await standing.standing_facts(enterprise, NOW)) == good, "as known then"


async def test_a_veto_lowers_the_grade_before_it_is_published() -> None:
    world = await credit.a_world()
    await credit.an_evaluation(world)
    await credit.published(world)
    await credit.a_record(world, "N-VS-01", by=world.district, now=NOW + DAY)
    found = await standing.standing_facts(world.enterprise.organisation, NOW + 30 * DAY)
    assert (found.grade, found.veto) == (Grade.D, "N-VS-01")
    cases_open = await database.fetch("SELECT stage, origin FROM credit_list_entry")
    assert [row["stage"] for row in cases_open] == ["opened"], "the item opens an exit-list case"


async def test_a_street_outside_marks_nothing() -> None:
    world = await credit.a_world()
    elsewhere = await parties.an_officer(Role.STREET, "110106001")
    opening = evaluations.Opening(
        enterprise=world.enterprise.organisation, community=world.community, cycle="2026H1"
    )
    with pytest.raises(OutOfScopeError):
        await evaluations.open_evaluation(opening=opening, by=elsewhere, now=NOW)


async def test_the_log_verifies_after_a_whole_life() -> None:
    world = await credit.a_world()
    await credit.an_evaluation(world)
    number = await credit.a_record(world, "N-VS-02", by=world.district)
    await credit.published(world, now=NOW + 20 * DAY)
    await decisions.revoke(record_id=number, reasons="x", by=world.district_second, now=NOW + 21 * DAY)
    await log.sequence_all()
    found = await verify.verify()
    assert [f for f in found.findings if f.code != "migration-unsigned"] == [], "the template had no key yet"
