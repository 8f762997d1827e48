"""What stands against an enterprise already: the same fact, the same item before."""

from credit.queries.cases import Record
from market.runtime import database


async def fact_elsewhere(case: Record) -> bool:
    """Say whether the same fact stands against the same enterprise at another subject."""
    rows = await database.fetch(
        "SELECT 1 FROM credit_record WHERE enterprise = $1 AND fact = $2 AND id <> $3"
        " AND stage NOT IN ('rejected', 'withdrawn', 'revoked')"
        " AND (community IS DISTINCT FROM $4 OR manager IS DISTINCT FROM $5) LIMIT 1",
        case.enterprise,
        case.fact,
        case.id,
        case.community,
        case.manager,
    )
    return bool(rows)


async def fact_twice(case: Record) -> bool:
    """Say whether the same fact already stands against the same subject under the same item."""
    rows = await database.fetch(
        "SELECT 1 FROM credit_record WHERE enterprise = $1 AND fact = $2 AND id <> $3 AND item_code = $4"
        " AND stage NOT IN ('rejected', 'withdrawn', 'revoked') LIMIT 1",
        case.enterprise,
        case.fact,
        case.id,
        case.item_code,
    )
    return bool(rows)


async def first(case: Record) -> bool:
    """Say whether no record of the item, a warning among them, was decided against the enterprise before."""
    rows = await database.fetch(
        "SELECT 1 FROM credit_record WHERE enterprise = $1 AND item_code = $2 AND id <> $3"
        " AND stage IN ('effective', 'expired', 'repaired') LIMIT 1",
        case.enterprise,
        case.item_code,
        case.id,
    )
    return not rows


async def repeated(case: Record) -> bool:
    """Say whether the same item was active against the enterprise before."""
    rows = await database.fetch(
        "SELECT 1 FROM credit_record WHERE enterprise = $1 AND item_code = $2 AND id <> $3"
        " AND stage IN ('effective', 'expired') LIMIT 1",
        case.enterprise,
        case.item_code,
        case.id,
    )
    return bool(rows)
