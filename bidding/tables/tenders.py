"""Rows of tenders, their keyholders and rehearsals."""

from typing import Any, ClassVar

from piccolo.columns import (
    JSONB,
    Array,
    BigInt,
    ForeignKey,
    Serial,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Unique
from piccolo.table import Table

from market.parties.tables import CommunityRow, DivisionRow, OrganisationRow
from market.runtime.audited import Audited


class TenderRow(Table, tablename="bidding_tender"):
    """A tender. What it asks for stands in ``content``; what is bid for it stands nowhere near it."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=(
            "id",
            "number",
            "procedure",
            "stage",
            "organisation",
            "community",
            "round",
            "predecessor",
            "content_digest",
            "profile_version",
            "version",
            "version_digest",
            "threshold",
            "deadline",
            "window_ends_at",
            "failure",
        ),
    )

    id: Serial
    number = Varchar(length=24, unique=True)
    procedure = Varchar(length=24)
    profile = Varchar(length=12, index=True)
    stage = Varchar(length=16, index=True)
    organisation = ForeignKey(OrganisationRow, null=False, index=True)
    community = ForeignKey(CommunityRow, null=False, index=True)
    division = ForeignKey(DivisionRow, null=False, index=True)
    round = SmallInt(default=1)
    predecessor: ForeignKey[Any] = ForeignKey("self", null=True, default=None, unique=True)
    title = Varchar(length=200)
    title_grams = Array(base_column=Varchar(length=2), default=list, index=True, index_method=IndexMethod.gin)
    title_readings = Text(default="")
    content = JSONB()
    content_digest = Varchar(length=64)
    profile_version = Varchar(length=24)
    version = SmallInt(default=1)
    version_digest = Varchar(length=64, null=True, default=None)
    threshold = SmallInt(default=2)
    issue_at = Timestamptz(null=True, default=None)
    deadline = Timestamptz(null=True, default=None, index=True)
    created_at = Timestamptz(default=None, null=False)
    created_by = Varchar(length=40)
    filed_at = Timestamptz(null=True, default=None)
    filed_by = Varchar(length=40, null=True, default=None)
    answered_at = Timestamptz(null=True, default=None)
    answered_by = Varchar(length=40, null=True, default=None)
    answer_note = Text(default="")
    published_at = Timestamptz(null=True, default=None)
    published_by = Varchar(length=40, null=True, default=None)
    publication_entry = BigInt(null=True, default=None)
    opening_entry = BigInt(null=True, default=None)
    examined_at = Timestamptz(null=True, default=None)
    objections_end_at = Timestamptz(null=True, default=None)
    qualified = SmallInt(null=True, default=None)
    invited_at = Timestamptz(null=True, default=None)
    frozen_at = Timestamptz(null=True, default=None)
    window_ends_at = Timestamptz(null=True, default=None)
    ready_at = Timestamptz(null=True, default=None)
    opened_at = Timestamptz(null=True, default=None)
    marks_locked_at = Timestamptz(null=True, default=None)
    prices_opened_at = Timestamptz(null=True, default=None)
    failed_at = Timestamptz(null=True, default=None)
    failed_by = Varchar(length=40, null=True, default=None)
    failure = Varchar(length=24, null=True, default=None)
    failure_note = Text(default="")
    draw_version = Varchar(length=64, null=True, default=None)
    screened_at = Timestamptz(null=True, default=None)
    vacant_at = Timestamptz(null=True, default=None)
    purged_at = Timestamptz(null=True, default=None)
    next_due_at = Timestamptz(null=True, default=None, index=True)


class LotRow(Table, tablename="bidding_lot"):
    """What lists ask of a lot: its area, and the money a year costs at most over an area.

    ``ceiling_fen`` a year stands for ``over_centi``: the lot's own limit for the lot, else the estimate for
    all lots together. The price of a square metre and month is their quotient and is never rounded.
    """

    exempt: ClassVar[str] = "computed from the tender's content, whose digest the log has; written with it"

    id: Serial
    tender = ForeignKey(TenderRow, null=False, index=True)
    lot = Varchar(length=2)
    area_centi = BigInt(index=True)
    ceiling_fen = BigInt(null=True, default=None)
    over_centi = BigInt()

    bidding_lot_once = Unique([tender, lot])


class KeyholderRow(Table, tablename="bidding_keyholder"):
    """One who holds a share of every envelope of a tender; ``number`` is fixed by the order of naming."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=("id", "tender", "number", "organisation", "institution", "opening_key", "signing_key"),
    )

    id: Serial
    tender = ForeignKey(TenderRow, null=False, index=True)
    number = SmallInt()
    organisation = ForeignKey(OrganisationRow, null=False, index=True)
    institution = Varchar(length=200)
    key_id = Varchar(length=32)
    opening_key = Varchar(length=64)
    signing_key = Varchar(length=64)
    rehearsed_at = Timestamptz(null=True, default=None)
    rehearsed_by = Varchar(length=40, null=True, default=None)

    bidding_keyholder_number = Unique([tender, number])
    bidding_keyholder_institution = Unique([tender, organisation])


class RehearsalRow(Table, tablename="bidding_rehearsal"):
    """The test envelope of a tender: made by the tenderer's client, opened by every keyholder."""

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "tender", "commitment"))

    id: Serial
    tender = ForeignKey(TenderRow, null=False, unique=True)
    commitment = Varchar(length=64)
    version = Text()
    header = Text()
    made_at = Timestamptz(default=None, null=False)
    made_by = Varchar(length=40)
