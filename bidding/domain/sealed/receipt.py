"""Receipts and refusals: the platform's signed word about a bid act, as compact JWS (``alg`` Ed25519).

A receipt without its place on the frozen list proves a fault of the platform; a refusal is counted on it.
Source: docs/sealing.md section 3.
"""

import base64
import binascii
from typing import Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bidding.domain.sealed.encoding import (
    Demonstrable,
    Digest,
    Instant,
    MalformedError,
    Name,
    T,
    load,
    read,
)
from bidding.domain.sealed.envelope import Action
from bidding.domain.sealed.frozen_list import Keys
from market.kernel.errors import InvalidInputError

PROMISE: Final = "included-at-freeze"


class ForgedTokenError(InvalidInputError):
    """A receipt or refusal was not signed by a trusted platform key."""

    code = "forged-token"


class Receipt(Demonstrable, frozen=True, kw_only=True):
    """The platform has accepted a bid act.

    Attributes:
        received_at: Taken once, when the last byte had been read; strictly before the deadline.
        entry: H("entry", …) of the audit entry, which enters the public log at the freeze.
        promise: That it does; always ``included-at-freeze``.
    """

    action: Action
    tender: Name
    commitment: Digest
    received_at: Instant
    entry: Digest
    promise: Literal["included-at-freeze"]


class Refusal(Demonstrable, frozen=True, kw_only=True):
    """The platform has refused a bid act: why, when, and after which rule.

    Attributes:
        code: Stable, e.g. ``deadline-passed``, ``not-sealed``, ``barred``.
        rule: The clause, e.g. ``"BL 36"``.
    """

    action: Action
    tender: Name
    commitment: Digest
    received_at: Instant
    entry: Digest
    code: Name
    rule: str


def _part(text: str) -> bytes:
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as problem:
        raise MalformedError("a token is written in base64url") from problem
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise MalformedError("a token has one spelling only")
    return data


def payload_of(token: str, keys: Keys) -> bytes:
    """Return the payload of a compact JWS that a trusted platform key signed.

    Raises:
        MalformedError: Not a compact JWS.
        ForgedTokenError: Another algorithm, an unknown key, or a wrong signature.
    """
    parts = token.split(".")
    if len(parts) != 3 or not token.isascii():  # noqa: PLR2004 - RFC 7515 section 7.1
        raise MalformedError("a token has three parts")
    header = load(_part(parts[0]))
    key = keys.get(header.get("kid", "")) if isinstance(header, dict) else None
    if key is None or header.get("alg") != "Ed25519" or "crit" in header:
        raise ForgedTokenError("not signed by a known platform key")
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(_part(parts[2]), f"{parts[0]}.{parts[1]}".encode())
    except (InvalidSignature, ValueError) as problem:
        raise ForgedTokenError("the signature is not the platform's") from problem
    return _part(parts[1])


def _of(token: str, keys: Keys, kind: type[T]) -> T:
    return read(payload_of(token, keys), kind)


def read_receipt(token: str, keys: Keys) -> Receipt:
    """Return a receipt whose signature holds; see ``payload_of`` for the refusals."""
    return _of(token, keys, Receipt)


def read_refusal(token: str, keys: Keys) -> Refusal:
    """Return a refusal whose signature holds; see ``payload_of`` for the refusals."""
    return _of(token, keys, Refusal)
