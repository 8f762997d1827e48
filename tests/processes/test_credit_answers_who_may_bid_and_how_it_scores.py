"""What bidding hears about an enterprise is what credit published, in bidding's own words."""

from datetime import timedelta

import pytest

from credit.public import standing_facts
from credit.services.bans import Ban, record_ban
from market.kernel.period import start_of_day
from market.processes.barred_enterprises_cannot_bid import BAN, LISTED
from market.processes.credit_answers_who_may_bid_and_how_it_scores import standing_of
from tests import factories_credit as credit
from tests.factories_credit import NOW

pytestmark = pytest.mark.usefixtures("database")
DAY = timedelta(days=1)


async def test_a_newcomer_is_free_to_bid_and_has_no_points_of_its_own() -> None:
    world = await credit.a_world()
    standing = await standing_of(world.enterprise.organisation, NOW)
    assert (standing.barred, standing.listed, standing.tender_points, standing.snapshot) == (
        False,
        False,
        None,
        "",
    )


async def test_a_banned_enterprise_is_barred_until_its_ban_ends() -> None:
    world = await credit.a_world()
    ban = Ban(
        enterprise=world.enterprise.organisation,
        from_on=NOW.date(),
        to_on=NOW.date() + 400 * DAY,
        decision_no="京建罚〔2026〕1号",
        decided_on=NOW.date(),
        legal_basis="BL 53",
        file_digest=credit.FILE,
    )
    await record_ban(ban=ban, by=world.district, now=NOW)
    standing = await standing_of(world.enterprise.organisation, NOW)
    assert (standing.barred, standing.reason, standing.source) == (True, BAN, "BL 53")
    assert standing.until == start_of_day(ban.to_on)
    assert not (await standing_of(world.enterprise.organisation, start_of_day(ban.to_on))).barred


async def test_a_listed_enterprise_is_shown_as_listed_and_barred_by_no_one_but_a_tender_document() -> None:
    world = await credit.a_world()
    await credit.a_listing(world)
    standing = await standing_of(world.enterprise.organisation, NOW + 20 * DAY)
    assert (standing.listed, standing.barred, standing.reason) == (True, False, LISTED)


async def test_a_published_score_weighs_as_published_and_not_as_it_stands_today() -> None:
    world = await credit.a_world()
    await credit.an_evaluation(world)
    await credit.published(world)
    later = NOW + 30 * DAY
    before = await standing_of(world.enterprise.organisation, later)
    await credit.a_record(world)
    after = await standing_of(world.enterprise.organisation, later)
    assert after.tender_points == before.tender_points
    facts = await standing_facts(world.enterprise.organisation, later)
    assert before.tender_points == facts.tender_score_centi
    assert before.snapshot == facts.snapshot_digest != ""
