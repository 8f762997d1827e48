"""What forms of supervision offer: communities of a division, and those who answer for them."""

from datetime import date

from credit.queries import rule_sets
from credit.queries.choices import Choice
from market.runtime import database


async def communities(*, within: str) -> tuple[Choice, ...]:
    """Return a division's communities by name."""
    rows = await database.fetch(
        "SELECT c.id, c.name FROM parties_community c JOIN parties_division d ON d.code = c.division"
        " WHERE d.path @> ARRAY[$1]::varchar[] ORDER BY c.name_pinyin LIMIT 1000",
        within,
    )
    return tuple(Choice(row["id"], row["name"]) for row in rows)


async def addressees(*, within: str) -> tuple[Choice, ...]:
    """Return the enterprises that manage a community of a division now, then the developers."""
    rows = await database.fetch(
        "SELECT DISTINCT o.id, o.name, o.kind FROM parties_organisation o"
        " LEFT JOIN credit_project_assignment a ON a.enterprise = o.id AND a.end_on IS NULL"
        " LEFT JOIN parties_community c ON c.id = a.community"
        " LEFT JOIN parties_division d ON d.code = c.division"
        " WHERE (o.kind = 'enterprise' AND d.path @> ARRAY[$1]::varchar[]) OR o.kind = 'developer'"
        " ORDER BY o.kind DESC, o.name, o.id LIMIT 1000",
        within,
    )
    return tuple(Choice(row["id"], row["name"]) for row in rows)


async def usual_days(day: date) -> int:
    """Return the limit an order usually sets."""
    return (await rule_sets.in_force(day)).whole("order_days")
