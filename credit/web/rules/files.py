"""A rule set as a file: TOML and XLSX, out and in again without losing a character.

In a workbook every table is a sheet under its name and every cell is text; a number that a spreadsheet
program made of a text is taken back only where it is whole, for a decimal may have been rounded on the way.
"""

import io
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import tomli_w
import xlsxwriter
from litestar.response import Response

from credit.domain.cells.cell import CatalogueRowError, refuse
from credit.domain.rules import sheet
from credit.domain.rules.sheet import Sheets, Table, misfit
from market.kernel.errors import InvalidInputError, MarketError
from market.runtime import workbooks
from market.runtime.web import export

TOML = "application/toml"
LARGEST = 4 << 20
"""Bytes of a file."""
MOST_ROWS = 2_000

Rows = dict[Table, list[dict[str, str]]]


class RulesFileError(InvalidInputError):
    """The file is no TOML document or workbook, or too large to be a rule set."""

    code: ClassVar[str] = "credit-rules-file"


def answer(sheets: Sheets, *, kind: str, name: str) -> Response[bytes]:
    """Return a rule set as a file to keep.

    Args:
        kind: ``"xlsx"``; anything else gives TOML.
        name: File name without ending.
    """
    ending, body, media = (
        ("xlsx", as_xlsx(sheets), export.XLSX) if kind == "xlsx" else ("toml", as_toml(sheets), TOML)
    )
    disposition = f'attachment; filename="{name}.{ending}"'
    return Response(body, media_type=media, headers={"content-disposition": disposition})


def as_toml(sheets: Sheets) -> bytes:
    """Return a TOML document: one array of tables for each table, cells that say nothing left out."""
    return tomli_w.dumps(sheets.body).encode()


def as_xlsx(sheets: Sheets) -> bytes:
    """Return a workbook of one sheet for each table; every cell is text."""
    stream = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(stream, options) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": "@"})
        for table in Table:
            page = book.add_worksheet(table.value)
            for place, name in enumerate(sheet.names(table)):
                page.write_string(0, place, name, bold)
            for line, row in enumerate(sheets.of(table), start=1):
                for place, cell in enumerate(row):
                    page.write_string(line, place, cell, text)
            page.freeze_panes(1, 1)
    return stream.getvalue()


def read(data: bytes) -> Sheets:
    """Return the tables of a file, a workbook or TOML, whichever it is.

    Raises:
        RulesFileError: It is neither, or too large.
        CatalogueError: A table or column is missing or unknown, a cell is no text; with every finding.
    """
    if len(data) > LARGEST:
        raise RulesFileError("too large", wrong="too-large", field="file")
    return read_xlsx(data) if data.startswith(b"PK") else read_toml(data)


def read_toml(data: bytes) -> Sheets:
    """Return the tables of a TOML document.

    Raises:
        RulesFileError: It is not TOML.
        CatalogueError: With every finding.
    """
    try:
        found = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as problem:
        raise RulesFileError(str(problem), wrong="no-toml", field="file") from problem
    findings: list[MarketError] = []
    rows: Rows = {}
    for name, value in found.items():
        table = _table(name, findings)
        if table is None:
            continue
        if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
            findings.append(misfit(table, "", "no-table"))
            continue
        lines = (dict(each) for each in value)
        rows[table] = [_row(table, n, line, findings) for n, line in enumerate(lines, start=2)]
    return _whole(rows, findings)


def read_xlsx(data: bytes) -> Sheets:
    """Return the tables of a workbook.

    Raises:
        RulesFileError: It is no workbook.
        CatalogueError: With every finding.
    """
    try:
        pages = workbooks.read(data, field="file", limit=LARGEST, rows=MOST_ROWS + 1)
    except workbooks.WorkbookError as problem:
        raise RulesFileError(str(problem), wrong=problem.context["why"], field="file") from problem
    findings: list[MarketError] = []
    rows: Rows = {}
    for name, page in pages.items():
        table = _table(name, findings)
        if table is not None:
            rows[table] = list(_lines(table, page, findings))
    return _whole(rows, findings)


def _lines(
    table: Table, page: Sequence[Sequence[object]], findings: list[MarketError]
) -> Iterator[dict[str, str]]:
    headings = [str(each).strip() for each in page[0]] if page else []
    twice = sorted({each for each in headings if each and headings.count(each) > 1})
    findings += [misfit(table, name, "column-twice") for name in twice]
    body = [list(row) for row in page[1:]]
    while body and not any(each not in ("", None) for each in body[-1]):
        body.pop()
    for number, row in enumerate(body, start=2):
        line = {name: each for name, each in zip(headings, row, strict=False) if name}
        yield _row(table, number, line, findings)


def _table(name: str, findings: list[MarketError]) -> Table | None:
    try:
        return Table(name)
    except ValueError:
        findings.append(CatalogueRowError("unknown table", **_place(name, 1, "", ""), wrong="unknown-table"))
        return None


def _place(table: str, row: int, column: str, value: str) -> dict[str, Any]:
    return {"table": table, "row": row, "column": column, "key": "", "value": value[:80]}


def _row(
    table: Table, number: int, line: Mapping[str, object], findings: list[MarketError]
) -> dict[str, str]:
    known, read_cells = sheet.names(table), {}
    for name, value in line.items():
        text = _text(value)
        wrong = "unknown-column" if name not in known else "no-text" if text is None else ""
        if wrong and not (name not in known and text == ""):
            place = _place(table.value, number, name, str(value))
            findings.append(CatalogueRowError(wrong, field=f"{table}.{number}.{name}", wrong=wrong, **place))
        elif text is not None:
            read_cells[name] = text
    return read_cells


def _text(value: object) -> str | None:
    """Return a cell's text; ``None`` for what may have lost something on its way."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return {None: "", True: "yes", False: "no"}[value]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int) else None


def _whole(rows: Rows, findings: list[MarketError]) -> Sheets:
    findings += [misfit(table, "", "missing-table") for table in Table if table not in rows]
    findings += [misfit(table, "", "too-many") for table, lines in rows.items() if len(lines) > MOST_ROWS]
    refuse(findings)
    return sheet.of_rows(rows)
