"""What Piccolo cannot say of owners' decisions: paired stamps, closed sets, and which rows have a tender.

Tender documents named the owners' decision by typed words. A recorded decision cannot be made of them, so the
words go; the document's digest in the log still covers them as they were filed.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-27T22:20:34:232469"
VERSION = "1.38.0"
DESCRIPTION = "Paired stamps of revocations and documents that name recorded decisions"

STATEMENTS = [
    "UPDATE bidding_decision SET revoked_by = 'platform' WHERE revoked_at IS NOT NULL",
    "ALTER TABLE bidding_decision ADD CONSTRAINT bidding_decision_revoked_paired"
    " CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))",
    "ALTER TABLE bidding_decision ADD CONSTRAINT bidding_decision_pattern_known"
    " CHECK (pattern IN ('vote-last', 'vote-first'))",
    "ALTER TABLE bidding_decision ADD CONSTRAINT bidding_decision_non_voters_known"
    " CHECK (non_voters IN ('not-participating', 'count-with-majority'))",
    "ALTER TABLE bidding_decision ADD CONSTRAINT bidding_decision_of_owners"
    " CHECK (community IS NOT NULL OR tender IS NOT NULL)",
    "UPDATE bidding_tender SET content = jsonb_set(content, '{decision}', 'null')"
    " WHERE jsonb_typeof(content->'decision') = 'object'",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="bidding", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
