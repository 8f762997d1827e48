"""An account's own address for letters: given, confirmed by a mailed link, ended by its reader."""

import re
from datetime import timedelta
from typing import ClassVar

from market.kernel import digest
from market.kernel.errors import ConflictError, InvalidInputError, NotFoundError, RuleError

CONFIRM_WITHIN = timedelta(days=2)
"""How long a mailed link confirms. [design]"""

MOST_A_DAY = 5
"""Addresses an account may give in ``DAY``: nobody floods a stranger's letter box from here. [design]"""

DAY = timedelta(hours=24)

LONGEST = 254
"""Longest address that can be mailed to (RFC 5321 4.5.3.1.3)."""

_FORM = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


class MailAddressFormError(InvalidInputError):
    """What was typed is no address."""

    code: ClassVar[str] = "mail-address-form"
    source = "RFC 5321"


class MailLinkUnknownError(NotFoundError):
    """The link is not one of ours, was used, or its time is over."""

    code: ClassVar[str] = "mail-link-unknown"


class MailAddressMissingError(NotFoundError):
    """The account has given no address."""

    code: ClassVar[str] = "mail-address-missing"


class MailAddressesUsedUpError(RuleError):
    """Too many addresses were given in a day."""

    code: ClassVar[str] = "mail-addresses-used-up"
    source = "[design]"


class MailClosedError(ConflictError):
    """This installation sends no letters."""

    code: ClassVar[str] = "mail-closed"


def normal(text: str) -> str:
    """Return an address in the one form it is kept in: its domain in small letters.

    Raises:
        MailAddressFormError: It cannot be mailed to.
    """
    bare = text.strip()
    if len(bare) > LONGEST or _FORM.fullmatch(bare) is None:
        raise MailAddressFormError("no address", field="address")
    name, _, domain = bare.rpartition("@")
    return f"{name}@{domain.lower()}"


def check_count(given: int) -> None:
    """Refuse one address more than a day allows.

    Raises:
        MailAddressesUsedUpError: That many were given in the last 24 hours.
    """
    if given >= MOST_A_DAY:
        raise MailAddressesUsedUpError("too many in a day", limit=MOST_A_DAY)


def address_digest(address: str, salt: str) -> str:
    """Return the salted digest that the log keeps of an address."""
    return digest.digest("mail-address", {"address": address, "salt": salt})
