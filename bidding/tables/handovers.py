"""Rows of handovers: the record itself, its lines with signatures and disputes, order and fine."""

from typing import Any, ClassVar

from piccolo.columns import (
    JSONB,
    BigInt,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Serial,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Unique
from piccolo.table import Table

from bidding.tables.contracts import ContractRow
from bidding.tables.tenders import TenderRow
from market.parties.tables import CommunityRow, DivisionRow, OrganisationRow
from market.runtime.audited import Audited


class HandoverRow(Table, tablename="bidding_handover"):
    """A handover from the leaving to the coming provider; the coming one may be named later."""

    audited: ClassVar[Audited] = Audited(
        version=2,
        fields=(
            "id",
            "number",
            "contract",
            "outgoing",
            "incoming",
            "ground",
            "stage",
            "pressure",
            "contract_end_on",
            "received_on",
            "exit_due_on",
            "overdue_at",
            "exited_at",
            "closed_at",
        ),
    )

    id: Serial
    number = Varchar(length=40, null=True, default=None, unique=True)
    contract: ForeignKey[Any] = ForeignKey(ContractRow, null=True, default=None, unique=True)
    tender: ForeignKey[Any] = ForeignKey(TenderRow, null=True, default=None, index=True)
    community = ForeignKey(CommunityRow, null=False, index=True)
    division = ForeignKey(DivisionRow, null=False)
    outgoing: ForeignKey[Any] = ForeignKey(OrganisationRow, null=False, index=True)
    incoming: ForeignKey[Any] = ForeignKey(OrganisationRow, null=True, default=None, index=True)
    committee: ForeignKey[Any] = ForeignKey(OrganisationRow, null=False, index=True)
    ground = Varchar(length=16, default="contract")
    stage = Varchar(length=24, index=True)
    pressure = Varchar(length=12, default="in-time")
    contract_end_on = Date(null=True, default=None)
    received_on = Date(null=True, default=None)
    exit_due_on = Date(null=True, default=None)
    started_at = Timestamptz(default=None, null=False)
    started_by = Varchar(length=40)
    overdue_at = Timestamptz(null=True, default=None)
    exited_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    next_due_at = Timestamptz(null=True, default=None, index=True)


class HandoverEntryRow(Table, tablename="bidding_handover_entry"):
    """One version of what a line says, by its author; a correction is a new row."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "handover", "line", "copy", "version", "party", "digest", "entered_at")
    )

    id: Serial
    handover = ForeignKey(HandoverRow, null=False, index=True)
    line = Varchar(length=40)
    copy = Integer(default=1)
    version = Integer(default=1)
    party = Varchar(length=12)
    content = JSONB()
    digest = Varchar(length=64, unique=True)
    entered_at = Timestamptz(default=None, null=False)
    entered_by = Varchar(length=40)

    handover_entry_once = Unique([handover, line, copy, version])


class HandoverSignatureRow(Table, tablename="bidding_handover_signature"):
    """One party's signature under one version of a line; never changed."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "handover", "digest", "party", "organisation", "signed_at")
    )

    id: Serial
    handover = ForeignKey(HandoverRow, null=False, index=True)
    digest = Varchar(length=64)
    party = Varchar(length=12)
    organisation = ForeignKey(OrganisationRow, null=False)
    signed_at = Timestamptz(default=None, null=False)
    signed_by = Varchar(length=40)

    handover_signature_once = Unique([digest, party])


class HandoverFileRow(Table, tablename="bidding_handover_file"):
    """A picture or paper kept for a handover, named by the digest of its bytes."""

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "handover", "digest", "kept_at"))

    id: Serial
    handover = ForeignKey(HandoverRow, null=False, index=True)
    digest = Varchar(length=64)
    kind = Varchar(length=40)
    kept_at = Timestamptz(default=None, null=False)
    kept_by = Varchar(length=40)

    handover_file_once = Unique([handover, digest])


class HandoverDisputeRow(Table, tablename="bidding_handover_dispute"):
    """A contested line, with the mediation's outcome or the assessment body it was referred to."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=(
            "id",
            "handover",
            "line",
            "copy",
            "party",
            "stage",
            "reasons",
            "outcome",
            "assessor",
            "contested_at",
            "answered_at",
        ),
    )

    id: Serial
    handover = ForeignKey(HandoverRow, null=False, index=True)
    line = Varchar(length=40)
    copy = Integer(default=1)
    party = Varchar(length=12)
    stage = Varchar(length=12)
    reasons = Text()
    contested_at = Timestamptz(default=None, null=False)
    contested_by = Varchar(length=40)
    assessor: ForeignKey[Any] = ForeignKey(OrganisationRow, null=True, default=None)
    outcome = Text(default="")
    answered_at = Timestamptz(null=True, default=None)
    answered_by = Varchar(length=40, null=True, default=None)


class HandoverOrderRow(Table, tablename="bidding_handover_order"):
    """The district's order to correct within a limit, with the paper it prints as."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=(
            "id",
            "handover",
            "number",
            "facts",
            "action",
            "contact",
            "limit_on",
            "evidence",
            "checkpoint",
            "digest",
            "ordered_at",
        ),
    )

    id: Serial
    handover = ForeignKey(HandoverRow, null=False, unique=True)
    number = Varchar(length=80)
    facts = Text()
    action = Text()
    contact = Varchar(length=200, default="")
    limit_on = Date(default=None, null=False)
    evidence = Varchar(length=64)
    content = JSONB()
    digest = Varchar(length=64)
    checkpoint = Varchar(length=40, default="")
    ordered_at = Timestamptz(default=None, null=False)
    ordered_by = Varchar(length=40)


class HandoverFineRow(Table, tablename="bidding_handover_fine"):
    """The proceedings about a fine: notice, statement, decision; dropped without a notice, only reasons."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=(
            "id",
            "handover",
            "suggested_fen",
            "facts",
            "notified_at",
            "statement_until",
            "statement",
            "waived",
            "stated_at",
            "amount_fen",
            "document_no",
            "reasons",
            "decided_at",
        ),
    )

    id: Serial
    handover = ForeignKey(HandoverRow, null=False, unique=True)
    suggested_fen = BigInt(default=0)
    facts = Text(default="")
    notified_at = Timestamptz(null=True, default=None)
    notified_by = Varchar(length=40, null=True, default=None)
    statement_until = Timestamptz(null=True, default=None)
    statement = Text(default="")
    waived = Boolean(default=False)
    stated_at = Timestamptz(null=True, default=None)
    stated_by = Varchar(length=40, null=True, default=None)
    amount_fen = BigInt(null=True, default=None)
    document_no = Varchar(length=80, default="")
    reasons = Text(default="")
    decided_at = Timestamptz(null=True, default=None)
    decided_by = Varchar(length=40, null=True, default=None)
