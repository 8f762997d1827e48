"""Papers as they were served, and redacted copies of evidence.

A paper is the merged values, from which the PDF is made whenever somebody asks; it is appended and never
changed, and the database itself says that each belongs to one record or one exit-list case.
"""

from typing import ClassVar

from piccolo.columns import ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from credit.tables import DIGEST, NAME, ListEntryRow, RecordRow
from market.runtime.audited import Audited


class PaperRow(Table, tablename="credit_paper"):
    """A notice, a decision or a notice on repair; ``content`` bears the salt of its case."""

    audited: ClassVar[Audited] = Audited(
        version=1, fields=("id", "form", "record", "list_entry", "number", "digest", "made_at", "made_by")
    )

    id: Serial
    form = Varchar(length=40)
    record = ForeignKey(RecordRow, null=True, index=True)
    list_entry = ForeignKey(ListEntryRow, null=True, index=True)
    number = Varchar(length=48, unique=True)
    content = Text()
    digest = Varchar(length=DIGEST)
    made_at = Timestamptz(default=None, null=False)
    made_by = Varchar(length=NAME)


class RedactionRow(Table, tablename="credit_redaction"):
    """A redacted copy of a record's document, bound to the original by both digests."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=(
            *("id", "stage", "record", "original", "copy", "salt", "hidden_digest"),
            *("proposed_at", "proposed_by", "settled_at", "settled_by"),
        ),
    )

    id: Serial
    stage = Varchar(length=16, index=True)
    record = ForeignKey(RecordRow, null=False, index=True)
    original = Varchar(length=DIGEST)
    copy = Varchar(length=DIGEST)
    salt = Varchar(length=DIGEST)
    hidden = Text()
    hidden_digest = Varchar(length=DIGEST)
    proposed_at = Timestamptz(default=None, null=False)
    proposed_by = Varchar(length=NAME)
    proposed_person = Integer(default=None, null=True)
    settled_at = Timestamptz(default=None, null=True)
    settled_by = Varchar(length=NAME, default=None, null=True)
    reasons = Text(default="")
