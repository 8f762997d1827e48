"""Rows of invitations: one for each tender by invitation, and nothing in it tells who or how many."""

from typing import ClassVar

from piccolo.columns import Bytea, ForeignKey, Serial, Timestamptz, Varchar
from piccolo.table import Table

from bidding.tables.tenders import TenderRow
from market.runtime.audited import Audited


class InvitationRow(Table, tablename="bidding_invitation"):
    """Whom a tenderer invites, encrypted and of even length (BL 22)."""

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "tender", "blob_digest"))

    id: Serial
    tender = ForeignKey(TenderRow, null=False, unique=True)
    blob = Bytea()
    blob_digest = Varchar(length=64)
    named_at = Timestamptz(default=None, null=False)
    named_by = Varchar(length=40)
