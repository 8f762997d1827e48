"""Checking releases: a keyholder's signature over the frozen list, and of prices over the locked marks."""

from collections.abc import Iterator, Sequence

import msgspec

from bidding.client.mismatch import Mismatch, named
from bidding.domain.sealed.encoding import plain
from bidding.domain.sealed.frozen_list import Keys, proof_faults
from bidding.domain.sealed.transcript import RELEASED, ReleaseRecord, Transcript
from market.kernel import digest


def check(
    given: Sequence[ReleaseRecord],
    transcript: Transcript,
    keys: Keys,
    *,
    where: str,
    after: int,
    needed: bool,
    marks: str | msgspec.UnsetType = msgspec.UNSET,
) -> Iterator[Mismatch]:
    """Yield what does not hold about the releases of one opening.

    Args:
        after: Position of the entry they come after: the frozen list, or the lock of the marks.
        needed: Something was opened, so k of them must be there.
        marks: What each must name; of the first opening nothing.
    """
    if not transcript.publications:
        return
    version = transcript.publications[-1].version
    signers = {keyholder.key_id: keyholder.signing_key for keyholder in version.keyholders}
    holders = [release.message.key_id for release in given]
    yield from named(
        where,
        {
            "release-double": len(set(holders)) == len(holders),
            "too-few-releases": len(set(holders) & set(signers)) >= version.k or not needed,
        },
    )
    for i, release in enumerate(given):
        place, message, proof = f"{where}.{i}", release.message, release.proof
        signer = signers.get(message.key_id, "")
        yield from named(place, proof_faults(proof, transcript.checkpoint, keys))
        yield from named(
            place,
            {
                "keyholder": message.key_id in signers,
                "release-signature": digest.verify("release", plain(message), release.signature, signer),
                "freeze": message.freeze == transcript.frozen.digest,
                "marks": message.marks == marks,
                "tender": message.tender == transcript.tender,
                "act": proof.leaf.entry.act == RELEASED,
                "subject": proof.leaf.entry.subject == message.digest,
                "order": proof.position > after,
                "foreign-share": all(
                    share.key_id == message.key_id
                    for shares in release.published_shares
                    for share in shares.shares
                ),
            },
        )
