"""What owners decide together (CC 278 ¶1): each matter with the shares it needs, as a value."""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar, Final

import msgspec

from bidding.domain.rule_table import RuleVersion
from market.kernel import share
from market.kernel.errors import RuleError

PARTICIPATION: Final = "vote-participation"
"""The rule on how much of area and of heads takes part at least (CC 278 ¶2); the same for every matter."""


class ImpossibleFiguresError(RuleError):
    """More yes than taking part, or more taking part than there are."""

    code: ClassVar[str] = "decision-figures-impossible"
    source = "CC 278"


class Key(StrEnum):
    """The matters of CC 278 ¶1; hiring a provider through a tender is decided once or twice."""

    RULES = "rules"
    REGULATIONS = "regulations"
    COMMITTEE = "committee"
    TENDER = "tender"
    WINNER = "winner"
    RENEWAL = "renewal"
    DISMISSAL = "dismissal"
    CHANGE = "change"
    FUND_USE = "fund-use"
    FUND_RAISE = "fund-raise"
    REBUILD = "rebuild"
    COMMON_PARTS = "common-parts"
    OTHER = "other"


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """One matter.

    Attributes:
        item: Number within CC 278 ¶1.
        approval: The rule on the share of those taking part, by area and by heads, that must be in favour.
        strict: More than the share is needed; else the share itself is enough (CC 1259).
        silence_counts: Rules of procedure may let silent owners go with the majority [design].
    """

    key: Key
    item: int
    approval: str
    strict: bool
    silence_counts: bool
    source: str = "CC 278 ¶2"


ON_PROVIDER: Final = frozenset({Key.RENEWAL, Key.DISMISSAL})
"""Matters on whether the provider goes on; such a decision names it and covers nobody else."""

NAMES_PROVIDER: Final = ON_PROVIDER | {Key.CHANGE}
"""A decision to change a contract names its provider too, and says nothing of the contract's end."""


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Totals of one vote by area (0.01 m²) and by heads, counted from ballots on a unit list."""

    area: int
    heads: int
    area_part: int
    heads_part: int
    area_yes: int
    heads_yes: int


class Test(msgspec.Struct, frozen=True, kw_only=True):
    """One of the four tests of a verdict, with its operands: ``part`` of ``whole`` against ``share``.

    Attributes:
        exact: ``part`` of ``whole`` as a reduced fraction; empty where nobody took part.
    """

    name: str
    part: int
    whole: int
    exact: str
    share: str
    strict: bool
    passed: bool
    source: str


def _ordinary(key: Key, item: int) -> Matter:
    return Matter(key=key, item=item, approval="vote-ordinary", strict=True, silence_counts=True)


def _special(key: Key, item: int) -> Matter:
    return Matter(key=key, item=item, approval="vote-special", strict=False, silence_counts=False)


MATTERS: Final[Mapping[Key, Matter]] = {
    matter.key: matter
    for matter in (
        _ordinary(Key.RULES, 1),
        _ordinary(Key.REGULATIONS, 2),
        _ordinary(Key.COMMITTEE, 3),
        _ordinary(Key.TENDER, 4),
        _ordinary(Key.WINNER, 4),
        _ordinary(Key.RENEWAL, 4),
        _ordinary(Key.DISMISSAL, 4),
        _ordinary(Key.CHANGE, 4),
        _ordinary(Key.FUND_USE, 5),
        _special(Key.FUND_RAISE, 6),
        _special(Key.REBUILD, 7),
        _special(Key.COMMON_PARTS, 8),
        _ordinary(Key.OTHER, 9),
    )
}


def tests(figures: Figures, matter: Matter, rules: RuleVersion) -> tuple[Test, ...]:
    """Return the four tests of a vote on a matter: participation, then approval, by area and by heads.

    Args:
        rules: A version of the owners' profile; developers know no votes.

    Raises:
        ImpossibleFiguresError: The totals contradict each other.
    """
    pairs = (
        ("area", figures.area_yes, figures.area_part, figures.area),
        ("heads", figures.heads_yes, figures.heads_part, figures.heads),
    )
    for name, yes, part, whole in pairs:
        if not 0 <= yes <= part <= whole or whole == 0:
            raise ImpossibleFiguresError(field=f"figures.{name}", yes=yes, part=part, whole=whole)
    least, needed = (rules.share(PARTICIPATION), False), (rules.share(matter.approval), matter.strict)
    took_part = (_test(f"part-{name}", part, whole, least, matter.source) for name, _, part, whole in pairs)
    agreed = (_test(f"yes-{name}", yes, part, needed, matter.source) for name, yes, part, _ in pairs)
    return (*took_part, *agreed)


def _test(name: str, part: int, whole: int, needed: tuple[Fraction, bool], source: str) -> Test:
    wanted, strict = needed
    passes = share.more_than if strict else share.at_least
    return Test(
        name=name,
        part=part,
        whole=whole,
        exact=str(Fraction(part, whole)) if whole else "",
        share=str(wanted),
        strict=strict,
        passed=passes(part, whole, wanted),
        source=source,
    )


def carried(figures: Figures, matter: Matter, rules: RuleVersion) -> bool:
    """Say whether a vote carries a matter: all four tests pass."""
    return all(test.passed for test in tests(figures, matter, rules))
