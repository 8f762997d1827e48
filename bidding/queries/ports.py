"""Questions this wing asks of others; the composition root connects who answers."""

from datetime import datetime
from typing import ClassVar

from bidding.domain.standing import Background, BackgroundOf, Standing, StandingOf
from market.kernel.errors import UnavailableError


class NotConnectedError(UnavailableError):
    """Nobody answers questions about standing in this process, so nothing that rests on them is done."""

    code: ClassVar[str] = "standing-not-connected"


class _Process:
    standing_of: StandingOf | None = None
    background_of: BackgroundOf | None = None


def use(standing_of: StandingOf) -> None:
    """Connect who knows an enterprise's standing."""
    _Process.standing_of = staticmethod(standing_of)


def use_background(background_of: BackgroundOf) -> None:
    """Connect who knows what stands beside a bid."""
    _Process.background_of = staticmethod(background_of)


async def background_of(organisation: int, manager: str, at: datetime) -> Background | None:
    """Return what is known of a bidder and its manager; ``None`` where nobody was connected.

    It decides nothing, so a comparison is shown without it too.
    """
    if _Process.background_of is None:
        return None
    return await _Process.background_of(organisation, manager, at)


async def standing_of(organisation: int, at: datetime) -> Standing:
    """Return an enterprise's standing at an instant.

    Raises:
        NotConnectedError: The composition root connected nobody.
    """
    if _Process.standing_of is None:
        raise NotConnectedError("no standing is known here")
    return await _Process.standing_of(organisation, at)
