"""Rows of what comes many at once: batches of records, batches of 12345 cases, and their lines."""

from typing import ClassVar

from piccolo.columns import (
    Array,
    Boolean,
    ForeignKey,
    Integer,
    Serial,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Unique
from piccolo.table import Table

from credit.tables import RecordRow
from market.parties.tables import CommunityRow, OrganisationRow
from market.runtime.audited import Audited, names

DIGEST = 64
NAME = 40
PATH = 12


class RecordImportRow(Table, tablename="credit_record_import"):
    """One file of records that was taken over; it stands, or it was taken back whole."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names(
            "id stage organisation division file_digest rows_digest rule_set rows known submitted "
            "imported_at imported_by undone_at undone_by"
        ),
    )

    id: Serial
    stage = Varchar(length=16, index=True)
    organisation = ForeignKey(OrganisationRow, null=False, index=True)
    division = Varchar(length=PATH)
    path = Array(base_column=Varchar(length=PATH), default=list, index=True, index_method=IndexMethod.gin)
    file_digest = Varchar(length=DIGEST, index=True)
    rows_digest = Varchar(length=DIGEST)
    rule_set = SmallInt()
    rows = Integer()
    known = Integer()
    submitted = Boolean(default=False)
    imported_at = Timestamptz(default=None, null=False)
    imported_by = Varchar(length=NAME)
    undone_at = Timestamptz(default=None, null=True)
    undone_by = Varchar(length=NAME, default=None, null=True)
    undo_reason = Text(default="")


class RecordImportLineRow(Table, tablename="credit_record_import_line"):
    """A line of a batch and the record it became; ``standing`` ends with the batch, and it may come again."""

    exempt: ClassVar[str] = "covered by rows_digest of its batch; whether it stands follows from the batch"

    id: Serial
    batch = ForeignKey(RecordImportRow, null=False)
    line = Integer()
    record = ForeignKey(RecordRow, null=False, unique=True)
    identity = Varchar(length=DIGEST)
    content = Varchar(length=DIGEST)
    standing = Boolean(default=True)

    once_a_line = Unique([batch, line], name="credit_record_import_line_once")


class CaseloadRow(Table, tablename="credit_caseload"):
    """One file of 12345 cases that was taken over, and how many of them nobody could be found for."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names(
            "id stage organisation division file_digest rows_digest rows known unlinked imported_at "
            "imported_by undone_at undone_by"
        ),
    )

    id: Serial
    stage = Varchar(length=16, index=True)
    organisation = ForeignKey(OrganisationRow, null=False, index=True)
    division = Varchar(length=PATH)
    path = Array(base_column=Varchar(length=PATH), default=list, index=True, index_method=IndexMethod.gin)
    file_digest = Varchar(length=DIGEST, index=True)
    rows_digest = Varchar(length=DIGEST)
    rows = Integer()
    known = Integer()
    unlinked = Integer()
    imported_at = Timestamptz(default=None, null=False)
    imported_by = Varchar(length=NAME)
    undone_at = Timestamptz(default=None, null=True)
    undone_by = Varchar(length=NAME, default=None, null=True)
    undo_reason = Text(default="")


class CaseRow(Table, tablename="credit_case"):
    """A 12345 case as one batch told it; the newest batch that stands counts.

    The caller stands in no column: ``call`` and ``content`` are indexes that only this server can compute.
    """

    exempt: ClassVar[str] = "covered by rows_digest of its batch"

    id: Serial
    caseload = ForeignKey(CaseloadRow, null=False)
    line = Integer()
    case_no = Varchar(length=60, index=True)
    community = ForeignKey(CommunityRow, null=True)
    enterprise = ForeignKey(OrganisationRow, null=True)
    unlinked = Varchar(length=16, default="")
    received_at = Timestamptz(default=None, null=False)
    contacted_at = Timestamptz(default=None, null=True)
    called_back = Boolean(default=False)
    resolved = Varchar(length=8, default="")
    satisfied = Varchar(length=8, default="")
    excluded = Varchar(length=24, default="")
    call = Varchar(length=DIGEST)
    content = Varchar(length=DIGEST)

    once_a_caseload = Unique([caseload, case_no], name="credit_case_once_a_batch")
