"""Computing an export again, from itself and its rule set alone; the first difference is named by its place.

What cannot be computed from public data is taken as written and only bound by the digests: how often an item
came before (the factor of a line), which record of one fact counts, whether an enterprise is rated, and what
lies behind a withheld line.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

import msgspec

from credit.domain import rating, rule_set, score
from credit.domain.catalogue import Severity
from credit.domain.cells.cell import CatalogueError
from credit.domain.export import form
from credit.domain.export.form import Export, Line, Project, Sheet, Shown
from credit.domain.grade import (
    LETTERS,
    TWO_VERY_SERIOUS,
    Ceiling,
    Grade,
    Ranked,
    absolute,
    by_quota,
    ceiling,
    settle,
    worse,
)
from credit.domain.rule_set import RuleSet
from credit.domain.rules import sheet
from credit.domain.rules.sheet import Table
from credit.domain.snapshot import fraction
from market.kernel.digest import digest
from market.kernel.share import clamp, half_even

JURISDICTION = "110000"
ANY_DAY = date.min


class Difference(msgspec.Struct, frozen=True):
    """One place where what is written is not what follows."""

    place: str
    written: str
    follows: str

    def __str__(self) -> str:
        return f"{self.place}: {self.written} is written, {self.follows} follows"


def first_difference(export: Export, *, logged: str = "") -> Difference | None:
    """Return the first difference, or ``None`` when everything follows.

    Args:
        logged: The digest as the site or the audit log shows it; a file alone can only agree with itself.
    """
    return next(differences(export, logged=logged), None)


def differences(export: Export, *, logged: str = "") -> Iterator[Difference]:
    """Yield every difference, the most telling places first."""
    yield from _same("format", export.format, form.FORMAT)
    try:
        rules = rule_set.load(
            version=export.rules.version,
            sheets=sheet.of_rows({Table(name): rows for name, rows in export.rules.tables.items()}),
            effective_from=ANY_DAY,
            jurisdiction=JURISDICTION,
        )
    except (CatalogueError, ValueError) as problem:
        yield Difference("rules.tables", "a cell", f"one that can be read ({problem})")
        return
    yield from _same("rules.digest", export.rules.digest, digest("credit-rule-set", export.rules.tables))
    yield from _same("mode", export.mode, _mode(export, rules))
    codes = [one.code for one in export.sheets]
    yield from _same("sheets", codes, sorted(set(codes)))
    for one in export.sheets:
        yield from _sheet(one, rules)
    yield from _grades(export, rules)
    for one in export.sheets:
        yield from _same(f"{one.code}.digest", one.digest, form.digest_of_sheet(one))
    yield from _same("digest", export.digest, form.digest_of_export(export))
    if logged:
        yield from _same("digest in the log", logged, export.digest)


def _same(place: str, written: object, follows: object) -> Iterator[Difference]:
    if written != follows:
        yield Difference(place, str(written), str(follows))


def _mode(export: Export, rules: RuleSet) -> str:
    return rating.Mode.ABSOLUTE.value if export.cycle is None else rating.mode(rules).value


def _exact(place: str, written: str) -> Fraction:
    try:
        value = Fraction(written)
    except (ValueError, ZeroDivisionError):
        raise _UnreadableError(Difference(place, written, "a fraction n/d")) from None
    if fraction(value) != written:
        raise _UnreadableError(Difference(place, written, fraction(value)))
    return value


class _UnreadableError(Exception):
    """An amount cannot be read; nothing below it can be computed."""

    def __init__(self, difference: Difference) -> None:
        super().__init__(str(difference))
        self.difference = difference


def _sheet(sheet: Sheet, rules: RuleSet) -> Iterator[Difference]:
    try:
        yield from _lines(sheet.code, sheet.lines, rules)
        for one in sheet.projects:
            yield from _lines(f"{sheet.code}.{one.project}", one.lines, rules)
            yield from _project(f"{sheet.code}.{one.project}", one, rules)
        yield from _enterprise(sheet, rules)
    except _UnreadableError as problem:
        yield problem.difference


def _sum(place: str, lines: Sequence[Line], *, bad: bool) -> Fraction:
    return sum(
        (_exact(f"{place}.{x.digest[:12]}.points", x.points) for x in lines if x.bad is bad), Fraction(0)
    )


def _record(place: str, project: Project, rules: RuleSet, *, with_good: bool = True) -> Fraction:
    """Return ``S_p`` from the project's lines."""
    good = min(_sum(place, project.lines, bad=False), rules.exact("good_cap_project"))
    start = rules.exact("base") + (good if with_good else 0)
    return clamp(start - _sum(place, project.lines, bad=True), 0, score.PROJECT_TOP)


def _project(place: str, project: Project, rules: RuleSet) -> Iterator[Difference]:
    if not (0 <= project.quality <= score.FULL and project.area > 0 and project.days > 0):
        yield Difference(place, "a number", "one within its bounds")
    record = _record(place, project, rules)
    yield from _same(f"{place}.record", project.record, fraction(record))
    composite = score.composite(project.quality, record, rules=rules)
    yield from _same(f"{place}.composite", project.composite, fraction(composite))


def _enterprise(sheet: Sheet, rules: RuleSet) -> Iterator[Difference]:
    place, weights = sheet.code, [one.area * one.days for one in sheet.projects]
    bad = _sum(place, sheet.lines, bad=True)
    good = min(_sum(place, sheet.lines, bad=False), rules.exact("good_cap_enterprise"))
    yield from _same(f"{place}.bad", sheet.bad, fraction(bad))
    yield from _same(f"{place}.good", sheet.good, fraction(good))
    means = []
    for with_good in (True, False):
        parts = [
            score.composite(
                one.quality,
                _record(f"{place}.{one.project}", one, rules, with_good=with_good),
                rules=rules,
            )
            for one in sheet.projects
        ]
        found = score.mean(list(zip(parts, weights, strict=True)))
        means.append(rules.exact("unrated_project_part") if found is None else found)
    yield from _same(f"{place}.project_part", sheet.project_part, fraction(means[0]))
    published = half_even(score.enterprise(means[0], good=good, bad=bad))
    tender = half_even(score.enterprise(means[1], good=Fraction(0), bad=bad))
    yield from _same(f"{place}.score_centi", sheet.score_centi, published)
    yield from _same(f"{place}.tender_centi", sheet.tender_centi, tender)
    yield from _same(f"{place}.ceiling", sheet.ceiling.value, _ceiling(_bad(sheet)).value)
    if sheet.rated and not sheet.projects:
        yield Difference(f"{place}.rated", "rated", "unrated without projects")


def _bad(sheet: Sheet) -> list[Line]:
    own = [*sheet.lines, *(line for one in sheet.projects for line in one.lines)]
    return [line for line in own if line.bad]


def _ceiling(bad: Sequence[Line]) -> Grade:
    lowest = Grade.A
    for line in bad:
        lowest = worse(lowest, line.ceiling)
    return Grade.D if sum(line.grave for line in bad) >= TWO_VERY_SERIOUS else lowest


def _grades(export: Export, rules: RuleSet) -> Iterator[Difference]:
    """Yield the grades that do not follow from all scores by the mode."""
    letters = {one.code: absolute(one.score_centi, rules=rules) for one in export.sheets}
    if export.mode == rating.Mode.QUOTA.value:
        if not export.whole:
            return  # a ranking needs everybody
        ranked = [
            Ranked(
                code=one.code,
                score=one.score_centi,
                bad_items=len(_bad(one)),
                weight=sum(project.area * project.days for project in one.projects),
            )
            for one in export.sheets
            if one.rated
        ]
        letters = {one.code: Grade.D for one in export.sheets} | dict(by_quota(ranked, rules=rules))
    for one in export.sheets:
        if one.ceiling not in LETTERS:
            continue  # named by its own place
        grade = settle(letters[one.code], Ceiling(grade=one.ceiling), rated=one.rated)
        yield from _same(f"{one.code}.grade", one.grade.value, grade.value)


def _lines(place: str, lines: Sequence[Line], rules: RuleSet) -> Iterator[Difference]:
    for line in lines:
        where = f"{place}.{line.digest[:12]}"
        if line.ceiling not in LETTERS:
            raise _UnreadableError(Difference(f"{where}.ceiling", line.ceiling.value, "a letter"))
        if line.shown is not None:
            yield from _shown(where, line, line.shown, rules)
        elif not line.bad and (line.grave or line.ceiling is not Grade.A):
            yield Difference(f"{where}.ceiling", line.ceiling.value, "A, for good points bar no grade")
    for code in sorted({x.shown.item for x in lines if x.shown is not None}):
        yield from _cap(
            place, code, [x for x in lines if x.shown is not None and x.shown.item == code], rules
        )


def _shown(where: str, line: Line, shown: Shown, rules: RuleSet) -> Iterator[Difference]:
    item = rules.by_code.get(shown.item)
    if item is None:
        yield Difference(f"{where}.item", shown.item, "an item of the rule set")
        return
    limit = ceiling([item]).grade if item.bad else Grade.A
    facts = (
        ("bad", line.bad, item.bad),
        ("table", shown.table, item.points),
        ("ceiling", line.ceiling.value, limit.value),
        ("grave", line.grave, item.severity is Severity.VERY_SERIOUS),
    )
    for name, written, follows in facts:
        yield from _same(f"{where}.{name}", written, follows)
    factor = _exact(f"{where}.factor", shown.factor)
    if factor not in (rules.repeat_factors if item.bad else (Fraction(1),)):
        yield Difference(f"{where}.factor", shown.factor, "a factor of the rule set")
    yield from _counted(where, line, shown, item.points * factor)
    yield from _days(where, line, shown)
    yield from _same(f"{where}.digest", line.digest, form.digest_of_line(line, shown))


def _counted(where: str, line: Line, shown: Shown, full: Fraction) -> Iterator[Difference]:
    points = _exact(f"{where}.points", line.points)
    match shown.why:
        case "":
            yield from _same(f"{where}.points", line.points, fraction(full))
        case "same-fact":
            yield from _same(f"{where}.points", line.points, fraction(Fraction(0)))
        case "cap" if 0 <= points < full:
            pass
        case _:
            yield Difference(f"{where}.why", f"{shown.why} for {line.points}", f"less than {fraction(full)}")


def _days(where: str, line: Line, shown: Shown) -> Iterator[Difference]:
    try:
        begins, ends = form.half(shown.begins), form.half(shown.ends) if shown.ends else None
    except ValueError:
        yield Difference(f"{where}.begins", f"{shown.begins} {shown.ends}", "days")
        return
    yield from _same(f"{where}.begins", line.begins, begins)
    yield from _same(f"{where}.ends", line.ends, ends)


def _cap(place: str, code: str, lines: Sequence[Line], rules: RuleSet) -> Iterator[Difference]:
    """Yield an item whose shown lines alone take more than the cap of the item."""
    item = rules.by_code.get(code)
    if item is None or not item.bad:
        return
    cap = rules.exact("item_cap_factor") * item.points
    taken = _sum(place, lines, bad=True)
    if taken > cap:
        yield Difference(f"{place}.{code}", fraction(taken), f"at most {fraction(cap)}")
