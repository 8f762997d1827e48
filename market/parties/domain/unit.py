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


class Head(msgspec.Struct, frozen=True):
    """One owner as heads are counted, with what they own together."""

    key_digest: str
    units: int
    area_centi: int
    developer: bool


class UnitFileError(InvalidInputError):
    """The file as a whole cannot be read as a list of units."""

    code: ClassVar[str] = "unit-file"


class UnitRowError(InvalidInputError):
    """A row of the list cannot be true."""

    code: ClassVar[str] = "unit-row"


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
        raise UnitFileError(f"headings missing: {missing}", field="file", missing=", ".join(missing))
    units: list[Unit] = []
    findings: list[UnitRowError] = []
    seen: Counter[tuple[str, str]] = Counter()
    for line, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        unit, wrong = _unit(dict(zip(heading, (cell.strip() for cell in row), strict=False)), line)
        key = (unit.building, unit.number)
        if not wrong and seen[key]:
            wrong = [_finding(line, "number", "twice")]
        seen[key] += 1
        findings += wrong
        units.append(unit)
    if not MOST_UNITS >= len(units) > 0:
        raise UnitFileError("no units, or too many", field="file", missing="", units=len(units))
    return units, findings


def _rows(data: bytes) -> Iterator[list[str]]:
    if len(data) > LARGEST_FILE:
        raise UnitFileError("too large", field="file", missing="", limit=LARGEST_FILE)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _safely(csv.reader(io.StringIO(text, newline="")))
    raise UnitFileError("neither UTF-8 nor GB 18030", field="file", missing="")


def _safely(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from rows
    except csv.Error as error:
        raise UnitFileError(str(error), field="file", missing="") from error


def _unit(cells: dict[str, str], line: int) -> tuple[Unit, list[UnitRowError]]:
    wrong = [
        _finding(line, name, "empty" if not cells.get(name) else "long")
        for name in ("building", "number", "owner")
        if not 0 < len(cells.get(name, "")) <= LONGEST or not cells[name].isprintable()
    ]
    area = 0
    try:
        area = square_metres(cells.get("area", ""))
    except AreaError:
        wrong.append(_finding(line, "area", "form"))
    else:
        if not 0 < area <= LARGEST_AREA_CENTI:
            wrong.append(_finding(line, "area", "range"))
    flag = cells.get("developer", "").lower()
    if flag not in YES | NO:
        wrong.append(_finding(line, "developer", "form"))
    unit = Unit(cells.get("building", ""), cells.get("number", ""), area, cells.get("owner", ""), flag in YES)
    return unit, wrong


def _finding(line: int, column: str, why: str) -> UnitRowError:
    """Name row and column, never the cell: it may hold a person's name."""
    return UnitRowError(
        f"line {line}, {column}: {why}", field=f"rows.{line}.{column}", line=line, column=column, why=why
    )


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
