"""Protect the log: no UPDATE, DELETE or TRUNCATE; every new entry waits for the sequencer."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-23T15:27:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Append-only triggers, the sequencer's queue, uniqueness over several columns"

APPEND_ONLY = (
    "runtime_audit_entry",
    "runtime_audit_image",
    "runtime_log_leaf",
    "runtime_log_node",
    "runtime_log_checkpoint",
)

FORWARDS = [
    """CREATE FUNCTION runtime_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$""",
    *(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION runtime_append_only()"
        for table in APPEND_ONLY
    ),
    """CREATE FUNCTION runtime_entry_waits() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO runtime_log_pending (entry_id) VALUES (NEW.id);
        RETURN NULL;
    END $$""",
    "CREATE TRIGGER runtime_audit_entry_waits AFTER INSERT ON runtime_audit_entry"
    " FOR EACH ROW EXECUTE FUNCTION runtime_entry_waits()",
    "ALTER TABLE runtime_audit_image ADD CONSTRAINT runtime_audit_image_place UNIQUE (entry_id, ordinal)",
    "CREATE INDEX runtime_audit_image_row ON runtime_audit_image (table_name, row_id, entry_id)",
    "ALTER TABLE runtime_alarm ADD CONSTRAINT runtime_alarm_cause UNIQUE (kind, subject)",
    "ALTER TABLE runtime_parked ADD CONSTRAINT runtime_parked_once UNIQUE (subscriber, outbox_id)",
    "ALTER TABLE runtime_due_failure ADD CONSTRAINT runtime_due_failure_row UNIQUE (due, row_id)",
    "ALTER TABLE runtime_inbox ADD CONSTRAINT runtime_inbox_origin UNIQUE (origin, organisation)",
    "CREATE INDEX runtime_inbox_unread ON runtime_inbox (organisation, id DESC)",
    "ALTER TABLE runtime_clock ADD CONSTRAINT runtime_clock_one CHECK (id = 1)",
]

BACKWARDS = [
    "DROP TRIGGER runtime_audit_entry_waits ON runtime_audit_entry",
    *(f"DROP TRIGGER {table}_append_only ON {table}" for table in APPEND_ONLY),
    "DROP FUNCTION runtime_entry_waits()",
    "DROP FUNCTION runtime_append_only()",
    "DROP INDEX runtime_audit_image_row",
    "DROP INDEX runtime_inbox_unread",
    "ALTER TABLE runtime_audit_image DROP CONSTRAINT runtime_audit_image_place",
    "ALTER TABLE runtime_alarm DROP CONSTRAINT runtime_alarm_cause",
    "ALTER TABLE runtime_parked DROP CONSTRAINT runtime_parked_once",
    "ALTER TABLE runtime_due_failure DROP CONSTRAINT runtime_due_failure_row",
    "ALTER TABLE runtime_inbox DROP CONSTRAINT runtime_inbox_origin",
    "ALTER TABLE runtime_clock DROP CONSTRAINT runtime_clock_one",
]


async def _run(statements: list[str]) -> None:
    engine = engine_finder()
    for statement in statements:
        await engine.run_ddl(statement)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="runtime", description=DESCRIPTION)

    async def run() -> None:
        await _run(FORWARDS)

    async def run_backwards() -> None:
        await _run(BACKWARDS)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
