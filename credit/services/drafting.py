"""Storing drafts, one that was typed or told, or the many of a file: the same checks, the same columns."""

import asyncio
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

import msgspec

from credit.domain import catalogue, drafting
from credit.domain.act import Act
from credit.domain.catalogue import Item
from credit.domain.permission import PERMISSIONS
from credit.domain.record import Draft, Stage
from credit.domain.remedy import limitation
from credit.queries import cases, precedents, rule_sets
from credit.queries.instruments import resting
from credit.tables import RecordRow
from market.kernel.actor import Actor
from market.kernel.digest import digest
from market.kernel.errors import InvalidInputError
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import database

FACTS = "credit:facts"
"""Lock of all facts: whoever drafts one record shares it, an import has it alone."""


class NotEnterpriseError(InvalidInputError):
    """A record is about a property service enterprise."""

    code: ClassVar[str] = "credit-not-enterprise"


class Place(msgspec.Struct, frozen=True):
    """Where a record lies: in its community, else where the enterprise is registered."""

    division: str
    path: tuple[str, ...]


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A draft that was judged, with what stands beside it in its row."""

    draft: Draft
    item: Item
    rule_set: int
    place: Place
    origin: str | None
    fact: str
    salt: str


_EMPTY = ("letter", "notice_digest", "reasons", "decision_digest", "minor_reason", "end_reason")


def _values(made: Made, *, by: Actor, now: datetime, submitted: bool) -> dict[str, object]:
    draft = made.draft
    stamp = (now, by.name, by.person) if submitted else (None, None, None)
    return {
        "stage": (Stage.SUBMITTED if submitted else Stage.DRAFT).value,
        "origin": made.origin,
        "item_code": made.item.code,
        "rule_set": made.rule_set,
        "enterprise": draft.enterprise,
        "community": draft.community,
        "manager": draft.manager,
        "division": made.place.division,
        "path": list(made.place.path),
        "fact": made.fact,
        "fact_on": draft.fact_on,
        "fact_until": draft.fact_until,
        "found_on": draft.found_on,
        "death": draft.death,
        "harm": draft.harm,
        "amount_fen": draft.amount_fen,
        "days_late": draft.days_late,
        "salt": made.salt,
        "facts": draft.facts,
        "facts_digest": digest("credit-facts", {"salt": made.salt, "facts": draft.facts}),
        "document_no": draft.document_no,
        "document_on": draft.document_on,
        "file_digest": draft.file_digest,
        "instrument": draft.instrument_id,
        "drafted_at": now,
        "drafted_by": by.name,
        "drafted_person": by.person,
        "submitted_at": stamp[0],
        "submitted_by": stamp[1],
        "submitted_person": stamp[2],
        "light": False,
        **dict.fromkeys(_EMPTY, ""),
    }


async def place(enterprise: int, community_id: int | None) -> Place:
    """Return where a fact lies.

    Raises:
        NotEnterpriseError: It is about another kind of organisation.
    """
    organisation = await parties.organisation(enterprise)
    if organisation.kind is not parties.OrganisationKind.ENTERPRISE:
        raise NotEnterpriseError("not an enterprise", field="enterprise")
    if community_id is None:
        return Place(organisation.division, organisation.path)
    community = await parties.community(community_id)
    return Place(community.division, community.path)


async def insert(*, draft: Draft, origin: str | None, by: Actor, now: datetime) -> cases.Record | None:
    """Judge and store a draft in the caller's transaction; ``None`` when its origin was told before.

    Raises:
        FactChargedError: The same fact stands against the enterprise at another subject, or twice.
        ConditionError: The stated facts do not fulfil the item's condition.
    """
    rules = await rule_sets.in_force(local_day(now))
    item = rules.item(draft.item_code)
    draft = await resting.filled(draft, item, now=now)
    lies = await place(draft.enterprise, draft.community)
    PERMISSIONS[Act.RECORD_DRAFT].check(by, organisations=(draft.enterprise,), path=lies.path)
    drafting.check_draft(item, draft.target, by=by, fact_on=draft.fact_on, now=now)
    catalogue.check_facts(item, draft.stated)
    salt = secrets.token_hex(32)
    made = Made(
        draft=draft,
        item=item,
        rule_set=rules.version,
        place=lies,
        origin=origin,
        fact=draft.fact or f"fact-{salt[:16]}",
        salt=salt,
    )
    await database.lock(FACTS, shared=True)
    await database.lock(f"credit:fact:{draft.enterprise}:{made.fact}")
    values = _values(made, by=by, now=now, submitted=False)
    marks = ", ".join(f"${n}" for n in range(1, len(values) + 1))
    rows = await database.fetch(
        f"INSERT INTO credit_record ({', '.join(values)}) VALUES ({marks})"  # noqa: S608 - our own columns
        " ON CONFLICT (origin) DO NOTHING RETURNING *",
        *values.values(),
    )
    if not rows:
        return None
    case = cases.read(rows[0], cases.Record)
    if await precedents.fact_elsewhere(case) or await precedents.fact_twice(case):
        raise limitation.FactChargedError("the fact is charged elsewhere", field="fact", fact=made.fact)
    return case


async def insert_many(many: Sequence[Made], *, submitted: bool, by: Actor, now: datetime) -> list[int]:
    """Store judged drafts in the caller's transaction, each under an origin; return their numbers in order.

    Args:
        submitted: Hand them to the level that decides in the same act, as the drafter may.
    """
    rows = await asyncio.to_thread(
        lambda: [_values(made, by=by, now=now, submitted=submitted) for made in many]
    )
    async with database.connection() as wire:
        await wire.copy_records_to_table(
            RecordRow._meta.tablename, columns=[*rows[0]], records=[tuple(row.values()) for row in rows]
        )
    found = await database.fetch(
        "SELECT id, origin FROM credit_record WHERE origin = ANY($1)", [made.origin for made in many]
    )
    numbers = {row["origin"]: int(row["id"]) for row in found}
    return [numbers[made.origin] for made in many]
