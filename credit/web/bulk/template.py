"""Empty tables to fill in: headings in both languages, what a column takes, the items one may draft."""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from litestar.response import Response

from credit.domain.bulk.cells import Column
from credit.domain.catalogue import Item
from market.kernel.share import decimal
from market.runtime.web import export, i18n

Cells = Sequence[Sequence[str]]


def answer(name: str, sheets: Sequence[tuple[str, Cells]]) -> Response[bytes]:
    """Return a workbook of these sheets as a file to keep; every cell is text, the first row its heading."""
    stream = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(stream, options) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@"})
        for title, rows in sheets:
            page = book.add_worksheet(title)
            width = max(map(len, rows))
            page.set_column(0, width - 1, 18, text)
            for line, row in enumerate(rows):
                for place, cell in enumerate(row):
                    page.write_string(line, place, cell, text if line else bold)
            page.freeze_panes(1, 0)
    disposition = f'attachment; filename="{name}.xlsx"'
    return Response(stream.getvalue(), media_type=export.XLSX, headers={"content-disposition": disposition})


def heading(columns: Iterable[Column]) -> list[str]:
    """Return headings that people read in both languages and the import reads by its own name."""
    return [f"{c.zh}\n{_english(c.name)}\n{c.name}" for c in columns]


def meanings(columns: Iterable[Column], *, key: str) -> list[list[str]]:
    """Return what each column takes, in both languages.

    Args:
        key: Beginning of the texts, one a column.
    """
    head = ["column", "needed", "中文", "English"]
    return [
        head,
        *(
            [
                c.name,
                "是 / yes" if c.needed else "",
                *(i18n.text(f"{key}{c.name}", {}, locale=locale) for locale in i18n.LOCALES),
            ]
            for c in columns
        ),
    ]


def items(found: Iterable[Item]) -> list[list[str]]:
    """Return the items as a table."""
    head = [
        "item_code",
        "中文",
        "English",
        "subject",
        "severity",
        "points",
        "recorder",
        "condition",
        "source",
    ]
    return [
        head,
        *(
            [
                item.code,
                item.name_zh,
                item.name_en,
                item.subject.value,
                item.severity.value,
                decimal(item.points),
                item.min_recorder.value,
                item.condition.text if item.condition else "",
                item.source,
            ]
            for item in found
        ),
    ]


def _english(name: str) -> str:
    words = i18n.label("field", name, locale=i18n.ENGLISH)
    return words[:1].upper() + words[1:]
