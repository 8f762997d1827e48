"""How acts on running contracts are stored and recorded, for the acts of people and of the clock alike."""

from collections.abc import Sequence
from datetime import datetime

from piccolo.columns import Column

from bidding.domain.act import Act
from bidding.domain.tenure import term as terms
from bidding.queries.tenure import terms as queries
from bidding.tables.tenures import TermRow
from market.kernel.actor import Actor
from market.runtime import audit

Changes = dict[Column | str, object]


async def store(term_id: int, changes: Changes, now: datetime) -> None:
    """Store columns, then when the clock looks at it next: never before ``now``, for a late statement."""
    if changes:
        await TermRow.update(changes).where(TermRow.id == term_id)
    found = await queries.by_id(term_id)
    next_at = min((at for at, _ in terms.due(found.term, found.rules)), default=None)
    due_at = None if next_at is None else max(next_at, now)
    await TermRow.update({TermRow.next_due_at: due_at}).where(TermRow.id == term_id)


async def record(
    act: Act, term_id: int, *, by: Actor, now: datetime, rows: Sequence[audit.Changed] = ()
) -> audit.Entry:
    """Record an act on a running contract."""
    changed = [audit.row(TermRow, term_id), *rows]
    return await audit.record(act=act, by=by, subject=f"term:{term_id}", now=now, changed=changed)
