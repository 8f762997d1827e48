"""Who represents and who controls enterprises: statements that stand, and everything that was stated."""

from collections.abc import Collection
from datetime import date
from typing import Final

import msgspec

from market.parties.domain.control import Capacity, Control, ControlUnknownError
from market.runtime import keys
from market.runtime.database import fetch

_CONTROL: Final = (
    "SELECT c.id, c.organisation, o.code AS organisation_code, c.capacity, c.holder, c.identity, c.name,"
    " c.from_on, c.to_on, c.replaces, c.withdrawn, c.entered_at, c.entered_by, c.confirmed_at,"
    " EXISTS (SELECT 1 FROM parties_control n WHERE n.replaces = c.id) AS replaced"
    " FROM parties_control c JOIN parties_organisation o ON o.id = c.organisation"
)
_WAITING: Final = (
    "SELECT o.id AS organisation, o.name FROM parties_organisation o"
    " JOIN parties_division d ON d.code = o.division WHERE d.path @> ARRAY[$1]::varchar[]"
    " AND o.stage = 'admitted' AND EXISTS (SELECT 1 FROM parties_control c WHERE c.organisation = o.id"
    " AND c.confirmed_at IS NULL AND NOT c.withdrawn"
    " AND NOT EXISTS (SELECT 1 FROM parties_control n WHERE n.replaces = c.id))"
    " ORDER BY o.name_pinyin, o.id LIMIT 200"
)
_TIED: Final = (
    "SELECT c.identity FROM parties_control c WHERE c.organisation = $1 AND NOT c.withdrawn"
    " AND NOT EXISTS (SELECT 1 FROM parties_control n WHERE n.replaces = c.id)"
    " UNION SELECT code FROM parties_organisation WHERE id = $1"
)
_STANDS: Final = "NOT c.withdrawn AND NOT EXISTS (SELECT 1 FROM parties_control n WHERE n.replaces = c.id)"


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise with statements its district has not confirmed."""

    organisation: int
    name: str


def identity_of(document: str) -> str:
    """Return the index a person is found by: nobody without the platform's key can compute or undo it."""
    return keys.current().blind({"control-holder": document})


async def of(organisation_id: int) -> list[Control]:
    """Return everything that was stated of an enterprise, the newest first."""
    rows = await fetch(f"{_CONTROL} WHERE c.organisation = $1 ORDER BY c.id DESC", organisation_id)
    return msgspec.convert(rows, list[Control])


async def one(number: int) -> Control:
    """Return a statement that stands.

    Raises:
        ControlUnknownError: There is none, or a later one took its place.
    """
    rows = await fetch(f"{_CONTROL} WHERE c.id = $1 AND {_STANDS}", number)
    if not rows:
        raise ControlUnknownError(f"no statement {number} that stands", value=number)
    return msgspec.convert(rows[0], Control)


async def by_numbers(numbers: Collection[int]) -> dict[int, Control]:
    """Return statements by their numbers, whether they stand or not."""
    rows = await fetch(f"{_CONTROL} WHERE c.id = ANY($1)", list(numbers))
    return {found.id: found for found in msgspec.convert(rows, list[Control])}


async def tied_to(organisation_id: int) -> list[Control]:
    """Return what stands of other enterprises that share a person or an organisation with this one.

    Also where one of the two is itself named as the other's controller or shareholder.
    """
    rows = await fetch(
        f"{_CONTROL} WHERE c.organisation <> $1 AND {_STANDS}"
        f" AND (c.identity IN ({_TIED}) OR o.code IN ({_TIED})) ORDER BY c.id",
        organisation_id,
    )
    return msgspec.convert(rows, list[Control])


async def representative(organisation_id: int, on: date) -> str:
    """Return the name of an enterprise's legal representative, public by law; empty when none was stated."""
    found = [each for each in await of(organisation_id) if each.capacity is Capacity.REPRESENTATIVE]
    return next((each.name for each in found if each.holds(on)), "")


async def waiting(within: str) -> list[Waiting]:
    """Return the enterprises of a division with statements nobody has confirmed."""
    rows = await fetch(_WAITING, within)
    return msgspec.convert(rows, list[Waiting])


async def silent(organisation_id: int) -> bool:
    """Say whether an enterprise has stated nothing yet."""
    return not await fetch("SELECT 1 FROM parties_control WHERE organisation = $1 LIMIT 1", organisation_id)
