"""The register of instruments for tests, made by the real acts."""

from datetime import datetime

import msgspec

from credit.domain.instruments.instrument import Annulment, Cause, Entry, Kind
from credit.services.instruments import annulments, entries
from market.kernel.period import local_day
from tests import factories_credit as credit

NOW, DAY = credit.NOW, credit.DAY
TODAY = local_day(NOW)


def an_entry(world: credit.World, **more: object) -> Entry:
    """Return a penalty decision of ten days ago about the world's enterprise."""
    entry = Entry(
        kind=Kind.PENALTY,
        number="虚构罚〔2026〕7号",
        issuer="虚构区住建委",
        issued_on=TODAY - 10 * DAY,
        effective_on=TODAY - 10 * DAY,
        enterprise=world.enterprise.organisation,
        facts="未按规定公示",
        file_digest=credit.FILE,
        legal_basis="BPR 94",
    )
    return msgspec.structs.replace(entry, **more)


async def an_instrument(world: credit.World, **more: object) -> int:
    """Return an entry about the world's project."""
    entry = an_entry(world, community=world.community, **more)
    return await entries.enter(entry=entry, by=world.district, now=NOW)


def an_annulment(**more: object) -> Annulment:
    """Return what says today that an instrument no longer stands."""
    annulment = Annulment(
        cause=Cause.REVOKED,
        document_no="虚构复决〔2026〕1号",
        issuer="虚构区政府",
        annulled_on=TODAY,
        reasons="事实不清",
        file_digest=credit.FILE,
    )
    return msgspec.structs.replace(annulment, **more)


async def annulled(world: credit.World, number: int, *, now: datetime) -> None:
    """Note an annulment and let a second person confirm it."""
    note = an_annulment(annulled_on=local_day(now))
    await annulments.note(instrument_id=number, annulment=note, by=world.district, now=now)
    await annulments.confirm(instrument_id=number, by=world.district_second, now=now)
