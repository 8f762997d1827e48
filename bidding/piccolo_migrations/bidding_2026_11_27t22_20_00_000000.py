"""What Piccolo cannot say of awards and what follows them: one standing award, paired stamps, closed sets."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-27T22:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of cancelled awards, contract filings, reports and securities"


def _paired(table: str, *names: str) -> list[str]:
    return [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name}_paired"
        f" CHECK (({name}_at IS NULL) = ({name}_by IS NULL))"
        for name in names
    ]


def _among(table: str, column: str, *values: str) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_known CHECK ({column} IN ({listed}))"


STATEMENTS = [
    "CREATE UNIQUE INDEX bidding_award_stands ON bidding_award (tender, lot) WHERE cancelled_at IS NULL",
    *_paired("bidding_award", "declined", "cancelled"),
    "ALTER TABLE bidding_award ADD CONSTRAINT bidding_award_ground_given"
    " CHECK ((cancelled_at IS NULL) = (ground IS NULL))",
    _among(
        "bidding_award",
        "ground",
        "refused-to-sign",
        "added-conditions",
        "no-performance-security",
        "gave-up-with-reason",
        "force-majeure",
        "proven-illegality",
    ),
    _among(
        "bidding_contract", "stage", "drafted", "signed", "filed", "returned", "acknowledged", "voided"
    ),
    _among("bidding_contract_answer", "authority", "street", "district"),
    "ALTER TABLE bidding_contract_answer ADD CONSTRAINT bidding_contract_answer_reasoned"
    " CHECK (received OR reasons <> '')",
    _among("bidding_security", "kind", "bid", "performance"),
    _among("bidding_security", "instrument", "transfer", "cheque", "guarantee"),
    "ALTER TABLE bidding_security ADD CONSTRAINT bidding_security_amount CHECK (amount_fen > 0)",
    "ALTER TABLE bidding_security ADD CONSTRAINT bidding_security_award_named"
    " CHECK ((kind = 'performance') = (award IS NOT NULL))",
    _among("bidding_security_settlement", "outcome", "returned", "forfeited"),
    "ALTER TABLE bidding_security_settlement ADD CONSTRAINT bidding_security_settlement_grounded"
    " CHECK ((outcome = 'forfeited') = (ground <> '') AND interest_fen >= 0 AND days >= 0)",
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
        "contract-filed",
        "completed",
        "failed",
        "terminated",
    ),
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="bidding", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
