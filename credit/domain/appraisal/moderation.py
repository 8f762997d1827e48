"""Moderation by the district: which evaluations are re-checked, and how strictly each street marks.

Nothing here changes a number: there is no scaling, only a list and a table. Source: SRC 4; the numbers are
our own proposal and stand in the rule set.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from itertools import chain

import msgspec

from credit.domain.rule_set import RuleSet
from market.kernel.digest import digest


class Cause(StrEnum):
    """Why an evaluation must be re-checked."""

    JUMP = "jump"
    HIGH = "high"
    LOW = "low"
    SAMPLE = "sample"


class Bias(msgspec.Struct, frozen=True, kw_only=True):
    """How a street marks beside its district.

    Attributes:
        mean: Of the street's evaluations, centi-points.
        district: Mean of all evaluations of the district, the street's own among them.
        warned: The two lie further apart than the number of the rule set.
        few: So few evaluations that chance may explain the difference.
    """

    street: str
    count: int
    mean: Fraction
    district: Fraction
    warned: bool
    few: bool


def causes(quality: Fraction, *, before: int | None, sampled: bool, rules: RuleSet) -> tuple[Cause, ...]:
    """Return why an evaluation must be re-checked; empty when it need not.

    Args:
        quality: The project's number, centi-points.
        before: The same project's last released one; ``None`` without.
    """
    jump = before is not None and abs(quality - before) > rules.exact("moderation_jump")
    found = {
        Cause.JUMP: jump,
        Cause.HIGH: quality > rules.exact("moderation_high"),
        Cause.LOW: quality < rules.exact("moderation_low"),
        Cause.SAMPLE: sampled,
    }
    return tuple(cause for cause, holds in found.items() if holds)


def sample(projects: Sequence[int], *, seed: str, rules: RuleSet) -> frozenset[int]:
    """Return the projects drawn for a re-check: at least the share of the rule set, rounded up.

    The order of ``projects`` does not matter; whoever knows the seed can repeat the draw.
    """
    share = rules.exact("moderation_share") / 100
    wanted = -(-len(projects) * share.numerator // share.denominator)

    def lot(project: int) -> str:
        return digest("credit-moderation", {"seed": seed, "project": project})

    return frozenset(sorted(projects, key=lot)[:wanted])


def bias(streets: Mapping[str, Sequence[Fraction]], *, rules: RuleSet) -> tuple[Bias, ...]:
    """Return the table of the streets of one district, by street; one without evaluations has no line."""
    every = tuple(chain.from_iterable(streets.values()))
    if not every:
        return ()
    whole = _mean(every)
    return tuple(
        Bias(
            street=street,
            count=len(found),
            mean=_mean(found),
            district=whole,
            warned=abs(_mean(found) - whole) > rules.exact("bias_warning"),
            few=len(found) < rules.whole("bias_few"),
        )
        for street, found in sorted(streets.items())
        if found
    )


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)
