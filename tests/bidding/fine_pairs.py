"""The pairs of all rules with those of the ranges of fines, which are made from the table."""

from collections.abc import Mapping
from typing import Final

from bidding.domain import rule_table
from bidding.domain.procedure import Profile
from bidding.domain.remedy import fine
from bidding.domain.rule import Unit
from bidding.domain.rule_table import RuleVersion
from tests.bidding import rule_pairs
from tests.bidding.rule_pairs import Allows, Pair


def _fined(rule: str) -> Allows:
    """Return whether a fine lies in the law's range, of an award of ten thousand yuan where it counts."""
    (penalty,) = [one for one in fine.ALL if rule in {one.least, one.most}]

    def allows(rules: RuleVersion, fen: int) -> bool:
        found = fine.range_of(penalty, rules, 1_000_000)
        return found is not None and found.holds(fen)

    return allows


def _fines() -> Mapping[str, Pair]:
    """Return a pair for each end of each range: the last fen inside, and the first outside."""
    rules, found = rule_table.current(Profile.PROPHASE), {}
    for penalty in fine.ALL:
        for name, step in ((penalty.least, -1), (penalty.most, 1)):
            if not name.startswith(("T", "H21.", "H10.documents")):
                continue
            scale = 1000 if rules.rule(name).unit is Unit.PERMILLE else 1
            end, value = rules.value(name) * scale, rules.value(name)
            found[name] = Pair(
                profile=Profile.PROPHASE,
                allows=_fined(name),
                inside=end,
                outside=end + step,
                changed=value + step,
            )
    return found


PAIRS: Final[Mapping[str, Pair]] = {**rule_pairs.PAIRS, **_fines()}
