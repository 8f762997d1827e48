"""What would lift a grade: changes tried out with the score's own formula, each as small as it can be.

Three ways are tried: that records end early (repair or revocation), that time passes and records expire, and
that one project is evaluated better. Nothing is estimated: a way says the score and grade the formula gives
after it. Grades by fixed thresholds only; in a ranking the others decide too.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import date
from enum import StrEnum
from fractions import Fraction

import msgspec

from credit.domain import grade as grades
from credit.domain.catalogue import Flag
from credit.domain.grade import Grade
from credit.domain.points import Entry, Line
from credit.domain.rule_set import RuleSet
from credit.domain.score import FULL, Inputs, Project, Quality, Score, compute
from market.kernel.period import start_of_day

ORDER = (Grade.A, Grade.B, Grade.C, Grade.D)


class Kind(StrEnum):
    """What would change."""

    REPAIR = "repair"
    WAIT = "wait"
    EVALUATION = "evaluation"


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """One change, and what the score and grade would be after it, all else the same.

    Attributes:
        records: Records that would have to end; with any of them left the grade stays.
        on: First day on which expiry alone does it.
        community: Project whose evaluation would have to reach ``quality``, centi-points.
    """

    kind: Kind
    score: int
    grade: Grade
    records: tuple[int, ...] = ()
    on: date | None = None
    community: int | None = None
    quality: int | None = None


def better(one: Grade, than: Grade) -> bool:
    """Say whether a grade is a better letter; the unrated are neither."""
    return one in ORDER and than in ORDER and ORDER.index(one) < ORDER.index(than)


def without(inputs: Inputs, records: Collection[int]) -> Inputs:
    """Return the inputs as if some records had been repaired."""

    def rest(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        return tuple(entry for entry in entries if entry.record not in records)

    projects = tuple(msgspec.structs.replace(p, entries=rest(p.entries)) for p in inputs.projects)
    return msgspec.structs.replace(inputs, entries=rest(inputs.entries), projects=projects)


def later(inputs: Inputs, on: date) -> Inputs:
    """Return the inputs on a later day, all else the same."""
    return msgspec.structs.replace(inputs, at=start_of_day(on))


def evaluated(inputs: Inputs, community: int, quality: int) -> Inputs:
    """Return the inputs as if a project had been evaluated with so many centi-points."""

    def changed(project: Project) -> Project:
        if project.community != community:
            return project
        known = project.quality
        given = Quality(value=quality, cycle=known.cycle if known else "", evaluation=None)
        return msgspec.structs.replace(project, quality=given)

    return msgspec.structs.replace(inputs, projects=tuple(changed(p) for p in inputs.projects))


def ways(inputs: Inputs, *, rules: RuleSet) -> tuple[Way, ...]:
    """Return what would lift the grade; nothing at the best grade and for the unrated."""
    now = compute(inputs, rules=rules)

    def tried(changed: Inputs) -> Score | None:
        found = compute(changed, rules=rules)
        return found if better(found.grade, now.grade) else None

    found = [*_repair(inputs, now, tried, rules), *_wait(inputs, now, tried), *_evaluate(inputs, tried)]
    return tuple(found) if now.grade in ORDER[1:] else ()


Try = Callable[[Inputs], Score | None]


def _repair(inputs: Inputs, now: Score, tried: Try, rules: RuleSet) -> Iterator[Way]:
    """Yield repairable records whose end is enough, heaviest first, none of which can be left out."""
    may = [line for line in now.active_bad if Flag.REPAIRABLE in rules.item(line.entry.code).flags]

    def weight(line: Line) -> tuple[int, Fraction, int]:
        cap = grades.ceiling([rules.item(line.entry.code)]).grade
        return -ORDER.index(cap), -line.counted, line.entry.record

    may.sort(key=weight)
    for many in range(1, len(may) + 1):
        records = [line.entry.record for line in may[:many]]
        if tried(without(inputs, records)) is None:
            continue
        for record in list(records):
            rest = [one for one in records if one != record]
            records = rest if tried(without(inputs, rest)) is not None else records
        score = tried(without(inputs, records))
        if score is not None:
            yield Way(kind=Kind.REPAIR, records=tuple(records), score=score.published, grade=score.grade)
        return


def _wait(inputs: Inputs, now: Score, tried: Try) -> Iterator[Way]:
    """Yield the first day of expiry on which the grade is better by itself."""
    days = {line.entry.expires_on for line in now.active_bad}
    for on in sorted(day for day in days if day is not None):
        score = tried(later(inputs, on))
        if score is not None:
            yield Way(kind=Kind.WAIT, on=on, score=score.published, grade=score.grade)
            return


def _evaluate(inputs: Inputs, tried: Try) -> Iterator[Way]:
    """Yield, project by project, the least evaluation that is enough; a better one never lowers a score."""
    for project in sorted(inputs.projects, key=lambda one: one.community):
        low, high = 0, FULL
        if not project.area * project.days or tried(evaluated(inputs, project.community, high)) is None:
            continue
        while low < high:
            middle = (low + high) // 2
            if tried(evaluated(inputs, project.community, middle)) is None:
                low = middle + 1
            else:
                high = middle
        score = tried(evaluated(inputs, project.community, high))
        if score is not None:
            yield Way(
                kind=Kind.EVALUATION,
                community=project.community,
                quality=high,
                score=score.published,
                grade=score.grade,
            )
