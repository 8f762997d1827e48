"""Uploaded workbooks: read as they are, refused before they swell, whatever they say of their own size."""

import io
import struct
import zipfile

import pytest
import xlsxwriter

from market.runtime import workbooks
from market.runtime.workbooks import WorkbookError

LIMIT = 1 << 20


def a_book(*rows: tuple[object, ...]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("one")
        for line, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write(line, place, cell)
    return stream.getvalue()


def with_part(data: bytes, name: str, body: bytes) -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for one in old.infolist():
            if one.filename != name:
                new.writestr(one.filename, old.read(one))
        new.writestr(name, body)
    return stream.getvalue()


def read(data: bytes, *, limit: int = LIMIT) -> dict[str, list[list[object]]]:
    return workbooks.read(data, field="file", limit=limit, rows=100)


def why(data: bytes, *, limit: int = LIMIT) -> object:
    with pytest.raises(WorkbookError) as refused:
        read(data, limit=limit)
    return refused.value.context["why"]


def test_cells_come_as_they_are_and_a_decimal_is_no_text() -> None:
    (rows,) = read(a_book(("a", 1, 1.5, True), ("", "x "))).values()
    assert [[workbooks.text(cell) for cell in row] for row in rows] == [
        ["a", "1", None, "yes"],
        ["", "x", "", ""],
    ]


def test_what_swells_is_refused_before_it_is_read() -> None:
    bomb = with_part(a_book(("a",)), "xl/media/zeros.bin", b"0" * (11 * LIMIT))
    assert len(bomb) < LIMIT
    assert why(bomb) == "too-large"


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    honest = with_part(a_book(("a",)), "xl/media/zeros.bin", b"0" * (11 * LIMIT))
    size, lie = struct.pack("<I", 11 * LIMIT), struct.pack("<I", 1)
    assert why(honest.replace(size, lie)) == "no-workbook"


def test_two_cells_do_not_span_seventeen_thousand_million() -> None:
    far = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r=\'%d\'><c r="%s"><v>1</v></c></row>'
        b"</sheetData></worksheet>"
    )
    data = a_book(("a",))
    for row, cell in ((1_048_576, b"A1048576"), (2, b"XFD2"), (2, b"GS2")):
        assert why(with_part(data, "xl/worksheets/sheet1.xml", far % (row, cell))) == "too-many"
    assert read(with_part(data, "xl/worksheets/sheet1.xml", far % (100, b"GR100")))
    assert why(with_part(data, "xl/worksheets/sheet1.xml", far % (2, b"&#65;2"))) == "no-workbook"


def test_what_is_no_xlsx_is_refused() -> None:
    for name in ("content.xml", "xl/workbook.bin"):
        assert why(with_part(a_book(("a",)), name, b"")) == "no-workbook"
    assert why(b"PK\x03\x04rubbish") == "no-workbook"
    assert why(a_book(("a",)), limit=10) == "too-large"
