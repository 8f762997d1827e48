"""What falls with a record that ends otherwise: an open request for its repair."""

from datetime import datetime

from credit.domain.remedy import repair
from credit.supervision_tables import RepairRow
from market.kernel.actor import Actor
from market.runtime import audit, database


async def lapse(
    *, record_id: int | None = None, entry_id: int | None = None, by: Actor, now: datetime
) -> list[audit.Changed]:
    """End the open request for a record or a listing inside the act that ends it otherwise."""
    rows = await database.fetch(
        "UPDATE credit_repair SET stage = 'lapsed', decided_at = $2, decided_by = $3, next_due_at = NULL"
        " WHERE (record = $1 OR list_entry = $5) AND stage = ANY($4) RETURNING id",
        record_id,
        now,
        by.name,
        [stage.value for stage in repair.OPEN],
        entry_id,
    )
    return [audit.row(RepairRow, row["id"]) for row in rows]
