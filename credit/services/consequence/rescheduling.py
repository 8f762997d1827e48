"""Following a change of the workday table: days of proposals that run move, those that passed stay."""

from datetime import datetime
from typing import Any

from credit.domain.consequence import proposal
from credit.measure_tables import ProposalRow
from credit.queries.measures import named_by_day
from market.kernel.period import end_of_day, local_day
from market.kernel.workday import Workdays
from market.runtime import audit, database


async def proposals(table: Workdays, now: datetime) -> list[audit.Changed]:
    """Count the days of open proposals anew; return the rows that changed."""
    rows = await database.fetch(
        "SELECT p.id, p.key, p.due_on, p.proposed_at, s.published_at FROM credit_measure_proposal p"
        " JOIN credit_snapshot s ON s.id = p.snapshot WHERE p.stage = 'open' AND p.next_due_at > $1"
        " ORDER BY p.id FOR UPDATE OF p",
        now,
    )
    register = await named_by_day(local_day(row["proposed_at"]) for row in rows)
    changed = []
    for row in rows:
        one = register[local_day(row["proposed_at"])][row["key"]]
        due_on = proposal.due_on(one, row["published_at"], days=table)
        if due_on is not None and due_on != row["due_on"] and end_of_day(due_on) > now:
            values: dict[Any, Any] = {
                ProposalRow.due_on: due_on,
                ProposalRow.next_due_at: end_of_day(due_on),
            }
            await ProposalRow.update(values).where(ProposalRow.id == row["id"])
            changed.append(audit.row(ProposalRow, row["id"]))
    return changed
