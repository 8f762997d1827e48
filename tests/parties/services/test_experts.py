"""The register of experts: who enters, who declares, who reads, and what the log keeps."""

import asyncio
from datetime import date

import msgspec
import pytest

from market.kernel.actor import Actor, OutOfScopeError, Role, RoleNotPermittedError
from market.kernel.errors import FindingsError
from market.parties.domain import expert
from market.parties.domain.expert import Former, Ties
from market.parties.queries import experts as queries
from market.parties.services import experts, mandates
from market.parties.web import requests
from market.runtime import database
from market.runtime.web import forms
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


async def test_declarations_at_once_lose_no_former_employer() -> None:
    person = await committee.an_entered()
    own = (await queries.by_mandate(person.mandate or 0, make.NOW)).profile

    def with_former(number: int) -> Ties:
        former = (Former(code=f"OLD-{number}", until=date(2025, 1, 1)),)
        return Ties(employer=own.employer, employer_name=own.employer_name, former=former)

    async def add(number: int) -> None:
        await experts.declare(ties=with_former(number), keep=True, by=person, now=make.NOW)

    await asyncio.gather(*(add(each) for each in range(5)))
    after = (await queries.by_mandate(person.mandate or 0, make.NOW)).profile
    assert {each.code for each in after.former} == {f"OLD-{each}" for each in range(5)}


async def test_twenty_former_employers_stand_in_an_entry_and_the_next_is_refused() -> None:
    former = tuple(Former(code=f"OLD-{each}", until=date(2025, 1, 1)) for each in range(19))
    person = await committee.an_entered(former=former)
    one = Ties(employer="EMPLOYER", employer_name="示例所", former=former[:1])
    await experts.declare(ties=one, keep=True, by=person, now=make.NOW)
    with pytest.raises(expert.TooManyFormerError):
        await experts.declare(ties=one, keep=True, by=person, now=make.NOW)
    assert len((await queries.by_mandate(person.mandate or 0, make.NOW)).profile.former) == 20


@pytest.mark.parametrize("former", ["", "91AB", "9" * 40])
def test_a_declared_former_employer_can_be_read_again(former: str) -> None:
    asked = forms.convert(declared(former), requests.DeclareForm, written=True)
    ties = asked.ties()
    assert msgspec.json.decode(msgspec.json.encode(ties), type=Ties) == ties


@pytest.mark.parametrize("former", ["9", "91A", "9" * 41, "91ab"])
def test_what_could_not_be_read_again_is_refused_by_the_form(former: str) -> None:
    with pytest.raises(FindingsError) as caught:
        forms.convert(declared(former), requests.DeclareForm, written=True)
    assert [found.field for found in caught.value.findings] == ["former_code"]


def declared(former: str) -> dict[str, str]:
    return {
        "employer": "EMPLOYER",
        "employer_name": "示例所",
        "former_code": former,
        "former_until": "2025-01-01",
    }


def test_years_are_full_ones_to_the_day() -> None:
    assert expert.years(date(2018, 3, 2), date(2026, 3, 1)) == 7
    assert expert.years(date(2018, 3, 2), date(2026, 3, 2)) == 8
    assert expert.years(date(2030, 1, 1), date(2026, 1, 1)) == 0
