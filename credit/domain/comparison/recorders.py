"""Who records unusually much or little: a district or street beside its peers.

Two questions, two statistics, both exact:

- How often does a recorder deduct? Records (and points of the item table) of a half-year for each unit of its
  base, beside the median of its peers' rates. The median is not moved by the one that stands out.
- Does it use an item more often than others do? Its records of the item beside what the peers' share of that
  item would give among its records. Most recorders never use most items, so a median would be nothing.

A recorder stands out where it lies beyond a ratio and outside a limit that widens with small numbers, as in a
funnel plot: the square of the distance is more than a number of standard deviations, squared, times the
expected number. The expected number taken for the limit is never below ``recorder_few``; where both numbers
lie below it, nothing is said. No square root is taken, so nothing is rounded.

Whoever stands out is looked at; that alone proves nothing.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction

import msgspec

from credit.domain.rule_set import RuleSet

THOUSAND = 1000


class Base(StrEnum):
    """What records are counted against."""

    HOUSEHOLDS = "households"
    INSPECTED = "inspected"

    @property
    def unit(self) -> int:
        """Of how many a rate speaks: a thousand households, one inspected project."""
        return THOUSAND if self is Base.HOUSEHOLDS else 1


class Verdict(StrEnum):
    """What the numbers say."""

    MANY = "many"
    FEW = "few"
    NEAR = "near"
    UNSURE = "unsure"
    NO_BASE = "no-base"
    NO_PEERS = "no-peers"


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What one recorder decided in a half-year.

    Attributes:
        recorder: Code of its division.
        points: Centi-points of the item table, before factors and caps: those depend on the enterprise's
            other records, not on the recorder.
        revoked: How many of the records were revoked since.
        items: Item -> records.
        bases: Households of managed projects in the division, and projects it inspected.
    """

    recorder: str
    records: int = 0
    points: int = 0
    revoked: int = 0
    items: Mapping[str, int] = {}
    bases: Mapping[Base, int] = {}


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """One recorder beside its peers.

    Attributes:
        base: Households, or inspected projects.
        rate: Records for each unit; ``None`` without a base.
        points_rate: Centi-points for each unit.
        peers: Median of the peers' rates; ``None`` without peers.
        peers_points: Median of the peers' points rates.
        ratio: ``rate`` for each ``peers``; ``None`` where that is nothing.
    """

    tally: Tally
    base: int
    rate: Fraction | None
    points_rate: Fraction | None
    peers: Fraction | None
    peers_points: Fraction | None
    ratio: Fraction | None
    verdict: Verdict


class ItemUse(msgspec.Struct, frozen=True, kw_only=True):
    """An item a recorder uses unusually often or seldom.

    Attributes:
        expected: Its records of the item if it used it as often as all peers together do.
        ratio: ``None`` where no peer uses it.
    """

    recorder: str
    item: str
    records: int
    expected: Fraction
    ratio: Fraction | None
    verdict: Verdict


def beside(tallies: Sequence[Tally], base: Base, *, rules: RuleSet) -> list[Beside]:
    """Return every recorder of one level beside all others of it, the highest rate first.

    A recorder without a base is no peer: it had nothing to record about.
    """
    rates = {one.recorder: _rate(one, one.records, base) for one in tallies}
    points = {one.recorder: _rate(one, one.points, base) for one in tallies}
    medians, points_medians = _Medians(rates), _Medians(points)
    found = []
    for one in tallies:
        rate, peers = rates[one.recorder], medians.without(one.recorder)
        found.append(
            Beside(
                tally=one,
                base=one.bases.get(base, 0),
                rate=rate,
                points_rate=points[one.recorder],
                peers=peers,
                peers_points=points_medians.without(one.recorder),
                ratio=rate / peers if rate is not None and peers else None,
                verdict=_verdict(one, rate, peers, base, rules=rules),
            )
        )
    return sorted(found, key=lambda b: (b.rate is None, -(b.rate or 0), b.tally.recorder))


def _verdict(
    tally: Tally, rate: Fraction | None, peers: Fraction | None, base: Base, *, rules: RuleSet
) -> Verdict:
    if rate is None:
        return Verdict.NO_BASE
    if peers is None:
        return Verdict.NO_PEERS
    return judge(tally.records, peers * tally.bases[base] / base.unit, rules=rules)


def uses(tallies: Sequence[Tally], *, rules: RuleSet) -> list[ItemUse]:
    """Return the items that recorders of one level use unusually often or seldom, the farthest first."""
    together: dict[str, int] = {}
    for one in tallies:
        for item, records in one.items.items():
            together[item] = together.get(item, 0) + records
    whole = sum(together.values())
    found = []
    for one in tallies:
        own = sum(one.items.values())
        if own == whole:
            continue
        for item, every in together.items():
            records = one.items.get(item, 0)
            expected = Fraction(own * (every - records), whole - own)
            verdict = judge(records, expected, rules=rules)
            if verdict in (Verdict.MANY, Verdict.FEW):
                ratio = records / expected if expected else None
                found.append(
                    ItemUse(
                        recorder=one.recorder,
                        item=item,
                        records=records,
                        expected=expected,
                        ratio=ratio,
                        verdict=verdict,
                    )
                )
    return sorted(found, key=lambda u: (-abs(u.records - u.expected), u.recorder, u.item))


def judge(records: int, expected: Fraction, *, rules: RuleSet) -> Verdict:
    """Say whether a number of records stands out from the expected one."""
    few, ratio = rules.whole("recorder_few"), rules.exact("recorder_ratio")
    if records < few and expected < few:
        return Verdict.UNSURE
    far = (records - expected) ** 2 > rules.exact("recorder_limit") ** 2 * max(expected, Fraction(few))
    if far and records >= ratio * expected:
        return Verdict.MANY
    if far and records * ratio <= expected:
        return Verdict.FEW
    return Verdict.NEAR


def _rate(tally: Tally, number: int, base: Base) -> Fraction | None:
    whole = tally.bases.get(base, 0)
    return Fraction(number * base.unit, whole) if whole else None


class _Medians:
    """The median of all others of a level that have a rate, each found from one sorted list."""

    def __init__(self, rates: Mapping[str, Fraction | None]) -> None:
        ordered = sorted((rate, name) for name, rate in rates.items() if rate is not None)
        self.rates = [rate for rate, _ in ordered]
        self.places = {name: place for place, (_, name) in enumerate(ordered)}

    def without(self, name: str) -> Fraction | None:
        """Return the median without one; ``None`` where nobody else is left."""
        left = self.places.get(name, len(self.rates))
        many = len(self.rates) - (name in self.places)
        if not many:
            return None
        middle = ((many - 1) // 2, many // 2)
        return sum((self.rates[at + (at >= left)] for at in middle), Fraction(0)) / len(middle)
