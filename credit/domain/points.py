"""Points of one subject at one instant: which records count, how often, and under which caps.

Everything is a pure fold over entries; order of input never matters. Amounts are exact: inside the fold whole
numbers of ``1/scale`` centi-points (``RuleSet.scale``), outside it fractions of centi-points.

Equal facts. Which of two facts of one day came first decides which is the repeat, and which of two records
of one fact counts where both bring the same. ``ordered`` takes it from the facts alone: their day, the day of
the document, the SHA-256 of the fact's name, item, unit, last day. The number of the record, which tells
who typed first, comes last, where all else is equal and it changes nothing but the number that is named. A
version of the rules without ``facts_by_content`` is computed as it was: by day, document's day and number.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from hashlib import sha256
from itertools import groupby
from typing import Final, NamedTuple

import msgspec

from credit.domain import cycle
from credit.domain.catalogue import COUNT_CAPS, CYCLE_CAPS, Flag, Item
from credit.domain.rule_set import RuleSet
from market.kernel.period import add_months, local_day

Key = tuple[str, str]
Place = tuple[date | bytes | int | str, ...]
CAPS: Final = frozenset({*COUNT_CAPS, *CYCLE_CAPS, Flag.ONCE_PER_CYCLE})
"""Flags that put a cap on an item."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What a score needs to know of a decided record: when it was true and when it was known.

    Attributes:
        fact: One event in the world; it counts once per subject.
        unit: Project the item is counted for, where one record per project counts.
        known_at: Instant of the decision.
        ended_at: Instant of repair or revocation; expiry is computed, never stored.
    """

    record: int
    code: str
    fact: str
    fact_on: date
    effective_from: date
    expires_on: date | None
    known_at: datetime
    ended_at: datetime | None = None
    unit: str = ""

    def known(self, at: datetime) -> bool:
        """Say whether the record was decided and neither repaired nor revoked by an instant."""
        return self.known_at <= at and (self.ended_at is None or at < self.ended_at)

    def active(self, at: datetime) -> bool:
        """Say whether the record counts at an instant."""
        day = local_day(at)
        return (
            self.known(at)
            and self.effective_from <= day
            and (self.expires_on is None or day < self.expires_on)
        )


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What one record does to a score.

    Attributes:
        points: Points of the item, centi-points, before factor and caps.
        counted: What is left after factor, one-count-per-fact and caps.
        why: ``""``, ``"same-fact"`` or ``"cap"`` when less counts than points times factor.
    """

    entry: Entry
    bad: bool
    points: int
    factor: Fraction
    counted: Fraction
    why: str


class Fold(msgspec.Struct, frozen=True, kw_only=True):
    """All lines of one subject and their sums; ``good`` is before the subject's cap on good points."""

    good: Fraction
    bad: Fraction
    lines: tuple[Line, ...]


def fold(entries: Iterable[Entry], *, rules: RuleSet, at: datetime) -> Fold:
    """Return what the records of one subject add and take at an instant."""
    known = ordered((e for e in entries if e.known(at)), rules=rules)
    window, factors, scale = rules.whole("repeat_window"), rules.repeat_factors, rules.scale
    earlier: dict[str, list[Entry]] = {}
    active: dict[bool, list[Counting]] = {True: [], False: []}
    for entry in known:
        same = earlier.setdefault(entry.code, [])
        if entry.active(at):
            item = rules.item(entry.code)
            times = _times(entry, same, window) if item.bad else 0
            factor = factors[min(times, len(factors) - 1)] if item.bad else ONCE
            active[item.bad].append(Counting(entry, item, factor))
        same.append(entry)
    bad, good = (_count(active[takes], rules, scale) for takes in (True, False))
    places = {entry.record: place for place, entry in enumerate(known)}
    lines = tuple(sorted((*good, *bad), key=lambda line: places[line.entry.record]))
    return Fold(
        good=sum((line.counted for line in good), Fraction(0)),
        bad=sum((line.counted for line in bad), Fraction(0)),
        lines=lines,
    )


def ordered(entries: Iterable[Entry], *, rules: RuleSet) -> list[Entry]:
    """Return entries in the order of their facts, by the order a rule set has."""
    return sorted(entries, key=_by_content if rules.facts_by_content else _by_number)


def _by_content(entry: Entry) -> Place:
    return (
        entry.fact_on,
        entry.effective_from,
        sha256(entry.fact.encode()).digest(),
        entry.code,
        len(entry.unit),
        entry.unit,
        entry.expires_on or date.max,
        entry.record,
    )


def _by_number(entry: Entry) -> Place:
    return entry.fact_on, entry.effective_from, entry.record


ONCE: Final = Fraction(1)
"""The factor of what a subject is praised for: there is no repeat of good."""


class Counting(NamedTuple):
    """An active record with its item and the factor of its time."""

    entry: Entry
    item: Item
    factor: Fraction

    @property
    def fact(self) -> str:
        """What may count once: the fact, or the project for items counted once a project."""
        per_project = Flag.PER_PROJECT in self.item.flags
        return f"{self.item.code}@{self.entry.unit}" if per_project else self.entry.fact

    def full(self, scale: int) -> int:
        """Return points times factor, in units of ``1/scale`` centi-points."""
        return self.item.points * self.factor.numerator * (scale // self.factor.denominator)


def _times(entry: Entry, before: Sequence[Entry], window: int) -> int:
    """Return how many distinct facts of the same item came before within the window of months."""
    if not before:
        return 0
    earlier = (e for e in before if e.fact != entry.fact and entry.fact_on < add_months(e.fact_on, window))
    return len({e.fact for e in earlier})


def _caps(one: Counting, rules: RuleSet, scale: int) -> dict[Key, int]:
    """Return the caps a record falls under, by name, in units; a cap for a cycle lies inside its item's."""
    item = one.item
    found: dict[Key, int] = {}
    if item.bad:
        most = rules.exact("item_cap_factor")
        found[item.code, ""] = item.points * most.numerator * (scale // most.denominator)
    for flag in sorted(item.flags & CAPS):
        half = cycle.of(one.entry.effective_from).name
        if flag in COUNT_CAPS:
            found[item.code, ""] = COUNT_CAPS[flag] * item.points * scale
        elif flag in CYCLE_CAPS:
            found[item.code, half] = CYCLE_CAPS[flag] * scale
        else:
            found[item.code, half] = item.points * scale
    return found


def _count(active: Sequence[Counting], rules: RuleSet, scale: int) -> list[Line]:
    chosen = _choose(active, rules, scale)
    room: dict[Key, int] = {}
    lines = []
    for one in active:
        full, caps = one.full(scale), _caps(one, rules, scale)
        left = min((room.get(key, cap) for key, cap in caps.items()), default=full)
        counted = min(full, left) if one.entry.record in chosen else 0
        for key, cap in caps.items():
            room[key] = room.get(key, cap) - counted
        why = "same-fact" if one.entry.record not in chosen else ("cap" if counted < full else "")
        lines.append(
            Line(
                entry=one.entry,
                bad=one.item.bad,
                points=one.item.points,
                factor=one.factor,
                counted=Fraction(counted, scale),
                why=why,
            )
        )
    return lines


State = tuple[tuple[Key, int], ...]
Choice = tuple[int, tuple[int, ...]]
"""A sum, and what was picked for it as places among what may be picked."""


def _choose(active: Sequence[Counting], rules: RuleSet, scale: int) -> frozenset[int]:
    """Pick one record for each fact so that the sum after all caps is the highest there is.

    "Only the highest counts" is taken of the sum, not of each fact alone: picking by fact could move points
    under a full cap, and one more violation would then raise the score.
    """
    facts = [one.fact for one in active]
    if len(set(facts)) == len(facts):
        return frozenset(one.entry.record for one in active)  # one record a fact: nothing to choose
    if not rules.facts_by_content:
        active = sorted(active, key=lambda one: one.entry.record)
    states: dict[State, Choice] = {(): (0, ())}
    for _, group in groupby(
        sorted(range(len(active)), key=lambda n: active[n].fact), lambda n: active[n].fact
    ):
        options = list(group)
        fresh: dict[State, Choice] = {}
        for state, (total, picked) in states.items():
            for place in options:
                used, gain = _take(dict(state), active[place], rules, scale)
                candidate = (total + gain, (*picked, place))
                if used not in fresh or _rank(candidate) > _rank(fresh[used]):
                    fresh[used] = candidate
        states = fresh
    return frozenset(active[place].entry.record for place in max(states.values(), key=_rank)[1])


def _rank(choice: Choice) -> tuple[int, list[int]]:
    """Order choices: the higher sum, then the earlier places."""
    return choice[0], [-place for place in choice[1]]


def _take(used: Mapping[Key, int], one: Counting, rules: RuleSet, scale: int) -> tuple[State, int]:
    caps = _caps(one, rules, scale)
    gain = min((one.full(scale), *(cap - used.get(key, 0) for key, cap in caps.items())))
    after = {**used, **{key: used.get(key, 0) + gain for key in caps}}
    return tuple(sorted(after.items())), gain
