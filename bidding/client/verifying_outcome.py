"""Checking what came of each listed bid: a read-out that fits its header, or a finding with its reasons."""

from collections.abc import Iterator

import msgspec

from bidding.client.mismatch import Mismatch, named
from bidding.client.verifying_bids import code_of
from bidding.domain.sealed import opening, package
from bidding.domain.sealed.encoding import plain
from bidding.domain.sealed.envelope import ReleasedShare
from bidding.domain.sealed.frozen_list import Keys, lots_too_small, proof_faults
from bidding.domain.sealed.transcript import (
    FINDINGS,
    OPENED,
    BidRecord,
    Finding,
    Opening,
    ReleaseRecord,
    Transcript,
    readouts_digest,
)
from market.kernel import digest


def check(transcript: Transcript, keys: Keys) -> Iterator[Mismatch]:
    """Yield what does not hold about openings and findings."""
    listed = {bid.header.commitment for bid in transcript.bids}
    small = _small_lots(transcript)
    yield from named("findings", {"not-listed": {f.commitment for f in transcript.findings} <= listed})
    for i, finding in enumerate(transcript.findings):
        yield from named(f"findings.{i}", _form(finding, transcript))
    for i, bid in enumerate(transcript.bids):
        where, about = f"bids.{i}", _about(bid, transcript)
        verdicts = [finding for finding in about if finding.fault != "keyholder"]
        least = 0 if bid.opening or _sealed_still(bid, transcript) else 1
        yield from named(where, {"outcome": least <= len(verdicts) <= (0 if bid.opening else 1)})
        yield from _shares(bid, about, transcript, where)
        for verdict in verdicts:
            yield from named(where, {"finding-unfounded": _founded(verdict, bid, transcript)})
        if bid.opening is not None:
            yield from named(where, {"too-few-bids": bid.header.lot not in small})
            yield from _opening(bid, bid.opening, where)
    yield from _opened(transcript, keys)
    yield from named("findings", {"findings-not-logged": _logged(transcript)})


def _logged(transcript: Transcript) -> bool:
    """Say whether the signed entry of the opening holds every finding that blames somebody.

    Those that blame nobody (too few bids, too few releases) follow from the list and the releases alone.
    """
    proof = transcript.opening_proof
    images = [row.get("finding") for row in proof.rows if row.get("table") == FINDINGS] if proof else []
    prices = {bid.header.commitment for bid in transcript.bids if bid.header.kind == "price"}
    blaming = [
        plain(finding)
        for finding in transcript.findings
        if finding.fault != "nobody" and finding.commitment not in prices
    ]
    return digest.canonical(images) == digest.canonical(blaming)


def _sealed_still(bid: BidRecord, transcript: Transcript) -> bool:
    """Say whether an envelope's own opening is still to come: that of prices, after the first."""
    prices = transcript.prices
    waits = prices is msgspec.UNSET or prices.opening_proof is None
    return bid.header.kind == "price" and waits


def _releases(commitment: str, transcript: Transcript) -> tuple[ReleaseRecord, ...]:
    """Return the releases of the opening an envelope belongs to."""
    price = any(b.header.commitment == commitment and b.header.kind == "price" for b in transcript.bids)
    if price and transcript.prices is not msgspec.UNSET:
        return transcript.prices.releases
    return transcript.releases


def _small_lots(transcript: Transcript) -> set[str]:
    if not transcript.publications:
        return set()
    version = transcript.publications[-1].version
    return lots_too_small(transcript.frozen, lots=version.lots, minimum=version.minimum_bids)


def _about(bid: BidRecord, transcript: Transcript) -> list[Finding]:
    return [finding for finding in transcript.findings if finding.commitment == bid.header.commitment]


def _form(finding: Finding, transcript: Transcript) -> dict[str, bool]:
    places = {
        (share.subset, share.key_id)
        for bid in transcript.bids
        if bid.header.commitment == finding.commitment
        for share in bid.header.shares
    }
    place = (finding.subset, finding.key_id)
    released = {release.message.key_id for release in _releases(finding.commitment, transcript)}
    at_share = place in places and finding.key_id in released
    return {
        "fault": opening.BLAME[finding.code] == finding.fault,
        "finding-place": at_share if finding.fault == "keyholder" else place == (None, None),
    }


def _published(bid: BidRecord, transcript: Transcript) -> list[ReleasedShare]:
    return [
        share
        for release in _releases(bid.header.commitment, transcript)
        for shares in release.published_shares
        if shares.envelope == bid.header.commitment
        for share in shares.shares
    ]


def _shares(bid: BidRecord, about: list[Finding], transcript: Transcript, where: str) -> Iterator[Mismatch]:
    """Compare published shares with the findings about them; a good envelope's shares stay secret."""
    shares = _published(bid, transcript)
    places = {(share.subset, share.key_id) for share in shares}
    yield from named(where, {"share-twice": len(places) == len(shares)})
    if bid.opening is not None:
        yield from named(where, {"shares-not-secret": not shares})
        return
    released_by = {release.message.key_id for release in _releases(bid.header.commitment, transcript)}
    said = {(f.code, f.key_id, f.subset) for f in about if f.fault == "keyholder"}
    if shares or said:
        expected = opening.share_findings(bid.header, shares, released_by)
        found = {(f.code, f.key_id, f.subset) for f in expected}
        yield from named(where, {"share-findings": found == said})


def _founded(verdict: Finding, bid: BidRecord, transcript: Transcript) -> bool:
    """Say whether what the transcript shows bears a finding out, as far as it can be checked in public."""
    keys = opening.combine(bid.header, _published(bid, transcript)).values()
    wrong = [key for key in keys if digest.h("cek", key) != bid.header.key_commitment]
    released = {release.message.key_id for release in _releases(bid.header.commitment, transcript)}
    enough = len(released & set(bid.header.policy.key_ids)) >= bid.header.policy.k
    small = bid.header.lot in _small_lots(transcript)
    grounds = {
        "too-few-bids": small,
        "too-few-releases": not enough and not small,
        "technical-not-passed": _not_passed(bid, transcript),
        "bytes-altered": True,
        "key-commitment": bool(wrong),
        "no-subset-works": enough and not keys,
    }
    opened_wrong = enough and not wrong and (bool(keys) or _recovered(bid, transcript))
    return grounds.get(verdict.code, opened_wrong)


def _not_passed(bid: BidRecord, transcript: Transcript) -> bool:
    prices = transcript.prices
    locked = prices is not msgspec.UNSET and bid.header.commitment not in prices.marks.passed
    return bid.header.kind == "price" and locked


def _recovered(bid: BidRecord, transcript: Transcript) -> bool:
    """Say whether no subset worked, so that only the bidder's own release of the key can have opened it."""
    return any(finding.fault == "keyholder" for finding in _about(bid, transcript))


def _opening(bid: BidRecord, shown: Opening, where: str) -> Iterator[Mismatch]:
    readout = digest.canonical(plain(shown.readout))
    readout_digest = digest.h_bytes("readout", bytes.fromhex(shown.salt_r) + readout)
    payload = package.payload_digest(readout_digest, bytes.fromhex(shown.documents_digest))
    bidder = shown.readout.bidder
    yield from named(
        where,
        {
            "payload-digest": payload == bid.header.payload_digest,
            "form": not package.readout_faults(shown.readout, bid.header.kind),
            "bidder-tag": package.bidder_tag(shown.readout.salt_b, bidder.uscc) == bid.header.bidder_tag,
            "bidder-code": bidder.uscc == code_of(bid),
        },
    )


def _opened(transcript: Transcript, keys: Keys) -> Iterator[Mismatch]:
    proof = transcript.opening_proof
    openings = tuple(None if bid.header.kind == "price" else bid.opening for bid in transcript.bids)
    if proof is None:
        yield from named("opening_proof", {"opening-not-logged": not any(openings)})
        return
    before = [release.proof.position for release in transcript.releases]
    yield from named("opening_proof", proof_faults(proof, transcript.checkpoint, keys))
    yield from named(
        "opening_proof",
        {
            "act": proof.leaf.entry.act == OPENED,
            "subject": proof.leaf.entry.subject == readouts_digest(openings),
            "order": max(before, default=transcript.freeze_proof.position) < proof.position,
        },
    )
