"""Key pairs of keyholders and bidders, and the recovery file that keeps them.

Both have an X25519 pair that opens and an Ed25519 pair that signs; for a bidder the opening pair is the
recovery pair. The recovery file is the main copy. Source: docs/sealing.md section 1.
"""

import secrets
from typing import Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from bidding.client import words
from bidding.domain.sealed.encoding import (
    Exact,
    Name,
    PublicKey,
    Salt,
    Secret,
    plain,
    read,
    read_canonical,
    write,
)
from market.kernel import digest
from market.kernel.errors import InvalidInputError

ROUNDS: Final = 600_000


class WrongWordsError(InvalidInputError):
    """The words do not unlock this recovery file, or the file was altered."""

    code = "wrong-words"


class PrivateKeys(Exact, frozen=True, kw_only=True):
    """Both private keys, unwrapped; lives in memory only."""

    opening: Secret
    signing: Secret

    def __repr__(self) -> str:
        """Say nothing of the keys."""
        return "PrivateKeys(***)"

    @property
    def opening_private(self) -> X25519PrivateKey:
        """The key that opens shares."""
        return X25519PrivateKey.from_private_bytes(bytes.fromhex(self.opening))

    @property
    def signing_private(self) -> Ed25519PrivateKey:
        """The key that signs."""
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.signing))

    @property
    def opening_key(self) -> str:
        """The public opening key, in hex."""
        return self.opening_private.public_key().public_bytes_raw().hex()

    @property
    def signing_key(self) -> str:
        """The public signing key, in hex."""
        return self.signing_private.public_key().public_bytes_raw().hex()


class RecoveryFile(Exact, frozen=True, kw_only=True):
    """The keys wrapped under the words, with their public halves in the open.

    Attributes:
        holder: ``keyholder`` or ``bidder``; the opening key of a bidder is its recovery key.
        label: Whose keys, in the owner's words.
        sealed: Nonce ‖ AES-256-GCM over the canonical JSON of both private keys; every other field is
            its associated data.
    """

    form: Literal["recovery/1"]
    holder: Literal["keyholder", "bidder"]
    label: Name
    opening_key: PublicKey
    signing_key: PublicKey
    rounds: int
    salt: Salt
    sealed: str


def make() -> PrivateKeys:
    """Return two new private keys."""
    return PrivateKeys(
        opening=X25519PrivateKey.generate().private_bytes_raw().hex(),
        signing=Ed25519PrivateKey.generate().private_bytes_raw().hex(),
    )


def _wrapping(secret: str, salt: str, rounds: int) -> AESGCM:
    derive = PBKDF2HMAC(algorithm=SHA256(), length=32, salt=bytes.fromhex(salt), iterations=rounds)
    return AESGCM(derive.derive(words.tidy(secret).encode()))


def _bound(file: RecoveryFile) -> bytes:
    return digest.bound("recovery", {name: v for name, v in plain(file).items() if name != "sealed"})


def wrap(
    keys: PrivateKeys, secret: str, *, holder: Literal["keyholder", "bidder"], label: str
) -> RecoveryFile:
    """Wrap private keys under words, with a fresh salt and nonce."""
    salt, nonce = secrets.token_hex(32), secrets.token_bytes(12)
    file = RecoveryFile(
        form="recovery/1",
        holder=holder,
        label=label,
        opening_key=keys.opening_key,
        signing_key=keys.signing_key,
        rounds=ROUNDS,
        salt=salt,
        sealed="",
    )
    sealed = nonce + _wrapping(secret, salt, ROUNDS).encrypt(nonce, write(keys), _bound(file))
    return RecoveryFile(**(plain(file) | {"sealed": sealed.hex()}))


def unwrap(file: RecoveryFile, secret: str) -> PrivateKeys:
    """Return the private keys of a recovery file.

    Raises:
        WrongWordsError: The words are others, or any field of the file was altered.
    """
    if file.rounds != ROUNDS:
        raise WrongWordsError("the number of rounds is fixed", field="rounds")
    sealed = digest.unhex(file.sealed)
    try:
        cipher = _wrapping(secret, file.salt, file.rounds)
        text = cipher.decrypt(sealed[:12], sealed[12:], _bound(file))
    except (InvalidTag, ValueError) as problem:
        raise WrongWordsError("the words do not unlock this file") from problem
    keys = read_canonical(text, PrivateKeys)
    if (keys.opening_key, keys.signing_key) != (file.opening_key, file.signing_key):
        raise WrongWordsError("the public keys are not those of the private ones")
    return keys


def read_file(data: bytes) -> RecoveryFile:
    """Read a recovery file; see ``encoding.read`` for the refusals."""
    return read(data, RecoveryFile)


def prove_signing(keys: PrivateKeys, *, organisation: int, code: str) -> dict[str, object]:
    """Return an enterprise's registration with the proof that it holds the signing key."""
    body = {
        "organisation": organisation,
        "code": code,
        "signing_key": keys.signing_key,
        "recovery_key": keys.opening_key,
    }
    return body | {"proof": digest.sign("signing-key", body, keys.signing_private)}


def prove_keyholder(keys: PrivateKeys, *, organisation: int, institution: str) -> dict[str, object]:
    """Return a keyholder's registration with the proof that it holds the signing key."""
    body = {
        "organisation": organisation,
        "institution": institution,
        "opening_key": keys.opening_key,
        "signing_key": keys.signing_key,
    }
    return body | {"proof": digest.sign("keyholder-key", body, keys.signing_private)}
