"""Workbooks that people upload: opened only where they stay small when unpacked, never interpreted here.

A workbook is a ZIP of XML. Its parts are unpacked with a counter before anything reads them, because sizes a
ZIP names may lie; and the places its cells name are looked at first, because a reader lays out the whole
rectangle between them, and two cells can name one of seventeen thousand million.
"""

import io
import re
import zipfile
from datetime import date, datetime, time
from typing import ClassVar, Final

import python_calamine

from market.kernel.errors import InvalidInputError

PARTS_MOST: Final = 200
COLUMNS_MOST: Final = 200
SWELLING: Final = 10
"""A workbook may be so many times its own limit when unpacked."""

_BITE = 1 << 20
_MARK = b"PK\x03\x04"
_SHEET = re.compile(rb"<(?:\w+:)?sheetData\b")
_PLACE = re.compile(rb"""\sr\s*=\s*["']([^"']*)["']""")
_CELL = re.compile(rb"([A-Z]{0,3})([0-9]{1,7})")
_OTHER_KINDS = ("content.xml", "xl/workbook.bin")


class WorkbookError(InvalidInputError):
    """The file is no XLSX workbook, or too large when unpacked; ``context["why"]`` says which."""

    code: ClassVar[str] = "workbook-unreadable"


def is_workbook(data: bytes) -> bool:
    """Say whether a file says that it is a workbook; anything else may be text."""
    return data.startswith(_MARK)


def read(data: bytes, *, field: str, limit: int, rows: int) -> dict[str, list[list[object]]]:
    """Return the cells of each sheet, row by row from the first, as the file holds them.

    Args:
        field: The input a refusal speaks of.
        limit: Largest size in bytes; unpacked ten times as many.
        rows: Most rows of a sheet, headings included.

    Raises:
        WorkbookError: As named.
    """
    if len(data) > limit:
        raise _wrong("too-large", field)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            _look(packed, field=field, limit=limit * SWELLING, rows=rows)
        book = python_calamine.load_workbook(io.BytesIO(data))
        pages = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names
        }
    except (
        zipfile.BadZipFile,
        python_calamine.CalamineError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        EOFError,
        OSError,
    ) as problem:
        raise _wrong("no-workbook", field) from problem
    return {name: [[*line] for line in page] for name, page in pages.items()}


def text(cell: object) -> str | None:
    """Return a cell as text; ``None`` for a decimal, which may have been rounded on its way."""
    match cell:
        case None | bool():
            return {None: "", True: "yes", False: "no"}[cell]
        case datetime():
            return (cell.date() if cell.time() == time() else cell).isoformat()
        case date():
            return cell.isoformat()
        case float():
            return str(int(cell)) if cell.is_integer() else None
        case _:
            return str(cell).strip()


def _look(packed: zipfile.ZipFile, *, field: str, limit: int, rows: int) -> None:
    parts = packed.infolist()
    names = {one.filename for one in parts}
    if "xl/workbook.xml" not in names or names & set(_OTHER_KINDS):
        raise _wrong("no-workbook", field)
    if len(parts) > PARTS_MOST:
        raise _wrong("too-large", field)
    left = limit
    for one in parts:
        body = bytearray()
        with packed.open(one) as unpacked:
            while bite := unpacked.read(_BITE):
                left -= len(bite)
                if left < 0:
                    raise _wrong("too-large", field)
                body += bite
        if _SHEET.search(body):
            _check_places(body, field=field, rows=rows)


def _check_places(sheet: bytearray, *, field: str, rows: int) -> None:
    """Refuse a sheet that names a cell or row beyond what a table may have."""
    for found in _PLACE.finditer(sheet):
        place = _CELL.fullmatch(found[1])
        if place is None:
            raise _wrong("no-workbook", field)
        if int(place[2]) > rows or _column(place[1]) > COLUMNS_MOST:
            raise _wrong("too-many", field)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _wrong(wrong: str, field: str) -> WorkbookError:
    return WorkbookError(wrong, field=field, why=wrong)
