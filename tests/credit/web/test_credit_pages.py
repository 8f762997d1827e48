"""Credit over HTTP: the life of a record as forms and as JSON, what each reader sees, and who is refused."""

import re
from datetime import timedelta

import pytest

from credit.queries import cases
from market.runtime.web import i18n
from tests import factories_credit as credit
from tests import pseudo
from tests.credit.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")

NOW, DAY = credit.NOW, credit.DAY
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def number_in(address: str) -> int:
    found = re.search(r"(\d+)$", address)
    assert found
    return int(found.group(1))


async def test_a_record_is_drafted_noticed_and_decided_through_forms(browser: Browser) -> None:
    world = await credit.a_world()
    form = await browser.get("/credit/records/new", world.street)
    assert form.status_code == 200
    assert "N-GE-01" in form.text
    assert "N-SE-04" not in form.text, "a street does not draft what only districts draft"
    values = {
        "item_code": "N-GE-01",
        "enterprise": str(world.enterprise.organisation),
        "community": str(world.community),
        "fact_on": "2026-03-06",
        "facts": "三日未清运",
    }
    drafted = await browser.fill("/credit/records", world.street, values)
    assert drafted.status_code == 303, drafted.text
    page = drafted.headers["location"]
    shown = await browser.get(page, world.street)
    assert "补充文书" in shown.text
    assert (await browser.get(page, world.enterprise.actor)).status_code == 404, "a draft is not told"
    paper = {"document_no": "虚构字1号", "document_on": "2026-03-06"}
    kept = await browser.fill(f"{page}/document", world.street, paper, {"file": ("x.pdf", PDF)})
    assert kept.status_code == 303, kept.text
    assert (await browser.fill(f"{page}/submit", world.street, {})).status_code == 303
    approver = world.street_second
    for step in ("take-up", "post-notice"):
        assert (await browser.fill(f"{page}/{step}", approver, {})).status_code == 303
    assert "签收告知书" in (await browser.get(page, world.enterprise.actor)).text
    served = await browser.fill(f"{page}/serve", world.enterprise.actor, {})
    assert served.status_code == 303, served.text
    stated = await browser.fill(f"{page}/state", world.enterprise.actor, {"text": "已补清运"})
    assert stated.status_code == 303
    assert (await browser.fill(f"{page}/reconsider", approver, {})).status_code == 303
    decided = await browser.fill(f"{page}/decide", approver, {"reasons": "理由不成立"})
    assert decided.status_code == 303
    public_page = await browser.get(page)
    assert public_page.status_code == 200
    assert "已补清运" not in public_page.text, "the public does not read statements"
    assert "已补清运" in (await browser.get(page, approver)).text


async def test_the_same_steps_answer_json_with_code_and_source(browser: Browser) -> None:
    world = await credit.a_world()
    number = await credit.a_served(world, credit.a_draft(world))
    path = f"/api/credit/records/{number}"
    early = await browser.send(f"{path}/decide", world.district_second, {"reasons": "x"})
    assert early.status_code in (409, 422)
    problem = early.json()
    assert problem["code"] == "credit-statement-window"
    assert problem["source"] == "APL 45, 62"
    until = (await cases.record(number)).statement_until
    assert until is not None
    browser.now = until
    done = await browser.send(f"{path}/decide", world.district_second, {"reasons": "x"})
    assert (done.status_code, done.json()) == (200, {"done": True})
    seen = (await browser.read(path)).json()
    assert (seen["stage"], seen["details"], seen["statements"]) == ("effective", None, [])
    bad = await browser.send("/api/credit/records", world.street, {"item_code": 7, "extra": 1})
    assert bad.status_code in (400, 422)
    assert {"item_code", "extra"} <= {finding["field"] for finding in bad.json()["errors"]}


async def test_roles_that_may_not_are_refused(browser: Browser) -> None:
    world = await credit.a_world()
    enterprise = world.enterprise.actor
    number = await credit.a_submitted(world, credit.a_draft(world))
    assert (await browser.send(f"/api/credit/records/{number}/take-up", enterprise)).status_code == 403
    assert (await browser.get("/credit/records", enterprise)).status_code == 403
    assert (await browser.get("/credit/records/own", enterprise)).status_code == 200
    body = {"enterprise": world.enterprise.organisation, "legal_basis": "BPR 68"}
    assert (await browser.send("/api/credit/scores", world.district, body)).status_code == 403
    assert (await browser.send("/api/credit/scores", world.city, body)).status_code == 201


async def test_the_credit_page_explains_what_was_published(browser: Browser) -> None:
    world = await credit.a_world()
    await credit.an_evaluation(world, lost=400)
    await credit.a_record(world)
    later = NOW + 30 * DAY
    await credit.published(world)
    await credit.published(world, now=later)
    browser.now = later + timedelta(hours=1)
    page = await browser.get(f"/enterprises/{world.enterprise.code}/credit")
    assert page.status_code == 200, page.text
    assert "grade-a" in page.text
    assert "95.50" in page.text
    assert "N-GE-01 未落实每日清运生活垃圾" in page.text
    assert "当前分数" not in page.text
    own = await browser.get(f"/enterprises/{world.enterprise.code}/credit", world.enterprise.actor)
    assert "当前分数" in own.text
    english = await browser.get(f"/enterprises/{world.enterprise.code}/credit?lang=en")
    assert "Household garbage not taken away daily" in english.text
    found = (await browser.read(f"/api/credit/enterprises/{world.enterprise.code}")).json()
    assert found["published"]["score_centi"] == 9550
    assert (found["published"]["legal_basis"], found["published"]["signer"]) == ("BPR 68", "city")
    assert i18n.text("kernel.role.city", {}, locale=i18n.CHINESE) in page.text
    assert len(found["history"]) == 2
    assert found["live"] is None


async def test_a_minor_record_is_hidden_until_an_authority_says_why(browser: Browser) -> None:
    world = await credit.a_world()
    number = await credit.a_record(world, "N-MI-04")
    browser.now = NOW + 20 * DAY
    await credit.published(world, now=browser.now)
    address = f"/enterprises/{world.enterprise.code}/credit"
    hidden = await browser.get(address)
    assert "N-MI-04" not in hidden.text
    assert "不予公开的记录" in hidden.text, "its points are in the sum all the same"
    assert (await browser.read(f"/api/credit/records/{number}")).status_code == 404
    reasons = {"reasons": "涉及公共安全"}
    shown = await browser.send(f"/api/credit/records/{number}/show-minor", world.district, reasons)
    assert shown.status_code == 200
    assert "N-MI-04" in (await browser.get(address)).text
    browser.now = NOW + 100 * DAY
    assert "/credit/records/" not in (await browser.get(address)).text, "gone by itself after three months"


async def test_the_exit_list_names_reasons_basis_signer_and_term(browser: Browser) -> None:
    world = await credit.a_world()
    number = await credit.a_listing(world)
    browser.now = NOW + 20 * DAY
    page = await browser.get("/exit-list")
    assert world.enterprise.name in page.text
    assert credit.A_NOTICE.reasons in page.text
    assert "/rules?id=BPR+68" in page.text
    case = await browser.get(f"/credit/list/{number}")
    for shown in (page, case):
        assert i18n.text("kernel.role.city", {}, locale=i18n.CHINESE) in shown.text
    table = await browser.get("/exit-list/csv")
    assert world.enterprise.code in table.text
    assert ",city," in table.text
    browser.now = NOW + 400 * DAY
    assert world.enterprise.name not in (await browser.get("/exit-list")).text, "over, even before a tick"


async def test_an_evaluation_is_marked_and_released_through_forms(browser: Browser) -> None:
    world = await credit.a_world()
    index = await browser.get("/credit/evaluations", world.street)
    assert "发起考评" in index.text
    opening = {
        "enterprise": str(world.enterprise.organisation),
        "community": str(world.community),
        "cycle": "2026H1",
        "visit": "1",
    }
    opened = await browser.fill("/credit/evaluations", world.street, opening)
    page = opened.headers["location"]
    form = await browser.get(page, world.street)
    fields = dict(re.findall(r'name="((?:marks|cases)\.[^"]+)"[^>]*value="([^"]*)"', form.text))
    assert len(fields) == 40 + 4
    fields |= {"part": "street", "marks.E2-2": "1.50", "cases.cases": "10", "cases.responded": "10"}
    fields |= {"cases.resolved": "10", "cases.satisfied": "5"}
    for officer in (world.street, world.street_second):
        marked = await browser.fill(f"{page}/mark", officer, fields)
        assert marked.status_code == 303, marked.text
    assert (await browser.get(page, world.enterprise.actor)).status_code == 404
    assert (await browser.fill(f"{page}/submit", world.street, {})).status_code == 303
    assert (await browser.fill(f"{page}/release", world.district, {})).status_code == 303
    released = (await browser.read(f"/api{page}", world.enterprise.actor)).json()
    assert released["quality_centi"] == 10000 - 250 - 200
    assert number_in(page) == released["id"]


async def test_every_public_page_answers_in_both_languages(browser: Browser) -> None:
    world = await credit.a_world()
    for path in ("/rules/credit", "/exit-list", f"/enterprises/{world.enterprise.code}/credit"):
        for lang in ("zh-Hans", "en"):
            page = await browser.get(f"{path}?lang={lang}")
            assert page.status_code == 200, page.text
            assert "credit." not in re.sub(r'(?:href|src|id|for)="[^"]*"', "", page.text), path
    rules = (await browser.read("/api/credit/rules")).json()
    assert (len(rules["items"]), len(rules["indicators"])) == (71, 43)
    register = (await browser.read("/api/credit/enterprises")).json()
    assert world.enterprise.code in {line["code"] for line in register["items"]}
    for text in ("虚构物业", "xugouwuye", "xgwy", "虚gou", world.enterprise.code.lower()):
        found = (await browser.read(f"/api/credit/enterprises?q={text}")).json()
        assert world.enterprise.code in {line["code"] for line in found["items"]}, text
    assert (await browser.read("/api/credit/enterprises?q=wyxg")).json()["items"] == []
    for path in ("/credit/list/new", "/credit/records", "/credit/evaluations"):
        by = world.district if "list" in path or "records" in path else world.street
        assert (await browser.get(path, by)).status_code == 200


async def test_no_text_on_a_page_comes_from_elsewhere_than_the_catalogues(browser: Browser) -> None:
    world = await credit.a_world()
    number = await credit.a_served(world, credit.a_draft(world))
    evaluation = await credit.an_evaluation(world)
    listing = await credit.a_listing(world)
    browser.now = NOW + 20 * DAY
    await credit.published(world, now=browser.now)
    officer, enterprise = world.district, world.enterprise.actor
    asked = [
        ("/rules/credit", None),
        ("/exit-list", None),
        (f"/enterprises/{world.enterprise.code}/credit", officer),
        (f"/credit/records/{number}", enterprise),
        ("/credit/records", officer),
        ("/credit/records/own", enterprise),
        ("/credit/records/new", officer),
        ("/credit/evaluations", world.street),
        (f"/credit/evaluations/{evaluation}", world.street),
        ("/credit/list/new", officer),
        (f"/credit/list/{listing}", officer),
    ]
    for path, by in asked:
        page = await browser.get(f"{path}?lang=x-pseudo", by)
        assert page.status_code == 200, (path, page.text[-3000:])
        assert pseudo.foreign_texts(page.text) == [], path
