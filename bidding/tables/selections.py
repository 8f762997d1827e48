"""Rows of selections by agreement: the approval they rest on."""

from typing import ClassVar

from piccolo.columns import ForeignKey, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from bidding.tables.tenders import TenderRow
from market.parties.tables import OrganisationRow
from market.runtime.audited import Audited


class SelectionRow(Table, tablename="bidding_selection"):
    """The district's approval of choosing a provider by agreement (PMR 24)."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "tender", "ground", "approval_number", "authority", "reason")
    )

    id: Serial
    tender = ForeignKey(TenderRow, null=False, unique=True)
    ground = Varchar(length=16)
    approval_number = Varchar(length=80)
    authority = ForeignKey(OrganisationRow, null=False)
    reason = Text()
    approved_at = Timestamptz(default=None, null=False)
    approved_by = Varchar(length=40)
