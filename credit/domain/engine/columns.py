"""Columns: records and projects of everybody, sorted once, so that any rule set is a few passes over them.

Everything is a 64-bit integer. Facts are told apart by their whole SHA-256; two records of one fact in one
subject are found here. Where columns alone cannot tell points (``Prepared.hard``), the exact engine folds.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from credit.domain.catalogue import Flag, Subject
from credit.domain.rule_set import RuleSet
from market.kernel.errors import InvalidInputError

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NEVER = date.max.toordinal()
"""End of a record that has none."""

WORD = 2**63

MIXER = 0x9E3779B97F4A7C1
"""An odd number that spreads subjects over words; it decides nothing."""


class ColumnOrderError(InvalidInputError):
    """Columns come sorted: projects by enterprise and community, once each."""

    code: ClassVar[str] = "credit-column-order"


class Records(msgspec.Struct, frozen=True, kw_only=True):
    """Decided records that neither fell nor were repaired, in any order.

    Attributes:
        record: Number of the record.
        enterprise: Place among the enterprises.
        community: Id of the community; 0 for none.
        code: Place among ``codes``.
        fact: SHA-256 of the fact, four words a row.
        fact_on: Day of the fact, as an ordinal.
        begins: First day it counts.
        ends: First day it no longer counts; ``NEVER`` for none.
    """

    codes: tuple[str, ...]
    record: Ints
    enterprise: Ints
    community: Ints
    code: Ints
    fact: Ints
    fact_on: Ints
    begins: Ints
    ends: Ints


class Projects(msgspec.Struct, frozen=True, kw_only=True):
    """Projects with days in the running cycle, by enterprise and community.

    Attributes:
        quality: Centi-points; -1 for one never evaluated.
    """

    enterprise: Ints
    community: Ints
    area: Ints
    days: Ints
    quality: Ints


class Enterprises(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody. ``days_here`` is -1 without any project so far."""

    id: Ints
    code: tuple[str, ...]
    days_here: Ints


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """All that everybody's score is computed of at one day.

    Attributes:
        day: Day of the score, as an ordinal.
    """

    day: int
    enterprises: Enterprises
    projects: Projects
    records: Records

    @property
    def digest(self) -> str:
        """Digest over every column; equal data give equal digests, in whatever order records came."""
        order = np.argsort(self.records.record, kind="stable")
        whole = sha256("\n".join((*self.records.codes, *self.enterprises.code)).encode())
        whole.update(str(self.day).encode())
        rows = [getattr(self.records, name)[order] for name in Records.__struct_fields__[1:]]
        sites = [getattr(self.projects, name) for name in Projects.__struct_fields__]
        for column in (self.enterprises.id, self.enterprises.days_here, *sites, *rows):
            whole.update(np.ascontiguousarray(column, dtype="<i8").data)
        return whole.hexdigest()


class Layout(msgspec.Struct, frozen=True):
    """What of a rule set decides how columns are sorted.

    Attributes:
        codes: Of each code: its subject, whether it takes points, whether one record a project counts.
        by_content: Whether equal facts are ordered by what they are, else by number (``points.ordered``).
    """

    codes: tuple[tuple[Subject, bool, bool], ...]
    by_content: bool


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """Columns sorted by subject, code and time; rule sets of one layout share them.

    Attributes:
        subject: Place of the subject: enterprises first, then projects.
        owner: Enterprise of each subject.
        starts: First row of each group of one subject and one code.
        near: Of each row, whether the row before, or two before, is of the same group.
        twin: Number of the fact's set where more than one record of a fact stands; else -1.
        hard: Subjects whose repeats columns cannot tell: one fact twice under one bad code.
    """

    layout: Layout
    columns: Columns
    record: Ints
    subject: Ints
    code: Ints
    fact_on: Ints
    begins: Ints
    ends: Ints
    owner: Ints
    starts: Ints
    near: tuple[Flags, Flags]
    twin: Ints
    hard: Flags


def layout(rules: RuleSet, codes: Sequence[str]) -> Layout:
    """Return what a rule set says of codes that decides how columns are sorted."""
    items = [rules.item(code) for code in codes]
    marks = tuple((item.subject, item.bad, Flag.PER_PROJECT in item.flags) for item in items)
    return Layout(marks, rules.facts_by_content)


def fact_words(fact: str) -> tuple[int, ...]:
    """Return the SHA-256 of a fact as four signed words."""
    return tuple(int(word) for word in np.frombuffer(sha256(fact.encode()).digest(), dtype=">i8"))


def prepare(columns: Columns, laid: Layout) -> Prepared:
    """Sort columns for rule sets of one layout.

    Raises:
        ColumnOrderError: Projects are not sorted, or one stands twice.
    """
    subject, kept = _subjects(columns, laid)
    records = columns.records
    code = records.code[kept]
    own, many = subject[kept], len(laid.codes)
    order = _order(own * many + code, records.fact_on[kept], records.begins[kept], records.record[kept])
    own, code = own[order], code[order]
    group = own * many + code
    if laid.by_content:
        order = _by_content(records, np.flatnonzero(kept)[order], group, order)
    rows = np.arange(len(group))
    first = np.flatnonzero(np.r_[True, group[1:] != group[:-1]]) if len(group) else rows
    lags = [np.r_[np.zeros(n, bool), group[n:] == group[:-n]][: len(group)] for n in (1, 2)]
    owner = np.r_[np.arange(len(columns.enterprises.id)), columns.projects.enterprise].astype(np.int64)
    made = Prepared(
        layout=laid,
        columns=columns,
        record=records.record[kept][order],
        subject=own,
        code=code,
        fact_on=records.fact_on[kept][order],
        begins=records.begins[kept][order],
        ends=records.ends[kept][order],
        owner=owner,
        starts=first.astype(np.int64),
        near=(lags[0], lags[1]),
        twin=np.full(len(own), -1, np.int64),
        hard=np.zeros(len(owner), bool),
    )
    _mark_twins(made, records.community[kept][order], records.fact[kept][order])
    return made


def _order(group: Ints, fact_on: Ints, begins: Ints, record: Ints) -> Ints:
    """Return the order by group, fact, first day, record: as one key where it fits 64 bits, else as four."""
    if not len(group):
        return np.zeros(0, np.int64)
    facts, days = fact_on - fact_on.min(), begins - begins.min()
    width, span = int(days.max()) + 1, int(facts.max()) + 1
    if (int(group.max()) + 1) * span * width >= WORD:
        return np.lexsort((record, begins, fact_on, group))
    first = np.arange(len(record)) if bool((record[1:] > record[:-1]).all()) else np.argsort(record)
    key = (group * span + facts) * width + days
    found: Ints = first[np.argsort(key[first], kind="stable")]
    return found


def _by_content(records: Records, rows: Ints, group: Ints, order: Ints) -> Ints:
    """Return the order with rows of one group, fact's day and first day turned by the words of their facts.

    No fact stands twice in a group that columns tell, so nothing further decides there.
    """
    if not len(group):
        return order
    same = group[1:] == group[:-1]
    for column in (records.fact_on[rows], records.begins[rows]):
        same &= column[1:] == column[:-1]
    tied = np.flatnonzero(np.r_[False, same] | np.r_[same, False])
    words = np.ascontiguousarray(records.fact[rows[tied]]).view(np.uint64)
    bundle = np.cumsum(~np.r_[False, same])[tied]
    turned = order.copy()
    turned[tied] = order[tied][np.lexsort((*words.T[::-1], bundle))]
    return turned


def _subjects(columns: Columns, laid: Layout) -> tuple[Ints, Flags]:
    """Return each record's subject, and whether it has one: managers are scored elsewhere."""
    records, projects = columns.records, columns.projects
    most = int(max(records.community.max(initial=0), projects.community.max(initial=0))) + 1
    places = projects.enterprise * most + projects.community
    if len(places) > 1 and not bool((places[1:] > places[:-1]).all()):
        raise ColumnOrderError("projects are sorted by enterprise and community", field="projects")
    wanted = records.enterprise * most + records.community
    found = np.searchsorted(places, wanted)
    there = found < len(places)
    there[there] = places[found[there]] == wanted[there]
    of_enterprise, of_project = (
        np.array([subject is kind for subject, _, _ in laid.codes], bool)[records.code]
        for kind in (Subject.ENTERPRISE, Subject.PROJECT)
    )
    subject = np.where(of_enterprise, records.enterprise, len(columns.enterprises.id) + found)
    return subject.astype(np.int64), of_enterprise | (of_project & there)


def _mark_twins(made: Prepared, community: Ints, fact: Ints) -> None:
    """Number the sets of records of one fact, and mark subjects with one fact twice under one bad code.

    Candidates are rows that share a mixed word; they are then compared whole, so no mixture decides anything.
    """
    per_project = np.array([per for _, _, per in made.layout.codes], bool)[made.code]
    bad = np.array([takes for _, takes, _ in made.layout.codes], bool)[made.code]
    crowded = _crowded(made.subject, fact[:, 0])
    if per_project.any():
        crowded |= per_project
    codes = made.columns.records.codes
    sets: dict[tuple[int, bool, bytes], list[int]] = {}
    repeats: set[tuple[int, int, bytes]] = set()
    for row in np.flatnonzero(crowded).tolist():
        subject, code, said = int(made.subject[row]), int(made.code[row]), fact[row].tobytes()
        counted = _words(f"{codes[code]}@{_unit(int(community[row]))}") if per_project[row] else said
        sets.setdefault((subject, bool(bad[row]), counted), []).append(row)
        if bad[row] and (subject, code, said) in repeats:
            made.hard[subject] = True
        repeats.add((subject, code, said))
    for number, members in enumerate(m for m in sets.values() if len(m) > 1):
        made.twin[members] = number


@lru_cache(maxsize=100_000)
def _words(name: str) -> bytes:
    return np.array(fact_words(name), np.int64).tobytes()


def _unit(community: int) -> str:
    return f"project:{community}" if community else ""


def _crowded(subject: Ints, word: Ints) -> Flags:
    """Return which rows share subject and word with another row, and perhaps some that do not."""
    mixed = word ^ (subject * np.int64(MIXER))
    order = np.argsort(mixed)
    ordered = mixed[order]
    same = np.r_[False, ordered[1:] == ordered[:-1]] if len(ordered) else np.zeros(0, bool)
    found = np.zeros(len(mixed), bool)
    found[order] = same | np.r_[same[1:], False][: len(same)]
    return found
