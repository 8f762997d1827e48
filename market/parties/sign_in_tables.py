"""Rows of signing in, which concern the parties alone: throttled attempts, second factors, recovery codes."""

from typing import ClassVar

from piccolo.columns import BigInt, Bytea, ForeignKey, Serial, SmallInt, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from market.parties.tables import AccountRow
from market.runtime.audited import Audited


class SignInThrottleRow(Table, tablename="parties_sign_in_throttle"):
    """Failed sign-ins by digest of the name typed, whether or not an account bears it."""

    exempt: ClassVar[str] = "wall-time throttle of sign-ins, swept after a day"

    login_digest = Varchar(length=64, primary_key=True)
    failures = SmallInt(default=0)
    last_at = Timestamptz(default=None, null=False)
    locked_until = Timestamptz(default=None, null=True)


class SecondFactorRow(Table, tablename="parties_second_factor"):
    """One enrolment of a second factor: begun, confirmed with a first code, ended by another or by a reset.

    ``secret`` is sealed under a platform key that lies outside the database, and emptied when it ends.
    ``last_step`` is the step of the last code that was taken: no code is taken twice.
    """

    _instants = ("begun_at", "begun_by", "confirmed_at", "confirmed_by", "ended_at", "ended_by")
    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "account", *_instants, "salt", "reason_digest")
    )

    id: Serial
    account = ForeignKey(AccountRow, null=False, on_delete=OnDelete.restrict, index=True)
    secret = Bytea(default=b"", secret=True)
    last_step = BigInt(default=None, null=True)
    begun_at = Timestamptz(default=None, null=False)
    begun_by = Varchar(length=40)
    confirmed_at = Timestamptz(default=None, null=True)
    confirmed_by = Varchar(length=40, default=None, null=True)
    ended_at = Timestamptz(default=None, null=True)
    ended_by = Varchar(length=40, default=None, null=True)
    reason = Varchar(length=400, default="")
    salt = Varchar(length=64)
    reason_digest = Varchar(length=64, default="")


class RecoveryCodeRow(Table, tablename="parties_recovery_code"):
    """One recovery code, known here by an index only the platform's key can compute; good for one use."""

    exempt: ClassVar[str] = "bare indexes; drawing the codes and using one are acts of their own in the log"

    id: Serial
    factor = ForeignKey(SecondFactorRow, null=False, on_delete=OnDelete.restrict, index=True)
    digest = Varchar(length=64, unique=True)
    drawn_at = Timestamptz(default=None, null=False)
    used_at = Timestamptz(default=None, null=True)
    withdrawn_at = Timestamptz(default=None, null=True)
