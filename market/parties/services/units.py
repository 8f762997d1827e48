"""Unit lists: imported whole or not at all, in one COPY; the newest list is in force."""

import secrets
from datetime import datetime

from market.kernel import digest
from market.kernel.actor import Actor
from market.parties.domain import unit
from market.parties.domain.permission import PERMISSIONS, Act
from market.parties.queries import records as queries
from market.parties.queries import units as lists
from market.parties.tables import UnitListRow
from market.runtime import audit
from market.runtime.database import connection, fetch, lock, transaction


async def import_list(*, community_id: int, data: bytes, by: Actor, now: datetime) -> int:
    """Import a community's units from a CSV file and return the number of the list.

    The same file again is the same list. Owners' keys are not stored, only digests under a salt of this list.

    Raises:
        UnitFileError: The file cannot be read at all.
        FindingsError: Rows are wrong; every one is named, and nothing is stored.
    """
    place = await queries.community(community_id)
    PERMISSIONS[Act.UNITS_IMPORT].check(
        by, organisations=await queries.organisations_in(community_id), path=place.path
    )
    units, findings = unit.read(data)
    unit.refuse(findings)
    file_digest = digest.h("file", data)
    async with transaction():
        await lock(f"parties:units:{community_id}")
        latest = await lists.unit_list(community_id)
        if latest is not None and latest.file_digest == file_digest:
            return latest.id
        salt = secrets.token_hex(32)
        heads = unit.heads(units, salt)
        row = UnitListRow(
            community=community_id,
            salt=salt,
            file_digest=file_digest,
            list_digest=unit.list_digest(units, salt),
            units=len(units),
            heads=len(heads),
            area_centi=sum(one.area_centi for one in units),
            imported_at=now,
            imported_by=by.name,
        )
        await row.save()
        await _copy(row.id, units, heads, salt)
        await audit.record(
            act=Act.UNITS_IMPORT,
            by=by,
            subject=f"unit-list:{row.id}",
            now=now,
            changed=[audit.row(UnitListRow, row.id)],
        )
        return row.id


async def _copy(list_id: int, units: list[unit.Unit], heads: list[unit.Head], salt: str) -> None:
    async with connection() as wire:
        await wire.copy_records_to_table(
            "parties_owner_head",
            columns=["unit_list", "key_digest", "units", "area_centi", "developer"],
            records=[(list_id, one.key_digest, one.units, one.area_centi, one.developer) for one in heads],
        )
        rows = await fetch("SELECT id, key_digest FROM parties_owner_head WHERE unit_list = $1", list_id)
        numbers = {row["key_digest"]: row["id"] for row in rows}
        await wire.copy_records_to_table(
            "parties_unit",
            columns=["unit_list", "building", "number", "area_centi", "head"],
            records=[
                (list_id, one.building, one.number, one.area_centi, numbers[unit.head_of(one, salt)])
                for one in units
            ],
        )
