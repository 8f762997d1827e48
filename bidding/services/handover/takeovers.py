"""What a completed hand-over does to the register of running contracts: the leaving provider's is closed."""

from datetime import datetime

from bidding.domain.tenure import term as terms
from bidding.queries.tenure import terms as queries
from bidding.tables.tenures import TermRow
from market.runtime import audit, database


async def close(community: int, outgoing: int, *, now: datetime) -> list[audit.Changed]:
    """Close what a leaving provider still has on record, in the transaction that ends its hand-over."""
    rows = []
    for found in await queries.of_community(community):
        if found.provider == outgoing and found.stage is not terms.Stage.CLOSED:
            target = terms.LIFECYCLE.after(found.stage, terms.Step.CLOSE)
            await database.move(TermRow, id=found.id, expected=found.stage, to=target)
            await TermRow.update({TermRow.closed_at: now, TermRow.next_due_at: None}).where(
                TermRow.id == found.id
            )
            rows.append(audit.row(TermRow, found.id))
    return rows
