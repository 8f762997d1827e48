"""Cycles, objections, measures and case figures over HTTP: pages in the catalogues' words, forms and JSON."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from market.kernel import digest
from market.kernel.actor import Actor
from market.runtime import files
from tests import factories_credit as credit
from tests import pseudo
from tests.credit.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")

NOW, DAY = credit.NOW, credit.DAY
CLOSED = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
UNTIL = datetime(2026, 7, 13, 16, 0, tzinfo=UTC)
HEADING = "小区,诉求,响应,回访,解决,部分解决,满意"


async def in_words(browser: Browser, path: str, by: Actor | None = None) -> str:
    page = await browser.get(f"{path}?lang=x-pseudo", by)
    assert page.status_code == 200, (path, page.text[-3000:])
    assert pseudo.foreign_texts(page.text) == [], path
    return str(page.text)


async def a_published_cycle(browser: Browser, world: credit.World) -> str:
    browser.now = CLOSED
    closed = await browser.fill("/credit/cycles", world.city, {"cycle": "2026H1", "legal_basis": "BPR 68"})
    assert closed.status_code == 303, closed.text
    page = str(closed.headers["location"])
    browser.now = UNTIL
    published = await browser.fill(f"{page}/publish", world.city, {"legal_basis": "BPR 68"})
    assert published.status_code == 303, published.text
    return page


async def test_a_cycle_is_closed_shown_objected_to_and_published_through_forms(browser: Browser) -> None:
    world = await credit.a_world()
    await credit.an_evaluation(world)
    browser.now = CLOSED
    await in_words(browser, "/credit/cycles", world.city)
    closed = await browser.fill("/credit/cycles", world.city, {"cycle": "2026H1", "legal_basis": "BPR 68"})
    page = closed.headers["location"]
    await in_words(browser, page)
    enterprise = world.enterprise.actor
    filed = await browser.fill(f"{page}/contest", enterprise, {"grounds": "面积有误"})
    assert filed.status_code == 303, filed.text
    (mine,) = (await browser.read("/api/credit/objections", enterprise)).json()
    await in_words(browser, f"/credit/objections/{mine['id']}", world.district)
    await in_words(browser, "/credit/objections", world.district)
    assert (await browser.get(f"/credit/objections/{mine['id']}", world.residents)).status_code == 403
    answer = {"outcome": "rejected", "reasons": "与备案一致"}
    done = await browser.fill(f"/credit/objections/{mine['id']}/answer", world.district, answer)
    assert done.status_code == 303, done.text
    browser.now = UNTIL - timedelta(seconds=1)
    early = await browser.send(f"/api{page}/publish", world.city)
    assert early.json()["type"].endswith("credit-cycle-publicity"), early.text
    browser.now = UNTIL
    assert (await browser.send(f"/api{page}/publish", world.city)).status_code == 200
    await in_words(browser, page)
    shown = (await browser.read(f"/api{page}")).json()
    assert (shown["cycle"]["stage"], shown["cycle"]["legal_basis"]) == ("published", "BPR 68")
    assert shown["items"][0]["final_grade"] == "A"
    credit_page = (await browser.read(f"/api/credit/enterprises/{world.enterprise.code}")).json()
    assert (credit_page["published"]["cycle"], credit_page["published"]["grade"]) == ("2026H1", "A")
    assert world.enterprise.code in (await browser.get(f"{page}/csv")).text


async def test_an_objection_to_a_record_is_filed_extended_and_upheld_through_forms(browser: Browser) -> None:
    world = await credit.a_world()
    record = await credit.a_record(world)
    browser.now = NOW + 14 * DAY
    page = f"/credit/records/{record}"
    assert "提出异议" in (await browser.get(page, world.enterprise.actor)).text
    filed = await browser.fill(f"{page}/object", world.enterprise.actor, {"grounds": "已清运"})
    assert filed.status_code == 303, filed.text
    assert "异议处理中" in (await browser.get(page)).text
    (waiting,) = (await browser.read("/api/credit/objections", world.district)).json()
    where = f"/credit/objections/{waiting['id']}"
    await in_words(browser, where, world.district_second)
    by = world.district_second
    assert (await browser.fill(f"{where}/extend", by, {"reasons": "需核查"})).status_code == 303
    upheld = await browser.fill(f"{where}/answer", by, {"outcome": "upheld", "reasons": "证据不足"})
    assert upheld.status_code == 303, upheld.text
    assert (await browser.get(page)).status_code == 404, "a revoked record no longer shows"


async def test_a_measure_is_proposed_issued_shown_and_lifted(browser: Browser) -> None:
    world = await credit.a_world()
    await credit.a_record(world, "N-VS-02")
    at = NOW + 14 * DAY
    await credit.followed(world, now=at)
    browser.now = at
    street = world.street
    await in_words(browser, "/credit/measures", street)
    (proposed,) = (await browser.read("/api/credit/measures", street)).json()
    assert (proposed["measure"]["key"], proposed["due_on"]) == ("interview-manager", "2026-04-14")
    values = {
        "enterprise": str(world.enterprise.organisation),
        "key": "interview-manager",
        "from_on": "2026-03-30",
        "to_on": "2026-09-30",
        "reasons": "C 级，约谈项目负责人",
    }
    by_itself = await browser.send(
        "/api/credit/measures",
        street,
        {**values, "enterprise": world.enterprise.organisation, "key": "inspection-c"},
    )
    assert by_itself.json()["code"] == "credit-measure-not-due", by_itself.text
    issued = await browser.fill("/credit/measures", street, values)
    assert issued.status_code == 303, issued.text
    assert (await browser.read("/api/credit/measures", street)).json() == []
    path = f"/enterprises/{world.enterprise.code}/credit"
    await in_words(browser, path)
    seen = (await browser.read(f"/api/credit/enterprises/{world.enterprise.code}")).json()["issued"]
    assert [(m["key"], m["automatic"], m["legal_basis"]) for m in seen] == [
        ("inspection-c", True, "BPR 68"),
        ("interview-manager", False, "BPR 68"),
    ]
    lift = f"/credit/measures/{seen[1]['id']}/lift"
    assert (await browser.fill(lift, world.district, {"reasons": "x"})).status_code == 403
    assert (await browser.fill(lift, street, {"reasons": "已约谈"})).status_code == 303
    of_itself = f"/credit/measures/{seen[0]['id']}/lift"
    assert (await browser.fill(of_itself, street, {"reasons": "x"})).status_code == 403
    assert (await browser.fill(of_itself, world.city, {"reasons": "发布有误"})).status_code == 303
    assert (await browser.read(f"/api/credit/enterprises/{world.enterprise.code}")).json()["issued"] == []
    await in_words(browser, path, world.enterprise.actor)
    enterprise = await browser.get(path, world.enterprise.actor)
    assert "发布有误" in enterprise.text, "what ended stays, with its reasons"
    assert "&lt;span" not in enterprise.text, "no markup among the words"


async def test_a_proposal_is_declined_through_its_form(browser: Browser) -> None:
    world = await credit.a_world()
    await credit.a_record(world, "N-VS-02")
    at = NOW + 14 * DAY
    await credit.followed(world, now=at)
    browser.now = at
    (proposed,) = (await browser.read("/api/credit/measures", world.district)).json()
    path = f"/credit/measures/proposals/{proposed['id']}/decline"
    assert (await browser.fill(path, world.district, {"reasons": ""})).status_code in {400, 422}
    assert (await browser.fill(path, world.district, {"reasons": "上周已约谈"})).status_code == 303
    assert (await browser.read("/api/credit/measures", world.street)).json() == []


async def test_case_figures_are_imported_whole_and_feed_the_evaluation(browser: Browser) -> None:
    world = await credit.a_world()
    bad = (
        f"{HEADING}\n{world.community},10,11,5,5,0,5\n不存在的小区,1,1,1,1,0,1\n{world.community},x,1,1,1,0,1"
    )
    district = world.district
    refused = await browser.fill("/credit/figures/2026H1", district, {}, {"file": ("a.csv", bad.encode())})
    assert len(refused.json()["errors"]) == 3, refused.text
    assert (await browser.read("/api/credit/figures", district)).json() == []
    good = f"{HEADING}\n{world.community},10,9,8,4,2,6"
    sent = await browser.fill("/credit/figures/2026H1", district, {}, {"file": ("a.csv", good.encode())})
    assert sent.status_code == 303, sent.text
    await in_words(browser, "/credit/figures", district)
    (line,) = (await browser.read("/api/credit/figures", district)).json()
    assert line["rates"] == {"response": 9000, "resolution": 5000, "satisfaction": 7500, "composite": 6525}
    opening = {"enterprise": world.enterprise.organisation, "community": world.community, "cycle": "2026H1"}
    number = (await browser.send("/api/credit/evaluations", world.street, opening)).json()["id"]
    rules = (await browser.read("/api/credit/rules")).json()
    marks = {i["id"]: f"{i['points_centi'] / 100:.2f}" for i in rules["indicators"] if i["area"] != "E9"}
    typed = {"cases": 10, "responded": 10, "resolved": 10, "satisfied": 10}
    path = f"/api/credit/evaluations/{number}"
    both = await browser.send(
        f"{path}/mark", world.street, {"part": "street", "marks": marks, "cases": typed}
    )
    assert both.json()["type"].endswith("credit-figures-imported"), both.text
    await in_words(browser, f"/credit/evaluations/{number}", world.street)
    for officer in (world.street, world.street_second):
        fed = await browser.send(f"{path}/mark", officer, {"part": "street", "marks": marks})
        assert fed.status_code == 200, fed.text
    (part,) = (await browser.read(path, world.street)).json()["parts"]
    assert part["exact"] == f"{8800 + 270 + 250 + 300}/1", (
        "nine tenths, a half, three quarters of E9's points"
    )


async def test_a_listing_is_decided_with_its_document_and_its_papers_are_there_as_signed_pdfs(
    browser: Browser,
) -> None:
    world = await credit.a_world()
    number, until = await credit.a_case_to_decide(world)
    browser.now = until
    page = f"/credit/list/{number}"
    assert 'type="file"' in await in_words(browser, page, world.city)
    values = {"outcome": "listed", "decision_no": "虚构决〔2026〕7号"}
    decision = b"%PDF-1.7 decision"
    missing = await browser.fill(f"{page}/decide", world.city, values, {"file": ("", b"", "x/y")})
    assert missing.status_code == 400
    assert [each["field"] for each in missing.json()["errors"]] == ["file"]
    sent = {"file": ("d.pdf", decision, "application/pdf")}
    done = await browser.fill(f"{page}/decide", world.city, values, sent)
    assert done.status_code == 303, done.text
    assert (await browser.fill(f"{page}/enlist", world.city, {})).status_code == 303
    shown = await browser.get(page, world.enterprise.actor)
    assert digest.h("file", decision) in shown.text
    numbers = re.findall(r"/credit/papers/([A-Z]+-T\d+-\d+)/pdf", shown.text)
    assert [number[:2] for number in numbers] == ["GZ", "JD", "XF"]
    paper = await browser.get(f"/credit/papers/{numbers[1]}/pdf", world.enterprise.actor)
    assert paper.headers["content-type"] == "application/pdf"
    assert b"/ETSI.CAdES.detached" in paper.content
    assert (await browser.get(f"/credit/papers/{numbers[1]}/pdf")).status_code == 404, "not for everybody"
    twin = (await browser.read(f"/api/credit/papers/{numbers[2]}", world.city)).json()
    assert twin["content"]["decision_number"] == numbers[1]
    assert await files.read(digest.h("file", decision)) == decision


async def test_a_ban_is_recorded_with_the_decision_as_a_file(browser: Browser) -> None:
    world = await credit.a_world()
    values = {
        "enterprise": str(world.enterprise.organisation),
        "decision_no": "虚构禁〔2026〕1号",
        "decided_on": "2026-03-10",
        "from_on": "2026-03-11",
        "to_on": "2027-03-11",
        "legal_basis": "BL 53",
    }
    paper = {"file": ("d.pdf", b"%PDF-1.7 ban", "application/pdf")}
    done = await browser.fill("/credit/bans", world.district, values, paper)
    assert done.status_code == 303, done.text
    wrong = {"file": ("d.exe", b"MZ not a paper", "application/pdf")}
    refused = await browser.fill("/credit/bans", world.district, values, wrong)
    assert (refused.status_code, refused.json()["code"]) == (400, "file-kind")
