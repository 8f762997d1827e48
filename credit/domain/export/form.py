"""The public form of published ratings: what stands in it, what is withheld, and what it is bound by.

A line that everybody may see stands in full, with its salt. A minor, repaired, expired or revoked one keeps
what the sums need: points after factor and caps, what it does to the grade, and its dates rounded to cycles.
Its digest stays, so that whoever holds its salt (the enterprise) can show what it was.

``Sheet.digest`` covers each line's digest and withheld part, so it is the same before and after a line is
withheld; ``Export.digest`` covers all sheets and was logged when they were published. All points are
centi-points.
"""

from collections.abc import Collection
from datetime import date

import msgspec

from credit.domain import cycle
from credit.domain.grade import Grade
from market.kernel.digest import digest, h

FORMAT = "market-credit-export/1"


class Shown(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What of a line stands there only while everybody may see it.

    Attributes:
        table: Points of the item, before factor and caps.
        why: ``""``, ``"same-fact"`` or ``"cap"`` when less counts than points times factor.
        begins: First day it counts.
        ends: First day it no longer counts; ``None`` while an outside list holds it.
        salt: With it anybody computes the line's digest.
    """

    record: int
    item: str
    table: int
    factor: str
    why: str
    begins: str
    ends: str | None
    salt: str


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One counted record.

    Attributes:
        points: What counts, after factor, one-count-per-fact and caps; exact, ``n/d``.
        ceiling: Best grade it leaves open by itself.
        grave: Very serious; two of them are a D.
        begins: Cycle of its first day.
        ends: Cycle of the first day it no longer counts.
        shown: ``None`` when the line is withheld.
    """

    bad: bool
    points: str
    ceiling: Grade
    grave: bool
    begins: str
    ends: str | None
    digest: str
    shown: Shown | None


class Project(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One project: all that its composite is made of.

    Attributes:
        project: Pseudonym in this publication.
        area: Hundredths of a square metre.
        quality: ``Q_p``; ``assumed`` says that it is no evaluation of the last cycle.
        record: ``S_p``; exact.
        composite: ``C_p``; exact.
    """

    project: str
    area: int
    days: int
    quality: int
    assumed: bool
    record: str
    composite: str
    lines: tuple[Line, ...]


class Sheet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One enterprise's published rating.

    Attributes:
        snapshot: Digest of the snapshot's bytes, which the enterprise and its authorities may read.
        good: Good points after the cap of the enterprise.
        project_part: ``PC``; exact.
    """

    code: str
    snapshot: str
    score_centi: int
    tender_centi: int
    grade: Grade
    rated: bool
    ceiling: Grade
    project_part: str
    good: str
    bad: str
    lines: tuple[Line, ...]
    projects: tuple[Project, ...]
    digest: str = ""


class Rules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rule set, whole: its digest covers every cell.

    Attributes:
        tables: Table -> rows -> cells that are not empty.
    """

    version: int
    digest: str
    tables: dict[str, list[dict[str, str]]]


class Export(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A publication: everybody's rating of a cycle, or one enterprise's between two.

    Attributes:
        cycle: ``None`` between two cycles.
        whole: ``False`` where it is one enterprise's part of a cycle; a ranking needs everybody.
        mode: How scores became letters: ``absolute`` or ``quota``.
    """

    format: str
    cycle: str | None
    whole: bool
    as_of: str
    published_at: str
    legal_basis: str
    mode: str
    rules: Rules
    sheets: tuple[Sheet, ...]
    digest: str = ""


def half(day: str) -> str:
    """Return the cycle of a day."""
    return cycle.of(date.fromisoformat(day)).name


def digest_of_line(line: Line, shown: Shown) -> str:
    """Return what binds a line; without the salt nobody guesses what lies behind it."""
    return digest(
        "credit-line",
        {
            **{name: getattr(shown, name) for name in shown.__struct_fields__},
            "bad": line.bad,
            "points": line.points,
            "ceiling": line.ceiling.value,
            "grave": line.grave,
        },
    )


def salt_of_line(salt: str, record: int) -> str:
    """Return a line's salt from the publication's secret one."""
    return digest("credit-line-salt", {"salt": salt, "record": record})


def pseudonym(salt: str, community: int) -> str:
    """Return a project's name in one publication; nobody links it to another one without the salt."""
    return digest("credit-project", {"salt": salt, "community": community})[:16]


def _kept(line: Line) -> list[object]:
    """Return what stays of a line when it is withheld."""
    return [line.digest, line.bad, line.points, line.ceiling.value, line.grave, line.begins, line.ends]


def digest_of_sheet(sheet: Sheet) -> str:
    """Return what binds a sheet, whatever of its lines is withheld."""
    plain = {name: getattr(sheet, name) for name in sheet.__struct_fields__ if name != "digest"}
    projects = [
        {
            **{name: getattr(project, name) for name in project.__struct_fields__},
            "lines": [_kept(line) for line in project.lines],
        }
        for project in sheet.projects
    ]
    lines = [_kept(line) for line in sheet.lines]
    grades = {"grade": sheet.grade.value, "ceiling": sheet.ceiling.value}
    return digest("credit-sheet", {**plain, **grades, "lines": lines, "projects": projects})


def digest_of_export(export: Export) -> str:
    """Return what binds a publication; it stands in the audit log."""
    return digest(
        "credit-export",
        {
            "format": export.format,
            "cycle": export.cycle,
            "whole": export.whole,
            "as_of": export.as_of,
            "published_at": export.published_at,
            "legal_basis": export.legal_basis,
            "mode": export.mode,
            "version": export.rules.version,
            "rules": export.rules.digest,
            "sheets": [[sheet.code, sheet.digest] for sheet in export.sheets],
        },
    )


def digest_of_snapshot(body: bytes) -> str:
    """Return the digest of a snapshot's bytes."""
    return h("credit-snapshot", body)


def withhold(sheet: Sheet, *, seen: Collection[int]) -> Sheet:
    """Return a sheet with every line withheld whose record is not among those everybody may see."""

    def keep(lines: tuple[Line, ...]) -> tuple[Line, ...]:
        return tuple(
            line
            if line.shown is None or line.shown.record in seen
            else msgspec.structs.replace(line, shown=None)
            for line in lines
        )

    projects = tuple(msgspec.structs.replace(p, lines=keep(p.lines)) for p in sheet.projects)
    return msgspec.structs.replace(sheet, lines=keep(sheet.lines), projects=projects)
