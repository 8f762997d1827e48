"""What Piccolo cannot say of inspections and project risks."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-28T06:26:13:001311"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of inspections"

STATEMENTS = [
    "ALTER TABLE credit_project_risk ADD CONSTRAINT credit_project_risk_known"
    " CHECK (risk IN ('low', 'mid', 'high') AND reason <> '')",
    "ALTER TABLE credit_inspection ADD CONSTRAINT credit_inspection_stage_known"
    " CHECK (stage IN ('planned', 'named', 'held', 'pursued', 'cancelled'))",
    "ALTER TABLE credit_inspection ADD CONSTRAINT credit_inspection_kind_known CHECK"
    " (kind IN ('regular', 'early') AND risk IN ('low', 'mid', 'high') AND level IN ('A', 'B', 'C', 'D'))",
    "ALTER TABLE credit_inspection ADD CONSTRAINT credit_inspection_forward CHECK (due_on >= from_on)",
    # An unannounced visit is announced to nobody.
    "ALTER TABLE credit_inspection ADD CONSTRAINT credit_inspection_silent CHECK"
    " ((announced_at IS NULL) = (announced_by IS NULL) AND NOT (unannounced AND announced_at IS NOT NULL))",
    # Nobody inspects who was not named (APL 42).
    "ALTER TABLE credit_inspection ADD CONSTRAINT credit_inspection_named CHECK ((named_at IS NULL)"
    " = (visit_on IS NULL) AND (named_at IS NULL) = (inspectors_digest = '')"
    " AND (stage NOT IN ('named', 'held', 'pursued') OR named_at IS NOT NULL))",
    "ALTER TABLE credit_inspection ADD CONSTRAINT credit_inspection_held CHECK ((stage IN ('held', 'pursued'))"
    " = (held_at IS NOT NULL AND held_by IS NOT NULL AND visited_at IS NOT NULL AND paper_digest <> ''))",
    "ALTER TABLE credit_inspection ADD CONSTRAINT credit_inspection_cancelled CHECK ((stage = 'cancelled')"
    " = (cancelled_at IS NOT NULL AND cancelled_by IS NOT NULL AND cancel_reason <> ''))",
    "ALTER TABLE credit_inspection_photo ADD CONSTRAINT credit_inspection_photo_known CHECK (source IN"
    " ('exif', 'entered') AND (latitude_micro IS NULL) = (longitude_micro IS NULL)"
    " AND abs(coalesce(latitude_micro, 0)) <= 90000000 AND abs(coalesce(longitude_micro, 0)) <= 180000000)",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="credit", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
