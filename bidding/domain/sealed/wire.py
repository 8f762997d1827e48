"""What clients and server say to each other about sealed bids: one struct for each body, shared by both.

Addresses stand beside the structs. Tender numbers never stand in the address of a bid act. Source:
docs/sealing.md section 3.
"""

from typing import Literal

import msgspec

from bidding.domain.sealed.encoding import (
    Count,
    Digest,
    Exact,
    Instant,
    Name,
    PublicKey,
    Secret,
    ShortId,
    Signature,
)
from bidding.domain.sealed.envelope import BidAct, EnvelopeShares, Header, Kind, TenderVersion
from bidding.domain.sealed.frozen_list import Checkpoint, FrozenList, LogProof
from bidding.domain.sealed.technical import LockedMarks

PART: int = 1 << 20
"""Largest body of one PUT /api/uploads/{upload}?offset=N."""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """GET /api/tenders/{number}: the public notice.

    The server may add what pages show; a client seals only from ``version`` after checking ``proof``.
    """

    number: Name
    title: str
    stage: str
    version: TenderVersion
    version_digest: Digest
    proof: LogProof | None
    checkpoint: Checkpoint
    platform_key_id: ShortId


class Upload(Exact, frozen=True, kw_only=True):
    """POST /api/uploads and PUT /api/uploads/{upload}: the random id and the bytes held so far."""

    upload: Name
    size: Count


class SubmitEnvelope(Exact, frozen=True, kw_only=True):
    """POST /api/envelopes: ``finish``."""

    upload: Name
    header: Header
    act: BidAct
    signature: Signature
    key_id: ShortId


class WithdrawEnvelope(Exact, frozen=True, kw_only=True):
    """POST /api/envelopes/withdrawals."""

    act: BidAct
    signature: Signature
    key_id: ShortId


class StandEnvelope(Exact, frozen=True, kw_only=True):
    """POST /api/envelopes/standings: a live bid stands for the amended tender."""

    act: BidAct
    signature: Signature
    key_id: ShortId


class SealedPart(Exact, frozen=True, kw_only=True):
    """One envelope of a bid in two: its upload, header and signed act."""

    upload: Name
    header: Header
    act: BidAct
    signature: Signature


class SubmitPair(Exact, frozen=True, kw_only=True):
    """POST /api/envelopes/pairs: ``finish`` of a bid in two envelopes, both commitments signed."""

    technical: SealedPart
    price: SealedPart
    key_id: ShortId


class SignedAct(Exact, frozen=True, kw_only=True):
    """A signed act on one envelope."""

    act: BidAct
    signature: Signature


class PairActs(Exact, frozen=True, kw_only=True):
    """POST /api/envelopes/pairs/withdrawals and …/standings: one act on both envelopes of a bid."""

    technical: SignedAct
    price: SignedAct
    key_id: ShortId


class BidAnswer(Exact, frozen=True, kw_only=True):
    """The answer to a bid act: a receipt or a refusal, as compact JWS."""

    outcome: Literal["receipt", "refusal"]
    token: str


class PairAnswer(Exact, frozen=True, kw_only=True):
    """The answer to a bid in two envelopes: a receipt for each, or a refusal for each."""

    technical: BidAnswer
    price: BidAnswer


class MyEnvelope(Exact, frozen=True, kw_only=True):
    """One of the asking enterprise's own envelopes: never its content."""

    commitment: Digest
    tender: Name
    lot: Name
    kind: Kind
    received_at: Instant
    padded_size: Count
    state: Literal[
        "sealed",
        "outdated",
        "unopenable",
        "superseded",
        "withdrawn",
        "opened",
        "found-faulty",
        "not-passed",
        "deleted",
    ]
    receipt: str


class MyEnvelopes(Exact, frozen=True, kw_only=True):
    """GET /api/envelopes/mine."""

    envelopes: tuple[MyEnvelope, ...]


class FrozenListAnswer(Exact, frozen=True, kw_only=True):
    """GET /api/tenders/{number}/frozen-list.

    Attributes:
        proof: Of the entry that logged F, against ``checkpoint``.
        consistency: From the checkpoint inside the list to ``checkpoint``.
    """

    version: TenderVersion
    frozen: FrozenList
    digest: Digest
    proof: LogProof
    checkpoint: Checkpoint
    consistency: tuple[Digest, ...]


class Headers(Exact, frozen=True, kw_only=True):
    """GET /api/tenders/{number}/headers: of the listed bids, in the order of the list; for keyholders."""

    headers: tuple[Header, ...]


class MarksAnswer(Exact, frozen=True, kw_only=True):
    """GET /api/tenders/{number}/locked-marks: what keyholders sign to open the prices.

    Attributes:
        listed: The frozen list with its proofs, as for the first release.
        proof: Of the entry that logged the digest of the marks, against the list answer's checkpoint.
    """

    listed: FrozenListAnswer
    marks: LockedMarks
    proof: LogProof


class Release(Exact, frozen=True, kw_only=True):
    """POST /api/releases. The signature is over the release message of docs/sealing.md section 0.

    Attributes:
        marks: Digest of the locked technical marks, with shares of prices; absent elsewhere.
    """

    tender: Name
    freeze: Digest
    key_id: ShortId
    shares: tuple[EnvelopeShares, ...]
    signature: Signature
    marks: Digest | msgspec.UnsetType = msgspec.UNSET


class Released(Exact, frozen=True, kw_only=True):
    """The answer to a release: the log subject and how many of k are in."""

    release: Digest
    count: Count
    k: Count


class MakeRehearsal(Exact, frozen=True, kw_only=True, tag_field="step", tag="make"):
    """POST /api/rehearsals by the tenderer: a test envelope's header for the draft version."""

    tender: Name
    header: Header


class AnswerRehearsal(Exact, frozen=True, kw_only=True, tag_field="step", tag="answer"):
    """POST /api/rehearsals by a keyholder.

    The signature (purpose ``rehearsal``) is over tender, envelope, key_id and shares_digest.
    """

    tender: Name
    key_id: ShortId
    shares: EnvelopeShares
    signature: Signature


class Rehearsal(Exact, frozen=True, kw_only=True):
    """GET /api/tenders/{number}/rehearsal."""

    version: TenderVersion
    header: Header | None
    answered: tuple[ShortId, ...]


class Recover(Exact, frozen=True, kw_only=True):
    """POST /api/recoveries by the bidder whose envelope the keyholders did not open."""

    commitment: Digest
    content_key: Secret


class Consistency(Exact, frozen=True, kw_only=True):
    """GET /api/log/consistency?first=&second=."""

    first: Count
    second: Count
    path: tuple[Digest, ...]


class MarketKey(msgspec.Struct, frozen=True, kw_only=True):
    """One platform key, present or past; the document may say more of it (fingerprint, times of use)."""

    key_id: ShortId
    public_key: PublicKey


class MarketKeys(Exact, frozen=True, kw_only=True):
    """GET /.well-known/market-keys.json: the newest first. To be compared with a copy from elsewhere."""

    keys: tuple[MarketKey, ...]


class SignIn(Exact, frozen=True, kw_only=True):
    """POST /api/sign-in; opens a cookie session. ``mandate`` picks one of several."""

    login: Name
    password: str
    mandate: int | None = None


class GiveCode(Exact, frozen=True, kw_only=True):
    """POST /api/sign-in/code; the second step, when the answer to the first says ``owed: code``."""

    passcode: str


def rehearsal_message(*, tender: str, envelope: str, key_id: str, shares_digest: str) -> dict[str, str]:
    """Return what a keyholder signs in a rehearsal (purpose ``rehearsal``)."""
    return {"tender": tender, "envelope": envelope, "key_id": key_id, "shares_digest": shares_digest}
