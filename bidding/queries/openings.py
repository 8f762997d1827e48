"""The opening as it is stored: frozen list, headers, releases, findings, opened bids."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from bidding.domain.sealed import frozen_list, transcript, wire
from bidding.domain.sealed.envelope import EnvelopeShares, Header
from bidding.domain.sealed.frozen_list import FrozenList, LogProof, ReleaseMessage
from bidding.domain.standing import Standing
from bidding.domain.tender import Tender
from bidding.queries import bids
from bidding.queries import tenders as queries
from market.kernel.errors import NotFoundError
from market.runtime import database, log


class NotFrozenError(NotFoundError):
    """There is no frozen list yet."""

    code = "not-frozen"


class Freeze(msgspec.Struct, frozen=True, kw_only=True):
    """A stored frozen list and the entry that logged it."""

    frozen: FrozenList
    digest: str
    entry: int


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """A stored release."""

    keyholder: str
    institution: str
    digest: str
    message: ReleaseMessage
    signature: str
    shares: tuple[EnvelopeShares, ...]
    released_at: datetime
    entry: int


class PriceOpened(msgspec.Struct, frozen=True, kw_only=True):
    """The price envelope of an opened bid, and its documents."""

    commitment: str
    manifest: list[dict[str, Any]]
    plaintext: str


class OpenedBid(msgspec.Struct, frozen=True, kw_only=True):
    """An opened bid; ``standing`` is its bidder's as it was at the deadline.

    Attributes:
        opening: What is read out: of two envelopes the name, and once the price is opened that.
        technical: Of two envelopes the opening of the technical one, once the price is opened.
        price: Of two envelopes the price's, once it is opened.
    """

    id: int
    organisation: int
    organisation_name: str
    number: str
    lot: str
    commitment: str
    opening: transcript.Opening
    price_fen: int | None
    manifest: list[dict[str, Any]]
    plaintext: str
    standing: Standing
    technical: transcript.Opening | None = None
    price: PriceOpened | None = None

    @property
    def openings(self) -> dict[str, transcript.Opening]:
        """What was opened, by commitment of its envelope."""
        if self.technical is None or self.price is None:
            return {self.commitment: self.opening}
        return {self.commitment: self.technical, self.price.commitment: self.opening}


async def freeze_of(tender: Tender) -> Freeze:
    """Return the frozen list.

    Raises:
        NotFrozenError: There is none yet.
    """
    rows = await database.fetch(
        "SELECT frozen, digest, entry FROM bidding_freeze WHERE tender = $1", tender.id
    )
    if not rows:
        raise NotFrozenError(f"{tender.number} has no frozen list yet", tender=tender.number)
    return Freeze(
        frozen=msgspec.json.decode(rows[0]["frozen"], type=FrozenList),
        digest=rows[0]["digest"],
        entry=rows[0]["entry"],
    )


async def proof(entry: int, size: int) -> LogProof:
    """Return the log proof of an entry against a checkpoint's size."""
    return msgspec.convert(await log.proof_of(entry, size), LogProof)


_KEPT: Final = 2000
_proofs: OrderedDict[tuple[int, str], LogProof] = OrderedDict()
"""By entry and root of the checkpoint: what a proof under one root says never changes."""


async def proof_if_logged(entry: int, latest: frozen_list.Checkpoint) -> LogProof | None:
    """Return the log proof of an entry against a checkpoint, ``None`` while it has no position below."""
    found = _proofs.get((entry, latest.root))
    if found is None:
        position = await log.position_of(entry)
        if position is None or position >= latest.size:
            return None
        found = _proofs[entry, latest.root] = await proof(entry, latest.size)
        while len(_proofs) > _KEPT:
            _proofs.popitem(last=False)
    return found


async def checkpoint() -> frozen_list.Checkpoint:
    """Return the latest checkpoint."""
    return read(await log.checkpoint())


def read(latest: log.Checkpoint) -> frozen_list.Checkpoint:
    """Return a checkpoint in the words of the protocol."""
    return msgspec.convert(latest.document(), frozen_list.Checkpoint)


async def list_answer(tender: Tender) -> wire.FrozenListAnswer:
    """Return the frozen list with the proofs a keyholder's client checks before it signs."""
    stored, latest = await freeze_of(tender), await checkpoint()
    path = await log.consistency(stored.frozen.checkpoint.size, latest.size)
    return wire.FrozenListAnswer(
        version=queries.version_of(tender),
        frozen=stored.frozen,
        digest=stored.digest,
        proof=await proof(stored.entry, latest.size),
        checkpoint=latest,
        consistency=tuple(path),
    )


_PART: Final = "SELECT sealed, commitment FROM bidding_listed WHERE tender = $1 AND part = $2"


async def part_of(tender: Tender, part: str) -> list[bids.Stored]:
    """Return the acts of one part of the frozen list, by commitment: bid, not-opened, withdrawal, refusal."""
    rows = await database.fetch(f"{_PART} ORDER BY commitment, id", tender.id, part)
    stored = await bids.by_ids([row["sealed"] for row in rows])
    return [stored[row["sealed"]] for row in rows]


async def bidders(tender: Tender) -> tuple[int, ...]:
    """Return who stands on the frozen list of an opened tender, faulty envelopes too; nobody before."""
    if tender.opened_at is None:
        return ()
    return tuple(dict.fromkeys(act.record.organisation for act in await part_of(tender, "bid")))


def header_of(act: bids.Stored) -> Header:
    """Return the header of an accepted bid."""
    if act.record.header is None:
        raise NotFrozenError("this act has no envelope")
    return act.record.header


async def headers(tender: Tender) -> tuple[Header, ...]:
    """Return the headers of the listed bids, in the order of the list."""
    await freeze_of(tender)
    return tuple(header_of(act) for act in await part_of(tender, "bid"))


async def releases(tender: Tender, *, prices: bool = False) -> list[Release]:
    """Return the releases, in the order of the keyholders' numbers.

    Args:
        prices: Those of the second of two openings.
    """
    table = "bidding_price_release" if prices else "bidding_release"
    rows = await database.fetch(
        "SELECT k.key_id AS keyholder, k.institution, r.digest, r.message, r.signature, r.shares,"  # noqa: S608 - words of this module
        f" r.released_at, r.entry FROM {table} r JOIN bidding_keyholder k ON k.id = r.keyholder"
        " WHERE r.tender = $1 ORDER BY k.number",
        tender.id,
    )
    for row in rows:
        row["message"] = msgspec.json.decode(row["message"])
        row["shares"] = msgspec.json.decode(row["shares"])
    return msgspec.convert(rows, list[Release])


async def recovered(tender: Tender) -> dict[str, str]:
    """Return the content keys that bidders released, by commitment."""
    rows = await database.fetch(
        "SELECT commitment, content_key FROM bidding_recovery WHERE tender = $1", tender.id
    )
    return {row["commitment"]: row["content_key"] for row in rows}


async def findings(tender: Tender) -> list[transcript.Finding]:
    """Return the findings of the opening in their order."""
    rows = await database.fetch(
        "SELECT finding FROM bidding_finding WHERE tender = $1 ORDER BY id", tender.id
    )
    return [msgspec.json.decode(row["finding"], type=transcript.Finding) for row in rows]


async def opened_bids(tender: Tender) -> list[OpenedBid]:
    """Return the opened bids in the order of their numbers."""
    rows = await database.fetch(
        "SELECT b.id, b.organisation, o.name AS organisation_name, b.number, b.lot, b.commitment, b.opening,"
        " b.price_fen, b.manifest, b.plaintext, b.standing, p.opening AS technical,"
        " p.commitment AS sealed, p.manifest AS parts, p.plaintext AS priced FROM bidding_opened_bid b"
        " JOIN parties_organisation o ON o.id = b.organisation"
        " LEFT JOIN bidding_opened_price p ON p.bid = b.id WHERE b.tender = $1 ORDER BY b.number",
        tender.id,
    )
    for row in rows:
        commitment, parts, plaintext = (row.pop(name) for name in ("sealed", "parts", "priced"))
        if commitment is not None:
            row["opening"], row["technical"] = row["technical"], row["opening"]
            parts = msgspec.json.decode(parts)
            row["price"] = {"commitment": commitment, "manifest": parts, "plaintext": plaintext}
        for name in ("opening", "technical", "manifest", "standing"):
            row[name] = None if row[name] is None else msgspec.json.decode(row[name])
    return msgspec.convert(rows, list[OpenedBid])


def shares_of(given: Sequence[Release], commitment: str) -> list[EnvelopeShares]:
    """Return what keyholders released for one envelope."""
    return [shares for one in given for shares in one.shares if shares.envelope == commitment]
