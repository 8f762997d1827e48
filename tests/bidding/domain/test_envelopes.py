"""What binds an envelope, the list and the platform's words: pure checks, every fault named."""

from typing import Any

import msgspec
import pytest

from bidding.client import keys
from bidding.domain.sealed import encoding, envelope, frozen_list, opening, package, receipt
from bidding.domain.sealed.encoding import MalformedError, plain
from tests.bidding.transcript_factory import a_story, a_version

STORY = a_story()
HEADER = STORY.live[0].header
VERSION = next(v for v in STORY.versions if v.digest == HEADER.version_digest)


@pytest.mark.parametrize(
    ("bent", "code"),
    [
        ({"suite": "none"}, "suite"),
        ({"tender": "other"}, "tender"),
        ({"version_digest": "0" * 64}, "version"),
        ({"lot": "9"}, "lot"),
        ({"policy": envelope.Policy(k=3, key_ids=VERSION.key_ids)}, "policy"),
        ({"shares": HEADER.shares[1:]}, "shares"),
        ({"shares": HEADER.shares[::-1]}, "shares"),
        ({"recovery": None}, "recovery"),
        ({"padded_size": 65537}, "padded-size"),
        ({"padded_size": 0}, "padded-size"),
        ({"padded_size": (8 << 20) + (64 << 10)}, "padded-size"),
    ],
)
def test_a_header_that_does_not_fit_its_version_is_named(bent: dict[str, Any], code: str) -> None:
    assert envelope.header_faults(HEADER, VERSION) == []
    assert envelope.header_faults(msgspec.structs.replace(HEADER, **bent), VERSION) == [code]


def test_an_act_says_what_its_header_says() -> None:
    act = STORY.live[0].act
    assert envelope.act_faults(act, HEADER) == []
    for name, value in (("tender", "x"), ("commitment", "0" * 64), ("version_digest", "0" * 64)):
        assert len(envelope.act_faults(msgspec.structs.replace(act, **{name: value}), HEADER)) == 1
    assert envelope.act_faults(msgspec.structs.replace(act, action="withdraw"), HEADER) == ["act-action"]


def test_keyholders_are_different_people_in_different_institutions() -> None:
    holders = VERSION.keyholders
    own = [keys.make() for _ in range(8)]
    assert envelope.version_faults(a_version(own, k=2)) == ["threshold"]
    assert envelope.version_faults(a_version(own[:3], k=1)) == ["threshold"]
    assert envelope.version_faults(a_version(own[:2], k=3)) == ["threshold"]
    same = msgspec.structs.replace(holders[1], institution=holders[0].institution)
    bent = msgspec.structs.replace(VERSION, keyholders=(holders[0], same, holders[2]))
    assert envelope.version_faults(bent) == ["keyholders-share-an-institution"]
    key = msgspec.structs.replace(holders[1], opening_key=holders[0].opening_key)
    bent = msgspec.structs.replace(VERSION, keyholders=(holders[0], key, holders[2]))
    assert envelope.version_faults(bent) == ["keyholders-share-a-key"]


def test_bids_stand_when_only_number_and_deadline_change() -> None:
    _, first, second = STORY.versions
    assert first.same_terms(second)
    assert not first.same_terms(msgspec.structs.replace(second, minimum_bids=4))


@pytest.mark.parametrize(
    "text",
    [
        b'{"k":2,"k":2}',
        b'{"k":2.0}',
        b"[NaN]",
        b'"\\ud800"',
        b"{",
        b"\xff",
        b'{"k":9007199254740992}',
        b"[" * 9999,
    ],
)
def test_json_that_two_readers_could_read_differently_is_refused(text: bytes) -> None:
    with pytest.raises(MalformedError):
        encoding.load(text)


def test_unknown_missing_and_misspelt_fields_are_refused() -> None:
    body = plain(HEADER.policy)
    for bent in (
        body | {"more": 1},
        {"k": 2},
        body | {"k": "2"},
        body | {"k": True},
        body | {"key_ids": [VERSION.key_ids[0].upper()]},
        body | {"key_ids": [VERSION.key_ids[0] + "\n"]},
    ):
        with pytest.raises(MalformedError):
            encoding.shape(bent, envelope.Policy)
    with pytest.raises(MalformedError):
        encoding.read_canonical(b'{"k": 2, "key_ids": []}', envelope.Policy)


def test_a_list_is_ordered_without_doubles_and_inside_its_checkpoint() -> None:
    frozen = STORY.answer.frozen
    for bent, code in (
        ({"bids": frozen.bids[::-1]}, "list-order"),
        ({"bids": (frozen.bids[0], *frozen.bids)}, "list-double"),
        ({"checkpoint": msgspec.structs.replace(frozen.checkpoint, size=1)}, "list-beyond-checkpoint"),
    ):
        assert code in frozen_list.list_faults(msgspec.structs.replace(frozen, **bent))
    assert frozen_list.lots_too_small(frozen, lots=["1", "2"], minimum=3) == {"2"}
    assert frozen_list.lots_too_small(frozen, lots=["1"], minimum=6) == {"1"}


def test_a_word_counts_only_with_the_platforms_signature() -> None:
    token = STORY.live[0].receipt
    assert receipt.read_receipt(token, STORY.keys).promise == receipt.PROMISE
    head, body, signature = token.split(".")
    none = "eyJhbGciOiJub25lIn0"
    for bent in (f"{none}.{body}.", f"{head}.{body}.{signature[:-4]}AAAA", f"{head}.{head}.{signature}"):
        with pytest.raises(receipt.ForgedTokenError):
            receipt.read_receipt(bent, STORY.keys)
    for bent in (f"{head}.{body}", f"{head}.{body}.{signature}=", f"{head}.{body}.{signature}.x", "a.b.c"):
        with pytest.raises(MalformedError):
            receipt.read_receipt(bent, STORY.keys)
    with pytest.raises(MalformedError):
        receipt.read_refusal(token, STORY.keys)


def test_packages_with_lengths_or_padding_of_their_own_are_refused() -> None:
    good = bytes(32) + package.prefix(2) + b"{}" + bytes(32) + package.prefix(0)
    whole = good.ljust(65536, b"\0")
    assert package.parse(whole).readout == b"{}"
    for bent in (
        whole[:-1] + b"\1",
        whole + bytes(65536),
        whole[:32] + b"\xff" * 8 + whole[40:],
        whole[:50],
        b"",
    ):
        with pytest.raises(MalformedError):
            package.parse(bent)


def test_every_code_of_a_finding_has_one_culprit() -> None:
    assert set(opening.BLAME.values()) == {"platform", "bidder", "keyholder", "nobody"}
    for code, fault in opening.BLAME.items():
        assert opening.finding("0" * 64, code).fault == fault
