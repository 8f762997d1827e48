"""Papers as they were served: the merged values, from which the PDF is made whenever somebody asks.

Appended and never changed; the database itself says that each belongs to one record or one exit-list case.
"""

from typing import ClassVar

from piccolo.columns import ForeignKey, Serial, Text, Timestamptz, Varchar
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
