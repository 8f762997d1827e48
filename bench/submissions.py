"""Sealed envelopes of 1 MiB, submitted the way a client does, beside inserting the same bytes raw."""

import asyncio
import io
import itertools
import os

import msgspec

from bench import asking, rounds, world
from bench.results import Goal, verdict
from bench.world import Market
from bidding.client import sealing
from bidding.domain.sealed import package, wire
from bidding.domain.tender import Tender
from bidding.queries import tenders
from tests import factories_bidding as make

SIZE = 1_000_000
"""Bytes of the offer's file; the package is padded to 1 MiB."""
BIDDERS, CHAIN, ROUNDS, AT_ONCE, LEAST = 30, 5, 4, 8, 0.5


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """An envelope, and its ``finish`` but for the upload's id."""

    bidder: int
    cookie: str
    ciphertext: bytes
    request: wire.SubmitEnvelope


async def sealed(tender: make.World) -> list[Sealed]:
    """Return envelopes of many bidders; each replaces its own one before."""
    version = await tender.tender()
    made: list[Sealed] = []
    bidders = [await make.a_bidder() for _ in range(BIDDERS)]
    cookies = [await world.signed_in(one.party.actor) for one in bidders]
    supersedes: list[str | None] = [None] * BIDDERS
    for _, place in itertools.product(range(CHAIN), range(BIDDERS)):
        bidder = bidders[place]
        _seal(bidder, version, supersedes[place])
        assert bidder.header is not None
        act, signature = sealing.sign_bid(bidder.header, bidder.pair.signing)
        request = wire.SubmitEnvelope(
            upload="", header=bidder.header, act=act, signature=signature, key_id=bidder.pair.registered.id
        )
        made.append(
            Sealed(bidder=place, cookie=cookies[place], ciphertext=bidder.ciphertext, request=request)
        )
        supersedes[place] = bidder.header.commitment
    return made


def _seal(bidder: make.Bidder, version: Tender, supersedes: str | None) -> None:
    out = io.BytesIO()
    data = sealing.bytes_of(os.urandom(SIZE), name=package.OFFER, media_type="application/json")
    offer = sealing.Offer(
        lot="1",
        kind="single",
        form="bid/1",
        bidder=package.Bidder(uscc=bidder.party.code, name=bidder.party.name),
        price_fen=bidder.price_fen,
        terms={"term_months": 36},
        files=[data],
        supersedes=supersedes,
    )
    recovery = bidder.pair.registered.recovery_key_hex
    bidder.header = sealing.seal(offer, version=tenders.version_of(version), recovery_key=recovery, out=out)
    bidder.ciphertext = out.getvalue()


async def measure(market: Market, tender: make.World) -> Goal:
    """Measure; every envelope is submitted once, and every one inserted once."""
    everything = await sealed(tender)
    turns = [asyncio.Lock() for _ in range(BIDDERS)]
    mine, theirs = iter(everything), itertools.cycle(everything)
    form = await _form(market)
    await market.raw.execute("CREATE TABLE bench_blob (id bigserial PRIMARY KEY, data bytea NOT NULL)")

    async def ours() -> None:
        one = next(mine)
        async with turns[one.bidder]:
            await _submit(market, one, form)

    async def bare() -> None:
        await market.raw.execute("INSERT INTO bench_blob (data) VALUES ($1)", next(theirs).ciphertext)

    times = len(everything) // (ROUNDS + 1)
    pair = await rounds.compare(ours, bare, rounds=ROUNDS, times=times, at_once=AT_ONCE)
    rate = 1 / pair.cost
    return Goal(
        name="submissions-of-1-mib",
        goal="submissions of 1 MiB envelopes a second: at least 0.5 × raw inserts of the same bytes",
        figure=round(rate, 2),
        verdict=verdict(passed=rate >= LEAST),
        ours_ms=round(pair.ours * 1000, 2),
        bare_ms=round(pair.bare * 1000, 2),
        against="INSERT of the same bytes into a bytea column by asyncpg, one transaction each, durable",
    )


async def _form(market: Market) -> str:
    first = await asking.ask(market.served, "GET", "/api/log/checkpoint")
    cookie = next(value for name, value in first.headers if name == b"set-cookie")
    return cookie.decode().split("csrftoken=")[1].split(";")[0]


async def _submit(market: Market, one: Sealed, form: str) -> None:
    headers = {"cookie": f"market_session={one.cookie}; csrftoken={form}", "x-csrftoken": form}
    begun = await asking.ask(market.served, "POST", "/api/uploads", headers=headers)
    upload = msgspec.json.decode(begun.body, type=wire.Upload).upload
    for start in range(0, len(one.ciphertext), wire.PART):
        part = one.ciphertext[start : start + wire.PART]
        address = f"/api/uploads/{upload}?offset={start}"
        sent = await asking.ask(market.served, "PUT", address, headers=headers, body=part)
        assert sent.status == 200, sent.body
    body = msgspec.json.encode(msgspec.structs.replace(one.request, upload=upload))
    kind = {"content-type": "application/json"}
    answer = await asking.ask(market.served, "POST", "/api/envelopes", headers=headers | kind, body=body)
    assert answer.status == 200, answer.body
    given = msgspec.json.decode(answer.body, type=wire.BidAnswer)
    assert given.outcome == "receipt", answer.body
