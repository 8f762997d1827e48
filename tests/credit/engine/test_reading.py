"""Columns out of the database say what the exact engine computes from rows."""

from datetime import date

import numpy as np
import pytest

from credit.domain import cycle, rating
from credit.domain.engine import gather, scoring
from credit.domain.rating import Moment
from credit.queries import everybody, rule_sets, scores
from credit.services import decisions
from credit.services.appraisal import rechecks
from market.runtime import database
from tests import factories_credit as credit
from tests import factories_parties as parties

pytestmark = pytest.mark.usefixtures("database")

NOW, DAY = credit.NOW, credit.DAY


async def a_city() -> credit.World:
    """Make three enterprises: one with records, one with a small project, one without any."""
    world = await credit.a_world()
    await credit.an_evaluation(world, lost=250)
    for fact_on in (date(2025, 9, 3), date(2026, 1, 5), date(2026, 3, 3)):
        await credit.a_record(world, "N-GE-01", fact_on=fact_on)
    await credit.a_record(world, "N-SE-11")
    await credit.a_record(world, "G-PR-02", by=world.city)
    await _what_rows_leave_out(world)
    gone = await credit.a_record(world, "N-GE-03")
    await decisions.revoke(record_id=gone, reasons="x", by=world.district_second, now=NOW + 20 * DAY)
    other = await parties.an_enterprise()
    second = await parties.a_community(name="二号小区")
    await credit.managed_by(other, second, area=33)
    await parties.an_enterprise()
    return world


async def _what_rows_leave_out(world: credit.World) -> None:
    """Add a warning without points, a replaced evaluation, and a record that ended with an outside list."""
    light, listed = [await credit.a_record(world, code) for code in ("N-GE-02", "N-SE-09")]
    await database.execute(
        "UPDATE credit_record SET light = true, corrected_on = $2 WHERE id = $1", light, NOW.date()
    )
    await database.execute(
        "UPDATE credit_record SET stage = 'expired', expires_on = NULL, ended_at = $2, ended_by = 'feed'"
        " WHERE id = $1",
        listed,
        NOW + 40 * DAY,
    )
    (found,) = await database.fetch("SELECT id FROM credit_evaluation")
    made = await rechecks.order(evaluation_id=found["id"], reasons="x", by=world.district, now=NOW)
    await database.execute(
        "UPDATE credit_evaluation_recheck SET stage = 'replaced', quality_centi = 9001, decided_at = $2,"
        " decided_by = 'district:1', decision = 'x' WHERE id = $1",
        made,
        NOW + 30 * DAY,
    )


async def test_columns_from_the_database_say_what_rows_say() -> None:
    await a_city()
    moments = []
    for days in (1, 15, 35, 60, 110, 400):
        at = NOW + days * DAY
        moments += [
            Moment.live(at, cycle.of(at.date())),
            Moment.of_cycle(cycle.named("2026H1"), known=at, fallen=at),
        ]
    rules = await rule_sets.version(1)
    for moment in moments:
        city = await everybody.read(moment)
        exact = await scores.compute_all(city.enterprises, moment, rules=rules)
        own = gather.columns([one.inputs for one in exact])
        for name in ("enterprise", "community", "area", "days", "quality"):
            assert getattr(city.columns.projects, name).tolist() == getattr(own.projects, name).tolist()
        assert city.columns.enterprises.days_here.tolist() == own.enterprises.days_here.tolist()
        scored, _ = await city.scored(rules)
        ordered, blocks = await everybody.rated(city.enterprises, moment, rules=rules, block=2)
        assert ordered == sorted(city.enterprises, key=lambda one: one.id)
        by_number = np.argsort(city.columns.enterprises.id)
        for name in scoring.PATCHED:
            assert getattr(blocks, name).tolist() == getattr(scored, name)[by_number].tolist(), name
        for place, one in enumerate(exact):
            told = {name: getattr(scored, name)[place] for name in scoring.PATCHED}
            assert told == gather.values(one.score)
        letters = scoring.grades(scored, rules, city.columns.enterprises.code)
        wanted = rating.graded([(one.inputs.code, one.score) for one in exact], rules=rules)
        assert [scoring.GRADES[letter] for letter in letters] == wanted


async def test_facts_are_told_apart_by_the_same_words_in_both() -> None:
    await a_city()
    moment = Moment.live(NOW + 60 * DAY, cycle.of((NOW + 60 * DAY).date()))
    city = await everybody.read(moment)
    rules = await rule_sets.version(1)
    exact = await scores.compute_all(city.enterprises, moment, rules=rules)
    own = gather.columns([one.inputs for one in exact])
    assert {tuple(row) for row in own.records.fact.tolist()} <= {
        tuple(row) for row in city.columns.records.fact.tolist()
    }
    assert city.columns.records.codes == own.records.codes
    assert len(np.unique(city.columns.records.record)) == len(city.columns.records.record) > 0


async def test_an_empty_city_has_empty_columns() -> None:
    await parties.a_world()
    moment = Moment.live(NOW, cycle.of(NOW.date()))
    city = await everybody.read(moment)
    scored, exact = await city.scored(await rule_sets.version(1))
    assert (len(scored.published), exact) == (0, [])
