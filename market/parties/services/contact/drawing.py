"""Drawing the secret parts of addresses."""

import secrets

from market.parties.domain.contact import token


def draw() -> str:
    """Return a fresh secret of 256 bits that may stand in an address."""
    return secrets.token_urlsafe(token.BYTES)
