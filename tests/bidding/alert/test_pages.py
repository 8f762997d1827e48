"""The page of alerts: for whom it opens, what stands side by side, and what its forms do."""

from collections.abc import Mapping
from typing import Any

import pytest

from bidding.domain.alert.disposal import State
from bidding.domain.procedure import Stage
from market.kernel.actor import Actor, Role
from tests import factories_bidding as make
from tests import factories_parties as parties
from tests.bidding.alert.test_alerts import OPENED, alerts, colluding, deliver, offer, opened, seated
from tests.bidding.web.conftest import Browser, browser

__all__ = ["browser"]
pytestmark = pytest.mark.usefixtures("database")
HTML = {"accept": "text/html"}


async def page(browser: Browser, world: make.World, actor: Actor, lang: str = "en") -> str:
    browser.actor, browser.now = actor, OPENED
    answer = await browser.get(f"/tenders/{world.number}/alerts", headers={**HTML, "accept-language": lang})
    assert answer.status_code == 200, answer.text
    return answer.text


async def send(
    browser: Browser, world: make.World, actor: Actor, step: str, data: Mapping[str, Any]
) -> tuple[int, str]:
    (one,) = await alerts(world)
    browser.actor, browser.now = actor, OPENED
    answer = await browser.post(f"/api/tenders/{world.number}/alerts/{one.name}/{step}", json=dict(data))
    return answer.status_code, answer.text


async def test_the_page_opens_for_committee_and_supervisor_and_for_nobody_else(browser: Browser) -> None:
    world = await colluding()
    expert = await seated(world)
    for path in (f"/tenders/{world.number}/alerts", f"/api/tenders/{world.number}/alerts"):
        for actor, status in (
            (expert, 200),
            (world.officer, 200),
            (await parties.an_expert(), 403),
            (await parties.an_officer(Role.STREET, "110106001"), 403),
            (world.tenderer, 403),
            (world.bidders[0].party.actor, 403),
            (world.bidders[2].party.actor, 403),
        ):
            browser.actor, browser.now = actor, OPENED
            answer = await browser.get(path)
            assert answer.status_code == status, (path, actor.role, answer.text[:300])
    browser.actor = Actor.public()
    assert (await browser.get(f"/api/tenders/{world.number}/alerts")).status_code == 401


async def test_evidence_stands_side_by_side_with_clause_strength_and_forms(browser: Browser) -> None:
    world = await colluding()
    text = await page(browser, world, world.officer)
    assert "The same person on the project team" in text
    assert text.count("PM-1") == 2
    for bidder in world.bidders[:2]:
        assert bidder.party.name in text
    for step in ("uphold", "dismiss", "refer"):
        assert f"/{step}" in text
    assert "/answer" not in text
    chinese = await page(browser, world, world.officer, "zh")
    assert "项目管理成员为同一人" in chinese
    assert "线索不是结论" in chinese


async def test_screens_are_shown_with_their_limits_and_decide_nothing(browser: Browser) -> None:
    prices = (100_000_000, 100_400_000, 101_700_000)
    world = await opened(*[offer(f"PM-{one}", one) for one in range(3)], prices=prices)
    await deliver()
    text = await page(browser, world, world.officer)
    assert "Coefficient of variation" in text
    assert "6.00 %" in text
    assert "Worth a look" in text
    assert await alerts(world) == []
    assert "Nothing was seen" in text


async def test_an_alert_is_upheld_over_http_and_the_page_says_what_follows(browser: Browser) -> None:
    world = await colluding()
    (one,) = await alerts(world)
    browser.actor, browser.now = world.officer, OPENED
    answer = await browser.post(
        f"/tenders/{world.number}/alerts/{one.name}/uphold",
        data={"held_as": "BLR 40(3)", "reasons": "社保记录为同一人"},
        headers=HTML,
    )
    assert (answer.status_code, answer.headers["location"]) == (303, f"/tenders/{world.number}/alerts")
    text = await page(browser, world, world.officer)
    assert "The bids concerned are to be rejected" in text
    assert "社保记录为同一人" in text
    assert "/dismiss" not in text


async def test_a_referral_and_its_answer_over_http(browser: Browser) -> None:
    world = await colluding()
    (one,) = await alerts(world)
    browser.actor, browser.now = world.officer, OPENED
    await browser.post(
        f"/tenders/{world.number}/alerts/{one.name}/refer",
        data={"addressee": "虚构区市场监督管理局", "exhibits": "人员页\n\n社保结果 ", "reasons": "涉嫌串通"},
        headers=HTML,
    )
    (one,) = await alerts(world)
    assert (one.state, one.disposals[0].evidence) == (State.REFERRED, ("人员页", "社保结果"))
    assert "/answer" in await page(browser, world, world.officer)
    assert (await send(browser, world, world.officer, "answer", {"reasons": "已立案"}))[0] == 200
    assert (await alerts(world))[0].state is State.ANSWERED


async def test_an_alert_is_not_reached_through_another_tender(browser: Browser) -> None:
    world = await colluding()
    (one,) = await alerts(world)
    other = await opened(*[offer(f"PM-{place}", place) for place in range(3)])
    browser.actor, browser.now = other.officer, OPENED
    answer = await browser.post(
        f"/api/tenders/{other.number}/alerts/{one.name}/dismiss", json={"reasons": "无"}
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "alert-unknown")


async def test_before_the_opening_there_is_nothing_to_read(browser: Browser) -> None:
    world = await make.a_tender(at=Stage.OPENING, bids=3)
    browser.actor, browser.now = world.officer, OPENED
    answer = await browser.get(f"/api/tenders/{world.number}/alerts")
    assert (answer.status_code, answer.json()["code"]) == (403, "alerts-closed")


async def test_the_workspace_of_the_authority_names_what_waits(browser: Browser) -> None:
    world = await colluding()
    task = "Decide on signs of collusion"
    browser.actor, browser.now = world.officer, OPENED
    english = {**HTML, "accept-language": "en"}
    assert task in (await browser.get("/workspace", headers=english)).text
    await send(browser, world, world.officer, "dismiss", {"reasons": "两人同名"})
    assert task not in (await browser.get("/workspace", headers=english)).text


@pytest.mark.parametrize(
    ("step", "data", "field"),
    [
        ("uphold", {"held_as": "BLR 40(9)", "reasons": "x"}, "held_as"),
        ("uphold", {"held_as": "BLR 40(1)", "reasons": ""}, "reasons"),
        ("refer", {"addressee": "x", "reasons": "x", "exhibits": []}, "exhibits"),
    ],
)
async def test_what_does_not_fit_is_refused_by_field(
    browser: Browser, step: str, data: dict[str, Any], field: str
) -> None:
    world = await colluding()
    status, text = await send(browser, world, world.officer, step, data)
    assert status == 400
    assert field in text
    assert (await alerts(world))[0].state is State.RAISED
