"""The Piccolo app ``parties``: its tables and the folder of its migrations."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="parties",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(
        [
            "market.parties.tables",
            "market.parties.sign_in_tables",
            "market.parties.contact_tables",
            "market.parties.control_tables",
        ],
        exclude_imported=True,
    ),
    migration_dependencies=["market.runtime.piccolo_app"],
)
