"""What early removal from the exit list asks for, for acts and pages."""

from datetime import datetime

from credit.domain.act import Act
from credit.domain.catalogue import Item
from credit.domain.list_entry import Stage
from credit.domain.permission import PERMISSIONS
from credit.domain.remedy import removal, repair
from credit.domain.remedy.removal import Past
from credit.domain.rule_set import RuleSet
from credit.queries import cases, rule_sets
from credit.queries.remedy import repairs
from market.kernel.actor import Actor
from market.kernel.period import local_day, start_of_day
from market.runtime import database


async def ground(case: cases.ListEntry) -> Item | None:
    """Return the item a listing rests on; ``None`` where it rests on no record."""
    if case.record is None:
        return None
    record = await cases.record(case.record)
    return (await rule_sets.version(record.rule_set)).item(record.item_code)


async def past(case: cases.ListEntry, *, rules: RuleSet, now: datetime) -> Past:
    """Return what happened of late that stands against a removal; warnings do not."""
    rows = await database.fetch(
        "SELECT DISTINCT item_code, rule_set FROM credit_record WHERE enterprise = $1 AND NOT light"
        " AND stage IN ('effective', 'expired', 'repaired') AND decided_at >= $2"
        " AND id IS DISTINCT FROM $3 ORDER BY item_code",
        case.enterprise,
        start_of_day(removal.clean_since(local_day(now), rules=rules)),
        case.record,
    )
    bars = await database.fetch(
        "SELECT max(barred_until) AS until FROM credit_repair WHERE enterprise = $1", case.enterprise
    )
    items = [(await rule_sets.version(row["rule_set"])).item(row["item_code"]) for row in rows]
    return Past(items=tuple(items), barred_until=bars[0]["until"])


async def offer(case: cases.ListEntry, *, actor: Actor, now: datetime) -> repairs.Offer | None:
    """Return what a case's page says of early removal; ``None`` for what is not on the list."""
    if case.stage is not Stage.LISTED or case.listed_at is None:
        return None
    rules = await rule_sets.in_force(local_day(now))
    current = await repairs.latest_of_listing(case.id)
    if case.lasting:
        return repairs.Offer(
            repairable=False, open_from=None, needed=(), against=(), current=current, may_file=False
        )
    listed_on = local_day(case.listed_at)
    before = await past(case, rules=rules, now=now)
    found = removal.standing(listed_on=listed_on, past=before, rules=rules, now=now)
    against = tuple(dict.fromkeys(each.code for each in found))
    waits = current is not None and current.stage in repair.OPEN
    mine = PERMISSIONS[Act.LIST_REMOVE].allows(actor, organisations=(case.enterprise,))
    return repairs.Offer(
        repairable=True,
        open_from=removal.open_from(listed_on, rules=rules),
        needed=removal.needed(await ground(case)),
        against=against,
        current=current,
        may_file=mine and not waits and not against,
    )
