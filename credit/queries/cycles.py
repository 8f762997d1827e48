"""Cycles and their results, for acts and pages."""

from datetime import datetime
from typing import ClassVar

import msgspec

from credit.domain import cycle
from credit.domain.grade import Grade
from credit.domain.rating import Stage
from market.kernel.errors import NotFoundError
from market.kernel.period import local_day
from market.runtime import database


class CycleUnknownError(NotFoundError):
    """No cycle bears this number."""

    code: ClassVar[str] = "credit-cycle-unknown"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A closed cycle."""

    id: int
    stage: Stage
    name: str
    as_of: datetime
    rule_set: int
    mode: str
    enterprises: int
    results_digest: str
    closed_at: datetime
    closed_by: str
    public_until: datetime
    legal_basis: str
    published_at: datetime | None
    published_by: str | None
    published_digest: str


class ResultLine(msgspec.Struct, frozen=True, kw_only=True):
    """One enterprise in a cycle: first result, and the published one once there is one."""

    enterprise: int
    name: str
    code: str
    score_centi: int
    grade: Grade
    final_score_centi: int | None
    final_grade: Grade | None
    snapshot: int | None
    objected: bool


_CASE = (
    "SELECT id, stage, name, as_of, rule_set, mode, enterprises, results_digest, closed_at, closed_by,"
    " public_until, legal_basis, published_at, published_by, published_digest FROM credit_cycle"
)


async def case(number: int, *, lock: bool = False) -> Case:
    """Return a cycle, locked for an act if asked.

    Raises:
        CycleUnknownError: There is none.
    """
    rows = await database.fetch(f"{_CASE} WHERE id = $1{' FOR UPDATE' if lock else ''}", number)
    if not rows:
        raise CycleUnknownError(f"no cycle {number}", cycle=number)
    return msgspec.convert(rows[0], Case)


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """Long work on a cycle.

    Attributes:
        step: ``score``, ``write``, ``freeze`` or ``bind``.
        done: Enterprises so far, of ``total``.
        running: Somebody holds the cycle now; else it was broken off or refused, and left nothing behind.
        refusal: Code of the refusal it ended with.
    """

    cycle: str
    step: str
    done: int
    total: int
    begun_at: datetime
    refusal: str
    running: bool = False


def lock_name(cycle: str) -> str:
    """Return the lock whoever closes or publishes a cycle holds."""
    return f"credit:cycle:{cycle}"


async def work(name: str) -> Work | None:
    """Return the long work on a cycle, or how the last attempt ended; ``None`` after it was done."""
    running = await database.locked(lock_name(name))
    rows = await database.fetch("SELECT * FROM credit_cycle_work WHERE cycle = $1", name)
    return msgspec.convert({**rows[0], "running": running}, Work) if rows else None


async def closed() -> list[Case]:
    """Return all closed cycles, newest first."""
    return msgspec.convert(await database.fetch(f"{_CASE} ORDER BY name DESC"), list[Case])


async def closable(now: datetime) -> str:
    """Return the name of the last cycle that ended, if it is not closed; else an empty one."""
    ended = cycle.before(cycle.of(local_day(now))).name
    rows = await database.fetch("SELECT 1 FROM credit_cycle WHERE name = $1", ended)
    return "" if rows else ended


async def preliminary() -> Case | None:
    """Return the cycle whose first results are shown now, if there is one."""
    rows = await database.fetch(f"{_CASE} WHERE stage = 'preliminary' ORDER BY name DESC LIMIT 1")
    return msgspec.convert(rows[0], Case) if rows else None


async def results(number: int, *, after: int = 0, limit: int = 50) -> list[ResultLine]:
    """Return a cycle's results by enterprise number."""
    rows = await database.fetch(
        "SELECT r.enterprise, o.name, o.code, r.score_centi, r.grade, s.score_centi AS final_score_centi,"
        " s.grade AS final_grade, s.id AS snapshot, EXISTS (SELECT 1 FROM credit_objection b"
        " WHERE b.cycle = r.cycle AND b.enterprise = r.enterprise AND b.stage IN ('filed', 'extended'))"
        " AS objected FROM credit_cycle_result r JOIN parties_organisation o ON o.id = r.enterprise"
        " LEFT JOIN credit_snapshot s ON s.cycle = r.cycle AND s.enterprise = r.enterprise"
        " WHERE r.cycle = $1 AND r.enterprise > $2 ORDER BY r.enterprise LIMIT $3",
        number,
        after,
        limit,
    )
    return msgspec.convert(rows, list[ResultLine])


async def shown(number: int) -> frozenset[int]:
    """Return the enterprises whose first result a cycle shows."""
    rows = await database.fetch("SELECT enterprise FROM credit_cycle_result WHERE cycle = $1", number)
    return frozenset(row["enterprise"] for row in rows)


async def open_objections(number: int) -> int:
    """Count the unanswered objections to a cycle's results."""
    rows = await database.fetch(
        "SELECT count(*) AS open FROM credit_objection WHERE cycle = $1 AND stage IN ('filed', 'extended')",
        number,
    )
    return int(rows[0]["open"])


async def upheld(number: int) -> frozenset[int]:
    """Return the enterprises whose objection to a cycle's result was upheld."""
    rows = await database.fetch(
        "SELECT enterprise FROM credit_objection WHERE cycle = $1 AND stage = 'upheld'", number
    )
    return frozenset(row["enterprise"] for row in rows)


async def last_scores(at: datetime) -> dict[int, int]:
    """Return every enterprise's last published score."""
    rows = await database.fetch(
        "SELECT DISTINCT ON (enterprise) enterprise, score_centi FROM credit_snapshot"
        " WHERE published_at <= $1 ORDER BY enterprise, published_at DESC, id DESC",
        at,
    )
    return {row["enterprise"]: row["score_centi"] for row in rows}


async def graded_in(name: str, letter: Grade) -> frozenset[int]:
    """Return who was published with a grade in a cycle."""
    rows = await database.fetch(
        "SELECT s.enterprise FROM credit_snapshot s JOIN credit_cycle c ON c.id = s.cycle"
        " WHERE c.name = $1 AND s.grade = $2",
        name,
        letter.value,
    )
    return frozenset(row["enterprise"] for row in rows)
