"""The record of the draw of experts (BLR 46, BTB 26): tickets for everybody, names once a winner is named."""

from collections.abc import Mapping
from datetime import datetime

from litestar import Controller, get
from litestar.response import Response

from bidding.domain.act import Act
from bidding.domain.tender import Tender
from bidding.web import tender_views
from bidding.web.committee import record
from bidding.web.record import paper
from bidding.web.routing import opt
from contracts_templates import form, records
from market.kernel.actor import Actor
from market.parties import public as parties


def content(
    tender: Tender, about: records.About, public: record.DrawRecord, divisions: Mapping[str, str]
) -> records.DrawRecord:
    """Return the record of all rounds that are over; it holds nothing the public record does not.

    Args:
        divisions: Names by code.

    Raises:
        RecordMissingError: No round is over.
    """
    rounds = tuple(_round(one, one.ended_at, divisions) for one in public.rounds if one.ended_at is not None)
    if not rounds:
        raise paper.RecordMissingError(f"no draw of {tender.number} is over", value=tender.number)
    over = {one.round for one in rounds} | {0}
    wanted = tender.content.committee
    return records.DrawRecord(
        number=f"{tender.number}-CQ",
        about=about,
        size=wanted.size,
        experts=wanted.experts,
        representatives=wanted.representatives,
        disclosed=public.disclosed,
        rounds=rounds,
        places=tuple(_place(one) for one in public.seats if one.round in over),
    )


def _round(one: record.PublicRound, ended_at: datetime, divisions: Mapping[str, str]) -> records.Round:
    return records.Round(
        round=one.round,
        kind=one.kind,
        version_digest=one.version,
        rosters=tuple(divisions.get(code, code) for code in one.filters.rosters),
        specialities=one.filters.specialities,
        districts=tuple(divisions.get(code, code) for code in one.filters.districts),
        years=one.filters.years,
        senior=one.filters.senior,
        eligible=len(one.roster),
        employers=len({each.employer for each in one.roster}),
        roster_digest=one.roster_digest,
        seats=one.seats,
        reserves=one.reserves,
        begun_at=one.begun_at,
        ended_at=ended_at,
        words=tuple(
            records.Word(
                party=act.party.value,
                commitment=act.commitment,
                committed_at=act.committed_at,
                nonce=act.nonce or "",
                revealed_at=act.revealed_at,
            )
            for act in one.acts
        ),
        seed=one.seed or "",
        reason=one.reason or "",
        withheld=one.withheld,
    )


def _place(one: record.PublicSeat) -> records.Place:
    return records.Place(
        round=one.round,
        place=one.place,
        kind=one.kind,
        drawn_as=one.drawn_as,
        state=one.state,
        ticket=one.pseudonym,
        succeeds=one.succeeds or "",
        ground=one.ground or "",
        left_at=one.left_at,
        name=one.name or "",
        body=one.body or "",
    )


class RecordedDraw(paper.Recorded, frozen=True, kw_only=True):
    """The record of the draw over JSON."""

    content: records.DrawRecord


async def _made(number: str, actor: Actor, now: datetime) -> records.DrawRecord:
    tender = await tender_views.seen(number, actor)
    public = await record.of(tender, now)
    codes = {code for one in public.rounds for code in (*one.filters.rosters, *one.filters.districts)}
    divisions = {code: (await parties.lineage(code))[-1].name for code in sorted(codes)}
    return content(tender, await paper.about(tender, tender.version_digest or ""), public, divisions)


def _page(number: str) -> str:
    return f"/tenders/{number}/committee"


class DrawRecordPages(Controller):
    """The record for people."""

    include_in_schema = False

    @get("/tenders/{number:str}/committee/pdf", opt=opt(Act.COMMITTEE_READ))
    async def pdf(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Return the record of the draw as PDF."""
        made = await _made(number, actor, now)
        return await paper.pdf(form.DRAW_RECORD, made, number=made.number, page=_page(number))


class DrawRecordApi(Controller):
    """The record for programs."""

    tags = ["committee"]

    @get("/api/tenders/{number:str}/draw-record", opt=opt(Act.COMMITTEE_READ))
    async def show(self, number: str, actor: Actor, now: datetime) -> RecordedDraw:
        """Return what stands in the printed record of the draw, with its digest."""
        made = await _made(number, actor, now)
        said = paper.said(form.DRAW_RECORD, made, number=made.number, page=_page(number))
        return RecordedDraw(**said, content=made)
