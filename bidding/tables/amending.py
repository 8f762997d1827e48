"""Rows of what happens while bids are sealed: versions, clarifications, questions, holders."""

from typing import ClassVar

from piccolo.columns import (
    JSONB,
    UUID,
    BigInt,
    Bytea,
    ForeignKey,
    Serial,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Unique
from piccolo.table import Table

from bidding.tables.tenders import TenderRow
from market.parties.tables import OrganisationRow
from market.runtime.audited import Audited


class ClarificationRow(Table, tablename="bidding_clarification"):
    """A numbered answer to everybody who holds the documents (BL 23, BLR 21)."""

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "tender", "number", "digest"))

    id: Serial
    tender = ForeignKey(TenderRow, null=False, index=True)
    number = SmallInt()
    text = Text()
    digest = Varchar(length=64)
    published_at = Timestamptz(default=None, null=False)
    published_by = Varchar(length=40)

    bidding_clarification_number = Unique([tender, number])


class VersionRow(Table, tablename="bidding_version"):
    """One announced version of a tender: the document as it was, and the object bids are sealed for."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "tender", "number", "digest", "content_digest")
    )

    id: Serial
    tender = ForeignKey(TenderRow, null=False, index=True)
    number = SmallInt()
    content = JSONB()
    content_digest = Varchar(length=64)
    version = Text()
    digest = Varchar(length=64, unique=True)
    reason = Text(default="")
    clarification: ForeignKey[ClarificationRow] = ForeignKey(ClarificationRow, null=True, default=None)
    published_at = Timestamptz(default=None, null=False)
    published_by = Varchar(length=40)
    entry = BigInt(null=True, default=None)

    bidding_version_number = Unique([tender, number])


class SuccessorRow(Table, tablename="bidding_successor"):
    """One who shall hold a key of an announced tender, until the change of keyholders is announced."""

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

    bidding_successor_number = Unique([tender, number])
    bidding_successor_institution = Unique([tender, organisation])


class QuestionRow(Table, tablename="bidding_question"):
    """A question on the document; who asked is encrypted, for nobody may know who holds it (BL 22)."""

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "text_digest", "blob_digest"))

    id = UUID(primary_key=True)
    tender = ForeignKey(TenderRow, null=False, index=True)
    text = Text()
    text_digest = Varchar(length=64)
    blind_index = Varchar(length=64, index=True)
    blob = Bytea()
    blob_digest = Varchar(length=64)
    asked_at = Timestamptz(default=None, null=False)
    entry = BigInt(null=True, default=None)
    answer: ForeignKey[ClarificationRow] = ForeignKey(ClarificationRow, null=True, default=None, index=True)


class HolderRow(Table, tablename="bidding_holder"):
    """Somebody who collected the documents: no instant, no reference, an index only the server computes."""

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "blob_digest"))

    id = UUID(primary_key=True)
    blind_index = Varchar(length=64, unique=True)
    blob = Bytea()
    blob_digest = Varchar(length=64)
    entry = BigInt(null=True, default=None)
