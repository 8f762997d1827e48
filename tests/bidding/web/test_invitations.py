"""Invitations over HTTP: the list for two, a letter for each invited one, nothing for anybody else."""

import pytest

from bidding.domain.procedure import Stage
from market.kernel.actor import Actor, Role
from tests import factories_bidding as make
from tests import factories_parties as parties
from tests.bidding.web.conftest import Browser


async def _enterprises(number: int) -> list[make.Bidder]:
    return [await make.a_bidder() for _ in range(number)]


async def test_the_tenderer_names_the_invited_on_a_page_and_reads_the_list(browser: Browser) -> None:
    world = await make.a_draft(invited=())
    people = await _enterprises(3)
    browser.actor = world.tenderer
    page = await browser.get(f"/tenders/{world.number}/invitation")
    assert "尚未确定受邀企业" in page.text
    few = "\n".join(one.party.code for one in people[:2])
    refused = await browser.post(f"/tenders/{world.number}/invitees", data={"codes": few})
    assert refused.status_code == 400
    codes = "\r\n".join(one.party.code for one in people)
    named = await browser.post(f"/tenders/{world.number}/invitees", data={"codes": codes})
    assert named.status_code == 303
    page = await browser.get(f"/tenders/{world.number}/invitation")
    assert all(one.party.name in page.text for one in people)
    listed = await browser.get(f"/api/tenders/{world.number}/invitees")
    assert {one["code"] for one in listed.json()} == {one.party.code for one in people}


async def test_an_invited_one_reads_its_letter_and_not_who_else_is(browser: Browser) -> None:
    people = await _enterprises(3)
    codes = tuple(one.party.code for one in people)
    world = await make.a_tender(at=Stage.BIDDING, bids=0, invited=codes)
    browser.actor, browser.now = people[0].party.actor, make.ISSUE
    letter = await browser.get(f"/tenders/{world.number}/invitation")
    assert letter.status_code == 200
    assert people[0].party.name in letter.text
    assert people[1].party.name not in letter.text
    assert f"/tenders/{world.number}/bid" in letter.text
    alone = await browser.get(f"/api/tenders/{world.number}/invitees")
    assert [one["code"] for one in alone.json()] == [codes[0]]
    desk = await browser.get("/workspace")
    assert f"/tenders/{world.number}/invitation" in desk.text
    assert f"/tenders/{world.number}/collect" in (await browser.get(f"/tenders/{world.number}/changes")).text


@pytest.mark.parametrize("who", ["stranger", "public", "officer elsewhere"])
async def test_nobody_else_learns_of_the_invited(browser: Browser, who: str) -> None:
    people = await _enterprises(3)
    codes = tuple(one.party.code for one in people)
    world = await make.a_tender(at=Stage.BIDDING, bids=0, invited=codes)
    browser.now = make.ISSUE
    if who == "stranger":
        browser.actor = (await make.a_bidder()).party.actor
    elif who == "officer elsewhere":
        browser.actor = await parties.an_officer(Role.CITY)
    for path in (f"/tenders/{world.number}/invitation", f"/api/tenders/{world.number}/invitees"):
        assert (await browser.get(path)).status_code in {401, 403, 303}
    for path in (f"/tenders/{world.number}", f"/api/tenders/{world.number}", "/tenders", "/api/tenders"):
        answer = await browser.get(path)
        assert answer.status_code == 200
        assert not [one for one in people if one.party.code in answer.text or one.party.name in answer.text]
        assert f'/tenders/{world.number}/bid"' not in answer.text
    assert (
        f"/tenders/{world.number}/collect" not in (await browser.get(f"/tenders/{world.number}/changes")).text
    )
    page = await browser.get(f"/tenders/{world.number}")
    assert "仅受邀企业可以投标" in page.text


async def test_before_the_announcement_no_letter_exists(browser: Browser) -> None:
    people = await _enterprises(3)
    world = await make.a_draft(invited=tuple(one.party.code for one in people))
    browser.actor = people[0].party.actor
    assert (await browser.get(f"/tenders/{world.number}/invitation")).status_code == 404


async def test_the_list_is_read_by_the_authority_that_supervises_and_by_no_other(browser: Browser) -> None:
    people = await _enterprises(3)
    codes = tuple(one.party.code for one in people)
    world = await make.a_tender(at=Stage.FILED, prophase=True, invited=codes)
    for role, status in ((Role.DISTRICT, 200), (Role.STREET, 404)):
        browser.actor = await parties.an_officer(role)
        assert (await browser.get(f"/tenders/{world.number}/invitation")).status_code == status


async def test_a_draft_offers_the_procedures_of_the_role(browser: Browser) -> None:
    world = await make.a_draft(prophase=True)
    browser.actor = world.tenderer
    page = await browser.get("/tenders/new")
    assert "prophase-open" in page.text
    assert "prophase-invited" in page.text
    assert "owner-" not in page.text


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 303),
        ({"approval.ground": "cost"}, 400),
        (
            {
                "approval.ground": "cost",
                "approval.number": "京朝建〔2026〕1号",
                "approval.authority": "虚构区住建委",
                "approval.approved_on": "2026-02-01",
            },
            303,
        ),
    ],
)
async def test_an_approval_is_written_whole_or_not_at_all(
    browser: Browser, sent: dict[str, str], status: int
) -> None:
    world = await make.a_draft(prophase=True, invited=())
    browser.actor = world.tenderer
    title = (await world.tender()).content.title
    form = {"title": title, "state_controlled": "true", **sent}
    answer = await browser.post(f"/tenders/{world.number}/revise", data=form)
    assert answer.status_code == status
    content = (await world.tender()).content
    assert (content.invitation_approval is not None) is (len(sent) == 4)
    assert content.state_controlled is (status == 303)


async def test_the_public_has_no_invitation_page(browser: Browser) -> None:
    world = await make.a_draft()
    browser.actor = Actor.public()
    assert (await browser.get(f"/tenders/{world.number}/invitation")).status_code in {303, 401}
