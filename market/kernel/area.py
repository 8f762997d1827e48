"""Floor area: integer hundredths of a square metre."""

import re
from typing import ClassVar, NewType

from market.kernel.errors import InvalidInputError

CentiSquareMetre = NewType("CentiSquareMetre", int)

_METRES = re.compile(r"(?P<whole>\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(?P<part>\d{1,2}))?", re.ASCII)


class AreaError(InvalidInputError):
    """A text is not an area in square metres with at most two decimals."""

    code: ClassVar[str] = "area-form"


def square_metres(text: str) -> CentiSquareMetre:
    """Read an area such as ``"89.75"`` in m².

    Raises:
        AreaError: More than two decimals, a sign, or anything that is not a number.
    """
    match = _METRES.fullmatch(text.strip())
    if match is None:
        raise AreaError("an area is written in square metres with at most two decimals", value=text)
    part = (match["part"] or "").ljust(2, "0")
    return CentiSquareMetre(int(match["whole"].replace(",", "")) * 100 + int(part))


def format_area(area: int) -> str:
    """Write hundredths of a square metre as ``1,234.50 m²``."""
    whole, part = divmod(area, 100)
    return f"{whole:,}.{part:02d} m²"
