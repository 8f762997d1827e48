from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.constraints import Unique

ID = "2026-11-28T09:33:42:008761"
VERSION = "1.38.0"
DESCRIPTION = "Figures of two enterprises that served one community in a cycle"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="credit", description=DESCRIPTION
    )

    manager.drop_constraint(
        table_class_name="CaseFigureRow",
        tablename="credit_case_figure",
        constraint_name="once_a_batch",
        schema=None,
    )

    manager.add_constraint(
        table_class_name="CaseFigureRow",
        tablename="credit_case_figure",
        constraint_name="once_of_each",
        constraint_class=Unique,
        params={
            "columns": ["batch", "community", "enterprise"],
            "nulls_distinct": True,
        },
        schema=None,
    )

    return manager
