"""Grades: thresholds or quotas, then ceilings. A grade is a letter, never a colour alone."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction

import msgspec

from credit.domain.catalogue import Flag, Item, Severity
from credit.domain.rule_set import RuleSet


class Grade(StrEnum):
    """Best first; an unrated enterprise is new here and stands beside the ladder."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    UNRATED = "unrated"


LETTERS: tuple[Grade, ...] = (Grade.A, Grade.B, Grade.C, Grade.D)

TWO_VERY_SERIOUS = 2


def worse(one: Grade, other: Grade) -> Grade:
    """Return the lower of two letters."""
    return max(one, other, key=LETTERS.index)


def absolute(score: int, *, rules: RuleSet) -> Grade:
    """Return the grade of a published score by fixed thresholds (SJS: A from 85, B from 75, C from 60)."""
    for letter in (Grade.A, Grade.B, Grade.C):
        if score >= rules.whole(f"grade_{letter.value.lower()}"):
            return letter
    return Grade.D


class Ceiling(msgspec.Struct, frozen=True, kw_only=True):
    """The best grade that active bad items leave open.

    Attributes:
        code: Item that sets it; empty when nothing does.
    """

    grade: Grade
    code: str = ""


def ceiling(active: Sequence[Item]) -> Ceiling:
    """Return the lowest ceiling over the active bad items; adding an item never lifts it."""
    found = Ceiling(grade=Grade.A)
    for item in sorted(active, key=lambda i: i.code):
        limit = _ceiling_of(item)
        if worse(found.grade, limit) is not found.grade:
            found = Ceiling(grade=limit, code=item.code)
    grave = sorted(item.code for item in active if item.severity is Severity.VERY_SERIOUS)
    if len(grave) >= TWO_VERY_SERIOUS and found.grade is not Grade.D:
        return Ceiling(grade=Grade.D, code=grave[1])
    return found


def _ceiling_of(item: Item) -> Grade:
    if Flag.VETO_D in item.flags:
        return Grade.D
    if Flag.VETO_C in item.flags or item.severity is Severity.VERY_SERIOUS:
        return Grade.C
    return Grade.B if item.severity is Severity.SERIOUS else Grade.A


def settle(by_mode: Grade, limit: Ceiling, *, rated: bool) -> Grade:
    """Return the grade after ceilings.

    An enterprise without projects, or here for too short a time, is unrated; a ceiling of C or D holds for it
    all the same, otherwise a new name would wash off a veto.
    """
    if not rated and limit.grade in (Grade.A, Grade.B):
        return Grade.UNRATED
    return worse(by_mode, limit.grade) if rated else limit.grade


class Ranked(msgspec.Struct, frozen=True, kw_only=True):
    """What the order of a quota rests on.

    Attributes:
        weight: Sum of area times days.
        bad_items: Active bad items.
    """

    code: str
    score: int
    bad_items: int
    weight: int


def by_quota(enterprises: Sequence[Ranked], *, rules: RuleSet) -> Mapping[str, Grade]:
    """Return grades by proportion of rank, before ceilings.

    Order: score, fewer active bad items, larger area times days, social credit code. A letter begins where
    the shares before it end; positions are cut half to even. Below the threshold of C nobody is above C; from
    the threshold of B on, and without a bad item, nobody is D.

    Source:
        BJ-EVAL26 (grades by proportion); SD-GRADE (guard against D without bad information)
    """
    order = sorted(enterprises, key=lambda e: (-e.score, e.bad_items, -e.weight, e.code))
    cuts, share = [], Fraction(0)
    for letter in (Grade.A, Grade.B, Grade.C):
        share += rules.exact(f"quota_{letter.value.lower()}") / 100
        cuts.append((round(share * len(order)), letter))
    grades = {}
    for position, one in enumerate(order):
        letter = next((letter for cut, letter in cuts if position < cut), Grade.D)
        if one.score < rules.whole("grade_c"):
            letter = worse(letter, Grade.C)
        elif one.score >= rules.whole("grade_b") and not one.bad_items and letter is Grade.D:
            letter = Grade.C
        grades[one.code] = letter
    return grades
