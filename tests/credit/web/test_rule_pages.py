"""Versions of the credit rules over HTTP: rows edited, files taken, two approvals, differences in words."""

import pytest

from credit.web.rules import files
from market.kernel.actor import Actor, Role
from tests import factories_credit as credit
from tests import factories_parties as parties
from tests import pseudo
from tests.credit.rules import RULES
from tests.credit.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")

ROW = RULES.sheets.body["items"][0]


async def in_words(browser: Browser, path: str, by: Actor | None = None) -> str:
    joined = f"{path}{'&' if '?' in path else '?'}lang=x-pseudo"
    page = await browser.get(joined, by)
    assert page.status_code == 200, (path, page.text[-3000:])
    assert pseudo.foreign_texts(page.text) == [], path
    return str(page.text)


async def people() -> tuple[Actor, Actor, Actor]:
    await parties.a_world()
    writer = await parties.an_officer(Role.CITY)
    first, second = [await parties.a_colleague(writer, Role.CITY) for _ in range(2)]
    return writer, first, second


async def a_draft(browser: Browser, by: Actor) -> str:
    made = await browser.fill("/credit/rules", by, {"purpose": "提高国家级表彰分值"})
    assert made.status_code == 303, made.text
    return str(made.headers["location"])


def row(**cells: str) -> dict[str, str]:
    named = {f"cells.{name}": text for name, text in {**ROW, **cells}.items()}
    return {"table": "items", "row": "G-EN-01", **named}


async def test_a_version_is_drafted_edited_tried_approved_and_published_through_forms(
    browser: Browser,
) -> None:
    writer, first, second = await people()
    page = await a_draft(browser, writer)
    await in_words(browser, f"{page}/tables/items", writer)
    assert "amount_fen" in await in_words(browser, f"{page}/tables/items/row?key=G-EN-01", writer)
    assert (await browser.fill(f"{page}/rows", writer, row(points_centi="600"))).status_code == 303
    shown = await browser.get(page, writer)
    assert "500" in shown.text
    assert "600" in shown.text
    assert "分值（百分之一分）" in shown.text
    assert (await browser.fill(f"{page}/simulate", writer, {})).status_code == 303
    await in_words(browser, page, first)
    own = await browser.send(f"/api/credit/rules/drafts/{page.rpartition('/')[2]}/approve", writer)
    assert own.status_code == 403
    assert own.json()["code"] == "credit-rules-own-words"
    assert "您参与了起草，不能审批。" in (await browser.get(page, writer)).text
    for by in (first, second):
        assert (await browser.fill(f"{page}/approve", by, {})).status_code == 303
    publishing = {"legal_basis": "BPR 68", "effective_from": "2026-07-02"}
    early = await browser.fill(f"{page}/publish", writer, publishing)
    assert early.status_code == 422
    assert "最早为 2026-07-01" in early.text
    published = await browser.fill(f"{page}/publish", writer, {**publishing, "effective_from": "2026-07-01"})
    assert published.status_code == 303, published.text
    for path in (
        page,
        "/rules/credit/versions",
        "/rules/credit/versions/2",
        "/rules/credit/difference?old=1&new=2",
    ):
        await in_words(browser, path)
    told = await browser.get("/rules/credit/difference?old=1&new=2&lang=en")
    assert "From version 1 to version 2" in told.text
    assert '<ins translate="no">600</ins>' in told.text
    await _told_as_data(browser)


async def _told_as_data(browser: Browser) -> None:
    versions = (await browser.read("/api/credit/rules/versions")).json()
    assert [(one["version"], one["effective_to"]) for one in versions] == [(1, "2026-07-01"), (2, None)]
    assert (await browser.read("/api/credit/rules")).json()["version"] == 1
    changes = (await browser.read("/api/credit/rules/difference?old=1&new=2")).json()
    assert [(one["kind"], one["key"]) for one in changes] == [("changed", "G-EN-01")]


async def test_a_draft_is_open_to_city_and_districts_and_its_forms_to_the_city(browser: Browser) -> None:
    writer, *_ = await people()
    page = await a_draft(browser, writer)
    district = await parties.an_officer(Role.DISTRICT)
    text = await in_words(browser, page, district)
    assert f"{page}/approve" not in text
    assert f'{page}/file"' not in text
    assert (await browser.get(page)).status_code == 404
    assert (await browser.get(f"{page}/file/toml")).status_code == 404
    refused = await browser.fill(f"{page}/rows", district, row(points_centi="600"))
    assert refused.status_code == 403
    assert page not in await in_words(browser, "/rules/credit/versions")
    assert page in await in_words(browser, "/rules/credit/versions", district)


async def test_a_row_that_is_wrong_is_told_cell_by_cell_while_it_is_written(browser: Browser) -> None:
    writer, *_ = await people()
    page = await a_draft(browser, writer)
    wrong = row(points_centi="5.5", severity="dreadful", condition="luck > 1")
    told = await browser.fill(f"{page}/rows/check", writer, wrong)
    assert told.status_code == 200
    for words in ("不是整数", "含有未知的事实", "very_serious", "分值（百分之一分）"):
        assert words in told.text, words
    assert "这一行没有问题" in (await browser.fill(f"{page}/rows/check", writer, row())).text
    refused = await browser.fill(f"{page}/rows", writer, wrong)
    assert refused.status_code == 400
    assert '"field":"cells.points_centi"' in refused.text
    assert (await browser.get(f"{page}/tables/luck", writer)).status_code == 404
    assert (await browser.get(f"{page}/tables/items/row?key=N-GE-99", writer)).status_code == 404


async def test_a_file_goes_out_and_in_and_every_fault_is_told_at_once(browser: Browser) -> None:
    writer, *_ = await people()
    page = await a_draft(browser, writer)
    out = await browser.get(f"{page}/file/xlsx", writer)
    assert files.read(out.content) == RULES.sheets
    toml = (await browser.get("/rules/credit/versions/1/file/toml")).text
    changed = toml.replace('points_centi = "500"', 'points_centi = "600"', 1)
    sent = await browser.fill(
        f"{page}/file", writer, {}, {"file": ("rules.toml", changed.encode(), "text/plain")}
    )
    assert sent.status_code == 303, sent.text
    assert "600" in (await browser.get(page, writer)).text
    broken = toml.replace('points_centi = "500"', 'points_centi = "x"', 1).replace(
        'unit = "share"', 'unit = "ell"', 1
    )
    refused = await browser.fill(
        f"{page}/file", writer, {}, {"file": ("r.toml", broken.encode(), "text/plain")}
    )
    assert refused.status_code == 400
    assert "信用条目第 2 行 G-EN-01，分值（百分之一分）：“x”不是整数。" in refused.text
    assert "“ell”不在可用值之内" in refused.text
    nothing = await browser.fill(f"{page}/file", writer, {}, {"file": ("r.txt", b"\xff", "text/plain")})
    assert nothing.status_code == 400
    assert "不是有效的 TOML" in nothing.text


async def test_the_rules_in_force_name_measures_conditions_and_the_history(browser: Browser) -> None:
    await parties.a_world()
    text = await in_words(browser, "/rules/credit")
    assert "/rules/credit/versions" in text
    assert "amount_fen &gt; 500000" in text
    chinese = (await browser.get("/rules/credit")).text
    assert "每 1 个月一次" in chinese
    assert (await browser.get("/rules/credit/versions/2")).status_code == 404


async def test_a_record_states_the_facts_its_item_asks_for(browser: Browser) -> None:
    world = await credit.a_world()
    values = {
        "item_code": "G-EN-09",
        "enterprise": str(world.enterprise.organisation),
        "fact_on": "2026-03-06",
        "facts": "向社区捐赠",
    }
    missing = await browser.fill("/credit/records", world.district, values)
    assert missing.status_code == 400
    assert "适用条件需要填写" in missing.text
    small = await browser.fill("/credit/records", world.district, {**values, "amount_fen": "5000.00"})
    assert small.status_code == 422
    assert "amount_fen > 500000" in small.text
    enough = await browser.fill("/credit/records", world.district, {**values, "amount_fen": "5000.01"})
    assert enough.status_code == 303, enough.text
