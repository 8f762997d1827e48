"""A score as bytes: what was put in, what came out, the same for everybody who computes it again."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from credit.domain import points
from credit.domain.points import Entry, Fold
from credit.domain.rule_set import RuleSet
from credit.domain.score import Inputs, Project, ProjectScore, Score
from market.kernel.digest import canonical, digest, instant


def fraction(value: Fraction) -> str:
    """Write an exact number as ``n/d`` in lowest terms."""
    return f"{value.numerator}/{value.denominator}"


def _entry(entry: Entry) -> dict[str, object]:
    return {
        "code": entry.code,
        "fact": entry.fact,
        "fact_on": entry.fact_on.isoformat(),
        "effective_from": entry.effective_from.isoformat(),
        "expires_on": entry.expires_on.isoformat() if entry.expires_on else None,
        "unit": entry.unit,
    }


def _entries(entries: tuple[Entry, ...], at: datetime, rules: RuleSet) -> list[dict[str, object]]:
    known = [entry for entry in entries if entry.known(at)]
    if rules.facts_by_content:
        return [_entry(e) for e in points.ordered(known, rules=rules)]
    return [{"record": e.record, **_entry(e)} for e in sorted(known, key=lambda e: e.record)]


def _project(project: Project, at: datetime, rules: RuleSet) -> dict[str, object]:
    quality = project.quality
    return {
        "community": project.community,
        "area": project.area,
        "days": project.days,
        "evaluation": quality.evaluation if quality else None,
        "quality": quality.value if quality else None,
        "quality_cycle": quality.cycle if quality else None,
        "entries": _entries(project.entries, at, rules),
    }


def inputs_digest(inputs: Inputs, *, rules: RuleSet) -> str:
    """Return the digest of all that a score depends on; order of records and projects does not matter.

    Numbers of records are no part of it, for no score depends on them; the lines of ``body`` name them. A
    version of the rules that orders equal facts by number has the numbers in.
    """
    projects = sorted(inputs.projects, key=lambda p: p.community)
    form = {
        "enterprise": inputs.enterprise,
        "code": inputs.code,
        "at": instant(inputs.at),
        "known": instant(inputs.known or inputs.at),
        "fallen": instant(inputs.fallen or inputs.at),
        "days_here": inputs.days_here,
        "entries": _entries(inputs.entries, inputs.at, rules),
        "projects": [_project(p, inputs.at, rules) for p in projects],
    }
    return digest("credit-inputs", form)


def body(inputs: Inputs, score: Score, *, rules: RuleSet, mode: str = "absolute") -> bytes:
    """Return a snapshot's canonical bytes; equal inputs under one rule set give equal bytes."""
    return canonical(
        {
            "enterprise": inputs.enterprise,
            "code": inputs.code,
            "as_of": instant(inputs.at),
            "known": instant(inputs.known or inputs.at),
            "fallen": instant(inputs.fallen or inputs.at),
            "grade_mode": mode,
            "rule_set": rules.version,
            "rule_set_digest": rules.digest,
            "inputs_digest": inputs_digest(inputs, rules=rules),
            "score_centi": score.published,
            "tender_centi": score.tender,
            "grade": score.grade.value,
            "rated": score.rated,
            "ceiling": score.ceiling.grade.value,
            "ceiling_item": score.ceiling.code,
            "project_part": fraction(score.project_part),
            "good": fraction(score.good),
            "bad": fraction(score.fold.bad),
            "lines": _lines(score.fold),
            "projects": [_scored(p) for p in score.projects],
        }
    )


def _lines(fold: Fold) -> list[dict[str, object]]:
    return [
        {
            "record": line.entry.record,
            "code": line.entry.code,
            "points": line.points,
            "factor": fraction(line.factor),
            "counted": fraction(line.counted),
            "why": line.why,
        }
        for line in fold.lines
    ]


def _scored(project: ProjectScore) -> dict[str, object]:
    return {
        "community": project.community,
        "area": project.area,
        "days": project.days,
        "record": fraction(project.record),
        "quality": project.quality,
        "quality_assumed": project.assumed,
        "composite": fraction(project.composite),
        "lines": _lines(project.fold),
    }


def mean(values: Sequence[int]) -> Fraction:
    """Return the exact mean of published numbers."""
    return Fraction(sum(values), len(values))
