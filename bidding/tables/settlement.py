"""Rows between award and filed contract: filings and answers, award reports, securities and their end."""

from typing import ClassVar

from piccolo.columns import (
    JSONB,
    UUID,
    BigInt,
    Boolean,
    Bytea,
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

from bidding.tables.awards import AwardRow
from bidding.tables.contracts import ContractRow
from bidding.tables.tenders import TenderRow
from market.parties.tables import OrganisationRow
from market.runtime.audited import Audited


class ContractFilingRow(Table, tablename="bidding_contract_filing"):
    """A contract filed with street and district; filed again after a return, never changed."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "contract", "turn", "number", "organisation", "form", "digest", "filed_at")
    )

    id: Serial
    contract = ForeignKey(ContractRow, null=False, index=True)
    turn = SmallInt()
    number = Varchar(length=48, unique=True)
    organisation = ForeignKey(OrganisationRow, null=False)
    form = Varchar(length=40)
    content = JSONB()
    digest = Varchar(length=64)
    checkpoint = Varchar(length=40, default="")
    filed_at = Timestamptz(default=None, null=False)
    filed_by = Varchar(length=40)

    bidding_contract_filing_turn = Unique([contract, turn])


class ContractAnswerRow(Table, tablename="bidding_contract_answer"):
    """What street or district said of its copy of a filing; once each."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "filing", "authority", "received", "reasons", "answered_at")
    )

    id: Serial
    filing = ForeignKey(ContractFilingRow, null=False, index=True)
    authority = Varchar(length=12)
    received = Boolean()
    reasons = Text(default="")
    answered_at = Timestamptz(default=None, null=False)
    answered_by = Varchar(length=40)

    bidding_contract_answer_once = Unique([filing, authority])


class AwardReportRow(Table, tablename="bidding_award_report"):
    """The written report on an award, with its attachments by digest."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "award", "number", "form", "digest", "filed_at")
    )

    id: Serial
    award = ForeignKey(AwardRow, null=False, unique=True)
    number = Varchar(length=48, unique=True)
    form = Varchar(length=40)
    content = JSONB()
    digest = Varchar(length=64)
    checkpoint = Varchar(length=40, default="")
    filed_at = Timestamptz(default=None, null=False)
    filed_by = Varchar(length=40)


class CustodyRow(Table, tablename="bidding_custody"):
    """A bid security the custodian confirmed or gave back; before the opening nothing says whose."""

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "blob_digest"))

    id = UUID(primary_key=True)
    blind_index = Varchar(length=64, unique=True)
    blob = Bytea()
    blob_digest = Varchar(length=64)
    entry = BigInt(null=True, default=None)


class SecurityRow(Table, tablename="bidding_security"):
    """A bid or performance security that came in; it stands here from the opening on and never changes.

    ``origin`` says what it is for, so that nothing is recorded twice: ``bid:<tender>:<bidder>`` or
    ``performance:<award>``.
    """

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=(
            "id",
            "salt",
            "tender",
            "organisation",
            "origin",
            "kind",
            "instrument",
            "amount_fen",
            "holder",
            "basic_account",
            "reference",
            "paid_on",
        ),
    )

    id: Serial
    salt = Varchar(length=64)
    tender = ForeignKey(TenderRow, null=False, index=True)
    organisation = ForeignKey(OrganisationRow, null=False, index=True)
    origin = Varchar(length=60, unique=True)
    kind = Varchar(length=12)
    award: ForeignKey[AwardRow] = ForeignKey(AwardRow, null=True, default=None)
    instrument = Varchar(length=12)
    amount_fen = BigInt()
    holder = Varchar(length=18)
    basic_account = Boolean()
    reference = Varchar(length=80)
    paid_on = Date(default=None, null=False)
    recorded_at = Timestamptz(default=None, null=False)
    recorded_by = Varchar(length=40)


class SettlementRow(Table, tablename="bidding_security_settlement"):
    """How a security ended: returned with interest, or kept; exactly once."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=(
            "id",
            "salt",
            "security",
            "outcome",
            "ground",
            "principal_fen",
            "interest_fen",
            "rate",
            "days",
            "settled_on",
        ),
    )

    id: Serial
    salt = Varchar(length=64)
    security = ForeignKey(SecurityRow, null=False, unique=True)
    outcome = Varchar(length=12)
    ground = Varchar(length=24, default="")
    principal_fen = BigInt()
    interest_fen = BigInt()
    rate = Integer()
    days = Integer()
    settled_on = Date(default=None, null=False)
    settled_at = Timestamptz(default=None, null=False)
    settled_by = Varchar(length=40)


class LotEndRow(Table, tablename="bidding_lot_end"):
    """A lot that ended without a provider while the others went on; never undone, but tendered again."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "tender", "lot", "reason", "note", "ended_at")
    )

    id: Serial
    tender = ForeignKey(TenderRow, null=False, index=True)
    lot = Varchar(length=4)
    reason = Varchar(length=24)
    note = Text(default="")
    ended_at = Timestamptz(default=None, null=False)
    ended_by = Varchar(length=40)

    bidding_lot_end_once = Unique([tender, lot])
