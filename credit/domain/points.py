"""Points of one subject at one instant: which records count, how often, and under which caps.

Everything is a pure fold over entries; order of input never matters. Amounts are exact centi-points.

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

import msgspec

from credit.domain import cycle
from credit.domain.catalogue import COUNT_CAPS, CYCLE_CAPS, Flag, Item
from credit.domain.rule_set import RuleSet
from market.kernel.period import add_months, local_day

Key = tuple[str, str]
Place = tuple[date | bytes | int | str, ...]


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
    earlier: dict[str, list[Entry]] = {}
    active = []
    for entry in known:
        same = earlier.setdefault(entry.code, [])
        if entry.active(at):
            active.append((entry, _worth(entry, same, rules)))
        same.append(entry)
    bad = _count([(e, w) for e, w in active if rules.item(e.code).bad], rules)
    good = _count([(e, w) for e, w in active if not rules.item(e.code).bad], rules)
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


def _worth(entry: Entry, before: Sequence[Entry], rules: RuleSet) -> Fraction:
    """Return the factor: how many times the same item came before within the window, by distinct facts."""
    if not rules.item(entry.code).bad:
        return Fraction(1)
    window = rules.whole("repeat_window")
    earlier = {
        e.fact for e in before if e.fact != entry.fact and entry.fact_on < add_months(e.fact_on, window)
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
"""A sum, and what was picked for it as places among what may be picked."""


def _choose(active: Sequence[tuple[Entry, Fraction]], rules: RuleSet) -> frozenset[int]:
    """Pick one record for each fact so that the sum after all caps is the highest there is.

    "Only the highest counts" is taken of the sum, not of each fact alone: picking by fact could move points
    under a full cap, and one more violation would then raise the score.
    """

    def fact_of(place: int) -> str:
        entry, _ = active[place]
        return _fact(entry, rules.item(entry.code))

    if not rules.facts_by_content:
        active = sorted(active, key=lambda pair: pair[0].record)
    places = sorted(range(len(active)), key=fact_of)
    if len({fact_of(place) for place in places}) == len(places):
        return frozenset(entry.record for entry, _ in active)  # one record a fact: nothing to choose
    states: dict[State, Choice] = {(): (Fraction(0), ())}
    for _, group in groupby(places, key=fact_of):
        options = list(group)
        fresh: dict[State, Choice] = {}
        for state, (total, picked) in states.items():
            for place in options:
                used, gain = _take(dict(state), *active[place], rules)
                candidate = (total + gain, (*picked, place))
                if used not in fresh or _rank(candidate) > _rank(fresh[used]):
                    fresh[used] = candidate
        states = fresh
    return frozenset(active[place][0].record for place in max(states.values(), key=_rank)[1])


def _rank(choice: Choice) -> tuple[Fraction, list[int]]:
    """Order choices: the higher sum, then the earlier places."""
    return choice[0], [-place for place in choice[1]]


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
