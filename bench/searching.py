"""A filtered search over two thousand tenders beside the plain list, which one index answers."""

import itertools

import asyncpg

from bench import rounds
from bench.results import Goal, verdict
from bench.world import Market
from bidding.queries import tender_lists
from bidding.queries.filtering import Filters
from bidding.tables.tenders import TenderRow
from market.parties import public as parties
from tests.factories_bidding import World

TENDERS, ROUNDS, TIMES, AT_ONCE, MOST = 2_000, 9, 40, 4, 3.0

PLACES = ("朝阳", "长阳", "重庆", "望京", "翠屏", "行宫", "通州", "大兴", "常营", "酒仙桥")
KINDS = ("家园", "嘉苑", "东里", "西里", "新村", "花园", "公寓", "雅居")
WANTED = Filters(text="changyang", area_from=5_000_000, area_to=9_000_000, price_to=300)
OWN = {"id", "number", "title", "title_grams", "title_readings", "next_due_at"}
"""Columns that a copy does not take over."""


async def measure(market: Market, worlds: list[World]) -> Goal:
    """Measure one search by pinyin, area and price; the copies stay, so it comes last."""
    async with market.raw.acquire() as wire:
        await _copies(wire, worlds[0].number)
    plain, values = tender_lists.announced(Filters(), offset=0, limit=tender_lists.PAGE + 1)

    async def ours() -> None:
        assert await tender_lists.published(WANTED)

    async def bare() -> None:
        assert await market.raw.fetch(plain, *values)

    pair = await rounds.compare(ours, bare, rounds=ROUNDS, times=TIMES, at_once=AT_ONCE)
    return Goal(
        name="search-2000",
        goal="a search by pinyin, area and price over 2,000 tenders: at most 3 × the plain list of 50",
        figure=round(pair.cost, 2),
        verdict=verdict(passed=pair.cost <= MOST),
        ours_ms=round(pair.ours * 1000, 3),
        bare_ms=round(pair.bare * 1000, 3),
        against="the first page of all tenders by asyncpg, in the order of its index",
    )


async def _copies(wire: asyncpg.Connection, number: str) -> None:
    """Fill the list up with copies of one announced tender under other titles, with other figures."""
    kept = [column._meta.name for column in TenderRow._meta.columns if column._meta.name not in OWN]
    listed = ", ".join(kept)
    names = itertools.product(KINDS, range(1, TENDERS), PLACES)
    rows = []
    for count, (kind, block, place) in zip(range(TENDERS), names, strict=False):
        title = f"{place}{kind}{block}号院物业服务招标"
        key = parties.finding_key(title)
        rows.append((f"B{count:05d}", title, key.grams, key.readings, number))
    await wire.executemany(
        f"INSERT INTO bidding_tender (number, title, title_grams, title_readings, {listed})"  # noqa: S608
        f" SELECT $1, $2, $3::varchar[], $4, {listed} FROM bidding_tender WHERE number = $5",
        rows,
    )
    await wire.execute(
        "INSERT INTO bidding_lot (tender, lot, area_centi, ceiling_fen, over_centi)"
        " SELECT id, '1', 1000000 + id * 5000, 300000000, 1000000 + id * 5000 FROM bidding_tender"
        " WHERE starts_with(number, 'B')"
    )
    await wire.execute("ANALYZE")
