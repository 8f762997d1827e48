"""What is done with tenders that are not announced yet: begin one, write it anew, begin the next round."""

from datetime import datetime
from typing import ClassVar

import msgspec
from piccolo.columns import Column

from bidding.domain import procedure as procedures
from bidding.domain import rounds, rule_table
from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import STOPPED, Stage
from bidding.domain.tender import Content, Document, Tender
from bidding.queries import tenders as queries
from bidding.services import stages
from bidding.services.service import catalogues
from bidding.tables.tenders import TenderRow
from market.kernel.actor import Actor
from market.kernel.errors import RuleError
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import audit, database, files


class NotYourCommunityError(RuleError):
    """A body tenders for the residential area it stands for, and for no other."""

    code: ClassVar[str] = "not-your-community"
    source = "BPR 44, 64; PMR 24"


class WrongProcedureError(RuleError):
    """This kind of tenderer cannot run this procedure: the two bodies of rules are never mixed."""

    code: ClassVar[str] = "wrong-procedure"
    source = "PMR 24; BPR 64"


class NotFailedError(RuleError):
    """Only a failed or ended tender is tendered again."""

    code: ClassVar[str] = "not-failed"
    source = "BL 28; BLR 44"


class _Origin(msgspec.Struct, frozen=True, kw_only=True):
    organisation: int
    by: Actor
    now: datetime
    round: int = 1
    predecessor: int | None = None


async def draft(*, procedure: str, community: int, content: Content, by: Actor, now: datetime) -> str:
    """Begin a tender and return its number.

    Raises:
        FileMissingError: It names documents; they are added by their bytes.
        FindingsError: Lines of an item table are not those of the catalogue version it names.
        WrongProcedureError: The tenderer's role does not run this procedure.
        NotYourCommunityError: The tenderer does not stand for this residential area.
    """
    chosen = procedures.named(procedure)
    organisation = by.organisation
    PERMISSIONS[Act.TENDER_DRAFT].check(by, organisations=() if organisation is None else (organisation,))
    if by.role not in chosen.tenderers or organisation is None:
        raise WrongProcedureError(f"{by.role} cannot run {procedure}", procedure=procedure)
    check_documents(content, ())
    await catalogues.check_tables(content.lots)
    area = await parties.community(community)
    mine = await parties.organisation(organisation)
    if organisation != area.developer and mine.community != area.id:
        raise NotYourCommunityError(f"{mine.name} does not stand for {area.name}", field="community")
    async with database.transaction():
        origin = _Origin(organisation=organisation, by=by, now=now)
        tender = await _insert(chosen, area, content, origin)
        await _record(Act.TENDER_DRAFT, tender, origin)
        return tender.number


def check_documents(content: Content, added: tuple[Document, ...]) -> None:
    """Refuse documents that were not added by their bytes: their digests open files to whoever reads."""
    if not set(content.documents) <= set(added):
        raise files.FileMissingError("a document is added by its bytes", field="content.documents")


async def _insert(
    chosen: procedures.Procedure, area: parties.Community, content: Content, origin: _Origin
) -> Tender:
    number = await _next_number(chosen, area.path, origin.now)
    row = TenderRow(
        number=number,
        procedure=chosen.key,
        profile=chosen.profile.value,
        stage=Stage.DRAFT.value,
        organisation=origin.organisation,
        community=area.id,
        division=area.division,
        round=origin.round,
        predecessor=origin.predecessor,
        profile_version=rule_table.current(chosen.profile).name,
        created_at=origin.now,
        created_by=origin.by.name,
        **{_name(column): value for column, value in stages.content_columns(content).items()},
    )
    await row.save()
    await stages.store_lots(row.id, content)
    return await queries.by_id(row.id)


def _name(column: Column | str) -> str:
    return column if isinstance(column, str) else column._meta.name


async def _record(act: Act, tender: Tender, origin: _Origin) -> None:
    await audit.record(
        act=act,
        by=origin.by,
        subject=f"tender:{tender.number}",
        now=origin.now,
        changed=[audit.row(TenderRow, tender.id)],
    )


async def _next_number(chosen: procedures.Procedure, path: tuple[str, ...], now: datetime) -> str:
    """Return ``T{year}{district}{letter}{four digits}``."""
    district = path[1] if len(path) > 1 else path[0]
    prefix = f"T{local_day(now).year}{district[:6]}{chosen.letter}"
    await database.lock("bidding:tender-number")
    rows = await database.fetch(
        "SELECT count(*) AS n FROM bidding_tender WHERE starts_with(number, $1)", prefix
    )
    return f"{prefix}{rows[0]['n'] + 1:04d}"


async def revise(*, number: str, content: Content, by: Actor, now: datetime) -> Tender:
    """Write a draft anew; a returned filing becomes a draft again by it.

    Raises:
        FileMissingError: It names a document that was not added to this tender.
        FindingsError: See ``draft``.
        TransitionError: The tender is filed already.
    """
    async with database.transaction():
        tender = await queries.locked(number)
        stages.check(Act.TENDER_DRAFT, by, tender)
        check_documents(content, tender.content.documents)
        await catalogues.check_tables(content.lots)
        go_on = stages.keep if tender.stage is Stage.DRAFT else stages.advance
        step = await go_on(
            tender=tender, act=Act.TENDER_DRAFT, by=by, now=now, changes=stages.content_columns(content)
        )
        return step.tender


def _without_dates(content: Content, chosen: procedures.Procedure) -> Content:
    """Return a document for the next round: what was asked stays, when it is asked is said anew."""
    document = content.prequalification if chosen.prequalified else None
    if document is not None:
        document = msgspec.structs.replace(document, issue_at=None, deadline=None)
    return msgspec.structs.replace(content, issue_at=None, deadline=None, prequalification=document)


async def retender(*, number: str, procedure: str | None = None, by: Actor, now: datetime) -> str:
    """Tender again after a failure, linked to the failed round; returns the new number (BL 28, BLR 44).

    Args:
        procedure: Another one of the same body of rules, e.g. a selection by agreement (PMR 24).

    Raises:
        WrongProcedureError: It belongs to the other body of rules.
        NotFailedError: The tender has not failed.
        RoundsUsedUpError: As many rounds as allowed have failed.
        ConflictError: The failed round has a successor already.
    """
    async with database.transaction():
        tender = await queries.locked(number)
        stages.check(Act.TENDER_RETENDER, by, tender)
        if tender.stage not in STOPPED:
            raise NotFailedError(f"{number} has not failed", stage=tender.stage.value)
        chosen = procedures.named(procedure) if procedure else tender.procedure
        if chosen.profile is not tender.procedure.profile:
            raise WrongProcedureError(f"{number} cannot go on as {chosen.key}", procedure=chosen.key)
        origin = _Origin(
            organisation=tender.organisation,
            by=by,
            now=now,
            round=rounds.next_round(tender, queries.rules_of(tender)),
            predecessor=tender.id,
        )
        area = await parties.community(tender.community)
        content = _without_dates(tender.content, chosen)
        made = await _insert(chosen, area, content, origin)
        await _record(Act.TENDER_RETENDER, made, origin)
        return made.number
