"""What a form offers: items, enterprises and communities an officer may name."""

from datetime import datetime

import msgspec

from credit.domain import drafting
from credit.domain.catalogue import Item
from credit.domain.indicator import Area, Indicator
from credit.queries import rule_sets
from credit.queries.remedy.managers import Choice as Manager
from credit.queries.remedy.managers import choices as managers_of
from market.kernel.actor import Actor
from market.kernel.errors import MarketError
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import database


class Choice(msgspec.Struct, frozen=True):
    """One line of a selection."""

    id: int
    name: str


class RecordForm(msgspec.Struct, frozen=True, kw_only=True):
    """What the form of a new record needs.

    Attributes:
        entries: Entries of the register of instruments that it may rest on; ``instrument`` the chosen one.
    """

    items: tuple[Item, ...]
    enterprises: tuple[Choice, ...]
    communities: tuple[Choice, ...]
    enterprise: int | None
    managers: tuple[Manager, ...] = ()
    entries: tuple[Choice, ...] = ()
    instrument: int | None = None


class EvaluationForm(msgspec.Struct, frozen=True, kw_only=True):
    """What the form of an evaluation needs."""

    areas: tuple[Area, ...]
    indicators: tuple[Indicator, ...]


async def form_of(actor: Actor, *, now: datetime, enterprise: int | None = None) -> RecordForm:
    """Return the items the actor's level may draft and the projects of their division."""
    rules = await rule_sets.in_force(local_day(now))
    communities = await database.fetch(
        "SELECT c.id, c.name FROM parties_community c JOIN parties_division d ON d.code = c.division"
        " WHERE d.path @> ARRAY[$1]::varchar[] ORDER BY c.name_pinyin LIMIT 500",
        actor.division,
    )
    return RecordForm(
        items=tuple(item for item in rules.items if may_draft(item, actor)),
        enterprises=tuple(Choice(e.id, e.name) for e in await parties.enterprises()),
        communities=tuple(Choice(row["id"], row["name"]) for row in communities),
        enterprise=enterprise,
        managers=tuple(await managers_of(actor.division or "", enterprise=enterprise)),
    )


def may_draft(item: Item, actor: Actor) -> bool:
    """Say whether an actor's level may draft an item."""
    try:
        drafting.check_level(item, actor)
    except MarketError:
        return False
    return True
