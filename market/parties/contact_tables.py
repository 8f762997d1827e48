"""Rows on how the market reaches a person outside its pages: mail addresses and calendar feeds."""

from typing import ClassVar

from piccolo.columns import Bytea, ForeignKey, Serial, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from market.parties.tables import AccountRow, MandateRow
from market.runtime.audited import Audited


class MailAddressRow(Table, tablename="parties_mail_address"):
    """One address an account gave: asked for, confirmed by the mailed link, ended by its reader or another.

    ``sealed`` holds address and links under a platform key outside the database; it is emptied at the end.
    One address of an account stands at a time; the migration's partial index says so.
    """

    _instants = ("asked_at", "asked_by", "confirmed_at", "confirmed_by", "ended_at", "ended_by")
    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "account", *_instants, "salt", "address_digest")
    )

    id: Serial
    account = ForeignKey(AccountRow, null=False, on_delete=OnDelete.restrict, index=True)
    sealed = Bytea(default=b"", secret=True)
    locale = Varchar(length=16)
    confirm_digest = Varchar(length=64, unique=True)
    stop_digest = Varchar(length=64, unique=True)
    salt = Varchar(length=64)
    address_digest = Varchar(length=64)
    asked_at = Timestamptz(default=None, null=False)
    asked_by = Varchar(length=40)
    confirmed_at = Timestamptz(default=None, null=True)
    confirmed_by = Varchar(length=40, default=None, null=True)
    ended_at = Timestamptz(default=None, null=True)
    ended_by = Varchar(length=40, default=None, null=True)


class CalendarFeedRow(Table, tablename="parties_calendar_feed"):
    """A calendar that a program reads without signing in: the tasks of one mandate, under a secret address.

    Only the secret's digest is kept. One feed of a mandate is in force at a time.
    """

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "mandate", "made_at", "made_by", "revoked_at", "revoked_by")
    )

    id: Serial
    mandate = ForeignKey(MandateRow, null=False, on_delete=OnDelete.restrict, index=True)
    token_digest = Varchar(length=64, unique=True)
    locale = Varchar(length=16)
    made_at = Timestamptz(default=None, null=False)
    made_by = Varchar(length=40)
    revoked_at = Timestamptz(default=None, null=True)
    revoked_by = Varchar(length=40, default=None, null=True)
