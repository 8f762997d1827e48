"""An uploaded table as cells, read off the event loop: XLSX or CSV, whichever it is."""

import asyncio
from collections.abc import Sequence

from credit.domain.bulk import cells
from credit.domain.bulk.cells import Column, Row
from market.kernel.errors import MarketError
from market.runtime import sheets, workbooks


async def read(
    data: bytes, columns: Sequence[Column], *, sheet: str, limit: int, rows: int
) -> tuple[list[Row], list[MarketError]]:
    """Return the rows of a file and every wrong cell.

    Args:
        sheet: The sheet of a workbook that is read, if there is one of this name; else the first.
        limit: Largest size, bytes.
        rows: Most rows.

    Raises:
        WorkbookError, SheetError, TableError: The file as a whole cannot be read.
    """
    return await asyncio.to_thread(_read, data, columns, sheet, limit, rows)


def _read(
    data: bytes, columns: Sequence[Column], sheet: str, limit: int, rows: int
) -> tuple[list[Row], list[MarketError]]:
    if not workbooks.is_workbook(data):
        return cells.read(sheets.rows(data, field="file", limit=limit), columns, rows=rows)
    pages = workbooks.read(data, field="file", limit=limit, rows=rows + 1)
    page = pages.get(sheet) or next(iter(pages.values()), [])
    return cells.read([[workbooks.text(cell) for cell in line] for line in page], columns, rows=rows)
