"""Rows of property service contracts."""

from typing import Any, ClassVar

from piccolo.columns import JSONB, Date, ForeignKey, Serial, Timestamptz, Varchar
from piccolo.table import Table

from bidding.tables.awards import AwardRow, DecisionRow
from bidding.tables.tenders import TenderRow
from market.parties.tables import CommunityRow, OrganisationRow
from market.runtime.audited import Audited


class ContractRow(Table, tablename="bidding_contract"):
    """A contract: core terms, the merged document the PDF is made from, and who signed when.

    One that renews another has neither award nor tender: its ``RenewalRow`` says what it rests on.
    """

    audited: ClassVar[Audited] = Audited(
        version=2,
        fields=(
            "id",
            "number",
            "award",
            "organisation",
            "provider",
            "decision",
            "stage",
            "terms",
            "start_on",
            "end_on",
            "form",
            "digest",
            "drafted_at",
            "signed_at",
            "file_by",
            "overdue_at",
        ),
    )

    id: Serial
    number = Varchar(length=40, unique=True)
    award: ForeignKey[Any] = ForeignKey(AwardRow, null=True, default=None, unique=True)
    tender: ForeignKey[Any] = ForeignKey(TenderRow, null=True, default=None, index=True)
    organisation = ForeignKey(OrganisationRow, null=False, index=True)
    provider = ForeignKey(OrganisationRow, null=False, index=True)
    community = ForeignKey(CommunityRow, null=False, index=True)
    decision: ForeignKey[DecisionRow] = ForeignKey(DecisionRow, null=True, default=None)
    stage = Varchar(length=12)
    terms = JSONB()
    start_on = Date(default=None, null=False)
    end_on = Date(default=None, null=False)
    form = Varchar(length=40)
    content = JSONB()
    digest = Varchar(length=64)
    checkpoint = Varchar(length=40, default="")
    drafted_at = Timestamptz(default=None, null=False)
    drafted_by = Varchar(length=40)
    signed_at = Timestamptz(null=True, default=None)
    signed_by = Varchar(length=40, null=True, default=None)
    file_by = Date(null=True, default=None)
    overdue_at = Timestamptz(null=True, default=None)
    next_due_at = Timestamptz(null=True, default=None, index=True)
