"""The record of an opening (BL 36, BLR 44): for everybody once all is opened, for nobody before."""

from collections.abc import Sequence

import msgspec
from litestar import Controller, get
from litestar.response import Response

from bidding.domain.act import Act
from bidding.domain.remedy import objection
from bidding.domain.sealed import transcript
from bidding.domain.sealed.frozen_list import FrozenList
from bidding.domain.sealed.technical import LockedMarks
from bidding.domain.tender import Tender
from bidding.queries import openings as queries
from bidding.queries.prices import locked
from bidding.queries.remedy import objections
from bidding.web import tender_views
from bidding.web.record import paper
from bidding.web.routing import opt
from contracts_templates import form, marked, records
from market.kernel.actor import Actor
from market.kernel.digest import parse_instant


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored of an opening; ``marks`` makes it the second one, of the prices."""

    frozen: FrozenList
    opened: Sequence[queries.OpenedBid]
    findings: Sequence[transcript.Finding]
    releases: Sequence[queries.Release]
    objections: Sequence[objection.Objection]
    marks: LockedMarks | None = None


def content(tender: Tender, about: records.About, facts: Facts) -> records.OpeningRecord:
    """Return the record of an opening.

    A release that came after the opening opened nothing and is none of its keys.

    Raises:
        RecordMissingError: Nothing is opened.
    """
    opened_at = tender.prices_opened_at if facts.marks else tender.opened_at
    if opened_at is None or tender.frozen_at is None:
        raise paper.RecordMissingError(f"{tender.number} is not opened", value=tender.number)
    listed = [one for one in facts.frozen.bids if (one.kind == "price") == (facts.marks is not None)]
    names = {one.commitment for one in listed}
    opened = {name: (one, shown) for one in facts.opened for name, shown in one.openings.items()}
    shown = tuple(
        opened[one.commitment][1] if one.commitment in names & opened.keys() else None
        for one in facts.frozen.bids
    )
    given = {one.keyholder: one for one in facts.releases if one.released_at <= opened_at}
    return records.OpeningRecord(
        number=f"{tender.number}-KB{2 if facts.marks else ''}",
        about=about,
        place=tender.content.opening_place,
        deadline=parse_instant(facts.frozen.deadline),
        frozen_at=tender.frozen_at,
        opened_at=opened_at,
        refusals=facts.frozen.refusals,
        threshold=tender.threshold,
        bids=tuple(
            _bid(one.commitment, one.lot, opened.get(one.commitment), facts.findings) for one in listed
        ),
        shut=tuple(
            records.ShutBid(commitment=one.commitment, why=one.why) for one in facts.frozen.not_opened
        ),
        holders=tuple(
            records.Holder(
                institution=one.institution,
                key_id=one.key_id,
                released_at=given[one.key_id].released_at if one.key_id in given else None,
                signature=given[one.key_id].signature if one.key_id in given else "",
            )
            for one in tender.keyholders
        ),
        objections=tuple(_objected(one) for one in facts.objections if one.kind is objection.Kind.OPENING),
        frozen_digest=facts.frozen.digest,
        readouts_digest=transcript.readouts_digest(shown),
        envelope=("price" if facts.marks else "technical") if tender.in_two_envelopes else msgspec.UNSET,
        marks=_marks(facts.marks, facts.opened) if facts.marks else msgspec.UNSET,
        marks_digest=facts.marks.digest if facts.marks else msgspec.UNSET,
    )


def _marks(marks: LockedMarks, opened: Sequence[queries.OpenedBid]) -> tuple[marked.TechnicalMark, ...]:
    names = {one.commitment: one.organisation_name for one in opened}
    return tuple(
        marked.TechnicalMark(
            lot=bid.lot,
            name=names.get(bid.commitment, ""),
            commitment=bid.commitment,
            technical=bid.technical,
            outcome=bid.outcome,
        )
        for bid in marks.bids
    )


def _bid(
    commitment: str,
    lot: str,
    read: tuple[queries.OpenedBid, transcript.Opening] | None,
    findings: Sequence[transcript.Finding],
) -> records.ReadBid:
    faults = tuple(
        records.Fault(code=one.code, fault=one.fault, key_id=one.key_id or "")
        for one in findings
        if one.commitment == commitment
    )
    if read is None:
        return records.ReadBid(lot=lot, commitment=commitment, faults=faults)
    bid, readout = read[0], read[1].readout
    return records.ReadBid(
        lot=lot,
        commitment=commitment,
        number=bid.number,
        name=readout.bidder.name,
        code=readout.bidder.uscc,
        price_fen=readout.price_fen,
        terms=tuple((name, str(value)) for name, value in readout.terms.items() if value is not None),
        faults=faults,
    )


def _objected(one: objection.Objection) -> records.Objected:
    withdrawn = one.state is objection.State.WITHDRAWN
    return records.Objected(
        number=one.number,
        lodged_at=one.lodged_at,
        ended_at=one.ended_at,
        outcome="withdrawn" if withdrawn else one.outcome.value if one.outcome else "",
        answer=one.answer,
    )


class RecordedOpening(paper.Recorded, frozen=True, kw_only=True):
    """The record of an opening over JSON."""

    content: records.OpeningRecord


async def _made(number: str, actor: Actor, *, prices: bool = False) -> records.OpeningRecord:
    tender = await tender_views.seen(number, actor)
    marks = await locked.find(tender) if prices else None
    if tender.opened_at is None or (prices and (marks is None or tender.prices_opened_at is None)):
        raise paper.RecordMissingError(f"{number} is not opened", value=number)
    facts = Facts(
        frozen=(await queries.freeze_of(tender)).frozen,
        opened=await queries.opened_bids(tender),
        findings=await queries.findings(tender),
        releases=await queries.releases(tender, prices=prices),
        objections=await objections.of_tender(tender.id),
        marks=marks.marks if marks else None,
    )
    return content(tender, await paper.about(tender, facts.frozen.version_digest), facts)


class OpeningRecordPages(Controller):
    """The record for people."""

    include_in_schema = False

    @get("/tenders/{number:str}/opening/pdf", opt=opt(Act.OPENING_READ))
    async def pdf(self, number: str, actor: Actor) -> Response[bytes]:
        """Return the record of the opening as PDF."""
        made = await _made(number, actor)
        return await paper.pdf(
            form.OPENING_RECORD, made, number=made.number, page=paper.verify(made.readouts_digest)
        )

    @get("/tenders/{number:str}/opening/prices/pdf", opt=opt(Act.OPENING_READ))
    async def prices_pdf(self, number: str, actor: Actor) -> Response[bytes]:
        """Return the record of the second opening, of the prices, as PDF."""
        made = await _made(number, actor, prices=True)
        return await paper.pdf(
            form.OPENING_RECORD, made, number=made.number, page=paper.verify(made.readouts_digest)
        )


class OpeningRecordApi(Controller):
    """The record for programs."""

    tags = ["openings"]

    @get("/api/tenders/{number:str}/opening-record", opt=opt(Act.OPENING_READ))
    async def show(self, number: str, actor: Actor) -> RecordedOpening:
        """Return what stands in the printed record of the opening, with its digest."""
        made = await _made(number, actor)
        said = paper.said(
            form.OPENING_RECORD, made, number=made.number, page=paper.verify(made.readouts_digest)
        )
        return RecordedOpening(**said, content=made)

    @get("/api/tenders/{number:str}/price-opening-record", opt=opt(Act.OPENING_READ))
    async def prices(self, number: str, actor: Actor) -> RecordedOpening:
        """Return what stands in the printed record of the second opening, with its digest."""
        made = await _made(number, actor, prices=True)
        said = paper.said(
            form.OPENING_RECORD, made, number=made.number, page=paper.verify(made.readouts_digest)
        )
        return RecordedOpening(**said, content=made)
