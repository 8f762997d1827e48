"""Every table says what of it stands in the log, or why nothing does."""

import pytest
from piccolo.columns import Column, Real
from piccolo.columns.column_types import DoublePrecision, Numeric
from piccolo.conf.apps import Finder
from piccolo.table import Table

from market.runtime import audit
from market.runtime.audited import Audited

TABLES = sorted(Finder().get_table_classes(), key=lambda table: table._meta.tablename)
NAMES = [table._meta.tablename for table in TABLES]
AUDITED = [table for table in TABLES if hasattr(table, "audited")]
PERSONAL = {"person_name", "full_name", "phone", "id_number", "email", "password", "password_hash"}


def columns(table: type[Table]) -> dict[str, Column]:
    return {column._meta.name: column for column in table._meta.columns}


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_a_table_is_audited_or_exempt_with_a_reason(table: type[Table]) -> None:
    given, reason = getattr(table, "audited", None), getattr(table, "exempt", None)
    assert (given is None) is (reason is not None), "one of the two"
    assert given is None or isinstance(given, Audited)
    assert reason is None or len(reason.split()) >= 3, "a reason, not a word"


@pytest.mark.parametrize("table", AUDITED, ids=[table._meta.tablename for table in AUDITED])
def test_audited_fields_are_columns_that_have_one_spelling_and_are_not_personal(table: type[Table]) -> None:
    found = audit.audited(table)
    assert set(found.fields) <= set(columns(table))
    assert len(set(found.fields)) == len(found.fields)
    assert found.version >= 1
    assert not set(found.fields) & PERSONAL
    assert set(found.hidden) <= set(columns(table)) - set(found.fields)
    assert not found.hidden or "salt" in found.fields, "hidden without salt can be guessed"
    floats = [f for f in found.fields if isinstance(columns(table)[f], Real | DoublePrecision | Numeric)]
    assert floats == [], "floats have no canonical form"


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_a_table_is_named_after_its_app(table: type[Table]) -> None:
    prefix = table._meta.tablename.partition("_")[0]
    assert prefix in {"runtime", "parties", "bidding", "credit"}
