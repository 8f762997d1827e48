"""What changed between two scores of one enterprise, change by change, adding up to the difference.

Changes are put in one after the other, in this order, and each is worth what the formula gives after it less
what it gave before it:

1. the rule set, over everything as it was before;
2. records that ended, then records that came, by number, at the weights projects had before. What a step does
   to another record (its factor, its room under a cap) stands at that record; what the cap on good points or
   the bound of a project takes or leaves stands at the record of the step;
3. evaluations, at the same weights;
4. projects given up, by number; areas, by number; the days of all that stay, at once; projects taken on;
5. what the bounds of the enterprise's score take or leave, and rounding.

A step may be worth something else in another order; the sum is the same in any. All amounts are centi-points.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction

import msgspec

from credit.domain.comparison import steps
from credit.domain.comparison.steps import Step, Turn
from credit.domain.points import Fold
from credit.domain.rule_set import RuleSet
from credit.domain.score import Inputs, Score, compute, mean, project_record


class Kind(StrEnum):
    """What changed."""

    RULES = "rules"
    EXPIRED = "expired"
    ENDED = "ended"
    EARLIER = "earlier"
    CAME = "came"
    CHANGED = "changed"
    EVALUATION = "evaluation"
    GIVEN_UP = "given-up"
    AREA = "area"
    DAYS = "days"
    TAKEN_ON = "taken-on"
    WITHHELD = "withheld"
    BOUND = "bound"
    ROUNDING = "rounding"


RECORDS = frozenset(Kind(turn.value) for turn in Turn)
"""What speaks of one record, and is withheld from whoever may not see it."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change and what it does to the score.

    Attributes:
        effect: Exact centi-points.
        shown: The same in whole centi-points, settled so that all shown effects add up.
        record: Record it speaks of, with the code of its item.
        evaluation: Evaluation that counts now.
        community: Project it speaks of.
        was: Centi-points (record, evaluation), hundredths of a square metre, days or version before.
        now: The same after.
        factor_was: Factor for repeats before; ``factor_now`` after.
        many: How many it stands for, where it is a sum.
    """

    kind: Kind
    effect: Fraction
    shown: int = 0
    record: int | None = None
    item: str = ""
    evaluation: int | None = None
    community: int | None = None
    was: Fraction | None = None
    now: Fraction | None = None
    factor_was: Fraction | None = None
    factor_now: Fraction | None = None
    many: int = 1


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """A score with what it was made of and by which rules."""

    inputs: Inputs
    rules: RuleSet

    @property
    def score(self) -> Score:
        """The score of the inputs."""
        return compute(self.inputs, rules=self.rules)


def between(before: Side, after: Side, *, carried: Inputs) -> tuple[Change, ...]:
    """Return what changed, in the order of the steps; effects add up to the difference of published scores.

    Args:
        before: The earlier score.
        after: The later one.
        carried: The earlier inputs as the later rule set sees them; ``before.inputs`` under the same rules.
    """
    rules = after.rules
    old, start, end = before.score, compute(carried, rules=rules), after.score
    changes = [
        *_rules(before, old, after, start),
        *_records(carried, after.inputs, start, rules),
        *_evaluations(start, end, rules),
        *_projects(start, end, rules),
        Change(kind=Kind.BOUND, effect=(end.exact - _open(end)) - (old.exact - _open(old))),
        Change(kind=Kind.ROUNDING, effect=(end.published - end.exact) - (old.published - old.exact)),
    ]
    return settled([one for one in changes if one.effect or one.kind not in (Kind.BOUND, Kind.ROUNDING)])


def settled(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return changes with effects in whole centi-points whose sum is that of the exact ones.

    Each is cut off; what is missing in the sum goes, one by one, to those that lost the most (the earlier one
    first). So no shown effect is a whole centi-point away from its exact one.
    """
    floors = [one.effect.numerator // one.effect.denominator for one in changes]
    missing = round(sum((one.effect for one in changes), Fraction(0))) - sum(floors)
    lost = sorted(range(len(changes)), key=lambda n: (floors[n] - changes[n].effect, n))
    raised = frozenset(lost[:missing])
    return tuple(
        msgspec.structs.replace(one, shown=floors[n] + (n in raised)) for n, one in enumerate(changes)
    )


def withheld(changes: Sequence[Change], *, seen: Collection[int]) -> tuple[Change, ...]:
    """Return changes with those of records that a reader may not see as one sum in the first one's place."""
    hidden = [one for one in changes if one.kind in RECORDS and one.record not in seen]
    if not hidden:
        return tuple(changes)
    effect = sum((one.effect for one in hidden), Fraction(0))
    whole = Change(kind=Kind.WITHHELD, effect=effect, many=len(hidden))
    kept = [whole if one is hidden[0] else one for one in changes if one is hidden[0] or one not in hidden]
    return settled(kept)


def _open(score: Score) -> Fraction:
    """Return a score before the bounds of the whole."""
    return score.project_part + score.good - score.fold.bad


def _rules(before: Side, old: Score, after: Side, start: Score) -> Iterator[Change]:
    if before.rules.version != after.rules.version:
        yield Change(
            kind=Kind.RULES,
            effect=_open(start) - _open(old),
            was=Fraction(before.rules.version),
            now=Fraction(after.rules.version),
        )


def _shares(score: Score) -> Mapping[int, Fraction]:
    whole = sum(project.weight for project in score.projects)
    return {project.community: Fraction(project.weight, whole) for project in score.projects}


def _records(before: Inputs, after: Inputs, start: Score, rules: RuleSet) -> Iterator[Change]:
    def of_enterprise(fold: Fold) -> Fraction:
        return min(fold.good, rules.exact("good_cap_enterprise")) - fold.bad

    def of_project(fold: Fold) -> Fraction:
        return project_record(fold, rules=rules)

    known = steps.states(before.entries, before.at)
    own = steps.taken(
        known, steps.states(after.entries, after.at), value=of_enterprise, rules=rules, at=after.at
    )
    yield from (_change(step, Fraction(1), None) for step in own)
    shares = _shares(start)
    was = {p.community: steps.states(p.entries, before.at) for p in before.projects}
    for one in sorted(after.projects, key=lambda p: p.community):
        if one.community in shares and one.area * one.days:
            scale = shares[one.community] * (1 - rules.exact("weight_evaluation"))
            known, now = was[one.community], steps.states(one.entries, after.at)
            found = steps.taken(known, now, value=of_project, rules=rules, at=after.at)
            yield from (_change(step, scale, one.community) for step in found)


def _change(step: Step, scale: Fraction, community: int | None) -> Change:
    return Change(
        kind=Kind(step.turn.value),
        effect=step.effect * scale,
        record=step.entry.record,
        item=step.entry.code,
        community=community,
        was=step.was.counted if step.was else None,
        now=step.now.counted if step.now else None,
        factor_was=step.was.factor if step.was else None,
        factor_now=step.now.factor if step.now else None,
    )


def _evaluations(start: Score, end: Score, rules: RuleSet) -> Iterator[Change]:
    shares, was = _shares(start), {p.community: p for p in start.projects}
    for one in end.projects:
        before = was.get(one.community)
        if before is None or (before.quality, before.evaluation) == (one.quality, one.evaluation):
            continue
        weight = shares[one.community] * rules.exact("weight_evaluation")
        yield Change(
            kind=Kind.EVALUATION,
            effect=weight * (one.quality - before.quality),
            evaluation=one.evaluation,
            community=one.community,
            was=Fraction(before.quality),
            now=Fraction(one.quality),
        )


Parts = dict[int, tuple[Fraction, int, int]]
"""Project -> composite, area, days."""


def _projects(start: Score, end: Score, rules: RuleSet) -> Iterator[Change]:
    """Exchange projects, areas and days; composites of those that stay are already the later ones."""
    now: Parts = {p.community: (p.composite, p.area, p.days) for p in end.projects}
    parts: Parts = {p.community: (p.composite, p.area, p.days) for p in start.projects}
    stay = sorted(now.keys() & parts.keys())
    parts |= {community: (now[community][0], *parts[community][1:]) for community in stay}
    last = _mean(parts, rules)
    for kind, community, was, fresh in _exchanges(parts, now, stay):
        parts = fresh
        found = _mean(parts, rules)
        yield Change(
            kind=kind,
            effect=found - last,
            community=community,
            was=None if was is None else Fraction(was[0]),
            now=None if was is None else Fraction(was[1]),
            many=len(stay) if kind is Kind.DAYS else 1,
        )
        last = found


def _exchanges(
    parts: Parts, now: Parts, stay: Sequence[int]
) -> Iterator[tuple[Kind, int | None, tuple[int, int] | None, Parts]]:
    for community in sorted(parts.keys() - now.keys()):
        parts = {n: part for n, part in parts.items() if n != community}
        yield Kind.GIVEN_UP, community, None, parts
    for community in stay:
        value, area, days = parts[community]
        if area != now[community][1]:
            parts = {**parts, community: (value, now[community][1], days)}
            yield Kind.AREA, community, (area, now[community][1]), parts
    if any(parts[community][2] != now[community][2] for community in stay):
        days_was, days_now = (sum(some[n][2] for n in stay) for some in (parts, now))
        parts = {n: now[n] for n in stay}
        yield Kind.DAYS, None, (days_was, days_now), parts
    for community in sorted(now.keys() - parts.keys()):
        parts = {**parts, community: now[community]}
        yield Kind.TAKEN_ON, community, None, parts


def _mean(parts: Parts, rules: RuleSet) -> Fraction:
    """Return the project part; the neutral one without projects."""
    found = mean([(value, area * days) for value, area, days in parts.values()])
    return rules.exact("unrated_project_part") if found is None else found
