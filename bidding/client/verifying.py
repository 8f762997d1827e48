"""Checking an opening without the server, against the platform's keys given from outside.

Every finding is returned, never only the first. ``docs/verify_opening.py`` does the same again without a line
of this project. Source: docs/sealing.md section 4.5.
"""

from collections.abc import Iterator, Sequence

from bidding.client import verifying_bids, verifying_outcome, verifying_prices, verifying_releases
from bidding.client.mismatch import Mismatch, named
from bidding.domain.sealed import receipt, wire
from bidding.domain.sealed.envelope import version_faults
from bidding.domain.sealed.frozen_list import Keys, checkpoint_signed, consistent, list_faults, proof_faults
from bidding.domain.sealed.transcript import FROZEN, Transcript
from market.kernel import digest
from market.kernel.errors import MarketError


def keys_of(public_keys: Sequence[str]) -> dict[str, str]:
    """Return trusted platform keys by id; the ids are recomputed."""
    return {digest.key_id(key): key for key in public_keys}


def verify_opening(transcript: Transcript, keys: Keys) -> list[Mismatch]:
    """Return everything in a transcript that does not hold; empty when the opening is sound."""
    return [
        *_publications(transcript, keys),
        *_log(transcript, keys),
        *_list(transcript, keys),
        *_releases(transcript, keys),
        *verifying_bids.check(transcript, keys),
        *verifying_outcome.check(transcript, keys),
        *verifying_prices.check(transcript, keys),
    ]


def _publications(transcript: Transcript, keys: Keys) -> Iterator[Mismatch]:
    if not transcript.publications:
        yield Mismatch(code="version", where="publications")
        return
    frozen = transcript.frozen
    numbers = [publication.version.version for publication in transcript.publications]
    for i, publication in enumerate(transcript.publications):
        where, version = f"publications.{i}", publication.version
        yield from named(where, version_faults(version))
        yield from named(where, proof_faults(publication.proof, transcript.checkpoint, keys))
        yield from named(
            where,
            {
                "tender": version.tender == transcript.tender,
                "subject": publication.proof.leaf.entry.subject == version.digest,
                "order": publication.proof.position < transcript.freeze_proof.position,
                "version-number": numbers == sorted(set(numbers)),
            },
        )
    last = transcript.publications[-1].version
    yield from named(
        "frozen",
        {"version": frozen.version_digest == last.digest, "deadline": frozen.deadline == last.deadline},
    )


def _log(transcript: Transcript, keys: Keys) -> Iterator[Mismatch]:
    first, last = transcript.frozen.checkpoint, transcript.checkpoint
    yield from named("checkpoint", {"checkpoint-signature": checkpoint_signed(last, keys)})
    yield from named("frozen.checkpoint", {"checkpoint-signature": checkpoint_signed(first, keys)})
    yield from named("consistency", {"consistency": consistent(first, last, transcript.consistency)})


def _list(transcript: Transcript, keys: Keys) -> Iterator[Mismatch]:
    frozen, proof = transcript.frozen, transcript.freeze_proof
    yield from named("frozen", list_faults(frozen))
    yield from named("freeze_proof", proof_faults(proof, transcript.checkpoint, keys))
    yield from named("frozen", {"tender": frozen.tender == transcript.tender})
    yield from named(
        "freeze_proof",
        {
            "act": proof.leaf.entry.act == FROZEN,
            "subject": proof.leaf.entry.subject == frozen.digest,
            "order": proof.position >= frozen.checkpoint.size,
            "early": proof.leaf.entry.at >= frozen.deadline,
        },
    )


def _releases(transcript: Transcript, keys: Keys) -> Iterator[Mismatch]:
    opened = any(bid.opening for bid in transcript.bids)
    yield from verifying_releases.check(
        transcript.releases,
        transcript,
        keys,
        where="releases",
        after=transcript.freeze_proof.position,
        needed=opened,
    )


def verify_receipt(token: str, keys: Keys, listed: wire.FrozenListAnswer | Transcript) -> list[Mismatch]:
    """Return why a receipt is not honoured by the frozen list; empty when it is.

    A good receipt without its place on the list proves a fault of the platform.
    """
    try:
        word = receipt.read_receipt(token, keys)
    except MarketError as problem:
        return [Mismatch(code=problem.code, where="receipt")]
    frozen = listed.frozen
    bids = {bid.commitment for bid in frozen.bids}
    closed = {bid.commitment: bid.why for bid in frozen.not_opened}
    found = {
        "tender": word.tender == frozen.tender,
        "late": word.received_at < frozen.deadline,
        "checkpoint-signature": checkpoint_signed(frozen.checkpoint, keys),
    }
    if word.action == "withdraw":
        found["receipt-not-honoured"] = closed.get(word.commitment) == "withdrawn"
    else:
        found["receipt-not-honoured"] = word.commitment in bids | closed.keys()
    if isinstance(listed, wire.FrozenListAnswer):
        found["list-digest"] = listed.proof.leaf.entry.subject == listed.digest == frozen.digest
        logged = proof_faults(listed.proof, listed.checkpoint, keys)
    else:
        found["list-digest"] = listed.freeze_proof.leaf.entry.subject == frozen.digest
        logged = proof_faults(listed.freeze_proof, listed.checkpoint, keys)
    return [*named("receipt", found), *named("freeze_proof", logged)]
