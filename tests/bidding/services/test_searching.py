"""Searching announced tenders: what finds one, what narrows a list, what nobody finds before its time."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from bidding.domain import lot
from bidding.domain.procedure import Stage
from bidding.queries import tender_lists
from bidding.queries.filtering import Filters
from bidding.services import drafts
from bidding.services.amending import amendments
from market.kernel.actor import Actor
from market.parties import public as register
from market.runtime import database, workdays
from tests import factories_bidding as make
from tests import factories_documents as documents
from tests import factories_parties as parties

pytestmark = pytest.mark.usefixtures("database")

TWO_LOTS = (
    documents.a_lot("1", area_centi=6_000_000, maximum_price_fen=144_000_000),  # 2.00 yuan/m² and month
    documents.a_lot("2", area_centi=3_000_000, maximum_price_fen=None),
)
ESTIMATE = 216_000_000
"""A year, for 90,000 m² together: 2.00 yuan for a square metre and month as well."""


async def found(**asked: Any) -> list[str]:
    return [line.number for line in await tender_lists.published(Filters(**asked))]


async def a_tender(title: str, *, at: Stage = Stage.PUBLISHED, **changes: Any) -> make.World:
    content = documents.a_content(title=title, **changes)
    return await make.a_tender(at=at, bids=0, content=content)


async def test_a_tender_is_found_by_title_number_area_and_tenderer_in_chinese_and_pinyin() -> None:
    world = await a_tender("长阳镇重庆里物业服务招标")
    tender = await world.tender()
    home = await register.community(tender.community)
    texts = [
        *("长阳", "changyangzhen", "zhangyang", "cyzcql", "zhongqingli", "chongqing", "长y镇"),
        *(tender.number, tender.number.lower(), tender.number[1:]),
        *(home.name, "xugoujiayuan", f"{home.name}业主委", "yezhuweiyuanhui", "yzwyh"),
    ]
    assert [text for text in texts if world.number not in await found(text=text)] == []
    for text in ("阳长", "cycz", "100%", "%", "'", "z" * 80):
        assert world.number not in await found(text=text), text


async def test_drafts_and_what_waits_for_its_announcement_are_found_by_nothing() -> None:
    draft = await a_tender("秘而未宣的长安里招标", at=Stage.DRAFT)
    filed = await a_tender("秘而未宣的永安里招标", at=Stage.ACCEPTED)
    tender = await draft.tender()
    place = tender.path[-1]
    asked: list[dict[str, Any]] = [
        *({"text": text} for text in ("秘而未宣", "mewx", "chang'anli", draft.number, filed.number)),
        {"stage": "draft"},
        {"stage": "accepted"},
        {"division": place},
        {
            "procedure": tender.procedure.key,
            "area_from": 1,
            "price_from": 1,
            "deadline_from": date(2026, 1, 1),
        },
        {},
    ]
    for one in asked:
        assert not {draft.number, filed.number} & set(await found(**one)), one
    await make.walk(filed, Stage.PUBLISHED)
    assert filed.number in await found(text="mewx")
    assert draft.number not in await found(text="mewx")


async def test_an_amended_title_area_and_ceiling_are_found_as_they_are_now() -> None:
    await workdays.seed(by=Actor.platform(), now=parties.NOW)
    world = await a_tender("旧名长安里招标", at=Stage.BIDDING)
    assert world.number in await found(text="jmcal", area_to=8_000_000)
    before = (await world.tender()).content
    larger = documents.a_lot("1", area_centi=9_000_000, maximum_price_fen=324_000_000)
    await amendments.amend(
        number=world.number,
        content=msgspec.structs.replace(before, title="新名永安里招标", lots=(larger,)),
        reason="更正",
        by=world.tenderer,
        now=make.ISSUE + timedelta(days=1),
    )
    assert await found(text="xmyal", area_from=9_000_000, price_from=300, price_to=300) == [world.number]
    assert world.number not in await found(text="jmcal")
    assert world.number not in await found(text="旧名")
    assert world.number not in await found(area_to=8_999_999)


async def test_area_and_ceiling_are_those_of_one_lot_and_bounds_count_in() -> None:
    world = await a_tender("两标段招标", lots=TWO_LOTS, estimate_fen=ESTIMATE, price_limit_method="成本测算")
    fits: list[dict[str, Any]] = [
        {"area_from": 6_000_000},
        {"area_from": 3_000_000, "area_to": 3_000_000},
        {"price_from": 200, "price_to": 200},
        {"area_to": 3_000_000, "price_from": 200},
    ]
    other: list[dict[str, Any]] = [
        {"area_from": 6_000_001},
        {"area_from": 3_000_001, "area_to": 5_999_999},
        {"area_to": 2_999_999},
        {"price_from": 201},
        {"price_to": 199},
    ]
    for one in fits:
        assert await found(text="两标段", **one) == [world.number], one
    for one in other:
        assert await found(text="两标段", **one) == [], one


async def test_place_stage_procedure_and_days_of_the_deadline_narrow_the_list() -> None:
    world = await a_tender("按地点查找的招标")
    tender = await world.tender()
    day = date(2026, 4, 1)  # documents.DEADLINE in Beijing
    fits: list[dict[str, Any]] = [
        *({"division": code} for code in tender.path),
        {"stage": "published", "profile": "owner", "procedure": "owner-open"},
        {"deadline_from": day, "deadline_to": day},
    ]
    other: list[dict[str, Any]] = [
        {"division": "110106"},
        {"stage": "bidding"},
        {"profile": "prophase"},
        {"procedure": "owner-invited"},
        {"deadline_from": day + timedelta(days=1)},
        {"deadline_to": day - timedelta(days=1)},
    ]
    for one in fits:
        assert await found(text="按地点", **one) == [world.number], one
    for one in other:
        assert await found(text="按地点", **one) == [], one


def test_a_ceiling_is_the_lots_own_else_the_estimate_over_all_lots() -> None:
    own, spread = (lot.ceiling(one, TWO_LOTS, ESTIMATE) for one in TWO_LOTS)
    assert (own.fen, own.over_centi) == (144_000_000, 6_000_000)
    assert (spread.fen, spread.over_centi) == (ESTIMATE, 9_000_000)
    assert lot.ceiling(TWO_LOTS[1], TWO_LOTS, 0).fen is None


async def test_a_draft_written_anew_keeps_one_row_for_each_lot() -> None:
    world = await a_tender("重写的草稿", at=Stage.DRAFT, lots=TWO_LOTS)
    content = msgspec.structs.replace((await world.tender()).content, lots=TWO_LOTS[:1])
    await drafts.revise(number=world.number, content=content, by=world.tenderer, now=make.NOW)
    rows = await database.fetch(
        "SELECT lot, area_centi FROM bidding_lot WHERE tender = $1", (await world.tender()).id
    )
    assert [(row["lot"], row["area_centi"]) for row in rows] == [("1", 6_000_000)]
