"""The Piccolo app ``bidding``: its tables and the folder of its migrations."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

HERE = Path(__file__).parent
MODULES = [f"bidding.tables.{file.stem}" for file in sorted(HERE.glob("tables/[a-z]*.py"))]

APP_CONFIG = AppConfig(
    app_name="bidding",
    migrations_folder_path=str(HERE / "piccolo_migrations"),
    table_classes=table_finder(MODULES, exclude_imported=True),
    migration_dependencies=["market.parties.piccolo_app"],
)
