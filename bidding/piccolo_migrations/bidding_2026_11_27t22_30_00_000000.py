"""What Piccolo cannot say of remedies: paired stamps, closed sets, one end for each."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-27T22:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of suspension and remedies"


def _paired(table: str, *names: str) -> list[str]:
    return [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name}_paired"
        f" CHECK (({name}_at IS NULL) = ({name}_by IS NULL))"
        for name in names
    ]


def _among(table: str, column: str, *values: str) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_known CHECK ({column} IN ({listed}))"


_REMEDIES = ("correct", "re-evaluate", "next-candidate", "annul", "retender")
STATEMENTS = [
    "ALTER TABLE bidding_tender DROP CONSTRAINT bidding_tender_stage_known",
    _among(
        "bidding_tender",
        "stage",
        "draft",
        "filed",
        "returned",
        "accepted",
        "published",
        "bidding",
        "closed",
        "opening",
        "opened",
        "evaluation",
        "ranked",
        "decided",
        "awarded",
        "contracted",
        "completed",
        "failed",
        "terminated",
        "annulled",
    ),
    *_paired("bidding_suspension", "lifted"),
    _among("bidding_suspension", "cause", "objection", "order"),
    "ALTER TABLE bidding_suspension ADD CONSTRAINT bidding_suspension_forward"
    " CHECK (lifted_at IS NULL OR lifted_at >= since)",
    *_paired("bidding_suspension_proposal", "settled"),
    *_paired("bidding_objection", "ended"),
    _among("bidding_objection", "kind", "document", "opening", "result"),
    _among("bidding_objection", "state", "lodged", "answered", "withdrawn"),
    _among("bidding_objection", "remedy", *_REMEDIES),
    "ALTER TABLE bidding_objection ADD CONSTRAINT bidding_objection_answered"
    " CHECK ((state = 'answered') = (outcome IS NOT NULL))",
    *_paired("bidding_complaint", "accepted", "ended"),
    _among("bidding_complaint", "matter", "document", "opening", "result", "other"),
    _among("bidding_complaint", "state", "lodged", "accepted", "not-accepted", "decided", "withdrawn"),
    _among("bidding_complaint", "remedy", *_REMEDIES),
    "ALTER TABLE bidding_complaint ADD CONSTRAINT bidding_complaint_decided"
    " CHECK ((state = 'decided') = (outcome IS NOT NULL))",
    *_paired("bidding_report", "answered"),
    *_paired("bidding_recheck", "closed"),
    _among("bidding_recheck", "stands", "stands", "fails"),
    "ALTER TABLE bidding_recheck ADD CONSTRAINT bidding_recheck_answered"
    " CHECK ((closed_at IS NULL) = (stands IS NULL))",
    "CREATE UNIQUE INDEX bidding_evaluation_current ON bidding_evaluation (tender, lot)"
    " WHERE superseded_at IS NULL",
    "CREATE UNIQUE INDEX bidding_objection_waiting ON bidding_objection (tender, kind, lot, organisation)"
    " WHERE state = 'lodged'",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="bidding", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
