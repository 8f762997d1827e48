"""Secrets of second factors: sealed under a platform key outside the database, each bound to its account.

Recovery codes are kept as indexes under the blinding key: a copy of the database alone cannot try them out.
"""

import secrets

import msgspec
import pyotp

from market.kernel import digest
from market.parties.domain import second_factor
from market.runtime import keys


class _Sealed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    account: int
    secret: str


def draw() -> str:
    """Return a fresh secret of 160 bits in base 32 (RFC 4226 4)."""
    return pyotp.random_base32()


def draw_codes() -> list[str]:
    """Return fresh recovery codes, sixty bits each."""
    most = 32**second_factor.RECOVERY_SIGNS
    return [second_factor.recovery_code(secrets.randbelow(most)) for _ in range(second_factor.RECOVERY_CODES)]


def seal(account: int, secret: str) -> bytes:
    """Encrypt a secret for its row."""
    return keys.current().seal_blob(digest.canonical({"account": account, "secret": secret}))


def opened(account: int, sealed: bytes) -> str:
    """Decrypt a secret.

    Raises:
        BlobInvalidError: It was altered, its key is gone, or it was put into another account's row.
    """
    found = msgspec.json.decode(keys.current().open_blob(sealed), type=_Sealed)
    if found.account != account:
        raise keys.BlobInvalidError("the secret is another account's")
    return found.secret


def index_of(account: int, code: str) -> str:
    """Return what is kept of a recovery code in its one form."""
    return keys.current().blind({"account": account, "recovery": code})
