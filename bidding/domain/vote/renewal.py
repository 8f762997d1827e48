"""The terms owners vote on when they renew: what they name is decided, the rest stays (BPR 34, 47)."""

import re
from collections.abc import Collection, Iterator
from typing import ClassVar, Final

import msgspec

from bidding.domain.vote.matter import Key
from market.kernel.errors import MarketError, RuleError

LEFT_OUT: Final = 0
"""The level of an item that is no longer served."""

_ITEM: Final = r"(E[1-8]-[0-9]{2})[ =:]+([0-5])"
ITEMS: Final = rf"^\s*({_ITEM}(?:[\s,;]+|$))*$"
"""How people write items with their levels: ``E3-01 4``, one a line or parted by commas; 0 leaves one out."""


class RenewalMatterError(RuleError):
    """Terms are voted on with a renewal only."""

    code: ClassVar[str] = "renewal-matter"
    source = "BPR 34; CC 278"


class RenewalItemError(RuleError):
    """An item is not one of the service catalogue in force."""

    code: ClassVar[str] = "renewal-item"
    source = "BPR 34"


class Renewal(msgspec.Struct, frozen=True, kw_only=True):
    """Terms a decision to renew names.

    Attributes:
        price_fen: Fen a year; ``None``, like every other term that is not named, leaves it as it was.
        level: Service level 1 to 5.
        project_manager: Registration number; empty leaves it.
        levels: Item code to level, of the items that change; 0 leaves an item out.
    """

    price_fen: int | None = None
    months: int | None = None
    level: int | None = None
    project_manager: str = ""
    levels: dict[str, int] = {}


def items(text: str) -> dict[str, int]:
    """Read items with their levels as ``ITEMS`` has them written."""
    return {code: int(level) for code, level in re.findall(_ITEM, text)}


def findings(named: Renewal, matter: Key, known: Collection[str]) -> Iterator[MarketError]:
    """Yield what cannot be voted on: terms of another matter, items the catalogue does not know.

    Args:
        known: Codes of the items in the catalogue of the day.
    """
    if matter is not Key.RENEWAL:
        yield RenewalMatterError(field="matter", matter=matter.value)
    for code in named.levels:
        if code not in known:
            yield RenewalItemError(field="items", item=code)
