"""The frozen list, the release over it, and the log proofs that fix both in time.

The list names every live bid of a tender by commitment and log position, so that nothing can be added,
dropped or swapped once k keyholders have signed it. Source: docs/sealing.md sections 0, 4 and 5.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

import msgspec

from bidding.domain.sealed.encoding import (
    Count,
    Demonstrable,
    Digest,
    Exact,
    Instant,
    Name,
    ShortId,
    Signature,
    plain,
)
from bidding.domain.sealed.envelope import Kind
from market.kernel import digest, merkle

Why = Literal["superseded", "withdrawn", "version"]
Keys = Mapping[str, str]
"""Trusted platform keys: key id -> raw public key in hex."""


class EntryRow(Exact, frozen=True, kw_only=True):
    """The digest of one row an act changed."""

    table: Name
    digest: Digest


class Entry(Demonstrable, frozen=True, kw_only=True):
    """One act in the audit log."""

    act: Name
    actor: str
    subject: str
    at: Instant
    recorded_at: Instant
    rows: tuple[EntryRow, ...]


class Leaf(Exact, frozen=True, kw_only=True):
    """An entry with the platform's signature: what is hashed into the tree."""

    entry: Entry
    key_id: ShortId
    signature: Signature

    @property
    def hash(self) -> bytes:
        """The RFC 6962 leaf hash."""
        return merkle.leaf_hash(digest.canonical(plain(self)))


class LogProof(Exact, frozen=True, kw_only=True):
    """Proof that a leaf stands at a position; ``rows`` are the images behind the entry's row digests."""

    leaf: Leaf
    position: Count
    path: tuple[Digest, ...]
    rows: tuple[dict[str, Any], ...]


class Checkpoint(Demonstrable, frozen=True, kw_only=True):
    """The signed size and root of the log."""

    size: Count
    root: Digest
    at: Instant
    key_id: ShortId
    signature: Signature

    @property
    def signed(self) -> dict[str, Any]:
        """The object under the signature (purpose ``checkpoint``)."""
        return {name: value for name, value in plain(self).items() if name not in {"key_id", "signature"}}


class ListedBid(Exact, frozen=True, kw_only=True):
    """A live bid on the list; ``position`` is that of its sealing entry."""

    commitment: Digest
    lot: Name
    kind: Kind
    position: Count


class NotOpened(Exact, frozen=True, kw_only=True):
    """A bid that stays shut.

    Attributes:
        why: ``superseded`` (the successor's header proves it), ``withdrawn`` (its withdrawal entry does), or
            ``version`` (made for another version, counts as withdrawn without forfeit).
        position: Of the withdrawal's entry when withdrawn, otherwise of the bid's own sealing entry.
    """

    commitment: Digest
    why: Why
    position: Count


class FrozenList(Exact, frozen=True, kw_only=True):
    """Every bid of a tender at its deadline."""

    tender: Name
    version_digest: Digest
    deadline: Instant
    bids: tuple[ListedBid, ...]
    not_opened: tuple[NotOpened, ...]
    refusals: Count
    checkpoint: Checkpoint

    @property
    def digest(self) -> str:
        """F, which k keyholders sign."""
        return digest.digest("freeze", plain(self))


class ReleaseMessage(Exact, frozen=True, kw_only=True):
    """What a keyholder signs (purpose ``release``); its digest is the subject of the log entry.

    Attributes:
        marks: Digest of the locked technical marks, in a release of shares of prices; absent elsewhere.
    """

    tender: Name
    freeze: Digest
    key_id: ShortId
    shares_digest: Digest
    marks: Digest | msgspec.UnsetType = msgspec.UNSET

    @property
    def digest(self) -> str:
        """H("release", …)."""
        return digest.digest("release", plain(self))


def list_faults(frozen: FrozenList) -> list[str]:
    """Return what is wrong with a list on its own: order, doubles, positions."""
    listed = [bid.commitment for bid in frozen.bids]
    closed = [bid.commitment for bid in frozen.not_opened]
    positions = [bid.position for bid in frozen.bids] + [bid.position for bid in frozen.not_opened]
    checks = {
        "list-order": listed == sorted(listed) and closed == sorted(closed),
        "list-double": len({*listed, *closed}) == len(listed) + len(closed),
        "list-positions": len(set(positions)) == len(positions),
        "list-beyond-checkpoint": all(position < frozen.checkpoint.size for position in positions),
    }
    return [code for code, holds in checks.items() if not holds]


def lots_too_small(frozen: FrozenList, *, lots: Collection[str], minimum: int) -> set[str]:
    """Return the lots with fewer bids than the rule demands: nothing of them is opened."""
    count = dict.fromkeys(lots, 0)
    for bid in frozen.bids:
        if bid.kind != "technical":
            count[bid.lot] = count.get(bid.lot, 0) + 1
    return {lot for lot, bids in count.items() if bids < minimum}


def checkpoint_signed(checkpoint: Checkpoint, keys: Keys) -> bool:
    """Say whether a trusted platform key signed this checkpoint."""
    key = keys.get(checkpoint.key_id)
    return key is not None and digest.verify("checkpoint", checkpoint.signed, checkpoint.signature, key)


def consistent(first: Checkpoint, second: Checkpoint, path: Sequence[str]) -> bool:
    """Say whether the log of the second checkpoint extends that of the first unchanged."""
    return merkle.verify_consistency(
        first=first.size,
        second=second.size,
        first_root=bytes.fromhex(first.root),
        second_root=bytes.fromhex(second.root),
        path=[bytes.fromhex(step) for step in path],
    )


def proof_faults(proof: LogProof, checkpoint: Checkpoint, keys: Keys) -> list[str]:
    """Return what is wrong with a log proof: the platform's signature, its place, its row images."""
    leaf, key = proof.leaf, keys.get(proof.leaf.key_id)
    path = [bytes.fromhex(step) for step in proof.path]
    root = bytes.fromhex(checkpoint.root)
    images = [(image.get("table"), digest.digest("row", image)) for image in proof.rows]
    checks = {
        "entry-signature": key is not None and digest.verify("entry", plain(leaf.entry), leaf.signature, key),
        "inclusion": merkle.verify_inclusion(leaf.hash, proof.position, checkpoint.size, path, root),
        "row-images": images == [(row.table, row.digest) for row in leaf.entry.rows],
    }
    return [code for code, holds in checks.items() if not holds]
