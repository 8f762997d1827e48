"""Objections as values: of a tender, of an enterprise, waiting for their answer."""

from typing import Final

import msgspec

from bidding.domain.remedy.objection import Objection
from market.kernel.errors import NotFoundError
from market.runtime import database


class ObjectionUnknownError(NotFoundError):
    """There is no such objection."""

    code = "objection-unknown"


_OBJECTION: Final = """
    SELECT id, number, tender, kind, lot, organisation, text, state, lodged_at, answer_by, overdue_at,
           ended_at, outcome, answer, remedy
    FROM bidding_objection
"""


async def of_tender(tender_id: int) -> list[Objection]:
    """Return the objections to a tender, the oldest first."""
    rows = await database.fetch(f"{_OBJECTION} WHERE tender = $1 ORDER BY id", tender_id)
    return msgspec.convert(rows, list[Objection])


async def of_objector(tender_id: int, organisation: int) -> list[Objection]:
    """Return one enterprise's objections to a tender, the oldest first."""
    rows = await database.fetch(
        f"{_OBJECTION} WHERE tender = $1 AND organisation = $2 ORDER BY id", tender_id, organisation
    )
    return msgspec.convert(rows, list[Objection])


async def by_number(number: str) -> Objection:
    """Return an objection.

    Raises:
        ObjectionUnknownError: None bears this number.
    """
    return _one(await database.fetch(f"{_OBJECTION} WHERE number = $1", number), number)


async def by_id(objection_id: int) -> Objection:
    """Return an objection by its id.

    Raises:
        ObjectionUnknownError: There is none.
    """
    return _one(await database.fetch(f"{_OBJECTION} WHERE id = $1", objection_id), objection_id)


def _one(rows: list[dict[str, object]], asked: object) -> Objection:
    if not rows:
        raise ObjectionUnknownError(f"no objection {asked}", value=asked)
    return msgspec.convert(rows[0], Objection)


async def waiting(organisation: int) -> list[tuple[str, Objection]]:
    """Return the objections a tenderer has to answer, with their tender's number, the next due first."""
    rows = await database.fetch(
        f"SELECT t.number AS about, o.* FROM ({_OBJECTION}) o JOIN bidding_tender t ON t.id = o.tender"  # noqa: S608 - our own text
        " WHERE t.organisation = $1 AND o.state = 'lodged' ORDER BY o.answer_by, o.id",
        organisation,
    )
    return [(row.pop("about"), msgspec.convert(row, Objection)) for row in rows]
