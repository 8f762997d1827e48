"""What the pages and answers about a draft of the rule set hold."""

from datetime import date

import msgspec

from credit.domain.cells.cell import Column
from credit.domain.rules import difference
from credit.domain.rules.sheet import Cells, Table
from credit.queries.rules import drafts as questions
from credit.web import what_ifs as report_sheets
from market.runtime.web import problems


class DraftView(msgspec.Struct, frozen=True, kw_only=True):
    """A draft: where it stands, what is wrong with it, what it changes, what comes next."""

    draft: questions.Case
    offered: frozenset[str]
    findings: problems.Problem | None
    changes: tuple[difference.RowChange, ...]
    report: report_sheets.Sheet | None
    first_day: date
    in_force: bool
    own: bool
    track: tuple[tuple[str, str], ...]
    tables: tuple[tuple[Table, int], ...]


class TableView(msgspec.Struct, frozen=True, kw_only=True):
    """One table of a draft, every row with the way to its form."""

    draft: questions.Case
    table: Table
    names: Cells
    rows: tuple[Cells, ...]
    may_edit: bool


class RowView(msgspec.Struct, frozen=True, kw_only=True):
    """The form of one row; ``key`` is empty for a new one."""

    draft: questions.Case
    table: Table
    key: str
    columns: tuple[Column, ...]
    cells: Cells


class DraftAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A draft as data: its tables, its findings, what it changes, and the report of its trial."""

    draft: questions.Line
    tables: dict[str, list[dict[str, str]]]
    findings: tuple[problems.Problem, ...]
    changes: tuple[difference.RowChange, ...]
    report: msgspec.Raw | None
