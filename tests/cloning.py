"""The migrated template, its copies, and how a copy becomes clean again after a test."""

import contextlib
import fcntl
import shutil
from pathlib import Path

from piccolo.conf.apps import AppConfig
from piccolo.table import create_db_tables

from market.runtime import database as db
from market.runtime import keys, migrations
from market.runtime.postgres import Cluster

PREFIX = "market-test-"
TEMPLATE = "template_market"

KEEP = """
CREATE SCHEMA kept;
DO $$ DECLARE t text; filled boolean; BEGIN
    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', t) INTO filled;
        IF filled THEN EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', t, t); END IF;
    END LOOP;
    CREATE TABLE kept.kept_sequences AS SELECT sequencename, last_value FROM pg_sequences
        WHERE schemaname = 'public' AND last_value IS NOT NULL;
    CREATE TABLE kept.kept_at AS SELECT pg_current_xact_id()::text::bigint AS xid;
END $$
"""

CLEAN = """
DO $$ DECLARE t text; s record; touched boolean; at bigint; BEGIN
    SET LOCAL session_replication_role = replica;
    SET LOCAL lock_timeout = '5s';
    SELECT xid INTO at FROM kept.kept_at;
    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        IF to_regclass(format('kept.%I', t)) IS NULL THEN
            EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', t) INTO touched;
            IF touched THEN EXECUTE format('DELETE FROM public.%I', t); END IF;
        ELSE
            EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I WHERE xmin::text::bigint >= $1)
                OR (SELECT count(*) FROM public.%I) <> (SELECT count(*) FROM kept.%I)', t, t, t)
                USING at INTO touched;
            IF touched THEN
                EXECUTE format('DELETE FROM public.%I', t);
                EXECUTE format('INSERT INTO public.%I OVERRIDING SYSTEM VALUE SELECT * FROM kept.%I', t, t);
            END IF;
        END IF;
    END LOOP;
    FOR s IN SELECT p.sequencename, k.last_value FROM pg_sequences p
        LEFT JOIN kept.kept_sequences k USING (sequencename)
        WHERE schemaname = 'public' AND p.last_value IS DISTINCT FROM k.last_value LOOP
        IF s.last_value IS NULL THEN EXECUTE format('ALTER SEQUENCE public.%I RESTART', s.sequencename);
        ELSE PERFORM setval(format('public.%I', s.sequencename), s.last_value); END IF;
    END LOOP;
END $$
"""
"""``replica`` switches triggers and foreign keys off, so append-only tables can be emptied in any order."""


async def clone(cluster: Cluster, name: str) -> str:
    """Return the address of a fresh copy of the template, which the first worker makes."""
    with (cluster.folder / "template.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if cluster.sql(f"SELECT 1 FROM pg_database WHERE datname = '{TEMPLATE}'") != "1":  # noqa: S608
            cluster.ensure_database(f"{TEMPLATE}_new")
            await make_template(cluster.url(f"{TEMPLATE}_new"))
            cluster.sql(f"ALTER DATABASE {TEMPLATE}_new RENAME TO {TEMPLATE}")
        cluster.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cluster.sql(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
    return cluster.url(name)


async def make_template(url: str) -> None:
    """Bring an empty database to the newest schema, by migrations.

    An app that has no migration yet gets its tables from the classes, so that its author can begin. Nothing
    is signed meanwhile: whether a test before had composed keys must not show in every copy's log.
    """
    db.engine().config["dsn"] = url
    kept, keys._Current.keys = keys._Current.keys, None
    await db.open_pool(size=2)
    try:
        await migrations.migrate()
        for app in migrations.apps():
            if not has_migrations(app):
                try:
                    await create_db_tables(*app.table_classes, if_not_exists=True)
                except Exception as failure:  # noqa: BLE001 - the other apps' tests go on
                    print(f"no tables for {app.app_name}: {failure}")  # noqa: T201
        await db.execute(KEEP)
    finally:
        await db.close_pool()
        keys._Current.keys = kept


def has_migrations(app: AppConfig) -> bool:
    """Tell whether an app's folder of migrations holds any."""
    return any(Path(app.resolved_migrations_folder_path).glob("*_20*.py"))


async def clean() -> None:
    """Delete what a test committed and restore what the template held."""
    await db.execute(CLEAN)


def sweep(folder: Path) -> None:
    """Stop and remove the clusters of test runs that were killed."""
    for left in folder.glob(f"{PREFIX}*"):
        pid = left.name.removeprefix(PREFIX)
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            with contextlib.suppress(OSError):
                Cluster(left / "pg", durable=False).release()
                shutil.rmtree(left)
