"""The six tables of a rule set: their columns, their canonical form, and the findings of all cells."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from credit.domain import catalogue, indicator
from credit.domain.catalogue import Mark
from credit.domain.cells import cell
from credit.domain.cells.cell import CatalogueRowError, CatalogueTableError, Column
from credit.domain.rules import register
from market.kernel import digest
from market.kernel.errors import MarketError


class Unit(StrEnum):
    """What a parameter is counted in."""

    POINTS = "points"
    SHARE = "share"
    FACTOR = "factor"
    PERCENT = "percent"
    HOURS = "hours"
    DAYS = "days"
    WORKDAYS = "workdays"
    MONTHS = "months"
    CASES = "cases"
    HOUSEHOLDS = "households"
    VISITS = "visits"
    FLOORS = "floors"
    SECONDS = "seconds"
    PERSONS = "persons"
    EVALUATIONS = "evaluations"
    GRADES = "grades"
    SWITCH = "switch"
    ENTERPRISES = "enterprises"
    BODIES = "bodies"
    SQUARE_METRES = "square-metres"
    YEAR = "year"

    @property
    def times(self) -> int:
        """What a written value is multiplied by: points become centi-points, areas hundredths."""
        return 100 if self in (Unit.POINTS, Unit.SQUARE_METRES) else 1


Body = dict[str, list[dict[str, str]]]
"""Table -> rows -> the cells that say something."""
Cells = tuple[str, ...]
Values = dict[str, Any]


class Table(StrEnum):
    """A table of a rule set."""

    ITEMS = "items"
    PARAMETERS = "parameters"
    AREAS = "areas"
    INDICATORS = "indicators"
    MEASURES = "measures"
    SOURCES = "sources"


COLUMNS: Mapping[Table, tuple[Column, ...]] = {
    Table.ITEMS: catalogue.COLUMNS,
    Table.PARAMETERS: (
        cell.key("id", "[a-z][a-z_]{1,39}"),
        cell.number("value"),
        cell.choice("unit", Unit),
        cell.choice("mark", Mark),
        cell.free("source"),
    ),
    Table.AREAS: indicator.AREA_COLUMNS,
    Table.INDICATORS: indicator.INDICATOR_COLUMNS,
    Table.MEASURES: register.COLUMNS,
    Table.SOURCES: (cell.words("key"), cell.words("title_zh"), cell.words("title_en")),
}
"""Table -> its columns; the first names the row."""


def names(table: Table) -> Cells:
    """Return the headings of a table."""
    return tuple(column.name for column in COLUMNS[table])


class Sheets(msgspec.Struct, frozen=True, kw_only=True):
    """The tables as text: every row has one cell for each column of its table."""

    items: tuple[Cells, ...]
    parameters: tuple[Cells, ...]
    areas: tuple[Cells, ...]
    indicators: tuple[Cells, ...]
    measures: tuple[Cells, ...]
    sources: tuple[Cells, ...]

    def of(self, table: Table) -> tuple[Cells, ...]:
        """Return the rows of a table."""
        rows: tuple[Cells, ...] = getattr(self, table.value)
        return rows

    def row(self, table: Table, key: str) -> Cells | None:
        """Return the row of a key."""
        return next((row for row in self.of(table) if row[0] == key), None)

    def put(self, table: Table, key: str, row: Cells | None) -> "Sheets":
        """Return the tables with a row in the place of a key's, or at the end, or without it."""
        old = self.of(table)
        if all(each[0] != key for each in old):
            new = old if row is None else (*old, row)
        else:
            kept = (row if each[0] == key else each for each in old)
            new = tuple(each for each in kept if each is not None)
        return msgspec.structs.replace(self, **{table.value: new})

    @property
    def body(self) -> Body:
        """The tables as data, without empty cells: a column that is added later changes no older digest."""
        return {
            table.value: [
                {name: text for name, text in zip(names(table), row, strict=True) if text}
                for row in self.of(table)
            ]
            for table in Table
        }

    @property
    def canonical(self) -> bytes:
        """The one byte string of these tables."""
        return digest.canonical(self.body)

    @property
    def digest(self) -> str:
        """What these tables are known by."""
        return digest.digest("credit-rule-set", self.body)


def of_rows(tables: Mapping[Table, Sequence[Mapping[str, str]]]) -> Sheets:
    """Return tables from rows that name their cells; a cell that is not named is empty."""
    return Sheets(
        **{
            table.value: tuple(
                tuple(row.get(name, "") for name in names(table)) for row in tables.get(table, ())
            )
            for table in Table
        }
    )


def of_body(body: Body) -> Sheets:
    """Return tables from their data; a cell that is not named is empty.

    Raises:
        ValueError: A table is unknown.
    """
    return of_rows({Table(name): rows for name, rows in body.items()})


def read_row(table: Table, cells: Cells, *, row: int = 0) -> tuple[Values, list[MarketError]]:
    """Return the values of a row and what is wrong with its cells."""
    values: Values = {}
    found: list[MarketError] = []
    for column, text in zip(COLUMNS[table], cells, strict=True):
        try:
            values[column.name] = cell.value(column, text, table=table.value, row=row, named=cells[0])
        except CatalogueRowError as finding:
            found.append(finding)
    if not found:
        found += [
            CatalogueRowError(
                why,
                field=f"{table.value}.{row}.{column}",
                wrong=why,
                table=table.value,
                row=row,
                column=column,
                key=cells[0],
                value=cells[names(table).index(column)],
            )
            for column, why in _contradictions(table, values)
        ]
    return values, found


def _contradictions(table: Table, values: Values) -> Iterator[tuple[str, str]]:
    match table:
        case Table.ITEMS:
            yield from catalogue.contradictions(catalogue.item(values))
        case Table.MEASURES:
            yield from register.contradictions(register.measure(values))
        case Table.PARAMETERS | Table.AREAS | Table.INDICATORS | Table.SOURCES:
            pass


def read(sheets: Sheets) -> tuple[dict[Table, list[Values]], list[MarketError]]:
    """Return the values of all rows, and every finding about a cell, a row or a key that stands twice."""
    values: dict[Table, list[Values]] = {}
    findings: list[MarketError] = []
    for table in Table:
        values[table], seen = [], set()
        for row, cells in enumerate(sheets.of(table), start=2):
            read_values, found = read_row(table, cells, row=row)
            values[table].append(read_values)
            findings += found
            if cells[0] in seen:
                findings.append(misfit(table, cells[0], "twice"))
            seen.add(cells[0])
    return values, findings


def misfit(table: Table, key: str, wrong: str) -> CatalogueTableError:
    """Return a finding about rows that do not fit together."""
    return CatalogueTableError(wrong, field=f"{table.value}.{key}", table=table.value, key=key, wrong=wrong)
