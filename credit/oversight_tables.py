"""Rows of supervision on the ground: orders to correct, and inspections.

What was found and who inspected stands beside a salted digest; the log sees the digest only.
"""

from typing import ClassVar

from piccolo.columns import (
    JSONB,
    Array,
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

from market.parties.tables import CommunityRow, OrganisationRow
from market.runtime.audited import Audited

DIGEST = 64
NAME = 40
PATH = 12


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


class OrderRow(Table, tablename="credit_order"):
    """An order to correct through its life; ``proposed_person`` is kept for four eyes, never in the log."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=_names(
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
        fields=_names("id correction kind outcome salt text_digest file_digest filed_at filed_by"),
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
