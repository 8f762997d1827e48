"""The transcript of an opening, put together from what is stored; it takes nothing the file does not show.

Source: docs/sealing.md section 4.5.
"""

from collections.abc import Sequence

import msgspec

from bidding.domain.bid import ActRecord
from bidding.domain.sealed import transcript
from bidding.domain.sealed.envelope import EnvelopeShares
from bidding.domain.sealed.frozen_list import FrozenList, LogProof
from bidding.domain.tender import Tender
from bidding.queries import bids, tenders, versions
from bidding.queries import openings as queries
from bidding.queries.prices import locked
from market.parties import public as parties
from market.runtime import log


class _Source:
    """A tender's opening against one checkpoint; every proof is taken at its size."""

    def __init__(self, tender: Tender, size: int) -> None:
        self.tender = tender
        self.version = tenders.version_of(tender)
        self.size = size

    async def proof(self, entry: int) -> LogProof:
        return await queries.proof(entry, self.size)


async def of_tender(tender: Tender) -> transcript.Transcript:
    """Return the transcript of a tender whose list is frozen.

    Raises:
        NotFrozenError: There is no frozen list yet.
    """
    freeze, latest = await queries.freeze_of(tender), await queries.checkpoint()
    source = _Source(tender, latest.size)
    openings: dict[str, transcript.Opening] = {}
    for one in await queries.opened_bids(tender):
        openings |= one.openings
    listed = [await _bid(source, act, openings) for act in await queries.part_of(tender, "bid")]
    findings = await queries.findings(tender)
    publications = [
        transcript.Publication(version=one.version, proof=await source.proof(one.entry))
        for one in await versions.published(tender)
    ]
    opened = tender.opening_entry
    path = await log.consistency(freeze.frozen.checkpoint.size, latest.size)
    return transcript.Transcript(
        form="transcript/1",
        tender=tender.number,
        publications=tuple(publications),
        frozen=freeze.frozen,
        freeze_proof=await source.proof(freeze.entry),
        bids=tuple(listed),
        not_opened=await _closed(source, freeze.frozen),
        refusals=await _refusals(source),
        releases=await _releases(source, findings, tender, await queries.releases(tender)),
        findings=tuple(findings),
        opening_proof=await source.proof(opened) if opened is not None else None,
        checkpoint=latest,
        consistency=tuple(path),
        prices=await _prices(source, findings, tender),
    )


async def _prices(
    source: _Source, findings: list[transcript.Finding], tender: Tender
) -> transcript.PriceRecord | msgspec.UnsetType:
    """Return the second opening, once the technical marks are locked."""
    found = await locked.find(tender)
    if found is None:
        return msgspec.UNSET
    given = await queries.releases(tender, prices=True)
    return transcript.PriceRecord(
        marks=found.marks,
        marks_proof=await source.proof(found.entry),
        releases=await _releases(source, findings, tender, given),
        opening_proof=await source.proof(found.opening_entry) if found.opening_entry else None,
    )


async def _bid(
    source: _Source, act: bids.Stored, openings: dict[str, transcript.Opening]
) -> transcript.BidRecord:
    record = act.record
    named = bool(openings)
    return transcript.BidRecord(
        header=queries.header_of(act),
        act=record.act,
        signature=record.signature if named else None,
        signing_key=record.signing_key if named else None,
        registration=await _registration(source, record) if named else None,
        receipt=act.token,
        proof=await source.proof(act.entry),
        actor_salt=record.actor_salt if named else None,
        opening=openings.get(act.commitment),
        stands=await _stands(source, act, named=named),
    )


async def _stands(source: _Source, act: bids.Stored, *, named: bool) -> transcript.StandsRecord | None:
    """Return the bidder's word by which a bid made for another version counts, the last one it gave."""
    counting = {
        one.digest for one in await versions.of_tender(source.tender) if one.same_terms(source.version)
    }
    if queries.header_of(act).version_digest in counting:
        return None
    given = [
        one
        for one in await queries.part_of(source.tender, "stands")
        if one.commitment == act.commitment and one.record.act.version_digest in counting
    ]
    word = given[-1]
    return transcript.StandsRecord(
        act=word.record.act,
        signature=word.record.signature if named else None,
        receipt=word.token,
        proof=await source.proof(word.entry),
    )


async def _registration(source: _Source, record: ActRecord) -> LogProof | None:
    for key in await parties.signing_keys_of(record.organisation):
        if key.key_hex == record.signing_key and key.registered_entry_id is not None:
            return await source.proof(key.registered_entry_id)
    return None


async def _closed(source: _Source, frozen: FrozenList) -> tuple[transcript.ClosedRecord, ...]:
    shut = {act.commitment: act for act in await queries.part_of(source.tender, "not-opened")}
    withdrawals = {act.commitment: act for act in await queries.part_of(source.tender, "withdrawal")}
    records = []
    for one in frozen.not_opened:
        act, withdrawal = shut[one.commitment], withdrawals.get(one.commitment)
        records.append(
            transcript.ClosedRecord(
                header=queries.header_of(act),
                proof=await source.proof(act.entry),
                withdrawal=await source.proof(withdrawal.entry) if withdrawal else None,
            )
        )
    return tuple(records)


async def _refusals(source: _Source) -> tuple[transcript.RefusalRecord, ...]:
    """Return every refusal that is in the log by now; those after the freeze are not counted by the list."""
    records = []
    for act in await bids.of_tender(source.tender):
        position = await log.position_of(act.entry) if act.record.refused is not None else None
        if position is not None and position < source.size:
            proof = await source.proof(act.entry)
            records.append(transcript.RefusalRecord(refusal=act.token, proof=proof))
    return tuple(sorted(records, key=lambda one: one.proof.position))


async def _releases(
    source: _Source,
    findings: list[transcript.Finding],
    tender: Tender,
    given: Sequence[queries.Release],
) -> tuple[transcript.ReleaseRecord, ...]:
    """Return the releases with the shares of envelopes found faulty; those of good ones stay secret."""
    shut = {"too-few-bids", "technical-not-passed"}
    faulty = {one.commitment for one in findings if one.fault != "keyholder" and one.code not in shut}
    records = []
    for one in given:
        published: tuple[EnvelopeShares, ...] = tuple(
            shares for shares in one.shares if shares.envelope in faulty and tender.opened_at is not None
        )
        records.append(
            transcript.ReleaseRecord(
                message=one.message,
                signature=one.signature,
                proof=await source.proof(one.entry),
                published_shares=published,
            )
        )
    return tuple(records)
