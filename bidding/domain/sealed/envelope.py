"""The sealed envelope as everybody sees it: version, header, bid act, and what binds them.

Nothing here opens anything. The sealing itself is done in ``bidding/client``; the opening rules stand in
``opening``. Source: docs/sealing.md sections 0 to 2.
"""

from itertools import combinations
from typing import Annotated, Any, Final, Literal

import msgspec

from bidding.domain.sealed.encoding import (
    Count,
    Digest,
    Exact,
    Instant,
    Name,
    PublicKey,
    Sealed,
    ShortId,
    plain,
    plain_list,
)
from market.kernel import digest

SUITE: Final = "DHKEM-X25519-HKDF-SHA256/HKDF-SHA256/AES-256-GCM"
CHUNK: Final = 1 << 20
TAG: Final = 16
SMALL_STEP: Final = 64 << 10
LARGE_STEP: Final = 1 << 20
LARGE_FROM: Final = 8 << 20
MOST_KEYHOLDERS: Final = 7

Kind = Literal["single", "technical", "price"]
SINGLE: Final[tuple[Kind, ...]] = ("single",)
PAIR: Final[tuple[Kind, ...]] = ("technical", "price")
Action = Literal["submit", "replace", "withdraw", "stands"]
Subset = Annotated[
    tuple[Annotated[int, msgspec.Meta(ge=0, lt=MOST_KEYHOLDERS)], ...],
    msgspec.Meta(max_length=MOST_KEYHOLDERS),
]


class Keyholder(Exact, frozen=True, kw_only=True):
    """One of the n who together open: the institution and both public keys."""

    institution: Name
    opening_key: PublicKey
    signing_key: PublicKey

    @property
    def key_id(self) -> str:
        """The id of the opening key; recomputed, never believed."""
        return digest.key_id(self.opening_key)


class TwoEnvelopes(Exact, frozen=True, kw_only=True):
    """The word of a version that bids come in two envelopes, and from where on the second is opened.

    Attributes:
        technical_points: The most the technical part can bring, centi-points.
        threshold_points: The least with which a bid's price is opened, centi-points.
    """

    technical_points: Count
    threshold_points: Count


class TenderVersion(Exact, frozen=True, kw_only=True):
    """What a bidder seals for. The order of the keyholders fixes their numbers.

    Attributes:
        two_envelopes: Set where technical part and price are sealed apart; absent, not null, elsewhere.
    """

    tender: Name
    version: Count
    deadline: Instant
    minimum_bids: Count
    k: Count
    keyholders: tuple[Keyholder, ...]
    documents: tuple[Digest, ...]
    lots: tuple[Name, ...]
    profile_version: Name
    two_envelopes: TwoEnvelopes | msgspec.UnsetType = msgspec.UNSET

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The envelopes a bid for one lot consists of."""
        return SINGLE if self.two_envelopes is msgspec.UNSET else PAIR

    @property
    def digest(self) -> str:
        """H("version", …): what notice, header, bid act and frozen list name."""
        return digest.digest("version", plain(self))

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The keyholders' key ids in the order of their numbers."""
        return tuple(keyholder.key_id for keyholder in self.keyholders)

    def same_terms(self, other: "TenderVersion") -> bool:
        """Say whether two versions differ in nothing but number and deadline, so that bids stand."""
        ignored = {"version": 0, "deadline": ""}
        return plain(self) | ignored == plain(other) | ignored

    def same_opening(self, other: "TenderVersion") -> bool:
        """Say whether the same keyholders, so many of them, open envelopes made for either version."""
        return (self.k, self.keyholders) == (other.k, other.keyholders)


class Policy(Exact, frozen=True, kw_only=True):
    """How many of which keyholders open an envelope."""

    k: Count
    key_ids: tuple[ShortId, ...]


class SealedShare(Exact, frozen=True, kw_only=True):
    """A share of the content key for one keyholder in one k-subset; ``sealed`` is enc ‖ ciphertext."""

    subset: Subset
    key_id: ShortId
    sealed: Sealed
    digest: Digest


class Recovery(Exact, frozen=True, kw_only=True):
    """The content key itself, sealed to the bidder's recovery key."""

    key_id: ShortId
    sealed: Sealed


class Header(Exact, frozen=True, kw_only=True):
    """Everything about an envelope but its ciphertext; its digest is the commitment."""

    suite: str
    tender: Name
    version_digest: Digest
    lot: Name
    kind: Kind
    envelope_id: ShortId
    bidder_tag: Digest
    supersedes: Digest | None
    policy: Policy
    shares: tuple[SealedShare, ...]
    recovery: Recovery | None
    key_commitment: Digest
    payload_digest: Digest
    ciphertext_digest: Digest
    padded_size: Count

    @property
    def commitment(self) -> str:
        """H("commitment", header)."""
        return digest.digest("commitment", plain(self))


class BidAct(Exact, frozen=True, kw_only=True):
    """What the bidder signs under the purpose ``bid-act``."""

    action: Action
    tender: Name
    version_digest: Digest
    commitment: Digest
    supersedes: Digest | None


class ReleasedShare(Exact, frozen=True, kw_only=True):
    """A share a keyholder decrypted; ``None`` says that it does not open."""

    subset: Subset
    key_id: ShortId
    share: Digest | None


class EnvelopeShares(Exact, frozen=True, kw_only=True):
    """One keyholder's shares of one envelope, named by its commitment."""

    envelope: Digest
    shares: tuple[ReleasedShare, ...]


def shares_digest(shares: tuple[EnvelopeShares, ...]) -> str:
    """H("shares", …): what a release message says of the shares it comes with."""
    return digest.digest("shares", plain_list(shares))


def subsets(n: int, k: int) -> list[tuple[int, ...]]:
    """Return every k-subset of the numbers 0…n−1, in lexicographic order."""
    return list(combinations(range(n), k))


def share_info(header: dict[str, Any], subset: tuple[int, ...], key_id: str) -> bytes:
    """Return the HPKE ``info`` of a share; of the recovery share when the subset is empty.

    Args:
        header: A header as JSON, or the part of it made so far: six of its fields are bound.
    """
    names = ("suite", "tender", "version_digest", "lot", "kind", "envelope_id", "bidder_tag")
    bound = {name: header[name] for name in names} | {"subset": list(subset), "key_id": key_id}
    return digest.bound("share", bound)


def chunk_data(header: dict[str, Any], index: int, *, last: bool) -> bytes:
    """Return the associated data of one chunk."""
    bound = {name: header[name] for name in ("envelope_id", "bidder_tag", "kind")}
    return digest.bound("chunk", bound | {"index": index, "last": last})


def padded_size(length: int) -> int:
    """Return the padded size of a package: a multiple of 64 KiB, of 1 MiB from 8 MiB up."""
    step = SMALL_STEP if length < LARGE_FROM else LARGE_STEP
    return max(-(-length // step), 1) * step


def ciphertext_size(padded: int) -> int:
    """Return the length of the ciphertext of a padded package: one tag for every chunk."""
    return padded + TAG * -(-padded // CHUNK)


def version_faults(version: TenderVersion) -> list[str]:
    """Return what is wrong with a version's keyholders; codes, empty when nothing is."""
    n, faults = len(version.keyholders), []
    if not 2 <= version.k <= n <= MOST_KEYHOLDERS:  # noqa: PLR2004 - docs/sealing.md section 1
        faults.append("threshold")
    if len({keyholder.institution for keyholder in version.keyholders}) != n:
        faults.append("keyholders-share-an-institution")
    if len(set(version.key_ids)) != n or len({h.signing_key for h in version.keyholders}) != n:
        faults.append("keyholders-share-a-key")
    two = version.two_envelopes
    if two is not msgspec.UNSET and not 0 < two.threshold_points <= two.technical_points:
        faults.append("technical-threshold")
    return faults


def header_faults(header: Header, version: TenderVersion, *, recovery_needed: bool = True) -> list[str]:
    """Return what is wrong with a header for this version, all of it; codes, empty when nothing is.

    The server runs it on ``finish`` and refuses on any code; the verifiers run it again after the opening.
    """
    n, k = len(version.keyholders), version.k
    wanted = [(subset, version.key_ids[i]) for subset in subsets(n, k) for i in subset]
    checks = {
        "suite": header.suite == SUITE,
        "tender": header.tender == version.tender,
        "version": header.version_digest == version.digest,
        "lot": header.lot in version.lots,
        "kind": header.kind in version.kinds,
        "policy": (header.policy.k, header.policy.key_ids) == (k, version.key_ids),
        "shares": [(share.subset, share.key_id) for share in header.shares] == wanted,
        "recovery": header.recovery is not None or not recovery_needed,
        "padded-size": header.padded_size > 0 and header.padded_size == padded_size(header.padded_size),
    }
    return [code for code, holds in checks.items() if not holds]


def act_faults(act: BidAct, header: Header) -> list[str]:
    """Return where a ``submit`` or ``replace`` does not say what its header says; codes."""
    checks = {
        "act-action": act.action == ("submit" if header.supersedes is None else "replace"),
        "act-tender": act.tender == header.tender,
        "act-version": act.version_digest == header.version_digest,
        "act-commitment": act.commitment == header.commitment,
        "act-supersedes": act.supersedes == header.supersedes,
    }
    return [code for code, holds in checks.items() if not holds]
