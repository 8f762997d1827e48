"""Everybody's score under a rule set, by columns; what columns cannot tell, the exact engine computes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from fractions import Fraction

import msgspec
import numpy as np

from credit.domain import what_if
from credit.domain.engine import gather, scoring
from credit.domain.engine.columns import Columns, Prepared
from credit.domain.engine.scoring import Scored
from credit.domain.fairness.effects import Outcome
from credit.domain.rating import Moment, Result, mode
from credit.domain.rule_set import RuleSet
from credit.domain.what_if import Side, Tally
from credit.queries import columns as reading
from credit.queries import scores
from market.parties import public as parties

BLOCK = 10_000
"""Enterprises whose columns stand in memory at once where only their scores are wanted."""


class Everybody(msgspec.Struct, frozen=True, kw_only=True):
    """Enterprises and their columns at a moment, read once for as many rule sets as are asked about."""

    enterprises: Sequence[parties.Organisation]
    moment: Moment
    columns: Columns
    sorted: dict[str, Prepared] = {}

    async def scored(self, rules: RuleSet) -> tuple[Scored, list[scores.Computed]]:
        """Return everybody's score, and those the exact engine computed."""
        found = await asyncio.to_thread(self._by_columns, rules)
        hard = np.flatnonzero(found.hard).tolist()
        if not hard:
            return found, []
        left = [self.enterprises[place] for place in hard]
        exact = [one async for some in scores.blocks(left, self.moment, rules=rules) for one in some]
        placed = {place: gather.values(one.score) for place, one in zip(hard, exact, strict=True)}
        return scoring.patched(found, placed), exact

    def _by_columns(self, rules: RuleSet) -> Scored:
        prepared = scoring.prepared_for(self.columns, rules, known=self.sorted.get("last"))
        self.sorted["last"] = prepared
        return scoring.score(prepared, rules)

    async def side(self, rules: RuleSet) -> Side:
        """Return everybody's outcome under a rule set, for a comparison."""
        found, exact = await self.scored(rules)
        letters = scoring.grades(found, rules, self.columns.enterprises.code).tolist()
        pairs = zip(found.published.tolist(), letters, strict=True)
        return Side(
            version=rules.version,
            digest=rules.digest,
            mode=mode(rules).value,
            outcomes=[Outcome(score, scoring.GRADES[letter]) for score, letter in pairs],
            items=_tally(found, self.columns.records.codes, exact),
        )


def _tally(found: Scored, codes: Sequence[str], exact: Sequence[scores.Computed]) -> dict[str, Tally]:
    more = what_if.tally(one.score for one in exact)
    nothing = Tally()
    made = {}
    for code, records, points in zip(codes, found.records.tolist(), found.points.tolist(), strict=True):
        other = more.get(code, nothing)
        one = Tally(records + other.records, Fraction(points, found.scale) + other.points)
        if one != nothing:
            made[code] = one
    return made


Note = Callable[[int], Awaitable[None]]


async def _silent(done: int) -> None:
    del done


async def rated(
    enterprises: Sequence[parties.Organisation],
    moment: Moment,
    *,
    rules: RuleSet,
    block: int = BLOCK,
    note: Note = _silent,
) -> tuple[Sequence[parties.Organisation], Scored]:
    """Return enterprises in the order of their numbers, and their scores by columns, block by block.

    Args:
        block: Enterprises whose columns stand in memory at once.
        note: Told how many are scored.
    """
    ordered = sorted(enterprises, key=lambda one: one.id)
    parts = []
    for start in range(0, max(1, len(ordered)), block):
        some = ordered[start : start + block]
        city = Everybody(enterprises=some, moment=moment, columns=await reading.load(some, moment))
        found, _ = await city.scored(rules)
        parts.append(found)
        await note(start + len(some))
    return ordered, scoring.joined(parts)


async def letters(
    enterprises: Sequence[parties.Organisation], scored: Scored, *, rules: RuleSet
) -> list[Result]:
    """Return everybody's result with its grade by the rule set's mode."""
    codes = [one.code for one in enterprises]
    places = await asyncio.to_thread(scoring.grades, scored, rules, codes)
    rows = (scored.published.tolist(), scored.tender.tolist(), places.tolist())
    return [
        Result(
            enterprise=one.id,
            code=one.code,
            score_centi=score,
            tender_centi=tender,
            grade=scoring.GRADES[place],
        )
        for one, score, tender, place in zip(enterprises, *rows, strict=True)
    ]


async def read(moment: Moment) -> Everybody:
    """Read everybody at a moment."""
    enterprises = await parties.enterprises()
    return Everybody(enterprises=enterprises, moment=moment, columns=await reading.load(enterprises, moment))
