"""The notice of an open tender or its pre-qualification (BL 16, BLR 15): as announced last, for everybody."""

import msgspec
from litestar import Controller, get
from litestar.response import Response

from bidding.domain import schedule
from bidding.domain.act import Act
from bidding.domain.procedure import Profile
from bidding.domain.tender import Content, Tender
from bidding.queries import tenders, versions
from bidding.web import tender_views
from bidding.web.record import paper
from bidding.web.routing import opt
from contracts_templates import form, records
from market.kernel import digest
from market.kernel.actor import Actor


def is_announced(tender: Tender) -> bool:
    """Say whether there is a notice: whom a tender invites are written to, an agreement is not announced."""
    open_to_all = tender.procedure.competitive and not tender.procedure.by_invitation
    return open_to_all and tender.published_at is not None


def content(tender: Tender, about: records.About, last: versions.Announced) -> records.TenderNotice:
    """Return the notice of an announced version; a change that is not announced yet is no part of it.

    Raises:
        RecordMissingError: Nothing is announced.
    """
    said = last.content
    if not is_announced(tender) or said.deadline is None:
        raise paper.RecordMissingError(f"{tender.number} is not announced", value=tender.number)
    return records.TenderNotice(
        number=f"{tender.number}-GG{last.number}",
        about=about,
        version=last.number,
        reason=last.reason,
        prophase=tender.procedure.profile is Profile.PROPHASE,
        nature=said.nature,
        place=said.place,
        lots=tuple(
            records.NoticedLot(
                id=lot.id,
                title=lot.title,
                area_centi=lot.area_centi,
                maximum_fen=lot.maximum_price_fen,
            )
            for lot in said.lots
        ),
        months=said.contract_months,
        estimate_fen=said.estimate_fen,
        bidder=said.parts.get("bidder", ""),
        ban_refuses=said.ban_refuses,
        issue_at=said.issue_at,
        issue_days=said.issue_days,
        how_to_get=said.how_to_get,
        site_visit_at=said.site_visit_at,
        site_visit_place=said.site_visit_place,
        objections_until=schedule.objections_until(said, tenders.rules_of(tender)),
        deadline=said.deadline,
        opening_place=said.opening_place,
        validity_days=said.validity_days,
        bid_security_fen=said.bid_security_fen,
        performance_percent=said.performance_percent,
        technical_percent=said.two_envelopes.threshold_percent if said.two_envelopes else msgspec.UNSET,
        threshold=last.version.k,
        holders=tuple(
            records.NoticedHolder(
                institution=one.institution, fingerprint=digest.fingerprint(one.opening_key)
            )
            for one in last.version.keyholders
        ),
        published_at=last.published_at,
        prequalification=_prequalification(tender, said),
    )


def _prequalification(tender: Tender, said: Content) -> records.NoticedPrequalification | None:
    asked = said.prequalification
    if asked is None or asked.issue_at is None or asked.deadline is None:
        return None
    return records.NoticedPrequalification(
        issue_at=asked.issue_at,
        issue_days=asked.issue_days,
        deadline=asked.deadline,
        how_to_apply=asked.how_to_apply,
        limit=asked.limit,
        conditions=tuple((one.text, one.evidence) for one in asked.conditions),
        objections_until=schedule.prequal_objections_until(said, tenders.rules_of(tender)),
    )


class RecordedNotice(paper.Recorded, frozen=True, kw_only=True):
    """The notice over JSON."""

    content: records.TenderNotice


async def _made(number: str, actor: Actor) -> records.TenderNotice:
    tender = await tender_views.seen(number, actor)
    if not is_announced(tender):
        raise paper.RecordMissingError(f"{number} is not announced", value=number)
    last = (await versions.published(tender))[-1]
    announced = msgspec.structs.replace(tender, content=last.content)
    return content(tender, await paper.about(announced, last.digest), last)


class TenderNoticePages(Controller):
    """The notice for people."""

    include_in_schema = False

    @get("/tenders/{number:str}/notice/pdf", opt=opt(Act.TENDER_READ))
    async def pdf(self, number: str, actor: Actor) -> Response[bytes]:
        """Return the notice as PDF."""
        made = await _made(number, actor)
        page = paper.verify(made.about.version_digest)
        return await paper.pdf(form.TENDER_NOTICE, made, number=made.number, page=page)


class TenderNoticeApi(Controller):
    """The notice for programs."""

    tags = ["tenders"]

    @get("/api/tenders/{number:str}/notice", opt=opt(Act.TENDER_READ))
    async def show(self, number: str, actor: Actor) -> RecordedNotice:
        """Return what stands in the printed notice, with its digest."""
        made = await _made(number, actor)
        page = paper.verify(made.about.version_digest)
        said = paper.said(form.TENDER_NOTICE, made, number=made.number, page=page)
        return RecordedNotice(**said, content=made)
