"""What the owners decided together: figures, verdict, and which winner the decision covers."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

import msgspec

from market.kernel import share
from market.kernel.errors import RuleError

PARTICIPATION = Fraction(2, 3)  # CC 278 ¶2: of area and of heads, two thirds or more
MAJORITY = Fraction(1, 2)  # CC 278 ¶2: of those taking part, more than half


class ImpossibleFiguresError(RuleError):
    """More yes than taking part, or more taking part than there are."""

    code = "decision-figures-impossible"
    source = "CC 278"


class Matter(StrEnum):
    """What an owners' decision on a tender is about."""

    TENDER = "tender"
    WINNER = "winner"


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Totals of one vote by area (0.01 m²) and by heads.

    Computed from a unit list in the full version; here the totals are part of the record and the verdict is
    computed from them, never typed.
    """

    area: int
    heads: int
    area_part: int
    heads_part: int
    area_yes: int
    heads_yes: int


class Test(msgspec.Struct, frozen=True, kw_only=True):
    """One of the four tests of a verdict."""

    name: str
    part: int
    whole: int
    share: str
    strict: bool
    passed: bool
    source: str = "CC 278 ¶2"


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded owners' decision.

    Attributes:
        covers: Organisation it allows a contract with; ``None`` for decisions that name no provider.
        revoked_at: Set when the street revokes it (BPR 8, 51); a revoked decision carries nothing.
    """

    id: int
    matter: Matter
    tender: str
    covers: int | None
    decided_on: date
    figures: Figures
    file_digest: str
    revoked_at: datetime | None = None


def tests(figures: Figures) -> Iterator[Test]:
    """Yield the four tests of an ordinary matter with their operands (CC 278 ¶1 (4): hiring a provider).

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
    for name, _, part, whole in pairs:
        passed = share.at_least(part, whole, PARTICIPATION)
        yield Test(name=f"part-{name}", part=part, whole=whole, share="2/3", strict=False, passed=passed)
    for name, yes, part, _ in pairs:
        passed = share.more_than(yes, part, MAJORITY)
        yield Test(name=f"yes-{name}", part=yes, whole=part, share="1/2", strict=True, passed=passed)


def carried(figures: Figures) -> bool:
    """Say whether an ordinary matter is carried: all four tests pass."""
    return all(test.passed for test in tests(figures))


def stands(decision: Decision | None, *, winner: int) -> bool:
    """Say whether a decision allows an award to, and a contract with, this winner."""
    return (
        decision is not None
        and decision.matter is Matter.WINNER
        and decision.covers == winner
        and decision.revoked_at is None
        and carried(decision.figures)
    )
