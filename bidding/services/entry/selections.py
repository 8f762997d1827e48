"""Choosing a provider by agreement: the district approves, the developer concludes with one enterprise."""

from datetime import datetime
from typing import ClassVar

import msgspec

from bidding.domain import events
from bidding.domain.act import Act
from bidding.domain.entry import selection
from bidding.domain.outcome import award, contract
from bidding.domain.standing import StandingOf
from bidding.domain.tender import Tender
from bidding.queries import awards
from bidding.queries import tenders as queries
from bidding.services import stages
from bidding.services.filings import NotThisAuthorityError, ReasonMissingError
from bidding.tables.awards import AwardRow
from bidding.tables.selections import SelectionRow
from bidding.tables.tenders import TenderRow
from market.kernel import area
from market.kernel.actor import Actor
from market.kernel.errors import FindingsError, RuleError
from market.parties import public as parties
from market.runtime import audit, database, outbox, workdays


class ApprovalNumberMissingError(RuleError):
    """An approval bears a number, so that it can be found."""

    code: ClassVar[str] = "approval-number-missing"
    source = "PMR 24"


async def approve(*, number: str, approval_number: str, reason: str, by: Actor, now: datetime) -> Tender:
    """Approve choosing by agreement; from now on the case is public.

    Raises:
        TransitionError: The tender is not filed, or its procedure is a tender.
        NotThisAuthorityError: Another authority answers it.
        ApprovalNumberMissingError: No number is given.
        ReasonMissingError: No reason is given.
    """
    async with database.transaction():
        tender = await queries.locked(number)
        stages.check(Act.SELECTION_APPROVE, by, tender)
        tender.procedure.lifecycle.after(tender.stage, Act.SELECTION_APPROVE)
        if by.role not in tender.procedure.filing:
            raise NotThisAuthorityError(f"{by.role} does not answer {number}", role=by.role.value)
        if not approval_number.strip():
            raise ApprovalNumberMissingError(field="approval_number")
        asked = tender.content.negotiation
        if not reason.strip() or asked is None:
            raise ReasonMissingError(field="reason")
        row = SelectionRow(
            tender=tender.id,
            ground=asked.ground.value,
            approval_number=approval_number.strip(),
            authority=by.organisation,
            reason=reason.strip(),
            approved_at=now,
            approved_by=by.name,
        )
        await row.save()
        step = await stages.advance(
            tender=tender,
            act=Act.SELECTION_APPROVE,
            by=by,
            now=now,
            changes={
                TenderRow.answered_at: now,
                TenderRow.answered_by: by.name,
                TenderRow.answer_note: reason.strip(),
                TenderRow.published_at: now,
                TenderRow.published_by: by.name,
            },
            rows=[audit.row(SelectionRow, row.id)],
        )
        return step.tender


async def conclude(
    *, number: str, offer: selection.Offer, by: Actor, now: datetime, standing_of: StandingOf
) -> awards.Award:
    """Record the enterprise agreed with and its offer: what the contract rests on, as on an award.

    Raises:
        TransitionError: The selection is not approved.
        FindingsError: The offer passes the document or its paper is missing; carries every finding.
        CandidateBarredError: The enterprise is banned or, where the document says so, listed.
    """
    async with database.transaction():
        tender = await queries.locked(number)
        stages.check(Act.SELECTION_CONCLUDE, by, tender)
        tender.procedure.lifecycle.after(tender.stage, Act.SELECTION_CONCLUDE)
        chosen = await parties.organisation_by_code(offer.code)
        _check(tender, offer, chosen)
        standing = await standing_of(chosen.id, now)
        if standing.excluded(by_ban=tender.procedure.ban_refuses, by_document=tender.content.ban_refuses):
            raise award.CandidateBarredError(field="code")
        row = await _insert(tender, offer, chosen.id, by, now)
        step = await stages.advance(
            tender=tender,
            act=Act.SELECTION_CONCLUDE,
            by=by,
            now=now,
            changes={},
            rows=[audit.row(AwardRow, row.id)],
        )
        event = events.AwardPublished(
            **events.about(tender),
            winner_id=chosen.id,
            bidders=(chosen.id,),
            award_id=row.id,
        )
        await outbox.publish(event, entry=step.entry)
        return await awards.by_number(row.number)


def _check(tender: Tender, offer: selection.Offer, chosen: parties.Organisation) -> None:
    found = list(
        selection.offer_findings(
            offer,
            maximum_fen=tender.content.lots[0].maximum_price_fen,
            files=frozenset(one.digest for one in tender.content.documents),
            admitted=chosen.admitted and chosen.kind is parties.OrganisationKind.ENTERPRISE,
        )
    )
    if found:
        raise FindingsError(found)


async def _insert(
    tender: Tender, offer: selection.Offer, organisation: int, by: Actor, now: datetime
) -> AwardRow:
    lot = tender.content.lots[0]
    terms = contract.Terms(
        subject=f"{lot.title}（{area.format_area(lot.area_centi)}）",
        price_fen=offer.price_fen,
        level=offer.level,
        months=offer.months,
        project_manager=offer.project_manager,
    )
    days = queries.rules_of(tender).value("T42")
    turn = len(await awards.history(tender.id)) + 1
    row = AwardRow(
        number=f"{tender.number}-A{award.place(lot.id, turn)}",
        tender=tender.id,
        lot=lot.id,
        turn=turn,
        commitment=offer.file_digest,
        organisation=organisation,
        decision=None,
        rank=1,
        total=0,
        terms=msgspec.json.encode(terms).decode(),
        awarded_at=now,
        awarded_by=by.name,
        sign_by=award.sign_by(now, days=days, workdays=await workdays.table()),
    )
    await row.save()
    return row
