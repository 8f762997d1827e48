"""Residential areas: registered by those who know them, confirmed by the district."""

from datetime import datetime

import msgspec

from market.kernel.actor import Actor
from market.kernel.errors import FindingsError
from market.kernel.period import local_day
from market.parties.domain import community, finding, name
from market.parties.domain.division import DivisionLevel
from market.parties.domain.organisation import OrganisationKind
from market.parties.domain.permission import PERMISSIONS, Act
from market.parties.queries import records as queries
from market.parties.tables import CommunityRow
from market.runtime import audit
from market.runtime.database import fetch, lock, transaction


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is registered of a residential area.

    Attributes:
        division: The residents' community it lies in (12 digits).
        gfa_centi: Gross floor area, hundredths of a square metre.
        developer: Organisation id of the developer, where it is registered.
    """

    name: str
    division: str
    households: int
    gfa_centi: int
    buildings: int
    completion_year: int | None = None
    address: str = ""
    developer: int | None = None


async def register(*, facts: Facts, by: Actor, now: datetime) -> int:
    """Enter a residential area into the register and return its number.

    Raises:
        CommunityPlaceError: The division is not a residents' community.
        FindingsError: Figures cannot be true; every one is named.
        CommunityExistsError: The division has an area of this name.
    """
    place = await queries.division(facts.division)
    PERMISSIONS[Act.COMMUNITY_REGISTER].check(by, path=place.path)
    if place.level is not DivisionLevel.COMMUNITY:
        raise community.CommunityPlaceError(f"{place.code} is a {place.level}", field="division")
    full = name.normal(facts.name)
    key = finding.key(full)
    _check(facts, now)
    async with transaction():
        await _check_developer(facts.developer)
        await lock(f"parties:community:{place.code[:6]}")
        if await CommunityRow.exists().where(
            (CommunityRow.division == place.code) & (CommunityRow.name == full)
        ):
            raise community.CommunityExistsError("registered already", field="name")
        row = CommunityRow(
            **{**msgspec.structs.asdict(facts), "name": full},
            code=community.code_of(place.code, await _number(place.code)),
            name_pinyin=name.pinyin(full),
            name_grams=key.grams,
            name_readings=key.readings,
            registered_at=now,
            registered_by=by.name,
        )
        await row.save()
        await audit.record(
            act=Act.COMMUNITY_REGISTER,
            by=by,
            subject=f"community:{row.id}",
            now=now,
            changed=[audit.row(CommunityRow, row.id)],
        )
        return row.id


def _check(facts: Facts, now: datetime) -> None:
    findings = community.check_figures(
        households=facts.households,
        gfa_centi=facts.gfa_centi,
        buildings=facts.buildings,
        completion_year=facts.completion_year,
        year=local_day(now).year,
    )
    if findings:
        raise FindingsError(list(findings))


async def _check_developer(organisation: int | None) -> None:
    if organisation is not None:
        body = await queries.organisation(organisation)
        if body.kind is not OrganisationKind.DEVELOPER:
            raise community.CommunityDeveloperError(f"{body.code} is no developer", field="developer")


async def _number(code: str) -> int:
    rows = await fetch(
        "SELECT count(*) AS taken FROM parties_community WHERE starts_with(code, $1)", f"PRJ-{code[:6]}-"
    )
    return int(rows[0]["taken"]) + 1


async def confirm(*, community_id: int, by: Actor, now: datetime) -> None:
    """Confirm, for the district, that a registered residential area is what its entry says.

    Raises:
        CommunityConfirmedError: It is confirmed already.
    """
    known = await queries.community(community_id)
    PERMISSIONS[Act.COMMUNITY_CONFIRM].check(by, path=known.path)
    async with transaction():
        done = (
            await CommunityRow.update({CommunityRow.confirmed_at: now, CommunityRow.confirmed_by: by.name})
            .where((CommunityRow.id == community_id) & CommunityRow.confirmed_at.is_null())
            .returning(CommunityRow.id)
        )
        if not done:
            raise community.CommunityConfirmedError(f"{known.code} is confirmed already")
        await audit.record(
            act=Act.COMMUNITY_CONFIRM,
            by=by,
            subject=f"community:{community_id}",
            now=now,
            changed=[audit.row(CommunityRow, community_id)],
        )
