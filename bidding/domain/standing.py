"""An enterprise's standing: what another wing knows about it that decides whether and how it may bid."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime

import msgspec


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an enterprise at one instant.

    Attributes:
        barred: An authority's ban from tendering is in force (BL 53, 54, 60).
        listed: It stands on the exit list, which by itself bars nobody (BPR 68).
        reason: Code of what is in force; empty when nothing is.
        source: The clause it rests on.
        until: When it ends.
        grade: Published grade, ``None`` for a newcomer.
        tender_points: E without local awards, centi-points, ``None`` for a newcomer (neutral value).
        snapshot: Id of the published figures this was read from.
    """

    barred: bool = False
    listed: bool = False
    reason: str = ""
    source: str = ""
    until: datetime | None = None
    grade: str | None = None
    tender_points: int | None = None
    snapshot: str = ""

    def excluded(self, *, by_ban: bool, by_document: bool) -> bool:
        """Say whether a bid is refused for whose it is.

        Args:
            by_ban: The procedure refuses banned enterprises by law.
            by_document: The tender document says that banned and listed enterprises are refused.
        """
        return (self.barred and by_ban) or ((self.barred or self.listed) and by_document)


class Reward(msgspec.Struct, frozen=True, kw_only=True):
    """A reward an authority issued: its names, who issued it, until when, and the clause."""

    name_zh: str
    name_en: str
    authority: str
    to_on: date
    source: str


class Background(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a bidder beside its bid, for who compares bids; nothing of it excludes by itself.

    Attributes:
        page: Address of the page that says why.
        grade: Published grade today; ``None`` for a newcomer.
        listed_until: First day off the exit list; ``None`` when not on it.
        alerts: Names of listed enterprises it shares a representative or controller with.
        manager_until: First day the named project manager is recommended again; ``None`` when nothing stands.
    """

    page: str
    grade: str | None = None
    listed_until: date | None = None
    alerts: tuple[str, ...] = ()
    manager_until: date | None = None
    rewards: tuple[Reward, ...] = ()


BackgroundOf = Callable[[int, str, datetime], Awaitable[Background]]
"""Who is the enterprise, which registration number does its bid name as project manager, and when."""

StandingOf = Callable[[int, datetime], Awaitable[Standing]]
