"""Keyholders of a tender: named by the tenderer, tried in a rehearsal before anything is announced."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

import msgspec
from piccolo.table import Table

from bidding.domain import tender as tenders
from bidding.domain.act import Act
from bidding.domain.amending import rekeying
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import BEFORE_PUBLICATION
from bidding.domain.sealed import envelope, wire
from bidding.domain.tender import Tender
from bidding.queries import rehearsals
from bidding.queries import tenders as queries
from bidding.services import stages
from bidding.tables.amending import SuccessorRow
from bidding.tables.tenders import KeyholderRow, RehearsalRow, TenderRow
from market.kernel import digest
from market.kernel.actor import Actor
from market.kernel.errors import RuleError
from market.parties import public as parties
from market.runtime import audit, database


class KeyholderChoiceError(RuleError):
    """The keyholders named are too few or too many, not independent, or leave out who must hold a key."""

    code: ClassVar[str] = "keyholder-choice"


class KeyholdersFixedError(RuleError):
    """After the announcement the keyholders are part of the version and do not change."""

    code: ClassVar[str] = "keyholders-fixed"


class RehearsalError(RuleError):
    """The rehearsal envelope or a share of it is not what it must be."""

    code: ClassVar[str] = "rehearsal"


class NotKeyholderError(RuleError):
    """This key is not one of the tender's, or not this institution's."""

    code: ClassVar[str] = "not-keyholder"


MOST = 7
LEAST = 2


async def name(*, number: str, key_ids: Sequence[str], threshold: int, by: Actor, now: datetime) -> Tender:
    """Name the keyholders in their order; an earlier naming and its rehearsals are void.

    Raises:
        KeyholderChoiceError: Numbers, independence, tenderer or supervising authority are not right.
        KeyholdersFixedError: The tender is announced.
    """
    async with database.transaction():
        tender = await queries.locked(number)
        stages.check(Act.KEYHOLDERS_NAME, by, tender)
        if tender.stage not in BEFORE_PUBLICATION:
            raise KeyholdersFixedError(f"{number} is announced", stage=tender.stage.value)
        keys = await chosen(tender, key_ids, threshold)
        rows = [*await drop(RehearsalRow, tender.id), *await drop(KeyholderRow, tender.id)]
        rows += [await insert(KeyholderRow, tender, place, key) for place, key in enumerate(keys)]
        step = await stages.keep(
            tender=tender,
            act=Act.KEYHOLDERS_NAME,
            by=by,
            now=now,
            changes={TenderRow.threshold: threshold},
            rows=rows,
        )
        return step.tender


async def drop(table: type[Table], tender_id: int) -> list[audit.Changed]:
    """Delete a tender's rows of a table and return what the log says of it."""
    name = table._meta.tablename
    rows = await database.fetch(f'DELETE FROM "{name}" WHERE tender = $1 RETURNING id', tender_id)  # noqa: S608
    return [audit.removed(table, row["id"]) for row in rows]


async def insert(table: type[Table], tender: Tender, place: int, key: parties.KeyholderKey) -> audit.Changed:
    """Write one keyholder, or one who shall follow, and return what the log says of it."""
    row = table(
        tender=tender.id,
        number=place,
        organisation=key.organisation,
        institution=key.institution,
        key_id=key.id,
        opening_key=key.opening_key,
        signing_key=key.signing_key,
    )
    (written,) = await table.insert(row)
    return audit.row(table, written["id"])


async def chosen(tender: Tender, key_ids: Sequence[str], threshold: int) -> list[parties.KeyholderKey]:
    """Return keys by their ids, if their holders may keep this tender's together.

    Raises:
        KeyholderChoiceError: Of one institution, revoked, or without the tenderer or the authority.
    """
    keys = [await parties.keyholder_key(key_id) for key_id in key_ids]
    await _check_choice(tender, keys, threshold)
    return keys


async def _check_choice(tender: Tender, keys: Sequence[parties.KeyholderKey], threshold: int) -> None:
    holders = {key.organisation for key in keys}
    if not LEAST <= threshold <= len(keys) <= MOST:
        raise KeyholderChoiceError("2 <= k <= n <= 7", field="threshold", problem="number")
    if any(key.revoked_at is not None for key in keys):
        raise KeyholderChoiceError("a key is revoked", field="key_ids", problem="revoked")
    if len(holders) != len(keys) or len({key.institution for key in keys}) != len(keys):
        raise KeyholderChoiceError("institutions must differ", field="key_ids", problem="same-institution")
    if tender.organisation not in holders:
        raise KeyholderChoiceError("the tenderer holds a key", field="key_ids", problem="tenderer-missing")
    if not await _supervised(tender, holders):
        raise KeyholderChoiceError("the authority holds a key", field="key_ids", problem="authority-missing")


async def _supervised(tender: Tender, holders: set[int]) -> bool:
    for holder in holders:
        body = await parties.organisation(holder)
        if body.kind is not parties.OrganisationKind.AUTHORITY or body.division not in tender.path:
            continue
        if (await parties.division(body.division)).level == tender.procedure.supervising_level:
            return True
    return False


async def begin_rehearsal(*, request: wire.MakeRehearsal, by: Actor, now: datetime) -> None:
    """Take the test envelope that the tenderer's client made for the draft's version, or the next one.

    Raises:
        KeyholdersFixedError: The tender is announced, and nobody is named to follow its keyholders.
        RehearsalError: The envelope is not made for these keyholders or this draft.
    """
    async with database.transaction():
        announced = await queries.locked(request.tender)
        stages.check(Act.REHEARSAL_START, by, announced)
        tender = await rehearsals.tried(announced)
        if tender.stage not in BEFORE_PUBLICATION and tender is announced:
            raise KeyholdersFixedError(f"{tender.number} is announced", stage=tender.stage.value)
        version = queries.version_of(tender)
        faults = envelope.header_faults(request.header, version, recovery_needed=False)
        if faults:
            raise RehearsalError("the test envelope does not fit", field="header", problem=", ".join(faults))
        gone = await drop(RehearsalRow, tender.id)
        table = KeyholderRow if tender is announced else SuccessorRow
        await table.update({table.rehearsed_at: None, table.rehearsed_by: None}).where(
            table.tender == tender.id
        )
        row = RehearsalRow(
            tender=tender.id,
            commitment=request.header.commitment,
            version=msgspec.json.encode(version).decode(),
            header=msgspec.json.encode(request.header).decode(),
            made_at=now,
            made_by=by.name,
        )
        await row.save()
        await audit.record(
            act=Act.REHEARSAL_START,
            by=by,
            subject=row.commitment,
            now=now,
            changed=[*gone, audit.row(RehearsalRow, row.id)],
        )


async def answer_rehearsal(*, request: wire.AnswerRehearsal, by: Actor, now: datetime) -> Tender:
    """Take a keyholder's shares of the test envelope and compare them with the header's digests.

    Raises:
        NotKeyholderError: The key is not one of the tender's, or not this institution's.
        KeyRevokedError: The key was reported.
        RehearsalError: There is no test envelope, the signature is wrong, or a share is.
    """
    async with database.transaction():
        announced = await queries.locked(request.tender)
        tender = await rehearsals.tried(announced)
        holder = holder_of(tender, request.key_id, by)
        rekeying.check_key(holder)
        PERMISSIONS[Act.REHEARSAL_ANSWER].check(by, organisations=(holder.organisation,), path=tender.path)
        header = await _test_header(tender.id)
        message = wire.rehearsal_message(
            tender=request.tender,
            envelope=header.commitment,
            key_id=request.key_id,
            shares_digest=envelope.shares_digest((request.shares,)),
        )
        if not digest.verify("rehearsal", message, request.signature, holder.signing_key):
            raise RehearsalError(
                "the signature is not the keyholder's", field="signature", problem="signature"
            )
        _compare(header, request)
        table = KeyholderRow if tender is announced else SuccessorRow
        await table.update({table.rehearsed_at: now, table.rehearsed_by: by.name}).where(
            (table.tender == tender.id) & (table.key_id == request.key_id)
        )
        await audit.record(
            act=Act.REHEARSAL_ANSWER, by=by, subject=f"{header.commitment}:{request.key_id}", now=now
        )
        return await queries.by_number(request.tender)


def holder_of(tender: Tender, key_id: str, by: Actor) -> tenders.Keyholder:
    """Return the keyholder of a tender who has this key and for whose institution the actor acts.

    Raises:
        NotKeyholderError: There is none.
    """
    for holder in tender.keyholders:
        if holder.key_id == key_id and holder.organisation == by.organisation:
            return holder
    raise NotKeyholderError("this key opens nothing here for you", field="key_id")


async def _test_header(tender_id: int) -> envelope.Header:
    rows = await database.fetch("SELECT header FROM bidding_rehearsal WHERE tender = $1", tender_id)
    if not rows:
        raise RehearsalError("there is no test envelope yet", problem="missing")
    return msgspec.json.decode(rows[0]["header"], type=envelope.Header)


def _compare(header: envelope.Header, request: wire.AnswerRehearsal) -> None:
    """Refuse shares that are not all, and exactly, those the header promises this key."""
    wanted = {s.subset: s.digest for s in header.shares if s.key_id == request.key_id}
    given = {
        s.subset: None if s.share is None else digest.h("share-digest", bytes.fromhex(s.share))
        for s in request.shares.shares
        if s.key_id == request.key_id
    }
    if request.shares.envelope != header.commitment or given != wanted:
        raise RehearsalError("a share is missing or wrong", field="shares", problem="share")
