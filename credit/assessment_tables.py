"""Rows of assessment bodies: register, declarations, commissions and reports, complaints, removals."""

from typing import ClassVar

from piccolo.columns import (
    JSONB,
    Array,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Serial,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.indexes import IndexMethod
from piccolo.table import Table

from credit.tables import EvaluationRow
from market.parties.tables import OrganisationRow
from market.runtime.audited import Audited, names

DIGEST = 64
NAME = 40
PATH = 12


class AssessorDeclarationRow(Table, tablename="credit_assessor_declaration"):
    """What a body said of itself; the last one counts. ``owners`` and ``conflicts`` are enterprises."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names("id organisation scope owners conflicts salt staff_digest declared_at declared_by"),
    )

    id: Serial
    organisation = ForeignKey(OrganisationRow, null=False, index=True)
    scope = Array(base_column=Varchar(length=16), default=list)
    owners = Array(base_column=Integer(), default=list)
    conflicts = Array(base_column=Integer(), default=list)
    salt = Varchar(length=DIGEST)
    staff = Text()
    staff_digest = Varchar(length=DIGEST)
    declared_at = Timestamptz(default=None, null=False)
    declared_by = Varchar(length=NAME)


class AssessorRow(Table, tablename="credit_assessor"):
    """A body on the register of a district or the city; one that was removed may be listed by a new row."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names("id stage organisation division listed_at listed_by removed_at removed_by"),
    )

    id: Serial
    stage = Varchar(length=16, index=True)
    organisation = ForeignKey(OrganisationRow, null=False, index=True)
    division = Varchar(length=PATH, index=True)
    path = Array(base_column=Varchar(length=PATH), default=list, index=True, index_method=IndexMethod.gin)
    listed_at = Timestamptz(default=None, null=False)
    listed_by = Varchar(length=NAME)
    removed_at = Timestamptz(default=None, null=True)
    removed_by = Varchar(length=NAME, default=None, null=True)


class AssessmentRow(Table, tablename="credit_assessment"):
    """A body drawn for an evaluation, and its report on the street's form."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names(
            "id stage evaluation assessor round roster roster_digest seed drawn_at drawn_by due_at marks "
            "cases exact report_digest visited_on delivered_at delivered_by ended_at ended_by quality "
            "graded_at graded_by"
        ),
    )

    id: Serial
    stage = Varchar(length=16, index=True)
    evaluation = ForeignKey(EvaluationRow, null=False, index=True)
    assessor = ForeignKey(AssessorRow, null=False, index=True)
    round = SmallInt()
    roster = Array(base_column=Varchar(length=32), default=list)
    roster_digest = Varchar(length=DIGEST)
    seed = Varchar(length=DIGEST)
    drawn_at = Timestamptz(default=None, null=False)
    drawn_by = Varchar(length=NAME)
    due_at = Timestamptz(default=None, null=False)
    marks = JSONB(default="{}")
    cases = JSONB(default="{}")
    exact = Varchar(length=80, default="")
    report_digest = Varchar(length=DIGEST, default="")
    visited_on = Date(default=None, null=True)
    delivered_at = Timestamptz(default=None, null=True)
    delivered_by = Varchar(length=NAME, default=None, null=True)
    ended_at = Timestamptz(default=None, null=True)
    ended_by = Varchar(length=NAME, default=None, null=True)
    end_reason = Text(default="")
    quality = SmallInt(default=None, null=True)
    quality_reasons = Text(default="")
    graded_at = Timestamptz(default=None, null=True)
    graded_by = Varchar(length=NAME, default=None, null=True)
    next_due_at = Timestamptz(default=None, null=True, index=True)


class AssessorComplaintRow(Table, tablename="credit_assessor_complaint"):
    """A complaint about a body, and what the authority that keeps the register answered."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names("id assessor salt text_digest filed_at filed_by answered_at answered_by founded"),
    )

    id: Serial
    assessor = ForeignKey(AssessorRow, null=False, index=True)
    complainant = ForeignKey(OrganisationRow, null=False)
    salt = Varchar(length=DIGEST)
    text = Text()
    text_digest = Varchar(length=DIGEST)
    filed_at = Timestamptz(default=None, null=False)
    filed_by = Varchar(length=NAME)
    answered_at = Timestamptz(default=None, null=True)
    answered_by = Varchar(length=NAME, default=None, null=True)
    founded = Boolean(default=None, null=True)
    answer = Text(default="")


class AssessorRemovalRow(Table, tablename="credit_assessor_removal"):
    """The removal of a body for a false report: notice, statement, decision by another person."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names(
            "id stage assessor assessment salt facts_digest file_digest posted_at posted_by served_at "
            "served_by statement_until statement_digest stated_at stated_by decided_at decided_by"
        ),
    )

    id: Serial
    stage = Varchar(length=16, index=True)
    assessor = ForeignKey(AssessorRow, null=False, index=True)
    assessment = ForeignKey(AssessmentRow, null=False)
    salt = Varchar(length=DIGEST)
    facts = Text()
    facts_digest = Varchar(length=DIGEST)
    file_digest = Varchar(length=DIGEST)
    posted_at = Timestamptz(default=None, null=False)
    posted_by = Varchar(length=NAME)
    posted_person = Integer(default=None, null=True)
    served_at = Timestamptz(default=None, null=True)
    served_by = Varchar(length=NAME, default=None, null=True)
    statement_until = Timestamptz(default=None, null=True)
    statement = Text(default="")
    statement_digest = Varchar(length=DIGEST, default="")
    stated_at = Timestamptz(default=None, null=True)
    stated_by = Varchar(length=NAME, default=None, null=True)
    decided_at = Timestamptz(default=None, null=True)
    decided_by = Varchar(length=NAME, default=None, null=True)
    reasons = Text(default="")
    next_due_at = Timestamptz(default=None, null=True, index=True)
