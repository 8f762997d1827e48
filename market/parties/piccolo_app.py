"""The Piccolo app ``parties``: its tables and the folder of its migrations."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from market.parties import contact_tables
from market.parties.tables import TABLES

APP_CONFIG = AppConfig(
    app_name="parties",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=[*TABLES, *contact_tables.TABLES],
    migration_dependencies=["market.runtime.piccolo_app"],
)
