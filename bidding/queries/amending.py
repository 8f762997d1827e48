"""Clarifications, questions and holders of documents, as values; who asked or holds is for the authority."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from bidding.domain.amending.question import Asker
from bidding.domain.procedure import Stage
from bidding.domain.tender import Tender
from market.parties import public as parties
from market.runtime import database, keys


class Clarification(msgspec.Struct, frozen=True, kw_only=True):
    """A published answer. ``questions`` are those it answers, in the words they were asked."""

    id: int
    number: int
    text: str
    digest: str
    published_at: datetime
    questions: tuple[str, ...] = ()


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question as the tenderer sees it: the words and the day, nobody's name."""

    id: UUID
    text: str
    asked_at: datetime
    answered: bool


async def clarifications(tender_id: int) -> list[Clarification]:
    """Return the clarifications of a tender in their order, each with the questions it answers."""
    rows = await database.fetch(
        "SELECT id, number, text, digest, published_at FROM bidding_clarification WHERE tender = $1"
        " ORDER BY number",
        tender_id,
    )
    asked = await database.fetch(
        "SELECT answer, text FROM bidding_question WHERE tender = $1 AND answer IS NOT NULL"
        " ORDER BY asked_at, id",
        tender_id,
    )
    return [
        Clarification(**row, questions=tuple(q["text"] for q in asked if q["answer"] == row["id"]))
        for row in rows
    ]


async def questions(tender_id: int) -> list[Question]:
    """Return the questions of a tender, the oldest first, without who asked."""
    rows = await database.fetch(
        "SELECT id, text, asked_at, answer IS NOT NULL AS answered FROM bidding_question WHERE tender = $1"
        " ORDER BY asked_at, id",
        tender_id,
    )
    return msgspec.convert(rows, list[Question])


async def asked_by(tender: Tender, organisation: int) -> list[Question]:
    """Return one's own questions."""
    rows = await database.fetch(
        "SELECT id, text, asked_at, answer IS NOT NULL AS answered FROM bidding_question"
        " WHERE blind_index = $1 ORDER BY asked_at, id",
        asker_index(tender.number, organisation),
    )
    return msgspec.convert(rows, list[Question])


async def askers(tender_id: int) -> list[tuple[Question, Asker]]:
    """Return who asked what: for the supervising authority alone."""
    rows = await database.fetch(
        "SELECT id, text, asked_at, answer IS NOT NULL AS answered, blob FROM bidding_question"
        " WHERE tender = $1 ORDER BY asked_at, id",
        tender_id,
    )
    return [(msgspec.convert(row, Question), _asker(row.pop("blob"))) for row in rows]


def _asker(blob: bytes) -> Asker:
    return msgspec.json.decode(keys.current().open_blob(blob).rstrip(), type=Asker)


def asker_index(tender: str, organisation: int) -> str:
    """Return the index under which an organisation's questions on a tender lie."""
    return keys.current().blind({"question": tender, "organisation": organisation})


def holder_index(tender: str, organisation: int) -> str:
    """Return the index under which it stands that an organisation holds a tender's documents."""
    return keys.current().blind({"holder": tender, "organisation": organisation})


_HOLDERS: Final = "SELECT blind_index, entry FROM bidding_holder WHERE blind_index = ANY($1)"


async def holds(tender: Tender, organisation: int) -> bool:
    """Say whether an organisation collected the documents of a tender."""
    return bool(await database.fetch(_HOLDERS, [holder_index(tender.number, organisation)]))


async def holders(tender: Tender) -> list[tuple[parties.Organisation, int]]:
    """Return who holds the documents, each with its log entry: for clock and supervising authority."""
    everyone = {holder_index(tender.number, body.id): body for body in await parties.enterprises()}
    rows = await database.fetch(_HOLDERS, list(everyone))
    found = [(everyone[row["blind_index"]], row["entry"]) for row in rows]
    return sorted(found, key=lambda one: one[0].name)


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A tender that takes bids and whose documents somebody holds, with how far they have changed."""

    number: str
    title: str
    version: int
    clarifications: int


async def held_by(organisation: int) -> list[Held]:
    """Return the tenders that take bids or applications and whose documents an organisation holds."""
    running = await database.fetch(
        "SELECT number, title, version,"
        " (SELECT count(*) FROM bidding_clarification c WHERE c.tender = t.id) AS clarifications"
        " FROM bidding_tender t WHERE stage = ANY($1) ORDER BY number",
        [Stage.PREQUAL_OPEN.value, Stage.BIDDING.value],
    )
    known = {holder_index(row["number"], organisation): row for row in running}
    held = {row["blind_index"] for row in await database.fetch(_HOLDERS, list(known))}
    return [msgspec.convert(row, Held) for index, row in known.items() if index in held]


async def unanswered(tenderer: int) -> frozenset[str]:
    """Return the numbers of a tenderer's tenders on which somebody waits for an answer."""
    rows = await database.fetch(
        "SELECT DISTINCT t.number FROM bidding_question q JOIN bidding_tender t ON t.id = q.tender"
        " WHERE t.organisation = $1 AND q.answer IS NULL",
        tenderer,
    )
    return frozenset(row["number"] for row in rows)


async def hidden_entries(tender: Tender) -> list[int]:
    """Return the log entries of questions and holders, which become public when bidding ends."""
    asked = await database.fetch("SELECT entry FROM bidding_question WHERE tender = $1", tender.id)
    return [row["entry"] for row in asked] + [entry for _, entry in await holders(tender)]
