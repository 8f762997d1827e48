"""The shell's own pages: no text from elsewhere, both languages, static files, exports, paging."""

import csv
import io
import zipfile
from datetime import UTC, datetime

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from markupsafe import Markup

from market.runtime.web import charts, export, formats, i18n, live, paging
from tests.pseudo import foreign_texts

Client = TestClient[Litestar]
PAGE = {"accept": "text/html"}


@pytest.mark.parametrize("path", ["/design", "/docs/api", "/docs/errors", "/nowhere", "/page/refuse/rule"])
def test_every_text_comes_from_a_catalogue(client: Client, path: str) -> None:
    html = client.get(f"{path}?lang=x-pseudo", headers=PAGE).text
    assert "⟦" in html
    assert foreign_texts(html) == []


def test_the_checker_sees_what_it_should() -> None:
    assert foreign_texts("<p>⟦好⟧ <b>招标</b></p>") == ["招标"]
    assert foreign_texts('<p translate="no">Data <i>x</i></p><img alt="seal"><p>⟦a ⟦b⟧ c⟧ 3 · ¥</p>') == [
        "seal"
    ]
    assert foreign_texts("<title>⟦x⟧ loose</title><br><p>more</p>") == ["loose", "more"]


def test_the_language_switch_keeps_the_address(client: Client) -> None:
    html = client.get("/docs/errors?after=x&lang=zh").text
    assert 'href="/docs/errors?after=x&amp;lang=en"' in html
    assert '<html lang="zh-Hans">' in html
    assert '<html lang="en">' in client.get("/docs/errors?lang=en").text


def test_the_reference_lists_the_operations(client: Client) -> None:
    html = client.get("/docs/api").text
    assert "/api/offers" in html
    schema = client.get("/schema/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    assert client.get("/schema").json() == schema
    body = schema["paths"]["/api/offers"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/Offer"}
    assert schema["components"]["schemas"]["Offer"]["required"] == ["name", "price", "opens_at"]
    assert "#/components/schemas/Problem" in str(schema["paths"]["/api/offers"]["post"]["responses"]["4XX"])
    assert "integer (minimum 1, maximum 10000)" in html


def test_static_files_are_served_with_their_digests(client: Client) -> None:
    published = client.get("/static/digests").json()
    assert {"market.css", "market.js", "htmx.min.js", "fonts/NotoSansSC-Regular.otf"} <= published.keys()
    sheet = client.get("/static/market.css")
    assert sheet.headers["content-encoding"] == "gzip"
    again = client.get("/static/market.css", headers={"if-none-match": sheet.headers["etag"]})
    assert again.status_code == 304
    font = client.get("/static/fonts/NotoSansSC-Regular.otf")
    assert font.content[:4] == b"OTTO"
    assert "immutable" in font.headers["cache-control"]
    assert client.get("/static/../shell.py").status_code == 404
    assert client.get("/static/%2e%2e/shell.py").status_code == 404


def test_a_table_runs_no_formula() -> None:
    rows = [("=1+1", 305, None), (Markup("<b>安</b>"), -2, "@x")]
    read = list(csv.reader(io.StringIO(export.as_csv(["名称", "价", "备注"], rows).decode("utf-8-sig"))))
    assert read == [["名称", "价", "备注"], ["'=1+1", "305", ""], ["安", "-2", "'@x"]]
    with zipfile.ZipFile(io.BytesIO(export.as_xlsx(["名称", "价", "备注"], rows))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        texts = (
            book.read("xl/sharedStrings.xml").decode() if "xl/sharedStrings.xml" in book.namelist() else sheet
        )
    assert "=1+1" in texts
    assert "<f>" not in sheet
    answer = export.answer("csv", "投标", ["a"], [])
    assert answer.headers["content-disposition"].endswith("filename*=UTF-8''%E6%8A%95%E6%A0%87.csv")


def test_pages_follow_a_key() -> None:
    rows = list(range(3))
    page = paging.cut(rows, paging.Asked(limit=2), key=lambda row: (row, "x"), path="/l", query={"q": "a"})
    assert page.items == (0, 1)
    assert page.first is None
    assert page.more is not None
    after = page.more.partition("after=")[2]
    assert paging.place(after) == (1, "x")
    last = paging.cut(rows[2:], paging.Asked(after=(1, "x"), limit=2), key=lambda r: (r,), path="/l")
    assert (last.more, last.first) == (None, "/l?limit=2")
    with pytest.raises(paging.PlaceError):
        paging.place("?")


def test_values_are_written_alike_everywhere() -> None:
    i18n.load(["market.runtime"])
    moment = datetime(2027, 3, 1, 2, 0, 0, 412_000, tzinfo=UTC)
    assert formats.exact_text(moment) == "2027年3月1日 10:00:00.412 北京时间"
    with i18n.speaking("en"):
        assert formats.exact_text(moment) == "1 Mar 2027, 10:00:00.412 Beijing time"
        assert formats.duration(moment - datetime(2027, 2, 28, 1, 0, tzinfo=UTC)) == "1 day 1 hour"
    assert "−3.05" in formats.points(-305)
    assert 'translate="no"' in formats.money(123_450)
    assert "¥1,234.50" in formats.money(123_450)


def test_a_drawing_keeps_its_numbers() -> None:
    drawn = charts.bars([("甲", 100), ("乙", -50)])
    assert drawn.table == (("甲", "100"), ("乙", "-50"))
    assert drawn.marks[0].x == drawn.marks[1].x + drawn.marks[1].width
    assert charts.line([]).marks == ()
    assert charts.dots([("a", 1), ("b", 9)]).words[0].text == "b"


def test_parts_of_a_bar_stand_side_by_side_and_all_stand_in_the_table() -> None:
    drawn = charts.stacked(
        [("甲区", (("A", 30), ("B", 0), ("C", 10))), ("乙区", (("A", 1), ("B", 20), ("C", 0)))]
    )
    first, second = drawn.marks[:2]
    assert (first.kind, second.kind) == ("bar part-0", "bar part-2")
    assert second.x == first.x + first.width + 1
    assert drawn.table == (("甲区", "A 30 · B 0 · C 10"), ("乙区", "A 1 · B 20 · C 0"))
    assert [word.text for word in drawn.words] == ["甲区", "A 30", "C 10", "40", "乙区", "B 20", "21"]
    assert 'fill-opacity="0.45"' in charts.svg(drawn, "x")


def test_a_drawing_is_the_same_on_a_page_and_in_a_pdf_and_what_it_says_is_escaped() -> None:
    made = charts.svg(charts.line([("<甲>", 8_000, "80.00"), ("乙", 9_000, "90.00")]), 'a "b"')
    assert made.startswith('<svg viewBox="0 0 640 236" role="img" aria-label="a &#34;b&#34;"')
    assert "&lt;甲&gt;" in made
    assert made.count("<circle") == 2
    assert 'class="course" fill="none" stroke="#' in made


async def test_a_live_page_sends_changes_only() -> None:
    texts = iter([("a", False), ("a", False), ("b", True)])

    async def fragment() -> tuple[str, bool]:
        return next(texts)

    sent = [(m.event, m.data) async for m in live.changes(fragment, every=0)]
    assert sent == [("fragment", "a"), ("fragment", "b"), ("done", "")]
