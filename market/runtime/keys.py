"""The platform's own keys: outside the database, in a folder only the server's user may enter.

One file holds the signing key (entries, checkpoints, receipts, refusals), the blinding key (indexes of hidden
rows), the keys of encrypted blobs, and the key papers are signed with, beside its certificate. Rotation draws
new ones; old public parts stay, so that what was signed stays verifiable, and old blob keys stay, so that old
blobs open. The blinding key is never rotated: an index must be found again at the freeze.
Source: docs/sealing.md 1.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Self, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from market.kernel import digest
from market.kernel.errors import InvalidInputError, UnavailableError
from market.runtime import key_ring
from market.runtime.key_ring import FILE, PublicKey, Ring
from market.runtime.papers import certificate
from market.runtime.papers.certificate import Issued, PaperKey, Vouched

ALGORITHM = "Ed25519"
_NONCE = 12
_BLOB_KEY_ID = 4
_BLOB_BINDING = b"market/blob/1"


class KeysNotLoadedError(UnavailableError):
    """No platform keys were given to this process."""

    code = "keys-not-loaded"


class TokenInvalidError(InvalidInputError):
    """A receipt or refusal is not signed by this platform, or is not in the form it must have."""

    code = "token-invalid"


class BlobInvalidError(InvalidInputError):
    """An encrypted blob was altered, or its key is gone."""

    code = "blob-invalid"


class Successor:
    """A ring that is drawn but not yet in use; its printed form tells nothing."""

    def __init__(self, ring: Ring) -> None:
        self.ring = ring
        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(ring.signing))
        self.key_id = digest.key_id(digest.public_of(private))

    def __repr__(self) -> str:
        return f"Successor({self.key_id})"


class PlatformKeys:
    """The platform's keys, loaded from a folder."""

    def __init__(self, folder: Path, ring: Ring) -> None:
        self._folder = folder
        self._take(ring)

    def _take(self, ring: Ring) -> None:
        self._ring = ring
        self._private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(ring.signing))
        self.public_hex = digest.public_of(self._private)
        self.key_id = digest.key_id(self.public_hex)
        self._public = {
            digest.key_id(key.public): key
            for key in (*ring.retired, PublicKey(public=self.public_hex, since=ring.signing_since))
        }

    def __repr__(self) -> str:
        return f"PlatformKeys({self.key_id})"

    @classmethod
    def load(cls, folder: Path, *, at: datetime) -> Self:
        """Load the keys, or draw them on the first start.

        Args:
            folder: Made with mode 0700 if it is missing.
            at: Wall instant; stands in the public document as the beginning of a new key's use.

        Raises:
            KeyFolderError: Others may enter the folder, or the file cannot be read.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key_ring.refuse_open(folder)
        if not (folder / FILE).exists():
            key_ring.write(folder, key_ring.draw(at), replace=False)
        return cls(folder, key_ring.furnish(folder, at=at))

    def successor(self, *, at: datetime) -> "Successor":
        """Draw a new signing key and a new blob key without using them yet."""
        self.refresh()
        return Successor(key_ring.successor(self._ring, public=self.public_hex, at=at))

    def succeed(self, successor: "Successor") -> None:
        """Sign with a successor's key from now on; the old private key is gone."""
        key_ring.write(self._folder, successor.ring, replace=True)
        self.refresh()

    def rotate(self, *, at: datetime) -> str:
        """Draw a new signing key and a new blob key and use them; return the new key id."""
        self.succeed(self.successor(at=at))
        return self.key_id

    def refresh(self) -> None:
        """Take the keys another process may have rotated to."""
        self._take(key_ring.read(self._folder))

    def public_of(self, key_id: str) -> str | None:
        """Return the public key an id stands for, now or earlier; ``None`` if it was never ours."""
        if key_id not in self._public:
            self.refresh()  # another process may have rotated
        found = self._public.get(key_id)
        return found.public if found else None

    def document(self) -> dict[str, Any]:
        """Return what stands at ``/.well-known/market-keys.json``: the newest key first."""
        return {
            "keys": [
                {
                    "alg": ALGORITHM,
                    "key_id": key_id,
                    "fingerprint": digest.fingerprint(key.public),
                    "public_key": key.public,
                    "since": key.since,
                    "until": key.until,
                }
                for key_id, key in reversed(self._public.items())
            ]
        }

    def paper(self) -> PaperKey:
        """Return the key papers are signed with now, also after another process rotated."""
        self.refresh()
        if self._ring.paper is None:
            raise KeysNotLoadedError("the ring has no key for papers")
        return self._ring.paper

    def certificates(self) -> tuple[Vouched, ...]:
        """Return every certificate papers were ever signed with, newest first, vouched for by this key."""
        now = self.paper()
        issued = (*self._ring.papers_retired, Issued(certificate=now.certificate, since=now.since))
        return tuple(
            Vouched(
                certificate=certificate.pem(one.certificate),
                fingerprint=one.fingerprint,
                since=one.since,
                until=one.until,
                key_id=self.key_id,
                signature=self.sign(certificate.PURPOSE, certificate.said(one)),
            )
            for one in reversed(issued)
        )

    def sign(self, purpose: str, value: object) -> str:
        """Sign an object under a purpose; hex."""
        return digest.sign(purpose, value, self._private)

    def verify(self, purpose: str, value: object, *, key_id: str, signature: str) -> bool:
        """Say whether this platform signed an object, with its present or an earlier key."""
        public = self.public_of(key_id)
        return public is not None and digest.verify(purpose, value, signature, public)

    def jws(self, payload: Mapping[str, object]) -> str:
        """Return a compact JWS over the canonical JSON of a receipt or refusal."""
        header = {"alg": ALGORITHM, "kid": self.key_id}
        key = OKPKey.import_key(self._private)
        return jws.serialize_compact(header, digest.canonical(payload), key, algorithms=[ALGORITHM])

    def verify_jws(self, token: str) -> dict[str, Any]:
        """Return what a receipt or refusal says.

        Raises:
            TokenInvalidError: It is not this platform's, or altered.
        """
        try:
            kid = jws.extract_compact(token.encode()).headers().get("kid")
            public = self.public_of(kid) if isinstance(kid, str) else None
            if public is None:
                raise TokenInvalidError("the token names no key of this platform")
            key = OKPKey.import_key(Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)))
            payload = jws.deserialize_compact(token, key, algorithms=[ALGORITHM]).payload
        except (JoseError, ValueError) as problem:
            raise TokenInvalidError(f"the token does not verify: {problem}") from problem
        return cast("dict[str, Any]", digest.parse_canonical(payload))

    def blind(self, value: object) -> str:
        """Return an index only this server can compute: HMAC-SHA-256 of canonical JSON, in hex."""
        key = bytes.fromhex(self._ring.blinding)
        return hmac.new(key, digest.bound("blind", value), hashlib.sha256).hexdigest()

    def seal_blob(self, data: bytes) -> bytes:
        """Encrypt with AES-256-GCM: key id ‖ random nonce ‖ ciphertext."""
        key = bytes.fromhex(self._ring.blobs[-1])
        nonce = secrets.token_bytes(_NONCE)
        return _blob_key_id(key) + nonce + AESGCM(key).encrypt(nonce, data, _BLOB_BINDING)

    def open_blob(self, blob: bytes) -> bytes:
        """Decrypt what ``seal_blob`` made.

        Raises:
            BlobInvalidError: It was altered or cut, or its key is unknown.
        """
        name, rest = blob[:_BLOB_KEY_ID], blob[_BLOB_KEY_ID:]
        if all(_blob_key_id(bytes.fromhex(text)) != name for text in self._ring.blobs):
            self.refresh()  # another process may have rotated
        for text in self._ring.blobs:
            key = bytes.fromhex(text)
            if _blob_key_id(key) == name and len(rest) > _NONCE:
                try:
                    return AESGCM(key).decrypt(rest[:_NONCE], rest[_NONCE:], _BLOB_BINDING)
                except InvalidTag as problem:
                    raise BlobInvalidError("the blob was altered") from problem
        raise BlobInvalidError("no key opens this blob")


def _blob_key_id(key: bytes) -> bytes:
    return digest.h_bytes("blob-key", key)[:_BLOB_KEY_ID]


class _Current:
    keys: PlatformKeys | None = None


def use(keys: PlatformKeys) -> None:
    """Give this process its keys, at composition."""
    _Current.keys = keys


def is_loaded() -> bool:
    """Say whether this process was given keys; tools without them can read, but sign nothing."""
    return _Current.keys is not None


def current() -> PlatformKeys:
    """Return this process's keys.

    Raises:
        KeysNotLoadedError: The composition root gave none.
    """
    if _Current.keys is None:
        raise KeysNotLoadedError("the platform's keys were not loaded")
    return _Current.keys
