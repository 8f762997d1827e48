"""Rows of the comparison of opened bids: what was compared, the alerts, and what was done about each.

The log is public and alerts are secret, so it must not tell whether there are any: every comparison leaves
one entry and one salted row that covers what it found, be it nothing; what is done about an alert is logged
under a random name that leads to no tender (docs/adr/0024).
"""

from typing import ClassVar

from piccolo.columns import JSONB, ForeignKey, Serial, Text, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from bidding.tables.tenders import TenderRow
from market.runtime.audited import Audited


class ComparisonRow(Table, tablename="bidding_alert_comparison"):
    """One comparison of a tender's opened bids; ``found`` has the digests of all it saw, known ones too.

    ``origin`` is what it was made on, such as ``opened:17``: it is made once.
    """

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "salt", "tender", "origin", "found"))

    id: Serial
    salt = Varchar(length=64)
    tender = ForeignKey(TenderRow, null=False, index=True)
    origin = Varchar(length=60, unique=True)
    found = JSONB()
    compared_at = Timestamptz(default=None, null=False)


class AlertRow(Table, tablename="bidding_alert"):
    """An alert about bids of a lot; ``name`` is random and all the log says of it."""

    exempt: ClassVar[str] = (
        "its digest stands in the audited row of its comparison; its state follows from its audited disposals"
    )

    id: Serial
    name = Varchar(length=32, unique=True)
    tender = ForeignKey(TenderRow, null=False, index=True)
    lot = Varchar(length=4)
    kind = Varchar(length=24)
    digest = Varchar(length=64)
    content = JSONB()
    state = Varchar(length=12, index=True)
    raised_at = Timestamptz(default=None, null=False)

    bidding_alert_once = Unique([tender, lot, kind, digest])


class DisposalRow(Table, tablename="bidding_alert_disposal"):
    """What was done about an alert: one row for each step, never changed."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=("id", "salt", "alert", "step", "clause", "reasons", "addressee", "evidence", "done_at"),
    )

    id: Serial
    salt = Varchar(length=64)
    alert = ForeignKey(AlertRow, null=False, index=True)
    step = Varchar(length=12)
    clause = Varchar(length=12, default="")
    reasons = Text(default="")
    addressee = Varchar(length=200, default="")
    evidence = JSONB()
    done_at = Timestamptz(default=None, null=False)
    done_by = Varchar(length=40)
