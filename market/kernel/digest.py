"""Digests, canonical JSON and signatures: the encoding everything public is signed in.

``H(purpose, bytes) = SHA-256("market/" ‖ purpose ‖ "/1" ‖ bytes)``. Canonical JSON is RFC 8785 on a narrower
input (strings, integers below 2^53, booleans, null, ASCII keys), so that any standard library produces it.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from market.kernel.errors import InvalidInputError

LARGEST_INTEGER: Final = 2**53 - 1
_PURPOSE: Final = re.compile(r"[a-z-]+")
_HEX: Final = re.compile(r"(?:[0-9a-f]{2})*")
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)


class NotCanonicalError(InvalidInputError):
    """A value cannot be written as canonical JSON, or bytes are not in that form."""

    code: ClassVar[str] = "not-canonical"
    source = "RFC 8785"


def _check(value: object, path: str) -> None:
    match value:
        case None | bool():
            pass
        case int():
            _check_integer(value, path)
        case str():
            _check_text(value, path)
        case Mapping():
            _check_mapping(value, path)
        case list() | tuple():
            for index, item in enumerate(value):
                _check(item, f"{path}.{index}")
        case _:
            raise NotCanonicalError(f"{type(value).__name__} has no canonical form", field=path)


def _check_integer(value: int, path: str) -> None:
    if abs(value) > LARGEST_INTEGER:
        raise NotCanonicalError("an integer must stay below 2^53", field=path)


def _check_mapping(value: Mapping[object, object], path: str) -> None:
    for key, item in value.items():
        if not isinstance(key, str) or not key.isascii():
            raise NotCanonicalError("keys are ASCII text", field=path)
        _check(item, f"{path}.{key}")


def _check_text(value: str, path: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as problem:
        raise NotCanonicalError("a lone surrogate has no UTF-8 form", field=path) from problem


def _is_plain(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Say at a glance that nothing is wrong; else ``_check`` looks closely and names the place."""
    kind = type(value)
    if kind is str:
        return bool(value.isascii())
    if kind is int:
        return bool(-LARGEST_INTEGER <= value <= LARGEST_INTEGER)
    if kind is dict:
        return all(map(_is_name, value)) and all(map(_is_plain, value.values()))
    if kind is list or kind is tuple:
        return all(map(_is_plain, value))
    return value is None or kind is bool


def _is_name(key: object) -> bool:
    return type(key) is str and key.isascii()


def canonical(value: object) -> bytes:
    """Return the one byte string that stands for a JSON value.

    Raises:
        NotCanonicalError: A float, a large integer, a non-ASCII key, a lone surrogate, or a foreign type.
    """
    if not _is_plain(value):
        _check(value, "$")
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def _no_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise NotCanonicalError("a field stands twice in one object")
    return result


def parse_canonical(data: bytes) -> object:
    """Read canonical JSON; any other spelling of the same value is refused.

    Raises:
        NotCanonicalError: The bytes are not the canonical form of what they say.
    """
    try:
        value = json.loads(data.decode(), object_pairs_hook=_no_duplicates)
    except (ValueError, RecursionError) as problem:
        raise NotCanonicalError("the bytes are not JSON") from problem
    if canonical(value) != data:
        raise NotCanonicalError("the bytes are JSON, but not in canonical form")
    return value


def _prefix(purpose: str) -> bytes:
    if not _PURPOSE.fullmatch(purpose):
        raise NotCanonicalError(f"a purpose is written with a-z and hyphens, not {purpose!r}")
    return f"market/{purpose}/1".encode()


def bound(purpose: str, value: object) -> bytes:
    """Return ``"market/<purpose>/1" ‖ canonical JSON``: what is signed, and what binds a cipher."""
    return _prefix(purpose) + canonical(value)


def h_bytes(purpose: str, data: bytes) -> bytes:
    """Return H(purpose, data), 32 bytes."""
    return hashlib.sha256(_prefix(purpose) + data).digest()


def h(purpose: str, data: bytes) -> str:
    """Return H(purpose, data) in lower-case hex."""
    return h_bytes(purpose, data).hex()


def digest(purpose: str, value: object) -> str:
    """Return H over an object's canonical JSON, in lower-case hex."""
    return h(purpose, canonical(value))


def unhex(text: str, *, size: int | None = None) -> bytes:
    """Read lower-case hex.

    Raises:
        NotCanonicalError: Upper case, odd length, other characters, or not *size* bytes.
    """
    if not _HEX.fullmatch(text) or (size is not None and len(text) != 2 * size):
        raise NotCanonicalError("bytes are written as lower-case hex of the right length", size=size)
    return bytes.fromhex(text)


def instant(moment: datetime) -> str:
    """Write an aware instant as ``2027-03-01T02:00:00.000000Z``; such texts sort like the instants."""
    if moment.tzinfo is None:
        raise NotCanonicalError("an instant needs a time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_instant(text: str) -> datetime:
    """Read an instant in exactly the form ``instant`` writes.

    Raises:
        NotCanonicalError: Any other spelling.
    """
    if not _INSTANT.fullmatch(text):
        raise NotCanonicalError("an instant is written 2027-03-01T02:00:00.000000Z", value=text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as problem:
        raise NotCanonicalError("no such instant", value=text) from problem
    return moment.replace(tzinfo=UTC)


def fingerprint(public_hex: str) -> str:
    """Return the full fingerprint of a raw 32-byte public key given in hex."""
    return h("key", unhex(public_hex, size=32))


def key_id(public_hex: str) -> str:
    """Return a public key's id: the first 16 bytes of its fingerprint, in hex."""
    return fingerprint(public_hex)[:32]


def public_of(private: Ed25519PrivateKey) -> str:
    """Return the raw public key of a signing key, in hex."""
    return private.public_key().public_bytes_raw().hex()


def sign(purpose: str, value: object, private: Ed25519PrivateKey) -> str:
    """Sign ``bound(purpose, value)`` with Ed25519; the signature in hex."""
    return private.sign(bound(purpose, value)).hex()


def verify(purpose: str, value: object, signature: str, public_hex: str) -> bool:
    """Say whether a signature is that key's over that object; malformed keys or signatures are just false."""
    try:
        key = Ed25519PublicKey.from_public_bytes(unhex(public_hex, size=32))
        key.verify(unhex(signature, size=64), bound(purpose, value))
    except (InvalidSignature, NotCanonicalError, ValueError):
        return False
    return True
