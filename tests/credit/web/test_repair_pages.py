"""Repair over HTTP: what the record page says, the form with its files, the authority's steps, the pledge."""

from datetime import timedelta

import pytest

from credit.domain.remedy import repair
from credit.services import listings
from market.kernel.period import add_months, start_of_day
from tests import factories_credit as credit
from tests import pseudo
from tests.credit.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")

NOW, DAY = credit.NOW, credit.DAY
PROOF = ("整改.pdf", b"%PDF-1.4\n%proof\n", "application/pdf")


async def in_words(browser: Browser, path: str, by: object = None) -> str:
    page = await browser.get(f"{path}?lang=x-pseudo", by)  # type: ignore[arg-type]
    assert page.status_code == 200, (path, page.text[-2000:])
    assert pseudo.foreign_texts(page.text) == [], path
    return str(page.text)


async def test_a_record_is_repaired_through_forms(browser: Browser) -> None:
    world = await credit.a_world()
    record = await credit.a_record(world)
    page, own, by = f"/credit/records/{record}", world.enterprise.actor, world.district_second
    browser.now = NOW + 30 * DAY
    early = await browser.get(page, own)
    assert "2026-06-06" in early.text
    assert "尚未满最短公示期" in early.text
    assert "申请信用修复</button>" not in early.text
    browser.now = start_of_day(add_months(NOW.date() - 10 * DAY, 3)) + timedelta(hours=10)
    assert "申请信用修复</button>" in (await browser.get(page, own)).text
    bare = await browser.send(f"/api{page}/repair", own, {"grounds": "已整改"})
    assert bare.status_code == 400, bare.text
    assert {each["field"] for each in bare.json()["errors"]} == {"correction_digest", "pledged"}
    values = {"grounds": "已整改", "pledged": "true"}
    filed = await browser.fill(f"{page}/repair", own, values, {"correction": PROOF})
    assert filed.status_code == 303, filed.text
    (mine,) = (await browser.read("/api/credit/repairs", own)).json()
    where = f"/credit/repairs/{mine['id']}"
    assert "待受理" in (await browser.get(page, own)).text
    assert (await browser.get(f"{where}/proofs/correction", by)).content == PROOF[1]
    assert (await browser.get(f"{where}/proofs/refund", by)).status_code == 404
    assert (await browser.get(where, world.residents)).status_code == 403
    assert (await browser.fill(f"{where}/accept", by, {})).status_code == 303
    assert (await browser.fill(f"{where}/extend", by, {"reasons": "需核查"})).status_code == 303
    granted = await browser.fill(f"{where}/decide", by, {"outcome": "granted", "reasons": "已整改"})
    assert granted.status_code == 303, granted.text
    shown = (await browser.read(f"/api{where}", own)).json()["case"]
    assert (shown["stage"], shown["decided_by"]) == (repair.Stage.GRANTED.value, "district")
    assert (await browser.get(page)).status_code == 404, "a repaired record no longer shows"


async def test_the_pages_speak_the_catalogues_words_and_the_pledge_is_printed(browser: Browser) -> None:
    world = await credit.a_world()
    record = await credit.a_record(world)
    page, own, by = f"/credit/records/{record}", world.enterprise.actor, world.district_second
    browser.now = start_of_day(add_months(NOW.date() - 10 * DAY, 3))
    await in_words(browser, page, own)
    values = {"grounds": "已整改", "pledged": "true"}
    assert (await browser.fill(f"{page}/repair", own, values, {"correction": PROOF})).status_code == 303
    for path in (page, "/credit/repairs/1", "/credit/repairs"):
        await in_words(browser, path, own)
        await in_words(browser, path, by)
    pledge = await browser.get("/credit/repairs/1/pledge/pdf", own)
    assert pledge.headers["content-type"] == "application/pdf"
    assert pledge.content[:5] == b"%PDF-"


async def test_what_cannot_be_repaired_says_so(browser: Browser) -> None:
    world = await credit.a_world()
    record = await credit.a_record(world, "N-GE-13")
    browser.now = NOW + 30 * DAY
    page = (await browser.get(f"/credit/records/{record}", world.enterprise.actor)).text
    assert "不得修复" in page
    refused = await browser.send(
        f"/api/credit/records/{record}/repair", world.enterprise.actor, {"grounds": "x"}
    )
    assert refused.json()["code"] == "credit-repair-not-repairable"


async def test_a_rejected_objection_is_taken_to_the_next_level_through_forms(browser: Browser) -> None:
    world = await credit.a_world()
    record = await credit.a_record(world)
    own, where = world.enterprise.actor, "/credit/objections/1"
    browser.now = NOW + 14 * DAY
    assert (await browser.fill(f"/credit/records/{record}/object", own, {"grounds": "x"})).status_code == 303
    answer = {"outcome": "rejected", "reasons": "与现场不符"}
    assert (await browser.fill(f"{where}/answer", world.district_second, answer)).status_code == 303
    assert "申请复核</button>" in (await browser.get(where, own)).text
    assert (await browser.fill(f"{where}/appeal", own, {"grounds": "另有录像"})).status_code == 303
    assert "异议处理中" in (await browser.get(f"/credit/records/{record}")).text
    assert "异议复核" in (await browser.get("/credit/objections", world.city)).text
    early = await browser.send(f"/api{where}/review", world.district_second, answer)
    assert early.json()["code"] == "credit-review-reviewer"
    done = await browser.fill(f"{where}/review", world.city, answer)
    assert done.status_code == 303, done.text
    shown = (await browser.read(f"/api{where}/review", own)).json()
    assert shown["case"]["stage"] == "rejected"
    for by in (own, world.city):
        await in_words(browser, where, by)


async def test_a_hearing_is_asked_for_called_and_recorded_through_forms(browser: Browser) -> None:
    world = await credit.a_world()
    own = world.enterprise.actor
    opening = listings.Opening(enterprise=world.enterprise.organisation, facts="x")
    await listings.open_case(opening=opening, by=world.district, now=NOW)
    await listings.post_notice(entry_id=1, notice=credit.A_NOTICE, by=world.city, now=NOW)
    await listings.serve(entry_id=1, by=own, now=NOW)
    page = "/credit/list/1"
    stated = await browser.fill(f"{page}/state", own, {"text": "申请听证", "with_hearing": "true"})
    assert stated.status_code == 303, stated.text
    values = {"held_at": "2026-03-25T09:00", "place": "区住建委一层"}
    called = await browser.fill(f"{page}/call-hearing", world.district, values)
    assert called.status_code == 303, called.text
    browser.now = NOW + 9 * DAY
    kept = {"minutes": "企业到场陈述", "attended": "true"}
    held = await browser.fill(f"{page}/hear", world.district_second, kept, {"file": PROOF})
    assert held.status_code == 303, held.text
    assert "企业到场陈述" in (await browser.get(page, own)).text
    for by in (own, world.district, world.city):
        await in_words(browser, page, by)


async def test_early_removal_is_shown_and_asked_for_on_the_page_of_the_entry(browser: Browser) -> None:
    world = await credit.a_world()
    number = await credit.a_listing(world)
    browser.now = NOW + 30 * DAY
    page = await browser.get(f"/credit/list/{number}", world.enterprise.actor)
    assert "列入尚未满最短期限" in page.text
    asked = {
        "grounds": "x",
        "correction_digest": credit.FILE,
        "training_digest": credit.FILE,
        "pledged": True,
    }
    early = await browser.send(f"/api/credit/list/{number}/remove", world.enterprise.actor, asked)
    assert [each["code"] for each in early.json()["errors"]] == ["credit-removal-early"]
    await in_words(browser, f"/credit/list/{number}", world.enterprise.actor)


async def test_the_national_list_is_shown_with_its_source_and_fed_by_the_city(browser: Browser) -> None:
    world = await credit.a_world()
    code = world.enterprise.code
    head = "batch,source,published_on,code,name,list_name,authority,document_no,listed_on"
    row = f"B1,虚构平台,2026-03-10,{code},虚构物业,虚构名单,虚构部门,1号,2026-02-02"
    sent = {"file": ("b1.csv", f"{head}\n{row}\n".encode(), "text/csv")}
    assert "虚构名单" not in (await browser.get("/national-list")).text
    refused = await browser.fill("/national-list", world.district, {})
    assert refused.status_code == 403
    done = await browser.fill("/national-list", world.city, {}, sent)
    assert done.status_code == 303, done.text
    assert "虚构名单" in (await browser.get("/national-list")).text
    assert "列入国家严重失信主体名单" in (await browser.get(f"/enterprises/{code}/credit")).text
    assert code in (await browser.get("/national-list/csv")).text
    answer = (await browser.read("/api/credit/national-list")).json()
    assert (answer["batch"]["batch"], len(answer["lines"])) == ("B1", 1)
    await in_words(browser, "/national-list", world.city)
    await in_words(browser, f"/enterprises/{code}/credit")


async def test_the_recommendation_list_is_public(browser: Browser) -> None:
    await in_words(browser, "/recommended")
    assert (await browser.read("/api/credit/recommended")).json() == []
