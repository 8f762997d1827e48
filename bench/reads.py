"""Two reads beside the least that answers them: one tender as JSON, and the page of fifty."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from litestar import Litestar, Response, get

from bench import asking, rounds
from bench.results import Goal, verdict
from bench.world import Market
from bidding.queries import tender_lists
from bidding.queries.filtering import Filters
from bidding.web.searching import Wanted
from market.runtime.web import render
from tests.factories_bidding import World

ROUNDS, TIMES, AT_ONCE, MOST = 9, 120, 8, 2.0

POINT = """
    SELECT t.*, d.path,
        (SELECT json_agg(json_build_object('institution', k.institution, 'opening_key', k.opening_key,
            'signing_key', k.signing_key) ORDER BY k.number)
         FROM bidding_keyholder k WHERE k.tender = t.id) AS keyholders,
        c.body AS checkpoint, c.key_id AS checkpoint_key, c.signature AS checkpoint_signature,
        e.body AS entry, e.key_id AS entry_key, e.signature AS entry_signature, l.position,
        (SELECT json_agg(i.image ORDER BY i.ordinal) FROM runtime_audit_image i
         WHERE i.entry_id = e.id) AS rows
    FROM bidding_tender t
    JOIN parties_division d ON d.code = t.division
    JOIN runtime_audit_entry e ON e.id = t.publication_entry
    JOIN runtime_log_leaf l ON l.entry_id = e.id
    CROSS JOIN (SELECT body, key_id, signature FROM runtime_log_checkpoint ORDER BY size DESC LIMIT 1) c
    WHERE t.number = $1
"""
"""Every row the answer is made of, in one round trip; the bare handler computes nothing from them."""


class _Rows(msgspec.Struct):
    """What the list's template reads."""

    tenders: list[Any]
    asked: dict[str, str] = msgspec.field(default_factory=lambda: dict.fromkeys(Wanted.__struct_fields__, ""))
    narrowed: bool = False
    stages: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    divisions: tuple[tuple[str, str], ...] = ()
    streets: tuple[tuple[str, str], ...] = ()
    more: str | None = "/tenders?offset=50"
    first: str | None = None
    csv: str = "/tenders/export/csv"
    xlsx: str = "/tenders/export/xlsx"


def bare(market: Market) -> Litestar:
    """Return an application of two handlers: the driver's rows as they come, nothing else."""

    @get("/point/{number:str}")
    async def point(number: str) -> dict[str, Any]:
        row = await market.raw.fetchrow(POINT, number)
        return dict(row)

    @get("/page")
    async def page() -> Response[bytes]:
        sql, values = tender_lists.announced(Filters(), offset=0, limit=tender_lists.PAGE)
        rows = await market.raw.fetch(sql, *values)
        return render.page("bidding/tenders.html", _Rows(tenders=[dict(row) for row in rows]))

    return Litestar([point, page], logging_config=None, openapi_config=None)


async def measure(market: Market, worlds: list[World]) -> AsyncIterator[Goal]:
    """Measure both reads."""
    beside = bare(market)
    number = worlds[0].number
    yield _goal(
        "json-point-read",
        "GET /api/tenders/{number}: at most 2 × a bare handler with a bare query",
        await _compare(market, beside, f"/api/tenders/{number}", f"/point/{number}"),
        "a Litestar handler that returns the same rows, read by asyncpg in one statement",
    )
    yield _goal(
        "page-of-50",
        "GET /tenders with 50 rows: at most 2 × the query and the template",
        await _compare(market, beside, "/tenders", "/page"),
        "a Litestar handler with the same statement by asyncpg and the same template",
    )


async def _compare(market: Market, beside: Litestar, ours: str, theirs: str) -> rounds.Pair:
    html = {"accept": "text/html"}

    async def one() -> None:
        answer = await asking.ask(market.served, "GET", ours, headers=html)
        assert answer.status == 200, answer.body

    async def other() -> None:
        answer = await asking.ask(beside, "GET", theirs, headers=html)
        assert answer.status == 200, answer.body

    return await rounds.compare(one, other, rounds=ROUNDS, times=TIMES, at_once=AT_ONCE)


def _goal(name: str, goal: str, pair: rounds.Pair, against: str) -> Goal:
    return Goal(
        name=name,
        goal=goal,
        figure=round(pair.cost, 2),
        verdict=verdict(passed=pair.cost <= MOST),
        ours_ms=round(pair.ours * 1000, 3),
        bare_ms=round(pair.bare * 1000, 3),
        against=against,
    )
