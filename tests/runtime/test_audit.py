"""What an audit entry says, and what it leaves out."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import asyncpg
import pytest
from piccolo.columns import JSONB, UUID, Array, Bytea, Integer, Interval, Timestamptz
from piccolo.table import Table

from market.kernel import digest
from market.kernel.actor import Actor, Role
from market.kernel.errors import ConflictError
from market.runtime import audit, clock, keys, log
from market.runtime import database as db
from market.runtime.audited import Audited
from market.runtime.tables import CalendarDayRow, InboxRow
from tests.runtime import worlds

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
BY = Actor(person=5, mandate=17, role=Role.OPERATOR)


async def test_an_entry_names_the_mandate_and_both_instants() -> None:
    entry = await audit.record(act="test:act", by=BY, subject="tender:1", now=NOW)
    assert set(entry.body) == {"act", "actor", "subject", "at", "recorded_at", "rows"}
    assert entry.body["actor"] == "operator:17"
    assert entry.body["at"] == "2026-11-23T02:00:00.000000Z"
    assert entry.digest == digest.digest("entry", entry.body)
    assert entry.at == NOW


async def test_an_entry_is_signed_by_the_platform() -> None:
    entry = await audit.record(act="test:act", by=BY, subject="tender:1", now=NOW)
    row = (await db.fetch("SELECT * FROM runtime_audit_entry WHERE id = $1", entry.id))[0]
    assert digest.verify("entry", entry.body, row["signature"], keys.current().public_hex)
    assert row["body"].encode() == digest.canonical(entry.body)


async def test_the_row_image_is_read_again_from_the_database() -> None:
    day = await worlds.a_day(NOW)
    entry = await audit.record(
        act="test:act", by=BY, subject="x", now=NOW, changed=[audit.row(CalendarDayRow, day)]
    )
    image = (await log.images_of(entry.id))[0]
    assert image == {
        "table": "runtime_calendar_day",
        "version": 1,
        "id": day,
        "day": "2026-11-23",
        "is_workday": False,
        "name": "节",
        "source": "test",
    }
    assert entry.body["rows"] == [{"table": "runtime_calendar_day", "digest": digest.digest("row", image)}]


class ShapesRow(Table, tablename="test_shapes"):
    """A row with every shape of value; it exists in this test only."""

    audited: ClassVar[Audited] = Audited(
        version=3, fields=("key", "octets", "spans", "took", "when", "plain")
    )

    key = UUID(primary_key=True)
    octets = Bytea()
    spans = Array(base_column=Integer())
    took = Interval()
    when = Timestamptz()
    plain = JSONB()


def test_every_shape_of_value_has_one_spelling() -> None:
    name = uuid.uuid4()
    stored = {
        "key": name,
        "octets": b"\x00\xff",
        "spans": [1, 2],
        "took": timedelta(seconds=1),
        "when": NOW,
        "plain": '{"b": 1, "a": [true, null]}',
    }
    assert digest.parse_canonical(audit.image(ShapesRow, stored).text.encode()) == {
        "table": "test_shapes",
        "version": 3,
        "key": str(name),
        "octets": "00ff",
        "spans": [1, 2],
        "took": 1_000_000,
        "when": "2026-11-23T02:00:00.000000Z",
        "plain": {"a": [True, None], "b": 1},
    }


def test_a_float_has_no_place_in_an_image() -> None:
    with pytest.raises(digest.NotCanonicalError):
        audit.image(ShapesRow, dict.fromkeys(ShapesRow.audited.fields, 0.5))


async def test_a_row_that_does_not_exist_rolls_the_act_back() -> None:
    with pytest.raises(audit.ChangedRowMissingError):
        await audit.record(
            act="test:act", by=BY, subject="x", now=NOW, changed=[audit.row(CalendarDayRow, 404)]
        )
    assert await db.fetch("SELECT 1 FROM runtime_audit_entry") == []


async def test_a_removed_row_must_be_gone() -> None:
    day = await worlds.a_day(NOW)
    with pytest.raises(audit.ChangedRowMissingError):
        await audit.record(
            act="test:act", by=BY, subject="x", now=NOW, changed=[audit.removed(CalendarDayRow, day)]
        )


async def test_a_table_without_audited_fields_cannot_stand_in_an_entry() -> None:
    with pytest.raises(audit.NotAuditedError):
        await audit.record(act="a", by=BY, subject="x", now=NOW, changed=[audit.row(InboxRow, 1)])


async def test_an_act_that_fails_leaves_no_entry() -> None:
    async def act() -> None:
        async with db.transaction():
            await audit.record(act="test:act", by=BY, subject="x", now=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await act()
    assert await db.fetch("SELECT 1 FROM runtime_audit_entry") == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE runtime_audit_entry SET act = 'x'",
        "DELETE FROM runtime_audit_entry",
        "TRUNCATE runtime_audit_entry CASCADE",
        "UPDATE runtime_log_leaf SET position = position + 1",
        "DELETE FROM runtime_log_leaf",
        "DELETE FROM runtime_log_checkpoint",
        "UPDATE runtime_log_node SET hash = ''",
        "DELETE FROM runtime_audit_image",
    ],
)
async def test_the_database_refuses_to_change_the_log(statement: str) -> None:
    await audit.record(act="test:act", by=BY, subject="x", now=NOW)
    await log.sequence()
    with pytest.raises((ConflictError, asyncpg.PostgresError)):
        await db.execute(statement)


async def test_under_an_offset_everything_signed_says_demonstration() -> None:
    await db.execute("INSERT INTO runtime_clock (id, offset_us) VALUES (1, 1000000)")
    entry = await audit.record(act="test:act", by=BY, subject="x", now=NOW)
    await log.sequence()
    assert entry.body["demonstration"] is True
    assert (await log.checkpoint()).body["demonstration"] is True
    assert await clock.is_offset()


async def test_a_hidden_actor_replaces_the_name() -> None:
    entry = await audit.record(act="a", by=BY, subject="x", now=NOW, held=True, actor="ab" * 32)
    assert entry.body["actor"] == "ab" * 32
    assert (await audit.entry_of(entry.id)).held
    with pytest.raises(audit.EntryMissingError):
        await audit.entry_of(entry.id + 1)


async def test_a_migration_signs_itself() -> None:
    entry = await audit.record_migration(app="runtime", name="2026", now=NOW)
    assert (entry.body["act"], entry.body["subject"]) == ("platform:migrate", "migration:runtime:2026")
