"""Rows of the opening: the frozen list, releases, recoveries, findings and opened bids."""

from typing import ClassVar

from piccolo.columns import (
    JSONB,
    UUID,
    BigInt,
    ForeignKey,
    Serial,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Unique
from piccolo.table import Table

from bidding.tables.tenders import KeyholderRow, TenderRow
from market.parties.tables import OrganisationRow
from market.runtime.audited import Audited


class FreezeRow(Table, tablename="bidding_freeze"):
    """The frozen list of a tender, as canonical JSON, and its digest F."""

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "tender", "digest"))

    id: Serial
    tender = ForeignKey(TenderRow, null=False, unique=True)
    digest = Varchar(length=64, unique=True)
    frozen = Text()
    entry = BigInt(null=True, default=None)


class ListedRow(Table, tablename="bidding_listed"):
    """Which sealed row stands behind a place on a frozen list; made when the list is public."""

    exempt: ClassVar[str] = "derived from the frozen list, whose digest is logged"

    id: Serial
    tender = ForeignKey(TenderRow, null=False, index=True)
    sealed = UUID(default=None, unique=True)
    commitment = Varchar(length=64, index=True)
    part = Varchar(length=12)


class ReleaseRow(Table, tablename="bidding_release"):
    """A keyholder's signature over F and the shares that came with it."""

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "tender", "keyholder", "digest"))

    id: Serial
    tender = ForeignKey(TenderRow, null=False, index=True)
    keyholder = ForeignKey(KeyholderRow, null=False)
    digest = Varchar(length=64)
    message = Text()
    signature = Varchar(length=128)
    shares = Text()
    released_at = Timestamptz(default=None, null=False)
    released_by = Varchar(length=40)
    entry = BigInt(null=True, default=None)

    bidding_release_each = Unique([tender, keyholder])


class RecoveryRow(Table, tablename="bidding_recovery"):
    """A content key its bidder released because the keyholders' shares do not open the envelope."""

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "tender", "commitment"))

    id: Serial
    tender = ForeignKey(TenderRow, null=False, index=True)
    commitment = Varchar(length=64, unique=True)
    content_key = Varchar(length=64)


class ResupplyRow(Table, tablename="bidding_resupply"):
    """The identical sealed bytes, given once more by their bidder because the platform's were altered."""

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "tender", "commitment"))

    id: Serial
    tender = ForeignKey(TenderRow, null=False, index=True)
    commitment = Varchar(length=64, unique=True)
    parts = JSONB()


class FindingRow(Table, tablename="bidding_finding"):
    """What went wrong with one envelope at the opening and whose fault it is; part of the opening record."""

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "tender", "commitment", "finding"))

    id: Serial
    tender = ForeignKey(TenderRow, null=False, index=True)
    commitment = Varchar(length=64)
    finding = JSONB()


class OpenedBidRow(Table, tablename="bidding_opened_bid"):
    """An opened bid: the read-out is public, the rest is for committee and supervising authority.

    ``plaintext`` names the stored documents, salted: the name is public with the transcript and must not let
    anybody try guesses; ``standing`` is the bidder's as it was at the deadline.
    """

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "tender", "number", "organisation", "commitment", "plaintext", "price_fen")
    )

    id: Serial
    tender = ForeignKey(TenderRow, null=False, index=True)
    organisation = ForeignKey(OrganisationRow, null=False, index=True)
    number = Varchar(length=32, unique=True)
    lot = Varchar(length=4)
    commitment = Varchar(length=64, unique=True)
    opening = Text()
    price_fen = BigInt(null=True, default=None)
    manifest = JSONB()
    plaintext = Varchar(length=64)
    standing = JSONB()


class LockedMarksRow(Table, tablename="bidding_locked_marks"):
    """The locked technical marks of a tender in two envelopes, as canonical JSON, and their digest."""

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "tender", "digest"))

    id: Serial
    tender = ForeignKey(TenderRow, null=False, unique=True)
    digest = Varchar(length=64, unique=True)
    marks = Text()
    locked_at = Timestamptz(default=None, null=False)
    entry = BigInt(null=True, default=None)
    opening_entry = BigInt(null=True, default=None)


class PriceReleaseRow(Table, tablename="bidding_price_release"):
    """A keyholder's signature over list and locked marks, and the shares of prices that came with it."""

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "tender", "keyholder", "digest"))

    id: Serial
    tender = ForeignKey(TenderRow, null=False, index=True)
    keyholder = ForeignKey(KeyholderRow, null=False)
    digest = Varchar(length=64)
    message = Text()
    signature = Varchar(length=128)
    shares = Text()
    released_at = Timestamptz(default=None, null=False)
    released_by = Varchar(length=40)
    entry = BigInt(null=True, default=None)

    bidding_price_release_each = Unique([tender, keyholder])


class OpenedPriceRow(Table, tablename="bidding_opened_price"):
    """The price envelope of an opened bid: its read-out is public, its documents are as those of the bid."""

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "bid", "commitment", "plaintext"))

    id: Serial
    bid = ForeignKey(OpenedBidRow, null=False, unique=True)
    commitment = Varchar(length=64, unique=True)
    opening = Text()
    manifest = JSONB()
    plaintext = Varchar(length=64)
