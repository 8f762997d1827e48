"""What an undecided record would do: exactly what its decision then does, at the subject it is about."""

from datetime import timedelta

import pytest

from credit.queries import cases, pages, scores
from credit.services import decisions, records
from tests import factories_credit as credit
from tests.credit.rules import RULES

pytestmark = pytest.mark.usefixtures("database")

NOW = credit.NOW


@pytest.mark.parametrize("code", ["N-GE-01", "N-VS-02"])
async def test_the_effect_shown_is_what_the_decision_does(code: str) -> None:
    world = await credit.a_world()
    await credit.an_evaluation(world)
    number = await credit.a_served(world, credit.a_draft(world, code))
    until = (await cases.record(number)).statement_until
    assert until is not None
    shown = (await pages.record_view(number, actor=world.district, now=until)).effect
    assert shown is not None
    assert shown.counted_centi == RULES.item(code).points
    before = (await scores.compute(world.enterprise.organisation, at=until, rules=RULES)).score
    assert (shown.before_centi, shown.before) == (before.published, before.grade)
    await decisions.decide(record_id=number, reasons="属实", by=world.district_second, now=until)
    at = until + timedelta(minutes=1)
    after = (await scores.compute(world.enterprise.organisation, at=at, rules=RULES)).score
    assert (shown.after_centi, shown.after) == (after.published, after.grade)
    assert (await pages.record_view(number, actor=world.district, now=at)).effect is None


async def test_a_project_nobody_manages_has_no_effect_to_show() -> None:
    world = await credit.a_world(managed=False)
    number = await records.draft(draft=credit.a_draft(world), by=world.street, now=NOW)
    assert (await pages.record_view(number, actor=world.street, now=NOW)).effect is None
