"""What holders of the documents do: collect them, and ask; nobody sees who, and nothing counts them.

Rows and log entries say neither tender nor organisation before bidding ends (BL 22, BTB 20, rule T61): who
holds the documents is a likely bidder.
"""

import secrets
from datetime import datetime
from uuid import uuid4

import msgspec

from bidding.domain.act import Act
from bidding.domain.amending import question
from bidding.domain.permission import PERMISSIONS
from bidding.domain.sealed import package
from bidding.domain.tender import Tender
from bidding.queries import amending as queries
from bidding.queries import bids
from bidding.queries import tenders as tender_queries
from bidding.queries.entry import invitations
from bidding.services import stages
from bidding.tables.amending import HolderRow, QuestionRow
from market.kernel import digest
from market.kernel.actor import Actor
from market.parties import public as parties
from market.runtime import audit, database, keys


async def _asker(by: Actor) -> question.Asker:
    body = await parties.organisation(by.organisation or 0)
    return question.Asker(organisation=body.id, uscc=body.code, salt=secrets.token_hex(package.SALT))


def _hidden(asker: question.Asker) -> bytes:
    return keys.current().seal_blob(bids.even(msgspec.json.encode(asker)))


async def _issued_to(number: str, act: Act, by: Actor) -> Tender:
    """Return a tender whose documents an enterprise may have; bidding ends before this act or after it."""
    PERMISSIONS[act].check(by)
    await database.lock(stages.tender_lock(number), shared=True)
    tender = await tender_queries.by_number(number)
    question.check_issued(tender)
    await invitations.check_invited(tender, by.organisation)
    return tender


async def collect(*, number: str, by: Actor, now: datetime) -> None:
    """Take the documents and stand in the register of holders; whoever stands there is told of every change.

    Taking them twice is taking them once.

    Raises:
        NotIssuedError: The tender is not announced, or bidding is over.
        NotInvitedError: The tender is by invitation, and this enterprise was not invited.
    """
    async with database.transaction():
        await _issued_to(number, Act.DOCUMENTS_COLLECT, by)
        asker = await _asker(by)
        index, blob, name = queries.holder_index(number, asker.organisation), _hidden(asker), uuid4()
        rows = await database.fetch(
            "INSERT INTO bidding_holder (id, blind_index, blob, blob_digest) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (blind_index) DO NOTHING RETURNING id",
            name,
            index,
            blob,
            digest.h("sealed", blob),
        )
        if rows:
            entry = await audit.record(
                act=Act.DOCUMENTS_COLLECT,
                by=by,
                subject=digest.h("holder", name.bytes),
                now=now,
                changed=[audit.row(HolderRow, name)],
                held=True,
                actor=package.actor_digest(asker.salt, asker.uscc),
            )
            await database.execute("UPDATE bidding_holder SET entry = $2 WHERE id = $1", name, entry.id)


async def ask(*, number: str, text: str, by: Actor, now: datetime) -> str:
    """Ask something on the document; the tenderer reads the words, the supervising authority also who asked.

    Raises:
        NotIssuedError: The tender is not announced, or bidding is over.
        NotInvitedError: The tender is by invitation, and this enterprise was not invited.
        QuestionTooLateError: The last day for questions is past.
    """
    async with database.transaction():
        tender = await _issued_to(number, Act.QUESTION_ASK, by)
        question.check_asking(tender, tender_queries.rules_of(tender), now=now)
        asker = await _asker(by)
        blob, name = _hidden(asker), uuid4()
        row = QuestionRow(
            id=name,
            tender=tender.id,
            text=text,
            text_digest=digest.digest("question", {"salt": asker.salt, "text": text}),
            blind_index=queries.asker_index(number, asker.organisation),
            blob=blob,
            blob_digest=digest.h("sealed", blob),
            asked_at=now,
        )
        await row.save()
        entry = await audit.record(
            act=Act.QUESTION_ASK,
            by=by,
            subject=row.text_digest,
            now=now,
            changed=[audit.row(QuestionRow, name)],
            held=True,
            actor=package.actor_digest(asker.salt, asker.uscc),
        )
        await QuestionRow.update({QuestionRow.entry: entry.id}).where(QuestionRow.id == name)
        return str(name)
