"""The fine the law provides for a breach: from which sum to which, never how much in a case.

A look-up for whoever decides. It computes the range from the rule table and, where the law counts in parts of
a price or by days, from that price or those days; whether there is a breach, whether a fine follows and of
what sum in the range is the authority's to decide after notice and hearing (APL 44-64).
"""

from collections.abc import Iterator
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from typing import Final

import msgspec

from bidding.domain.rule import Unit
from bidding.domain.rule_table import RuleVersion


class Base(StrEnum):
    """What a fine is counted from; the value is a catalogue key."""

    FIXED = "fixed"
    AWARD = "award"
    PASSED_ON = "passed-on"
    DAYS = "days"


class Authority(StrEnum):
    """Who decides; the value is a catalogue key."""

    STREET = "street"
    DISTRICT = "district"
    SUPERVISOR = "supervisor"


class Penalty(msgspec.Struct, frozen=True, kw_only=True):
    """A fine the table knows.

    Attributes:
        least: Rule of the lowest fine; empty where the law only sets the highest.
        most: Rule of the highest.
        ordered: Only for who does not comply with an order first.
    """

    least: str
    most: str
    base: Base = Base.FIXED
    authority: Authority = Authority.SUPERVISOR
    ordered: bool = False

    @property
    def id(self) -> str:
        """The rule it is about, such as ``T44``, and where that has several, which: a catalogue key."""
        return self.most.removesuffix("-max").removesuffix(".fine")


TENDERING: Final = (
    Penalty(least="T58.fine-min", most="T58.fine-max"),
    Penalty(least="T79.fine-min", most="T79.fine-max"),
    Penalty(least="T61.fine-min", most="T61.fine-max"),
    Penalty(least="", most="T66.fine-max"),
    Penalty(least="", most="T67.fine-max"),
    Penalty(least="T70.fine-min", most="T70.fine-max"),
    Penalty(least="T57.fine-min", most="T57.fine-max", base=Base.AWARD),
    Penalty(least="", most="T72.fine-max", base=Base.AWARD),
    Penalty(least="", most="T56.fine-max", base=Base.AWARD),
    Penalty(least="T44.fine-min", most="T44.fine-max", base=Base.AWARD),
    Penalty(least="T73.fine-min", most="T73.fine-max", base=Base.PASSED_ON),
)
"""Of the supervising authority, in the order of a tender."""

FILING: Final = (
    Penalty(least="T43.fine-min", most="T43.fine-max", authority=Authority.STREET, ordered=True),
)
"""For a contract nobody filed."""

LEAVING: Final = (
    Penalty(
        least="H10.documents-min",
        most="H10.documents-max",
        authority=Authority.DISTRICT,
        ordered=True,
    ),
    Penalty(
        least="H10.fine",
        most="H10.fine",
        base=Base.DAYS,
        authority=Authority.DISTRICT,
        ordered=True,
    ),
    Penalty(least="H21.fine-min", most="H21.fine-max", authority=Authority.DISTRICT, ordered=True),
)
"""For who does not leave or hand over."""

ALL: Final = (*TENDERING, *FILING, *LEAVING)


class Range(msgspec.Struct, frozen=True, kw_only=True):
    """What the law provides.

    Attributes:
        least_fen: The lowest fine in whole fen; 0 where the law only sets the highest, ``None`` while the sum
            it is a part of is not known.
        most_fen: The highest, in the same way.
        least: Part of the base, or fen for each day or in all, exact.
        most: The same of the highest.
        source: Clauses of the rules, each once.
    """

    penalty: Penalty
    least_fen: int | None
    most_fen: int | None
    least: Fraction
    most: Fraction
    source: str

    def holds(self, fen: int) -> bool:
        """Say whether a fine lies in the range; nothing is no fine."""
        if self.least_fen is None or self.most_fen is None:
            return False
        return fen > 0 and self.least_fen <= fen <= self.most_fen


def range_of(penalty: Penalty, rules: RuleVersion, base: Fraction | int | None = None) -> Range | None:
    """Return the range of a fine in exact fen; ``None`` where the law does not know it for this profile.

    A part of a price is a fraction of a fen at times: the lowest fine is the first whole fen not below it,
    the highest the last one not above.

    Args:
        base: Award or passed-on part in fen, or days; not needed for a fixed range.
    """
    if not rules.applies(penalty.most):
        return None
    least, most = _share(penalty.least, rules), _share(penalty.most, rules)
    times = 1 if penalty.base is Base.FIXED else base
    named = [rules.rule(name) for name in (penalty.least, penalty.most) if name]
    clauses = dict.fromkeys(part.strip() for rule in named for part in rule.source.split(";"))
    return Range(
        penalty=penalty,
        least_fen=None if times is None else ceil(least * times),
        most_fen=None if times is None else floor(most * times),
        least=least,
        most=most,
        source="; ".join(clauses),
    )


def _share(rule_id: str, rules: RuleVersion) -> Fraction:
    if not rule_id:
        return Fraction(0)
    share = rules.share(rule_id)
    return share / 1000 if rules.rule(rule_id).unit is Unit.PERMILLE else share


def ranges(
    penalties: tuple[Penalty, ...], rules: RuleVersion, *, award_fen: Fraction | None = None, days: int = 0
) -> Iterator[Range]:
    """Yield the ranges a profile knows.

    Args:
        award_fen: Price of the award over the whole term, exact; ``None`` before there is one.
        days: That count, for what is counted by days.
    """
    for penalty in penalties:
        bases: dict[Base, Fraction | int | None] = {Base.AWARD: award_fen, Base.DAYS: days or None}
        found = range_of(penalty, rules, bases.get(penalty.base))
        if found is not None:
            yield found


def of_rule(rule_id: str) -> tuple[Penalty, ...]:
    """Return the fines a rule belongs to, by its own id or by the breach it is about."""
    family = rule_id.partition(".")[0]
    return tuple(
        one
        for one in ALL
        if rule_id in {one.least, one.most} or (rule_id == family and one.id.partition(".")[0] == family)
    )
