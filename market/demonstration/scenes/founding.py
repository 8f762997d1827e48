"""How people and bodies of the demonstration come to be: by the acts by which they come to be anywhere."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from bidding.public import machine
from market.demonstration import people
from market.demonstration.people import Post
from market.demonstration.stage import Stage
from market.demonstration.visitor import PASSWORD, Json
from market.kernel.actor import Actor
from market.parties import public as parties
from market.parties.public import OrganisationKind

COMMITTEE_ROLES: Mapping[OrganisationKind, str] = {
    OrganisationKind.OWNERS_COMMITTEE: "业主委员会",
    OrganisationKind.MANAGEMENT_COMMITTEE: "物业管理委员会",
}


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A made-up residential area in a real community."""

    name: str
    division: str
    households: int
    area_centi: int
    year: int
    buildings: int = 6


async def found_offices(stage: Stage, *, now: datetime) -> None:
    """Let the platform name its operator and the city's first officer; these name everybody below."""
    await _first(
        people.OPERATOR, OrganisationKind.OPERATOR, name="示例平台运营者", division=people.CITY, now=now
    )
    await _first(
        people.CITY_OFFICER,
        OrganisationKind.AUTHORITY,
        name="示例市住房城乡建设主管部门",
        division=people.CITY,
        now=now,
    )
    for office in people.OFFICES:
        officer = await stage.of(office.above)
        body = {"kind": office.kind.value, "name": office.name, "division": office.division}
        number = (await officer.post("/api/organisations/establish", body))["id"]
        await officer.post("/api/mandates/below", _mandate(office.first, number))
    for post in people.COLLEAGUES:
        first = await stage.of(post.of)
        await first.post("/api/mandates", _mandate(post, first.organisation))
    await _enter_experts(stage)


async def _enter_experts(stage: Stage) -> None:
    """Let the city give experts their mandates and enter them in the register, each of another employer."""
    city = await stage.of("city")
    specialities = ("property-management", "engineering", "finance", "law", "fire-safety", "greening", "cost")
    for place, post in enumerate(people.ON_ROSTER):
        mandate = (await city.post("/api/mandates", _mandate(post, city.organisation)))["id"]
        entry = {
            "mandate": mandate,
            "specialities": ["property-management", specialities[place % len(specialities)]],
            "district": people.DISTRICT,
            "field_since": f"{2001 + place}-07-01",
            "senior": True,
            "employer": parties.synthetic(people.DISTRICT, 7_000 + place),
            "employer_name": f"示例物业研究所{place + 1}",
        }
        await city.post("/api/experts", entry)


async def _first(post: Post, kind: OrganisationKind, *, name: str, division: str, now: datetime) -> None:
    by = Actor.platform()
    application = parties.Application(kind=kind, name=name, division=division)
    number = await parties.establish_organisation(application=application, by=by, now=now)
    holder = parties.Holder(name=post.person, login=post.login, password=PASSWORD)
    grant = parties.Grant(organisation=number, role=post.role, holder=holder)
    await parties.grant_mandate_below(grant=grant, by=by, now=now)


def _mandate(post: Post, organisation: int) -> Json:
    return {
        "organisation": organisation,
        "role": post.role.value,
        "login": post.login,
        "person_name": post.person,
        "password": PASSWORD,
    }


async def settle_community(stage: Stage, place: Place, *, developer: int | None = None) -> int:
    """Let the street register a residential area and the district confirm it."""
    street, district = await stage.of("street"), await stage.of("district")
    body = {
        "name": place.name,
        "division": place.division,
        "households": place.households,
        "gfa_centi": place.area_centi,
        "buildings": place.buildings,
        "completion_year": place.year,
        "address": "演示路 1 号",
        "developer": developer,
    }
    number: int = (await street.post("/api/communities", body))["id"]
    await district.post(f"/api/communities/{number}/confirm")
    return number


async def found_committee(
    stage: Stage,
    *,
    login: str,
    community: int,
    place: Place,
    kind: OrganisationKind = OrganisationKind.OWNERS_COMMITTEE,
) -> None:
    """Let a committee apply, the street file it, and the committee make its keyholder keys."""
    body = {
        "kind": kind.value,
        "name": f"{place.name}{COMMITTEE_ROLES[kind]}",
        "division": place.division,
        "community": community,
        "person_name": "演示主任",
        "login": login,
        "password": PASSWORD,
    }
    number = (await (await stage.public()).post("/api/organisations", body))["id"]
    await (await stage.of("street")).post(f"/api/organisations/{number}/admit")
    await enrol_keyholder(stage, login)


async def found_company(
    stage: Stage, *, login: str, name: str, serial: int, kind: OrganisationKind = OrganisationKind.ENTERPRISE
) -> int:
    """Let an enterprise or a developer apply and the district admit it; return its number."""
    body = {
        "kind": kind.value,
        "name": name,
        "division": people.DISTRICT,
        "code": parties.synthetic(people.DISTRICT, serial),
        "person_name": "演示负责人",
        "login": login,
        "password": PASSWORD,
    }
    number: int = (await (await stage.public()).post("/api/organisations", body))["id"]
    await (await stage.of("district")).post(f"/api/organisations/{number}/admit")
    return number


async def enrol_keyholder(stage: Stage, login: str) -> str:
    """Make a keyholder's keys on this machine and register their public parts; once. Return the key's id."""
    own = await stage.keys_of(login, holder="keyholder")
    key_id = machine.keyholder_id(own)
    visitor, body = await stage.of(login), await stage.organisation(login)
    await visitor.strengthen()
    held = await visitor.get(f"/api/organisations/{visitor.organisation}/keys")
    if key_id not in {key["id"] for key in held["keyholder"]}:
        made = machine.keyholder_registration(
            own, organisation=visitor.organisation, institution=body["name"]
        )
        await visitor.post("/api/keys/keyholder", made)
    return key_id


async def enrol_bidder(stage: Stage, login: str) -> None:
    """Make an enterprise's keys on this machine and register their public parts."""
    own = await stage.keys_of(login, holder="bidder")
    visitor, body = await stage.of(login), await stage.organisation(login)
    made = machine.bidder_registration(own, organisation=visitor.organisation, code=body["code"])
    await visitor.post("/api/keys/signing", made)
