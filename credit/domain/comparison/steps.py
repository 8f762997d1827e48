"""Records of one subject put in one after the other: what each step does to it and to the others.

A record may count, or only be known as an earlier time of the same item, or not be known at all. States that
never were together are folded by the same function as a score.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

import msgspec

from credit.domain import points
from credit.domain.points import Entry, Fold, Line
from credit.domain.rule_set import RuleSet

State = Mapping[int, tuple[Entry, bool]]
"""Record -> entry, and whether it counts; one that does not may still be an earlier time of another."""

Value = Callable[[Fold], Fraction]
"""What a fold is worth to its subject, after the cap on good points and the subject's bounds."""

NOTHING = Fraction(0)


class Turn(StrEnum):
    """What became of a record, in the order it is told."""

    EXPIRED = "expired"
    ENDED = "ended"
    EARLIER = "earlier"
    CAME = "came"
    CHANGED = "changed"


ORDER = tuple(Turn)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One record's part in the difference.

    Attributes:
        effect: Exact centi-points at the subject.
        was: Its line before; ``None`` where it did not count. ``now`` is the line after.
    """

    turn: Turn
    entry: Entry
    effect: Fraction
    was: Line | None
    now: Line | None


def states(entries: Iterable[Entry], at: datetime) -> dict[int, tuple[Entry, bool]]:
    """Return what is known at an instant, and whether it counts."""
    return {entry.record: (entry, entry.active(at)) for entry in entries if entry.known(at)}


def taken(before: State, after: State, *, value: Value, rules: RuleSet, at: datetime) -> list[Step]:
    """Return every record's part; the parts add up to the difference of the two values.

    Records that stop counting are taken first, then those that begin, each by number.
    """
    state = dict(before)
    first = fold = _fold(state, rules, at)
    effects: dict[int, Fraction] = {}
    for record in _order(before, after):
        state.pop(record, None)
        if record in after:
            state[record] = after[record]
        fresh = _fold(state, rules, at)
        moved = _moved(fold, fresh)
        moved[record] = moved.get(record, NOTHING) + value(fresh) - value(fold) - sum(moved.values(), NOTHING)
        for number, effect in moved.items():
            effects[number] = effects.get(number, NOTHING) + effect
        fold = fresh
    was, now = _lines(first), _lines(fold)
    found = []
    for number, effect in effects.items():
        turn = _turn(before=_counts(number, before), after=_counts(number, after))
        if effect or turn not in (Turn.CHANGED, Turn.EARLIER):
            entry, _ = after[number] if number in after else before[number]
            found.append(
                Step(turn=turn, entry=entry, effect=effect, was=was.get(number), now=now.get(number))
            )
    return sorted(found, key=lambda step: (ORDER.index(step.turn), step.entry.record))


def _order(before: State, after: State) -> list[int]:
    moved = [n for n in {*before, *after} if _counts(n, before) != _counts(n, after)]
    return sorted(moved, key=lambda n: (_counts(n, after) is True, n))


def _counts(number: int, state: State) -> bool | None:
    """Say whether a record counts; ``None`` where it is not known."""
    return state[number][1] if number in state else None


def _turn(*, before: bool | None, after: bool | None) -> Turn:
    if before and after:
        return Turn.CHANGED
    if after:
        return Turn.CAME
    if before:
        return Turn.ENDED if after is None else Turn.EXPIRED
    return Turn.EARLIER


def _fold(state: State, rules: RuleSet, at: datetime) -> Fold:
    entries = [
        msgspec.structs.replace(entry, known_at=at, ended_at=None, expires_on=None if counts else date.min)
        for entry, counts in state.values()
    ]
    return points.fold(entries, rules=rules, at=at)


def _lines(fold: Fold) -> dict[int, Line]:
    return {line.entry.record: line for line in fold.lines}


def _moved(before: Fold, after: Fold) -> dict[int, Fraction]:
    """Return what each line adds more, or takes more."""
    was, now = _worth(before), _worth(after)
    every = {number: now.get(number, NOTHING) - was.get(number, NOTHING) for number in (*was, *now)}
    return {number: effect for number, effect in every.items() if effect}


def _worth(fold: Fold) -> dict[int, Fraction]:
    return {line.entry.record: -line.counted if line.bad else line.counted for line in fold.lines}
