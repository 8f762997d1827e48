"""Whatever is changed, taken away or put in behind the application's back is found and named."""

# ruff: noqa: S608 - statements of our own words, run as an administrator would

import re
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from credit.queries.tampering import contents
from credit.services import cycles as acts
from credit.services.rules import drafts
from market.runtime import database, files, verify, verify_files
from tests import factories_credit as credit
from tests.runtime import worlds

pytestmark = pytest.mark.usefixtures("database")

CLOSED = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
UNTIL = datetime(2026, 7, 13, 16, 0, tzinfo=UTC)
DAY = credit.DAY
PAPER = b"%PDF-1.4 a decision"


class UndoneError(Exception):
    """Takes back what a test did to the database."""


async def a_market() -> None:
    """Make one of everything the rating of a cycle rests on."""
    world = await credit.a_world()
    await credit.an_evaluation(world, lost=300)
    await credit.a_record(world)
    closing = acts.Closing(cycle="2026H1", legal_basis="BPR 68")
    number = await acts.close(closing=closing, by=world.city, now=CLOSED)
    await acts.publish(cycle_id=number, by=world.city, now=UNTIL)
    await credit.a_listing(world, now=UNTIL + DAY)
    await drafts.draft(drafting=drafts.Drafting(purpose="x"), by=world.city, now=UNTIL + DAY)


async def named() -> set[str]:
    report = await verify.verify(checks=[verify_files.kept_files, *contents.CHECKS])
    ours = [f for f in report.findings if f.code not in {"migration-unsigned", "checkpoint-missing"}]
    return {f"{f.code} {f.place.split()[0]} {f.detail}".strip() for f in ours}


async def after(*statements: str) -> set[str]:
    """Return what verification names after statements, which are taken back."""
    found: set[str] = set()
    with suppress(UndoneError):
        async with database.transaction():
            for statement in statements:
                await worlds.tamper(statement)
            found = await named()
            raise UndoneError
    return found


CHANGED = {
    "credit_record": (
        "light = true, corrected_on = fact_on, fact = 'x', facts = 'x', fact_on = fact_on - 9,"
        " expires_on = expires_on - 99, death = true, document_no = 'x', reasons = 'x', item_code = 'N-MI-01'"
    ),
    "credit_evaluation": "quality_centi = 10000, exact = '1/1', released_at = now()",
    "credit_evaluation_part": "exact = '1/1', doubtful = NOT doubtful",
    "credit_evaluation_sheet": "marks = '{}'",
    "credit_list_entry": "ends_on = ends_on - 30, facts = 'x', reasons = 'x', lasting = NOT lasting",
    "credit_measure": "to_on = to_on - 30, reasons = 'x', key = 'x'",
    "credit_rule_set": "digest = repeat('a', 64), drafted_by = 'x'",
    "credit_snapshot": "score_centi = 1, published_at = now()",
    "credit_cycle": "public_until = public_until - interval '1h', legal_basis = 'x', enterprises = 9",
    "credit_export": "digest = repeat('a', 64)",
}
"""Table -> what is changed in all its rows; every column is named."""

CONTENTS = {
    "UPDATE credit_snapshot SET body = replace(body, '\"A\"', '\"B\"')": {
        "content-edited credit_snapshot body",
        "content-edited credit_export salt, or a snapshot or record under it",
    },
    "UPDATE credit_rule_set SET body = replace(body, '5.00', '6.00')": {
        "content-edited credit_rule_set body"
    },
    "UPDATE credit_cycle_result SET score_centi = 11500": {
        "content-edited credit_cycle first results (1 rows)"
    },
    "UPDATE credit_cycle_result SET grade = 'D'": {"content-edited credit_cycle first results (1 rows)"},
    "DELETE FROM credit_cycle_result": {"content-edited credit_cycle first results (0 rows)"},
    "UPDATE credit_export SET salt = repeat('a', 64)": {
        "content-edited credit_export salt, or a snapshot or record under it"
    },
}
"""Statement -> everything that is named: what the log knows by a digest only."""


async def test_an_untouched_market_has_no_findings_and_every_change_is_named() -> None:
    await a_market()
    assert await named() == set()
    edited = await after(*(f"UPDATE {table} SET {change}" for table, change in CHANGED.items()))
    for table, change in CHANGED.items():
        told = {columns_of(f) for f in edited if f.startswith(f"row-edited {table} ")}
        assert told == {tuple(sorted(re.findall(r"(\w+) = ", change)))}, table
    gone = await after(*(f"DELETE FROM {table}" for table in CHANGED))
    assert {f"row-deleted {table}" for table in CHANGED} <= {" ".join(f.split()[:2]) for f in gone}
    more = await after(*(statement for table in CHANGED for statement in copy_of(table)))
    assert {f"row-unrecorded {table}" for table in CHANGED} <= more
    for statement, expected in CONTENTS.items():
        assert await after(statement) == expected, statement
    assert await named() == set()


def columns_of(finding: str) -> tuple[str, ...]:
    return tuple(sorted(finding.split(" ", 2)[2].split(", ")))


def copy_of(table: str) -> tuple[str, ...]:
    """Return statements that put in a copy of a row under a number of its own."""
    return (
        f"CREATE TEMP TABLE new_{table} ON COMMIT DROP AS SELECT * FROM {table} ORDER BY id LIMIT 1",
        f"UPDATE new_{table} SET {PUT_IN.get(table, 'id = 2000000000')}",
        f"INSERT INTO {table} SELECT * FROM new_{table}",
    )


PUT_IN = {
    "credit_evaluation": "id = 2000000000, visit = 9",
    "credit_evaluation_part": "id = 2000000000, part = 'owners'",
    "credit_evaluation_sheet": "id = 2000000000, marked_person = 99",
    "credit_snapshot": "id = 2000000000, enterprise = 2000000000",
    "credit_export": "id = 2000000000, cycle = NULL, snapshot = 2000000000",
    "credit_cycle": "id = 2000000000, name = '2020H1'",
    "credit_measure": "id = 2000000000, key = 'another', origin = 'another'",
    "credit_list_entry": "id = 2000000000, origin = 'another', enterprise = 2000000000",
}
"""Table -> what of a copy differs where two alike are refused."""


async def test_a_file_that_was_changed_or_taken_away_is_named() -> None:
    kept = await files.put(PAPER, limit=1000, kinds=frozenset({"application/pdf"}))
    assert await verify_files.kept_files() == []
    place = files.path_of(kept.digest)
    place.chmod(0o600)
    place.write_bytes(PAPER.replace(b"a", b"b"))
    (edited,) = await verify_files.kept_files()
    assert (edited.code, edited.place) == ("file-edited", f"file {kept.digest}")
    place.unlink()
    (gone,) = await verify_files.kept_files()
    assert (gone.code, gone.place) == ("file-deleted", f"file {kept.digest}")
