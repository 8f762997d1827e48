"""Files of records over HTTP: the check in the reader's words, taking over, taking back, the empty table."""

import io

import pytest
import python_calamine

from tests import factories_credit as credit
from tests import pseudo
from tests.credit.bulk import sheets
from tests.credit.web.conftest import Browser, browser

pytestmark = pytest.mark.usefixtures("database")
__all__ = ["browser"]

PAGE = "/credit/record-imports"
API = "/api/credit/record-imports"


async def upload(
    browser: Browser, path: str, world: credit.World, data: bytes, name: str = "x.csv", **values: str
) -> str:
    answer = await browser.fill(path, world.district, values, files={"file": (name, data)})
    assert answer.status_code == 200, answer.text[-2000:]
    return str(answer.text)


async def test_a_file_is_checked_taken_over_and_taken_back_through_forms(browser: Browser) -> None:
    world = await credit.a_world()
    rows = [await sheets.a_row(world), await sheets.a_row(world, document_no="")]
    text = await upload(browser, f"{PAGE}/check?lang=x-pseudo", world, sheets.as_csv(rows))
    assert pseudo.foreign_texts(text) == []
    assert '<code translate="no">document_no</code>' in text
    assert "checked" not in text.partition("<main")[2].partition('name="checked"')[1]
    rows[1]["document_no"] = "虚构字〔2026〕2号"
    data = sheets.as_xlsx([dict(row) for row in rows])
    text = await upload(browser, f"{PAGE}/check?lang=x-pseudo", world, data, "x.xlsx")
    assert pseudo.foreign_texts(text) == []
    checked = text.partition('name="checked" value="')[2][:64]
    text = await upload(browser, PAGE, world, data, "x.xlsx", checked=checked, submit="true")
    (made,) = (await browser.read(API, world.district)).json()["items"]
    assert (made["rows"], made["submitted"], made["stage"]) == (2, True, "taken")
    assert f"{PAGE}/{made['id']}" in text
    text = await upload(browser, f"{PAGE}?lang=x-pseudo", world, data, "x.xlsx")
    assert pseudo.foreign_texts(text) == []
    for path in (PAGE, f"{PAGE}/{made['id']}"):
        page = await browser.get(f"{path}?lang=x-pseudo", world.district)
        assert (page.status_code, pseudo.foreign_texts(page.text)) == (200, [])
    undone = await browser.fill(f"{PAGE}/{made['id']}/undo", world.district, {"reasons": "误传"})
    assert undone.status_code == 303, undone.text
    shown = (await browser.read(f"{API}/{made['id']}", world.city)).json()
    assert shown["batch"]["stage"] == "undone"
    assert {line["stage"] for line in shown["lines"]["items"]} == {"withdrawn"}


async def test_what_the_interface_says_of_a_wrong_file(browser: Browser) -> None:
    world = await credit.a_world()
    await browser.token()
    browser.actor = world.district
    headers = {"x-csrftoken": await browser.token(), "accept": "application/json"}
    wrong = sheets.as_csv([await sheets.a_row(world, item_code="N-VS-10")])
    checked = await browser.client.post(f"{API}/check", content=wrong, headers=headers)
    assert checked.status_code == 200, checked.text
    assert checked.json()["new"] == 1
    (finding,) = checked.json()["findings"]["listed"][:1]
    assert (finding["field"], finding["code"]) == ("rows.2.item_code", "credit-below-recorder")
    refused = await browser.client.post(API, content=wrong, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (400, "credit-import-refused")
    for data, code in ((b"a,b\n1,2\n", "credit-table"), (b"PK\x03\x04rubbish", "workbook-unreadable")):
        answer = await browser.client.post(f"{API}/check", content=data, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_the_empty_table_has_headings_the_import_reads_and_the_items_one_may_draft(
    browser: Browser,
) -> None:
    world = await credit.a_world()
    answer = await browser.get(f"{PAGE}/template", world.street)
    book = python_calamine.load_workbook(io.BytesIO(answer.content))
    assert book.sheet_names == ["records", "items", "columns"]
    (heading,) = book.get_sheet_by_name("records").to_python()
    assert [str(cell).split("\n")[2] for cell in heading] == list(sheets.NAMES)
    items = {row[0] for row in book.get_sheet_by_name("items").to_python()[1:]}
    assert {"N-GE-01", "N-VS-10"} & items == {"N-GE-01"}
    row = await sheets.a_row(world)
    named = {str(cell): row.get(name, "") for cell, name in zip(heading, sheets.NAMES, strict=True)}
    data = sheets.as_csv([named], names=[*map(str, heading)])
    text = await upload(browser, f"{PAGE}/check", world, data)
    assert "checked" in text
