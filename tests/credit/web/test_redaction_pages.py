"""Redacted copies over HTTP: uploaded by form, confirmed by another, handed out in place of the original."""

import pytest

from credit.domain.evidence.redaction import Stage
from credit.queries.evidence import redactions
from market.kernel import digest
from market.runtime import files
from tests import factories_bidding
from tests import factories_credit as credit
from tests.credit.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")

ORIGINAL, BLACKENED = b"%PDF-1.7 original with names", b"%PDF-1.7 blackened"


async def test_the_public_page_offers_the_confirmed_copy_and_never_the_original(browser: Browser) -> None:
    world = await credit.a_world()
    factories_bidding.use_files()
    await files.put(ORIGINAL, limit=1 << 20, kinds=frozenset({"application/pdf"}))
    number = await credit.a_record(world, "N-GE-01", file_digest=digest.h("file", ORIGINAL))
    browser.now = credit.NOW + 10 * credit.DAY
    page = f"/credit/records/{number}"
    assert "遮盖件" in (await browser.get(page, world.district)).text
    same = {"file": ("x.pdf", ORIGINAL, "application/pdf")}
    refused = await browser.fill(f"{page}/evidence", world.district, {"hidden": "姓名"}, same)
    assert (refused.status_code, refused.json()["code"]) == (400, "credit-copy-not-redacted")
    sent = {"file": ("x.pdf", BLACKENED, "application/pdf")}
    done = await browser.fill(f"{page}/evidence", world.district, {"hidden": "姓名和电话"}, sent)
    assert done.status_code == 303, done.text
    assert (await browser.get(f"{page}/evidence")).status_code == 404, "nobody has confirmed it"
    assert "姓名和电话" not in (await browser.get(page)).text
    waiting = await browser.get(page, world.district_second)
    assert "姓名和电话" in waiting.text
    looked = await browser.get(f"{page}/evidence/waiting", world.district_second)
    assert looked.content == BLACKENED
    assert (await browser.get(f"{page}/evidence/waiting", world.enterprise.actor)).status_code == 403
    (copy,) = await redactions.standing(number, Stage.PROPOSED)
    confirmed = await browser.fill(f"/credit/evidence/{copy.id}/confirm", world.district_second, {})
    assert confirmed.status_code == 303, confirmed.text
    shown = await browser.get(page)
    assert f"{page}/evidence" in shown.text
    assert digest.h("file", ORIGINAL) not in shown.text
    handed = await browser.get(f"{page}/evidence")
    assert handed.content == BLACKENED
    assert "attachment" in handed.headers["content-disposition"]
