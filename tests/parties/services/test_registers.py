"""Divisions, organisations, communities and unit lists against a real database: acts, entries, refusals."""

import asyncio

import pytest

from market.kernel.actor import Actor, OutOfScopeError, Role, RoleNotPermittedError
from market.kernel.errors import ConflictError, FindingsError
from market.kernel.lifecycle import UnknownMoveError
from market.parties import public
from market.parties.domain import community, mandate, organisation, uscc
from market.parties.domain.organisation import Application, OrganisationKind
from market.parties.queries import pages, records
from market.parties.queries import units as unit_lists
from market.parties.services import communities, divisions, organisations, units
from market.runtime.database import execute, fetch, transaction
from tests import factories_parties as make

pytestmark = pytest.mark.usefixtures("database")


async def entries(act: str) -> int:
    return int((await fetch("SELECT count(*) AS n FROM runtime_audit_entry WHERE act = $1", act))[0]["n"])


async def test_the_whole_list_is_imported_once_however_often_it_is_sent() -> None:
    await make.a_world()
    data, by = divisions.published(), Actor.platform()
    before = await entries("parties:division:import")
    first = await divisions.import_divisions(data=data, by=by, now=make.NOW)
    assert first.added > 7000
    assert await divisions.import_divisions(data=data, by=by, now=make.NOW) == divisions.DivisionImport(
        added=0, changed=0, ended=0
    )
    assert await entries("parties:division:import") == before + 1
    assert len(await public.children("110000")) == 17
    assert (await public.division("110228")).code == "110118"
    assert await public.division_path("110115403498") == ("110000", "110115403", "110115403498")


async def test_a_code_that_left_the_list_ends_and_stays_findable() -> None:
    await make.a_world()
    shorter = b"\n".join(line for line in make.some_divisions().splitlines() if b"110105002" not in line)
    result = await divisions.import_divisions(data=shorter, by=Actor.platform(), now=make.NOW)
    assert result.ended > 1
    assert (await public.division("110105002")).code == "110105002"
    assert "110105002" not in {line.code for line in await pages.lines_below("110105")}


async def test_nobody_but_the_platform_imports_divisions() -> None:
    city = await make.an_officer(Role.CITY)
    with pytest.raises(RoleNotPermittedError):
        await divisions.import_divisions(data=b"", by=city, now=make.NOW)


def application(number: int, **changes: object) -> Application:
    fields = {
        "kind": OrganisationKind.ENTERPRISE,
        "name": "虚构物业有限公司",
        "division": make.DISTRICT,
        "code": uscc.synthetic(make.DISTRICT, number),
    }
    return Application(**{**fields, **changes})  # type: ignore[arg-type]


async def applied(number: int = 900_001) -> int:
    return await organisations.apply(
        application=application(number), holder=make.a_holder(), by=Actor.public(), now=make.NOW
    )


async def test_an_applicant_acts_for_nobody_until_its_district_admits_it() -> None:
    district = await make.an_officer(Role.DISTRICT)
    number = await applied()
    rows = await fetch("SELECT applicant FROM parties_organisation WHERE id = $1", number)
    assert await public.actors_of(rows[0]["applicant"], make.NOW) == []
    assert number not in {line.id for line in await pages.search_organisations(text="虚构物业")}
    await organisations.admit(organisation_id=number, by=district, now=make.NOW)
    (actor,) = await public.actors_of(rows[0]["applicant"], make.NOW)
    assert (actor.organisation, actor.role) == (number, Role.ENTERPRISE)
    with pytest.raises(UnknownMoveError):
        await organisations.admit(organisation_id=number, by=district, now=make.NOW)
    await organisations.close(organisation_id=number, by=district, now=make.NOW)
    assert await public.actors_of(rows[0]["applicant"], make.NOW) == []
    assert number in {body.id for body in await public.enterprises()}


async def test_another_district_a_street_and_an_enterprise_may_not_admit() -> None:
    await make.a_world()
    number = await applied()
    elsewhere = await make.an_officer(Role.DISTRICT, "110106")
    street = await make.an_officer(Role.STREET, make.STREET)
    enterprise = (await make.an_enterprise()).actor
    for by, refusal in (
        (elsewhere, OutOfScopeError),
        (street, OutOfScopeError),
        (enterprise, RoleNotPermittedError),
        (Actor.public(), RoleNotPermittedError),
    ):
        with pytest.raises(refusal):
            await organisations.admit(organisation_id=number, by=by, now=make.NOW)
    assert await pages.stage_of(number) == "applied"


async def test_two_who_admit_at_once_admit_once() -> None:
    district = await make.an_officer(Role.DISTRICT)
    number = await applied()
    outcomes = await asyncio.gather(
        *(organisations.admit(organisation_id=number, by=district, now=make.NOW) for _ in range(4)),
        return_exceptions=True,
    )
    assert len([outcome for outcome in outcomes if isinstance(outcome, int)]) == 1
    rows = await fetch("SELECT count(*) AS n FROM parties_mandate WHERE organisation = $1", number)
    assert rows[0]["n"] == 1


async def test_a_code_is_registered_once_and_a_refused_one_stays_taken() -> None:
    district = await make.an_officer(Role.DISTRICT)
    number = await applied()
    await organisations.refuse(organisation_id=number, by=district, now=make.NOW)
    with pytest.raises(organisation.OrganisationExistsError):
        await applied()


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"code": None}, organisation.CodeMissingError),
        ({"code": "91110000MA001ABC0X"}, FindingsError),
        ({"code": "12440600MB2C07549J"}, uscc.UsccPairError),
        ({"kind": OrganisationKind.AUTHORITY}, organisation.KindNotApplyingError),
        ({"kind": OrganisationKind.OWNERS_COMMITTEE}, organisation.CommitteePlaceError),
        ({"division": "999999"}, records.DivisionUnknownError),
    ],
)
async def test_what_cannot_stand_in_the_register_leaves_no_trace(
    changes: dict[str, object], refusal: type[Exception]
) -> None:
    await make.a_world()
    before = await fetch("SELECT count(*) AS n FROM parties_person")
    with pytest.raises(refusal):
        await organisations.apply(
            application=application(900_002, **changes),
            holder=make.a_holder(),
            by=Actor.public(),
            now=make.NOW,
        )
    assert await fetch("SELECT count(*) AS n FROM parties_person") == before


async def test_a_residential_area_has_one_committee_in_office() -> None:
    first = await make.a_committee()
    home = (await public.organisation(first.organisation)).community
    with pytest.raises(organisation.CommitteeExistsError):
        await make.a_committee(home)
    body = await public.organisation(first.organisation)
    assert body.code == f"OC-{make.COMMUNITY}-0001"


async def test_names_are_found_by_one_two_and_more_signs_in_the_order_of_pinyin() -> None:
    await make.a_world()
    for label in ("张江", "安贞", "望京"):
        await organisations.establish(
            application=Application(
                kind=OrganisationKind.ASSOCIATION, name=f"{label}物业协会", division=make.DISTRICT
            ),
            by=await make.an_officer(Role.CITY),
            now=make.NOW,
        )
    for text in ("物", "协会", "物业协会"):
        assert [line.name[:2] for line in await pages.search_organisations(text=text)] == [
            "安贞",
            "望京",
            "张江",
        ]
    assert await pages.search_organisations(text="100%") == []
    assert [line.name for line in await pages.search_organisations(text="望京物")] == ["望京物业协会"]


async def test_names_are_found_by_pinyin_and_initials_through_the_index() -> None:
    number = await make.a_community("重阳苑")
    for text in ("重阳", "chongyang", "zhongyangyuan", "cyy", "重y", " ZYY "):
        assert number in {one.id for one in await pages.search_communities(text=text)}, text
    assert number not in {one.id for one in await pages.search_communities(text="yyc")}
    async with transaction():
        await execute("SET LOCAL enable_seqscan = off")
        plan = await fetch(
            "EXPLAIN SELECT id FROM parties_organisation WHERE name_grams @> ARRAY['wa', '望京']::varchar[]"
        )
    assert "parties_organisation_name_grams" in str(plan)


async def test_a_residential_area_is_registered_by_its_street_and_confirmed_by_its_district() -> None:
    number = await make.a_community("翠屏里")
    place = await public.community(number)
    assert (place.name, place.confirmed, place.path[0]) == ("翠屏里", True, make.CITY)
    assert community.code_holds(place.code)
    assert number in {one.id for one in await public.communities_of(make.DISTRICT)}
    with pytest.raises(community.CommunityConfirmedError):
        await communities.confirm(community_id=number, by=await make.an_officer(Role.DISTRICT), now=make.NOW)
    with pytest.raises(community.CommunityExistsError):
        await make.a_community("翠屏里")
    line = await pages.line(make.STREET)
    assert (line.communities, line.committees, line.enterprises) == (1, 0, 0)


async def test_impossible_figures_are_refused_all_at_once() -> None:
    street = await make.an_officer(Role.STREET)
    facts = communities.Facts(
        name="空中楼阁", division=make.COMMUNITY, households=0, gfa_centi=0, buildings=0
    )
    with pytest.raises(FindingsError) as refusal:
        await communities.register(facts=facts, by=street, now=make.NOW)
    assert len(refusal.value.findings) == 3
    with pytest.raises(community.CommunityPlaceError):
        await communities.register(
            facts=communities.Facts(
                name="街上", division=make.STREET, households=1, gfa_centi=1, buildings=1
            ),
            by=street,
            now=make.NOW,
        )


ROWS = [f"{b},{n},80.5,P{b}-{n % 90}\n" for b in range(5) for n in range(100)]
GOOD = "building,number,area,owner\n" + "".join(ROWS)


async def test_a_unit_list_is_imported_whole_and_the_same_file_is_the_same_list() -> None:
    committee = await make.a_committee()
    home = (await public.organisation(committee.organisation)).community
    assert home is not None
    first = await units.import_list(community_id=home, data=GOOD.encode(), by=committee.actor, now=make.NOW)
    again = await units.import_list(community_id=home, data=GOOD.encode(), by=committee.actor, now=make.NOW)
    assert first == again
    known = await unit_lists.unit_list(home)
    assert known is not None
    assert (known.units, known.heads, known.area_centi) == (500, 450, 500 * 8050)
    stored = await fetch("SELECT count(*) AS n, sum(area_centi) AS a FROM parties_unit")
    assert (stored[0]["n"], int(stored[0]["a"])) == (500, 500 * 8050)


async def test_a_wrong_row_keeps_every_row_out() -> None:
    committee = await make.a_committee()
    home = (await public.organisation(committee.organisation)).community
    assert home is not None
    bad = GOOD + "9,1,much,Q\n9,2,0,Q\n"
    with pytest.raises(FindingsError) as refusal:
        await units.import_list(community_id=home, data=bad.encode(), by=committee.actor, now=make.NOW)
    assert [finding.field for finding in refusal.value.findings] == ["rows.502.area", "rows.503.area"]
    assert (await fetch("SELECT count(*) AS n FROM parties_unit"))[0]["n"] == 0
    assert await unit_lists.unit_list(home) is None


async def test_a_neighbour_committee_may_not_import() -> None:
    committee = await make.a_committee()
    elsewhere = await make.a_community()
    with pytest.raises(OutOfScopeError):
        await units.import_list(community_id=elsewhere, data=b"", by=committee.actor, now=make.NOW)


async def test_the_database_itself_refuses_half_a_stamp_and_an_unknown_kind() -> None:
    await make.an_enterprise()
    for statement in (
        "UPDATE parties_organisation SET closed_at = now()",
        "UPDATE parties_organisation SET kind = 'club'",
        "UPDATE parties_mandate SET valid_to = valid_from - interval '1 day'",
    ):
        with pytest.raises(ConflictError):
            await execute(statement)


async def test_a_grant_from_above_needs_a_body_below() -> None:
    district = await make.an_officer(Role.DISTRICT)
    with pytest.raises(mandate.GrantTooHighError):
        await organisations.establish(
            application=Application(
                kind=OrganisationKind.AUTHORITY, name="另一个区级部门", division=make.DISTRICT
            ),
            by=district,
            now=make.NOW,
        )
