"""Binding a publication: the digest of its public form stands in the log beside the snapshots."""

from credit.queries import exports
from credit.supervision_tables import ExportRow
from market.runtime import audit, database


async def bind(*, cycle: int | None = None, snapshot: int | None = None) -> list[audit.Changed]:
    """Draw the salt of a publication and keep the digest of its public form; return the row for the log.

    Called inside the act that froze the snapshots. A cycle without enterprises has no public form.
    """
    salt = audit.salt()
    found = await exports.digest_with(salt, cycle=cycle, snapshot=snapshot)
    if not found:
        return []
    with database.translated():
        made = await ExportRow.insert(ExportRow(cycle=cycle, snapshot=snapshot, salt=salt, digest=found))
    return [audit.row(ExportRow, int(made[0]["id"]))]
