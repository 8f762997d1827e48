"""Emergency service where an area is suddenly without any: by whom, what, how long (BPR 77, rule H12).

It is a bridge and never a way around the owners: it ends after six months in all, however often and with
whomever it is appointed anew, and while it lasts the owners' decision to hire stays asked for.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from bidding.domain.outcome import contract
from bidding.domain.tenure.duty import Duty, Side
from market.kernel import period
from market.kernel.errors import ConflictError, FindingsError, InvalidInputError, MarketError, RuleError
from market.kernel.lifecycle import Lifecycle, Move

RULE: Final = "H12"


class EmergencyOrderError(InvalidInputError):
    """Emergency service begins today or later and ends after it begins."""

    code = "emergency-order"
    source = "BPR 77"


class EmergencyTooLongError(RuleError):
    """Emergency service would last longer than the rule allows, counted from the first of this gap."""

    code = "emergency-too-long"
    source = "BPR 77"


class NoServicesError(InvalidInputError):
    """Emergency service names what it consists of."""

    code = "emergency-without-services"
    source = "BPR 77"


class WordsMissingError(InvalidInputError):
    """Reasons, content and fees are written down and posted."""

    code = "emergency-words-missing"
    source = "BPR 77"


class EmergencyRunsError(ConflictError):
    """The area has emergency service already."""

    code = "emergency-runs"
    source = "BPR 77"


class Ground(StrEnum):
    """How the area came to be without service."""

    LEFT = "left"
    FAILED = "failed"
    UNSUCCEEDED = "unsucceeded"


class Service(StrEnum):
    """The basics that may be appointed; nothing else."""

    WATER = "water"
    GARBAGE = "garbage"
    LIFTS = "lifts"
    ORDER = "order"
    POWER = "power"


SOURCES: Final[Mapping[Service, str]] = {
    Service.WATER: "BPR 77",
    Service.GARBAGE: "BPR 77",
    Service.LIFTS: "BPR 77",
    Service.ORDER: "BJ-HAND10",
    Service.POWER: "BPR 77",
}
"""Where each stands; power is our reading of "other basics" [interp]."""


class Stage(StrEnum):
    """Whether it lasts."""

    ACTIVE = "active"
    ENDED = "ended"


class Step(StrEnum):
    """What ends it: the street, or the clock on the last day (of the term, or before a new contract)."""

    END = "end"
    LAPSE = "lapse"


LIFECYCLE = Lifecycle(
    "emergency service",
    Stage.ACTIVE,
    (Move(Stage.ACTIVE, Step.END, Stage.ENDED), Move(Stage.ACTIVE, Step.LAPSE, Stage.ENDED)),
)


class Why(StrEnum):
    """Why it ends."""

    TERM = "term"
    CONTRACT = "contract"
    STREET = "street"


class Appointment(msgspec.Struct, frozen=True, kw_only=True):
    """What a street appoints.

    Attributes:
        provider: Social credit code of the enterprise.
        content: What is done, in words; with ``fees`` it is posted for everybody.
        start_on: First day; ``end_on`` the last.
    """

    provider: str
    ground: Ground
    reasons: str
    services: tuple[Service, ...]
    content: str
    fees: str
    start_on: date
    end_on: date


def gap_begin(start_on: date, *, emergencies: Iterable[date], contracts: Iterable[date]) -> date:
    """Return the first day of the emergency service this one goes on from.

    Emergency services count together until a contract of the owners' own has begun between them: so neither a
    prolongation nor another enterprise makes the six months begin anew.

    Args:
        emergencies: First days of the area's emergency services that served at all, whether ended or not.
        contracts: First days of the area's service contracts.
    """
    since = max((day for day in contracts if day <= start_on), default=date.min)
    return min((day for day in emergencies if since <= day), default=start_on)


def last_day(start_on: date, *, begin: date, contracts: Iterable[date], months: int) -> date:
    """Return the last day emergency service may have: of its gap, and never into a contract that is signed.

    Args:
        begin: First day of the gap, see ``gap_begin``.
        contracts: First days of the area's service contracts.
        months: Rule H12.
    """
    coming = (day for day in contracts if day > start_on)
    return min([contract.end_on(begin, months), *(day - timedelta(days=1) for day in coming)])


def served(start_on: date, ended_on: date | None) -> bool:
    """Say whether an emergency service served or still may: one that ended before it began never did."""
    return ended_on is None or ended_on >= start_on


def check(asked: Appointment, *, last: date, months: int, today: date) -> None:
    """Refuse an appointment that the rules do not allow; everything that is wrong is named at once.

    Args:
        last: See ``last_day``.
        months: Rule H12.

    Raises:
        FindingsError: Dates, length, services or words.
    """
    if found := [*_findings(asked, last, months, today)]:
        raise FindingsError(found)


def _findings(asked: Appointment, last: date, months: int, today: date) -> Iterator[MarketError]:
    if not asked.services:
        yield NoServicesError(field="services")
    for name in ("reasons", "content", "fees"):
        if not getattr(asked, name).strip():
            yield WordsMissingError(field=name)
    if asked.start_on < today:
        yield EmergencyOrderError(
            field="start_on", start_on=asked.start_on.isoformat(), today=today.isoformat()
        )
    if asked.end_on < asked.start_on:
        yield EmergencyOrderError(
            field="end_on", start_on=asked.start_on.isoformat(), today=today.isoformat()
        )
    if asked.end_on > last:
        yield EmergencyTooLongError(
            field="end_on", end_on=asked.end_on.isoformat(), last=last.isoformat(), months=months
        )


def shortened(start_on: date, end_on: date, *, contract_start: date, today: date) -> date:
    """Return the last day once a contract is signed: the day before it begins, never one that has passed."""
    return min(end_on, max(start_on, today, contract_start - timedelta(days=1)))


def due(stage: Stage, end_on: date) -> datetime | None:
    """Return when the clock ends it."""
    return period.end_of_day(end_on) if stage is Stage.ACTIVE else None


def duties(stage: Stage, start_on: date, end_on: date) -> tuple[Duty, ...]:
    """Return what must happen while it lasts: the owners decide to hire, and the street sees to it."""
    if stage is not Stage.ACTIVE:
        return ()
    whats: Collection[tuple[Side, str]] = ((Side.COMMITTEE, "hire"), (Side.STREET, "see-to-hiring"))
    return tuple(Duty(side=side, what=what, since=start_on, until=end_on, rule=RULE) for side, what in whats)
