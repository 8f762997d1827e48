"""The record of an opening that did not take place (BL 28, BLR 44): for everybody, without any bidder."""

from litestar import Controller, get
from litestar.response import Response

from bidding.domain import visibility
from bidding.domain.act import Act
from bidding.queries import openings, tenders
from bidding.web import tender_views
from bidding.web.record import paper
from bidding.web.routing import opt
from contracts_templates import form, letters
from market.kernel.actor import Actor
from market.kernel.digest import parse_instant


class RecordedFailure(paper.Recorded, frozen=True, kw_only=True):
    """The record over JSON."""

    content: letters.FailedOpening


async def _made(number: str, actor: Actor) -> letters.FailedOpening:
    tender = await tender_views.seen(number, actor)
    failed_at, frozen_at, failure = tender.failed_at, tender.frozen_at, tender.failure
    if not visibility.failed_shut(tender) or failed_at is None or frozen_at is None or failure is None:
        raise paper.RecordMissingError(f"the opening of {number} did not fail", value=number)
    frozen = (await openings.freeze_of(tender)).frozen
    given = {one.keyholder: one.released_at for one in await openings.releases(tender)}
    return letters.FailedOpening(
        number=f"{number}-LB",
        about=await paper.about(tender, frozen.version_digest),
        reason=failure,
        note=tender.failure_note,
        deadline=parse_instant(frozen.deadline),
        frozen_at=frozen_at,
        window_ends_at=tender.window_ends_at,
        failed_at=failed_at,
        least=tenders.rules_of(tender).value("T01"),
        lots=tuple((lot.id, sum(one.lot == lot.id for one in frozen.bids)) for lot in tender.content.lots),
        shut=len(frozen.not_opened),
        refusals=frozen.refusals,
        threshold=tender.threshold,
        holders=tuple(
            letters.KeptHolder(institution=one.institution, released_at=given.get(one.key_id))
            for one in tender.keyholders
        ),
        frozen_digest=frozen.digest,
    )


class FailedOpeningPages(Controller):
    """The record for people."""

    include_in_schema = False

    @get("/tenders/{number:str}/opening/failed/pdf", opt=opt(Act.OPENING_READ))
    async def pdf(self, number: str, actor: Actor) -> Response[bytes]:
        """Return the record of an opening that did not take place as PDF."""
        made = await _made(number, actor)
        page = paper.verify(made.frozen_digest)
        return await paper.pdf(form.FAILED_OPENING, made, number=made.number, page=page)


class FailedOpeningApi(Controller):
    """The record for programs."""

    tags = ["openings"]

    @get("/api/tenders/{number:str}/failed-opening", opt=opt(Act.OPENING_READ))
    async def show(self, number: str, actor: Actor) -> RecordedFailure:
        """Return the record of an opening that did not take place: why, how many bids, no bidder."""
        made = await _made(number, actor)
        page = paper.verify(made.frozen_digest)
        said = paper.said(form.FAILED_OPENING, made, number=made.number, page=page)
        return RecordedFailure(**said, content=made)
