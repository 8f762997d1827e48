"""What an operator can look at: the dump of the database, the data folder, what was logged."""

import asyncio
import logging
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs

from market.runtime.postgres import binaries
from tests.secrecy.masking import mask

COPY = re.compile(r"^COPY public\.(\w+) \(.*?\) FROM stdin;\n(.*?)^\\\.$", re.MULTILINE | re.DOTALL)
NOISE = re.compile(r"^(?:--.*|\\(?:un)?restrict .*|)\n", re.MULTILINE)
SEQUENCE = re.compile(r"^SELECT pg_catalog\.setval\(.*$", re.MULTILINE)


async def dump(url: str) -> str:
    """Return what ``pg_dump`` writes of a database, without its comments."""
    command = [str(binaries() / "pg_dump"), "--no-owner", "--dbname", url]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
    return NOISE.sub("", done.stdout)


def tables(text: str) -> dict[str, list[str]]:
    """Return the rows of each table of a dump, random values and times masked.

    They are sorted: where PostgreSQL puts a row depends on when it cleaned up before.
    """
    return {
        name: sorted(mask(row, times=True) for row in rows.splitlines()) for name, rows in COPY.findall(text)
    }


def together(text: str) -> str:
    """Return all rows of a dump masked together, so that a value that stands in two places still shows."""
    found = COPY.findall(text)
    rows = (f"{name} {row}" for name, rows in found for row in sorted(rows.splitlines(), key=_masked))
    return mask("\n".join(rows), times=True)


def _masked(row: str) -> str:
    return mask(row, times=True)


def rest(text: str) -> str:
    """Return a dump without its rows and without how far sequences have come."""
    return SEQUENCE.sub("", COPY.sub("", text))


def listing(folder: Path) -> list[str]:
    """Return every file below a folder: place, bytes and mode; digests masked."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(
        mask(f"{path.relative_to(folder).parts[0]}/{path.name}")
        + f" {path.stat().st_size} bytes {path.stat().st_mode:o}"
        for path in found
    )


class Log:
    """What was logged, by the structured log and by libraries."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.records: list[str] = []

    def lines(self, *, without: tuple[str, ...] = ()) -> list[str]:
        """Return one line for each event, without durations, and without some routes."""
        kept = (
            {key: value for key, value in event.items() if key != "ms"}
            for event in self.events
            if not str(event.get("route", "")).startswith(without)
        )
        return [mask(str(sorted(event.items()))) for event in kept] + [mask(each) for each in self.records]


@contextmanager
def listening() -> Iterator[Log]:
    """Write down all that is logged."""
    log = Log()

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            log.records.append(f"{record.name} {record.getMessage()}")

    keeper = Keeper()
    logging.getLogger().addHandler(keeper)
    try:
        with capture_logs() as events:
            log.events = events
            yield log
    finally:
        logging.getLogger().removeHandler(keeper)
