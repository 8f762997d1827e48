"""Rows of handovers and of the signatures under their lines."""

from typing import Any, ClassVar

from piccolo.columns import Date, ForeignKey, Serial, Text, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from bidding.tables.contracts import ContractRow
from bidding.tables.tenders import TenderRow
from market.parties.tables import CommunityRow, DivisionRow, OrganisationRow
from market.runtime.audited import Audited


class HandoverRow(Table, tablename="bidding_handover"):
    """A handover from the leaving to the coming provider of one contract."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=(
            "id",
            "contract",
            "outgoing",
            "incoming",
            "stage",
            "contract_end_on",
            "received_on",
            "exit_due_on",
            "overdue_at",
            "exited_at",
            "closed_at",
        ),
    )

    id: Serial
    contract = ForeignKey(ContractRow, null=False, unique=True)
    tender = ForeignKey(TenderRow, null=False, index=True)
    community = ForeignKey(CommunityRow, null=False, index=True)
    division = ForeignKey(DivisionRow, null=False)
    outgoing: ForeignKey[Any] = ForeignKey(OrganisationRow, null=False, index=True)
    incoming: ForeignKey[Any] = ForeignKey(OrganisationRow, null=False, index=True)
    committee: ForeignKey[Any] = ForeignKey(OrganisationRow, null=False, index=True)
    stage = Varchar(length=24, index=True)
    contract_end_on = Date(null=True, default=None)
    received_on = Date(null=True, default=None)
    exit_due_on = Date(null=True, default=None)
    started_at = Timestamptz(default=None, null=False)
    started_by = Varchar(length=40)
    overdue_at = Timestamptz(null=True, default=None)
    exited_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    next_due_at = Timestamptz(null=True, default=None, index=True)


class HandoverLineRow(Table, tablename="bidding_handover_line"):
    """One party's signature under one line of the list, with what it found; never changed."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "handover", "line", "party", "condition", "remark", "confirmed_at")
    )

    id: Serial
    handover = ForeignKey(HandoverRow, null=False, index=True)
    line = Varchar(length=40)
    party = Varchar(length=12)
    condition = Varchar(length=12)
    remark = Text(default="")
    confirmed_at = Timestamptz(default=None, null=False)
    confirmed_by = Varchar(length=40)

    handover_line_once = Unique([handover, line, party])
