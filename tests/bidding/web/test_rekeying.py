"""The pages of a lost key: reported, seen by everybody, followed by other keyholders step by step."""

from datetime import timedelta

import pytest

from bidding.domain.procedure import Stage
from market.kernel.actor import Actor
from market.runtime import workdays
from tests import factories_bidding as make
from tests import factories_parties as parties
from tests.bidding.services import test_rekeying as rekeying
from tests.bidding.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")
DAY = timedelta(days=1)


async def _page(browser: Browser, path: str, actor: Actor) -> str:
    browser.actor = actor
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text[:400]
    return answer.text


async def _a_world(browser: Browser) -> make.World:
    await workdays.seed(by=Actor.platform(), now=make.NOW)
    browser.now = rekeying.EARLY
    return await make.a_tender(at=Stage.BIDDING, bids=1)


async def test_a_key_is_reported_on_its_holders_page_and_everybody_reads_what_is_left(
    browser: Browser,
) -> None:
    world = await _a_world(browser)
    root, (officer, pair) = f"/tenders/{world.number}", world.holders[1]
    assert "successors" not in await _page(browser, f"{root}/keyholders", world.tenderer)
    path = f"/workspace/keyholder-keys/{pair.registered.id}/revoke"
    assert path in await _page(browser, "/workspace/keys", officer)
    assert path not in await _page(browser, "/workspace/keys", world.tenderer)
    browser.actor = officer
    assert (await browser.post(path, data={"reason": "sold"})).status_code == 400
    assert (await browser.post(path, data={"reason": "lost"})).status_code == 303
    assert "还可再失 0 把" in await _page(browser, root, Actor.public())
    await rekeying.report(world, 2)
    assert "无法开启" in await _page(browser, root, Actor.public())
    assert "无法开启" in await _page(browser, f"{root}/bid", world.bidders[0].party.actor)
    assert "变更密钥保管人：失效密钥过多" in await _page(browser, "/workspace", world.tenderer)


async def test_other_keyholders_follow_step_by_step_and_bidders_are_asked_to_seal_anew(
    browser: Browser,
) -> None:
    world = await _a_world(browser)
    root, (officer, pair) = f"/tenders/{world.number}", world.holders[1]
    await rekeying.report(world, 1)
    world.holders[1] = officer, await parties.keyholder_keys(officer)
    page = await _page(browser, f"{root}/keyholders", world.tenderer)
    ids = [one.registered.id for _, one in world.holders]
    assert all(f'value="{one}"' in page for one in ids)
    assert (await browser.post(f"{root}/successors", data={"key_ids": ids})).status_code == 303
    page = await _page(browser, f"{root}/keyholders", world.tenderer)
    assert 'id="rehearsal"' in page
    assert f'action="{root}/key-change"' not in page
    assert "演练：打开测试信封" in await _page(browser, "/workspace", officer)
    await rekeying.rehearse(world, range(3))
    assert f'action="{root}/key-change"' in await _page(browser, f"{root}/keyholders", world.tenderer)
    changed = await browser.post(f"{root}/key-change", data={"reason": "一把密钥失效"})
    assert changed.headers["location"] == f"{root}/changes"
    page = await _page(browser, f"{root}/changes", Actor.public())
    assert {pair.registered.id in page, ids[1] in page} == {True}
    bidder = world.bidders[0].party.actor
    assert "按原保管人密封" in await _page(browser, "/my/bids", bidder)
    assert "重新密封投标" in await _page(browser, "/workspace", bidder)
