"""Public keys of enterprises and keyholders: what is registered, and the proof that the holder has it."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

import msgspec

from market.kernel import digest
from market.kernel.errors import ConflictError, InvalidInputError, NotFoundError


class KeyLoss(StrEnum):
    """Why a keyholder's key counts for nothing any more.

    ``lost``: nobody can use it; ``compromised``: somebody else may; ``left``: its holder left the office.
    """

    LOST = "lost"
    COMPROMISED = "compromised"
    LEFT = "left"


class SigningKey(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise's registered keys, in force from ``registered_at`` until ``revoked_at``.

    Attributes:
        id: Key id of the signing key (Ed25519).
        code: The social credit code the key was registered for.
        recovery_key_hex: X25519 key with which the enterprise can open its own bid.
        registered_entry_id: The audit entry that shows code and key to everybody.
    """

    id: str
    organisation: int
    code: str
    key_hex: str
    recovery_key_hex: str
    registered_at: datetime
    registered_entry_id: int | None
    revoked_at: datetime | None = None

    @property
    def recovery_key_id(self) -> str:
        """Key id of the recovery key."""
        return digest.key_id(self.recovery_key_hex)


class KeyholderKey(msgspec.Struct, frozen=True, kw_only=True):
    """A keyholder's two public keys under the institution they hold them for.

    Attributes:
        id: Key id of the opening key (X25519).
        signing_key: Ed25519 key that signs the frozen list.
        fingerprint: Full digest of the opening key, as notices print it.
        revoked_for: Why it was reported; null while in force, and where no reason was kept.
    """

    id: str
    organisation: int
    institution: str
    person: int
    opening_key: str
    signing_key: str
    registered_at: datetime
    registered_entry_id: int | None
    revoked_at: datetime | None = None
    revoked_for: KeyLoss | None = None

    @property
    def fingerprint(self) -> str:
        """All of the digest that the key id begins."""
        return digest.fingerprint(self.opening_key)


class SigningRegistration(msgspec.Struct, frozen=True, kw_only=True):
    """What an enterprise signs with the new key to show that it holds it."""

    organisation: int
    code: str
    signing_key: str
    recovery_key: str

    def body(self) -> dict[str, object]:
        """Return the object that is signed under purpose ``signing-key``."""
        return msgspec.structs.asdict(self)


class KeyholderRegistration(msgspec.Struct, frozen=True, kw_only=True):
    """What a keyholder signs with the new signing key; it binds the opening key and the institution."""

    organisation: int
    institution: str
    opening_key: str
    signing_key: str

    def body(self) -> dict[str, object]:
        """Return the object that is signed under purpose ``keyholder-key``."""
        return msgspec.structs.asdict(self)


class KeyFormError(InvalidInputError):
    """A public key is not 32 bytes in lower-case hex, or one key is used for two things."""

    code: ClassVar[str] = "key-form"


class KeyProofError(InvalidInputError):
    """The signature over the registration does not verify with the key that is registered."""

    code: ClassVar[str] = "key-proof"


class KeyInUseError(ConflictError):
    """The organisation already has a signing key in force; it must be revoked first."""

    code: ClassVar[str] = "key-in-use"


class KeyUnknownError(NotFoundError):
    """No such key is registered, or it is revoked already."""

    code: ClassVar[str] = "key-unknown"


class KeyholderKeyRevoked(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A keyholder reported its key: whoever relies on it must know."""

    key_id: str
    organisation: int
    institution: str
    reason: KeyLoss


HEX_KEY = 64


def check_form(**keys: str) -> None:
    """Refuse keys that are not lower-case hex of 32 bytes, that are all zero, or that repeat one another.

    Raises:
        KeyFormError: Names the field.
    """
    for field, key in keys.items():
        if len(key) != HEX_KEY or any(sign not in "0123456789abcdef" for sign in key) or not key.strip("0"):
            raise KeyFormError("a public key is 64 lower-case hex digits", field=field)
    if len(set(keys.values())) != len(keys):
        raise KeyFormError("each purpose needs a key of its own", field=next(reversed(keys)))


def check_signing(registration: SigningRegistration, proof: str) -> str:
    """Return the key id of a signing key whose holder has proved possession.

    Raises:
        KeyFormError: A key has not the right form.
        KeyProofError: The proof does not verify.
    """
    check_form(signing_key=registration.signing_key, recovery_key=registration.recovery_key)
    if not digest.verify("signing-key", registration.body(), proof, registration.signing_key):
        raise KeyProofError("the proof of possession does not verify", field="proof")
    return digest.key_id(registration.signing_key)


def check_keyholder(registration: KeyholderRegistration, proof: str) -> str:
    """Return the key id of an opening key whose holder has proved possession of the signing key.

    Possession of the opening key is proved by the rehearsal, not here: an X25519 key cannot sign.

    Raises:
        KeyFormError: A key has not the right form.
        KeyProofError: The proof does not verify.
    """
    check_form(opening_key=registration.opening_key, signing_key=registration.signing_key)
    if not digest.verify("keyholder-key", registration.body(), proof, registration.signing_key):
        raise KeyProofError("the proof of possession does not verify", field="proof")
    return digest.key_id(registration.opening_key)
