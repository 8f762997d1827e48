"""Kept papers of a record or an exit-list case, for those they concern."""

from datetime import datetime
from typing import ClassVar

import msgspec

from contracts_templates import form as forms
from credit.domain import visibility
from credit.queries import cases
from market.kernel.actor import Actor, Role
from market.kernel.errors import NotFoundError
from market.runtime import database


class PaperUnknownError(NotFoundError):
    """There is no such paper, or it may not be seen."""

    code: ClassVar[str] = "credit-paper-unknown"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A paper in a list; ``kind`` is its form without the version."""

    kind: str
    number: str
    digest: str
    made_at: datetime


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A paper as it was kept: form, digest of form and content, content."""

    form: str
    number: str
    digest: str
    made_at: datetime
    content: msgspec.Raw


class Row(msgspec.Struct, frozen=True):
    """A row that keeps a paper, as the log names it."""

    table: str
    id: int


async def rows_with(digest: str) -> list[Row]:
    """Return the rows that keep a paper of this digest: a kept paper, or the pledge of a request."""
    rows = await database.fetch(
        "SELECT 'credit_paper' AS table, id FROM credit_paper WHERE digest = $1"
        " UNION ALL SELECT 'credit_repair', id FROM credit_repair WHERE pledge_digest = $1",
        digest,
    )
    return msgspec.convert(rows, list[Row])


async def of_record(number: int) -> tuple[Line, ...]:
    """Return the papers of a record, in the order they were made."""
    return await _lines("record", number)


async def of_listing(number: int) -> tuple[Line, ...]:
    """Return the papers of an exit-list case, in the order they were made."""
    return await _lines("list_entry", number)


async def _lines(column: str, number: int) -> tuple[Line, ...]:
    rows = await database.fetch(
        f"SELECT split_part(form, '/', 1) AS kind, number, digest, made_at FROM credit_paper"  # noqa: S608 - ours
        f" WHERE {column} = $1 ORDER BY id",
        number,
    )
    return tuple(msgspec.convert(rows, list[Line]))


async def paper(number: str, *, actor: Actor) -> Paper:
    """Return a paper to the enterprise it went to and the authorities of its place.

    Raises:
        PaperUnknownError: There is none, or the reader may not know of it.
    """
    rows = await database.fetch("SELECT * FROM credit_paper WHERE number = $1", number)
    if not rows or not await _concerned(rows[0]["record"], rows[0]["list_entry"], actor):
        raise PaperUnknownError(f"no paper {number}", number=number)
    return msgspec.convert({**rows[0], "content": msgspec.Raw(rows[0]["content"].encode())}, Paper)


async def _concerned(record: int | None, entry: int | None, actor: Actor) -> bool:
    if actor.role is Role.COMMITTEE:
        return False
    case = await cases.record(record) if record is not None else await cases.list_case(entry or 0)
    return visibility.to_actor(actor, enterprise=case.enterprise, path=case.path)


def merged(found: Paper) -> tuple[forms.Form, msgspec.Struct]:
    """Return a paper's form and its values, as they are printed."""
    form = forms.FORMS[found.form]
    return form, msgspec.json.decode(found.content, type=form.content)
