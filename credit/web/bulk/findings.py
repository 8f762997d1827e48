"""What is wrong with a file, in the reader's words: told off the event loop, for there may be thousands."""

import asyncio
from collections.abc import Sequence

import msgspec

from credit.domain.bulk.records import MOST_LISTED
from market.kernel.errors import MarketError
from market.runtime.web import problems
from market.runtime.web.problems import Problem


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """The first findings of a file, by row and column, and how many there are in all."""

    count: int
    listed: tuple[Problem, ...]


async def told(findings: Sequence[MarketError]) -> Findings:
    """Return findings in the language of the request."""
    return Findings(count=len(findings), listed=await asyncio.to_thread(_described, findings[:MOST_LISTED]))


def _described(findings: Sequence[MarketError]) -> tuple[Problem, ...]:
    return tuple(problems.describe(finding) for finding in findings)
