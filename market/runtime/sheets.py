"""Tables that people upload as CSV: decoded and split into cells, never interpreted here."""

import csv
import io
from collections.abc import Iterator
from typing import ClassVar, Final

from market.kernel.errors import InvalidInputError

ENCODINGS: Final = ("utf-8-sig", "gb18030")


class SheetError(InvalidInputError):
    """The file as a whole cannot be read as a CSV table."""

    code: ClassVar[str] = "sheet-unreadable"


def rows(data: bytes, *, field: str, limit: int) -> list[list[str]]:
    """Return the cells of a CSV file in UTF-8 or GB 18030, row by row.

    Args:
        field: The input a refusal speaks of.
        limit: Largest size, bytes.

    Raises:
        SheetError: Too large, not text, or broken quotes.
    """
    if len(data) > limit:
        raise SheetError("too large", field=field, limit=limit)
    for encoding in ENCODINGS:
        try:
            return list(_split(data.decode(encoding), field, limit))
        except UnicodeDecodeError:
            continue
    raise SheetError("neither UTF-8 nor GB 18030", field=field, limit=limit)


def _split(text: str, field: str, limit: int) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), strict=True)
    except csv.Error as error:
        raise SheetError(str(error), field=field, limit=limit) from error
