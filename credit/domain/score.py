"""Scores of projects, managers and enterprises: a fold over inputs, exact until publication.

All amounts are centi-points. The evaluation of a project arrives rounded (it was published); the enterprise's
score is rounded once, half to even, when it is published; everything between is an exact fraction.
"""

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import ClassVar

import msgspec

from credit.domain import cycle, grade, points
from credit.domain.grade import Ceiling, Grade
from credit.domain.points import Entry, Fold, Line
from credit.domain.rule_set import RuleSet
from market.kernel.errors import InvalidInputError
from market.kernel.period import local_day
from market.kernel.share import clamp, half_even

FULL = 10_000
PROJECT_TOP = 11_000
ENTERPRISE_TOP = 11_500
TENDER_POINTS = 1_000
"""Centi-points of the credit part of a tender at full score: ten of a hundred points (docs/rules.md)."""


class QualityRangeError(InvalidInputError):
    """An evaluation lies between 0 and 100."""

    code: ClassVar[str] = "credit-quality-range"


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """A project's last published evaluation, centi-points; ``None`` when it never had one."""

    value: int
    cycle: str
    evaluation: int | None = None


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """One residential area an enterprise manages, as the score sees it.

    Attributes:
        area: Managed floor area, hundredths of a square metre.
        days: Days managed in the cycle up to the day of the score.
    """

    community: int
    area: int
    days: int
    quality: Quality | None
    entries: tuple[Entry, ...] = ()


class Inputs(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a score is computed from; nothing else can change it.

    Attributes:
        enterprise: Organisation id.
        code: Unified social credit code.
        days_here: Days since the first project here; ``None`` without any.
        known: Instant the decisions were known by, where it is not ``at``.
        fallen: Instant by which repaired and revoked records are left out, where it is not ``at``.
    """

    enterprise: int
    code: str
    at: datetime
    days_here: int | None
    entries: tuple[Entry, ...]
    projects: tuple[Project, ...]
    known: datetime | None = None
    fallen: datetime | None = None


class ProjectScore(msgspec.Struct, frozen=True, kw_only=True):
    """One project's share.

    Attributes:
        record: ``S_p``, from records; exact.
        quality: ``Q_p``.
        assumed: Never evaluated (80), or carried on from an older cycle than the last; shown with a flag.
        composite: ``C_p``.
        weight: Area times days.
    """

    community: int
    fold: Fold
    good: Fraction
    record: Fraction
    quality: int
    assumed: bool
    evaluation: int | None
    cycle: str
    composite: Fraction
    area: int
    days: int

    @property
    def weight(self) -> int:
        """Area times days, what the mean is weighted by."""
        return self.area * self.days


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise's score at an instant, with all it was made of.

    Attributes:
        project_part: ``PC``; exact.
        exact: Score before rounding.
        published: ``E``, centi-points, half to even.
        tender: ``E_tender``: negative items and evaluations only.
        rated: ``False`` without projects here, or with too short a time here.
    """

    fold: Fold
    good: Fraction
    projects: tuple[ProjectScore, ...]
    project_part: Fraction
    exact: Fraction
    published: int
    tender: int
    rated: bool
    ceiling: Ceiling
    grade: Grade

    @property
    def active_bad(self) -> tuple[Line, ...]:
        """Lines of the bad records that are active, own and projects'."""
        own = self.fold.lines + tuple(line for p in self.projects for line in p.fold.lines)
        return tuple(line for line in own if line.bad)


def project_record(fold: Fold, *, rules: RuleSet, with_good: bool = True) -> Fraction:
    """Return ``S_p = clamp(100 + min(good, 10) - bad, 0, 110)``."""
    good = min(fold.good, rules.exact("good_cap_project")) if with_good else Fraction(0)
    return clamp(rules.exact("base") + good - fold.bad, 0, PROJECT_TOP)


def composite(quality: int, record: Fraction, *, rules: RuleSet) -> Fraction:
    """Return ``C_p = w * Q_p + (1 - w) * S_p``."""
    weight = rules.exact("weight_evaluation")
    return weight * quality + (1 - weight) * record


def mean(parts: Sequence[tuple[Fraction, int]]) -> Fraction | None:
    """Return ``PC``, the mean of composites weighted by area times days; ``None`` without weight."""
    whole = sum(weight for _, weight in parts)
    return sum((value * weight for value, weight in parts), Fraction(0)) / whole if whole else None


def enterprise(part: Fraction, *, good: Fraction, bad: Fraction) -> Fraction:
    """Return ``E = clamp(PC + good - bad, 0, 115)``; ``good`` is already capped."""
    return clamp(part + good - bad, 0, ENTERPRISE_TOP)


def tender_part(published: int, *, rules: RuleSet, full: int = TENDER_POINTS) -> int:
    """Return the centi-points a score brings in a tender: ``full * clamp((E-60)/40, 0, 1)``, half-even."""
    floor, top = rules.exact("tender_floor"), rules.exact("tender_ceiling")
    return half_even(full * clamp((published - floor) / (top - floor), 0, 1))


def manager(own: Fold, projects: Sequence[Fold], *, rules: RuleSet) -> Fraction:
    """Return ``M``: own records, and half of what the projects lost while the manager was in charge (YC).

    Args:
        projects: One fold for each project over the records of facts in the time of charge.
    """
    good = min(own.good, rules.exact("good_cap_manager"))
    shared = rules.exact("manager_share_of_project") * sum((p.bad for p in projects), Fraction(0))
    return clamp(rules.exact("base") + good - own.bad - shared, 0, PROJECT_TOP)


def compute(inputs: Inputs, *, rules: RuleSet) -> Score:
    """Return an enterprise's score and grade with everything they rest on.

    Raises:
        QualityRangeError: A published evaluation lies outside 0..100.
    """
    fold = points.fold(inputs.entries, rules=rules, at=inputs.at)
    good = min(fold.good, rules.exact("good_cap_enterprise"))
    ordered = sorted((p for p in inputs.projects if p.area * p.days), key=lambda p: p.community)
    projects = tuple(_project(p, inputs.at, rules) for p in ordered)
    part = mean([(p.composite, p.weight) for p in projects])
    bare = mean([(_without_good(p, rules), p.weight) for p in projects])
    rated = part is not None and (inputs.days_here or 0) >= rules.whole("unrated_below_days")
    fallback = rules.exact("unrated_project_part")
    part, bare = (fallback, fallback) if part is None or bare is None else (part, bare)
    exact = enterprise(part, good=good, bad=fold.bad)
    published = half_even(exact)
    lines = (*fold.lines, *(line for p in projects for line in p.fold.lines))
    limit = grade.ceiling([i for i in (rules.item(line.entry.code) for line in lines) if i.bad])
    return Score(
        fold=fold,
        good=good,
        projects=projects,
        project_part=part,
        exact=exact,
        published=published,
        tender=half_even(enterprise(bare, good=Fraction(0), bad=fold.bad)),
        rated=rated,
        ceiling=limit,
        grade=grade.settle(grade.absolute(published, rules=rules), limit, rated=rated),
    )


def _without_good(project: ProjectScore, rules: RuleSet) -> Fraction:
    return composite(project.quality, project_record(project.fold, rules=rules, with_good=False), rules=rules)


def _project(project: Project, at: datetime, rules: RuleSet) -> ProjectScore:
    fold = points.fold(project.entries, rules=rules, at=at)
    record = project_record(fold, rules=rules)
    known = project.quality
    running = cycle.of(local_day(at))
    value = rules.whole("unevaluated_project") if known is None else known.value
    if not 0 <= value <= FULL:
        raise QualityRangeError("an evaluation lies between 0 and 100", field="quality")
    return ProjectScore(
        community=project.community,
        fold=fold,
        good=min(fold.good, rules.exact("good_cap_project")),
        record=record,
        quality=value,
        assumed=known is None or known.cycle not in (running.name, cycle.before(running).name),
        evaluation=None if known is None else known.evaluation,
        cycle="" if known is None else known.cycle,
        composite=composite(value, record, rules=rules),
        area=project.area,
        days=project.days,
    )


def days_in_cycle(start: date, end: date | None, *, at: datetime) -> int:
    """Return the days of an assignment in the running cycle up to and with the day of the score."""
    day = local_day(at)
    return cycle.of(day).days_within(start, end, until=day)
