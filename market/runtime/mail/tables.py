"""The queue of letters. It holds no address and no text: both are looked up when a letter is sent."""

from typing import ClassVar

from piccolo.columns import ForeignKey, Integer, Serial, SmallInt, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from market.runtime.tables import InboxRow


class MailRow(Table, tablename="runtime_mail"):
    """One letter to one account: about a message of an inbox, or to confirm an address.

    ``origin`` is unique: what has been queued is not queued again. ``next_try_at`` and ``claimed_at`` are
    wall time. A letter under way when its process dies is never sent again (``mail.queue``).
    """

    exempt: ClassVar[str] = "tells again what an inbox row or an audited address says; settled ones are swept"

    id: Serial
    origin = Varchar(length=80, unique=True)
    account = Integer(index=True)
    message: ForeignKey[InboxRow] = ForeignKey(InboxRow, null=True, on_delete=OnDelete.restrict)
    confirmation = Integer(default=None, null=True)
    stage = Varchar(length=12, index=True)
    failures = SmallInt(default=0)
    error = Varchar(length=300, default="")
    queued_at = Timestamptz(default=None, null=False)
    next_try_at = Timestamptz(default=None, null=True, index=True)
    claimed_at = Timestamptz(default=None, null=True)
    settled_at = Timestamptz(default=None, null=True, index=True)
