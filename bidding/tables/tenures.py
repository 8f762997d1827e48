"""Rows of running service contracts and of emergency services."""

from typing import Any, ClassVar

from piccolo.columns import JSONB, Date, ForeignKey, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from bidding.tables.awards import DecisionRow
from bidding.tables.contracts import ContractRow
from market.parties.tables import CommunityRow, OrganisationRow
from market.runtime.audited import Audited


class TermRow(Table, tablename="bidding_term"):
    """A running contract: of this platform, or an older one that a committee or street stated."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=(
            "id",
            "number",
            "community",
            "provider",
            "contract",
            "start_on",
            "end_on",
            "document",
            "stage",
            "reminded_at",
            "decision",
            "settled_at",
            "declined_at",
            "declined_why",
            "dismissal",
            "noticed_on",
            "ends_on",
            "closed_at",
        ),
    )

    id: Serial
    number = Varchar(length=40, unique=True)
    community = ForeignKey(CommunityRow, null=False, index=True)
    provider = ForeignKey(OrganisationRow, null=False, index=True)
    contract: ForeignKey[Any] = ForeignKey(ContractRow, null=True, default=None, unique=True)
    start_on = Date(default=None, null=False)
    end_on = Date(default=None, null=False)
    document = Varchar(length=64, default="")
    stage = Varchar(length=12, index=True)
    opened_at = Timestamptz(default=None, null=False)
    opened_by = Varchar(length=40)
    reminded_at = Timestamptz(null=True, default=None)
    decision: ForeignKey[Any] = ForeignKey(DecisionRow, null=True, default=None)
    settled_at = Timestamptz(null=True, default=None)
    settled_by = Varchar(length=40, null=True, default=None)
    declined_at = Timestamptz(null=True, default=None)
    declined_by = Varchar(length=40, null=True, default=None)
    declined_why = Text(default="")
    dismissal: ForeignKey[Any] = ForeignKey(DecisionRow, null=True, default=None)
    noticed_on = Date(null=True, default=None)
    noticed_by = Varchar(length=40, null=True, default=None)
    ends_on = Date(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    next_due_at = Timestamptz(null=True, default=None, index=True)


class EmergencyRow(Table, tablename="bidding_emergency"):
    """Emergency service of an area; at most one of an area is active (a partial unique index says so)."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=(
            "id",
            "number",
            "community",
            "street",
            "provider",
            "ground",
            "reasons",
            "services",
            "content",
            "fees",
            "start_on",
            "end_on",
            "stage",
            "why",
            "ended_at",
            "end_reasons",
        ),
    )

    id: Serial
    number = Varchar(length=40, unique=True)
    community = ForeignKey(CommunityRow, null=False, index=True)
    street = ForeignKey(OrganisationRow, null=False)
    provider = ForeignKey(OrganisationRow, null=False, index=True)
    ground = Varchar(length=12)
    reasons = Text()
    services = JSONB()
    content = Text()
    fees = Text()
    start_on = Date(default=None, null=False)
    end_on = Date(default=None, null=False)
    stage = Varchar(length=12)
    why = Varchar(length=12, default="term")
    appointed_at = Timestamptz(default=None, null=False)
    appointed_by = Varchar(length=40)
    ended_at = Timestamptz(null=True, default=None)
    ended_by = Varchar(length=40, null=True, default=None)
    end_reasons = Text(default="")
    next_due_at = Timestamptz(null=True, default=None, index=True)
