"""Rows of the service catalogue's later versions; the first comes with the program."""

from typing import ClassVar

from piccolo.columns import Date, Serial, SmallInt, Text, Timestamptz, Varchar
from piccolo.table import Table

from market.runtime.audited import Audited


class CatalogueVersionRow(Table, tablename="bidding_catalogue_version"):
    """A published version: the file as it was read, and the digest of its lines. Never changed afterwards."""

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "number", "effective_on", "digest"))

    id: Serial
    number = SmallInt(unique=True)
    effective_on = Date(default=None, null=False)
    lines = Text()
    digest = Varchar(length=64)
    published_at = Timestamptz(default=None, null=False)
    published_by = Varchar(length=40)
