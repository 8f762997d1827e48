"""Rows of supervision beside records and scores: objections, repairs, measures, 12345 case figures."""

from typing import ClassVar

from piccolo.columns import (
    JSONB,
    Array,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Serial,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Unique
from piccolo.table import Table

from credit.bulk_tables import CaseloadRow
from credit.tables import CycleRow, EvaluationRow, ListEntryRow, RecordRow, SnapshotRow
from market.parties.tables import CommunityRow, OrganisationRow
from market.runtime.audited import Audited, names

DIGEST = 64
NAME = 40
PATH = 12


class ObjectionRow(Table, tablename="credit_objection"):
    """An objection to a record, or to the first result of a cycle."""

    audited: ClassVar[Audited] = Audited(
        version=2,
        fields=names(
            "id stage record cycle evaluation enterprise answerer division salt grounds_digest "
            "evidence_digest filed_at filed_by due_at extended_at extended_by answered_at answered_by "
            "answer_digest"
        ),
    )

    id: Serial
    stage = Varchar(length=16, index=True)
    record = ForeignKey(RecordRow, null=True, index=True)
    cycle = ForeignKey(CycleRow, null=True, index=True)
    evaluation = ForeignKey(EvaluationRow, null=True, index=True)
    enterprise = ForeignKey(OrganisationRow, null=False, index=True)
    answerer = ForeignKey(OrganisationRow, null=True)
    division = Varchar(length=PATH)
    path = Array(base_column=Varchar(length=PATH), default=list, index=True, index_method=IndexMethod.gin)
    fact = Varchar(length=80, default="")
    salt = Varchar(length=DIGEST)
    grounds = Text()
    grounds_digest = Varchar(length=DIGEST)
    evidence_digest = Varchar(length=DIGEST, default="")
    filed_at = Timestamptz(default=None, null=False)
    filed_by = Varchar(length=NAME)
    due_at = Timestamptz(default=None, null=False)
    extended_at = Timestamptz(default=None, null=True)
    extended_by = Varchar(length=NAME, default=None, null=True)
    extension_reason = Text(default="")
    answered_at = Timestamptz(default=None, null=True)
    answered_by = Varchar(length=NAME, default=None, null=True)
    answer = Text(default="")
    answer_digest = Varchar(length=DIGEST, default="")
    next_due_at = Timestamptz(default=None, null=True, index=True)


class ReviewRow(Table, tablename="credit_objection_review"):
    """The second answer to a rejected objection, by the next level up."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names(
            "id stage objection answerer division salt grounds_digest evidence_digest filed_at filed_by "
            "due_at answered_at answered_by answer_digest"
        ),
    )

    id: Serial
    stage = Varchar(length=16, index=True)
    objection = ForeignKey(ObjectionRow, null=False, unique=True)
    answerer = ForeignKey(OrganisationRow, null=False, index=True)
    division = Varchar(length=PATH)
    path = Array(base_column=Varchar(length=PATH), default=list, index=True, index_method=IndexMethod.gin)
    salt = Varchar(length=DIGEST)
    grounds = Text()
    grounds_digest = Varchar(length=DIGEST)
    evidence_digest = Varchar(length=DIGEST, default="")
    filed_at = Timestamptz(default=None, null=False)
    filed_by = Varchar(length=NAME)
    due_at = Timestamptz(default=None, null=False)
    answered_at = Timestamptz(default=None, null=True)
    answered_by = Varchar(length=NAME, default=None, null=True)
    answer = Text(default="")
    answer_digest = Varchar(length=DIGEST, default="")
    next_due_at = Timestamptz(default=None, null=True, index=True)


class RepairRow(Table, tablename="credit_repair"):
    """A request to repair a record, or to leave the exit list early: proofs, pledge and decision."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names(
            "id stage record list_entry enterprise item_code division salt grounds_digest correction_digest "
            "refund_digest training_digest pledge_digest filed_at filed_by due_at accepted_at "
            "accepted_by extended_at extended_by decided_at decided_by reasons_digest false_material "
            "barred_until"
        ),
    )

    id: Serial
    stage = Varchar(length=16, index=True)
    record = ForeignKey(RecordRow, null=True, index=True)
    list_entry = ForeignKey(ListEntryRow, null=True, index=True)
    enterprise = ForeignKey(OrganisationRow, null=False, index=True)
    item_code = Varchar(length=12)
    officer = ForeignKey(OrganisationRow, null=True)
    division = Varchar(length=PATH)
    path = Array(base_column=Varchar(length=PATH), default=list, index=True, index_method=IndexMethod.gin)
    salt = Varchar(length=DIGEST)
    grounds = Text()
    grounds_digest = Varchar(length=DIGEST)
    correction_digest = Varchar(length=DIGEST)
    refund_digest = Varchar(length=DIGEST, default="")
    training_digest = Varchar(length=DIGEST, default="")
    pledge = JSONB()
    pledge_digest = Varchar(length=DIGEST)
    filed_at = Timestamptz(default=None, null=False)
    filed_by = Varchar(length=NAME)
    due_at = Timestamptz(default=None, null=False)
    accepted_at = Timestamptz(default=None, null=True)
    accepted_by = Varchar(length=NAME, default=None, null=True)
    extended_at = Timestamptz(default=None, null=True)
    extended_by = Varchar(length=NAME, default=None, null=True)
    extension_reason = Text(default="")
    decided_at = Timestamptz(default=None, null=True)
    decided_by = Varchar(length=NAME, default=None, null=True)
    reasons = Text(default="")
    reasons_digest = Varchar(length=DIGEST, default="")
    false_material = Boolean(default=False)
    barred_until = Date(default=None, null=True)
    next_due_at = Timestamptz(default=None, null=True, index=True)


class HearingRow(Table, tablename="credit_list_hearing"):
    """A hearing in an exit-list case: called, then held and recorded (APL 63, 64 by analogy)."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names(
            "id list_entry salt held_at called_at called_by attended minutes_digest file_digest "
            "recorded_at recorded_by"
        ),
    )

    id: Serial
    list_entry = ForeignKey(ListEntryRow, null=False, unique=True)
    salt = Varchar(length=DIGEST)
    held_at = Timestamptz(default=None, null=False)
    place = Varchar(length=200)
    called_at = Timestamptz(default=None, null=False)
    called_by = Varchar(length=NAME)
    attended = Boolean(default=None, null=True)
    minutes = Text(default="")
    minutes_digest = Varchar(length=DIGEST, default="")
    file_digest = Varchar(length=DIGEST, default="")
    recorded_at = Timestamptz(default=None, null=True)
    recorded_by = Varchar(length=NAME, default=None, null=True)


class NationalBatchRow(Table, tablename="credit_national_batch"):
    """One import of the national list: the whole list as its source published it on a day."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names("id batch source published_on file_digest rows imported_at imported_by"),
    )

    id: Serial
    batch = Varchar(length=60, unique=True)
    source = Varchar(length=200)
    published_on = Date(default=None, null=False)
    file_digest = Varchar(length=DIGEST)
    rows = Integer()
    imported_at = Timestamptz(default=None, null=False)
    imported_by = Varchar(length=NAME)


class NationalEntryRow(Table, tablename="credit_national_entry"):
    """One entity of a batch; the newest batch is the list."""

    exempt: ClassVar[str] = "covered by the digest of its batch"

    id: Serial
    batch = ForeignKey(NationalBatchRow, null=False, index=True)
    code = Varchar(length=18, index=True)
    name = Varchar(length=200)
    list_name = Varchar(length=120)
    authority = Varchar(length=120)
    document_no = Varchar(length=80)
    listed_on = Date(default=None, null=False)


class CaseBatchRow(Table, tablename="credit_case_batch"):
    """One import of 12345 figures, or what follows from ``caseload``; the digest covers every row."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names("id cycle division file_digest rows imported_at imported_by"),
    )

    id: Serial
    cycle = Varchar(length=6, index=True)
    division = Varchar(length=PATH)
    caseload = ForeignKey(CaseloadRow, null=True)
    file_digest = Varchar(length=DIGEST)
    rows = Integer()
    imported_at = Timestamptz(default=None, null=False)
    imported_by = Varchar(length=NAME)


class CaseFigureRow(Table, tablename="credit_case_figure"):
    """A project's 12345 figures of a cycle as a batch says; the newest counts; ``void``: no case is left."""

    exempt: ClassVar[str] = "covered by the file digest of its batch"

    id: Serial
    batch = ForeignKey(CaseBatchRow, null=False)
    community = ForeignKey(CommunityRow, null=False, index=True)
    enterprise = ForeignKey(OrganisationRow, null=False, index=True)
    cases = Integer()
    responded = Integer()
    called_back = Integer()
    resolved = Integer()
    partly = Integer()
    satisfied = Integer()
    void = Boolean(default=False)

    once_of_each = Unique([batch, community, enterprise], name="credit_case_figure_once")


class ExportRow(Table, tablename="credit_export"):
    """What a publication is bound by: the digest everybody can compute from its public form.

    ``salt`` stays here; the digests of lines and the pseudonyms of projects are made with it, so the log
    needs the digest only.
    """

    audited: ClassVar[Audited] = Audited(version=1, fields=names("id cycle snapshot digest"))

    id: Serial
    cycle = ForeignKey(CycleRow, null=True, unique=True)
    snapshot = ForeignKey(SnapshotRow, null=True, unique=True)
    salt = Varchar(length=DIGEST)
    digest = Varchar(length=DIGEST)
