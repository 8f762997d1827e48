"""What Piccolo cannot say of measures that begin by themselves and of proposals."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-28T09:13:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of measures and proposals; plans that run turn by themselves"

STATEMENTS = [
    "ALTER TABLE credit_measure ADD CONSTRAINT credit_measure_origin_of_itself"
    " CHECK (NOT automatic OR origin IS NOT NULL)",
    # What binds is decided by an authority; only a listing, decided after hearing, brings duties along.
    "ALTER TABLE credit_measure ADD CONSTRAINT credit_measure_binds_by_decision"
    " CHECK (NOT automatic OR trigger = 'listed' OR force NOT IN ('duty', 'restriction'))",
    "ALTER TABLE credit_measure ADD CONSTRAINT credit_measure_end_cause_of_end"
    " CHECK (lifted_at IS NOT NULL OR end_cause = '')",
    "ALTER TABLE credit_measure_proposal ADD CONSTRAINT credit_measure_proposal_stage_known"
    " CHECK (stage IN ('open', 'issued', 'declined', 'lapsed'))",
    "ALTER TABLE credit_measure_proposal ADD CONSTRAINT credit_measure_proposal_ended_paired CHECK"
    " ((stage <> 'open') = (ended_at IS NOT NULL AND ended_by IS NOT NULL AND end_cause <> ''))",
    "ALTER TABLE credit_measure_proposal ADD CONSTRAINT credit_measure_proposal_issued"
    " CHECK ((stage = 'issued') = (measure IS NOT NULL))",
    "ALTER TABLE credit_measure_proposal ADD CONSTRAINT credit_measure_proposal_reasoned"
    " CHECK (stage <> 'declined' OR end_reason <> '')",
    "CREATE UNIQUE INDEX credit_measure_proposal_one_open ON credit_measure_proposal (enterprise, key)"
    " WHERE stage = 'open'",
    # A plan that runs draws the next one when its half-year is over.
    "UPDATE credit_visit_plan SET next_due_at = CASE substr(cycle, 5, 2) WHEN 'H1'"
    " THEN make_timestamptz(substr(cycle, 1, 4)::int, 7, 1, 0, 0, 0, 'Asia/Shanghai')"
    " ELSE make_timestamptz(substr(cycle, 1, 4)::int + 1, 1, 1, 0, 0, 0, 'Asia/Shanghai') END"
    " WHERE cycle ~ '^[0-9]{4}H[12]$'",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="credit", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
