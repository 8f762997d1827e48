"""A bid whose price, staff and text are sought everywhere the operator can look, up to the server's memory.

The server is a process of its own; the bid is sealed here and reaches it over HTTP.
"""

import base64
import gzip
import io
from pathlib import Path

import httpx
import msgspec
import pytest

from bidding.client import sealing
from bidding.domain.sealed import package, wire
from bidding.domain.sealed.encoding import write
from bidding.domain.sealed.envelope import Header
from bidding.domain.service.offer import Offer
from bidding.queries import tenders as tender_queries
from market.runtime.postgres import Cluster
from tests import factories_bidding as make
from tests import factories_offers as priced
from tests import factories_parties as parties
from tests.secrecy import keeping, searching, serving
from tests.secrecy.conftest import Staging
from tests.secrecy.staging import login_of

pytestmark = pytest.mark.processes

PRICE = 194_783_561
STAFF = "哨兵项目经理欧阳密封"
TEXT = "sentinel-plan-of-work-7c1e55d0"
ITEM = 173_456_127
WORDS = (
    *(str(PRICE), "1,947,835.61", "1947835.61"),
    *(str(ITEM), "1,734,561.27", "1734561.27"),
    *(STAFF, TEXT),
)


@pytest.mark.parametrize("word", WORDS)
def test_the_search_finds_a_word_in_every_spelling(word: str) -> None:
    for shift, padding in ((0, b""), (1, b"x"), (2, b"xy")):
        packed = gzip.compress(b"noise" + word.encode() + b"noise")
        for data in (word.encode("utf-16-le"), b"..." + packed + b"..."):
            assert searching.sightings(padding + data, [word]), (shift, data)
        for spell in (sealing_base64, str.encode):
            assert searching.sightings(spell((padding + word.encode()).decode()), [word])
    assert not searching.sightings(b"nothing of the kind" * 100, [word])


def sealing_base64(text: str) -> bytes:
    """Return a text as base64."""
    return base64.b64encode(text.encode() + b"tail")


async def test_no_sentinel_reaches_dump_files_logs_temporary_files_or_memory(
    staging: Staging, cluster: Cluster, tmp_path: Path
) -> None:
    async with staging() as stage:
        world = await serving.a_tender_of_today(stage)
        bidder = await make.a_bidder()
        async with serving.served(stage, tmp_path / "server") as server:
            header = await _bid(server, world, bidder)
            places = [("dump", (await keeping.dump(stage.url)).encode())]
            places += [*searching.files_below(stage.folder), *searching.files_below(server.temporary)]
            places += [
                ("log", server.log.read_bytes()),
                ("database log", (cluster.folder / "log").read_bytes()),
            ]
            found = [(place, *seen) for place, data in places for seen in searching.sightings(data, WORDS)]
            assert found == []
            met = set()
            for process in server.processes():
                for place, data in searching.memory_of(process):
                    met |= {name for _, name in searching.sightings(data, [header.commitment])}
                    found += [(place, *seen) for seen in searching.sightings(data, WORDS)]
            assert found == []
            assert "utf-8" in met, "the memory that was searched is that of the process that took the bid"


def _offer() -> Offer:
    """Return an offer one of whose items has a price of its own, and that names people and plan."""
    made = priced.an_offer(PRICE - ITEM, priced.a_table(), manager=STAFF, plan=TEXT)
    first, *others = made.items
    dear = msgspec.structs.replace(others[0], price_fen=others[0].price_fen + first.price_fen)
    return msgspec.structs.replace(
        made, items=(msgspec.structs.replace(first, price_fen=ITEM), dear, *others[1:])
    )


async def _bid(server: serving.Server, world: make.World, bidder: make.Bidder) -> Header:
    """Seal here, send over HTTP, and be acknowledged."""
    out = io.BytesIO()
    offer = sealing.Offer(
        lot="1",
        kind="single",
        form="bid/1",
        bidder=package.Bidder(uscc=bidder.party.code, name=bidder.party.name),
        price_fen=PRICE,
        terms={"project_manager": STAFF},
        files=[
            sealing.bytes_of(
                write(_offer()),
                name=package.OFFER,
                media_type="application/json",
            ),
            sealing.bytes_of(f"{TEXT} 总价 1,947,835.61".encode(), name="plan.txt", media_type="text/plain"),
        ],
    )
    version = tender_queries.version_of(await world.tender())
    recovery = bidder.pair.registered.recovery_key_hex
    header = sealing.seal(offer, version=version, recovery_key=recovery, out=out)
    act, signature = sealing.sign_bid(header, bidder.pair.signing)
    async with httpx.AsyncClient(base_url=server.origin, timeout=60) as client:
        await client.get("/api/me")
        client.headers["x-csrftoken"] = client.cookies["csrftoken"]
        login = {"login": await login_of(bidder.party.actor), "password": parties.PASSWORD}
        assert (await client.post("/api/sign-in", json=login)).status_code == 200
        upload = (await client.post("/api/uploads")).json()["upload"]
        await client.put(f"/api/uploads/{upload}?offset=0", content=out.getvalue())
        finish = wire.SubmitEnvelope(
            upload=upload, header=header, act=act, signature=signature, key_id=bidder.pair.registered.id
        )
        answer = await client.post("/api/envelopes", json=msgspec.to_builtins(finish))
        assert answer.json()["outcome"] == "receipt", answer.text
    return header
