"""Secret parts of addresses: random, kept as digests only."""

import re

from market.kernel import digest

BYTES = 32
"""Random bytes of a secret; ``services.contact.drawing`` draws them."""

_FORM = re.compile(r"[A-Za-z0-9_-]{43}")


def is_token(text: str) -> bool:
    """Say whether a text has the form of such a secret, before anything is looked up."""
    return _FORM.fullmatch(text) is not None


def digest_of(token: str) -> str:
    """Return what is kept of a secret: enough to know it again, nothing to find it by."""
    return digest.h("contact-token", token.encode())
