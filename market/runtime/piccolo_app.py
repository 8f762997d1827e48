"""The Piccolo app ``runtime``: its tables and the folder of its migrations."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="runtime",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(
        ["market.runtime.tables", "market.runtime.session_tables", "market.runtime.mail.tables"],
        exclude_imported=True,
    ),
    migration_dependencies=[],
)
