"""Tables of the app ``runtime``: audit and log, outbox, schedule, clock, files, inbox, calendar.

Uniqueness over several columns, triggers against UPDATE and DELETE and the trigger that puts every new
entry before the sequencer stand in the migrations.
"""

from typing import ClassVar

from piccolo.columns import (
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
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from market.runtime.audited import Audited

DIGEST = 64
KEY_ID = 32
SIGNATURE = 128


class AuditEntryRow(Table, tablename="runtime_audit_entry"):
    """A signed account of one act; never updated, never deleted. ``body`` is its canonical JSON."""

    exempt: ClassVar[str] = "is the audit log itself"

    id: Serial
    act = Varchar(length=80, index=True)
    subject = Varchar(length=200, index=True)
    body = Text()
    digest = Varchar(length=DIGEST, index=True)
    key_id = Varchar(length=KEY_ID)
    signature = Varchar(length=SIGNATURE)


class AuditImageRow(Table, tablename="runtime_audit_image"):
    """What a changed row said when its entry was made: the preimage of a digest in the entry."""

    exempt: ClassVar[str] = "is the audit log itself"

    id: Serial
    entry_id = ForeignKey(AuditEntryRow, null=False, on_delete=OnDelete.restrict)
    ordinal = SmallInt()
    table_name = Varchar(length=63)
    row_id = Varchar(length=64)
    digest = Varchar(length=DIGEST)
    image = Text()


class AuditHeldRow(Table, tablename="runtime_audit_held"):
    """An entry kept out of the public log until its tender is frozen (``docs/sealing.md`` 3)."""

    exempt: ClassVar[str] = "says when an entry may enter the log; the log itself shows when it did"

    id: Serial
    entry_id = ForeignKey(AuditEntryRow, null=False, unique=True, on_delete=OnDelete.restrict)
    subject = Varchar(length=200)
    let_in_at = Timestamptz(null=True, default=None)


class LogPendingRow(Table, tablename="runtime_log_pending"):
    """An entry without a leaf; a trigger writes it with the entry, the sequencer removes it with the leaf."""

    exempt: ClassVar[str] = "repeats which entries have no leaf"

    id: Serial
    entry_id = ForeignKey(AuditEntryRow, null=False, unique=True, on_delete=OnDelete.restrict)
    refused = Boolean(default=False)


class LogLeafRow(Table, tablename="runtime_log_leaf"):
    """The place of an entry in the public log; never updated, never deleted."""

    exempt: ClassVar[str] = "is the audit log itself"

    position = Integer(primary_key=True)
    entry_id = ForeignKey(AuditEntryRow, null=False, unique=True, on_delete=OnDelete.restrict)
    leaf_hash = Varchar(length=DIGEST)


class LogNodeRow(Table, tablename="runtime_log_node"):
    """The root of a full subtree; ``key`` is its index times 64 plus its height (``tree.Node``)."""

    exempt: ClassVar[str] = "is computed from the leaves"

    key = BigInt(primary_key=True)
    hash = Varchar(length=DIGEST)


class LogCheckpointRow(Table, tablename="runtime_log_checkpoint"):
    """A signed size and root of the log; ``body`` is the canonical JSON that is signed."""

    exempt: ClassVar[str] = "is the audit log itself"

    size = Integer(primary_key=True)
    body = Text()
    key_id = Varchar(length=KEY_ID)
    signature = Varchar(length=SIGNATURE)


class AlarmRow(Table, tablename="runtime_alarm"):
    """Something an operator must look at; one row for one cause."""

    exempt: ClassVar[str] = "every alarm is written with an audit entry of its own"

    id: Serial
    kind = Varchar(length=40)
    subject = Varchar(length=120)
    detail = Text()
    raised_at = Timestamptz()


class OutboxRow(Table, tablename="runtime_outbox"):
    """A fact that other wings are told; its order is the position of its audit entry."""

    exempt: ClassVar[str] = "tells again what its audit entry covers"

    id: Serial
    entry_id = ForeignKey(AuditEntryRow, null=False, on_delete=OnDelete.restrict, index=True)
    event_type = Varchar(length=80)
    body = Text()


class CursorRow(Table, tablename="runtime_cursor"):
    """How far a subscriber has come, and what stops it."""

    exempt: ClassVar[str] = "moves with every delivery; the effect has its own entry"

    id: Serial
    subscriber = Varchar(length=80, unique=True)
    position = Integer(default=-1)
    outbox_id = Integer(default=0)
    failing_id = Integer(null=True, default=None)
    failures = Integer(default=0)
    retry_at = Timestamptz(null=True, default=None)
    error = Text()


class ParkedRow(Table, tablename="runtime_parked"):
    """An event that an operator told a subscriber to skip."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "subscriber", "outbox_id", "reason", "parked_at")
    )

    id: Serial
    subscriber = Varchar(length=80)
    outbox_id = ForeignKey(OutboxRow, null=False, on_delete=OnDelete.restrict)
    reason = Text()
    parked_at = Timestamptz()


class DueFailureRow(Table, tablename="runtime_due_failure"):
    """A row whose due act fails: when it is tried again (wall time) and why it failed."""

    exempt: ClassVar[str] = "technical: goes away when the act succeeds, which is audited"

    id: Serial
    due = Varchar(length=80)
    row_id = Varchar(length=64)
    due_at = Timestamptz()
    failures = Integer(default=0)
    retry_at = Timestamptz()
    error = Text()


class ClockRow(Table, tablename="runtime_clock"):
    """The legal clock's distance from the wall clock, and the last sign of life; one row, id 1."""

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "offset_us"))

    id: Serial
    offset_us = BigInt(default=0)
    heartbeat_at = Timestamptz(null=True, default=None)


class FileRow(Table, tablename="runtime_file"):
    """A stored file, named by its content."""

    exempt: ClassVar[str] = "the digest stands in the audited row of whoever refers to the file"

    id: Serial
    digest = Varchar(length=DIGEST, unique=True)
    size = BigInt()
    media_type = Varchar(length=120)
    stored_at = Timestamptz()


class InboxRow(Table, tablename="runtime_inbox"):
    """A message to an organisation; ``key`` names its text in the catalogue, ``params`` is JSON."""

    exempt: ClassVar[str] = "tells what an audited act did; nothing rests on it"

    id: Serial
    organisation = Integer()
    key = Varchar(length=120)
    params = Text()
    url = Varchar(length=300)
    origin = Varchar(length=120)
    told_at = Timestamptz()
    read_at = Timestamptz(null=True, default=None)


class CalendarDayRow(Table, tablename="runtime_calendar_day"):
    """A day that differs from its weekday: a public holiday, or a weekend day that works (调休)."""

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "day", "is_workday", "name", "source"))

    id: Serial
    day = Date(unique=True)
    is_workday = Boolean()
    name = Varchar(length=80)
    source = Varchar(length=200)
