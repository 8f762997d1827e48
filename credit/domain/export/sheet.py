"""Making the public form out of a published snapshot's bytes and the days its records run."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from credit.domain.catalogue import Severity
from credit.domain.export import form
from credit.domain.export.form import Export, Line, Project, Sheet, Shown
from credit.domain.grade import Grade, ceiling
from credit.domain.rule_set import RuleSet

Days = Mapping[int, tuple[date, date | None]]
"""Record -> first day it counts, and the first it no longer does."""


def sheet(body: bytes, *, days: Days, salt: str, rules: RuleSet) -> Sheet:
    """Return an enterprise's sheet with nothing withheld.

    Args:
        body: The snapshot's canonical bytes.
        salt: The publication's secret salt.
        rules: The rule set the snapshot was computed by.
    """
    told: Any = msgspec.json.decode(body)

    def lines(written: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
        made = [_line(one, days=days, salt=salt, rules=rules) for one in written]
        return tuple(sorted(made, key=lambda line: line.digest))

    projects = [
        Project(
            project=form.pseudonym(salt, one["community"]),
            area=one["area"],
            days=one["days"],
            quality=one["quality"],
            assumed=one["quality_assumed"],
            record=one["record"],
            composite=one["composite"],
            lines=lines(one["lines"]),
        )
        for one in told["projects"]
    ]
    made = Sheet(
        code=told["code"],
        snapshot=form.digest_of_snapshot(body),
        score_centi=told["score_centi"],
        tender_centi=told["tender_centi"],
        grade=Grade(told["grade"]),
        rated=told["rated"],
        ceiling=Grade(told["ceiling"]),
        project_part=told["project_part"],
        good=told["good"],
        bad=told["bad"],
        lines=lines(told["lines"]),
        projects=tuple(sorted(projects, key=lambda project: project.project)),
    )
    return msgspec.structs.replace(made, digest=form.digest_of_sheet(made))


def _line(told: Mapping[str, Any], *, days: Days, salt: str, rules: RuleSet) -> Line:
    item = rules.item(told["code"])
    begins, ends = days[told["record"]]
    shown = Shown(
        record=told["record"],
        item=item.code,
        table=told["points"],
        factor=told["factor"],
        why=told["why"],
        begins=begins.isoformat(),
        ends=ends.isoformat() if ends else None,
        salt=form.salt_of_line(salt, told["record"]),
    )
    line = Line(
        bad=item.bad,
        points=told["counted"],
        ceiling=ceiling([item]).grade if item.bad else Grade.A,
        grave=item.severity is Severity.VERY_SERIOUS,
        begins=form.half(shown.begins),
        ends=form.half(shown.ends) if shown.ends else None,
        digest="",
        shown=shown,
    )
    return msgspec.structs.replace(line, digest=form.digest_of_line(line, shown))


def export(head: Export, sheets: Sequence[Sheet]) -> Export:
    """Return a publication of sheets, in the order of social credit codes, with its digest."""
    ordered = tuple(sorted(sheets, key=lambda one: one.code))
    made = msgspec.structs.replace(head, sheets=ordered)
    return msgspec.structs.replace(made, digest=form.digest_of_export(made))
