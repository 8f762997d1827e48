"""The list of tenders as a form without scripts: filters stay in every address, and bad values are named."""

import re
from html import unescape

import pytest

from bidding.domain.procedure import Stage
from bidding.queries import tender_lists
from market.kernel.actor import Actor
from tests import factories_bidding as make
from tests import factories_documents as documents
from tests.bidding.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")
HTML = {"accept": "text/html"}


async def test_filters_stay_in_pages_files_and_the_form(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    worlds = [
        await make.a_tender(at=Stage.PUBLISHED, content=documents.a_content(title=f"长阳里招标{n}"))
        for n in ("甲", "乙")
    ]
    first, last = (world.number for world in worlds)  # announced at one instant: by number
    browser.actor = Actor.public()
    monkeypatch.setattr(tender_lists, "PAGE", 1)
    asked = (
        "text=zhangyangli&division=110105&street=110105001"
        "&area_from=1,000.5&price_to=9&deadline_to=2026-04-01"
    )
    page = (await browser.get(f"/tenders?{asked}&procedure=&stage=", headers=HTML)).text
    assert first in page
    assert last not in page
    links = {unescape(link) for link in re.findall(r'href="(/tenders[^"]*\?[^"]*area_from[^"]*)"', page)}
    assert {link.partition("?")[0] for link in links} == {
        "/tenders",
        "/tenders/export/csv",
        "/tenders/export/xlsx",
    }
    for name, value in (("text", "zhangyangli"), ("area_from", "1,000.5"), ("deadline_to", "2026-04-01")):
        assert re.search(rf'name="{name}"[^>]*value="{value}"', page), name
    assert re.search(r'<option value="110105001" selected', page)
    following = next(link for link in links if "offset=1" in link)
    second = (await browser.get(following, headers=HTML)).text
    assert last in second
    assert first not in second
    csv = (await browser.get(next(link for link in links if "/csv" in link))).text
    assert all(number in csv for number in (first, last))
    none = (await browser.get(f"/tenders?{asked}&stage=bidding", headers=HTML)).text
    assert 'class="empty"' in none
    assert 'href="/tenders"' in none
    assert (await browser.get(f"/api/tenders?{asked}&stage=bidding")).json()["tenders"] == []
    listed = (await browser.get(f"/api/tenders?{asked}")).json()
    assert (listed["tenders"][0]["number"], listed["next_offset"]) == (first, 1)


@pytest.mark.parametrize(
    ("query", "field", "limit"),
    [
        ("area_from=-1", "area_from", "0"),
        ("area_to=2000000000", "area_to", "1,000,000,000.00 m²"),
        ("area_from=9&area_to=8.99", "area_to", "9.00 m²"),
        ("price_from=x", "price_from", ""),
        ("price_to=1000000.01", "price_to", "1,000,000.00"),
        ("deadline_from=1999-12-31", "deadline_from", "2000-01-01"),
        ("deadline_to=9999-12-31", "deadline_to", "2199-12-31"),
        ("deadline_from=2026-04-02&deadline_to=2026-04-01", "deadline_to", "2026-04-02"),
        ("stage=nowhere", "stage", ""),
        ("procedure=nowhere", "procedure", ""),
        ("division=Chaoyang", "division", "[0-9]{6,12}"),
        ("text=" + "x" * 81, "text", "80"),
        ("offset=-1", "offset", "0"),
    ],
)
async def test_a_value_that_cannot_be_meant_is_refused_with_field_and_limit(
    browser: Browser, query: str, field: str, limit: str
) -> None:
    browser.actor = Actor.public()
    for path in ("/api/tenders", "/tenders", "/tenders/export/csv"):
        answer = await browser.get(f"{path}?{query}")
        assert answer.status_code == 400, (path, answer.text)
        problem = answer.json()
        (one,) = problem.get("errors") or [problem]
        assert one["field"] == field
        assert limit in one["detail_en"]
        assert limit in one["detail_zh"]


async def test_the_description_of_the_interface_knows_the_filters(browser: Browser) -> None:
    document = (await browser.get("/schema/openapi.json")).json()
    parameters = document["paths"]["/api/tenders"]["get"]["parameters"]
    known = {one["name"]: one["schema"] for one in parameters if one["in"] == "query"}
    assert {"text", "division", "area_from", "price_to", "deadline_to", "offset"} <= set(known)
    assert known["area_from"] == {"type": "number", "minimum": 0}
