"""Sheets of scorers: for acts all of them, for readers what each may see."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

import msgspec

from credit.domain.appraisal import scorers
from credit.domain.rule_set import RuleSet
from market.kernel.actor import Actor
from market.runtime import database


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One scorer's sheet; ``exact`` is ``n/d``."""

    id: int
    marks: dict[str, int]
    cases: dict[str, int]
    exact: str
    marked_at: datetime
    marked_by: str
    marked_person: int


class SheetView(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet as its reader sees it.

    Attributes:
        counts: The part is the mean of it and others; ``False`` for the one that lies furthest off.
    """

    marks: dict[str, int]
    cases: dict[str, int]
    exact: str
    marked_at: datetime
    mine: bool
    counts: bool


class Sheets(msgspec.Struct, frozen=True, kw_only=True):
    """How far the scoring of a visit is.

    Attributes:
        came: Sheets that are in.
        needed: Sheets it needs; one more where the first two lie apart.
        exact: The part they give, ``n/d``; empty while one is missing.
        shown: The reader's own; all of them once none is missing.
    """

    came: int
    needed: int
    exact: str
    shown: tuple[SheetView, ...]


async def of_visit(evaluation: int, *, recheck: int | None = None) -> list[Sheet]:
    """Return the sheets of the first visit, or of a re-check, in the order they came."""
    rows = await database.fetch(
        "SELECT id, marks, cases, exact, marked_at, marked_by, marked_person FROM credit_evaluation_sheet"
        " WHERE evaluation = $1 AND recheck IS NOT DISTINCT FROM $2::int ORDER BY id",
        evaluation,
        recheck,
    )
    for row in rows:
        for column in ("marks", "cases"):
            row[column] = msgspec.json.decode(row[column])
    return msgspec.convert(rows, list[Sheet])


async def scorers_of(evaluation: int) -> frozenset[int]:
    """Return every person who scored a part of an evaluation, at its first visit or at a re-check."""
    rows = await database.fetch(
        "SELECT marked_person AS person FROM credit_evaluation_sheet WHERE evaluation = $1"
        " UNION SELECT marked_person FROM credit_evaluation_part"
        " WHERE evaluation = $1 AND marked_person IS NOT NULL",
        evaluation,
    )
    return frozenset(row["person"] for row in rows)


def values(sheets: Sequence[Sheet]) -> dict[int, Fraction]:
    """Return person -> centi-points."""
    return {sheet.marked_person: Fraction(sheet.exact) for sheet in sheets}


def as_seen(sheets: Sequence[Sheet], *, rules: RuleSet, actor: Actor, whole: bool) -> Sheets:
    """Return the sheets a reader may see: nobody sees another's before all are in.

    Args:
        whole: The reader may see the evaluation at all, not only an own part.
    """
    exact = values(sheets)
    settled = scorers.settle(exact, rules=rules)
    shown = tuple(
        SheetView(
            marks=sheet.marks,
            cases=sheet.cases,
            exact=sheet.exact,
            marked_at=sheet.marked_at,
            mine=sheet.marked_person == actor.person,
            counts=settled is not None and sheet.marked_person in settled.used,
        )
        for sheet in sheets
        if sheet.marked_person == actor.person or (whole and settled is not None)
    )
    part = "" if settled is None or not whole else f"{settled.exact.numerator}/{settled.exact.denominator}"
    return Sheets(
        came=len(sheets),
        needed=scorers.needed(exact, rules=rules),
        exact=part,
        shown=shown,
    )
