"""Everybody's score under a rule set, by columns; what columns cannot tell, the exact engine computes."""

from collections.abc import Sequence
from fractions import Fraction

import msgspec
import numpy as np

from credit.domain import what_if
from credit.domain.engine import gather, scoring
from credit.domain.engine.columns import Columns, Prepared
from credit.domain.engine.scoring import Scored
from credit.domain.fairness.effects import Outcome
from credit.domain.rating import Moment, mode
from credit.domain.rule_set import RuleSet
from credit.domain.what_if import Side, Tally
from credit.queries import columns as reading
from credit.queries import scores
from market.parties import public as parties


class Everybody(msgspec.Struct, frozen=True, kw_only=True):
    """Enterprises and their columns at a moment, read once for as many rule sets as are asked about."""

    enterprises: Sequence[parties.Organisation]
    moment: Moment
    columns: Columns
    sorted: dict[str, Prepared] = {}

    async def scored(self, rules: RuleSet) -> tuple[Scored, list[scores.Computed]]:
        """Return everybody's score, and those the exact engine computed."""
        known = self.sorted.get("last")
        prepared = scoring.prepared_for(self.columns, rules, known=known)
        self.sorted["last"] = prepared
        found = scoring.score(prepared, rules)
        hard = np.flatnonzero(found.hard).tolist()
        if not hard:
            return found, []
        exact = await scores.compute_all([self.enterprises[n] for n in hard], self.moment, rules=rules)
        placed = {place: gather.values(one.score) for place, one in zip(hard, exact, strict=True)}
        return scoring.patched(found, placed), exact

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


async def read(moment: Moment) -> Everybody:
    """Read everybody at a moment."""
    enterprises = await parties.enterprises()
    return Everybody(enterprises=enterprises, moment=moment, columns=await reading.load(enterprises, moment))
