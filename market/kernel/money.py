"""Money: integer fen, never a fraction of one."""

import re
from typing import ClassVar, NewType

from market.kernel.errors import InvalidInputError

Fen = NewType("Fen", int)

_YUAN = re.compile(r"(?P<whole>\d{1,3}(?:,\d{3})+|\d{1,14})(?:\.(?P<part>\d{1,2}))?", re.ASCII)


class MoneyError(InvalidInputError):
    """A text is not an amount of yuan with at most two decimals."""

    code: ClassVar[str] = "money-form"


def yuan(text: str) -> Fen:
    """Read an amount such as ``"1,234.50"`` or ``"1234.5"`` in yuan.

    Raises:
        MoneyError: More than two decimals, a sign, or anything that is not a number.
    """
    match = _YUAN.fullmatch(text.strip().removeprefix("¥").strip())
    if match is None:
        raise MoneyError("an amount is written in yuan with at most two decimals", value=text)
    part = (match["part"] or "").ljust(2, "0")
    return Fen(int(match["whole"].replace(",", "")) * 100 + int(part))


def format_fen(amount: int) -> str:
    """Write fen as ``¥1,234.50``."""
    sign = "-" if amount < 0 else ""
    whole, part = divmod(abs(amount), 100)
    return f"{sign}¥{whole:,}.{part:02d}"
