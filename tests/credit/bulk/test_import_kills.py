"""SIGKILL in the middle of taking a file over: the whole batch stands or nothing; again, it is completed."""

import asyncio
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from credit.services.bulk import record_imports
from market.runtime.database import fetch
from market.runtime.settings import Settings
from tests import factories_credit as credit
from tests.credit.bulk import sheets

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("database")]

ROOT = Path(__file__).resolve().parents[3]
ROWS = 1_500
WHOLE = (1, ROWS, ROWS, 1)
NOTHING = (0, 0, 0, 0)
SOON = 2_400
"""Attempts of a fortieth of a second."""

WRITING = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_xid IS NOT NULL"
)
"""Others that have written and not yet committed."""


async def standing() -> tuple[int, ...]:
    """Return batches, lines, records and audit entries of imports."""
    (row,) = await fetch(
        "SELECT (SELECT count(*) FROM credit_record_import) AS a, (SELECT count(*) FROM"
        " credit_record_import_line) AS b, (SELECT count(*) FROM credit_record) AS c, (SELECT count(*)"
        " FROM runtime_audit_entry WHERE act = 'credit:record:import') AS d"
    )
    return tuple(row.values())


def begun(file: Path, world: credit.World, folder: Path) -> subprocess.Popen[str]:
    actor = msgspec.json.encode(world.district).decode()
    command = [sys.executable, "-m", "tests.credit.bulk.importing", str(file), actor, str(folder)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603


async def until_writing(process: subprocess.Popen[str]) -> int:
    """Wait until the process has written something it has not committed; return its backend."""
    for _ in range(SOON):
        if (found := await fetch(WRITING)) or process.poll() is not None:
            assert found, "the process ended before it was met writing"
            return int(found[0]["pid"])
        await asyncio.sleep(0.025)
    raise AssertionError("the process wrote nothing")


async def until_gone(backend: int) -> None:
    """Wait until PostgreSQL has noticed that nobody is there any more."""
    for _ in range(SOON):
        if not await fetch("SELECT 1 FROM pg_stat_activity WHERE pid = $1", backend):
            return
        await asyncio.sleep(0.025)
    raise AssertionError("the backend lives on")


async def test_a_killed_import_stands_whole_or_not_at_all_and_is_completed_by_the_next(
    tmp_path: Path, platform_settings: Settings
) -> None:
    world = await credit.a_world()
    row = await sheets.a_row(world)
    file = tmp_path / "records.csv"
    file.write_bytes(sheets.as_csv([{**row, "document_no": f"虚构字〔2026〕{n}号"} for n in range(ROWS)]))
    seen = []
    for delay in (0.0, 0.1):
        process = begun(file, world, platform_settings.keys.folder)
        backend = await until_writing(process)
        await asyncio.sleep(delay)
        process.kill()
        process.communicate()
        await until_gone(backend)
        seen.append(await standing())
        assert seen[-1] in (NOTHING, WHOLE)
        if seen[-1] == WHOLE:
            break
    assert NOTHING in seen, "no kill met the import half-way"
    data = file.read_bytes()
    made = await record_imports.take_over(data=data, submit=True, by=world.district, now=credit.NOW)
    assert made.taken == (0 if seen[-1] == WHOLE else ROWS)
    assert await standing() == WHOLE
    again = await record_imports.take_over(data=data, submit=True, by=world.district, now=credit.NOW)
    assert (again.taken, await standing()) == (0, WHOLE)
