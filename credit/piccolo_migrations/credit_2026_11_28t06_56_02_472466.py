from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import ForeignKey

ID = "2026-11-28T06:56:02:472466"
VERSION = "1.38.0"
DESCRIPTION = "measures that a listing brings"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="credit", description=DESCRIPTION
    )

    manager.alter_column(
        table_class_name="MeasureRow",
        tablename="credit_measure",
        column_name="snapshot",
        db_column_name="snapshot",
        params={"null": True},
        old_params={"null": False},
        column_class=ForeignKey,
        old_column_class=ForeignKey,
        schema=None,
    )

    return manager
