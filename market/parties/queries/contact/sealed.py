"""What of a mail address is readable by the running server alone: sealed under a key outside the database."""

import msgspec

from market.kernel import digest
from market.runtime import keys


class Sealed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An address and the secrets of its two links, bound to their account.

    Attributes:
        confirm: Stands in the link that confirms the address.
        stop: Stands in the link that ends all letters to it.
    """

    account: int
    address: str
    confirm: str
    stop: str

    def __repr__(self) -> str:
        return f"Sealed({self.account})"


def seal(plain: Sealed) -> bytes:
    """Encrypt an address for its row."""
    return keys.current().seal_blob(digest.canonical(msgspec.structs.asdict(plain)))


def opened(account: int, blob: bytes) -> Sealed:
    """Decrypt an address.

    Raises:
        BlobInvalidError: It was altered, its key is gone, or it was put into another account's row.
    """
    found = msgspec.json.decode(keys.current().open_blob(blob), type=Sealed)
    if found.account != account:
        raise keys.BlobInvalidError("the address is another account's")
    return found
