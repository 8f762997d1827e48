"""Rows of supervision on the ground: orders to correct, and inspections.

What was found and who inspected stands beside a salted digest; the log sees the digest only.
"""

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
from piccolo.constraints import Unique
from piccolo.table import Table

from market.parties.tables import CommunityRow, OrganisationRow
from market.runtime.audited import Audited, names

DIGEST = 64
NAME = 40
PATH = 12


class OrderRow(Table, tablename="credit_order"):
    """An order to correct through its life; ``proposed_person`` is kept for four eyes, never in the log."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names(
            "id stage origin addressee community division breach found_on salt facts_digest evidence_digest"
            " proposed_at proposed_by declined_at declined_by issuer issuer_role number days"
            " inspectors_digest paper_digest posted_at posted_by served_at served_by due_on extended_at"
            " extended_by extension_days overdue_at ended_at ended_by"
        ),
    )

    id: Serial
    stage = Varchar(length=16, index=True)
    origin = Varchar(length=80, default=None, null=True, unique=True)
    addressee = ForeignKey(OrganisationRow, null=False, index=True)
    community = ForeignKey(CommunityRow, null=False, index=True)
    division = Varchar(length=PATH)
    path = Array(base_column=Varchar(length=PATH), default=list, index=True, index_method=IndexMethod.gin)
    breach = Varchar(length=40)
    found_on = Date(default=None, null=False)
    salt = Varchar(length=DIGEST)
    facts = Text()
    action = Text()
    facts_digest = Varchar(length=DIGEST)
    evidence_digest = Varchar(length=DIGEST, default="")
    proposed_at = Timestamptz(default=None, null=False)
    proposed_by = Varchar(length=NAME)
    proposed_person = Integer(default=None, null=True)
    proposer = ForeignKey(OrganisationRow, null=True)
    declined_at = Timestamptz(default=None, null=True)
    declined_by = Varchar(length=NAME, default=None, null=True)
    issuer = ForeignKey(OrganisationRow, null=True)
    issuer_role = Varchar(length=12, default="")
    number = Varchar(length=80, default="")
    days = SmallInt(default=None, null=True)
    contact = Varchar(length=200, default="")
    letter = Varchar(length=80, default="")
    inspectors_digest = Varchar(length=DIGEST, default="")
    content = Text(default="")
    paper_digest = Varchar(length=DIGEST, default="")
    checkpoint = Varchar(length=80, default="")
    posted_at = Timestamptz(default=None, null=True)
    posted_by = Varchar(length=NAME, default=None, null=True)
    served_at = Timestamptz(default=None, null=True)
    served_by = Varchar(length=NAME, default=None, null=True)
    due_on = Date(default=None, null=True)
    extended_at = Timestamptz(default=None, null=True)
    extended_by = Varchar(length=NAME, default=None, null=True)
    extension_days = SmallInt(default=None, null=True)
    extension_reason = Text(default="")
    overdue_at = Timestamptz(default=None, null=True)
    ended_at = Timestamptz(default=None, null=True)
    ended_by = Varchar(length=NAME, default=None, null=True)
    end_reason = Text(default="")
    next_due_at = Timestamptz(default=None, null=True, index=True)


class OrderEntryRow(Table, tablename="credit_order_entry"):
    """A statement, a reply or a recheck of an order; it adds, nothing replaces it."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names("id correction kind outcome salt text_digest file_digest filed_at filed_by"),
    )

    id: Serial
    correction = ForeignKey(OrderRow, null=False, index=True)
    kind = Varchar(length=12)
    outcome = Varchar(length=16, default="")
    salt = Varchar(length=DIGEST)
    text = Text()
    inspectors = JSONB(default="[]")
    text_digest = Varchar(length=DIGEST)
    file_digest = Varchar(length=DIGEST, default="")
    filed_at = Timestamptz(default=None, null=False)
    filed_by = Varchar(length=NAME)


class RiskRow(Table, tablename="credit_project_risk"):
    """How much can go wrong in a project, as an authority said with reasons; the newest counts."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=names("id community division risk salt reason_digest set_at set_by")
    )

    id: Serial
    community = ForeignKey(CommunityRow, null=False, index=True)
    division = Varchar(length=PATH)
    risk = Varchar(length=4)
    salt = Varchar(length=DIGEST)
    reason = Text()
    reason_digest = Varchar(length=DIGEST)
    set_at = Timestamptz(default=None, null=False)
    set_by = Varchar(length=NAME)


class PlanRow(Table, tablename="credit_visit_plan"):
    """A half-year's plan of one authority. ``seed`` stays here until the half-year is over."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names("id cycle authority role division rule_set commitment batches drawn_at drawn_by"),
    )

    id: Serial
    cycle = Varchar(length=6)
    authority = ForeignKey(OrganisationRow, null=False)
    role = Varchar(length=12)
    division = Varchar(length=PATH, index=True)
    rule_set = SmallInt()
    seed = Varchar(length=DIGEST)
    commitment = Varchar(length=DIGEST)
    batches = SmallInt(default=0)
    drawn_at = Timestamptz(default=None, null=False)
    drawn_by = Varchar(length=NAME)
    next_due_at = Timestamptz(default=None, null=True, index=True)

    one_plan = Unique([cycle, authority], name="credit_visit_plan_once")


class InspectionRow(Table, tablename="credit_inspection"):
    """A visit through its life; the salt keeps the log from telling who is visited, and whether announced."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names(
            "id stage kind origin plan batch authority role community enterprise level risk salt from_on"
            " due_on unannounced topped planned_at planned_by inspectors_digest visit_on named_at named_by"
            " announced_at announced_by visited_at results_digest paper_digest held_at held_by pursued_at"
            " pursued_by cancelled_at cancelled_by"
        ),
    )

    id: Serial
    stage = Varchar(length=12, index=True)
    kind = Varchar(length=8)
    origin = Varchar(length=80, unique=True)
    plan = ForeignKey(PlanRow, null=True, index=True)
    batch = SmallInt(default=0)
    authority = ForeignKey(OrganisationRow, null=False, index=True)
    role = Varchar(length=12)
    community = ForeignKey(CommunityRow, null=False, index=True)
    enterprise = ForeignKey(OrganisationRow, null=False, index=True)
    path = Array(base_column=Varchar(length=PATH), default=list, index=True, index_method=IndexMethod.gin)
    level = Varchar(length=1)
    risk = Varchar(length=4)
    salt = Varchar(length=DIGEST)
    from_on = Date(default=None, null=False)
    due_on = Date(default=None, null=False)
    unannounced = Boolean(default=True)
    topped = Boolean(default=False)
    planned_at = Timestamptz(default=None, null=False)
    planned_by = Varchar(length=NAME)
    inspectors = JSONB(default="[]")
    inspectors_digest = Varchar(length=DIGEST, default="")
    visit_on = Date(default=None, null=True)
    named_at = Timestamptz(default=None, null=True)
    named_by = Varchar(length=NAME, default=None, null=True)
    announced_at = Timestamptz(default=None, null=True)
    announced_by = Varchar(length=NAME, default=None, null=True)
    visited_at = Timestamptz(default=None, null=True)
    results = JSONB(default="{}")
    results_digest = Varchar(length=DIGEST, default="")
    summary = Text(default="")
    content = Text(default="")
    paper_digest = Varchar(length=DIGEST, default="")
    checkpoint = Varchar(length=80, default="")
    held_at = Timestamptz(default=None, null=True)
    held_by = Varchar(length=NAME, default=None, null=True)
    pursued_at = Timestamptz(default=None, null=True)
    pursued_by = Varchar(length=NAME, default=None, null=True)
    cancelled_at = Timestamptz(default=None, null=True)
    cancelled_by = Varchar(length=NAME, default=None, null=True)
    cancel_reason = Text(default="")
    next_due_at = Timestamptz(default=None, null=True, index=True)


class PhotoRow(Table, tablename="credit_inspection_photo"):
    """A photograph of a visit, with the time and place it carries or the inspector entered."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names(
            "id inspection indicator file_digest taken_at latitude_micro longitude_micro source added_at"
            " added_by"
        ),
    )

    id: Serial
    inspection = ForeignKey(InspectionRow, null=False, index=True)
    indicator = Varchar(length=8)
    file_digest = Varchar(length=DIGEST)
    taken_at = Timestamptz(default=None, null=False)
    latitude_micro = Integer(default=None, null=True)
    longitude_micro = Integer(default=None, null=True)
    source = Varchar(length=8)
    added_at = Timestamptz(default=None, null=False)
    added_by = Varchar(length=NAME)


class VisitStatementRow(Table, tablename="credit_inspection_statement"):
    """What an enterprise says to the record of a visit; it adds, nothing replaces it."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=names("id inspection salt text_digest filed_at filed_by")
    )

    id: Serial
    inspection = ForeignKey(InspectionRow, null=False, index=True)
    salt = Varchar(length=DIGEST)
    text = Text()
    text_digest = Varchar(length=DIGEST)
    filed_at = Timestamptz(default=None, null=False)
    filed_by = Varchar(length=NAME)
