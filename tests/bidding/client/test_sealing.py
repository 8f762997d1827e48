"""Sealing: fresh each time, opened by any k and by no fewer, nothing guessable, every changed byte named."""

import io
from itertools import combinations
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bidding.client import keys, recovering, releasing, sealing
from bidding.domain.sealed import opening, package
from bidding.domain.sealed.encoding import MalformedError, plain
from bidding.domain.sealed.envelope import ReleasedShare, ciphertext_size, padded_size
from market.kernel import digest
from tests.bidding.transcript_factory import Sent, a_version, an_enterprise, an_offer, send

POOL = [keys.make() for _ in range(7)]
BIDDER = an_enterprise(0)
VERSION = a_version(POOL[:3])
SENT = send(BIDDER, VERSION)


def released(sent: Sent, holders: list[keys.PrivateKeys]) -> list[ReleasedShare]:
    groups = [releasing.open_shares(sent.header, own, digest.key_id(own.opening_key)) for own in holders]
    return [share for group in groups for share in group.shares]


def opened_by(sent: Sent, holders: list[keys.PrivateKeys]) -> opening.Result:
    return opening.open_envelope(
        header=sent.header,
        ciphertext=sent.ciphertext,
        shares=released(sent, holders),
        released_by={digest.key_id(own.opening_key) for own in holders},
        bidder_code=sent.bidder.uscc,
    )


@settings(max_examples=12, deadline=None)
@given(st.integers(2, 7).flatmap(lambda n: st.tuples(st.just(n), st.integers(2, n))))
def test_any_k_keyholders_open_and_no_fewer_do(size: tuple[int, int]) -> None:
    n, k = size
    sent = send(BIDDER, a_version(POOL[:n], k=k))
    for few in combinations(POOL[:n], k):
        result = opened_by(sent, list(few))
        assert result.opened is not None
        assert result.findings == ()
    for fewer in combinations(POOL[:n], k - 1):
        assert opening.combine(sent.header, released(sent, list(fewer))) == {}
        verdict = opened_by(sent, list(fewer)).verdict
        assert verdict is not None
        assert (verdict.code, verdict.fault) == ("too-few-releases", "nobody")


def test_two_sealings_of_one_form_share_nothing_random() -> None:
    one, two = send(BIDDER, VERSION), send(BIDDER, VERSION)
    public = {VERSION.digest, *VERSION.key_ids, digest.key_id(BIDDER.own.opening_key)}
    shared = _texts(plain(one.header)) & _texts(plain(two.header)) - public
    assert {text for text in shared if len(text) >= 32} == {one.header.suite}
    blocks = [
        {sent.ciphertext[i : i + 16] for i in range(0, len(sent.ciphertext), 16)} for sent in (one, two)
    ]
    assert not blocks[0] & blocks[1]
    first, second = released(one, POOL[:3]), released(two, POOL[:3])
    assert not {share.share for share in first} & {share.share for share in second}


def _blocks(ciphertext: bytes) -> set[bytes]:
    return {ciphertext[i : i + 16] for i in range(0, len(ciphertext), 16)}


def _texts(value: object) -> set[str]:
    if isinstance(value, dict):
        return {text for item in value.values() for text in _texts(item)}
    if isinstance(value, list | tuple):
        return {text for item in value for text in _texts(item)}
    return {value} if isinstance(value, str) else set()


@pytest.mark.parametrize("files", [True, False])
def test_no_price_can_be_guessed_from_what_is_stored(files: bool) -> None:  # noqa: FBT001 - a parameter
    out, price = io.BytesIO(), 1_250_000
    offer = an_offer(BIDDER, price_fen=price)
    offer = offer if files else msgspec.structs.replace(offer, files=())
    header = sealing.seal(offer, version=VERSION, recovery_key=BIDDER.own.opening_key, out=out)
    stored = {text for text in _texts(plain(header)) if len(text) == 64}
    stored |= {header.commitment, digest.h("file", out.getvalue())}
    known = _known_documents(offer)
    tag, zero = header.bidder_tag, "0" * 64
    for candidate in range(price - 50_000, price + 50_000):
        for salt in (tag, zero) if candidate % 1000 == 0 else (tag,):
            readout = digest.canonical(_readout(offer, candidate, salt))
            guesses = {
                digest.h("readout", readout),
                digest.h("readout", bytes(32) + readout),
                package.payload_digest(digest.h_bytes("readout", readout), known),
                package.payload_digest(digest.h_bytes("readout", bytes(32) + readout), known),
            }
            assert not guesses & stored


def _known_documents(offer: sealing.Offer) -> bytes:
    items = [sealing._manifest_item(file) for file in offer.files]
    content = b"".join(file.open().read() for file in offer.files)
    return digest.h_bytes("documents", (package.manifest_bytes(items) if items else b"") + content)


def _readout(offer: sealing.Offer, price_fen: int, salt_b: str) -> dict[str, object]:
    bidder = plain(offer.bidder)
    return {
        "form": "bid/1",
        "salt_b": salt_b,
        "bidder": bidder,
        "price_fen": price_fen,
        "terms": dict(offer.terms),
    }


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(SENT.ciphertext) - 1), st.integers(1, 255))
def test_every_changed_byte_of_the_ciphertext_is_a_finding(where: int, flip: int) -> None:
    bent = bytearray(SENT.ciphertext)
    bent[where] ^= flip
    result = opened_by(msgspec.structs.replace(SENT, ciphertext=bytes(bent)), POOL[:2])
    assert result.verdict == opening.finding(SENT.header.commitment, "bytes-altered")
    header = msgspec.structs.replace(SENT.header, ciphertext_digest=digest.h("ciphertext", bytes(bent)))
    agreed = msgspec.structs.replace(SENT, ciphertext=bytes(bent), header=header)
    verdict = opened_by(agreed, POOL[:2]).verdict
    assert verdict is not None
    assert (verdict.code, verdict.fault) == ("chunk", "bidder")


def test_every_changed_field_of_the_header_changes_the_commitment_or_is_a_finding() -> None:
    for name in ("envelope_id", "bidder_tag", "key_commitment", "payload_digest", "ciphertext_digest"):
        value = getattr(SENT.header, name)
        header = msgspec.structs.replace(SENT.header, **{name: "0" * len(value)})
        assert header.commitment != SENT.header.commitment
        assert opened_by(msgspec.structs.replace(SENT, header=header), POOL[:2]).opened is None


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 30 << 20))
def test_padding_is_the_smallest_that_hides_the_length(length: int) -> None:
    padded = padded_size(length)
    step = 1 << 20 if length >= 8 << 20 else 64 << 10
    assert padded % step == 0
    assert length <= padded < length + step + (length == 0)
    assert padded > 0
    assert padded_size(padded) == padded


@pytest.mark.parametrize("size", [0, 1, 65_000, (1 << 20) - 700, (1 << 20) + 1, (8 << 20) + 5])
def test_files_of_any_size_come_back_as_they_were(size: int) -> None:
    content = bytes(size)
    offer = an_offer(BIDDER)
    more = sealing.bytes_of(content, name="plan.pdf", media_type="application/pdf")
    offer = msgspec.structs.replace(offer, files=[*offer.files, more])
    out = io.BytesIO()
    header = sealing.seal(offer, version=VERSION, recovery_key=BIDDER.own.opening_key, out=out)
    assert len(out.getvalue()) == ciphertext_size(header.padded_size)
    sent = msgspec.structs.replace(SENT, header=header, ciphertext=out.getvalue())
    result = opened_by(sent, POOL[1:3])
    assert result.opened is not None
    files = package.split_documents(result.opened.documents)
    assert [item.name for item, _ in files] == ["offer.json", "plan.pdf"]
    assert files[1][1] == content


def test_the_bidder_can_open_its_own_bid_when_keyholders_lie() -> None:
    body = recovering.recover(SENT.header, BIDDER.own)
    lies = [
        msgspec.structs.replace(share, share="0" * 64 if share.subset[0] == 0 else None)
        for share in released(SENT, POOL[:3])
    ]
    ids = {digest.key_id(own.opening_key) for own in POOL[:3]}

    def attempt(content_key: str | None) -> opening.Result:
        return opening.open_envelope(
            header=SENT.header,
            ciphertext=SENT.ciphertext,
            shares=lies,
            released_by=ids,
            bidder_code=BIDDER.uscc,
            content_key=content_key,
        )

    good, silent = attempt(body.content_key), attempt(None)
    assert good.opened is not None
    assert {finding.code for finding in good.findings} == {"share-wrong", "share-does-not-open"}
    assert silent.verdict == opening.finding(SENT.header.commitment, "no-subset-works")
    assert attempt("1" * 64).opened is None
    with pytest.raises(recovering.NotRecoverableError):
        recovering.recover(SENT.header, POOL[0])


def test_an_offer_that_does_not_follow_its_form_is_not_sealed(tmp_path: Path) -> None:
    good = an_offer(BIDDER)
    for bent in (
        {"price_fen": None},
        {"price_fen": 0},
        {"form": "bid/9"},
        {"lot": "7"},
        {"kind": "technical"},
    ):
        offer = msgspec.structs.replace(good, **bent)
        with pytest.raises(sealing.NotSealableError):
            sealing.seal(offer, version=VERSION, recovery_key=BIDDER.own.opening_key, out=io.BytesIO())
    path = tmp_path / "plan.pdf"
    path.write_bytes(b"x")
    only = msgspec.structs.replace(good, files=[sealing.file_of(path, media_type="application/pdf")])
    with pytest.raises(MalformedError):
        sealing.seal(only, version=VERSION, recovery_key=BIDDER.own.opening_key, out=io.BytesIO())


def test_a_file_that_changes_while_it_is_read_is_noticed() -> None:
    contents = iter([b"one", b"two"])
    file = sealing.File(name="offer.json", media_type="x/y", open=lambda: io.BytesIO(next(contents)))
    offer = msgspec.structs.replace(an_offer(BIDDER), files=[file])
    with pytest.raises(sealing.NotSealableError):
        sealing.seal(offer, version=VERSION, recovery_key=BIDDER.own.opening_key, out=io.BytesIO())
