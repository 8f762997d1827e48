"""Successor alerts: what an enterprise shares with listed ones, and the alerts that were raised of it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import msgspec

from credit.domain.act import Act
from credit.domain.permission import PERMISSIONS
from credit.domain.remedy import successor
from credit.domain.remedy.successor import Holding, Listing, Match, Stage
from credit.domain.rule_set import RuleSet
from credit.queries import rule_sets
from market.kernel.actor import AUTHORITIES, Actor, Role
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import database

SHOWN_TO: Final = AUTHORITIES | {Role.COMMITTEE, Role.DEVELOPER}
"""Authorities, and those who choose an enterprise."""


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """An alert as it is kept."""

    id: int
    stage: Stage
    origin: str
    enterprise: int
    enterprise_name: str
    enterprise_code: str
    listing: int
    listed_name: str
    listed_code: str
    decision_no: str
    ends_on: date
    listing_ended_at: datetime | None
    entry: int | None
    listed_entry: int | None
    division: str
    path: tuple[str, ...]
    raised_at: datetime
    salt: str
    view: str
    viewed_at: datetime | None
    reasons: str
    closed_at: datetime | None

    def listed(self, now: datetime) -> bool:
        """Say whether the listing is in force."""
        ended = self.listing_ended_at
        return local_day(now) < self.ends_on and (ended is None or now < ended)


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """What is shared, as the reader may know it: a person's name is covered but where the law shows it.

    Attributes:
        capacities: What the holder is to the enterprise, and to the listed one; empty where it is that body.
        confirmed: The district confirmed both statements.
    """

    name: str
    capacities: tuple[str, str]
    confirmed: bool


class AlertView(msgspec.Struct, frozen=True, kw_only=True):
    """An alert, what it rests on, and what its reader may do.

    Attributes:
        in_force: Open, the listing is in force, and the holder is still shared.
    """

    alert: Alert
    shared: Shared
    in_force: bool
    may_state: bool
    may_close: bool


_ALERT: Final = (
    "SELECT a.*, o.name AS enterprise_name, o.code AS enterprise_code, l.name AS listed_name,"
    " l.code AS listed_code, e.decision_no, e.ends_on, e.ended_at AS listing_ended_at"
    " FROM credit_successor_alert a JOIN parties_organisation o ON o.id = a.enterprise"
    " JOIN credit_list_entry e ON e.id = a.listing JOIN parties_organisation l ON l.id = e.enterprise"
)


async def alert(number: int, *, lock: bool = False) -> Alert:
    """Return an alert, locked for an act if asked.

    Raises:
        AlertUnknownError: There is none.
    """
    rows = await database.fetch(f"{_ALERT} WHERE a.id = $1{' FOR UPDATE OF a' if lock else ''}", number)
    if not rows:
        raise successor.AlertUnknownError(f"no alert {number}", value=number)
    return msgspec.convert(rows[0], Alert)


async def found(organisation: int, *, now: datetime, rules: RuleSet) -> list[Match]:
    """Return every holder that an enterprise, or another with it, shares with one on the list now."""
    own = await parties.controls_of(organisation)
    others = await parties.controls_tied_to(organisation)
    standing = [each for each in (*own, *others) if each.stands]
    bodies = await _bodies(organisation, standing)
    codes = {body.id: body.code for body in bodies}
    numbers = sorted(codes)
    listings = await _listings(numbers, now=now)
    holdings: dict[int, list[Holding]] = {number: [] for number in numbers}
    for each in standing:
        holdings[each.organisation].append(_holding(each))
    months = rules.whole("successor_term")
    return [
        match
        for listing in listings
        for number in numbers
        if organisation in (number, listing.enterprise)
        for match in successor.matches(
            holdings[number],
            holdings[listing.enterprise],
            listing,
            enterprise=(number, codes[number]),
            months=months,
        )
    ]


async def _bodies(organisation: int, standing: Sequence[parties.Control]) -> list[parties.Organisation]:
    """Return the enterprises of some statements, with those that are named as holders themselves."""
    numbers = {organisation, *(each.organisation for each in standing)}
    codes = {each.identity for each in standing if each.holder is parties.HolderKind.ORGANISATION}
    rows = await database.fetch("SELECT id FROM parties_organisation WHERE code = ANY($1)", sorted(codes))
    return await parties.organisations_by_ids(sorted(numbers | {row["id"] for row in rows}))


def _holding(each: parties.Control) -> Holding:
    return Holding(
        entry=each.id,
        enterprise=each.organisation,
        enterprise_code=each.organisation_code,
        identity=each.identity,
        from_on=each.from_on,
        to_on=each.to_on,
    )


async def _listings(enterprises: Sequence[int], *, now: datetime) -> list[Listing]:
    rows = await database.fetch(
        "SELECT e.id, e.enterprise, o.code AS enterprise_code, e.listed_at FROM credit_list_entry e"
        " JOIN parties_organisation o ON o.id = e.enterprise WHERE e.enterprise = ANY($1)"
        " AND e.listed_at <= $2 AND e.ends_on > $3 AND (e.ended_at IS NULL OR e.ended_at > $2) ORDER BY e.id",
        list(enterprises),
        now,
        local_day(now),
    )
    return [
        Listing(
            id=row["id"],
            enterprise=row["enterprise"],
            enterprise_code=row["enterprise_code"],
            listed_on=local_day(row["listed_at"]),
        )
        for row in rows
    ]


async def of_enterprise(enterprise: int, *, actor: Actor, now: datetime) -> list[AlertView]:
    """Return the alerts of an enterprise that a reader may see, the newest first.

    The enterprise and its authorities see all that were raised; who chooses an enterprise, those in force.
    """
    own = actor.role is Role.ENTERPRISE and actor.organisation == enterprise
    if not own and actor.role not in SHOWN_TO:
        return []
    rows = await database.fetch(f"{_ALERT} WHERE a.enterprise = $1 ORDER BY a.id DESC", enterprise)
    if not rows:
        return []
    full = own or actor.role in AUTHORITIES
    rules = await rule_sets.in_force(local_day(now))
    shared = {match.origin for match in await found(enterprise, now=now, rules=rules)}
    views = [await _view(each, shared, full=full, actor=actor, now=now) for each in _alerts(rows)]
    return [view for view in views if full or view.in_force]


async def in_force(enterprise: int, *, now: datetime) -> list[Alert]:
    """Return the alerts of an enterprise in force, for who compares bids."""
    seen = await of_enterprise(enterprise, actor=Actor(role=Role.COMMITTEE), now=now)
    return [each.alert for each in seen]


def _alerts(rows: Sequence[dict[str, object]]) -> list[Alert]:
    return msgspec.convert(rows, list[Alert])


async def _view(each: Alert, shared: set[str], *, full: bool, actor: Actor, now: datetime) -> AlertView:
    standing = each.stage is Stage.OPEN and each.listed(now)
    return AlertView(
        alert=each,
        shared=await _shared(each, full=full),
        in_force=standing and each.origin in shared,
        may_state=standing
        and each.viewed_at is None
        and PERMISSIONS[Act.SUCCESSOR_STATE].allows(actor, organisations=(each.enterprise,)),
        may_close=each.stage is Stage.OPEN and PERMISSIONS[Act.SUCCESSOR_CLOSE].allows(actor, path=each.path),
    )


async def _shared(each: Alert, *, full: bool) -> Shared:
    numbers = [number for number in (each.entry, each.listed_entry) if number is not None]
    entries = await parties.controls_by_numbers(numbers)
    own, theirs = entries.get(each.entry or 0), entries.get(each.listed_entry or 0)
    holder = own or theirs
    known = [entry for entry in (own, theirs) if entry is not None]
    legal = any(entry.capacity is parties.Capacity.REPRESENTATIVE for entry in known)
    person = holder is not None and holder.holder is parties.HolderKind.PERSON
    name = "" if holder is None else holder.name
    return Shared(
        name=parties.masked_name(name) if person and not full and not legal else name,
        capacities=(
            "" if own is None else own.capacity.value,
            "" if theirs is None else theirs.capacity.value,
        ),
        confirmed=all(entry.confirmed_at is not None for entry in known),
    )


async def waiting(within: str, *, now: datetime) -> list[Alert]:
    """Return the open alerts of a division whose listing is in force, oldest first."""
    rows = await database.fetch(
        f"{_ALERT} WHERE a.stage = 'open' AND a.path @> ARRAY[$1]::varchar[] AND e.ends_on > $2"
        " AND (e.ended_at IS NULL OR e.ended_at > $3) ORDER BY a.id LIMIT 200",
        within,
        local_day(now),
        now,
    )
    return _alerts(rows)


async def unanswered(enterprise: int, *, now: datetime) -> list[Alert]:
    """Return the open alerts of an enterprise that it has not stated its view on."""
    rows = await database.fetch(
        f"{_ALERT} WHERE a.stage = 'open' AND a.enterprise = $1 AND a.viewed_at IS NULL ORDER BY a.id",
        enterprise,
    )
    return [each for each in _alerts(rows) if each.listed(now)]
