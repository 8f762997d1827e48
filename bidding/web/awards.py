"""Candidates, awards and notices over HTTP."""

from datetime import date, datetime
from typing import Final

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from bidding.domain import suspension
from bidding.domain.act import Act
from bidding.domain.outcome import award, evaluation
from bidding.domain.outcome.decision import Pattern
from bidding.domain.procedure import CONTRACTING, FailureReason, Stage
from bidding.domain.tender import Tender
from bidding.queries import awards as queries
from bidding.queries import contracts, decisions, evaluations, ports, tenders
from bidding.queries.remedy import candidates
from bidding.services import awards, stages
from bidding.web import asked, papers, tender_views
from bidding.web.routing import Asked, opt, see
from bidding.web.settlement import award_views
from bidding.web.vote import shown
from contracts_templates import form as papers_of
from market.kernel.actor import Actor, OutOfScopeError
from market.runtime.web import forms, render

_FAILING: Final = {
    FailureReason.ALL_REJECTED: "BL 42",
    FailureReason.NO_WINNER: "BLR 55",
    FailureReason.DECISION_REVOKED: "BPR 51",
}


class PublicAward(msgspec.Struct, frozen=True, kw_only=True):
    """An award as everybody may see it."""

    number: str
    lot: str
    winner: str
    organisation: int
    price_fen: int
    level: int
    months: int
    rank: int
    total: int
    skipped: str
    awarded_at: datetime
    sign_by: date


class OwnNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice in a list: to whom and its digest."""

    number: str
    name: str
    won: bool
    digest: str


class LotView(msgspec.Struct, frozen=True, kw_only=True):
    """One lot on the page."""

    lot: str
    last_day: date | None
    candidates: tuple[tuple[evaluation.Candidate, evaluations.Entrant], ...]
    decisions: tuple[shown.PublicDecision, ...]
    award: PublicAward | None
    notices: tuple[OwnNotice, ...]
    contract: str
    after: award_views.AfterView


class AwardView(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows; the booleans say which forms are worth showing.

    Attributes:
        order_binds: Nobody passes over a candidate who is left, so no reason for it is asked (rule T54).
        vote_first: Number of the decision that lets the first in rank win without a second vote.
        fails_by: The clause on which the reader may let the tender fail; empty where they may not.
    """

    number: str
    title: str
    stage: str
    suspended: tuple[suspension.Suspension, ...]
    lots: tuple[LotView, ...]
    needs_decision: bool
    order_binds: bool
    vote_first: str
    may_decide: bool
    may_award: bool
    may_draft: bool
    fails_by: str


def public(found: queries.Award) -> PublicAward:
    """Return what everybody may see of an award."""
    return PublicAward(
        number=found.number,
        lot=found.lot,
        winner=found.winner,
        organisation=found.organisation,
        price_fen=found.terms.price_fen,
        level=found.terms.level,
        months=found.terms.months,
        rank=found.rank,
        total=found.total,
        skipped=found.skipped,
        awarded_at=found.awarded_at,
        sign_by=found.sign_by,
    )


class _Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What stands about the lots of a tender, read once; of the awards the cancelled ones too."""

    tender: Tender
    awards: list[queries.Award]
    contracts: list[contracts.Contract]
    decisions: tuple[shown.PublicDecision, ...]


async def _view(tender: Tender, actor: Actor, now: datetime) -> AwardView:
    facts = _Facts(
        tender=tender,
        awards=await queries.history(tender.id),
        contracts=await contracts.of_tender(tender.id),
        decisions=await shown.all_public(await decisions.of_tender(tender.id)),
    )
    first = tender.decision is not None and tender.decision.pattern is Pattern.VOTE_FIRST
    needed, deciding = tender.procedure.decision_needed, tender.stage in {Stage.RANKED, Stage.DECIDED}
    ready = tender.stage is Stage.DECIDED or (tender.stage is Stage.RANKED and (first or not needed))
    return AwardView(
        number=tender.number,
        title=tender.content.title,
        stage=tender.stage.value,
        suspended=tender.standing_still,
        lots=tuple([await _lot(each, facts, actor, now) for each in await evaluations.of_tender(tender.id)]),
        needs_decision=needed,
        order_binds=award.order_binds(tenders.rules_of(tender)),
        vote_first=tender.decision.number if first and tender.decision else "",
        may_decide=needed and deciding and stages.may(Act.DECISION_RECORD, actor, tender),
        may_award=ready and stages.may(Act.AWARD_PUBLISH, actor, tender),
        may_draft=tender.stage in CONTRACTING and stages.may(Act.CONTRACT_DRAFT, actor, tender),
        fails_by=await _fails_by(tender) if stages.may(Act.TENDER_FAIL, actor, tender) else "",
    )


async def _fails_by(tender: Tender) -> str:
    if not tender.procedure.lifecycle.allows(tender.stage, Act.TENDER_FAIL):
        return ""
    reason = await candidates.failing(tender)
    return _FAILING[reason] if reason else ""


async def _lot(found: evaluations.Evaluation, facts: _Facts, actor: Actor, now: datetime) -> LotView:
    given = [each for each in facts.awards if each.lot == found.lot]
    made = next((each for each in given if each.cancelled_at is None), None)
    whole = stages.may(Act.NOTICE_READ, actor, facts.tender)
    return LotView(
        lot=found.lot,
        last_day=found.last_day,
        candidates=tuple(
            (each, found.entrant(each.commitment))
            for each in (found.result.candidates if found.result and found.published_at else ())
        ),
        decisions=tuple(each for each in facts.decisions if each.lot == found.lot),
        award=public(made) if made else None,
        notices=tuple(
            OwnNotice(number=each.number, name=each.name, won=each.won, digest=each.digest)
            for each in (await queries.notices(made.id) if made else [])
            if whole or each.organisation == actor.organisation
        ),
        contract=next((each.number for each in facts.contracts if made and each.award == made.id), ""),
        after=await award_views.after(
            facts.tender,
            given,
            actor,
            now,
            bidders=frozenset(each.organisation for each in found.entrants),
        ),
    )


class AwardPages(Controller):
    """Candidates, decision and award for people."""

    include_in_schema = False

    @get("/tenders/{number:str}/award", opt=opt(Act.AWARD_READ))
    async def show(self, number: str, actor: Actor, now: datetime) -> Response[bytes] | Redirect:
        """Show candidates, decisions and award of every lot, with the forms for those who act now.

        What was agreed without bids stands on the page of the selection.
        """
        tender = await tender_views.seen(number, actor)
        if not tender.procedure.competitive:
            return see(f"/tenders/{number}/selection")
        return render.page("bidding/award.html", await _view(tender, actor, now))

    @post("/tenders/{number:str}/lots/{lot:str}/award", opt=opt(Act.AWARD_PUBLISH))
    async def publish(self, request: Asked, number: str, lot: str, actor: Actor, now: datetime) -> Redirect:
        """Name the winner and tell everybody."""
        order = await forms.decode(request, asked.Publish)
        await _publish(order, number, lot, actor, now)
        return see(f"/tenders/{number}/award")

    @get("/notices/{number:str}/pdf", opt=opt(Act.NOTICE_READ))
    async def notice(self, number: str, actor: Actor) -> Response[bytes]:
        """Return one's own notice, or as the tenderer any notice of one's tender."""
        found = await queries.notice(number)
        award = await queries.by_number(number.rpartition("-")[0])
        tender = await tenders.by_id(award.tender)
        if actor.organisation not in {found.organisation, tender.organisation}:
            raise OutOfScopeError(f"{actor.name} may not read {number}", role=actor.role.value)
        form = papers_of.FORMS[found.form]
        return await papers.answer(
            form,
            msgspec.json.decode(found.content.encode(), type=form.content),
            number=number,
            digest=found.digest,
            checkpoint=found.checkpoint,
            page=f"/tenders/{tender.number}/award",
        )


async def _publish(order: asked.Publish, number: str, lot: str, actor: Actor, now: datetime) -> PublicAward:
    found = await awards.publish(
        number=number,
        lot=lot,
        commitment=order.commitment,
        skipped=order.skipped,
        by=actor,
        now=now,
        standing_of=ports.standing_of,
    )
    return public(found)


class AwardApi(Controller):
    """The same as JSON."""

    path = "/api"
    tags = ["award"]

    @post("/tenders/{number:str}/lots/{lot:str}/award", opt=opt(Act.AWARD_PUBLISH))
    async def publish(
        self, request: Asked, number: str, lot: str, actor: Actor, now: datetime
    ) -> PublicAward:
        """Name the winner of a lot; every bidder is told in the same act."""
        return await _publish(await forms.decode(request, asked.Publish), number, lot, actor, now)

    @get("/awards/{number:str}", opt=opt(Act.AWARD_READ), status_code=HTTP_200_OK)
    async def show(self, number: str) -> PublicAward:
        """Return an award."""
        return public(await queries.by_number(number))

    @get("/awards/{number:str}/notices", opt=opt(Act.NOTICE_READ), status_code=HTTP_200_OK)
    async def notices(self, number: str, actor: Actor) -> tuple[OwnNotice, ...]:
        """Return one's own notice, or all of them to the tenderer."""
        award = await queries.by_number(number)
        tender = await tenders.by_id(award.tender)
        return tuple(
            OwnNotice(number=each.number, name=each.name, won=each.won, digest=each.digest)
            for each in await queries.notices(award.id)
            if actor.organisation in {each.organisation, tender.organisation}
        )
