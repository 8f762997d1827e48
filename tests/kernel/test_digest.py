"""Canonical JSON, digests, signatures: one spelling for every value."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from market.kernel import digest
from market.kernel.digest import NotCanonicalError

KEYS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=6)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_canonical_bytes_read_back_to_the_same_value(value: object) -> None:
    assert digest.parse_canonical(digest.canonical(value)) == value


@given(st.dictionaries(KEYS, VALUES, min_size=2, max_size=5))
def test_field_order_never_matters(value: dict[str, object]) -> None:
    turned = dict(reversed(list(value.items())))
    assert digest.canonical(turned) == digest.canonical(value)


@pytest.mark.parametrize(
    "value", [1.0, 2**53, -(2**53), "\ud800", {"é": 1}, {1: 2}, b"bytes", {1, 2}, [{"a": 0.5}]]
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(NotCanonicalError):
        digest.canonical(value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'"\\u0041"',
        b"1.0",
        b"1e3",
        b"NaN",
        b"",
        b"\xff",
        b"[" * 9999,
    ],
)
def test_any_other_spelling_of_a_value_is_refused(data: bytes) -> None:
    with pytest.raises(NotCanonicalError):
        digest.parse_canonical(data)


@given(
    st.datetimes(
        min_value=datetime(1000, 1, 1),  # noqa: DTZ001  Hypothesis adds the zone
        timezones=st.just(UTC),
    )
)
def test_instants_read_back_and_sort_like_their_texts(moment: datetime) -> None:
    assert digest.parse_instant(digest.instant(moment)) == moment
    later = moment + timedelta(microseconds=1)
    assert digest.instant(moment) < digest.instant(later)


def test_an_instant_is_written_in_utc_whatever_zone_it_came_in() -> None:
    beijing = datetime(2027, 3, 1, 10, tzinfo=timezone(timedelta(hours=8)))
    assert digest.instant(beijing) == "2027-03-01T02:00:00.000000Z"


@pytest.mark.parametrize(
    "text", ["2027-03-01T02:00:00Z", "2027-13-01T02:00:00.000000Z", "2027-03-01 02:00:00.000000Z", ""]
)
def test_other_spellings_of_an_instant_are_refused(text: str) -> None:
    with pytest.raises(NotCanonicalError):
        digest.parse_instant(text)


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(NotCanonicalError):
        digest.instant(datetime(2027, 3, 1))  # noqa: DTZ001  the very thing refused


@given(VALUES, VALUES)
def test_a_signature_verifies_for_its_object_key_and_purpose_only(value: object, other: object) -> None:
    private = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    public, signature = digest.public_of(private), digest.sign("bid-act", value, private)
    stranger = digest.public_of(Ed25519PrivateKey.from_private_bytes(b"x" * 32))
    assert digest.verify("bid-act", value, signature, public)
    assert not digest.verify("release", value, signature, public)
    assert not digest.verify("bid-act", value, signature, stranger)
    assert digest.verify("bid-act", other, signature, public) == (
        json.dumps(other, sort_keys=True) == json.dumps(value, sort_keys=True)
    )


@pytest.mark.parametrize("signature", ["", "00", "zz" * 64, "AA" * 64])
def test_a_malformed_signature_is_just_false(signature: str) -> None:
    public = digest.public_of(Ed25519PrivateKey.from_private_bytes(b"k" * 32))
    assert not digest.verify("bid-act", {}, signature, public)
    assert not digest.verify("bid-act", {}, "00" * 64, "00")


@pytest.mark.parametrize("purpose", ["", "Bid", "bid/1", "bid1", "标"])
def test_a_purpose_is_lower_case_ascii_with_hyphens(purpose: str) -> None:
    with pytest.raises(NotCanonicalError):
        digest.h(purpose, b"")


@pytest.mark.parametrize("text", ["AB", "abc", "xy", "0g"])
def test_bytes_are_lower_case_hex_of_the_right_length(text: str) -> None:
    with pytest.raises(NotCanonicalError):
        digest.unhex(text)
    with pytest.raises(NotCanonicalError):
        digest.unhex("ab", size=2)


def test_a_key_id_is_the_first_half_of_its_fingerprint() -> None:
    public = "ab" * 32
    assert digest.fingerprint(public).startswith(digest.key_id(public))
    assert len(digest.key_id(public)) == 32
