"""Requests for repair, for acts and pages."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar

import msgspec

from contracts_templates import credit_papers
from credit.domain.act import Act
from credit.domain.catalogue import Item
from credit.domain.permission import PERMISSIONS
from credit.domain.remedy import repair
from credit.domain.remedy.repair import Past, Stage
from credit.domain.rule_set import RuleSet
from credit.queries import cases, rule_sets
from market.kernel.actor import Actor, Role
from market.kernel.errors import NotFoundError
from market.kernel.period import local_day, start_of_day
from market.parties import public as parties
from market.runtime import database


class RepairUnknownError(NotFoundError):
    """There is no such request, or it may not be seen."""

    code: ClassVar[str] = "credit-repair-unknown"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A request as acts and those concerned see it.

    Attributes:
        item: Of the record, under the rule set it was drafted by; ``None`` for a place on the exit list.
    """

    id: int
    stage: Stage
    record: int | None
    list_entry: int | None
    enterprise: int
    enterprise_name: str
    enterprise_code: str
    item_code: str
    item: Item | None
    rule_set: int | None
    officer: int | None
    path: tuple[str, ...]
    salt: str
    grounds: str
    grounds_digest: str
    correction_digest: str
    refund_digest: str
    training_digest: str
    pledge: credit_papers.RepairPledge
    pledge_digest: str
    filed_at: datetime
    due_at: datetime
    accepted_at: datetime | None
    extended_at: datetime | None
    extension_reason: str
    decided_at: datetime | None
    decided_by: str
    reasons: str
    false_material: bool
    barred_until: date | None
    next_due_at: datetime | None

    @property
    def proofs(self) -> dict[str, str]:
        """Name of a proof -> digest of its file, as far as brought."""
        found = {name: getattr(self, f"{name}_digest") for name in ("correction", "refund", "training")}
        return {name: digest for name, digest in found.items() if digest}


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A request and what its reader may do with it."""

    case: Case
    item: Item | None
    offered: tuple[Act, ...]


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What the record page says of repair to the enterprise and its authorities.

    Attributes:
        repairable: Whether the item can be repaired at all.
        open_from: First day a repair may be asked for; ``None`` for what is never repaired.
        needed: Proofs a request brings.
        against: What stands against a request today, as codes of refusals; empty when nothing does.
        current: The open request, or the last one.
        may_file: Whether the reader may file one now.
    """

    repairable: bool
    open_from: date | None
    needed: tuple[str, ...]
    against: tuple[str, ...]
    current: Case | None
    may_file: bool


_CASE = (
    "SELECT q.*, o.name AS enterprise_name, o.code AS enterprise_code, r.rule_set FROM credit_repair q"
    " JOIN parties_organisation o ON o.id = q.enterprise LEFT JOIN credit_record r ON r.id = q.record"
)


async def _case(row: dict[str, Any]) -> Case:
    pledge = msgspec.json.decode(row["pledge"], type=credit_papers.RepairPledge)
    by = (row["decided_by"] or "").partition(":")[0]
    known = row["rule_set"]
    item = None if known is None else (await rule_sets.version(known)).item(row["item_code"])
    return msgspec.convert({**row, "pledge": pledge, "decided_by": by, "item": item}, Case)


async def rules_of(found: Case) -> RuleSet:
    """Return the rule set of the record; of an exit-list request the one in force when it was filed."""
    if found.rule_set is not None:
        return await rule_sets.version(found.rule_set)
    return await rule_sets.in_force(local_day(found.filed_at))


async def case(number: int, *, lock: bool = False) -> Case:
    """Return a request, locked for an act if asked.

    Raises:
        RepairUnknownError: There is none.
    """
    rows = await database.fetch(f"{_CASE} WHERE q.id = $1{' FOR UPDATE OF q' if lock else ''}", number)
    if not rows:
        raise RepairUnknownError(f"no repair {number}", repair=number)
    return await _case(rows[0])


async def past(record: cases.Record, *, rules: RuleSet, now: datetime) -> Past:
    """Return what happened to an enterprise before that matters for the repair of a record."""
    rows = await database.fetch(
        "SELECT EXISTS (SELECT 1 FROM credit_record WHERE enterprise = $1 AND item_code = $2 AND id <> $3"
        " AND fact_on > $4 AND stage IN ('effective', 'expired', 'repaired')) AS repeated,"
        " (SELECT count(*) FROM credit_repair WHERE enterprise = $1 AND item_code = $2"
        " AND stage = 'granted' AND decided_at >= $5) AS repairs,"
        " (SELECT max(barred_until) FROM credit_repair WHERE enterprise = $1) AS barred_until",
        record.enterprise,
        record.item_code,
        record.id,
        record.document_on,
        start_of_day(repair.limit_since(local_day(now), rules=rules)),
    )
    return msgspec.convert(rows[0], Past)


async def view(number: int, *, actor: Actor) -> View:
    """Return a request to those concerned.

    Raises:
        RepairUnknownError: There is none, or the reader may not know of it.
    """
    found = await case(number)
    allowed = PERMISSIONS[Act.REPAIR_READ].allows(actor, organisations=(found.enterprise,), path=found.path)
    if not allowed:
        raise RepairUnknownError(f"no repair {number}", repair=number)
    return View(case=found, item=found.item, offered=_offered(found, actor))


_ACTS = {
    Stage.FILED: (Act.REPAIR_ACCEPT, Act.REPAIR_DECLINE),
    Stage.ACCEPTED: (Act.REPAIR_DECIDE, Act.REPAIR_EXTEND),
    Stage.EXTENDED: (Act.REPAIR_DECIDE,),
}


def _offered(found: Case, actor: Actor) -> tuple[Act, ...]:
    return _ACTS.get(found.stage, ()) if answers(found, by=actor) else ()


def answers(found: Case, *, by: Actor) -> bool:
    """Say whether somebody acts for the authority that decides a request."""
    allowed = PERMISSIONS[Act.REPAIR_DECIDE].allows(by, path=found.path)
    return allowed and repair.decides(found.item, by=by, officer=found.officer)


async def waiting(*, within: str) -> list[Case]:
    """Return the open requests of a division, the most urgent first."""
    rows = await database.fetch(
        f"{_CASE} WHERE q.path @> ARRAY[$1]::varchar[] AND q.stage = ANY($2)"
        " ORDER BY q.due_at, q.id LIMIT 200",
        within,
        [stage.value for stage in repair.OPEN],
    )
    return [await _case(row) for row in rows]


async def of_enterprise(enterprise: int) -> list[Case]:
    """Return an enterprise's requests, newest first."""
    rows = await database.fetch(f"{_CASE} WHERE q.enterprise = $1 ORDER BY q.id DESC LIMIT 200", enterprise)
    return [await _case(row) for row in rows]


async def mine(actor: Actor) -> list[Case]:
    """Return the requests a reader has to do with."""
    if actor.role is Role.ENTERPRISE:
        return await of_enterprise(actor.organisation or 0)
    return await waiting(within=actor.division or "")


async def latest_of_listing(entry: int) -> Case | None:
    """Return the last request to leave the exit list early."""
    rows = await database.fetch(f"{_CASE} WHERE q.list_entry = $1 ORDER BY q.id DESC LIMIT 1", entry)
    return await _case(rows[0]) if rows else None


async def answerers(path: Sequence[str], item: Item | None, officer: int | None) -> tuple[int, ...]:
    """Return the authorities that decide on a repair, to be told."""
    if item is None:
        return tuple(one.id for one in await parties.authorities_over(path[1:2] or path[:1]))
    if repair.by_city(item):
        return tuple(one.id for one in await parties.authorities_over(path[:1]))
    return () if officer is None else (officer,)


async def offer(record: cases.Record, item: Item, *, actor: Actor, now: datetime) -> Offer | None:
    """Return what a record's page says of repair; ``None`` for what is good or never took effect."""
    if not item.bad or record.decided_at is None or record.document_on is None:
        return None
    repairable = repair.repairable(item)
    rows = await database.fetch(f"{_CASE} WHERE q.record = $1 ORDER BY q.id DESC LIMIT 1", record.id)
    current = await _case(rows[0]) if rows else None
    if not repairable:
        return Offer(repairable=False, open_from=None, needed=(), against=(), current=current, may_file=False)
    rules = await rule_sets.version(record.rule_set)
    before = await past(record, rules=rules, now=now)
    found = repair.standing(item, document_on=record.document_on, past=before, rules=rules, now=now)
    against = tuple(each.code for each in found)
    waits = current is not None and current.stage in repair.OPEN
    mine = PERMISSIONS[Act.REPAIR_FILE].allows(actor, organisations=(record.enterprise,))
    return Offer(
        repairable=True,
        open_from=repair.open_from(item, record.document_on, rules=rules),
        needed=repair.needed(item),
        against=against,
        current=current,
        may_file=mine and not waits and not against and repair.in_force(record.stage),
    )
