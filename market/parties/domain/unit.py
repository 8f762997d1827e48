"""Units of a residential area as a list of exclusive parts, and everything that is wrong with such a list."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import ClassVar

import msgspec

from market.kernel import digest
from market.kernel.area import AreaError, square_metres
from market.kernel.errors import FindingsError, InvalidInputError

LARGEST_FILE = 5 * 1024 * 1024
MOST_UNITS = 30_000
LONGEST = 40
LARGEST_AREA_CENTI = 100_000_00

COLUMNS = {
    "building": "building",
    "楼栋": "building",
    "number": "number",
    "房号": "number",
    "area": "area",
    "面积": "area",
    "owner": "owner",
    "业主": "owner",
    "developer": "developer",
    "未售": "developer",
}
"""Headings of the file -> what they mean; ``developer`` may be missing."""

REQUIRED = ("building", "number", "area", "owner")
YES = frozenset({"1", "yes", "y", "true", "是"})
NO = frozenset({"", "0", "no", "n", "false", "否"})


class Unit(msgspec.Struct, frozen=True):
    """One exclusive part.

    Attributes:
        owner: Whatever tells one owner from another in the file; it is never stored, only its salted digest.
        developer: Unsold or undelivered: all such parts are one head (SPC1 9).
    """

    building: str
    number: str
    area_centi: int
    owner: str
    developer: bool = False

    def __repr__(self) -> str:
        return f"Unit({self.building!r}, {self.number!r}, ***)"


class Head(msgspec.Struct, frozen=True):
    """One owner as heads are counted, with what they own together."""

    key_digest: str
    units: int
    area_centi: int
    developer: bool


class UnitFileError(InvalidInputError):
    """The file as a whole cannot be read as a list of units."""

    code: ClassVar[str] = "unit-file"


class UnitHeadingError(UnitFileError):
    """Headings are missing."""

    code: ClassVar[str] = "unit-file-heading"


class UnitCountError(UnitFileError):
    """The file has no units, more than the platform takes, or too many bytes."""

    code: ClassVar[str] = "unit-file-size"


class UnitRowError(InvalidInputError):
    """A row of the list cannot be true."""

    code: ClassVar[str] = "unit-row"


class UnitEmptyError(UnitRowError):
    """A cell is empty, or holds more than forty signs or one nobody can read."""

    code: ClassVar[str] = "unit-row-text"


class UnitAreaFormError(UnitRowError):
    """An area is not a number of square metres with at most two decimals."""

    code: ClassVar[str] = "unit-row-area-form"


class UnitAreaRangeError(UnitRowError):
    """An area is nothing, or larger than any unit."""

    code: ClassVar[str] = "unit-row-area-range"


class UnitFlagError(UnitRowError):
    """A mark says neither yes nor no."""

    code: ClassVar[str] = "unit-row-flag"


class UnitTwiceError(UnitRowError):
    """A number stands twice in one building."""

    code: ClassVar[str] = "unit-row-twice"


def read(data: bytes) -> tuple[list[Unit], list[UnitRowError]]:
    """Return the units of a CSV file and a finding for everything wrong in any row.

    Args:
        data: UTF-8 or GB 18030, with a heading row in Chinese or English.

    Raises:
        UnitFileError: Too large, not text, or without the headings.
    """
    rows = _rows(data)
    heading = [COLUMNS.get(name.strip().lower(), "") for name in next(rows, [])]
    missing = [name for name in REQUIRED if name not in heading]
    if missing:
        raise UnitHeadingError(f"headings missing: {missing}", field="file", missing=", ".join(missing))
    units: list[Unit] = []
    findings: list[UnitRowError] = []
    seen: Counter[tuple[str, str]] = Counter()
    for line, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        unit, wrong = _unit(dict(zip(heading, (cell.strip() for cell in row), strict=False)), line)
        key = (unit.building, unit.number)
        if not wrong and seen[key]:
            wrong = [_finding(UnitTwiceError, line, "number")]
        seen[key] += 1
        findings += wrong
        units.append(unit)
    if not MOST_UNITS >= len(units) > 0:
        raise UnitCountError("no units, or too many", field="file", most=MOST_UNITS)
    return units, findings


def _rows(data: bytes) -> Iterator[list[str]]:
    if len(data) > LARGEST_FILE:
        raise UnitCountError("too large", field="file", most=MOST_UNITS)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _safely(csv.reader(io.StringIO(text, newline="")))
    raise UnitFileError("neither UTF-8 nor GB 18030", field="file")


def _safely(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from rows
    except csv.Error as error:
        raise UnitFileError(str(error), field="file") from error


def _unit(cells: dict[str, str], line: int) -> tuple[Unit, list[UnitRowError]]:
    wrong = [
        _finding(UnitEmptyError, line, name)
        for name in ("building", "number", "owner")
        if not 0 < len(cells.get(name, "")) <= LONGEST or not cells[name].isprintable()
    ]
    area = 0
    try:
        area = square_metres(cells.get("area", ""))
    except AreaError:
        wrong.append(_finding(UnitAreaFormError, line, "area"))
    else:
        if not 0 < area <= LARGEST_AREA_CENTI:
            wrong.append(_finding(UnitAreaRangeError, line, "area"))
    flag = cells.get("developer", "").lower()
    if flag not in YES | NO:
        wrong.append(_finding(UnitFlagError, line, "developer"))
    unit = Unit(cells.get("building", ""), cells.get("number", ""), area, cells.get("owner", ""), flag in YES)
    return unit, wrong


def _finding(kind: type[UnitRowError], line: int, column: str) -> UnitRowError:
    """Name row and column, never the cell: it may hold a person's name."""
    return kind(f"line {line}, {column}", field=f"rows.{line}.{column}", line=line)


def refuse(findings: list[UnitRowError]) -> None:
    """Refuse a list in which anything is wrong, with every finding.

    Raises:
        FindingsError: At least one row is wrong.
    """
    if findings:
        raise FindingsError(list(findings))


DEVELOPER_HEAD = "developer"


def head_of(unit: Unit, salt: str) -> str:
    """Return the digest that stands for a unit's owner within one list."""
    owner = DEVELOPER_HEAD if unit.developer else f"owner:{unit.owner}"
    return digest.digest("owner-head", {"owner": owner, "salt": salt})


def heads(units: list[Unit], salt: str) -> list[Head]:
    """Return the owners as the law counts heads, by digest.

    One part is one owner; several parts of one buyer are one, and all unsold parts are one together; areas
    count in full (SPC1 9).
    """
    owned: dict[str, list[Unit]] = {}
    for unit in units:
        owned.setdefault(head_of(unit, salt), []).append(unit)
    return [
        Head(key, len(mine), sum(unit.area_centi for unit in mine), mine[0].developer)
        for key, mine in sorted(owned.items())
    ]


def list_digest(units: list[Unit], salt: str) -> str:
    """Return what the audit log knows of a list: any changed area or owner changes it."""
    rows = sorted([unit.building, unit.number, unit.area_centi, head_of(unit, salt)] for unit in units)
    return digest.digest("unit-list", rows)
