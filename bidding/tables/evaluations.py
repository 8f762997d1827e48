"""Rows of the evaluation: one per lot, its bids, the members' marks, rejections."""

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
from market.parties.tables import MandateRow, OrganisationRow
from market.runtime.audited import Audited


class EvaluationRow(Table, tablename="bidding_evaluation"):
    """The evaluation of one lot; ``result`` comes with the report and the digest of all it was made from.

    A member who leaves takes the report back: the result is made anew when the replacement has marked. A lot
    that is evaluated anew gets a further row; the earlier one stays with its marks, superseded.
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
            "sign_until",
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
    sign_until = Timestamptz(null=True, default=None)
    published_at = Timestamptz(null=True, default=None)
    published_by = Varchar(length=40, null=True, default=None)
    last_day = Date(null=True, default=None)

    superseded_at = Timestamptz(null=True, default=None)

    bidding_evaluation_turn = Unique([tender, lot, turn])


class EvaluationBidRow(Table, tablename="bidding_evaluation_bid"):
    """A bid as it entered the evaluation; ``credit`` is frozen at the deadline, null for a newcomer.

    ``price_fen`` is null while the price is sealed in an envelope of its own, and for good where that is
    never opened.
    """

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=("id", "evaluation", "organisation", "commitment", "price_fen", "credit", "credit_snapshot"),
    )

    id: Serial
    evaluation = ForeignKey(EvaluationRow, null=False, index=True)
    organisation = ForeignKey(OrganisationRow, null=False)
    commitment = Varchar(length=64)
    price_fen = BigInt(null=True, default=None)
    credit = Integer(null=True, default=None)
    credit_snapshot = Text(default="")

    one_bid = Unique([evaluation, commitment])


class MarkRow(Table, tablename="bidding_mark"):
    """What one member gave one bid on one criterion; never changed, and void once the member has left.

    Row images are public, so the log has a salted digest: neither member nor mark is told before its time.
    """

    audited: ClassVar[Audited] = Audited(version=2, fields=("id", "evaluation", "mark_digest"))

    id: Serial
    evaluation = ForeignKey(EvaluationRow, null=False, index=True)
    mandate = ForeignKey(MandateRow, null=False)
    commitment = Varchar(length=64)
    criterion = Varchar(length=40)
    points = SmallInt()
    mark_digest = Varchar(length=64)
    salt = Varchar(length=64)
    marked_at = Timestamptz(default=None, null=False)

    one_mark = Unique([evaluation, mandate, commitment, criterion])


class RejectionRow(Table, tablename="bidding_rejection"):
    """A rejection a member proposed: ground, reasons, evidence; the others vote on it (``RejectionVoteRow``).

    The log has a salted digest until the report.
    """

    audited: ClassVar[Audited] = Audited(version=2, fields=("id", "evaluation", "rejection_digest"))

    id: Serial
    evaluation = ForeignKey(EvaluationRow, null=False, index=True)
    commitment = Varchar(length=64)
    ground = Varchar(length=24)
    reasons = Text()
    evidence = Text(default="")
    mandate = ForeignKey(MandateRow, null=False)
    rejection_digest = Varchar(length=64)
    salt = Varchar(length=64)
    rejected_at = Timestamptz(default=None, null=False)

    bidding_rejection_ground = Unique([evaluation, commitment, mandate, ground])


class RejectionVoteRow(Table, tablename="bidding_rejection_vote"):
    """What another member said to a proposed rejection; dissent with its reasons, never changed.

    The log has a salted digest: who voted how is told after the award.
    """

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "rejection", "vote_digest"))

    id: Serial
    rejection = ForeignKey(RejectionRow, null=False, index=True)
    mandate = ForeignKey(MandateRow, null=False)
    agrees = Boolean(default=None, null=False)
    reasons = Text(default="")
    vote_digest = Varchar(length=64)
    salt = Varchar(length=64)
    voted_at = Timestamptz(default=None, null=False)

    bidding_rejection_vote_once = Unique([rejection, mandate])


class DefenceRow(Table, tablename="bidding_defence"):
    """The record of a bidder's defence before the committee, written by a member.

    The log has a salted digest: the answers may hold business secrets.
    """

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "evaluation", "record_digest"))

    id: Serial
    evaluation = ForeignKey(EvaluationRow, null=False, index=True)
    mandate = ForeignKey(MandateRow, null=False)
    commitment = Varchar(length=64)
    appeared = Boolean(default=None, null=False)
    speakers = Text(default="")
    minutes = SmallInt()
    record = Text(default="")
    record_digest = Varchar(length=64)
    salt = Varchar(length=64)
    held_at = Timestamptz(default=None, null=False)

    bidding_defence_once = Unique([evaluation, commitment])


class MarkReasonRow(Table, tablename="bidding_mark_reason"):
    """Why a member marked unlike the others: one criterion, or the whole sheet where it names none.

    The log has a salted digest, as of the mark itself.
    """

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "evaluation", "reason_digest"))

    id: Serial
    evaluation = ForeignKey(EvaluationRow, null=False, index=True)
    mandate = ForeignKey(MandateRow, null=False)
    commitment = Varchar(length=64)
    criterion = Varchar(length=40, default="")
    reasons = Text()
    reason_digest = Varchar(length=64)
    salt = Varchar(length=64)
    given_at = Timestamptz(default=None, null=False)

    bidding_mark_reason_once = Unique([evaluation, mandate, commitment, criterion])


class PriceQuestionRow(Table, tablename="bidding_price_question"):
    """What a bidder was asked about a low price, and its answer; the answer may hold business secrets.

    ``others`` is the exact mean of the other effective bids then, fen, such as ``"200024690/3"``.
    """

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "evaluation", "question_digest", "answer_until", "answer_digest")
    )

    id: Serial
    evaluation = ForeignKey(EvaluationRow, null=False, index=True)
    organisation = ForeignKey(OrganisationRow, null=False, index=True)
    mandate = ForeignKey(MandateRow, null=False)
    commitment = Varchar(length=64)
    text = Text()
    price_fen = BigInt()
    others = Varchar(length=60, default="")
    question_digest = Varchar(length=64)
    salt = Varchar(length=64)
    asked_at = Timestamptz(default=None, null=False)
    answer_until = Timestamptz(default=None, null=False)
    answer = Text(null=True, default=None)
    answer_digest = Varchar(length=64, null=True, default=None)
    answer_salt = Varchar(length=64, null=True, default=None)
    answered_at = Timestamptz(null=True, default=None)
    answered_by = Varchar(length=40, null=True, default=None)

    bidding_price_question_once = Unique([evaluation, commitment])


class PriceFindingRow(Table, tablename="bidding_price_finding"):
    """What a member decided on a price for the committee; ``rejection`` where it was not accepted."""

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "question", "finding_digest"))

    id: Serial
    question = ForeignKey(PriceQuestionRow, null=False, index=True)
    mandate = ForeignKey(MandateRow, null=False)
    accepted = Boolean(default=None, null=False)
    reasons = Text()
    rejection = ForeignKey(RejectionRow, null=True, default=None)
    finding_digest = Varchar(length=64)
    salt = Varchar(length=64)
    decided_at = Timestamptz(default=None, null=False)

    bidding_price_finding_once = Unique([question, mandate])


class TimeAnswerRow(Table, tablename="bidding_time_answer"):
    """What the tenderer said to members who asked for more time: ``until`` extends it, null refuses."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "tender", "until", "asked", "members", "reasons", "answered_at")
    )

    id: Serial
    tender = ForeignKey(TenderRow, null=False, index=True)
    until = Timestamptz(null=True, default=None)
    asked = SmallInt()
    members = SmallInt()
    reasons = Text()
    answered_at = Timestamptz(default=None, null=False)
    answered_by = Varchar(length=40)


class TimeRequestRow(Table, tablename="bidding_time_request"):
    """A member's wish for more time; the log has a salted digest, as of a mark."""

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "tender", "request_digest"))

    id: Serial
    tender = ForeignKey(TenderRow, null=False, index=True)
    mandate = ForeignKey(MandateRow, null=False)
    reasons = Text()
    answer = ForeignKey(TimeAnswerRow, null=True, default=None)
    request_digest = Varchar(length=64)
    salt = Varchar(length=64)
    asked_at = Timestamptz(default=None, null=False)
