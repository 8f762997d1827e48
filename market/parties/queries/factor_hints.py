"""Present codes of fictional accounts, so that a curious person can sign in to a demonstration.

Nothing is given here unless the composition root of a demonstration says where the secrets of the accounts
it created lie; on a real market nothing ever does. A hint is shown only while that secret is still the
account's.
"""

import hmac
from collections.abc import Callable
from datetime import datetime

import msgspec

from market.parties.domain import second_factor
from market.parties.queries import factor_secrets, factors

SecretOf = Callable[[str], str | None]
"""Log-in name -> the secret the demonstration keeps for it, if it created the account."""


class _Process(msgspec.Struct):
    secret_of: SecretOf | None = None


_process = _Process()


def use(secret_of: SecretOf | None) -> None:
    """Say where secrets of fictional accounts lie; ``None`` on every real market."""
    _process.secret_of = secret_of


async def present_code(account: int, *, wall: datetime) -> str | None:
    """Return a code the sign-in would take now; nothing outside a demonstration, or for other accounts."""
    if _process.secret_of is None:
        return None
    factor = await factors.in_force(account)
    kept = _process.secret_of(await factors.login(account))
    if factor is None or kept is None:
        return None
    secret = factor_secrets.opened(account, factor.secret)
    step = second_factor.next_step(wall=wall, last_step=factor.last_step)
    if step is None or not hmac.compare_digest(secret, kept):
        return None
    return second_factor.code_at(secret, step)
