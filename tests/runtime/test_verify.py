"""Whatever an administrator does to the log behind its back is named."""

import pytest

from market.kernel import digest, merkle
from market.runtime import audit, keys, log, migrations, timekeeping, tree, verify
from market.runtime import database as db
from market.runtime.tables import CalendarDayRow, ClockRow, InboxRow, ParkedRow
from tests.runtime import worlds

pytestmark = pytest.mark.usefixtures("database")

TABLES = [CalendarDayRow, ParkedRow, InboxRow]


async def findings(since: log.Checkpoint | None = None) -> list[tuple[str, str]]:
    """Findings about the log and the test's tables; unsigned migrations of this run are not our subject."""
    report = await verify.verify(since=since, tables=TABLES)
    return [(one.code, one.place) for one in report.findings if not one.code.startswith("migration")]


async def codes(since: log.Checkpoint | None = None) -> set[str]:
    return {code for code, _ in await findings(since)}


async def a_log(size: int = 7) -> list[audit.Entry]:
    made = await worlds.entries(size - 4)
    await log.sequence()
    made += await worlds.entries(4, prefix="later")
    await log.sequence()
    return made


async def a_recorded_day() -> int:
    day = await worlds.a_day(worlds.NOW)
    changed = [audit.row(CalendarDayRow, day)]
    await audit.record(act="a", by=worlds.OPERATOR, subject="d", now=worlds.NOW, changed=changed)
    await log.sequence()
    return day


async def test_an_untouched_log_has_no_findings() -> None:
    await a_log()
    await a_recorded_day()
    await worlds.entries(2, prefix="held", held=True)
    assert await findings() == []
    report = await verify.verify(tables=TABLES)
    assert (report.size, report.waiting) == (8, 2)
    assert report.root == (await log.checkpoint()).root


async def test_an_edited_entry_is_named() -> None:
    made = await a_log()
    body = digest.canonical({**made[2].body, "subject": "other"}).decode()
    await worlds.tamper("UPDATE runtime_audit_entry SET body = $2 WHERE id = $1", made[2].id, body)
    assert await findings() == [("entry-edited", f"position 2, entry {made[2].id}")]


@pytest.mark.parametrize(
    "change",
    ["act = 'x'", "subject = 'x'", "digest = 'x'", "key_id = 'x'", "signature = repeat('0', 128)"],
)
async def test_every_column_of_an_entry_is_covered(change: str) -> None:
    made = await a_log()
    await worlds.tamper(f"UPDATE runtime_audit_entry SET {change} WHERE id = $1", made[2].id)  # noqa: S608
    assert await findings() == [("entry-edited", f"position 2, entry {made[2].id}")]


async def test_an_entry_edited_together_with_its_leaf_and_nodes_is_named() -> None:
    made = await a_log()
    body = digest.canonical({**made[5].body, "subject": "later2x"}).decode()
    row = (await db.fetch("SELECT key_id, signature FROM runtime_audit_entry WHERE id = $1", made[5].id))[0]
    leaf = merkle.leaf_hash(log.leaf_bytes(body=body, **row)).hex()
    await worlds.tamper("UPDATE runtime_audit_entry SET body = $2 WHERE id = $1", made[5].id, body)
    await worlds.tamper("UPDATE runtime_log_leaf SET leaf_hash = $1 WHERE position = 5", leaf)
    await worlds.tamper("UPDATE runtime_log_node SET hash = $1 WHERE key = $2", leaf, tree.Node(0, 5).key)
    assert await codes() == {"entry-edited", "node-edited", "root-differs"}


async def test_a_deleted_entry_is_named() -> None:
    made = await a_log()
    await worlds.tamper("DELETE FROM runtime_audit_entry WHERE id = $1", made[3].id)
    assert await findings() == [("entry-deleted", f"position 3, entry {made[3].id}")]


async def test_a_gap_is_named() -> None:
    made = await a_log()
    await worlds.tamper("DELETE FROM runtime_log_leaf WHERE position = 3")
    assert await findings() == [
        ("leaf-missing", "position 3"),
        ("entry-outside-log", f"entry {made[3].id}"),
    ]


async def test_an_entry_deleted_with_its_leaf_is_a_gap() -> None:
    made = await a_log()
    await worlds.tamper("DELETE FROM runtime_log_leaf WHERE position = 3")
    await worlds.tamper("DELETE FROM runtime_audit_entry WHERE id = $1", made[3].id)
    assert await findings() == [("leaf-missing", "position 3")]


async def test_a_cut_end_is_named() -> None:
    await a_log()
    await worlds.tamper("DELETE FROM runtime_log_leaf WHERE position >= 5")
    assert ("leaves-missing", "checkpoint 7") in await findings()


async def test_an_end_cut_with_its_checkpoint_is_found_by_who_kept_one() -> None:
    made = await a_log()
    kept = await log.checkpoint()
    gone = [entry.id for entry in made[3:]]
    await worlds.tamper("DELETE FROM runtime_log_leaf WHERE position >= 3")
    await worlds.tamper("DELETE FROM runtime_log_checkpoint WHERE size > 3")
    await worlds.tamper("DELETE FROM runtime_audit_entry WHERE id = ANY($1)", gone)
    assert await findings() == []
    assert await findings(kept) == [("rolled-back", "checkpoint 7")]


async def test_a_log_written_anew_with_the_platforms_key_is_found_by_who_kept_a_checkpoint() -> None:
    await a_log()
    kept = await log.checkpoint()
    for table in ("leaf", "node", "checkpoint"):
        await worlds.tamper(f"DELETE FROM runtime_log_{table}")  # noqa: S608
    await worlds.tamper("DELETE FROM runtime_audit_entry")
    await worlds.entries(7, prefix="false")
    await log.sequence()
    assert await findings() == []
    assert await findings(kept) == [("kept-checkpoint-broken", "checkpoint 7")]


async def test_a_kept_checkpoint_of_a_stranger_proves_nothing() -> None:
    await a_log()
    kept = await log.checkpoint()
    forged = log.Checkpoint.of({**kept.document(), "root": "00" * 32})
    assert await findings(kept) == []
    assert await findings(forged) == [("kept-checkpoint-unsigned", "checkpoint 7")]


async def test_an_inserted_entry_is_named_wherever_it_stands() -> None:
    await a_log()
    await db.execute(
        "INSERT INTO runtime_audit_entry (act, subject, body, digest, key_id, signature)"
        " VALUES ('f', 'x', '{}', '', '', '')"
    )
    forged = (await db.fetch("SELECT max(id) AS id FROM runtime_audit_entry"))[0]["id"]
    assert await findings() == [("entry-inserted", f"entry {forged}")]
    await db.execute("INSERT INTO runtime_log_leaf VALUES (7, $1, repeat('0', 64))", forged)
    assert await codes() == {"entry-edited", "node-edited", "checkpoint-missing"}


async def test_two_leaves_that_changed_places_are_named() -> None:
    await a_log()
    await worlds.tamper("UPDATE runtime_log_leaf SET position = 100 WHERE position = 1")
    await worlds.tamper("UPDATE runtime_log_leaf SET position = 1 WHERE position = 2")
    await worlds.tamper("UPDATE runtime_log_leaf SET position = 2 WHERE position = 100")
    assert await codes() == {"node-edited", "root-differs"}


async def test_a_waiting_entry_that_was_deleted_is_named() -> None:
    (held,) = await worlds.entries(1, held=True)
    await worlds.tamper("DELETE FROM runtime_audit_entry WHERE id = $1", held.id)
    assert await findings() == [("entry-deleted", f"entry {held.id}")]


async def test_an_edited_node_or_checkpoint_is_named() -> None:
    await a_log()
    await worlds.tamper("UPDATE runtime_log_node SET hash = repeat('0', 64) WHERE key = 1")
    await worlds.tamper("UPDATE runtime_log_checkpoint SET signature = repeat('0', 128) WHERE size = 3")
    assert await findings() == [
        ("checkpoint-edited", "checkpoint 3"),
        ("node-edited", "height 1, number 0"),
    ]


async def test_an_edited_row_is_named_with_its_field() -> None:
    day = await a_recorded_day()
    await db.execute("UPDATE runtime_calendar_day SET is_workday = true WHERE id = $1", day)
    report = await verify.verify(tables=TABLES)
    found = [one for one in report.findings if one.code == "row-edited"]
    assert [(one.place, one.detail) for one in found] == [(f"runtime_calendar_day {day}", "is_workday")]


async def test_a_row_without_an_entry_and_a_row_that_vanished_are_named() -> None:
    day = await worlds.a_day(worlds.NOW)
    assert await findings() == [("row-unrecorded", f"runtime_calendar_day {day}")]
    changed = [audit.row(CalendarDayRow, day)]
    await audit.record(act="a", by=worlds.OPERATOR, subject="d", now=worlds.NOW, changed=changed)
    assert await findings() == []
    await db.execute("DELETE FROM runtime_calendar_day WHERE id = $1", day)
    assert await findings() == [("row-deleted", f"runtime_calendar_day {day}")]
    gone = [audit.removed(CalendarDayRow, day)]
    await audit.record(act="b", by=worlds.OPERATOR, subject="d", now=worlds.NOW, changed=gone)
    assert await findings() == []


async def test_an_edited_image_is_named() -> None:
    await a_recorded_day()
    await worlds.tamper("UPDATE runtime_audit_image SET image = replace(image, 'false', 'true')")
    assert {"image-edited", "row-edited"} == await codes()


async def test_an_image_moved_to_another_row_is_named() -> None:
    day = await a_recorded_day()
    await worlds.tamper("UPDATE runtime_audit_image SET row_id = '999'")
    found = await findings()
    assert found[0][0] == "image-edited"
    assert ("row-unrecorded", f"runtime_calendar_day {day}") in found


async def test_a_migration_that_did_not_sign_itself_is_named() -> None:
    await db.execute("INSERT INTO migration (name, app_name, ran_on) VALUES ('by-hand', 'runtime', now())")
    report = await verify.verify(tables=[])
    assert "migration:runtime:by-hand" in {f.place for f in report.findings if f.code == "migration-unsigned"}
    await audit.record_migration(app="runtime", name="by-hand", now=worlds.NOW)
    report = await verify.verify(tables=[])
    assert "migration:runtime:by-hand" not in {f.place for f in report.findings}


async def test_the_migration_runner_signs_what_it_ran() -> None:
    """All migrations of one table are undone by hand and run again, so that the next test finds it whole."""
    of_sessions = ["%T15:33:%", "%T22:12:%"]
    rows = await db.fetch(
        "SELECT name FROM migration WHERE app_name = 'runtime' AND name LIKE ANY($1)", of_sessions
    )
    await db.execute("DROP TABLE runtime_session")
    await db.execute("DELETE FROM migration WHERE name = ANY($1)", [row["name"] for row in rows])
    assert await migrations.migrate() == len(rows) == 2
    assert await db.fetch("SELECT token_hash, half FROM runtime_session") == []
    unsigned = {f.place for f in (await verify.verify(tables=[])).findings if f.code == "migration-unsigned"}
    assert unsigned.isdisjoint(f"migration:runtime:{row['name']}" for row in rows)


async def test_what_was_signed_before_a_rotation_still_verifies() -> None:
    before = keys.current()
    await a_log()
    before.rotate(at=worlds.NOW)
    await worlds.entries(2, prefix="new")
    await log.sequence()
    assert await findings() == []
    assert len(before.document()["keys"]) >= 2


async def test_the_clock_row_is_covered_too() -> None:
    await timekeeping.beat()
    assert (await verify.verify(tables=[ClockRow])).findings == (await verify.verify(tables=[])).findings
    await db.execute("UPDATE runtime_clock SET offset_us = 5")
    report = await verify.verify(tables=[ClockRow])
    assert ("row-edited", "runtime_clock 1") in {(f.code, f.place) for f in report.findings}
