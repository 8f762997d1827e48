"""Parties for tests, made by the real acts: a factory can never build what the rules forbid.

Needs the fixture ``database``. Everything hangs on real divisions of Beijing: the street 建外街道 (110105001)
and what lies around it. Passwords are hashed cheaply; platform keys lie in a temporary folder.
"""

import itertools
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from market.kernel import digest
from market.kernel.actor import Actor, Role
from market.parties.domain import key, second_factor, uscc
from market.parties.domain.account import Holder
from market.parties.domain.organisation import Application, OrganisationKind
from market.parties.queries import factors
from market.parties.queries import records as queries
from market.parties.services import (
    communities,
    divisions,
    keys,
    mandates,
    organisations,
    passwords,
    second_factors,
)
from market.runtime import keys as platform_keys
from market.runtime.database import fetch

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
CITY = "110000"
DISTRICT = "110105"
STREET = "110105001"
COMMUNITY = "110105001024"
PASSWORD = "a long enough pass phrase"

_numbers = itertools.count(1)


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """A body and the first person who acts for it."""

    organisation: int
    actor: Actor
    code: str
    name: str
    login: str


class SigningPair(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise's private keys and what was registered of them."""

    signing: Ed25519PrivateKey
    recovery: X25519PrivateKey
    registered: key.SigningKey


class KeyholderPair(msgspec.Struct, frozen=True, kw_only=True):
    """A keyholder's private keys and what was registered of them."""

    opening: X25519PrivateKey
    signing: Ed25519PrivateKey
    registered: key.KeyholderKey


async def a_world() -> None:
    """Import the divisions around one street, and draw platform keys if there are none; may be repeated."""
    passwords.use(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    try:
        platform_keys.current()
    except platform_keys.KeysNotLoadedError:
        folder = Path(tempfile.mkdtemp(prefix="market-test-keys-")) / "keys"
        platform_keys.use(platform_keys.PlatformKeys.load(folder, at=NOW))
    if not await queries.roots():
        await divisions.import_divisions(data=some_divisions(), by=Actor.platform(), now=NOW)


def some_divisions() -> bytes:
    """Return the published list without most streets: city, districts, and everything below a few units."""
    kept = ("110105001", "110105002", "110106001", "110115403", "110101001")
    heading, *lines = divisions.published().decode().splitlines()
    codes = ((line.split(",")[0], line) for line in lines)
    return "\n".join(
        [heading, *(line for code, line in codes if len(code) == 6 or code.startswith(kept))]
    ).encode()


def a_holder() -> Holder:
    """Return a person nobody has met."""
    number = next(_numbers)
    return Holder(name=f"试验员{number}", login=f"person{number}", password=PASSWORD)


async def an_authority(division: str) -> int:
    """Return the authority of a division, established by the platform or by the city."""
    await a_world()
    for body in await queries.organisations_of(OrganisationKind.AUTHORITY):
        if body.division == division:
            return body.id
    place = await queries.division(division)
    above = Actor.platform() if division == CITY else await an_officer(Role.CITY)
    application = Application(
        kind=OrganisationKind.AUTHORITY, name=f"{place.name}主管部门", division=division
    )
    return await organisations.establish(application=application, by=above, now=NOW)


async def an_officer(level: Role, division: str | None = None) -> Actor:
    """Return an officer of a level: city, district, street or community; the first one stays the same."""
    at = division or {Role.CITY: CITY, Role.DISTRICT: DISTRICT, Role.STREET: STREET}.get(level, COMMUNITY)
    authority = await an_authority(at)
    known = await fetch(
        "SELECT person, id FROM parties_mandate WHERE organisation = $1 AND role = $2 AND revoked_at IS NULL"
        " ORDER BY id LIMIT 1",
        authority,
        level.value,
    )
    if known:
        return await actor(known[0]["person"], known[0]["id"])
    above = Actor.platform() if level is Role.CITY else await an_officer(Role.CITY)
    return await _mandated(authority, level, by=above)


async def _mandated(organisation: int, role: Role, *, by: Actor) -> Actor:
    grant = mandates.Grant(organisation=organisation, role=role, holder=a_holder())
    mandate = await mandates.grant_below(grant=grant, by=by, now=NOW)
    rows = await fetch("SELECT person FROM parties_mandate WHERE id = $1", mandate)
    return await actor(rows[0]["person"], mandate)


async def actor(account: int, mandate: int) -> Actor:
    """Return the actor an account is under a mandate."""
    found = await queries.actor_of(account, mandate, NOW)
    assert found is not None
    return found


async def passcode(account: int, *, at: datetime = NOW) -> str:
    """Return a fresh recovery code of an account with a second factor, which it enrols if it has none.

    Sign-ins of one test lie within one step of the authenticator, whose codes are good once.
    """
    own = second_factors.Own(account=account, strong=True, password=PASSWORD)
    by = Actor(person=account)
    if (await factors.state(account, at)).enrolled:
        return (await second_factors.renew_codes(own=own, by=by, now=at))[0]
    begun = await second_factors.begin(own=own, by=by, now=at)
    code = second_factor.code_at(begun.secret, second_factor.step_at(at))
    outcome = await second_factors.confirm(own=own, code=code, by=by, now=at, wall=at)
    return second_factors.settle(outcome)[0]


async def acting(mandate: int) -> Actor:
    """Return the actor of a mandate."""
    rows = await fetch("SELECT person FROM parties_mandate WHERE id = $1", mandate)
    return await actor(rows[0]["person"], mandate)


async def a_colleague(of: Actor, role: Role) -> Actor:
    """Return a second person of the same body, mandated by the first."""
    assert of.organisation is not None
    grant = mandates.Grant(organisation=of.organisation, role=role, holder=a_holder())
    mandate = await mandates.grant(grant=grant, by=of, now=NOW)
    rows = await fetch("SELECT person FROM parties_mandate WHERE id = $1", mandate)
    return await actor(rows[0]["person"], mandate)


async def _applied(application: Application, *, admitted_by: Actor) -> Party:
    holder = a_holder()
    number = await organisations.apply(application=application, holder=holder, by=Actor.public(), now=NOW)
    mandate = await organisations.admit(organisation_id=number, by=admitted_by, now=NOW)
    assert mandate is not None
    body = await queries.organisation(number)
    rows = await fetch("SELECT person FROM parties_mandate WHERE id = $1", mandate)
    return Party(
        organisation=number,
        actor=await actor(rows[0]["person"], mandate),
        code=body.code,
        name=body.name,
        login=holder.login,
    )


async def _company(kind: OrganisationKind, label: str, number: int | None, division: str) -> Party:
    by = await an_officer(Role.DISTRICT, division)
    serial = next(_numbers) if number is None else 500_000 + number
    application = Application(
        kind=kind, name=f"{label}{serial}有限公司", division=division, code=uscc.synthetic(division, serial)
    )
    return await _applied(application, admitted_by=by)


async def an_enterprise(number: int | None = None, *, division: str = DISTRICT) -> Party:
    """Return an enterprise that applied and was admitted by its district; the same number, the same code."""
    return await _company(OrganisationKind.ENTERPRISE, "虚构物业", number, division)


async def a_developer(number: int | None = None, *, division: str = DISTRICT) -> Party:
    """Return a developer that applied and was admitted by its district."""
    serial = None if number is None else 100_000 + number
    return await _company(OrganisationKind.DEVELOPER, "虚构置业", serial, division)


async def a_community(
    name: str | None = None, *, division: str = COMMUNITY, developer: int | None = None, households: int = 800
) -> int:
    """Return a residential area registered by its street and confirmed by its district."""
    await a_world()
    path = await queries.division_path(division)
    street = path[2]
    facts = communities.Facts(
        name=name or f"虚构家园{next(_numbers)}",
        division=division,
        households=households,
        gfa_centi=households * 100_00,
        buildings=max(1, households // 100),
        completion_year=2008,
        address="虚构路1号",
        developer=developer,
    )
    number = await communities.register(facts=facts, by=await an_officer(Role.STREET, street), now=NOW)
    await communities.confirm(community_id=number, by=await an_officer(Role.DISTRICT, path[1]), now=NOW)
    return number


async def a_committee(
    community: int | None = None, *, kind: OrganisationKind = OrganisationKind.OWNERS_COMMITTEE
) -> Party:
    """Return a committee that applied and was filed by its street."""
    await a_world()
    number = await a_community() if community is None else community
    home = await queries.community(number)
    application = Application(
        kind=kind, name=f"{home.name}业主委员会", division=home.division, community=number
    )
    return await _applied(application, admitted_by=await an_officer(Role.STREET, home.path[2]))


async def a_body(kind: OrganisationKind, *, division: str = DISTRICT) -> int:
    """Return an association, a witness or an operator, established from above."""
    await a_world()
    by = Actor.platform() if kind is OrganisationKind.OPERATOR else await an_officer(Role.CITY)
    application = Application(kind=kind, name=f"虚构机构{next(_numbers)}", division=division)
    return await organisations.establish(application=application, by=by, now=NOW)


async def a_witness(*, division: str = DISTRICT) -> Actor:
    """Return a person who acts for an independent witness."""
    body = await a_body(OrganisationKind.WITNESS, division=division)
    return await _mandated(body, Role.WITNESS, by=await an_officer(Role.CITY))


async def an_expert() -> Actor:
    """Return an expert on the city's roster."""
    return await a_colleague(await an_officer(Role.CITY), Role.EXPERT)


async def an_assessor() -> Actor:
    """Return a person who acts for an assessment body."""
    return (await _company(OrganisationKind.ASSESSMENT_BODY, "虚构评估", None, DISTRICT)).actor


async def an_association_officer() -> Actor:
    """Return a person who acts for a trade association."""
    body = await a_body(OrganisationKind.ASSOCIATION)
    return await _mandated(body, Role.ASSOCIATION, by=await an_officer(Role.CITY))


async def an_operator() -> Actor:
    """Return a person who runs the platform; mandated by the platform itself."""
    return await _mandated(await a_body(OrganisationKind.OPERATOR), Role.OPERATOR, by=Actor.platform())


async def an_owner() -> Actor:
    """Return an owner, mandated by their committee."""
    return await a_colleague((await a_committee()).actor, Role.OWNER)


async def _of(party: Awaitable[Party]) -> Actor:
    return (await party).actor


async def _at_once(actor: Actor) -> Actor:
    return actor


_MAKERS: dict[Role, Callable[[], Awaitable[Actor]]] = {
    Role.PUBLIC: lambda: _at_once(Actor.public()),
    Role.PLATFORM: lambda: _at_once(Actor.platform()),
    Role.CITY: lambda: an_officer(Role.CITY),
    Role.DISTRICT: lambda: an_officer(Role.DISTRICT),
    Role.STREET: lambda: an_officer(Role.STREET),
    Role.COMMUNITY: lambda: an_officer(Role.COMMUNITY),
    Role.EXPERT: an_expert,
    Role.ENTERPRISE: lambda: _of(an_enterprise()),
    Role.DEVELOPER: lambda: _of(a_developer()),
    Role.COMMITTEE: lambda: _of(a_committee()),
    Role.OWNER: an_owner,
    Role.ASSESSOR: an_assessor,
    Role.ASSOCIATION: an_association_officer,
    Role.WITNESS: a_witness,
    Role.OPERATOR: an_operator,
}


async def an_actor(role: Role) -> Actor:
    """Return somebody in a role, made the way such people come to be."""
    await a_world()
    return await _MAKERS[role]()


async def signing_keys(of: Actor, *, now: datetime = NOW) -> SigningPair:
    """Draw an enterprise's keys and register their public parts."""
    signing, recovery = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
    assert of.organisation is not None
    body = await queries.organisation(of.organisation)
    registration = key.SigningRegistration(
        organisation=body.id,
        code=body.code,
        signing_key=digest.public_of(signing),
        recovery_key=recovery.public_key().public_bytes_raw().hex(),
    )
    registered = await keys.register_signing(
        signing_key=registration.signing_key,
        recovery_key=registration.recovery_key,
        proof=digest.sign("signing-key", registration.body(), signing),
        by=of,
        now=now,
    )
    return SigningPair(signing=signing, recovery=recovery, registered=registered)


async def keyholder_keys(of: Actor, *, now: datetime = NOW) -> KeyholderPair:
    """Draw a keyholder's keys and register their public parts."""
    opening, signing = X25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    assert of.organisation is not None
    body = await queries.organisation(of.organisation)
    registration = key.KeyholderRegistration(
        organisation=body.id,
        institution=body.name,
        opening_key=opening.public_key().public_bytes_raw().hex(),
        signing_key=digest.public_of(signing),
    )
    registered = await keys.register_keyholder(
        opening_key=registration.opening_key,
        signing_key=registration.signing_key,
        proof=digest.sign("keyholder-key", registration.body(), signing),
        by=of,
        now=now,
    )
    return KeyholderPair(opening=opening, signing=signing, registered=registered)
