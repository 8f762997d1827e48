"""The notice of an open tender: nothing of a draft, everything from the announcement on."""

import msgspec
import pytest

from bidding.domain.procedure import PROCEDURES, Procedure, Stage
from bidding.web.record import notice
from contracts_templates import form, records, stamp
from market.kernel.actor import Actor
from tests import factories_bidding as make
from tests.bidding.domain.test_filing import NOW, a_tender
from tests.bidding.web.conftest import Browser


@pytest.mark.usefixtures("database")
async def test_a_notice_is_for_everybody_once_it_is_announced_and_for_nobody_before(browser: Browser) -> None:
    world = await make.a_draft()
    path, printed = f"/api/tenders/{world.number}/notice", f"/tenders/{world.number}/notice/pdf"
    for actor, code in ((Actor.public(), "tender-unknown"), (world.tenderer, "record-missing")):
        browser.actor = actor
        assert (await browser.get(path)).json()["code"] == code
    await make.walk(world, Stage.PUBLISHED)
    browser.actor = Actor.public()
    made = (await browser.get(path)).json()
    kept = msgspec.convert(made["content"], records.TenderNotice)
    tender = await world.tender()
    assert made["digest"] == stamp.content_digest(form.TENDER_NOTICE, kept)
    assert made["page"] == f"/verify?digest={tender.version_digest}"
    assert (kept.version, kept.deadline) == (1, tender.content.deadline)
    assert [one.institution for one in kept.holders] == [one.institution for one in tender.keyholders]
    page = await browser.get(f"/tenders/{world.number}", headers={"accept": "text/html"})
    assert f'href="{printed}"' in page.text
    assert (await browser.get(printed)).content.startswith(b"%PDF")


@pytest.mark.parametrize("procedure", PROCEDURES.values(), ids=lambda one: one.key)
def test_only_open_tenders_have_a_notice(procedure: Procedure) -> None:
    tender = msgspec.structs.replace(a_tender(), procedure=procedure, published_at=NOW)
    announced = {
        f"{profile}-{kind}" for profile in ("owner", "prophase") for kind in ("open", "prequalified")
    }
    assert notice.is_announced(tender) is (procedure.key in announced)
    assert not notice.is_announced(msgspec.structs.replace(tender, published_at=None))
