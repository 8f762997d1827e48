"""Closing and publishing a cycle for a whole city: 3,500 enterprises, 12,000 projects (slow, on demand)."""

import os
from datetime import UTC, datetime
from time import perf_counter

import pytest

from credit.queries import cycles
from credit.services import cycles as acts
from market.runtime import database
from tests import factories_credit as credit

ENTERPRISES, PROJECTS, RECORDS = 3_500, 12_000, 9_000
CLOSED = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
UNTIL = datetime(2026, 7, 13, 16, 0, tzinfo=UTC)

pytestmark = [
    pytest.mark.usefixtures("database"),
    pytest.mark.skipif("MARKET_CITY" not in os.environ, reason="a minute long; set MARKET_CITY to measure"),
]

COPIES = {
    "parties_organisation": (
        {"id": "100000 + n", "name": "t.name || n", "code": "'X' || lpad(n::text, 17, '0')"},
        "t.kind = 'enterprise'",
        ENTERPRISES,
    ),
    "parties_community": ({"id": "100000 + n", "name": "t.name || n", "code": "'C' || n"}, "true", PROJECTS),
    "credit_project_assignment": (
        {
            "id": "100000 + n",
            "origin": "'city:' || n",
            "enterprise": f"100001 + n % {ENTERPRISES}",
            "community": "100000 + n",
            "area_centi": "100000 + n * 37",
        },
        "true",
        PROJECTS,
    ),
    "credit_evaluation": (
        {
            "id": "100000 + n",
            "enterprise": f"100001 + n % {ENTERPRISES}",
            "community": "100000 + n",
            "quality_centi": "6000 + n * 7 % 4000",
        },
        "true",
        PROJECTS,
    ),
    "credit_record": (
        {
            "id": "100000 + n",
            "enterprise": f"100001 + n % {ENTERPRISES}",
            "community": f"100000 + 1 + n % {PROJECTS}",
            "fact": "'city-' || n",
        },
        "true",
        RECORDS,
    ),
}
"""Table -> what differs in each copy of its one row, which row, how many copies."""


async def multiply(table: str) -> None:
    changed, which, copies = COPIES[table]
    rows = await database.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_name = $1", table
    )
    names = [row["column_name"] for row in rows]
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(changed.get(name, f't."{name}"') for name in names)
    await database.execute(
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM"  # noqa: S608 - names of our own columns
        f" (SELECT * FROM {table} t WHERE {which} ORDER BY id LIMIT 1) t, generate_series(1, {copies}) n"
    )


async def test_a_city_is_closed_and_published(capsys: pytest.CaptureFixture[str]) -> None:
    world = await credit.a_world()
    await credit.an_evaluation(world)
    await credit.a_record(world)
    for table in COPIES:
        await multiply(table)
    began = perf_counter()
    closing = acts.Closing(cycle="2026H1", legal_basis="BPR 68")
    number = await acts.close(closing=closing, by=world.city, now=CLOSED)
    closed = perf_counter()
    published = await acts.publish(cycle_id=number, by=world.city, now=UNTIL)
    ended = perf_counter()
    assert published == ENTERPRISES + 1
    assert (await cycles.case(number)).enterprises == ENTERPRISES + 1
    with capsys.disabled():
        print(f"closed in {closed - began:.1f} s, published in {ended - closed:.1f} s")  # noqa: T201
