"""The published vector: every value in it is reproduced by the sealer or verified by opener and verifiers."""

import hashlib
import hmac
import io
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bidding.client import hpke, sealing
from bidding.domain.sealed import frozen_list, opening, package
from bidding.domain.sealed.encoding import plain, shape
from bidding.domain.sealed.envelope import (
    BidAct,
    Header,
    ReleasedShare,
    TenderVersion,
    chunk_data,
    share_info,
)
from market.kernel import digest, merkle
from tests.bidding.scripts import load_script

VECTOR: dict[str, Any] = json.loads(Path(__file__, "../../../data/sealing_vector.json").resolve().read_text())
HEADER = shape(VECTOR["header"], Header)
VERSION = shape(VECTOR["version"], TenderVersion)
PLATFORM = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(VECTOR["keys"]["platform_ed25519_private"]))
KNOWN = {digest.key_id(digest.public_of(PLATFORM)): digest.public_of(PLATFORM)}
READOUT = json.loads(VECTOR["package"]["readout_utf8"])
SCRIPT = load_script()


def opened_shares() -> list[ReleasedShare]:
    privates = [
        X25519PrivateKey.from_private_bytes(bytes.fromhex(key))
        for key in VECTOR["keys"]["keyholders_x25519_private"]
    ]
    shares = []
    for sealed in HEADER.shares:
        private = privates[HEADER.policy.key_ids.index(sealed.key_id)]
        info = share_info(VECTOR["header"], sealed.subset, sealed.key_id)
        share = hpke.open_with(bytes.fromhex(sealed.sealed), private, info)
        assert share is not None
        shares.append(ReleasedShare(subset=sealed.subset, key_id=sealed.key_id, share=share.hex()))
    return shares


def ciphertext() -> bytes:
    """The vector gives the plaintext and the key; a package of one chunk has one ciphertext only."""
    parts = VECTOR["package"]
    readout, documents = parts["readout_utf8"].encode(), bytes.fromhex(parts["documents"])
    body = (
        bytes.fromhex(parts["salt_r"])
        + package.prefix(len(readout))
        + readout
        + bytes.fromhex(parts["salt_d"])
        + package.prefix(len(documents))
        + documents
    )
    assert len(body) == parts["body_length"]
    data = chunk_data(VECTOR["header"], 0, last=True)
    key = AESGCM(bytes.fromhex(VECTOR["content_key"]))
    return key.encrypt(bytes(12), body.ljust(parts["padded_size"], b"\0"), data)


def fixed_ephemeral(plaintext: bytes, public_hex: str, info: bytes, ephemeral: str) -> bytes:
    """HPKE base mode after RFC 9180 with a given ephemeral key: an independent check of the library's."""

    def extract(salt: bytes, label: bytes, ikm: bytes, suite: bytes) -> bytes:
        return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")

    def expand(key: bytes, label: bytes, text: bytes, size: int, suite: bytes) -> bytes:
        labelled = size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + text
        return hmac.digest(key, labelled + b"\1", "sha256")[:size]

    private = X25519PrivateKey.from_private_bytes(bytes.fromhex(ephemeral))
    enc, public = private.public_key().public_bytes_raw(), bytes.fromhex(public_hex)
    kem, suite = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x02"
    shared = private.exchange(X25519PublicKey.from_public_bytes(public))
    secret = expand(extract(b"", b"eae_prk", shared, kem), b"shared_secret", enc + public, 32, kem)
    context = b"\0" + extract(b"", b"psk_id_hash", b"", suite) + extract(b"", b"info_hash", info, suite)
    schedule = extract(secret, b"secret", b"", suite)
    key = expand(schedule, b"key", context, 32, suite)
    nonce = expand(schedule, b"base_nonce", context, 12, suite)
    return enc + AESGCM(key).encrypt(nonce, plaintext, b"")


def test_version_header_act_list_and_release_have_the_published_digests() -> None:
    frozen = shape(VECTOR["frozen"], frozen_list.FrozenList)
    assert VERSION.digest == VECTOR["version_digest"] == SCRIPT.dig("version", VECTOR["version"])
    assert HEADER.commitment == VECTOR["commitment"] == SCRIPT.dig("commitment", VECTOR["header"])
    assert frozen.digest == VECTOR["freeze_digest"] == SCRIPT.dig("freeze", VECTOR["frozen"])
    assert frozen_list.list_faults(frozen) == []
    assert list(VERSION.key_ids) == VECTOR["header"]["policy"]["key_ids"]
    assert digest.key_id(_recovery().public_key().public_bytes_raw().hex()) == HEADER.recovery.key_id  # type: ignore[union-attr]


def _recovery() -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(bytes.fromhex(VECTOR["keys"]["recovery_x25519_private"]))


def test_signatures_are_reproduced_and_verified() -> None:
    bidder = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(VECTOR["keys"]["bidder_ed25519_private"]))
    act, signature = sealing.sign_bid(HEADER, bidder)
    assert (act, signature) == (shape(VECTOR["bid_act"], BidAct), VECTOR["bid_signature"])
    assert SCRIPT.signed("bid-act", VECTOR["bid_act"], signature, digest.public_of(bidder))
    keyholder = Ed25519PrivateKey.from_private_bytes(
        bytes.fromhex(VECTOR["keys"]["keyholder_0_ed25519_private"])
    )
    message = shape(VECTOR["release_message"], frozen_list.ReleaseMessage)
    assert digest.sign("release", plain(message), keyholder) == VECTOR["release_signature"]
    signing_key = VERSION.keyholders[0].signing_key
    assert SCRIPT.signed("release", VECTOR["release_message"], VECTOR["release_signature"], signing_key)


def test_the_log_leaf_its_place_and_the_checkpoint_hold() -> None:
    log = VECTOR["log"]
    checkpoint = shape(log["checkpoint"], frozen_list.Checkpoint)
    given = {"leaf": log["leaf"], "position": log["position"], "path": log["path"], "rows": []}
    proof = shape(given, frozen_list.LogProof)
    assert proof.leaf.hash.hex() == log["leaf_hash"]
    assert frozen_list.checkpoint_signed(checkpoint, KNOWN)
    assert frozen_list.proof_faults(proof, checkpoint, KNOWN) == []
    leaf = merkle.leaf_hash(digest.canonical(log["leaf"]))
    path = [bytes.fromhex(step) for step in log["path"]]
    assert SCRIPT.climb(leaf, log["position"], checkpoint.size, path).hex() == checkpoint.root


def test_the_shares_open_to_the_content_key_and_the_envelope_to_its_package() -> None:
    shares = opened_shares()
    assert shares[0].share == VECTOR["share_0"]["opens_to"]
    keys = opening.combine(HEADER, shares)
    assert {key.hex() for key in keys.values()} == {VECTOR["content_key"]}
    assert len(keys) == 3
    result = opening.open_envelope(
        header=HEADER,
        ciphertext=ciphertext(),
        shares=shares,
        released_by=HEADER.policy.key_ids,
        bidder_code=READOUT["bidder"]["uscc"],
    )
    assert result.findings == ()
    assert result.opened is not None
    assert plain(result.opened.opening) == {
        "readout": READOUT,
        "salt_r": VECTOR["package"]["salt_r"],
        "documents_digest": VECTOR["package"]["documents_digest"],
    }
    assert result.opened.documents.hex() == VECTOR["package"]["documents"]


def as_read(*objects: object) -> list[Any]:
    """Return objects as the script reads them from a file."""
    return [json.loads(json.dumps(one), object_hook=SCRIPT.Obj) for one in objects]


@pytest.mark.parametrize("good", [True, False])
def test_the_script_agrees_on_read_out_and_shares(good: bool) -> None:  # noqa: FBT001 - a parameter
    parts, ids = VECTOR["package"], VECTOR["header"]["policy"]["key_ids"]
    opened = {
        "readout": READOUT if good else READOUT | {"price_fen": 1},
        "salt_r": parts["salt_r"],
        "documents_digest": parts["documents_digest"],
    }
    releases: list[Any] = [{"message": {"key_id": i}, "published_shares": []} for i in ids]
    transcript: dict[str, Any] = {"releases": releases, "findings": []}
    SCRIPT.BAD.clear()
    bid = {"header": VECTOR["header"], "opening": opened}
    SCRIPT.outcome("bid", *as_read(transcript, bid), READOUT["bidder"]["uscc"], set())
    assert SCRIPT.BAD == [] if good else SCRIPT.BAD == ["payload-digest at bid"]
    groups = [{"envelope": VECTOR["commitment"], "shares": [plain(share) for share in opened_shares()]}]
    transcript["releases"][0]["published_shares"] = groups
    transcript["findings"] = [{"commitment": VECTOR["commitment"], "code": "key-commitment", "subset": None}]
    SCRIPT.BAD.clear()
    SCRIPT.outcome("bid", *as_read(transcript, bid | {"opening": None}), "", set())
    assert SCRIPT.BAD == ["finding-unfounded at bid"]


def test_ciphertext_chunk_and_infos_are_the_published_ones() -> None:
    sealed, chunk = ciphertext(), VECTOR["chunk_0"]
    assert (sealed[:32].hex(), sealed[-16:].hex()) == (chunk["first_32_bytes"], chunk["tag"])
    assert digest.h("ciphertext", sealed) == HEADER.ciphertext_digest
    assert chunk_data(VECTOR["header"], 0, last=True).decode() == chunk["associated_data_utf8"]
    first = HEADER.shares[0]
    assert share_info(VECTOR["header"], first.subset, first.key_id).decode() == VECTOR["share_0"]["info_utf8"]
    key = hpke.open_with(
        bytes.fromhex(HEADER.recovery.sealed),  # type: ignore[union-attr]
        _recovery(),
        share_info(VECTOR["header"], (), HEADER.recovery.key_id),  # type: ignore[union-attr]
    )
    assert key is not None
    assert key.hex() == VECTOR["content_key"]


def test_the_sealer_makes_the_published_envelope_from_the_published_randomness() -> None:
    shares, parts = opened_shares(), VECTOR["package"]
    pads = [share.share for share in shares[::2]]
    drawn = iter(
        [
            READOUT["salt_b"],
            HEADER.envelope_id,
            VECTOR["content_key"],
            parts["salt_r"],
            parts["salt_d"],
            *[str(pad) for pad in pads],
        ]
    )
    sealed = iter([*[share.sealed for share in HEADER.shares], HEADER.recovery.sealed])  # type: ignore[union-attr]
    wrapped: list[bytes] = []

    def seal_to(plaintext: bytes, public_hex: str, info: bytes) -> bytes:
        if not wrapped:
            ephemeral = VECTOR["share_0"]["ephemeral_x25519_private"]
            assert fixed_ephemeral(plaintext, public_hex, info, ephemeral).hex() == HEADER.shares[0].sealed
        wrapped.append(plaintext)
        return bytes.fromhex(next(sealed))

    offer = sealing.Offer(
        lot="1",
        kind="single",
        form=READOUT["form"],
        bidder=shape(READOUT["bidder"], package.Bidder),
        price_fen=READOUT["price_fen"],
        terms=READOUT["terms"],
        files=[sealing.bytes_of(b'{"staff":12}', name="offer.json", media_type="application/json")],
    )
    out = io.BytesIO()
    header = sealing.seal(
        offer,
        version=VERSION,
        recovery_key=_recovery().public_key().public_bytes_raw().hex(),
        out=out,
        entropy=lambda size: _exactly(next(drawn), size),
        seal_to=seal_to,
    )
    assert header == HEADER
    assert out.getvalue() == ciphertext()
    assert [w.hex() for w in wrapped] == [*[share.share for share in shares], VECTOR["content_key"]]
    assert next(drawn, None) is None


def _exactly(text: str, size: int) -> bytes:
    assert len(text) == 2 * size
    return bytes.fromhex(text)


@pytest.mark.parametrize("name", ["readout_digest", "documents_digest", "payload_digest"])
def test_package_digests_are_the_published_ones(name: str) -> None:
    key = bytes.fromhex(VECTOR["content_key"])
    parts = package.parse(opening.decrypt(HEADER, ciphertext(), key))
    value = getattr(parts, name)
    assert (value if isinstance(value, str) else value.hex()) == VECTOR["package"][name]
    assert hashlib.sha256(b"market/cek/1" + key).hexdigest() == HEADER.key_commitment
