"""How alerts and screens are shown: evidence side by side, figures beside their usual values."""

from datetime import datetime
from fractions import Fraction

import msgspec

from bidding.domain.act import Act
from bidding.domain.alert import disposal, screens
from bidding.domain.alert.alert import Alert, Evidence
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import Stage
from bidding.domain.tender import Tender
from bidding.queries import openings, seats
from bidding.queries import tenders as tender_queries
from bidding.queries.alert import alerts as queries
from bidding.web import tender_views
from market.kernel import period, share
from market.kernel.actor import Actor, Role
from market.kernel.money import format_fen


class BidName(msgspec.Struct, frozen=True, kw_only=True):
    """A bid an alert is about."""

    commitment: str
    number: str
    bidder: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One compared thing and what stands there in each bid, in the order of the bids."""

    what: str
    cells: tuple[tuple[tuple[str, str], ...], ...]


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """An alert on the page.

    Attributes:
        rows: The evidence side by side: a cell holds (where, value) pairs.
        steps: What the reader may do about it now.
    """

    alert: queries.Alert
    bids: tuple[BidName, ...]
    rows: tuple[Row, ...]
    strength: str
    steps: tuple[str, ...]


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A screen as people read it."""

    code: str
    value: str
    usual: str
    rule: str
    unusual: bool


class LotView(msgspec.Struct, frozen=True, kw_only=True):
    """The alerts and screens of one lot."""

    lot: str
    alerts: tuple[Shown, ...]
    screens: tuple[Figure, ...]


class AlertsView(msgspec.Struct, frozen=True, kw_only=True):
    """The page.

    Attributes:
        compared_at: ``None`` while the comparison after the opening is under way.
        since: First instant of the window of the district's screens.
    """

    number: str
    title: str
    compared_at: datetime | None
    evaluating: bool
    lots: tuple[LotView, ...]
    district: tuple[Figure, ...]
    since: datetime
    awards: int
    months: int
    clauses: tuple[str, ...]


async def readable(number: str, actor: Actor) -> Tender:
    """Return a tender whose alerts the actor reads.

    Raises:
        TenderUnknownError: There is none, or the actor may not know of it.
        AlertsClosedError: Alerts are not for this actor.
    """
    tender = await tender_views.seen(number, actor)
    if not disposal.reads(tender, actor, await seats.members(tender.id)):
        raise disposal.AlertsClosedError(f"{actor.role} has no part in {number}")
    return tender


async def named(number: str, name: str) -> queries.Alert:
    """Return an alert under the address of its tender.

    Raises:
        AlertUnknownError: This tender has no such alert.
    """
    found, tender = await queries.by_name(name), await tender_queries.by_number(number)
    if found.tender != tender.id:
        raise queries.AlertUnknownError(f"no alert {name}", value=name)
    return found


async def view(tender: Tender, actor: Actor, now: datetime) -> AlertsView:
    """Return the page of a tender's alerts."""
    rules = tender_queries.rules_of(tender)
    found = await queries.of_tender(tender.id)
    opened = await openings.opened_bids(tender)
    names = {
        one.commitment: BidName(commitment=one.commitment, number=one.number, bidder=one.organisation_name)
        for one in opened
    }
    months = rules.value("screen.window")
    since = period.start_of_day(period.add_months(period.local_day(now), -months))
    decided = await queries.decided(district(tender), since, now)
    return AlertsView(
        number=tender.number,
        title=tender.content.title,
        compared_at=await queries.last_compared(tender.id),
        evaluating=tender.stage is Stage.EVALUATION,
        lots=tuple(
            LotView(
                lot=lot.id,
                alerts=tuple(shown(one, names, tender, actor) for one in found if one.lot == lot.id),
                screens=tuple(
                    figure(one)
                    for one in screens.of_lot(
                        [bid.price_fen for bid in opened if bid.lot == lot.id and bid.price_fen], rules
                    )
                ),
            )
            for lot in tender.content.lots
        ),
        district=tuple(figure(one) for one in screens.of_district(decided, rules)),
        since=since,
        awards=len(decided),
        months=months,
        clauses=tuple(one.value for one in disposal.Clause),
    )


def district(tender: Tender) -> str:
    """Return the district of a tender's community: the second place of its path, below the city."""
    return tender.path[:2][-1]


def shown(found: queries.Alert, names: dict[str, BidName], tender: Tender, actor: Actor) -> Shown:
    """Return an alert with its evidence side by side and what the reader may do."""
    return Shown(
        alert=found,
        bids=tuple(names[one] for one in found.seen.bids if one in names),
        rows=tuple(_rows(found.seen)),
        strength=percent(found.seen.strength),
        steps=steps(found, tender, actor),
    )


_ACTS = {
    disposal.Step.UPHOLD: Act.ALERT_UPHOLD,
    disposal.Step.DISMISS: Act.ALERT_DISMISS,
    disposal.Step.REFER: Act.ALERT_REFER,
    disposal.Step.ANSWER: Act.ALERT_ANSWER,
}


def steps(found: queries.Alert, tender: Tender, actor: Actor) -> tuple[str, ...]:
    """Return the steps worth a form; whoever reads here is seated or supervises."""
    if actor.role is Role.EXPERT and tender.stage is not Stage.EVALUATION:
        return ()
    return tuple(
        step.value
        for step in disposal.LIFECYCLE.available(found.state)
        if PERMISSIONS[_ACTS[step]].allows(actor, path=tender.path)
    )


def _rows(seen: Alert) -> list[Row]:
    """Lay the evidence out: a row for each kind of value (for items, each item), a column for each bid."""
    keys = list(dict.fromkeys((one.what, one.where if one.what == "item" else "") for one in seen.evidence))
    return [
        Row(
            what=what,
            cells=tuple(
                tuple(
                    (one.where, written(one))
                    for one in seen.evidence
                    if one.commitment == bid and one.what == what and (not item or one.where == item)
                )
                for bid in seen.bids
            ),
        )
        for what, item in keys
    ]


def written(one: Evidence) -> str:
    """Return a value as people write it: prices in yuan, long digests cut."""
    if one.what in {"total", "item"}:
        return format_fen(int(one.value))
    return one.value[:16] if one.what == "file" else one.value


def figure(one: screens.Screen) -> Figure:
    """Return a screen in words and digits."""
    write = percent if one.code in _SHARES else number
    return Figure(
        code=one.code,
        value="" if one.value is None else write(one.value),
        usual=write(one.usual),
        rule=one.rule,
        unusual=one.unusual,
    )


_SHARES = {"variation", "spread", "narrow-lots", "rotation"}


def percent(value: Fraction) -> str:
    """Return a share in percent with two decimals, cut."""
    return f"{number(value * 100)} %"


def number(value: Fraction) -> str:
    """Return a number with two decimals, cut."""
    return share.decimal(value.numerator * 100 // value.denominator)
