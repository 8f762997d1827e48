"""Checking a tender in two envelopes: pairs, locked marks, and prices opened after both and for nobody else.

Order: technical opening < marks locked < releases of prices < prices opened.
Source: docs/sealing.md sections 2.5, 4.2 and 4.5.
"""

from collections.abc import Iterator

import msgspec

from bidding.client import verifying_releases
from bidding.client.mismatch import Mismatch, named
from bidding.client.verifying_bids import code_of
from bidding.domain.sealed.encoding import plain
from bidding.domain.sealed.envelope import TwoEnvelopes
from bidding.domain.sealed.frozen_list import Keys, proof_faults
from bidding.domain.sealed.technical import marks_faults
from bidding.domain.sealed.transcript import (
    FINDINGS,
    LOCKED,
    PRICES_OPENED,
    BidRecord,
    PriceRecord,
    Transcript,
    readouts_digest,
)
from market.kernel import digest


def check(transcript: Transcript, keys: Keys) -> Iterator[Mismatch]:
    """Yield what does not hold about the second envelope; of single ones only that there is none."""
    two = transcript.publications[-1].version.two_envelopes if transcript.publications else msgspec.UNSET
    prices = transcript.prices
    if two is msgspec.UNSET:
        yield from named("prices", {"envelopes": prices is msgspec.UNSET})
        return
    yield from named("bids", {"pair": _paired(transcript)})
    if prices is msgspec.UNSET:
        opened = any(bid.opening for bid in transcript.bids if bid.header.kind == "price")
        yield from named("prices", {"prices-before-marks": not opened})
        return
    yield from _marks(transcript, prices, two, keys)
    shown = any(bid.opening for bid in transcript.bids if bid.header.kind == "price")
    yield from verifying_releases.check(
        prices.releases,
        transcript,
        keys,
        where="prices.releases",
        after=prices.marks_proof.position,
        needed=shown,
        marks=prices.marks.digest,
    )
    yield from _opened(transcript, prices, keys)


def _paired(transcript: Transcript) -> bool:
    """Say whether every bid is on the list with both its envelopes; by bidder once the names are known."""
    sides: dict[str, list[tuple[str, str]]] = {"technical": [], "price": []}
    for bid in transcript.bids:
        sides.setdefault(bid.header.kind, []).append((bid.header.lot, code_of(bid) or ""))
    return set(sides) == {"technical", "price"} and sorted(sides["technical"]) == sorted(sides["price"])


def _marks(transcript: Transcript, prices: PriceRecord, two: TwoEnvelopes, keys: Keys) -> Iterator[Mismatch]:
    marks, proof, opening = prices.marks, prices.marks_proof, transcript.opening_proof
    by_bidder = {_whose(bid): bid.header.commitment for bid in transcript.bids if bid.header.kind == "price"}
    pairs = {
        bid.header.commitment: (bid.header.lot, by_bidder.get(_whose(bid), ""))
        for bid in transcript.bids
        if bid.header.kind == "technical" and bid.opening is not None
    }
    yield from named("prices.marks", marks_faults(marks, two, pairs))
    yield from named("prices.marks_proof", proof_faults(proof, transcript.checkpoint, keys))
    yield from named(
        "prices.marks",
        {"tender": marks.tender == transcript.tender, "freeze": marks.freeze == transcript.frozen.digest},
    )
    yield from named(
        "prices.marks_proof",
        {
            "act": proof.leaf.entry.act == LOCKED,
            "subject": proof.leaf.entry.subject == marks.digest,
            "order": opening is not None and opening.position < proof.position,
        },
    )


def _whose(bid: BidRecord) -> tuple[str, str | None]:
    return bid.header.lot, code_of(bid)


def _opened(transcript: Transcript, prices: PriceRecord, keys: Keys) -> Iterator[Mismatch]:
    openings = tuple(bid.opening if bid.header.kind == "price" else None for bid in transcript.bids)
    passed = all(
        bid.header.commitment in prices.marks.passed
        for bid, shown in zip(transcript.bids, openings, strict=True)
        if shown is not None
    )
    yield from named("prices", {"price-not-passed": passed})
    proof = prices.opening_proof
    if proof is None:
        yield from named("prices.opening_proof", {"opening-not-logged": not any(openings)})
        return
    before = [release.proof.position for release in prices.releases]
    yield from named("prices.opening_proof", proof_faults(proof, transcript.checkpoint, keys))
    yield from named(
        "prices.opening_proof",
        {
            "act": proof.leaf.entry.act == PRICES_OPENED,
            "subject": proof.leaf.entry.subject == readouts_digest(openings),
            "order": max(before, default=prices.marks_proof.position) < proof.position,
            "findings-not-logged": digest.canonical(_logged(prices))
            == digest.canonical(_blaming(transcript)),
        },
    )


def _logged(prices: PriceRecord) -> list[object]:
    rows = prices.opening_proof.rows if prices.opening_proof else ()
    return [
        row.get("finding") for row in rows if row.get("table") == FINDINGS and _blames(row.get("finding"))
    ]


def _blames(finding: object) -> bool:
    return isinstance(finding, dict) and finding.get("fault") != "nobody"


def _blaming(transcript: Transcript) -> list[object]:
    kinds = {bid.header.commitment: bid.header.kind for bid in transcript.bids}
    return [
        plain(finding)
        for finding in transcript.findings
        if finding.fault != "nobody" and kinds.get(finding.commitment) == "price"
    ]
