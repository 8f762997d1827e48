"""From the announced tender to a transcript both verifiers accept."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from bidding.client import verifying
from bidding.domain.procedure import Stage
from bidding.queries import openings as queries
from bidding.queries import transcripts
from market.runtime import keys, log
from tests import factories_bidding as make

pytestmark = pytest.mark.usefixtures("database")


async def test_an_opening_satisfies_both_verifiers(tmp_path: Path) -> None:
    world = await make.a_tender(at=Stage.OPENED, bids=3)
    await log.sequence_all()
    transcript = await transcripts.of_tender(await world.tender())
    assert verifying.verify_opening(transcript, make.trusted()) == []
    assert sorted(bid.opening.readout.price_fen or 0 for bid in transcript.bids if bid.opening) == sorted(
        bidder.price_fen for bidder in world.bidders
    )
    place = tmp_path / "transcript.json"
    place.write_bytes(msgspec.json.encode(transcript))
    run = subprocess.run(  # noqa: ASYNC221, S603 - the verifier is a script of its own
        [sys.executable, "docs/verify_opening.py", str(place), keys.current().public_hex],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


async def test_opened_bids_carry_number_price_and_documents() -> None:
    world = await make.a_tender(at=Stage.OPENED, bids=3)
    opened = await queries.opened_bids(await world.tender())
    assert [one.number for one in opened] == [f"{world.number}-B0{n}" for n in (1, 2, 3)]
    assert {one.organisation for one in opened} == {b.party.organisation for b in world.bidders}
    assert all(json.loads(msgspec.json.encode(one.manifest))[0]["name"] == "offer.json" for one in opened)


async def test_nothing_opens_before_k_have_released() -> None:
    world = await make.a_tender(at=Stage.OPENING, bids=3)
    await make.release(world, places=(0,))
    tender = await world.tender()
    assert tender.ready_at is None
    assert tender.frozen_at is not None
    await make.tick(world, tender.frozen_at + timedelta(minutes=120))
    waiting = await world.tender()
    assert waiting.stage is Stage.OPENING
    assert waiting.window_ends_at == tender.frozen_at + timedelta(hours=24)
    await make.tick(world, tender.frozen_at + timedelta(hours=24))
    assert (await world.tender()).stage is Stage.FAILED
    assert (await queries.opened_bids(tender)) == []
