"""The Piccolo app ``credit``: its tables and the folder of its migrations."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="credit",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(
        [
            "credit.instrument_tables",
            "credit.tables",
            "credit.cycle_tables",
            "credit.supervision_tables",
            "credit.bulk_tables",
            "credit.measure_tables",
            "credit.survey_tables",
            "credit.rule_tables",
            "credit.appraisal_tables",
            "credit.assessment_tables",
            "credit.oversight_tables",
            "credit.watch_tables",
            "credit.paper_tables",
        ],
        exclude_imported=True,
    ),
    migration_dependencies=["market.parties.piccolo_app"],
)
