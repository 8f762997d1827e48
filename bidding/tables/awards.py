"""Rows of owners' decisions, awards and the notices that go out with an award."""

from typing import ClassVar

from piccolo.columns import (
    JSONB,
    BigInt,
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
from piccolo.constraints import Unique
from piccolo.table import Table

from bidding.tables.tenders import TenderRow
from market.parties.tables import CommunityRow, OrganisationRow, UnitListRow
from market.runtime.audited import Audited


class DecisionRow(Table, tablename="bidding_decision"):
    """An owners' decision: totals counted from ballots on a unit list, and how the vote was held.

    Single choices are never stored: of the ballot file only a salted digest and the number of rows are kept.
    Columns without a value are those of records made before ballots were counted here.
    """

    audited: ClassVar[Audited] = Audited(
        version=3,
        fields=(
            "id",
            "number",
            "matter",
            "community",
            "tender",
            "lot",
            "covers",
            "pattern",
            "relaxes",
            "renewal",
            "decided_on",
            "notice_on",
            "reported_on",
            "posted_on",
            "evote_reference",
            "non_voters",
            "clause",
            "unit_list",
            "list_digest",
            "ballots_digest",
            "ballot_rows",
            "area",
            "heads",
            "area_part",
            "heads_part",
            "area_yes",
            "heads_yes",
            "silent_area",
            "silent_heads",
            "carried",
            "file_digest",
            "revoked_at",
            "revocation",
        ),
    )

    id: Serial
    number = Varchar(length=40, unique=True)
    community = ForeignKey(CommunityRow, null=True, default=None, index=True)
    tender = ForeignKey(TenderRow, null=True, default=None, index=True)
    lot = Varchar(length=4)
    matter = Varchar(length=12)
    covers = ForeignKey(OrganisationRow, null=True, default=None)
    pattern = Varchar(length=12, default="vote-last")
    relaxes = JSONB(default="[]")
    renewal = JSONB(null=True, default=None)
    decided_on = Date(default=None, null=False)
    notice_on = Date(default=None, null=True)
    reported_on = Date(default=None, null=True)
    posted_on = Date(default=None, null=True)
    evote_reference = Varchar(length=60, default="")
    non_voters = Varchar(length=24, default="not-participating")
    clause = Varchar(length=60, default="")
    unit_list = ForeignKey(UnitListRow, null=True, default=None)
    list_digest = Varchar(length=64, default="")
    salt = Varchar(length=64, default="")
    ballots_digest = Varchar(length=64, default="")
    ballot_rows = Integer(default=0)
    favour = Varchar(length=4, default="yes")
    area = BigInt()
    heads = Integer()
    area_part = BigInt()
    heads_part = Integer()
    area_yes = BigInt()
    heads_yes = Integer()
    silent_area = BigInt(default=0)
    silent_heads = Integer(default=0)
    carried = Boolean()
    file_digest = Varchar(length=64)
    recorded_at = Timestamptz(default=None, null=False)
    recorded_by = Varchar(length=40)
    revoked_at = Timestamptz(null=True, default=None)
    revoked_by = Varchar(length=40, null=True, default=None)
    revocation = Text(default="")


class AwardRow(Table, tablename="bidding_award"):
    """The winner of a lot; ``terms`` are the core terms the contract must repeat.

    A cancelled award stays; at most one of a lot stands (a partial unique index says so).
    """

    audited: ClassVar[Audited] = Audited(
        version=2,
        fields=(
            "id",
            "number",
            "tender",
            "lot",
            "turn",
            "commitment",
            "organisation",
            "decision",
            "rank",
            "total",
            "terms",
            "skipped",
            "sign_by",
            "report_by",
            "declined_at",
            "declined_why",
            "cancelled_at",
            "ground",
            "reasons",
            "evidence",
        ),
    )

    id: Serial
    number = Varchar(length=40, unique=True)
    tender = ForeignKey(TenderRow, null=False, index=True)
    lot = Varchar(length=4)
    commitment = Varchar(length=64)
    organisation = ForeignKey(OrganisationRow, null=False, index=True)
    decision: ForeignKey[DecisionRow] = ForeignKey(DecisionRow, null=True, default=None)
    rank = SmallInt()
    total = Integer()
    terms = JSONB()
    skipped = Text(default="")
    awarded_at = Timestamptz(default=None, null=False)
    awarded_by = Varchar(length=40)
    sign_by = Date(default=None, null=False)
    turn = SmallInt(default=1)
    report_by = Date(null=True, default=None)
    declined_at = Timestamptz(null=True, default=None)
    declined_by = Varchar(length=40, null=True, default=None)
    declined_why = Text(default="")
    cancelled_at = Timestamptz(null=True, default=None)
    cancelled_by = Varchar(length=40, null=True, default=None)
    ground = Varchar(length=24, null=True, default=None)
    reasons = Text(default="")
    evidence = Varchar(length=200, default="")

    bidding_award_turn = Unique([tender, lot, turn])


class NoticeRow(Table, tablename="bidding_award_notice"):
    """What one bidder was told: the merged document, from which the PDF is made, and its digest."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "award", "organisation", "won", "form", "digest")
    )

    id: Serial
    award = ForeignKey(AwardRow, null=False, index=True)
    organisation = ForeignKey(OrganisationRow, null=False, index=True)
    commitment = Varchar(length=64)
    number = Varchar(length=48, unique=True)
    won = Boolean()
    form = Varchar(length=40)
    content = JSONB()
    digest = Varchar(length=64)
    checkpoint = Varchar(length=40, default="")

    notice_one_each = Unique([award, commitment])
