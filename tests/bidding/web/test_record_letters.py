"""Letters to one enterprise and the record of a failed opening: who gets them, and what they leave out."""

import msgspec
import pytest

from bidding.domain.procedure import Stage
from contracts_templates import form, letters, stamp
from market.kernel.actor import Actor
from tests import factories_bidding as make
from tests import factories_prequal as prequal
from tests.bidding.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")
HTML = {"accept": "text/html"}


async def test_an_invitation_is_read_by_its_addressee_and_the_tenderer_and_by_nobody_else(
    browser: Browser,
) -> None:
    people = [await make.a_bidder() for _ in range(4)]
    codes = [one.party.code for one in people]
    world = await make.a_tender(at=Stage.BIDDING, bids=0, invited=tuple(codes[:3]))
    browser.now = make.ISSUE

    async def answers(actor: Actor) -> list[int]:
        browser.actor = actor
        return [
            (await browser.get(f"/api/tenders/{world.number}/invitations/{code}")).status_code
            for code in codes
        ]

    assert await answers(people[0].party.actor) == [200, 404, 404, 404]
    assert await answers(world.tenderer) == [200, 200, 200, 404]
    assert await answers(people[3].party.actor) == [404] * 4
    assert await answers(world.officer) == [404] * 4
    assert await answers(Actor.public()) == [401] * 4
    browser.actor = people[0].party.actor
    made = (await browser.get(f"/api/tenders/{world.number}/invitations/{codes[0]}")).json()
    kept = msgspec.convert(made["content"], letters.InvitationLetter)
    assert made["digest"] == stamp.content_digest(form.INVITATION_LETTER, kept)
    assert kept.addressee.name == people[0].party.name
    assert people[1].party.name not in str(made)
    page = await browser.get(f"/tenders/{world.number}/invitation", headers=HTML)
    link = f"/tenders/{world.number}/invitation/{codes[0]}/pdf"
    assert f'href="{link}"' in page.text
    assert (await browser.get(link)).content.startswith(b"%PDF")


async def test_a_failed_opening_has_a_record_without_any_bidder(browser: Browser) -> None:
    world = await make.a_tender(at=Stage.BIDDING, bids=2)
    path = f"/api/tenders/{world.number}/failed-opening"
    assert (await browser.get(path)).json()["code"] == "record-missing"
    for step in (make._close, make._freeze):
        await step(world, 2)
    assert (await world.tender()).stage is Stage.FAILED
    made = (await browser.get(path)).json()
    kept = msgspec.convert(made["content"], letters.FailedOpening)
    assert made["digest"] == stamp.content_digest(form.FAILED_OPENING, kept)
    assert (kept.reason, kept.lots, kept.least) == ("lt3-bids", (("1", 2),), 3)
    for bidder in world.bidders:
        assert bidder.party.name not in str(made)
        assert bidder.party.code not in str(made)
    page = await browser.get(f"/tenders/{world.number}/opening", headers=HTML)
    link = f"/tenders/{world.number}/opening/failed/pdf"
    assert f'href="{link}"' in page.text
    assert (await browser.get(link)).content.startswith(b"%PDF")


async def test_an_applicant_gets_its_own_result_once_all_are_told(browser: Browser) -> None:
    world = await prequal.opened()
    path = f"/api/tenders/{world.number}/application/result"
    await prequal.applied(world, 0)
    browser.actor = (await make.a_bidder()).party.actor
    assert (await browser.get(path)).json()["code"] == "record-missing"
    other = await prequal.opened()
    await prequal.concluded(other, [True, True, True, False])
    told = {}
    for bidder in other.bidders:
        browser.actor = bidder.party.actor
        made = (await browser.get(f"/api/tenders/{other.number}/application/result")).json()
        kept = msgspec.convert(made["content"], letters.PrequalResult)
        assert made["digest"] == stamp.content_digest(form.PREQUAL_RESULT, kept)
        told[kept.applicant.code] = kept.outcome
        assert all(one.party.name not in str(made) for one in other.bidders if one is not bidder)
    assert sorted(told.values()) == ["not-qualified", "qualified", "qualified", "qualified"]
    page = await browser.get(f"/tenders/{other.number}/prequalification", headers=HTML)
    link = f"/tenders/{other.number}/application/result/pdf"
    assert f'href="{link}"' in page.text
    assert (await browser.get(link)).content.startswith(b"%PDF")
    for actor in (other.tenderer, Actor.public()):
        browser.actor = actor
        assert (await browser.get(link)).status_code == 404
