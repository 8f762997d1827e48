"""The register of experts: who enters, who declares, who reads, and what the log keeps."""

from datetime import date

import msgspec
import pytest

from market.kernel.actor import Actor, OutOfScopeError, Role, RoleNotPermittedError
from market.parties.domain import expert
from market.parties.domain.expert import Former, Ties
from market.parties.queries import experts as queries
from market.parties.services import experts, mandates
from market.runtime import database
from tests import factories_committee as committee
from tests import factories_parties as make

pytestmark = pytest.mark.usefixtures("database")


async def enter(person: Actor, by: Actor) -> None:
    """Enter somebody with a usual profile."""
    await experts.enter(mandate=person.mandate or 0, profile=committee.a_profile(), by=by, now=make.NOW)


async def test_the_city_enters_its_experts_and_a_district_its_own() -> None:
    city, district = await make.an_officer(Role.CITY), await make.an_officer(Role.DISTRICT)
    mine = await make.a_colleague(district, Role.EXPERT)
    with pytest.raises(OutOfScopeError):
        await enter(mine, city)
    await enter(mine, district)
    assert [one.mandate for one in await queries.within([make.DISTRICT], make.NOW)] == [mine.mandate]
    with pytest.raises(expert.ExpertExistsError):
        await enter(mine, district)
    with pytest.raises(expert.NotAnExpertMandateError):
        await enter(city, city)
    with pytest.raises(RoleNotPermittedError):
        await enter(mine, await make.an_officer(Role.STREET))


async def test_an_expert_declares_for_themselves_and_the_log_keeps_a_digest_only() -> None:
    person = await committee.an_entered()
    ties = Ties(
        employer="91110000SECRET",
        employer_name="示例所",
        former=(Former(code="91OLD", until=date(2025, 1, 1)),),
    )
    before = (await queries.by_mandate(person.mandate or 0, make.NOW)).profile
    await experts.declare(ties=ties, by=person, now=make.NOW)
    after = (await queries.by_mandate(person.mandate or 0, make.NOW)).profile
    assert (after.employer, after.former) == (ties.employer, ties.former)
    assert (
        msgspec.structs.replace(
            after, employer=before.employer, employer_name=before.employer_name, former=before.former
        )
        == before
    )
    images = await database.fetch("SELECT image FROM runtime_audit_image WHERE table_name = 'parties_expert'")
    assert images
    assert all("SECRET" not in row["image"] and "salt" not in row["image"] for row in images)
    with pytest.raises(expert.ExpertUnknownError):
        await experts.declare(ties=ties, by=await make.an_expert(), now=make.NOW)


async def test_who_is_taken_off_or_loses_the_mandate_is_no_longer_in_force() -> None:
    city = await make.an_officer(Role.CITY)
    first, second = await committee.an_entered(), await committee.an_entered()
    await experts.end(mandate=first.mandate or 0, by=city, now=make.NOW)
    await mandates.revoke(mandate_id=second.mandate or 0, by=city, now=make.NOW)
    in_force = {one.mandate for one in await queries.within([make.CITY], make.NOW)}
    assert not {first.mandate, second.mandate} & in_force
    with pytest.raises(expert.ExpertUnknownError):
        await experts.end(mandate=first.mandate or 0, by=city, now=make.NOW)


def test_years_are_full_ones_to_the_day() -> None:
    assert expert.years(date(2018, 3, 2), date(2026, 3, 1)) == 7
    assert expert.years(date(2018, 3, 2), date(2026, 3, 2)) == 8
    assert expert.years(date(2030, 1, 1), date(2026, 1, 1)) == 0
