"""What Piccolo cannot say: periods that may not overlap, paired stamps, closed sets, search indexes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-23T15:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Constraints and search indexes of the parties"


def _paired(table: str, *names: str) -> list[str]:
    return [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name}_paired"
        f" CHECK (({name}_at IS NULL) = ({name}_by IS NULL))"
        for name in names
    ]


def _among(table: str, column: str, *values: str) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_known CHECK ({column} IN ({listed}))"


def _hex(table: str, *columns: str) -> list[str]:
    return [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_hex CHECK ({column} ~ '^[0-9a-f]{{64}}$')"
        for column in columns
    ]


STATEMENTS = [
    "ALTER TABLE parties_account ADD CONSTRAINT parties_account_person FOREIGN KEY (id)"
    " REFERENCES parties_person (id) ON DELETE RESTRICT",
    "ALTER TABLE parties_organisation ADD CONSTRAINT parties_organisation_community FOREIGN KEY (community)"
    " REFERENCES parties_community (id) ON DELETE RESTRICT",
    # One mandate, one period: the same person in the same role for the same body and division, never twice at once.
    "ALTER TABLE parties_mandate ADD CONSTRAINT parties_mandate_periods_apart EXCLUDE USING gist"
    " (person WITH =, organisation WITH =, role WITH =, division WITH =,"
    " tstzrange(valid_from, valid_to, '[)') WITH &&)",
    "ALTER TABLE parties_mandate ADD CONSTRAINT parties_mandate_period_forward"
    " CHECK (valid_to IS NULL OR valid_to >= valid_from)",
    "ALTER TABLE parties_unit ADD CONSTRAINT parties_unit_area_positive CHECK (area_centi > 0)",
    "ALTER TABLE parties_keyholder_key ADD CONSTRAINT parties_keyholder_key_distinct"
    " CHECK (opening_key <> signing_key)",
    "ALTER TABLE parties_signing_key ADD CONSTRAINT parties_signing_key_distinct"
    " CHECK (signing_key <> recovery_key)",
    # An enterprise signs with one key at a time.
    "CREATE UNIQUE INDEX parties_signing_key_one_in_force ON parties_signing_key (organisation)"
    " WHERE revoked_at IS NULL",
    "CREATE INDEX parties_organisation_name_trgm ON parties_organisation USING gin (name gin_trgm_ops)",
    "CREATE INDEX parties_community_name_trgm ON parties_community USING gin (name gin_trgm_ops)",
    _among("parties_division", "level", "municipality", "district", "street", "community"),
    _among("parties_organisation", "stage", "applied", "admitted", "refused", "closed"),
    _among(
        "parties_organisation",
        "kind",
        "enterprise",
        "owners_committee",
        "management_committee",
        "developer",
        "authority",
        "association",
        "assessment_body",
        "witness",
        "operator",
    ),
    _among(
        "parties_mandate",
        "role",
        "city",
        "district",
        "street",
        "community",
        "committee",
        "enterprise",
        "developer",
        "expert",
        "assessor",
        "association",
        "witness",
        "owner",
        "operator",
    ),
    *_paired("parties_account", "closed"),
    *_paired("parties_organisation", "admitted", "closed"),
    *_paired("parties_community", "confirmed"),
    *_paired("parties_mandate", "revoked"),
    *_paired("parties_signing_key", "revoked"),
    *_paired("parties_keyholder_key", "revoked"),
    *_hex("parties_signing_key", "signing_key", "recovery_key"),
    *_hex("parties_keyholder_key", "opening_key", "signing_key"),
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="parties", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
