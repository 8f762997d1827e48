"""Rows of sealed bid acts and of uploads: nothing in them says whose they are or what for.

A row has a random id, an index only the running server can compute, and one encrypted blob. There is no
serial number, no instant and no reference to a tender or an organisation (docs/sealing.md section 3).
"""

from typing import ClassVar

from piccolo.columns import UUID, BigInt, Bytea, ForeignKey, Integer, OnDelete, Serial, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from market.runtime.audited import Audited


class SealedRow(Table, tablename="bidding_sealed"):
    """One bid act or refusal, hidden until the freeze.

    ``blind_index`` finds the acts of one organisation for one lot; ``act_index`` makes ``finish`` idempotent.
    """

    audited: ClassVar[Audited] = Audited(version=1, fields=("id", "blob_digest"))

    id = UUID(primary_key=True)
    blind_index = Varchar(length=64, index=True)
    act_index = Varchar(length=64, unique=True)
    blob = Bytea()
    blob_digest = Varchar(length=64)
    entry = BigInt(null=True, default=None)
    token = Bytea(null=True, default=None)


class UploadRow(Table, tablename="bidding_upload"):
    """An upload under way: a random id and whose it is, blinded."""

    exempt: ClassVar[str] = "ciphertext on its way; it counts for nothing until a logged finish names it"

    id = UUID(primary_key=True)
    owner = Varchar(length=64)
    created_at = Timestamptz(default=None, null=False, index=True)


class UploadPartRow(Table, tablename="bidding_upload_part"):
    """A part of an upload that has arrived, by its digest in the file store."""

    exempt: ClassVar[str] = "ciphertext on its way; it counts for nothing until a logged finish names it"

    id: Serial
    upload = ForeignKey(UploadRow, null=False, on_delete=OnDelete.cascade)
    start = BigInt()
    size = Integer()
    digest = Varchar(length=64)

    bidding_upload_part_start = Unique([upload, start])
