"""The national list of seriously dishonest entities: a mirror, fed by batches, never made or changed here.

A batch is the whole list as its source published it.
Source: GB49 (only law or central policy makes such a list).
"""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import Meta

from market.kernel.digest import digest
from market.kernel.errors import ConflictError, FindingsError, InvalidInputError, MarketError, RuleError
from market.kernel.period import local_day

ITEM = "N-VS-12"
"""The item that mirrors the list: valid while listed, decided elsewhere."""

HEAD = ("batch", "source", "published_on")
COLUMNS = (*HEAD, "code", "name", "list_name", "authority", "document_no", "listed_on")


class NationalFileError(InvalidInputError):
    """The file is no batch: neither JSON nor CSV with the columns of one."""

    code: ClassVar[str] = "credit-national-file"
    source = "GB49"


class NationalRowError(InvalidInputError):
    """A row of a batch stands twice, or its day lies after the publication."""

    code: ClassVar[str] = "credit-national-row"
    source = "GB49"


class NationalRefusedError(FindingsError):
    """A batch has wrong rows; nothing of it is stored."""

    code: ClassVar[str] = "credit-national-refused"


class BatchChangedError(ConflictError):
    """The batch was imported before with other rows."""

    code: ClassVar[str] = "credit-national-changed"


class BatchStaleError(RuleError):
    """A newer batch, or one of the same day, is imported already."""

    code: ClassVar[str] = "credit-national-stale"


class MirroredError(RuleError):
    """What mirrors an outside list is changed by its source alone."""

    code: ClassVar[str] = "credit-national-mirrored"
    source = "GB49"


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entity on a list: by whom, by which document, since when."""

    code: Annotated[str, Meta(pattern="^[0-9A-Z]{18}$")]
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    list_name: Annotated[str, Meta(min_length=1, max_length=120)]
    authority: Annotated[str, Meta(min_length=1, max_length=120)]
    document_no: Annotated[str, Meta(min_length=1, max_length=80)]
    listed_on: date

    @property
    def fact(self) -> str:
        """The name of the entry across batches."""
        parts = {"list": self.list_name, "document": self.document_no, "on": self.listed_on.isoformat()}
        return f"national:{digest('credit-national-entry', parts)[:32]}"


class Batch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole list as published on a day.

    Attributes:
        batch: The source's own name of the batch; told twice, it stands once.
    """

    batch: Annotated[str, Meta(pattern="^[A-Za-z0-9._-]{1,60}$")]
    source: Annotated[str, Meta(min_length=1, max_length=200)]
    published_on: date
    entries: Annotated[tuple[Entry, ...], Meta(max_length=100_000)] = ()

    @property
    def digest(self) -> str:
        """Digest of everything in it, the same for JSON and CSV."""
        return digest("credit-national-batch", msgspec.to_builtins(self))


def read(data: bytes) -> Batch:
    """Read a batch from JSON, or from CSV whose rows all name the same batch.

    Raises:
        NationalFileError: It is neither.
    """
    try:
        if data.lstrip()[:1] == b"{":
            return msgspec.json.decode(data, type=Batch)
        return msgspec.convert(_table(data.decode("utf-8-sig")), Batch, strict=False)
    except (msgspec.MsgspecError, UnicodeDecodeError, csv.Error) as problem:
        raise NationalFileError(str(problem), field="file", problem=str(problem)) from problem


def _table(text: str) -> dict[str, Any]:
    rows = list(csv.DictReader(io.StringIO(text)))
    heads = {tuple(row.get(name) or "" for name in HEAD) for row in rows}
    if len(heads) != 1:
        raise NationalFileError("not one batch", field="file", problem=", ".join(COLUMNS))
    (head,) = heads
    entries = [{name: value or "" for name, value in row.items() if name not in HEAD} for row in rows]
    return {**dict(zip(HEAD, head, strict=True)), "entries": entries}


def check(batch: Batch, *, newest: date | None, now: datetime) -> None:
    """Refuse a batch that cannot be the newest state of the list.

    Args:
        newest: Day of the newest batch imported; ``None`` for the first.

    Raises:
        NationalRefusedError: Rows are wrong; every one is named.
        BatchStaleError: It is not newer than what is known.
    """
    found = list(_findings(batch, now=now))
    if found:
        raise NationalRefusedError(found)
    if newest is not None and batch.published_on <= newest:
        raise BatchStaleError("a newer batch is known", field="published_on", newest=newest.isoformat())


def _findings(batch: Batch, *, now: datetime) -> Iterator[MarketError]:
    if batch.published_on > local_day(now):
        yield NationalRowError("published in the future", field="published_on", line=0)
    seen = set[tuple[str, str]]()
    for line, entry in enumerate(batch.entries, start=1):
        if entry.listed_on > batch.published_on:
            yield NationalRowError("listed after publication", field=f"entries.{line}.listed_on", line=line)
        if (entry.code, entry.fact) in seen:
            yield NationalRowError("stands twice", field=f"entries.{line}.code", line=line)
        seen.add((entry.code, entry.fact))
