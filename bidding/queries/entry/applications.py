"""Applications for pre-qualification as values: one's own, or all of a tender for examiner and authority."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import msgspec

from bidding.domain.prequal.application import Application, ApplicationUnknownError
from bidding.domain.tender import Tender
from bidding.queries import bids
from market.kernel import digest
from market.parties import public as parties
from market.runtime import database, keys


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """An application with its row: the id is a number by chance and says nothing."""

    id: UUID
    application: Application
    entries: tuple[int, ...] = ()


class Applicant(msgspec.Struct, frozen=True, kw_only=True):
    """An application and who applies, for examiner and supervising authority."""

    stored: Stored
    body: parties.Organisation


_SIZE: Final = 8
"""Bytes in front of a file that say how long it is; behind it are spaces, so that lengths tell little."""
_ROW: Final = "SELECT id, blind_index, blob, entries FROM bidding_application WHERE"


def index(tender: str, organisation: int) -> str:
    """Return the index under which an organisation's application for a tender lies."""
    return keys.current().blind({"application": tender, "organisation": organisation})


def sealed(application: Application) -> tuple[bytes, str]:
    """Return an application as it is stored, and the digest of that."""
    blob = keys.current().seal_blob(bids.even(msgspec.json.encode(application)))
    return blob, digest.h("application", blob)


def _stored(row: Mapping[str, Any]) -> Stored:
    said = msgspec.json.decode(keys.current().open_blob(row["blob"]), type=Application)
    return Stored(id=row["id"], application=said, entries=tuple(row["entries"]))


async def mine(tender: Tender, organisation: int) -> Stored | None:
    """Return an organisation's application for a tender, a withdrawn one too."""
    rows = await database.fetch(f"{_ROW} blind_index = $1", index(tender.number, organisation))
    return _stored(rows[0]) if rows else None


async def by_id(tender: Tender, application: UUID) -> Stored:
    """Return an application of a tender.

    Raises:
        ApplicationUnknownError: There is none, it is another tender's, or it was withdrawn.
    """
    rows = await database.fetch(f"{_ROW} id = $1", application)
    found = _stored(rows[0]) if rows else None
    if found is None or found.application.tender != tender.number or found.application.withdrawn_at:
        raise ApplicationUnknownError("no such application", field="application", value=str(application))
    return found


async def all_of(tender: Tender) -> list[Applicant]:
    """Return every application of a tender, withdrawn ones too, by the applicant's name.

    No row says which tender it is for: each enterprise's index is computed and looked up.
    """
    if not tender.procedure.prequalified:
        return []
    everyone = {index(tender.number, body.id): body for body in await parties.enterprises()}
    rows = await database.fetch(f"{_ROW} blind_index = ANY($1)", list(everyone))
    found = [Applicant(stored=_stored(row), body=everyone[row["blind_index"]]) for row in rows]
    return sorted(found, key=lambda one: one.body.name)


async def of_tender(tender: Tender) -> list[Applicant]:
    """Return the applications that stand, by the applicant's name."""
    return [one for one in await all_of(tender) if one.stored.application.withdrawn_at is None]


async def file_of(file: str) -> bytes:
    """Return the bytes of a file of an application; whether the asker may have it is asked before.

    Raises:
        ApplicationUnknownError: There is none.
    """
    rows = await database.fetch("SELECT blob FROM bidding_application_file WHERE id = $1", UUID(file))
    if not rows:
        raise ApplicationUnknownError("no such file", field="file", value=file)
    data = keys.current().open_blob(rows[0]["blob"])
    return data[_SIZE : _SIZE + int.from_bytes(data[:_SIZE])]


async def hidden_entries(tender: Tender) -> list[int]:
    """Return the log entries of applications and their examination, which become public with the bids'."""
    return [entry for one in await all_of(tender) for entry in one.stored.entries]
