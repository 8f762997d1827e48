"""How long to wait before trying again what failed, in wall time."""

from datetime import timedelta

from market.kernel.errors import MarketError

FIRST = timedelta(seconds=2)
LONGEST = timedelta(hours=1)
_DOUBLINGS = 11
_DETAIL = 300


def delay(failures: int) -> timedelta:
    """Return the wait after so many failures in a row: 2 s, doubled each time, an hour at most."""
    return min(LONGEST, FIRST * (1 << min(max(failures - 1, 0), _DOUBLINGS)))


def describe(failure: Exception) -> str:
    """Return what an operator reads: a refusal's code, else the kind of failure and its first words."""
    if isinstance(failure, MarketError):
        return f"{failure.code}: {failure.detail}"[:_DETAIL]
    return f"{type(failure).__name__}: {failure}"[:_DETAIL]
