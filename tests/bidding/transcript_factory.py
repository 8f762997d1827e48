"""A whole opening in memory: its own log, three keyholders (two open), six bidders; no database.

Live bids: three sound ones (one of them replaced an earlier one, one was made for the first version, which
differs only in number and deadline) and one faulty; one bid was withdrawn, one came late. ``a_story`` walks
client code and domain as a server would, and keeps everything a test may want to bend.
"""

import base64
import io
from functools import cache
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bidding.client import keys, releasing, sealing
from bidding.domain.sealed import frozen_list as fl
from bidding.domain.sealed import opening, package, transcript, wire
from bidding.domain.sealed.encoding import plain, shape
from bidding.domain.sealed.envelope import (
    BidAct,
    EnvelopeShares,
    Header,
    Keyholder,
    ReleasedShare,
    TenderVersion,
    shares_digest,
)
from market.kernel import digest, merkle

DEADLINE = "2027-03-01T02:00:00.000000Z"
EARLIER = "2027-02-20T02:00:00.000000Z"
BEFORE = "2027-02-10T02:00:00.000000Z"
AFTER = "2027-03-01T02:00:10.000000Z"
TENDER = "T-2027-001"


class Platform:
    """The platform's key and its public log."""

    def __init__(self) -> None:
        self.private = Ed25519PrivateKey.generate()
        self.public = digest.public_of(self.private)
        self.key_id = digest.key_id(self.public)
        self.leaves: list[fl.Leaf] = []
        self.rows: list[tuple[dict[str, Any], ...]] = []

    def log(self, act: str, subject: str, at: str, *rows: dict[str, Any], actor: str = "platform") -> int:
        entry = {
            "act": act,
            "actor": actor,
            "subject": subject,
            "at": at,
            "recorded_at": at,
            "rows": [{"table": row["table"], "digest": digest.digest("row", row)} for row in rows],
        }
        signature = digest.sign("entry", entry, self.private)
        leaf = {"entry": entry, "key_id": self.key_id, "signature": signature}
        self.leaves.append(shape(leaf, fl.Leaf))
        self.rows.append(rows)
        return len(self.leaves) - 1

    def checkpoint(self, at: str) -> fl.Checkpoint:
        root = merkle.root([leaf.hash for leaf in self.leaves]).hex()
        body = {"size": len(self.leaves), "root": root, "at": at}
        signature = digest.sign("checkpoint", body, self.private)
        return shape(body | {"key_id": self.key_id, "signature": signature}, fl.Checkpoint)

    def proof(self, position: int) -> fl.LogProof:
        path = merkle.inclusion_path([leaf.hash for leaf in self.leaves], position)
        return fl.LogProof(
            leaf=self.leaves[position],
            position=position,
            path=tuple(step.hex() for step in path),
            rows=self.rows[position],
        )

    def consistency(self, first: int) -> tuple[str, ...]:
        path = merkle.consistency_path([leaf.hash for leaf in self.leaves], first)
        return tuple(step.hex() for step in path)

    def jws(self, payload: dict[str, Any]) -> str:
        parts = [{"alg": "Ed25519", "kid": self.key_id}, payload]
        front = ".".join(_b64(digest.canonical(part)) for part in parts)
        return f"{front}.{_b64(self.private.sign(front.encode()))}"

    def receipt(self, act: BidAct, position: int, at: str) -> str:
        word = {"action": act.action, "tender": act.tender, "commitment": act.commitment, "received_at": at}
        entry = digest.digest("entry", plain(self.leaves[position].entry))
        return self.jws(word | {"entry": entry, "promise": "included-at-freeze"})


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Sent(msgspec.Struct, kw_only=True):
    """One bid on its way: what the bidder made and what the platform keeps."""

    bidder: "Enterprise"
    header: Header
    ciphertext: bytes
    act: BidAct
    signature: str
    salt: str = ""
    position: int = -1
    receipt: str = ""
    stood: tuple[BidAct, str, str, int] | None = None


class Enterprise(msgspec.Struct, kw_only=True):
    uscc: str
    name: str
    own: keys.PrivateKeys
    registered: int = -1

    def row(self) -> dict[str, Any]:
        return {
            "table": "parties_signing_key",
            "version": 1,
            "id": digest.key_id(self.own.signing_key),
            "code": self.uscc,
            "signing_key": self.own.signing_key,
            "recovery_key": self.own.opening_key,
            "revoked_at": None,
        }


class Story(msgspec.Struct, kw_only=True):
    platform: Platform
    versions: list[TenderVersion]
    holders: list[keys.PrivateKeys]
    live: list[Sent]
    closed: list[Sent]
    answer: wire.FrozenListAnswer
    transcript: transcript.Transcript

    @property
    def keys(self) -> dict[str, str]:
        return {self.platform.key_id: self.platform.public}


def a_version(
    holders: list[keys.PrivateKeys],
    *,
    k: int = 2,
    number: int = 1,
    deadline: str = DEADLINE,
    documents: tuple[str, ...] = (),
) -> TenderVersion:
    keyholders = tuple(
        Keyholder(institution=f"I{i}", opening_key=own.opening_key, signing_key=own.signing_key)
        for i, own in enumerate(holders)
    )
    return TenderVersion(
        tender=TENDER,
        version=number,
        deadline=deadline,
        minimum_bids=3,
        k=k,
        keyholders=keyholders,
        documents=documents,
        lots=("1",),
        profile_version="owner/1",
    )


def an_enterprise(number: int) -> Enterprise:
    return Enterprise(uscc=f"91110108MA01ABC{number:02d}T", name=f"示例物业{number}", own=keys.make())


def an_offer(
    bidder: Enterprise, *, price_fen: int = 1_234_500, supersedes: str | None = None
) -> sealing.Offer:
    offer = sealing.bytes_of(b'{"staff":12}', name="offer.json", media_type="application/json")
    return sealing.Offer(
        lot="1",
        kind="single",
        form="bid/1",
        bidder=package.Bidder(uscc=bidder.uscc, name=bidder.name),
        price_fen=price_fen,
        terms={"years": 3},
        files=[offer],
        supersedes=supersedes,
    )


def send(
    bidder: Enterprise, version: TenderVersion, *, supersedes: str | None = None, **bent: object
) -> Sent:
    """Seal and sign a bid; *bent* header fields make it faulty on the bidder's side."""
    out = io.BytesIO()
    offer = an_offer(bidder, supersedes=supersedes)
    header = sealing.seal(offer, version=version, recovery_key=bidder.own.opening_key, out=out)
    header = msgspec.structs.replace(header, **bent)
    act, signature = sealing.sign_bid(header, bidder.own.signing_private)
    return Sent(bidder=bidder, header=header, ciphertext=out.getvalue(), act=act, signature=signature)


def _let_in(platform: Platform, sent: Sent) -> None:
    sent.salt = keys.make().opening
    actor = package.actor_digest(sent.salt, sent.bidder.uscc)
    sent.position = platform.log(transcript.SEALED, sent.header.commitment, EARLIER, actor=actor)
    sent.receipt = platform.receipt(sent.act, sent.position, EARLIER)


def _stand(platform: Platform, sent: Sent, version: TenderVersion) -> None:
    """Log the bidder's word that its bid stands for another version."""
    act, signature = sealing.sign_stand(sent.header, version.digest, sent.bidder.own.signing_private)
    actor = package.actor_digest(keys.make().opening, sent.bidder.uscc)
    position = platform.log(transcript.STOOD, sent.header.commitment, EARLIER, actor=actor)
    sent.stood = (act, signature, platform.receipt(act, position, EARLIER), position)


def _word(platform: Platform, sent: Sent) -> transcript.StandsRecord | None:
    if sent.stood is None:
        return None
    act, signature, receipt, position = sent.stood
    return transcript.StandsRecord(
        act=act, signature=signature, receipt=receipt, proof=platform.proof(position)
    )


def _listed(live: list[Sent]) -> list[dict[str, Any]]:
    return [
        {
            "commitment": sent.header.commitment,
            "lot": sent.header.lot,
            "kind": sent.header.kind,
            "position": sent.position,
        }
        for sent in live
    ]


@cache
def a_story() -> Story:  # noqa: PLR0915 - a story is told in one go
    """Return the whole story; tests copy what they bend (every struct is frozen)."""
    platform, holders = Platform(), [keys.make() for _ in range(3)]
    bidders = [an_enterprise(i) for i in range(7)]
    for bidder in bidders:
        row = bidder.row()
        bidder.registered = platform.log("parties:signing-key:register", row["id"], BEFORE, row)
    other = a_version(holders, number=1, deadline=EARLIER, documents=("0" * 64,))
    versions = [a_version(holders, number=2, deadline=EARLIER), a_version(holders, number=3)]
    announced = [other, *versions]
    published = [platform.log("bidding:tender:publish", version.digest, BEFORE) for version in announced]
    old = send(bidders[0], versions[1])
    live = [
        send(bidders[0], versions[1], supersedes=old.header.commitment),
        send(bidders[1], versions[0]),
        send(bidders[2], versions[1]),
        send(bidders[3], versions[1], payload_digest="0" * 64),
        send(bidders[6], other),
    ]
    withdrawn, late = send(bidders[4], versions[1]), send(bidders[5], versions[1])
    live.sort(key=lambda sent: sent.header.commitment)
    closed = sorted([old, withdrawn], key=lambda sent: sent.header.commitment)
    for sent in [*live, *closed]:
        _let_in(platform, sent)
    standing = next(sent for sent in live if sent.bidder is bidders[6])
    _stand(platform, standing, versions[0])
    leaving = platform.log(transcript.WITHDRAWN, withdrawn.header.commitment, EARLIER)
    refused = platform.log(transcript.REFUSED, late.header.commitment, AFTER)
    why = {old.header.commitment: "superseded", withdrawn.header.commitment: "withdrawn"}
    place = {old.header.commitment: old.position, withdrawn.header.commitment: leaving}
    frozen = {
        "tender": TENDER,
        "version_digest": versions[1].digest,
        "deadline": DEADLINE,
        "bids": _listed(live),
        "not_opened": [
            {"commitment": c, "why": why[c], "position": place[c]}
            for c in (s.header.commitment for s in closed)
        ],
        "refusals": 1,
        "checkpoint": plain(platform.checkpoint(DEADLINE)),
    }
    listed = shape(frozen, fl.FrozenList)
    freeze = platform.log(transcript.FROZEN, listed.digest, DEADLINE)
    answer = wire.FrozenListAnswer(
        version=versions[1],
        frozen=listed,
        digest=listed.digest,
        proof=platform.proof(freeze),
        checkpoint=platform.checkpoint(AFTER),
        consistency=platform.consistency(listed.checkpoint.size),
    )
    known = {platform.key_id: platform.public}
    headers = [sent.header for sent in live]
    releases = [releasing.release(answer, headers, own, keys=known) for own in holders[:2]]
    results = [_open(sent, releases) for sent in live]
    faulty = {finding.commitment for result in results for finding in result.findings}
    logged = [platform.log(transcript.RELEASED, _message(r).digest, AFTER) for r in releases]
    openings = tuple(result.opened.opening if result.opened else None for result in results)
    found = [finding for result in results for finding in result.findings]
    images = [
        {"table": transcript.FINDINGS, "version": 1, "id": number, "finding": plain(finding)}
        for number, finding in enumerate(found, start=1)
    ]
    opened = platform.log(transcript.OPENED, transcript.readouts_digest(openings), AFTER, *images)
    word = {"action": "submit", "tender": TENDER, "commitment": late.header.commitment, "received_at": AFTER}
    entry = digest.digest("entry", plain(platform.leaves[refused].entry))
    refusal = platform.jws(word | {"entry": entry, "code": "deadline-passed", "rule": "BL 36"})
    whole = transcript.Transcript(
        form="transcript/1",
        tender=TENDER,
        publications=tuple(
            transcript.Publication(version=version, proof=platform.proof(position))
            for version, position in zip(announced, published, strict=True)
        ),
        frozen=listed,
        freeze_proof=platform.proof(freeze),
        bids=tuple(_record(platform, sent, one) for sent, one in zip(live, openings, strict=True)),
        not_opened=tuple(
            transcript.ClosedRecord(
                header=sent.header,
                proof=platform.proof(sent.position),
                withdrawal=platform.proof(leaving) if sent is withdrawn else None,
            )
            for sent in closed
        ),
        refusals=(transcript.RefusalRecord(refusal=refusal, proof=platform.proof(refused)),),
        releases=tuple(
            transcript.ReleaseRecord(
                message=_message(release),
                signature=release.signature,
                proof=platform.proof(position),
                published_shares=tuple(s for s in release.shares if s.envelope in faulty),
            )
            for release, position in zip(releases, logged, strict=True)
        ),
        findings=tuple(found),
        opening_proof=platform.proof(opened),
        checkpoint=platform.checkpoint(AFTER),
        consistency=platform.consistency(listed.checkpoint.size),
    )
    return Story(
        platform=platform,
        versions=announced,
        holders=holders,
        live=live,
        closed=closed,
        answer=answer,
        transcript=whole,
    )


def _message(release: wire.Release) -> fl.ReleaseMessage:
    return fl.ReleaseMessage(
        tender=release.tender,
        freeze=release.freeze,
        key_id=release.key_id,
        shares_digest=shares_digest(release.shares),
    )


def shares_of(shares: tuple[EnvelopeShares, ...], commitment: str) -> list[ReleasedShare]:
    return [share for group in shares if group.envelope == commitment for share in group.shares]


def _open(sent: Sent, releases: list[wire.Release]) -> opening.Result:
    commitment = sent.header.commitment
    return opening.open_envelope(
        header=sent.header,
        ciphertext=sent.ciphertext,
        shares=[share for release in releases for share in shares_of(release.shares, commitment)],
        released_by={release.key_id for release in releases},
        bidder_code=sent.bidder.uscc,
    )


def _record(platform: Platform, sent: Sent, shown: transcript.Opening | None) -> transcript.BidRecord:
    return transcript.BidRecord(
        header=sent.header,
        act=sent.act,
        signature=sent.signature,
        signing_key=sent.bidder.own.signing_key,
        registration=platform.proof(sent.bidder.registered),
        receipt=sent.receipt,
        proof=platform.proof(sent.position),
        actor_salt=sent.salt,
        opening=shown,
        stands=_word(platform, sent),
    )
