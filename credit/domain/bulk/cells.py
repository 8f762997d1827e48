"""Cells of an uploaded table: headings in two languages, values by kind, one finding for each wrong cell."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

import msgspec

from market.kernel.errors import InvalidInputError, MarketError
from market.kernel.period import SHANGHAI

Value = str | int | bool | date | datetime | None


class Kind(StrEnum):
    """How a cell is read."""

    TEXT = "text"
    WHOLE = "whole"
    DAY = "day"
    INSTANT = "instant"
    YES = "yes"
    DIGEST = "digest"
    CHOICE = "choice"


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column of a table.

    Attributes:
        zh: Its heading in Chinese; ``name`` is understood as well.
        needed: An empty cell is a finding.
        most: Longest text, or largest number.
        choices: What people write -> what it means, for ``Kind.CHOICE``.
    """

    name: str
    zh: str
    kind: Kind = Kind.TEXT
    needed: bool = False
    most: int = 80
    choices: Mapping[str, str] = {}


class TableError(InvalidInputError):
    """The file as a whole is no such table: headings missing or twice, no rows, too many."""

    code: ClassVar[str] = "credit-table"


class CellError(InvalidInputError):
    """A cell does not hold what its column must; ``context["wrong"]`` says why."""

    code: ClassVar[str] = "credit-cell"
    source = "api"


class Row(msgspec.Struct, frozen=True):
    """One line of a file and its values by column; a wrong or empty cell has none."""

    line: int
    values: dict[str, Value]


_YES = {
    "yes": True,
    "true": True,
    "1": True,
    "是": True,
    "no": False,
    "false": False,
    "0": False,
    "否": False,
}
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_HEADING = re.compile(r"[\n\r/|()（）]+")
_WHOLE_MOST = 18


def read(
    cells: Sequence[Sequence[str | None]], columns: Sequence[Column], *, rows: int
) -> tuple[list[Row], list[MarketError]]:
    """Return the rows of a table, blank ones left out, and every wrong cell.

    Args:
        cells: Text of each cell, headings first; ``None`` is a decimal.
        rows: Most rows.

    Raises:
        TableError: As named.
    """
    heading = _headings(cells[0] if cells else (), columns)
    found = [
        (number, line) for number, line in enumerate(cells[1:], start=2) if any(cell != "" for cell in line)
    ]
    if not found:
        raise TableError("no rows", field="file", wrong="no-rows", named="")
    if len(found) > rows:
        raise TableError("too many rows", field="file", wrong="too-many-rows", named=str(rows))
    findings: list[MarketError] = []
    return [_row(number, line, heading, findings) for number, line in found], findings


def at(error: MarketError, line: int, column: str) -> MarketError:
    """Return a refusal as a finding about a row: in the column it names itself, else in *column*."""
    own = error.field.rpartition(".")[2] if error.field else ""
    error.field = f"rows.{line}.{own or column}"
    error.context = {**error.context, "line": line}
    return error


def _headings(line: Sequence[str | None], columns: Sequence[Column]) -> dict[int, Column]:
    known = {key: column for column in columns for key in (column.name, column.zh)}
    heading: dict[int, Column] = {}
    unknown: list[str] = []
    for place, cell in enumerate(line):
        parts = [part.strip().lower() for part in _HEADING.split(cell or "")]
        column = next((known[part] for part in parts if part in known), None)
        if column is not None:
            heading[place] = column
        elif cell:
            unknown.append(cell.strip()[:40])
    named = [column.name for column in heading.values()]
    wrong = {
        "headings-unknown": unknown,
        "headings-twice": sorted({name for name in named if named.count(name) > 1}),
        "headings-missing": [c.name for c in columns if c.needed and c.name not in named],
    }
    for why, which in wrong.items():
        if which:
            raise TableError(why, field="file", wrong=why, named=", ".join(which))
    return heading


def _row(
    number: int, line: Sequence[str | None], heading: Mapping[int, Column], findings: list[MarketError]
) -> Row:
    values: dict[str, Value] = {}
    for place, column in heading.items():
        cell = line[place] if place < len(line) else ""
        try:
            values[column.name] = _value(column, cell)
        except CellError as wrong:
            findings.append(at(wrong, number, column.name))
            values[column.name] = None
    return Row(number, values)


def _wrong(column: Column, why: str, text: str | None) -> CellError:
    return CellError(why, field=column.name, wrong=why, value=(text or "")[:40], most=column.most)


def _value(column: Column, cell: str | None) -> Value:
    if cell is None:
        raise _wrong(column, "decimal", cell)
    text = cell.strip()
    if "\0" in text:
        raise _wrong(column, "characters", "")
    if not text:
        if column.needed:
            raise _wrong(column, "empty", text)
        return None
    return _READERS[column.kind](column, text)


def _text(column: Column, text: str) -> Value:
    if len(text) > column.most:
        raise _wrong(column, "long", text)
    return text


def _whole(column: Column, text: str) -> Value:
    plain = text.replace(",", "")
    if not (plain.isascii() and plain.isdecimal() and len(plain) <= _WHOLE_MOST):
        raise _wrong(column, "whole", text)
    if int(plain) > column.most:
        raise _wrong(column, "bounds", text)
    return int(plain)


def _day(column: Column, text: str) -> Value:
    found = _DAY.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else date.fromisoformat(text)
    except ValueError:
        raise _wrong(column, "day", text) from None


def _instant(column: Column, text: str) -> Value:
    """Read an instant; one without a zone is Beijing's, and a day alone is none."""
    try:
        if re.search(r"\d[ T]\d{1,2}:\d\d", text) is None:
            raise ValueError(text)  # noqa: TRY301 - one refusal for both
        made = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise _wrong(column, "instant", text) from None
    return made if made.tzinfo else made.replace(tzinfo=SHANGHAI)


def _yes(column: Column, text: str) -> Value:
    if text.lower() not in _YES:
        raise _wrong(column, "yes-no", text)
    return _YES[text.lower()]


def _digest(column: Column, text: str) -> Value:
    if re.fullmatch(r"[0-9a-f]{64}", text.lower()) is None:
        raise _wrong(column, "digest", text)
    return text.lower()


def _choice(column: Column, text: str) -> Value:
    if text.lower() not in column.choices:
        raise _wrong(column, "choice", text)
    return column.choices[text.lower()]


_READERS = {
    Kind.TEXT: _text,
    Kind.WHOLE: _whole,
    Kind.DAY: _day,
    Kind.INSTANT: _instant,
    Kind.YES: _yes,
    Kind.DIGEST: _digest,
    Kind.CHOICE: _choice,
}
