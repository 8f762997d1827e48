"""Importing 12345 figures: the whole file or nothing."""

from datetime import datetime
from typing import Any

from credit.domain import cycle as cycles
from credit.domain import figures
from credit.domain.act import Act
from credit.domain.figures import FiguresPlaceError, Row
from credit.domain.permission import PERMISSIONS
from credit.queries import figures as questions
from credit.supervision_tables import CaseBatchRow, CaseFigureRow
from market.kernel.actor import Actor
from market.kernel.digest import h
from market.kernel.errors import MarketError
from market.runtime import audit, database


async def import_figures(*, cycle: str, data: bytes, by: Actor, now: datetime) -> int:
    """Import a cycle's case figures of one's own division; return the number of the import.

    A community is named by its number or its name. Its figures go to whoever managed it last in the cycle. A
    later import of the same project and cycle takes the place of an earlier one; both stay.

    Raises:
        FiguresFileError: The file cannot be read.
        FindingsError: Rows are wrong; every one is named, and nothing is stored.
    """
    half = cycles.named(cycle)
    division = by.division or ""
    PERMISSIONS[Act.FIGURES_IMPORT].check(by, path=by.path)
    rows, findings = figures.read(data)
    async with database.transaction():
        known = await questions.managed(within=division, cycle=half)
        placed, unplaced = _place(rows, known)
        figures.refuse(sorted((*findings, *unplaced), key=_line))
        with database.translated():
            stored = await CaseBatchRow.insert(
                CaseBatchRow(
                    cycle=half.name,
                    division=division,
                    file_digest=h("file", data),
                    rows=len(placed),
                    imported_at=now,
                    imported_by=by.name,
                )
            )
        number = int(stored[0]["id"])
        await _copy(number, placed)
        await audit.record(
            act=Act.FIGURES_IMPORT,
            by=by,
            subject=f"credit-case-batch:{number}",
            now=now,
            changed=[audit.row(CaseBatchRow, number)],
        )
        return number


def _line(finding: MarketError) -> int:
    return int(str(finding.context.get("line", 0)))


def _place(
    rows: list[Row], known: list[dict[str, Any]]
) -> tuple[list[tuple[Row, int, int]], list[MarketError]]:
    """Return each row with community and enterprise, and a finding where there is no single one."""
    named: dict[str, list[dict[str, Any]]] = {}
    for place in known:
        named.setdefault(place["name"], []).append(place)
        named.setdefault(str(place["id"]), []).append(place)
    placed, findings, seen = [], list[MarketError](), set[int]()
    for row in rows:
        fitting = named.get(row.community, [])
        if len(fitting) != 1 or fitting[0]["enterprise"] is None:
            findings.append(figures.finding(FiguresPlaceError, row.line, "community"))
        elif fitting[0]["id"] in seen:
            findings.append(figures.finding(figures.FiguresTwiceError, row.line, "community"))
        else:
            seen.add(fitting[0]["id"])
            placed.append((row, fitting[0]["id"], fitting[0]["enterprise"]))
    return placed, findings


async def _copy(batch: int, placed: list[tuple[Row, int, int]]) -> None:
    records = [
        (batch, community, enterprise, *(getattr(row, name) for name in figures.COUNTS))
        for row, community, enterprise in placed
    ]
    async with database.connection() as wire:
        await wire.copy_records_to_table(
            CaseFigureRow._meta.tablename,
            columns=["batch", "community", "enterprise", *figures.COUNTS],
            records=records,
        )
