"""Rows of the evaluation: one per lot, its bids, the named experts, their marks, rejections."""

from typing import ClassVar

from piccolo.columns import (
    JSONB,
    BigInt,
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
from market.parties.tables import MandateRow, OrganisationRow
from market.runtime.audited import Audited


class EvaluationRow(Table, tablename="bidding_evaluation"):
    """The evaluation of one lot, with the digest of all its ``result`` was made from.

    A lot that is evaluated anew gets a further row; the earlier one stays with its marks, superseded.
    """

    audited: ClassVar[Audited] = Audited(
        version=2,
        fields=(
            "id",
            "tender",
            "lot",
            "turn",
            "seed",
            "going_on",
            "snapshot",
            "published_at",
            "last_day",
            "superseded_at",
        ),
    )

    id: Serial
    tender = ForeignKey(TenderRow, null=False, index=True)
    lot = Varchar(length=4)
    turn = SmallInt(default=1)
    seed = Varchar(length=64)
    maximum_fen = BigInt(null=True, default=None)
    started_at = Timestamptz(default=None, null=False)
    started_by = Varchar(length=40)
    going_on = Text(default="")
    snapshot = Varchar(length=64, null=True, default=None)
    result = JSONB(null=True, default=None)
    published_at = Timestamptz(null=True, default=None)
    published_by = Varchar(length=40, null=True, default=None)
    last_day = Date(null=True, default=None)

    superseded_at = Timestamptz(null=True, default=None)

    bidding_evaluation_turn = Unique([tender, lot, turn])


class EvaluationBidRow(Table, tablename="bidding_evaluation_bid"):
    """A bid as it entered the evaluation; ``credit`` is frozen at the deadline, null for a newcomer."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=("id", "evaluation", "organisation", "commitment", "price_fen", "credit", "credit_snapshot"),
    )

    id: Serial
    evaluation = ForeignKey(EvaluationRow, null=False, index=True)
    organisation = ForeignKey(OrganisationRow, null=False)
    commitment = Varchar(length=64)
    price_fen = BigInt()
    credit = Integer(null=True, default=None)
    credit_snapshot = Text(default="")

    one_bid = Unique([evaluation, commitment])


class MemberRow(Table, tablename="bidding_evaluation_member"):
    """An expert of a tender's committee; secret until the award, so the row carries a salt (BL 37)."""

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "tender", "mandate", "salt"))

    id: Serial
    tender = ForeignKey(TenderRow, null=False, index=True)
    mandate = ForeignKey(MandateRow, null=False, index=True)
    salt = Varchar(length=64)

    one_seat = Unique([tender, mandate])


class MarkRow(Table, tablename="bidding_mark"):
    """What one expert gave one bid on one criterion; never changed."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "evaluation", "mandate", "commitment", "criterion", "points", "salt")
    )

    id: Serial
    evaluation = ForeignKey(EvaluationRow, null=False, index=True)
    mandate = ForeignKey(MandateRow, null=False)
    commitment = Varchar(length=64)
    criterion = Varchar(length=40)
    points = SmallInt()
    salt = Varchar(length=64)
    marked_at = Timestamptz(default=None, null=False)

    one_mark = Unique([evaluation, mandate, commitment, criterion])


class RejectionRow(Table, tablename="bidding_rejection"):
    """A bid the committee rejected: ground, reasons, by whom."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "evaluation", "commitment", "ground", "reasons", "mandate", "salt")
    )

    id: Serial
    evaluation = ForeignKey(EvaluationRow, null=False, index=True)
    commitment = Varchar(length=64)
    ground = Varchar(length=24)
    reasons = Text()
    mandate = ForeignKey(MandateRow, null=False)
    salt = Varchar(length=64)
    rejected_at = Timestamptz(default=None, null=False)

    rejection_once = Unique([evaluation, commitment])
