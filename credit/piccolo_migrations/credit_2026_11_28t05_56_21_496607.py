"""What Piccolo cannot say of rule set versions: who approves whom, and that published ones stay as they are."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from market.runtime import database

ID = "2026-11-28T05:56:21:496607"
VERSION = "1.38.0"
DESCRIPTION = "What a published rule set version keeps"

STATEMENTS = [
    "ALTER TABLE credit_rule_set ADD CONSTRAINT credit_rule_set_stage_known CHECK (stage IN ('draft',"
    " 'simulated', 'approved_once', 'approved', 'published', 'withdrawn', 'abandoned'))",
    # A version has its number, basis, day and signer from publication on, and two approvals before it.
    "ALTER TABLE credit_rule_set ADD CONSTRAINT credit_rule_set_published CHECK ((stage IN ('published',"
    " 'withdrawn')) = (version IS NOT NULL AND published_at IS NOT NULL AND published_by IS NOT NULL"
    " AND effective_from IS NOT NULL AND legal_basis <> '' AND confirmed_person IS NOT NULL))",
    "ALTER TABLE credit_rule_set ADD CONSTRAINT credit_rule_set_later CHECK (version > 1"
    " AND effective_from > (published_at AT TIME ZONE 'Asia/Shanghai')::date)",
    # Four eyes: nobody approves what they wrote, and two people approve (rulebook 4.2).
    "ALTER TABLE credit_rule_set ADD CONSTRAINT credit_rule_set_eyes CHECK (approved_person <> ALL (hands)"
    " AND confirmed_person <> ALL (hands) AND approved_person <> confirmed_person)",
    "ALTER TABLE credit_rule_set ADD CONSTRAINT credit_rule_set_approved_paired CHECK"
    " ((approved_at IS NULL) = (approved_person IS NULL) AND (confirmed_at IS NULL) = (confirmed_person IS NULL)"
    " AND (confirmed_at IS NULL OR approved_at IS NOT NULL))",
    "ALTER TABLE credit_rule_set ADD CONSTRAINT credit_rule_set_ended_paired CHECK ((stage IN ('withdrawn',"
    " 'abandoned')) = (ended_at IS NOT NULL AND ended_by IS NOT NULL))",
    "CREATE UNIQUE INDEX credit_rule_set_one_a_day ON credit_rule_set (effective_from)"
    " WHERE stage = 'published'",
    # What was published is never written again; only its withdrawal is added.
    "CREATE FUNCTION credit_rule_set_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " IF TG_OP = 'DELETE' OR (NEW.id, NEW.version, NEW.base, NEW.body, NEW.digest, NEW.effective_from,"
    " NEW.legal_basis, NEW.published_at, NEW.published_by, NEW.report_digest) IS DISTINCT FROM (OLD.id,"
    " OLD.version, OLD.base, OLD.body, OLD.digest, OLD.effective_from, OLD.legal_basis, OLD.published_at,"
    " OLD.published_by, OLD.report_digest) OR NEW.stage NOT IN ('published', 'withdrawn')"
    " OR (OLD.stage = 'withdrawn' AND NEW.stage <> 'withdrawn')"
    " THEN RAISE EXCEPTION 'a published rule set never changes'"
    " USING ERRCODE = 'restrict_violation', CONSTRAINT = 'credit_rule_set_stays'; END IF;"
    " RETURN NEW; END $$",
    "CREATE TRIGGER credit_rule_set_stays BEFORE UPDATE OR DELETE ON credit_rule_set FOR EACH ROW"
    " WHEN (OLD.version IS NOT NULL) EXECUTE FUNCTION credit_rule_set_stays()",
    "ALTER TABLE credit_record ADD CONSTRAINT credit_record_facts_positive"
    " CHECK (amount_fen >= 0 AND days_late >= 0)",
]


async def forwards() -> MigrationManager:
    """Add them."""
    manager = MigrationManager(migration_id=ID, app_name="credit", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
