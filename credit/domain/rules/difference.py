"""What differs between two versions: rows added, rows removed, cells changed."""

from collections.abc import Iterator

import msgspec

from credit.domain.rules import sheet
from credit.domain.rules.sheet import Cells, Sheets, Table


class CellChange(msgspec.Struct, frozen=True):
    """One cell that says something else."""

    column: str
    before: str
    after: str


class RowChange(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to a row.

    Attributes:
        kind: ``"added"``, ``"removed"``, ``"changed"`` or ``"moved"`` (only the order differs).
        key: Name of the row; empty where the order of a whole table differs.
        cells: The cells that differ; of a new or removed row those that say anything.
    """

    table: Table
    kind: str
    key: str
    cells: tuple[CellChange, ...]


def between(old: Sheets, new: Sheets) -> tuple[RowChange, ...]:
    """Return every difference, by table and in the order of the rows; equal tables give none.

    Of rows that share a name, which only a draft may have, the first counts.
    """
    return tuple(change for table in Table for change in _of_table(table, old.of(table), new.of(table)))


def _of_table(table: Table, old: tuple[Cells, ...], new: tuple[Cells, ...]) -> Iterator[RowChange]:
    before, after = _by_key(old), _by_key(new)
    for key in (*before, *(key for key in after if key not in before)):
        cells = tuple(_cells(table, before.get(key), after.get(key)))
        kind = "added" if key not in before else "removed" if key not in after else "changed"
        if cells or kind != "changed":
            yield RowChange(table=table, kind=kind, key=key, cells=cells)
    kept = [key for key in before if key in after], [key for key in after if key in before]
    if kept[0] != kept[1] or (len(old), len(new)) != (len(before), len(after)):
        yield RowChange(table=table, kind="moved", key="", cells=())


def _by_key(rows: tuple[Cells, ...]) -> dict[str, Cells]:
    found: dict[str, Cells] = {}
    for row in rows:
        found.setdefault(row[0], row)
    return found


def _cells(table: Table, old: Cells | None, new: Cells | None) -> Iterator[CellChange]:
    blank = ("",) * len(sheet.names(table))
    for name, before, after in zip(sheet.names(table), old or blank, new or blank, strict=True):
        if before != after:
            yield CellChange(name, before, after)
