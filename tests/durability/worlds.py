"""The test as a second visitor of a server's database: it builds worlds there and examines them afterwards.

The set-up's acts run in this process with the server's own keys; bids go over HTTP only.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

from bidding.domain.procedure import Stage
from bidding.domain.sealed import frozen_list
from bidding.domain.tender import Tender
from bidding.queries import bids as sealed
from bidding.queries import openings
from market.kernel import digest
from market.kernel.actor import Actor
from market.runtime import apart, audit, clock, database, files, keys, timekeeping, verify
from market.runtime.postgres import Cluster
from market.runtime.web import session
from tests import factories_bidding as make
from tests import factories_documents as documents

POLICY = session.Policy(secure=False)
OPERATOR = Actor.platform()
PATIENCE = 60.0


@contextlib.asynccontextmanager
async def visiting(folder: Path) -> AsyncIterator[None]:
    """Take a server's database, keys, files and kind of clock for this process' own for a while."""
    here, mode = database.engine(), clock.is_demonstration()
    pool, dsn, ring = here.pool, here.config.get("dsn"), keys._Current.keys
    store = files._Current.folder
    here.pool, here.config["dsn"] = None, Cluster(folder / "postgres").url()
    await database.open_pool(size=8)
    clock.use(demonstration=True)
    keys.use(keys.PlatformKeys.load(folder / "keys", at=clock.wall_now()))
    try:
        yield
    finally:
        await database.close_pool()
        here.pool, here.config["dsn"] = pool, dsn
        clock.use(demonstration=mode)
        keys._Current.keys, files._Current.folder = ring, store


async def a_tender(folder: Path, *, bidders: int, ahead: timedelta = timedelta(hours=1)) -> make.World:
    """Return a tender that takes bids, and enterprises that have sealed for it but sent nothing."""
    world = await make.a_draft(content=documents.a_content(deadline=await clock.legal_now() + ahead))
    files.use(folder / "files")
    world.bidders += [await make.a_bidder() for _ in range(bidders)]
    for step in (Stage.FILED, Stage.ACCEPTED, Stage.PUBLISHED):
        await make._STEPS[step](world, 0)
    await reached(world, Stage.BIDDING)
    tender = await world.tender()
    for bidder in world.bidders:
        make.seal(bidder, tender)
    return world


async def reached(world: make.World, stage: Stage) -> Tender:
    """Wait until the servers' own clockwork has brought a tender into a stage."""
    end = monotonic() + PATIENCE
    while (tender := await world.tender()).stage is not stage:
        if monotonic() > end:
            said = await database.fetch("SELECT error FROM runtime_due_failure")
            raise AssertionError(f"{tender.number} stays {tender.stage}: {said}")
        await asyncio.sleep(0.1)
    return tender


async def deadline_of(world: make.World) -> datetime:
    """Return a tender's deadline."""
    deadline = (await world.tender()).content.deadline
    assert deadline is not None
    return deadline


def written(at: datetime) -> str:
    """Return an instant the way receipts hold it; such texts compare as the instants do."""
    return digest.instant(at)


async def set_clock(world: make.World, to_deadline: timedelta) -> None:
    """Set the legal clock to the deadline plus something, negative for before; it only goes forward."""
    to = await deadline_of(world) + to_deadline
    await timekeeping.advance(to=to, by=OPERATOR, now=await clock.legal_now())


async def sessions_of(bidders: list[make.Bidder]) -> dict[int, str]:
    """Sign everybody in and return their tokens by organisation."""
    found = {}
    for bidder in bidders:
        actor = bidder.party.actor
        assert actor.person is not None
        signed = session.Session(account_id=actor.person, mandate_id=actor.mandate)
        token = await session.open_for(signed, replacing=None, wall=clock.wall_now(), policy=POLICY)
        found[bidder.party.organisation] = token
    return found


async def frozen(world: make.World) -> frozen_list.FrozenList:
    """Return the frozen list as it is published, once the log has its place, within a second."""
    end = monotonic() + PATIENCE
    while True:
        try:
            return (await openings.list_answer(await world.tender())).frozen
        except audit.EntryMissingError:
            assert monotonic() < end
            await asyncio.sleep(0.1)


async def half_written(world: make.World) -> list[str]:
    """Name what of the tender's bids is not whole: entry, receipt, bytes, digest of the ciphertext."""
    faults = []
    for act in await sealed.of_tender(await world.tender()):
        header, parts = act.record.header, act.record.parts
        data = b"".join([await apart.read(part) for part in parts])
        kept = header is not None and act.record.refused is None
        if header is not None and kept and digest.h("ciphertext", data) != header.ciphertext_digest:
            faults.append(f"{act.commitment}: bytes")
        if keys.current().verify_jws(act.token)["commitment"] != act.commitment:
            faults.append(f"{act.commitment}: receipt")
    rows = await database.fetch(
        "SELECT count(*) AS n FROM bidding_sealed s LEFT JOIN runtime_audit_entry e ON e.id = s.entry"
        " WHERE e.id IS NULL OR s.token IS NULL"
    )
    rows += await database.fetch(
        "SELECT count(*) AS n FROM bidding_upload_part p LEFT JOIN runtime_file f ON f.digest = p.digest"
        " WHERE f.digest IS NULL"
    )
    return faults + [f"{row['n']} rows" for row in rows if row["n"]]


async def log_faults() -> list[str]:
    """Return what ``market audit verify`` would say."""
    return [str(finding) for finding in (await verify.verify()).findings]
