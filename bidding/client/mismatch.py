"""One thing in a transcript that does not hold."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec


class Mismatch(msgspec.Struct, frozen=True, kw_only=True):
    """What does not hold (``code``) and where in the transcript."""

    code: str
    where: str


def named(where: str, checks: Mapping[str, bool] | Iterable[str]) -> Iterator[Mismatch]:
    """Yield a mismatch for every check that fails, or for every code of a list of faults."""
    codes = [code for code, holds in checks.items() if not holds] if isinstance(checks, Mapping) else checks
    for code in codes:
        yield Mismatch(code=code, where=where)
