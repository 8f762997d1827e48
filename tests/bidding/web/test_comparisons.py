"""Bids side by side and the catalogue over HTTP: for whom, from when, and in which words."""

from csv import reader
from datetime import timedelta

import msgspec
import pytest

from bidding.domain.procedure import Stage
from bidding.domain.service import catalogue
from bidding.queries.service import catalogues
from market.kernel.actor import Actor, Role
from market.kernel.period import local_day
from market.runtime.web import export
from tests import factories_awards as awards
from tests import factories_bidding as make
from tests import factories_committee as committee
from tests import factories_offers as priced
from tests import factories_parties as parties
from tests.bidding.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")


async def test_bids_lie_side_by_side_for_committee_and_supervisor_only(browser: Browser) -> None:
    world, _ = await awards.opened()
    page, file = f"/tenders/{world.number}/comparison", f"/tenders/{world.number}/comparison/export/csv"
    api = f"/api/tenders/{world.number}/comparison"
    for actor, status in (
        (world.tenderer, 200),
        (world.officer, 200),
        ((await committee.members(world))[0], 200),
        (await parties.an_expert(), 403),
        (world.bidders[0].party.actor, 403),
        (await parties.an_officer(Role.STREET, "110106001"), 403),
    ):
        browser.actor = actor
        for path in (page, file, api):
            assert (await browser.get(path)).status_code == status, (actor.role, path)
    browser.actor = Actor.public()
    assert (await browser.get(api)).status_code == 401


async def test_the_comparison_shows_exact_figures_and_every_difference(browser: Browser) -> None:
    world = await make.a_tender(at=Stage.BIDDING, bids=2)
    asked = (await world.tender()).content.lots[0].services
    assert asked is not None
    odd = await make.a_bidder()
    plain = priced.an_offer(odd.price_fen - 5, asked, manager="", other_terms="按季调价")
    odd.offer = msgspec.structs.replace(
        plain, items=(msgspec.structs.replace(plain.items[0], level=1), *plain.items[2:])
    )
    await make.submit(world, odd)
    for step in (make._close, make._freeze, make._open):
        await step(world, 3)
    browser.actor = world.officer
    (lot,) = (await browser.get(f"/api/tenders/{world.number}/comparison")).json()
    assert len(lot["rows"]) == len(asked.lines)
    bid = next(each for each in lot["bids"] if each["price_fen"] == odd.price_fen)
    assert [each["code"] for each in bid["findings"]] == ["sum", "level-lower", "item-missing", "other-terms"]
    numerator, _, denominator = bid["monthly"].partition("/")
    assert int(numerator) * 8_000_000 * 12 == odd.price_fen * 100 * int(denominator or 1)
    assert sorted(each["place"] for each in lot["bids"]) == ["", "highest", "lowest"]
    page = (await browser.get(f"/tenders/{world.number}/comparison", headers={"accept": "text/html"})).text
    assert "按季调价" in page
    assert f"{plain.items[0].code} 承诺 1 级，低于要求的 3 级" in page
    assert "不作评判" in page
    csv = (await browser.get(f"/tenders/{world.number}/comparison/export/csv")).content.decode("utf-8-sig")
    assert len(csv.splitlines()) == 1 + 3 + 3 * len(asked.lines)
    lines = list(reader(csv.splitlines()))
    assert {len(line) for line in lines} == {len(lines[0])}
    assert lines[0][-5:] == ["每平方米每月价格（分）", "期限（月）", "项目负责人", "人数", "岗位配置"]
    staff = "; ".join(f"{post.role} {post.count}" for post in plain.staff)
    assert [bid["monthly"], "36", "", str(plain.heads), staff] in [line[-5:] for line in lines]


async def test_before_the_opening_there_is_nothing_to_compare(browser: Browser) -> None:
    world = await make.a_tender(at=Stage.OPENING, bids=3)
    for actor in (world.tenderer, world.officer):
        browser.actor = actor
        answer = await browser.get(f"/api/tenders/{world.number}/comparison")
        assert (answer.status_code, answer.json()["code"]) == (409, "nothing-opened")


async def test_a_manager_named_twice_is_said_to_committee_and_enterprise(browser: Browser) -> None:
    worlds = [await make.a_tender(at=Stage.BIDDING, bids=2) for _ in range(2)]
    bidder = await make.a_bidder()
    bidder.manager = "BJ-PM-7777"
    for world in worlds:
        bidder.header = None
        await make.submit(world, bidder)
        for step in (make._close, make._freeze, make._open):
            await step(world, 3)
    browser.now = make.DEADLINE + timedelta(days=1)
    browser.actor = worlds[0].tenderer
    html = {"accept": "text/html"}
    page = (await browser.get(f"/tenders/{worlds[0].number}/comparison", headers=html)).text
    assert f"BJ-PM-7777 同时出现在：{worlds[1].number}-B" in page
    browser.actor = bidder.party.actor
    page = (await browser.get("/workspace", headers=html)).text
    assert page.count("项目负责人 BJ-PM-7777 出现在不止一个投标或合同中") == 2


async def test_the_catalogue_is_read_by_area_and_downloaded_as_it_is_read_back(browser: Browser) -> None:
    page = (await browser.get("/catalogue?area=E3", headers={"accept": "text/html"})).text
    assert "电梯运行巡查" in page
    assert "草坪修剪" not in page
    data = (await browser.get("/catalogue/export/csv")).content.decode()
    assert catalogue.parse(data) == catalogues.first().items
    assert (await browser.get("/catalogue/export/xlsx")).content.startswith(b"PK")
    answer = await browser.get("/catalogue?version=beijing/9")
    assert (answer.status_code, answer.json()["code"]) == (404, "catalogue-unknown")


async def test_the_city_previews_a_file_sees_every_difference_and_publishes(browser: Browser) -> None:
    await parties.a_world()
    rows = [list(catalogue.cells(each)) for each in catalogues.first().items]
    rows[0][catalogue.COLUMNS.index("name_zh")] = "公示栏"
    data = export.as_csv(catalogue.COLUMNS, rows)
    day = (local_day(make.NOW) + timedelta(days=3)).isoformat()
    browser.actor = await parties.an_officer(Role.CITY, "110000")
    html = {"accept": "text/html"}
    shown = await browser.post(
        "/catalogue/preview",
        files={"file": ("list.csv", data, "text/csv")},
        data={"effective_on": day},
        headers=html,
    )
    assert shown.status_code == 200
    assert "公示栏" in shown.text
    assert "1 处变动" in shown.text
    assert len(await catalogues.versions()) == 1
    broken = await browser.post(
        "/catalogue/preview",
        files={"file": ("list.csv", data.replace(b"1/month", b"now and then"), "text/csv")},
        data={"effective_on": day},
    )
    assert broken.status_code == 400
    assert len(broken.json()["errors"]) > 5
    body = {"lines": data.decode("utf-8-sig"), "effective_on": day}
    published = await browser.post("/catalogue", data=body, headers=html)
    assert published.status_code == 303
    assert "公示栏" in (await browser.get("/catalogue?version=beijing/2", headers=html)).text
    browser.actor = await parties.an_officer(Role.STREET)
    assert (await browser.post("/api/catalogue", json=body)).status_code == 403


async def test_a_committee_chooses_services_without_scripts(browser: Browser) -> None:
    world = await make.a_draft()
    browser.actor = world.tenderer
    form = {
        "title": "选服务",
        "lot_area_centi": "80000",
        "service_level": "2",
        "services.E3-01": "5",
        "services.E6-01": "0",
        "own.0.area": "E7",
        "own.0.name": "夜间护送",
        "own.0.unit": "次",
        "own.0.standard": "二十二时后应业主要求",
    }
    answer = await browser.post(f"/tenders/{world.number}/revise", data=form)
    assert answer.status_code == 303, answer.text
    services = (await world.tender()).content.lots[0].services
    assert services is not None
    levels = {line.code: line.level for line in services.lines}
    assert (levels["E3-01"], levels["E1-01"], levels["X-01"]) == (5, 2, 0)
    assert "E6-01" not in levels
    assert len(levels) == len(catalogues.first().items)
    page = (await browser.get(f"/tenders/{world.number}/edit", headers={"accept": "text/html"})).text
    assert "夜间护送" in page
    assert f'id="service-count" translate="no">{len(levels)}<' in page
