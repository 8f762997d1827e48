"""Files of records as people make them."""

import csv
import io
from collections.abc import Sequence
from datetime import timedelta

import xlsxwriter

from credit.domain.bulk import records
from market.parties import public as parties
from tests import factories_credit as credit

NAMES = tuple(column.name for column in records.COLUMNS)


async def a_row(world: credit.World, code: str = "N-GE-01", **more: str) -> dict[str, str]:
    """Return a row that may be taken over, about the world's project."""
    enterprise = await parties.organisation(world.enterprise.organisation)
    day = (credit.NOW.date() - timedelta(days=10)).isoformat()
    row = {
        "enterprise_code": enterprise.code or "",
        "item_code": code,
        "community": str(world.community),
        "fact_on": day,
        "facts": "生活垃圾连续三日未清运",
        "document_no": "虚构字〔2026〕1号",
        "document_on": day,
        "file_digest": credit.FILE,
    }
    return {**row, **more}


def as_csv(rows: Sequence[dict[str, str]], *, names: Sequence[str] = NAMES) -> bytes:
    """Return rows as a CSV file under our column names."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, names, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def as_xlsx(rows: Sequence[dict[str, object]], *, names: Sequence[str] = NAMES) -> bytes:
    """Return rows as a workbook; numbers stay numbers."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("records")
        heading: dict[str, object] = dict(zip(names, names, strict=True))
        for line, row in enumerate([heading, *rows]):
            for place, name in enumerate(names):
                sheet.write(line, place, row.get(name, ""))
    return stream.getvalue()
