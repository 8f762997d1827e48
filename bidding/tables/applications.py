"""Rows of applications for pre-qualification: nothing in them says who applied, for what, or when."""

from typing import ClassVar

from piccolo.columns import UUID, Array, BigInt, Bytea, Varchar
from piccolo.table import Table

from market.runtime.audited import Audited


class ApplicationRow(Table, tablename="bidding_application"):
    """An application with its examination, encrypted and of even length (BL 22).

    ``entries`` are the log entries of all acts on it; they are held until bidding ends.
    """

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "blob_digest"))

    id = UUID(primary_key=True)
    blind_index = Varchar(length=64, unique=True)
    blob = Bytea()
    blob_digest = Varchar(length=64)
    entries = Array(base_column=BigInt(), default=list)


class ApplicationFileRow(Table, tablename="bidding_application_file"):
    """A file of an application, encrypted; whose it is stands in the application alone."""

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "blob_digest"))

    id = UUID(primary_key=True)
    blob = Bytea()
    blob_digest = Varchar(length=64)
