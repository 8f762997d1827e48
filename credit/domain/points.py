"""Points of one subject at one instant: which records count, how often, and under which caps.

Everything is a pure fold over entries; order of input never matters. Amounts are exact centi-points.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from itertools import groupby

import msgspec

from credit.domain import cycle
from credit.domain.catalogue import COUNT_CAPS, CYCLE_CAPS, Flag, Item
from credit.domain.rule_set import RuleSet
from market.kernel.period import add_months, local_day

Key = tuple[str, str]


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
    known = sorted((e for e in entries if e.known(at)), key=_order)
    active = [(e, _worth(e, known, rules)) for e in known if e.active(at)]
    bad = _count([(e, w) for e, w in active if rules.item(e.code).bad], rules)
    good = _count([(e, w) for e, w in active if not rules.item(e.code).bad], rules)
    lines = tuple(sorted((*good, *bad), key=lambda line: _order(line.entry)))
    return Fold(
        good=sum((line.counted for line in good), Fraction(0)),
        bad=sum((line.counted for line in bad), Fraction(0)),
        lines=lines,
    )


def _order(entry: Entry) -> tuple[date, date, int]:
    return entry.fact_on, entry.effective_from, entry.record


def _worth(entry: Entry, known: Sequence[Entry], rules: RuleSet) -> Fraction:
    """Return the factor: how many times the same item came before within the window, by distinct facts."""
    if not rules.item(entry.code).bad:
        return Fraction(1)
    window = rules.whole("repeat_window")
    earlier = {
        e.fact
        for e in known
        if e.code == entry.code
        and e.fact != entry.fact
        and _order(e) < _order(entry)
        and entry.fact_on < add_months(e.fact_on, window)
    }
    factors = rules.repeat_factors
    return factors[min(len(earlier), len(factors) - 1)]


def _fact(entry: Entry, item: Item) -> str:
    """Return what may count once: the fact, or the project for items counted once a project."""
    return f"{item.code}@{entry.unit}" if Flag.PER_PROJECT in item.flags else entry.fact


def limits(entry: Entry, item: Item, rules: RuleSet) -> dict[Key, Fraction]:
    """Return the caps an entry falls under, by name; a cap for a cycle lies inside the cap of its item."""
    found: dict[Key, Fraction] = {}
    half = cycle.of(entry.effective_from).name
    if item.bad:
        found[item.code, ""] = rules.exact("item_cap_factor") * item.points
    for flag in sorted(item.flags):
        if flag in COUNT_CAPS:
            found[item.code, ""] = Fraction(COUNT_CAPS[flag] * item.points)
        elif flag in CYCLE_CAPS:
            found[item.code, half] = Fraction(CYCLE_CAPS[flag])
        elif flag is Flag.ONCE_PER_CYCLE:
            found[item.code, half] = Fraction(item.points)
    return found


def _count(active: Sequence[tuple[Entry, Fraction]], rules: RuleSet) -> list[Line]:
    chosen = _choose(active, rules)
    room: dict[Key, Fraction] = {}
    lines = []
    for entry, factor in active:
        item = rules.item(entry.code)
        full = item.points * factor
        caps = limits(entry, item, rules)
        left = min((room.get(key, cap) for key, cap in caps.items()), default=full)
        counted = min(full, left) if entry.record in chosen else Fraction(0)
        for key, cap in caps.items():
            room[key] = room.get(key, cap) - counted
        why = "same-fact" if entry.record not in chosen else ("cap" if counted < full else "")
        made = Line(entry=entry, bad=item.bad, points=item.points, factor=factor, counted=counted, why=why)
        lines.append(made)
    return lines


State = tuple[tuple[Key, Fraction], ...]
Choice = tuple[Fraction, tuple[int, ...]]


def _choose(active: Sequence[tuple[Entry, Fraction]], rules: RuleSet) -> frozenset[int]:
    """Pick one record for each fact so that the sum after all caps is the highest there is.

    "Only the highest counts" is taken of the sum, not of each fact alone: picking by fact could move points
    under a full cap, and one more violation would then raise the score.
    """

    def fact_of(pair: tuple[Entry, Fraction]) -> str:
        return _fact(pair[0], rules.item(pair[0].code))

    ordered = sorted(active, key=lambda p: (fact_of(p), p[0].record))
    if len({fact_of(pair) for pair in ordered}) == len(ordered):
        return frozenset(entry.record for entry, _ in ordered)  # one record a fact: nothing to choose
    states: dict[State, Choice] = {(): (Fraction(0), ())}
    for _, group in groupby(ordered, key=fact_of):
        options = list(group)
        fresh: dict[State, Choice] = {}
        for state, (total, picked) in states.items():
            for entry, factor in options:
                used, gain = _take(dict(state), entry, factor, rules)
                candidate = (total + gain, (*picked, entry.record))
                if used not in fresh or _rank(candidate) > _rank(fresh[used]):
                    fresh[used] = candidate
        states = fresh
    return frozenset(max(states.values(), key=_rank)[1])


def _rank(choice: Choice) -> tuple[Fraction, list[int]]:
    """Order choices: the higher sum, then the earlier records."""
    return choice[0], [-record for record in choice[1]]


def _take(
    used: Mapping[Key, Fraction], entry: Entry, factor: Fraction, rules: RuleSet
) -> tuple[State, Fraction]:
    item = rules.item(entry.code)
    caps = limits(entry, item, rules)
    gain = item.points * factor
    for key, cap in caps.items():
        gain = min(gain, cap - used.get(key, Fraction(0)))
    after = {**used, **{key: used.get(key, Fraction(0)) + gain for key in caps}}
    return tuple(sorted(after.items())), gain
