"""The transcript of an opening: one JSON file from which anybody can check everything offline.

The platform's key is *not* believed from here; it is given from outside. Shares of envelopes that opened well
stay secret (they would open the documents too); those of faulty ones are published so that the fault can be
checked. Source: docs/sealing.md section 4.5.
"""

from typing import Final, Literal

import msgspec

from bidding.domain.sealed.encoding import (
    Digest,
    Exact,
    Name,
    PublicKey,
    Salt,
    ShortId,
    Signature,
    plain_list,
)
from bidding.domain.sealed.envelope import BidAct, EnvelopeShares, Header, Subset, TenderVersion
from bidding.domain.sealed.frozen_list import Checkpoint, FrozenList, LogProof, ReleaseMessage
from bidding.domain.sealed.package import Readout
from bidding.domain.sealed.technical import LockedMarks
from market.kernel import digest

SEALED: Final = "bidding:sealed"
WITHDRAWN: Final = "bidding:withdrawn"
STOOD: Final = "bidding:stood"
REFUSED: Final = "bidding:refused"
FROZEN: Final = "bidding:tender:freeze"
RELEASED: Final = "bidding:release"
OPENED: Final = "bidding:tender:open"
LOCKED: Final = "bidding:marks:lock"
PRICES_OPENED: Final = "bidding:prices:open"
FINDINGS: Final = "bidding_finding"
"""Table of the row images in which the opening's entry holds the findings."""

Fault = Literal["platform", "bidder", "keyholder", "nobody"]
Code = Literal[
    "bytes-altered",
    "key-commitment",
    "chunk",
    "package",
    "payload-digest",
    "form",
    "bidder-tag",
    "bidder-code",
    "no-subset-works",
    "too-few-releases",
    "too-few-bids",
    "technical-not-passed",
    "share-does-not-open",
    "share-wrong",
    "share-missing",
]


class Finding(Exact, frozen=True, kw_only=True):
    """What went wrong with one envelope and whose fault it is.

    Attributes:
        fault: ``keyholder`` findings name a share (``key_id``, ``subset``) and do not keep the envelope shut
            by themselves; every other finding stands in place of the opening.
    """

    commitment: Digest
    fault: Fault
    code: Code
    key_id: ShortId | None
    subset: Subset | None


class Opening(Exact, frozen=True, kw_only=True):
    """What is read out of one envelope, with the salt that ties it to the header."""

    readout: Readout
    salt_r: Salt
    documents_digest: Digest


class Publication(Exact, frozen=True, kw_only=True):
    """One version of the tender and the log entry that published it (subject: the version digest)."""

    version: TenderVersion
    proof: LogProof


class StandsRecord(Exact, frozen=True, kw_only=True):
    """A bidder's word that its bid stands for an amended tender.

    Attributes:
        signature: Null while nothing is opened.
        receipt: The compact JWS the bidder got for it.
        proof: Of the entry ``bidding:stood`` (subject: the commitment).
    """

    act: BidAct
    signature: Signature | None
    receipt: str
    proof: LogProof


class BidRecord(Exact, frozen=True, kw_only=True):
    """One listed bid, in the order of the frozen list.

    Attributes:
        signing_key: The bidder's; registered by the logged act in ``registration`` whose row image shows
            ``code`` and ``signing_key`` (``revoked_at`` null). Null while nothing is opened.
        receipt: The compact JWS the bidder got.
        proof: Of the entry ``bidding:sealed`` (subject: the commitment).
        actor_salt: Opens the entry's actor H("actor", salt ‖ USCC); null while the names stay secret.
        opening: Null when a finding stands in its place.
        stands: Set where the bid was made for a version with other terms than the frozen one.
    """

    header: Header
    act: BidAct
    signature: Signature | None
    signing_key: PublicKey | None
    registration: LogProof | None
    receipt: str
    proof: LogProof
    actor_salt: Salt | None
    opening: Opening | None
    stands: StandsRecord | None = None


class ClosedRecord(Exact, frozen=True, kw_only=True):
    """A bid that is never opened, in the order of the list's ``not_opened``.

    Attributes:
        proof: Of the bid's own sealing entry (subject: the commitment).
        withdrawal: Of the withdrawal's entry ``bidding:withdrawn`` (same subject); null unless withdrawn.
    """

    header: Header
    proof: LogProof
    withdrawal: LogProof | None


class ReleaseRecord(Exact, frozen=True, kw_only=True):
    """One keyholder's signature over the list, and its shares of the envelopes found faulty."""

    message: ReleaseMessage
    signature: Signature
    proof: LogProof
    published_shares: tuple[EnvelopeShares, ...]


class PriceRecord(Exact, frozen=True, kw_only=True):
    """The second half of an opening in two envelopes; there from the lock of the technical marks on.

    Attributes:
        marks_proof: Of the entry ``bidding:marks:lock`` (subject: the digest of the marks).
        releases: Over list and locked marks, of shares of the prices of those who passed.
        opening_proof: Of the entry ``bidding:prices:open`` (subject: H("readouts", …) of the prices, null in
            the place of every other envelope); its row images hold its findings. Null before.
    """

    marks: LockedMarks
    marks_proof: LogProof
    releases: tuple[ReleaseRecord, ...]
    opening_proof: LogProof | None


class RefusalRecord(Exact, frozen=True, kw_only=True):
    """One counted refusal: the compact JWS and its log entry (subject: the refused commitment)."""

    refusal: str
    proof: LogProof


class Transcript(Exact, frozen=True, kw_only=True):
    """The whole opening.

    Attributes:
        publications: Oldest first; the last is the version of the frozen list.
        consistency: From the checkpoint inside the frozen list to ``checkpoint``.
        opening_proof: Of the opening's entry (subject: H("readouts", …)); its row images hold the findings
            that blame somebody, in their order. Null when nothing was opened.
        checkpoint: The one against which every proof here holds.
        prices: In a tender in two envelopes, once the technical marks are locked; absent elsewhere.
    """

    form: Literal["transcript/1"]
    tender: Name
    publications: tuple[Publication, ...]
    frozen: FrozenList
    freeze_proof: LogProof
    bids: tuple[BidRecord, ...]
    not_opened: tuple[ClosedRecord, ...]
    refusals: tuple[RefusalRecord, ...]
    releases: tuple[ReleaseRecord, ...]
    findings: tuple[Finding, ...]
    opening_proof: LogProof | None
    checkpoint: Checkpoint
    consistency: tuple[Digest, ...]
    prices: PriceRecord | msgspec.UnsetType = msgspec.UNSET


def readouts_digest(openings: tuple[Opening | None, ...]) -> str:
    """H("readouts", …), in the order of the frozen list: the subject of the opening's entry.

    Of two openings each has its own: null stands in the place of what the other opens.
    """
    return digest.digest("readouts", plain_list(openings))
