"""The opening of many sealed bids with large attachments: how time and memory grow from 50 bids to 500.

Each size runs in a process of its own, so that one's memory is not counted for the other. Sealing, sending
and storing go through the product's own acts; what is timed and weighed is the opening, one transaction.
"""

import asyncio
import io
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import msgspec

from bench import world
from bench.results import Figure, Goal, verdict
from bidding.client import sealing
from bidding.domain.procedure import Stage
from bidding.domain.sealed import package
from bidding.queries import tenders
from bidding.services import bids, openings
from market.kernel.actor import Actor
from tests import factories_bidding as make

FEW, MANY = 50, 500
ATTACHMENTS = 5 << 20
"""Bytes of the files a bid carries beside its offer."""
MOST_TIME, MOST_MEMORY = 1.25, 1.2
TELL = 50


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """What one size took.

    Attributes:
        sealed_s: Sealing, uploading and finishing, seconds for all bids.
        opened_s: The opening, seconds.
        peak_kib: Largest resident memory while it ran.
    """

    bids: int
    sealed_s: float
    opened_s: float
    peak_kib: int


async def opened(count: int) -> Opened:
    """Seal, send, close, freeze and release so many bids, then open them and say what that took."""
    async with world.a_market() as market:
        tender = (await world.announced(market, tenders=1))[0]
        began = perf_counter()
        for number in range(1, count + 1):
            await _bid(tender)
            if number % TELL == 0:
                print(f"      sealed and stored {number} of {count} bids", file=sys.stderr, flush=True)
        sealed_s = perf_counter() - began
        for stage in (Stage.CLOSED, Stage.OPENING):
            await make._STEPS[stage](tender, 0)
        await make.release(tender)
        ready = (await tender.tender()).ready_at
        assert ready is not None
        _forget_peak()
        began = perf_counter()
        result = await openings.open_all(
            number=tender.number, by=Actor.platform(), now=ready, standing_of=make.good_standing
        )
        opened_s = perf_counter() - began
        assert result.stage is Stage.OPENED
        return Opened(bids=count, sealed_s=sealed_s, opened_s=opened_s, peak_kib=_peak())


async def _bid(tender: make.World) -> None:
    bidder = await make.a_bidder()
    current = await tender.tender()
    out = io.BytesIO()
    offer = sealing.Offer(
        lot="1",
        kind="single",
        form="bid/1",
        bidder=package.Bidder(uscc=bidder.party.code, name=bidder.party.name),
        price_fen=bidder.price_fen,
        terms={"term_months": 36},
        files=[
            make._offer_of(bidder, current, "1"),
            sealing.bytes_of(os.urandom(ATTACHMENTS), name="plan.pdf", media_type="application/pdf"),
        ],
        supersedes=None,
    )
    bidder.header = sealing.seal(
        offer,
        version=tenders.version_of(current),
        recovery_key=bidder.pair.registered.recovery_key_hex,
        out=out,
    )
    bidder.ciphertext = out.getvalue()
    issued = current.content.issue_at or make.ISSUE
    answer = await bids.submit(
        request=await make.submission(bidder),
        by=bidder.party.actor,
        now=issued + timedelta(hours=1),
        standing_of=make.good_standing,
    )
    assert answer.outcome == "receipt", answer


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _peak() -> int:
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def _apart(count: int) -> Opened:
    done = subprocess.run(  # noqa: S603 - this very module
        [sys.executable, "-m", "bench.openings", str(count)], stdout=subprocess.PIPE, check=True
    )
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=Opened)


def measure() -> tuple[list[Goal], list[Figure]]:
    """Open few, then many, each in a process of its own."""
    few, many = _apart(FEW), _apart(MANY)
    each = [1000 * one.opened_s / one.bids for one in (few, many)]
    growth, memory = each[1] / each[0], many.peak_kib / few.peak_kib
    goals = [
        Goal(
            name="opening-time-grows",
            goal=f"opening {MANY} bids costs at most {MOST_TIME} × as much a bid as opening {FEW}",
            figure=round(growth, 2),
            verdict=verdict(passed=growth <= MOST_TIME),
            ours_ms=round(each[1], 2),
            bare_ms=round(each[0], 2),
            against=f"the same for {FEW} bids of 5 MiB attachments, a bid",
        ),
        Goal(
            name="opening-memory-grows",
            goal=f"peak memory of opening {MANY} bids at most {MOST_MEMORY} × that of {FEW}",
            figure=round(memory, 2),
            verdict=verdict(passed=memory <= MOST_MEMORY),
            ours_ms=round(many.opened_s * 1000),
            bare_ms=round(few.opened_s * 1000),
            against=f"{few.peak_kib >> 10} MiB for {FEW} bids; {many.peak_kib >> 10} MiB for {MANY}",
        ),
    ]
    figures = [
        Figure(
            name=f"seal-{one.bids}-bids",
            figure=round(1000 * one.sealed_s / one.bids, 1),
            unit="ms",
            note="a bid of 5 MiB: keys and enterprise made, sealed, uploaded, finished",
        )
        for one in (few, many)
    ]
    return goals, figures


if __name__ == "__main__":
    os.environ.pop("DATABASE_URL", None)
    print(msgspec.json.encode(asyncio.run(opened(int(sys.argv[1])))).decode())
