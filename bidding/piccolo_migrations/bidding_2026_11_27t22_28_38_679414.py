from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Timestamptz
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Unique

ID = "2026-11-27T22:28:38:679414"
VERSION = "1.38.0"
DESCRIPTION = "The tenderer names nobody any longer: marks and rejections are kept by digest"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="bidding", description=DESCRIPTION
    )

    manager.drop_table(
        class_name="MemberRow", tablename="bidding_evaluation_member", schema=None
    )

    manager.add_column(
        table_class_name="EvaluationRow",
        tablename="bidding_evaluation",
        column_name="sign_until",
        db_column_name="sign_until",
        column_class_name="Timestamptz",
        column_class=Timestamptz,
        params={
            "default": None,
            "null": True,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.add_column(
        table_class_name="MarkRow",
        tablename="bidding_mark",
        column_name="mark_digest",
        db_column_name="mark_digest",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 64,
            "default": "",
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.add_column(
        table_class_name="RejectionRow",
        tablename="bidding_rejection",
        column_name="rejection_digest",
        db_column_name="rejection_digest",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 64,
            "default": "",
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.add_column(
        table_class_name="TenderRow",
        tablename="bidding_tender",
        column_name="draw_version",
        db_column_name="draw_version",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 64,
            "default": None,
            "null": True,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.add_column(
        table_class_name="TenderRow",
        tablename="bidding_tender",
        column_name="screened_at",
        db_column_name="screened_at",
        column_class_name="Timestamptz",
        column_class=Timestamptz,
        params={
            "default": None,
            "null": True,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.add_column(
        table_class_name="TenderRow",
        tablename="bidding_tender",
        column_name="vacant_at",
        db_column_name="vacant_at",
        column_class_name="Timestamptz",
        column_class=Timestamptz,
        params={
            "default": None,
            "null": True,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.drop_constraint(
        table_class_name="RejectionRow",
        tablename="bidding_rejection",
        constraint_name="rejection_once",
        schema=None,
    )

    manager.add_constraint(
        table_class_name="RejectionRow",
        tablename="bidding_rejection",
        constraint_name="bidding_rejection_once",
        constraint_class=Unique,
        params={
            "columns": ["evaluation", "commitment", "mandate"],
            "nulls_distinct": True,
        },
        schema=None,
    )

    return manager
