"""The first day on which a score may be another by date alone; until then a kept one serves."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

import msgspec

from credit.domain import cycle
from credit.domain.rule_set import RuleSet
from credit.domain.score import Inputs
from market.kernel.period import local_day

DAY = timedelta(days=1)


class Spell(msgspec.Struct, frozen=True):
    """One time an enterprise manages a community; ``end`` is the first day it no longer does."""

    community: int
    start: date
    end: date | None


def first_change(inputs: Inputs, spells: Sequence[Spell], *, rules: RuleSet) -> date:
    """Return the first day after the score's own on which its date alone may change it.

    A record begins or ends to count, a project begins or ends, the time here suffices for a rating, the cycle
    ends, or the days of projects do not grow in proportion: then the mean moves every day. Never later than
    it does change; it may be earlier.
    """
    day = local_day(inputs.at)
    if not _steady(spells, day):
        return day + DAY
    return min(one for one in _turns(inputs, spells, day, rules) if one > day)


def _turns(inputs: Inputs, spells: Iterable[Spell], day: date, rules: RuleSet) -> Iterator[date]:
    yield cycle.of(day).end
    for entry in (*inputs.entries, *(e for p in inputs.projects for e in p.entries)):
        yield entry.effective_from
        if entry.expires_on is not None:
            yield entry.expires_on
    for spell in spells:
        yield spell.start
        if spell.end is not None:
            yield spell.end
    if inputs.days_here is not None:
        yield day + DAY * (rules.whole("unrated_below_days") - inputs.days_here)


def _steady(spells: Iterable[Spell], day: date) -> bool:
    """Say whether the days of all projects grow in one proportion from this day to the next."""
    half = cycle.of(day)
    days: dict[int, list[int]] = {}
    for spell in spells:
        own = days.setdefault(spell.community, [0, 0])
        for place, until in enumerate((day, day + DAY)):
            own[place] += half.days_within(spell.start, spell.end, until=until)
    grown = [pair for pair in days.values() if pair[0]]
    return all(one[0] * grown[0][1] == grown[0][0] * one[1] for one in grown)
