"""Records of the parties: what other rooms and the acts may ask."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from market.kernel.actor import Actor, Role
from market.kernel.errors import NotFoundError
from market.parties.domain import community as communities
from market.parties.domain import division as divisions
from market.parties.domain import key as keys
from market.parties.domain import organisation as organisations
from market.runtime.database import fetch

Out = TypeVar("Out")


class DivisionUnknownError(NotFoundError):
    """No division bears this code."""

    code = "division-unknown"


class OrganisationUnknownError(NotFoundError):
    """No such organisation is registered."""

    code = "organisation-unknown"


class CommunityUnknownError(NotFoundError):
    """No such residential area is registered."""

    code = "community-unknown"


def _all(rows: Sequence[dict[str, object]], kind: type[Out]) -> list[Out]:
    return [msgspec.convert(row, kind) for row in rows]


_DIVISION = "SELECT code, name, level, parent, path FROM parties_division"


async def division(code: str) -> divisions.Division:
    """Return a division by its code, or by a code it once had.

    Raises:
        DivisionUnknownError: No division bears or bore it.
    """
    rows = await fetch(
        f"{_DIVISION} WHERE code = $1"  # noqa: S608 - constant text
        " OR code = (SELECT division FROM parties_division_alias WHERE code = $1)",
        code,
    )
    if not rows:
        raise DivisionUnknownError(f"no division {code}", field="division", value=code)
    return msgspec.convert(rows[0], divisions.Division)


async def children(code: str) -> list[divisions.Division]:
    """Return the divisions directly below one, by code."""
    return _all(await fetch(f"{_DIVISION} WHERE parent = $1 ORDER BY code", code), divisions.Division)


async def division_path(code: str) -> tuple[str, ...]:
    """Return the codes from the city down to a division."""
    return (await division(code)).path


async def roots() -> list[divisions.Division]:
    """Return the divisions that lie in no other."""
    return _all(await fetch(f"{_DIVISION} WHERE parent IS NULL ORDER BY code"), divisions.Division)


async def lineage(code: str) -> list[divisions.Division]:
    """Return the divisions from the city down to one, for breadcrumbs."""
    path = list(await division_path(code))
    rows = await fetch(f"{_DIVISION} WHERE code = ANY($1) ORDER BY cardinality(path)", path)
    return _all(rows, divisions.Division)


_ORGANISATION = """
    SELECT o.id, o.kind, o.code, o.name, o.division, d.path, o.stage = 'admitted' AS admitted, o.community
    FROM parties_organisation o JOIN parties_division d ON d.code = o.division
"""


async def organisation(id: int) -> organisations.Organisation:  # noqa: A002 - the record's own word
    """Return an organisation.

    Raises:
        OrganisationUnknownError: No such organisation.
    """
    return _one_organisation(await fetch(f"{_ORGANISATION} WHERE o.id = $1", id), id)


async def organisations_by_ids(ids: Collection[int]) -> list[organisations.Organisation]:
    """Return some organisations, by id."""
    rows = await fetch(f"{_ORGANISATION} WHERE o.id = ANY($1) ORDER BY o.id", sorted(ids))
    return _all(rows, organisations.Organisation)


async def organisation_by_code(code: str) -> organisations.Organisation:
    """Return an organisation by its social credit code or internal code.

    Raises:
        OrganisationUnknownError: No such organisation.
    """
    return _one_organisation(await fetch(f"{_ORGANISATION} WHERE o.code = $1", code), code)


def _one_organisation(rows: list[dict[str, object]], asked: object) -> organisations.Organisation:
    if not rows:
        raise OrganisationUnknownError(f"no organisation {asked}", field="organisation", value=asked)
    return msgspec.convert(rows[0], organisations.Organisation)


async def organisations_of(
    kind: organisations.OrganisationKind, *, within: str | None = None
) -> list[organisations.Organisation]:
    """Return the organisations of a kind, by id; all of them, or those within a division."""
    rows = await fetch(
        f"{_ORGANISATION} WHERE o.kind = $1"
        " AND ($2::text IS NULL OR d.path @> ARRAY[$2::varchar]) ORDER BY o.id",
        kind.value,
        within,
    )
    return _all(rows, organisations.Organisation)


async def authorities_over(path: Sequence[str]) -> list[organisations.Organisation]:
    """Return the authorities of the divisions in a path: those who may have to act on a record there."""
    rows = await fetch(
        f"{_ORGANISATION} WHERE o.kind = $1 AND o.division = ANY($2) ORDER BY o.id",
        organisations.OrganisationKind.AUTHORITY.value,
        list(path),
    )
    return _all(rows, organisations.Organisation)


async def enterprises() -> list[organisations.Organisation]:
    """Return every enterprise that was ever registered, closed ones too: the closing of a tender asks all."""
    return await organisations_of(organisations.OrganisationKind.ENTERPRISE)


_COMMUNITY = """
    SELECT c.id, c.code, c.name, c.division, d.path, c.households, c.gfa_centi, c.buildings,
           c.completion_year, c.confirmed_at IS NOT NULL AS confirmed, c.developer, c.address
    FROM parties_community c JOIN parties_division d ON d.code = c.division
"""


async def community(id: int) -> communities.Community:  # noqa: A002 - the record's own word
    """Return a residential area.

    Raises:
        CommunityUnknownError: No such area.
    """
    rows = await fetch(f"{_COMMUNITY} WHERE c.id = $1", id)
    if not rows:
        raise CommunityUnknownError(f"no community {id}", field="community", value=id)
    return msgspec.convert(rows[0], communities.Community)


async def communities_of(division_code: str) -> list[communities.Community]:
    """Return the residential areas within a division, whatever its level, in the order of their pinyin."""
    rows = await fetch(
        f"{_COMMUNITY} WHERE d.path @> ARRAY[$1::varchar] ORDER BY c.name_pinyin, c.id", division_code
    )
    return _all(rows, communities.Community)


async def organisations_in(community_id: int) -> frozenset[int]:
    """Return the bodies a residential area is of: its committees and its developer."""
    rows = await fetch(
        "SELECT id FROM parties_organisation WHERE community = $1 AND stage = 'admitted'"
        " UNION SELECT developer FROM parties_community WHERE id = $1 AND developer IS NOT NULL",
        community_id,
    )
    return frozenset(row["id"] for row in rows)


_SIGNING_KEY = """
    SELECT id, organisation, code, signing_key AS key_hex, recovery_key AS recovery_key_hex, registered_at,
           entry AS registered_entry_id, revoked_at
    FROM parties_signing_key
"""


async def signing_keys_of(organisation_id: int) -> list[keys.SigningKey]:
    """Return every key an enterprise ever registered, oldest first, revoked ones too."""
    rows = await fetch(f"{_SIGNING_KEY} WHERE organisation = $1 ORDER BY registered_at, id", organisation_id)
    return _all(rows, keys.SigningKey)


async def signing_key_of(organisation_id: int, at: datetime) -> keys.SigningKey | None:
    """Return the key of an enterprise that was in force at an instant."""
    for key in await signing_keys_of(organisation_id):
        if key.registered_at <= at and (key.revoked_at is None or at < key.revoked_at):
            return key
    return None


_KEYHOLDER_KEY = """
    SELECT id, organisation, institution, person, opening_key, signing_key, registered_at,
           entry AS registered_entry_id, revoked_at, revoked_for
    FROM parties_keyholder_key
"""


async def keyholder_keys(organisation_id: int) -> list[keys.KeyholderKey]:
    """Return the keyholder keys in force under an institution, newest first."""
    rows = await fetch(
        f"{_KEYHOLDER_KEY} WHERE organisation = $1 AND revoked_at IS NULL ORDER BY registered_at DESC, id",
        organisation_id,
    )
    return _all(rows, keys.KeyholderKey)


async def keyholder_key(key_id: str) -> keys.KeyholderKey:
    """Return a keyholder key by its id, revoked or not.

    Raises:
        KeyUnknownError: No such key.
    """
    rows = await fetch(f"{_KEYHOLDER_KEY} WHERE id = $1", key_id)
    if not rows:
        raise keys.KeyUnknownError(f"no key {key_id}", field="key", value=key_id)
    return msgspec.convert(rows[0], keys.KeyholderKey)


_ACTOR = """
    SELECT m.person, m.id AS mandate, m.organisation, m.role, m.division, d.path
    FROM parties_mandate m
    JOIN parties_account a ON a.id = m.person AND a.closed_at IS NULL
    JOIN parties_organisation o ON o.id = m.organisation AND o.closed_at IS NULL
    JOIN parties_division d ON d.code = m.division
    WHERE m.person = $1 AND m.valid_from <= $3 AND (m.valid_to IS NULL OR $3 < m.valid_to)
      AND ($2::int IS NULL OR m.id = $2)
    ORDER BY m.id
"""


async def actor_of(account_id: int, mandate_id: int | None, now: datetime) -> Actor | None:
    """Return the actor an account is under a mandate in force; nothing without one."""
    if mandate_id is None:
        return None
    rows = await fetch(_ACTOR, account_id, mandate_id, now)
    return _actor(rows[0]) if rows else None


async def actors_of(account_id: int, now: datetime) -> list[Actor]:
    """Return every actor an account may be now: the choice at sign-in."""
    return [_actor(row) for row in await fetch(_ACTOR, account_id, None, now)]


def _actor(row: dict[str, object]) -> Actor:
    return msgspec.convert({**row, "role": Role(str(row["role"]))}, Actor)
