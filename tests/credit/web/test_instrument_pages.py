"""The register of instruments over HTTP: entered, rested on, annulled and taken back through forms."""

import pytest

from market.kernel.actor import Actor
from tests import factories_credit as credit
from tests import pseudo
from tests.credit.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")
PDF = b"%PDF-1.4\n%%EOF\n"


def a_file() -> dict[str, tuple[str, bytes, str]]:
    return {"file": ("a.pdf", PDF, "application/pdf")}


async def in_words(browser: Browser, path: str, by: Actor) -> str:
    page = await browser.get(f"{path}{'&' if '?' in path else '?'}lang=x-pseudo", by)
    assert page.status_code == 200, (path, page.text[-3000:])
    assert pseudo.foreign_texts(page.text) == [], path
    return str(page.text)


async def test_an_entry_lives_and_falls_through_forms(browser: Browser) -> None:
    world = await credit.a_world()
    on = (credit.NOW - 10 * credit.DAY).date().isoformat()
    await in_words(browser, "/credit/instruments/new", world.district)
    fields = {
        "kind": "penalty",
        "number": "虚构罚〔2026〕7号",
        "issuer": "虚构区住建委",
        "issued_on": on,
        "effective_on": on,
        "enterprise": str(world.enterprise.organisation),
        "community": str(world.community),
        "facts": "未按规定公示",
        "legal_basis": "BPR 94",
    }
    entered = await browser.fill("/credit/instruments", world.district, fields, a_file())
    assert entered.status_code == 303, entered.text
    page = entered.headers["location"]
    assert "/credit/records/new?enterprise=" in await in_words(browser, page, world.district)
    form = await in_words(browser, "/credit/records/new?instrument=1", world.district)
    assert '<option translate="no" value="1" selected>' in form
    draft = {
        "item_code": "N-SE-01",
        "enterprise": fields["enterprise"],
        "community": fields["community"],
        "fact_on": on,
        "facts": "x",
        "instrument_id": "1",
    }
    made = await browser.fill("/credit/records", world.district, draft)
    assert made.status_code == 303, made.text
    record = made.headers["location"]
    assert page in await in_words(browser, record, world.district)
    annulment = {"cause": "revoked", "document_no": "1", "issuer": "x", "annulled_on": on, "reasons": "x"}
    noted = await browser.fill(f"{page}/annul", world.district, annulment, a_file())
    assert noted.status_code == 303, noted.text
    assert "/confirm" not in await in_words(browser, page, world.district)
    assert "/confirm" in await in_words(browser, page, world.district_second)
    assert (await browser.fill(f"{page}/confirm", world.district_second, {})).status_code == 303
    assert (await browser.fill(f"{page}/fall", world.district, {})).status_code == 303
    shown = (await browser.read(f"/api{page}", world.city)).json()
    assert (shown["stage"], [one["stage"] for one in shown["records"]]) == ("annulled", ["rejected"])
    await in_words(browser, page, world.enterprise.actor)
    assert (await browser.get(page)).status_code == 404


async def test_the_list_is_looked_through_and_downloaded(browser: Browser) -> None:
    world = await credit.a_world()
    body = {
        "kind": "judgment",
        "number": "虚构民终7号",
        "issuer": "虚构法院",
        "issued_on": "2026-01-05",
        "effective_on": "2026-02-05",
        "enterprise": world.enterprise.organisation,
        "facts": "x",
        "legal_basis": "CC 942",
        "file_digest": credit.FILE,
    }
    made = await browser.send("/api/credit/instruments", world.district, body)
    assert made.status_code == 201, made.text
    for query, found in (
        ("kind=judgment&words=民终", True),
        ("kind=honour", False),
        ("stage=annulled", False),
    ):
        text = await in_words(browser, f"/credit/instruments?{query}", world.city)
        assert ("虚构民终7号" in text) is found, query
    own = await browser.get("/credit/instruments/table/csv?of=judgment", world.enterprise.actor)
    assert "虚构民终7号" in own.text
    assert (await browser.get("/credit/instruments?kind=x", world.city)).status_code == 400
    assert (await browser.get("/credit/instruments", world.residents)).status_code == 403
