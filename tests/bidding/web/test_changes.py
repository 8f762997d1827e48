"""The pages of an announced document's changes: the forms that fit the day, and no form of a draft."""

from datetime import timedelta

import pytest

from bidding.domain.procedure import Stage
from market.kernel.actor import Actor
from market.runtime import workdays
from tests import factories_bidding as make
from tests import factories_parties as parties
from tests.bidding.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")
DAY = timedelta(days=1)


async def test_questions_are_asked_for_until_their_last_day_and_documents_to_the_deadline(
    browser: Browser,
) -> None:
    world = await make.a_tender(at=Stage.BIDDING, bids=0)
    root = f"/tenders/{world.number}"
    browser.actor = (await parties.an_enterprise()).actor
    for now, asks in ((make.ISSUE + DAY, True), (make.DEADLINE - 2 * DAY, False)):
        browser.now = now
        page = (await browser.get(f"{root}/changes")).text
        assert (f'action="{root}/questions"' in page) is asks
        assert f'action="{root}/collect"' in page


async def test_an_announced_document_is_amended_by_forms_of_its_own(browser: Browser) -> None:
    await workdays.seed(by=Actor.platform(), now=make.NOW)
    world = await make.a_tender(at=Stage.BIDDING, bids=0)
    root = f"/tenders/{world.number}"
    browser.actor, browser.now = world.tenderer, make.ISSUE + DAY
    page = (await browser.get(f"{root}/amend")).text
    assert f'action="{root}/amend"' in page
    for draft in ("documents", "file", "revise"):
        assert f'action="{root}/{draft}"' not in page
    assert "/decisions/new" not in page
    paper = {"file": ("图纸.pdf", b"%PDF-1.4\n% plan\n", "application/pdf")}
    for files, data, field in ((None, {"reason": "补图"}, "file"), (paper, {"reason": " "}, "reason")):
        refused = await browser.post(f"{root}/amend/documents", data=data, files=files)
        assert refused.status_code == 400
        assert field in refused.text
    sent = await browser.post(f"{root}/amend/documents", data={"reason": "补图"}, files=paper)
    assert sent.status_code == 303, sent.text[:800]
    assert [each.name for each in (await world.tender()).content.documents] == ["图纸.pdf"]


async def test_a_new_draft_by_invitation_names_nobody_before_it_has_a_number(browser: Browser) -> None:
    world = await make.a_draft(prophase=True, invited=())
    browser.actor = world.tenderer
    assert "/tenders/None" not in (await browser.get("/tenders/new?procedure=prophase-invited")).text
    assert f"/tenders/{world.number}/invitation" in (await browser.get(f"/tenders/{world.number}/edit")).text
