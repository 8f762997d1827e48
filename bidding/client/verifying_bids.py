"""Checking the bids of a transcript: who signed them, when they came, and that none was added or dropped."""

from collections.abc import Iterator, Sequence

from bidding.client.mismatch import Mismatch, named
from bidding.domain.sealed import package, receipt
from bidding.domain.sealed.encoding import plain
from bidding.domain.sealed.envelope import BidAct, Header, TenderVersion, act_faults, header_faults
from bidding.domain.sealed.frozen_list import Keys, ListedBid, LogProof, proof_faults
from bidding.domain.sealed.transcript import (
    REFUSED,
    SEALED,
    STOOD,
    WITHDRAWN,
    BidRecord,
    ClosedRecord,
    StandsRecord,
    Transcript,
)
from market.kernel import digest
from market.kernel.errors import MarketError

KEY_TABLE = "parties_signing_key"


def check(transcript: Transcript, keys: Keys) -> Iterator[Mismatch]:
    """Yield what does not hold about listed and closed bids and refusals."""
    frozen = transcript.frozen
    yield from named(
        "bids",
        {
            "count": len(transcript.bids) == len(frozen.bids),
            "envelope-twice": _distinct([bid.header.envelope_id for bid in transcript.bids]),
            "bidder-twice": _distinct(
                [(bid.header.lot, bid.header.kind, code) for bid in transcript.bids if (code := code_of(bid))]
            ),
        },
    )
    yield from named("not_opened", {"count": len(transcript.not_opened) == len(frozen.not_opened)})
    opened = any(bid.opening for bid in transcript.bids)
    for i, (bid, listed) in enumerate(zip(transcript.bids, frozen.bids, strict=False)):
        where = f"bids.{i}"
        yield from _envelope(bid, listed, transcript, where)
        yield from named(where, {"act": bid.proof.leaf.entry.act == SEALED})
        yield from _place(bid.proof, bid.header.commitment, transcript, keys, where)
        yield from _receipt(bid.receipt, bid.act, bid.proof, transcript=transcript, keys=keys, where=where)
        if bid.stands is not None:
            yield from _stands(bid, bid.stands, transcript, keys, f"{where}.stands")
        if opened or bid.signing_key is not None:
            yield from _signer(bid, transcript, keys, where)
    yield from _closed(transcript, keys)
    yield from _refusals(transcript, keys)


def _distinct(values: Sequence[object]) -> bool:
    return len(set(values)) == len(values)


def code_of(bid: BidRecord) -> str | None:
    """Return the social credit code that the logged row of the bidder's signing key shows."""
    rows = bid.registration.rows if bid.registration else ()
    for row in rows:
        shown = row.get("table") == KEY_TABLE and row.get("signing_key") == bid.signing_key
        if shown and row.get("revoked_at") is None and isinstance(row.get("code"), str):
            return str(row["code"])
    return None


def version_for(header: Header, transcript: Transcript) -> TenderVersion | None:
    """Return the version an envelope was made for, if bids made for it still stand."""
    last = transcript.publications[-1].version if transcript.publications else None
    for publication in transcript.publications:
        if publication.version.digest == header.version_digest and last is not None:
            return publication.version if publication.version.same_terms(last) else None
    return None


def _made_for(bid: BidRecord, transcript: Transcript) -> TenderVersion | None:
    """Return the version an envelope was made for, if it counts for the frozen one: by terms or word."""
    if bid.stands is None:
        return version_for(bid.header, transcript)
    made = [p.version for p in transcript.publications if p.version.digest == bid.header.version_digest]
    return made[0] if made and made[0].same_opening(transcript.publications[-1].version) else None


def _stands(
    bid: BidRecord, stands: StandsRecord, transcript: Transcript, keys: Keys, where: str
) -> Iterator[Mismatch]:
    """Check a word that a bid stands: for terms of the frozen version, by the bid's own signer, in time."""
    act, commitment = stands.act, bid.header.commitment
    last = transcript.publications[-1].version
    same = {p.version.digest for p in transcript.publications if p.version.same_terms(last)}
    yield from named(
        where,
        {
            "act": stands.proof.leaf.entry.act == STOOD,
            "stands-act": (act.action, act.tender, act.supersedes) == ("stands", transcript.tender, None),
            "stands-version": act.version_digest in same and version_for(bid.header, transcript) is None,
            "commitment": act.commitment == commitment,
        },
    )
    yield from _place(stands.proof, commitment, transcript, keys, where)
    yield from _receipt(stands.receipt, act, stands.proof, transcript=transcript, keys=keys, where=where)
    if bid.signing_key is not None:
        signed = digest.verify("bid-act", plain(act), stands.signature or "", bid.signing_key)
        yield from named(where, {"bid-signature": signed})


def _envelope(bid: BidRecord, listed: ListedBid, transcript: Transcript, where: str) -> Iterator[Mismatch]:
    header, version = bid.header, _made_for(bid, transcript)
    closed = {entry.commitment: entry.why for entry in transcript.frozen.not_opened}
    superseded = header.supersedes
    yield from named(where, header_faults(header, version) if version else ["version"])
    yield from named(where, act_faults(bid.act, header))
    yield from named(
        where,
        {
            "commitment": header.commitment == listed.commitment,
            "lot": header.lot == listed.lot,
            "kind": header.kind == listed.kind,
            "position": bid.proof.position == listed.position,
            "supersedes": superseded is None or closed.get(superseded) == "superseded",
        },
    )


def _place(
    proof: LogProof, commitment: str, transcript: Transcript, keys: Keys, where: str
) -> Iterator[Mismatch]:
    published = [publication.proof.position for publication in transcript.publications]
    yield from named(where, proof_faults(proof, transcript.checkpoint, keys))
    yield from named(
        where,
        {
            "subject": proof.leaf.entry.subject == commitment,
            "late": proof.leaf.entry.at < transcript.frozen.deadline,
            "order": min(published, default=0) < proof.position < transcript.freeze_proof.position,
        },
    )


def _receipt(
    token: str, act: BidAct, proof: LogProof, *, transcript: Transcript, keys: Keys, where: str
) -> Iterator[Mismatch]:
    try:
        word = receipt.read_receipt(token, keys)
    except MarketError as problem:
        yield Mismatch(code=f"receipt-{problem.code}", where=where)
        return
    yield from named(
        where,
        {
            "receipt-action": word.action == act.action,
            "receipt-tender": word.tender == transcript.tender,
            "receipt-commitment": word.commitment == proof.leaf.entry.subject,
            "receipt-late": word.received_at < transcript.frozen.deadline,
            "receipt-entry": word.entry == digest.digest("entry", plain(proof.leaf.entry)),
        },
    )


def _signer(bid: BidRecord, transcript: Transcript, keys: Keys, where: str) -> Iterator[Mismatch]:
    if bid.registration is None or bid.signing_key is None or bid.signature is None:
        yield Mismatch(code="signer", where=where)
        return
    proof, code = bid.registration, code_of(bid)
    entry = proof.leaf.entry
    yield from named(f"{where}.registration", proof_faults(proof, transcript.checkpoint, keys))
    yield from named(
        where,
        {
            "bid-signature": digest.verify("bid-act", plain(bid.act), bid.signature, bid.signing_key),
            "key-not-registered": entry.subject == digest.key_id(bid.signing_key) and code is not None,
            "key-too-late": entry.at < transcript.frozen.deadline and proof.position < bid.proof.position,
            "actor": bid.actor_salt is not None
            and package.actor_digest(bid.actor_salt, code or "") == bid.proof.leaf.entry.actor,
        },
    )


def _closed(transcript: Transcript, keys: Keys) -> Iterator[Mismatch]:
    everyone: list[BidRecord | ClosedRecord] = [*transcript.bids, *transcript.not_opened]
    replaced = {record.header.supersedes for record in everyone}
    pairs = zip(transcript.not_opened, transcript.frozen.not_opened, strict=False)
    for i, (record, listed) in enumerate(pairs):
        where, commitment, withdrawal = f"not_opened.{i}", record.header.commitment, record.withdrawal
        yield from named(where, {"act": record.proof.leaf.entry.act == SEALED})
        yield from _place(record.proof, commitment, transcript, keys, where)
        if withdrawal is not None:
            yield from _place(withdrawal, commitment, transcript, keys, f"{where}.withdrawal")
        grounds = {
            "superseded": commitment in replaced,
            "withdrawn": withdrawal is not None and withdrawal.leaf.entry.act == WITHDRAWN,
            "version": version_for(record.header, transcript) is None,
        }
        yield from named(
            where,
            {
                "commitment": commitment == listed.commitment,
                "tender": record.header.tender == transcript.tender,
                "why": grounds[listed.why] and (withdrawal is None) == (listed.why != "withdrawn"),
                "position": (withdrawal or record.proof).position == listed.position,
            },
        )


def _refusals(transcript: Transcript, keys: Keys) -> Iterator[Mismatch]:
    frozen, listed = transcript.frozen, {bid.commitment for bid in transcript.frozen.bids}
    early = [r for r in transcript.refusals if r.proof.position < transcript.freeze_proof.position]
    yield from named("refusals", {"count": len(early) == frozen.refusals})
    yield from named("refusals", {"refusal-twice": _distinct([r.proof.position for r in early])})
    for i, record in enumerate(transcript.refusals):
        where, entry = f"refusals.{i}", record.proof.leaf.entry
        yield from named(where, proof_faults(record.proof, transcript.checkpoint, keys))
        try:
            word = receipt.read_refusal(record.refusal, keys)
        except MarketError as problem:
            yield Mismatch(code=f"refusal-{problem.code}", where=where)
            continue
        yield from named(
            where,
            {
                "act": entry.act == REFUSED,
                "subject": entry.subject == word.commitment,
                "refusal-tender": word.tender == transcript.tender,
                "refusal-entry": word.entry == digest.digest("entry", plain(entry)),
                "refused-but-listed": word.action == "withdraw" or word.commitment not in listed,
            },
        )
