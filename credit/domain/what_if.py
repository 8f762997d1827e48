"""What another rule set would do: everybody's score and grade under both, compared by kinds of enterprises.

Pure: two sides of outcomes go in, a report comes out. Shares, means and effect sizes are exact fractions; no
number is rounded and no cause is claimed. The report says what it compares and what it cannot see.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction

import msgspec

from credit.domain.fairness import effects
from credit.domain.fairness.effects import Effect, Outcome
from credit.domain.fairness.kinds import PAIRS, THRESHOLDS, Dimension
from credit.domain.grade import LETTERS
from credit.domain.rule_set import RuleSet
from credit.domain.score import Score
from credit.domain.snapshot import fraction
from market.kernel.digest import canonical, h, instant

COMPARED = ("score", "grade", "items", "records", "evaluations", "areas")
NOT_COMPARED = ("managers", "marks", "expiry", "procedure", "future", "causes")
"""What the simulation uses, and what it cannot see; each has a sentence in the catalogue."""


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """Who an enterprise is, for comparing kinds."""

    enterprise: int
    code: str
    name: str
    kinds: Mapping[Dimension, str]


class Tally(msgspec.Struct, frozen=True):
    """What an item does under a rule set: its records in force, and the points they add; below zero, take.

    Points are exact centi-points at the subject, before a project's share in its enterprise.
    """

    records: int = 0
    points: Fraction = Fraction(0)


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody's outcome under one rule set, in the order of the subjects."""

    version: int
    digest: str
    mode: str
    outcomes: Sequence[Outcome]
    items: Mapping[str, Tally]


class Mover(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise whose grade would be another."""

    code: str
    name: str
    before: Outcome
    after: Outcome


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """One group before and after; ``None`` where too few enterprises would be recognised.

    Attributes:
        before: Enterprises in each grade, in the order of the grades.
        mean_before: Mean score, exact centi-points.
    """

    dimension: Dimension
    group: str
    enterprises: int
    before: tuple[int, ...] | None
    after: tuple[int, ...] | None
    mean_before: Fraction | None
    mean_after: Fraction | None


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the fairness sheet; ``None`` where a group has too few enterprises to say anything."""

    dimension: Dimension
    first: str
    second: str
    first_enterprises: int
    second_enterprises: int
    before: Effect | None
    after: Effect | None


class ItemLine(msgspec.Struct, frozen=True, kw_only=True):
    """How much an item matters before and after."""

    code: str
    before: Tally
    after: Tally


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """Which rule set stood on one side."""

    version: int
    digest: str
    mode: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a simulation.

    Attributes:
        inputs_digest: Digest over what everybody's score was computed of.
        matrix: Enterprises by grade before (rows) and after (columns), in the order of the grades.
        movers: Who would change grade; empty in the public form, ``moved`` always counts them.
    """

    at: datetime
    before: Version
    after: Version
    inputs_digest: str
    thresholds: Mapping[str, int]
    enterprises: int
    matrix: tuple[tuple[int, ...], ...]
    moved: int
    up: int
    down: int
    movers: tuple[Mover, ...]
    groups: tuple[Group, ...]
    fairness: tuple[Comparison, ...]
    items: tuple[ItemLine, ...]

    def body(self) -> bytes:
        """Return the report as canonical JSON; equal data and rule sets give equal bytes."""
        form = msgspec.to_builtins(self, str_keys=True, enc_hook=_written)
        return canonical({**form, "at": instant(self.at), "grades": list(effects.GRADES)})

    @property
    def digest(self) -> str:
        """Digest of the body."""
        return h("credit-what-if", self.body())

    def public(self) -> "Report":
        """Return the form for everybody: without names, and without figures of groups too small to hide in.

        Scores of today bind nobody and are not public before publication; a list of movers would tell them.
        """
        least = self.thresholds["what_if_small_group"]
        hidden = {name for dimension in Dimension for name in _hidden(self.groups, dimension, least)}
        groups = tuple(
            msgspec.structs.replace(one, before=None, after=None, mean_before=None, mean_after=None)
            if (one.dimension, one.group) in hidden
            else one
            for one in self.groups
        )
        return msgspec.structs.replace(self, movers=(), groups=groups)


def _hidden(groups: Sequence[Group], dimension: Dimension, least: int) -> list[tuple[Dimension, str]]:
    """Return the groups to withhold: small ones, and the next ones until the rest tells nothing of them."""
    ordered = sorted((g for g in groups if g.dimension is dimension), key=lambda g: (g.enterprises, g.group))
    chosen: list[Group] = []
    for one in ordered:
        if one.enterprises < least or 0 < sum(g.enterprises for g in chosen) < least:
            chosen.append(one)
    return [(one.dimension, one.group) for one in chosen]


def _written(value: object) -> str:
    """Write what has no JSON form of its own: fractions, as ``n/d``."""
    if isinstance(value, Fraction):
        return fraction(value)
    raise NotImplementedError


def tally(scores: Iterable[Score]) -> dict[str, Tally]:
    """Return what each item does over all scores."""
    records: Counter[str] = Counter()
    points: dict[str, Fraction] = {}
    for one in scores:
        for fold in (one.fold, *(project.fold for project in one.projects)):
            for line in fold.lines:
                code, counted = line.entry.code, -line.counted if line.bad else line.counted
                records[code] += 1
                points[code] = points.get(code, Fraction(0)) + counted
    return {code: Tally(records[code], amount) for code, amount in points.items()}


def compare(
    subjects: Sequence[Subject], before: Side, after: Side, *, at: datetime, inputs: str, rules: RuleSet
) -> Report:
    """Return the report on two sides.

    Args:
        before: Outcomes under the rule set in force, in the order of the subjects.
        after: The same under the other one.
        inputs: Digest of what everybody's score was computed of.
        rules: The rule set in force; it draws the lines between kinds.
    """
    pairs = list(zip(before.outcomes, after.outcomes, strict=True))
    cells = Counter((old.grade, new.grade) for old, new in pairs)
    movers = [
        Mover(code=one.code, name=one.name, before=old, after=new)
        for one, (old, new) in zip(subjects, pairs, strict=True)
        if old.grade is not new.grade
    ]
    least = rules.whole("what_if_small_group")
    return Report(
        at=at,
        before=_version(before),
        after=_version(after),
        inputs_digest=inputs,
        thresholds={name: rules.whole(name) for name in THRESHOLDS},
        enterprises=len(subjects),
        matrix=tuple(tuple(cells[row, column] for column in effects.GRADES) for row in effects.GRADES),
        moved=len(movers),
        up=sum(_step(one) < 0 for one in movers),
        down=sum(_step(one) > 0 for one in movers),
        movers=tuple(sorted(movers, key=lambda one: one.code)),
        groups=tuple(_groups(subjects, pairs)),
        fairness=tuple(_fairness(subjects, pairs, least)),
        items=_items(before.items, after.items),
    )


Pairs = Sequence[tuple[Outcome, Outcome]]


def _version(side: Side) -> Version:
    return Version(version=side.version, digest=side.digest, mode=side.mode)


def _step(one: Mover) -> int:
    """Return how many letters lower; to and from unrated is neither up nor down."""
    if not {one.before.grade, one.after.grade} <= set(LETTERS):
        return 0
    return LETTERS.index(one.after.grade) - LETTERS.index(one.before.grade)


def _of(subjects: Sequence[Subject], pairs: Pairs, dimension: Dimension, group: str) -> Pairs:
    both = zip(subjects, pairs, strict=True)
    return [pair for one, pair in both if one.kinds[dimension] == group]


def _groups(subjects: Sequence[Subject], pairs: Pairs) -> Iterable[Group]:
    for dimension in Dimension:
        for group in sorted({one.kinds[dimension] for one in subjects}):
            own = _of(subjects, pairs, dimension, group)
            old, new = [pair[0] for pair in own], [pair[1] for pair in own]
            yield Group(
                dimension=dimension,
                group=group,
                enterprises=len(own),
                before=effects.counts(old),
                after=effects.counts(new),
                mean_before=effects.mean(old),
                mean_after=effects.mean(new),
            )


def _fairness(subjects: Sequence[Subject], pairs: Pairs, least: int) -> Iterable[Comparison]:
    for dimension, first, second in PAIRS:
        one, other = (_of(subjects, pairs, dimension, group) for group in (first, second))
        enough = min(len(one), len(other)) >= max(least, 1)
        sides = [
            effects.effect([p[i] for p in one], [p[i] for p in other]) if enough else None for i in (0, 1)
        ]
        yield Comparison(
            dimension=dimension,
            first=first,
            second=second,
            first_enterprises=len(one),
            second_enterprises=len(other),
            before=sides[0],
            after=sides[1],
        )


def _items(before: Mapping[str, Tally], after: Mapping[str, Tally]) -> tuple[ItemLine, ...]:
    """Return the items, those whose points change most first."""
    nothing = Tally()
    lines = [
        ItemLine(code=code, before=before.get(code, nothing), after=after.get(code, nothing))
        for code in before.keys() | after.keys()
    ]
    return tuple(
        sorted(lines, key=lambda i: (-abs(i.after.points - i.before.points), i.before.points, i.code))
    )
