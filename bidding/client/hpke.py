"""HPKE base mode (RFC 9180) with the one suite in use; everything bound stands in ``info``.

This module is the only one in the project that can open a share; it runs on the machines of bidders and
keyholders. Source: docs/sealing.md section 2.
"""

from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

SealTo = Callable[[bytes, str, bytes], bytes]
"""Plaintext, public key in hex, info -> enc ‖ ciphertext."""

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def seal_to(plaintext: bytes, public_hex: str, info: bytes) -> bytes:
    """Seal bytes to a public key; a fresh ephemeral key each time."""
    key = X25519PublicKey.from_public_bytes(bytes.fromhex(public_hex))
    return _SUITE.encrypt(plaintext, key, info)


def open_with(sealed: bytes, private: X25519PrivateKey, info: bytes) -> bytes | None:
    """Return what was sealed, or nothing when it does not open."""
    try:
        return _SUITE.decrypt(sealed, private, info)
    except (InvalidTag, ValueError):
        return None


def public_nobody_keeps() -> str:
    """Return a new public key whose private half is forgotten."""
    return X25519PrivateKey.generate().public_key().public_bytes_raw().hex()
