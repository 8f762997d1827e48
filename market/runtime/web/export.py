"""Tables as files: CSV and XLSX of what a page shows."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Literal
from urllib.parse import quote

import xlsxwriter
from litestar.response import Response
from markupsafe import Markup

from market.kernel.period import SHANGHAI

Kind = Literal["csv", "xlsx"]

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet program takes for the start of a formula, full-width forms included."""


def answer(
    kind: Kind, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> Response[bytes]:
    """Return a table as a file to keep.

    Args:
        kind: Which file.
        name: File name without ending; Chinese is fine.
        columns: Headings.
        rows: Values; amounts as numbers where a reader may want to add them up.
    """
    body, media_type = (as_csv(columns, rows), CSV) if kind == "csv" else (as_xlsx(columns, rows), XLSX)
    disposition = f"attachment; filename=\"table.{kind}\"; filename*=UTF-8''{quote(f'{name}.{kind}')}"
    return Response(body, media_type=media_type, headers={"content-disposition": disposition})


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return RFC 4180 text with a byte order mark, which spreadsheet programs need to see UTF-8."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([_harmless(column) for column in columns])
    writer.writerows([_harmless(_plain(cell)) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def as_xlsx(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a workbook of one sheet; texts stay texts, whatever they begin with."""
    stream = io.BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "constant_memory": True,
        "in_memory": True,
    }
    with xlsxwriter.Workbook(stream, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "bottom": 1})
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column, bold)
        for line, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                value = _plain(cell)
                if isinstance(value, int):
                    sheet.write_number(line, place, value)
                else:
                    sheet.write_string(line, place, value)
        sheet.freeze_panes(1, 0)
    return stream.getvalue()


def _plain(cell: object) -> str | int:
    """Return a cell as text or number; instants in Beijing time, with the offset."""
    if cell is None:
        return ""
    if isinstance(cell, Markup):
        return cell.striptags()
    if isinstance(cell, datetime):
        return cell.astimezone(SHANGHAI).isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return cell if isinstance(cell, int) and not isinstance(cell, bool) else str(cell)


def _harmless(value: str | int) -> str | int:
    """Return a text that no spreadsheet program runs; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_TRIGGERS) else value
