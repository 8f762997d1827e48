"""Following a change of the workday table: limits that run move, limits that have passed stay."""

from datetime import datetime

from piccolo.columns import Column

from credit.domain import hearing
from credit.domain.oversight import order
from credit.domain.oversight.order import Stage
from credit.oversight_tables import OrderRow
from credit.queries import rule_sets
from credit.queries.oversight import orders as questions
from market.kernel.period import local_day
from market.kernel.workday import Workdays
from market.runtime import audit, database

Values = dict[Column | str, object]


async def orders(table: Workdays, now: datetime) -> list[audit.Changed]:
    """Count the limits of open orders anew; return the rows that changed."""
    stages = [stage.value for stage in (Stage.POSTED, *order.RUNNING)]
    rows = await database.fetch(
        "SELECT id FROM credit_order WHERE stage = ANY($1) AND next_due_at > $2 ORDER BY id", stages, now
    )
    changed = []
    for row in rows:
        found = await questions.case(row["id"], lock=True)
        values = await _of(found, table)
        moved = any(getattr(found, str(name)) != value for name, value in values.items())
        later = values.get("next_due_at")
        if moved and isinstance(later, datetime) and later > now:
            await OrderRow.update(dict(values)).where(OrderRow.id == found.id)
            changed.append(audit.row(OrderRow, found.id))
    return changed


async def _of(found: questions.Case, table: Workdays) -> Values:
    if found.served_at is not None:
        last = order.due_on(found.served_at, [found.days or 0, found.extension_days or 0], table=table)
        return {"due_on": last, "next_due_at": order.due_at(last)}
    posted = found.posted_at or found.proposed_at
    rules = await rule_sets.in_force(local_day(posted))
    return {"next_due_at": hearing.deemed_service(posted, rules=rules, days=table)}
