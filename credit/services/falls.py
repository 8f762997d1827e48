"""What falls with a record when it ends by revocation or by the clock: an open request for its repair."""

from datetime import datetime

from credit.domain.remedy import repair
from credit.supervision_tables import RepairRow
from market.kernel.actor import Actor
from market.runtime import audit, database


async def lapse(*, record_id: int, by: Actor, now: datetime) -> list[audit.Changed]:
    """End the open request for a record inside the act that ends the record otherwise."""
    rows = await database.fetch(
        "UPDATE credit_repair SET stage = 'lapsed', decided_at = $2, decided_by = $3, next_due_at = NULL"
        " WHERE record = $1 AND stage = ANY($4) RETURNING id",
        record_id,
        now,
        by.name,
        [stage.value for stage in repair.OPEN],
    )
    return [audit.row(RepairRow, row["id"]) for row in rows]
