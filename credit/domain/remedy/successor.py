"""The successor alert: an enterprise shares a person or an organisation with one on the exit list.

The alert is no listing and has no consequence by itself: no score, no grade, no bid depends on it. Whoever
reads it judges; the enterprise says its view beside it, the district closes it with reasons.
Source: rulebook 2.9, our own proposal; BLR 34 knows the same persons in charge and the same control.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import ClassVar

import msgspec

from market.kernel.errors import ConflictError, NotFoundError
from market.kernel.lifecycle import Lifecycle, Move
from market.kernel.period import add_months


class Stage(StrEnum):
    """Where an alert stands; that the listing ended is read from the listing."""

    OPEN = "open"
    CLOSED = "closed"


class Verb(StrEnum):
    """What moves it on."""

    CLOSE = "close"


LIFECYCLE: Lifecycle[Stage, Verb] = Lifecycle(
    "successor alert", Stage.OPEN, (Move(Stage.OPEN, Verb.CLOSE, Stage.CLOSED),)
)


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody represents or controls an enterprise between two days.

    Attributes:
        entry: Number of the statement in the register.
        enterprise_code: Social credit code of the enterprise it is about.
        identity: Whom it names: code of an organisation, or the platform's index of a person.
    """

    entry: int
    enterprise: int
    enterprise_code: str
    identity: str
    from_on: date
    to_on: date | None


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """A place on the exit list in force."""

    id: int
    enterprise: int
    enterprise_code: str
    listed_on: date


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """One holder shared with a listed enterprise.

    Attributes:
        entry: Statement about the enterprise that is warned of; ``None`` where it is itself the holder.
        listed_entry: Statement about the listed one; ``None`` where the listed one is itself the holder.
    """

    enterprise: int
    listing: int
    identity: str
    entry: int | None
    listed_entry: int | None

    @property
    def origin(self) -> str:
        """What makes it one alert, however often it is found."""
        return f"successor:{self.listing}:{self.enterprise}:{self.identity}"


class AlertClosedError(ConflictError):
    """The alert is closed, or its listing has ended."""

    code: ClassVar[str] = "credit-successor-closed"


class ViewGivenError(ConflictError):
    """The enterprise stated its view before."""

    code: ClassVar[str] = "credit-successor-view"


class AlertUnknownError(NotFoundError):
    """There is no such alert, or it may not be seen."""

    code: ClassVar[str] = "credit-successor-unknown"


def near(holding: Holding, listed_on: date, *, months: int) -> bool:
    """Say whether somebody held a place on any day from so many months before a listing to so many after."""
    begins, ends = add_months(listed_on, -months), add_months(listed_on, months)
    return holding.from_on < ends and (holding.to_on is None or holding.to_on > begins)


def matches(
    own: Sequence[Holding],
    listed: Sequence[Holding],
    listing: Listing,
    *,
    enterprise: tuple[int, str],
    months: int,
) -> Iterator[Match]:
    """Yield what an enterprise shares with a listed one within the term; each holder once.

    Args:
        own: Statements about the enterprise; ``listed``: about the listed one.
        enterprise: Its number and social credit code.
    """
    number, code = enterprise
    if number == listing.enterprise:
        return
    mine = _by_identity(own, listing, months)
    theirs = _by_identity(listed, listing, months)
    for identity in sorted(mine.keys() & theirs.keys()):
        yield _match(number, listing, identity, mine[identity], theirs[identity])
    if listing.enterprise_code in mine:
        yield _match(number, listing, listing.enterprise_code, mine[listing.enterprise_code], None)
    if code in theirs:
        yield _match(number, listing, code, None, theirs[code])


def _match(
    enterprise: int, listing: Listing, identity: str, own: Holding | None, theirs: Holding | None
) -> Match:
    return Match(
        enterprise=enterprise,
        listing=listing.id,
        identity=identity,
        entry=None if own is None else own.entry,
        listed_entry=None if theirs is None else theirs.entry,
    )


def _by_identity(holdings: Iterable[Holding], listing: Listing, months: int) -> dict[str, Holding]:
    """Return the newest statement of each holder within the term."""
    within = (each for each in holdings if near(each, listing.listed_on, months=months))
    return {each.identity: each for each in sorted(within, key=lambda one: one.entry)}
