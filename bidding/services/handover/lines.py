"""What is done to the lines of a handover: enter, sign, contest, mediate."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from bidding.domain.act import Act
from bidding.domain.handover import checklist, dispute, inventory, track
from bidding.domain.permission import PERMISSIONS
from bidding.queries.handover import lines as queries
from bidding.queries.handover import records
from bidding.services.handover import walks
from bidding.tables.handovers import (
    HandoverDisputeRow,
    HandoverEntryRow,
    HandoverFileRow,
    HandoverSignatureRow,
)
from market.kernel.actor import Actor
from market.kernel.errors import FindingsError, InvalidInputError, MarketError
from market.parties import public as parties
from market.runtime import audit, database, files

LIMIT: Final = 10 << 20
"""Largest picture or paper, bytes."""

KINDS: Final = frozenset({"application/pdf", "image/png", "image/jpeg"})


class PhotoUnknownError(InvalidInputError):
    """A line names pictures that were kept for this handover, never others."""

    code = "handover-photo-unknown"


class NoAssessorError(InvalidInputError):
    """A dispute is referred to an assessment body."""

    code = "handover-no-assessor"


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A line to enter."""

    line: str
    copy: int = 1
    content: inventory.Content


async def enter(
    *,
    number: str,
    items: Sequence[Item],
    by: Actor,
    now: datetime,
    photo: bytes | None = None,
) -> records.Handover:
    """Enter or correct lines as one of the parties, and sign what was entered.

    Args:
        photo: Picture or paper that belongs to every item; kept and bound by the signatures.

    Raises:
        FindingsError: What is incomplete, in all items.
        NotYourEntryError: A line is another party's.
        FileKindError: Neither picture nor PDF.
    """
    async with database.transaction():
        found = await records.locked(number)
        party = walks.party_in(Act.HANDOVER_ENTER, found, by)
        sheet = await queries.sheet(found.id)
        digest, rows = await keep(found.id, photo, by=by, now=now)
        known = frozenset(sheet.files) | ({digest} if digest else frozenset())
        findings: list[MarketError] = []
        entries = list(sheet.entries)
        for item in items:
            content = _with_photo(item.content, digest)
            made, wrong = _entry(found, party, msgspec.structs.replace(item, content=content), entries)
            made = msgspec.structs.replace(made, entered_at=now)
            findings += wrong
            if not known.issuperset(content.photos):
                findings.append(PhotoUnknownError("no such picture here", field="photos", line=item.line))
            entries.append(made)
            if not findings:
                rows += await _keep_entry(found.id, made, by=by)
        if findings:
            raise FindingsError(findings)
        await walks.record(Act.HANDOVER_ENTER, found.id, by=by, now=now, rows=rows)
        return found


def _with_photo(content: inventory.Content, digest: str | None) -> inventory.Content:
    if digest is None or digest in content.photos:
        return content
    return msgspec.structs.replace(content, photos=(*content.photos, digest))


def _entry(
    found: records.Handover,
    party: checklist.Party,
    item: Item,
    entries: Sequence[inventory.Entry],
) -> tuple[inventory.Entry, list[MarketError]]:
    place = inventory.Place(item.line, item.copy)
    version, wrong = inventory.enter(place, party, item.content, stage=found.stage, entries=entries)
    made = inventory.Entry(
        id=0,
        place=place,
        version=version,
        party=party,
        content=item.content,
        digest=inventory.digest_of(found.number, place, version, party, item.content),
        entered_at=found.started_at,
    )
    return made, wrong


async def _keep_entry(handover: int, made: inventory.Entry, *, by: Actor) -> list[audit.Changed]:
    row = HandoverEntryRow(
        handover=handover,
        line=made.place.line,
        copy=made.place.copy,
        version=made.version,
        party=made.party.value,
        content=msgspec.json.encode(made.content).decode(),
        digest=made.digest,
        entered_at=made.entered_at,
        entered_by=by.name,
    )
    await row.save()
    signature = await _keep_signature(handover, made, made.party, by=by, now=made.entered_at)
    return [audit.row(HandoverEntryRow, row.id), signature]


async def _keep_signature(
    handover: int, entry: inventory.Entry, party: checklist.Party, *, by: Actor, now: datetime
) -> audit.Changed:
    row = HandoverSignatureRow(
        handover=handover,
        digest=entry.digest,
        party=party.value,
        organisation=by.organisation,
        signed_at=now,
        signed_by=by.name,
    )
    await row.save()
    return audit.row(HandoverSignatureRow, row.id)


async def keep(
    handover: int, data: bytes | None, *, by: Actor, now: datetime
) -> tuple[str | None, list[audit.Changed]]:
    """Keep a file for a handover; return its digest and the row, if the handover had it not yet."""
    if not data:
        return None, []
    stored = await files.put(data, limit=LIMIT, kinds=KINDS)
    held: list[dict[str, Any]] = await database.fetch(
        "SELECT 1 FROM bidding_handover_file WHERE handover = $1 AND digest = $2", handover, stored.digest
    )
    if held:
        return stored.digest, []
    row = HandoverFileRow(
        handover=handover, digest=stored.digest, kind=stored.media_type, kept_at=now, kept_by=by.name
    )
    await row.save()
    return stored.digest, [audit.row(HandoverFileRow, row.id)]


async def sign(*, number: str, digests: Sequence[str], by: Actor, now: datetime) -> records.Handover:
    """Sign lines by the digests of what was read.

    Raises:
        EntryReplacedError: A line says something else by now.
        NotASignatoryError: A line is not this party's.
        LineConfirmedError: It has signed one already.
    """
    async with database.transaction():
        found = await records.locked(number)
        party = walks.party_in(Act.HANDOVER_CONFIRM, found, by)
        sheet = await queries.sheet(found.id)
        rows = []
        for given in dict.fromkeys(digests):
            entry = inventory.sign(
                given, party, stage=found.stage, entries=sheet.entries, signatures=sheet.signatures
            )
            rows.append(await _keep_signature(found.id, entry, party, by=by, now=now))
        await walks.record(Act.HANDOVER_CONFIRM, found.id, by=by, now=now, rows=rows)
        return found


async def contest(
    *, number: str, place: inventory.Place, reasons: str, by: Actor, now: datetime
) -> records.Handover:
    """Contest a line as one of its parties; leaving goes on, the end waits (H06).

    Raises:
        NotASignatoryError: The line is not this party's, or there is no such line.
        LineContestedError: It is contested already.
    """
    async with database.transaction():
        found = await records.locked(number)
        party = walks.party_in(Act.HANDOVER_CONTEST, found, by)
        track.check_open(found.stage)
        known = checklist.BY_ID.get(place.line)
        if known is None or party not in known.parties:
            raise track.NotASignatoryError(line=place.name, party=party.value, field="line")
        sheet = await queries.sheet(found.id)
        if any(each.place == place and each.stage is dispute.Stage.OPEN for each in sheet.disputes):
            raise dispute.LineContestedError(line=place.name)
        row = HandoverDisputeRow(
            handover=found.id,
            line=place.line,
            copy=place.copy,
            party=party.value,
            stage=dispute.LIFECYCLE.initial.value,
            reasons=reasons,
            contested_at=now,
            contested_by=by.name,
        )
        await row.save()
        rows = [audit.row(HandoverDisputeRow, row.id)]
        await walks.record(Act.HANDOVER_CONTEST, found.id, by=by, now=now, rows=rows)
        return found


async def mediate(
    *, number: str, dispute_id: int, outcome: str, assessor: int | None, by: Actor, now: datetime
) -> records.Handover:
    """Record a mediation's outcome as the witness, or refer the dispute to an assessment body.

    Args:
        outcome: What was settled, or what the body is asked.
        assessor: The body it is referred to; ``None`` settles it.

    Raises:
        DisputeUnknownError: Not a dispute of this handover.
        NoAssessorError: The organisation is no assessment body.
        UnknownMoveError: It is settled already.
    """
    async with database.transaction():
        found = await records.locked(number)
        PERMISSIONS[Act.HANDOVER_MEDIATE].check(by, path=found.path)
        sheet = await queries.sheet(found.id)
        case = next((each for each in sheet.disputes if each.id == dispute_id), None)
        if case is None:
            raise dispute.DisputeUnknownError(value=dispute_id)
        step = dispute.Step.SETTLE if assessor is None else dispute.Step.REFER
        target = dispute.LIFECYCLE.after(case.stage, step)
        if assessor is not None:
            body = await parties.organisation(assessor)
            if body.kind is not parties.OrganisationKind.ASSESSMENT_BODY:
                raise NoAssessorError(body.name, field="assessor")
        changes: dict[Any, Any] = {
            HandoverDisputeRow.outcome: outcome,
            HandoverDisputeRow.answered_at: now,
            HandoverDisputeRow.answered_by: by.name,
        }
        if assessor is not None:
            changes[HandoverDisputeRow.assessor] = assessor
        await database.move(HandoverDisputeRow, id=case.id, expected=case.stage, to=target)
        await HandoverDisputeRow.update(changes).where(HandoverDisputeRow.id == case.id)
        rows = [audit.row(HandoverDisputeRow, case.id)]
        await walks.record(Act.HANDOVER_MEDIATE, found.id, by=by, now=now, rows=rows)
        return found
