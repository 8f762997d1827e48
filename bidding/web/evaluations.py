"""The evaluation over HTTP: mark, reject, report, sign, publish; every figure explained."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response
from litestar.status_codes import HTTP_200_OK

from bidding.domain.act import Act
from bidding.domain.outcome import report
from bidding.queries import evaluations as queries
from bidding.queries import reports
from bidding.services import evaluations
from bidding.services.committee import reports as committee_reports
from bidding.services.prices import locks
from bidding.web import asked, tender_views
from bidding.web import evaluation_views as views
from bidding.web.routing import Asked, opt, see
from market.kernel.actor import Actor
from market.runtime.web import forms, render


class EvaluationPages(Controller):
    """The evaluation for people."""

    path = "/tenders/{number:str}/evaluation"
    include_in_schema = False

    @get(opt=opt(Act.AWARD_READ))
    async def show(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show criteria, forms for those who act now, and the explained result once it is public."""
        return render.page("bidding/evaluation.html", await views.of_page(number, actor, now))

    @post(opt=opt(Act.EVALUATION_START))
    async def start(self, number: str, actor: Actor, now: datetime) -> Redirect:
        """Begin the evaluation."""
        await evaluations.start(number=number, by=actor, now=now)
        return see(f"/tenders/{number}/evaluation")

    @post("/marks", opt=opt(Act.EVALUATION_MARK))
    async def mark(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Mark one bid."""
        order = await forms.decode(request, asked.MarksForm)
        await evaluations.mark(
            number=number,
            lot=order.lot,
            commitment=order.commitment,
            points=order.centi(),
            by=actor,
            now=now,
        )
        return see(f"/tenders/{number}/evaluation")

    @post("/lock", opt=opt(Act.MARKS_LOCK))
    async def lock(self, number: str, actor: Actor, now: datetime) -> Redirect:
        """Lock the technical marks, so that the prices may be opened."""
        await locks.lock(number=number, by=actor, now=now)
        return see(f"/tenders/{number}/evaluation")

    @post("/rejections", opt=opt(Act.EVALUATION_REJECT))
    async def reject(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Propose to reject one bid."""
        order = await forms.decode(request, asked.RejectForm)
        await evaluations.reject(number=number, by=actor, now=now, **msgspec.structs.asdict(order))
        return see(f"/tenders/{number}/evaluation")

    @post("/report", opt=opt(Act.EVALUATION_REPORT))
    async def report(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Compute the report for the members to sign."""
        order = await forms.decode(request, asked.Report)
        await committee_reports.make(number=number, going_on=order.going_on, by=actor, now=now)
        return see(f"/tenders/{number}/evaluation")

    @post("/signatures", opt=opt(Act.EVALUATION_SIGN))
    async def sign(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Sign the report, or dissent from it in writing."""
        order = await forms.decode(request, asked.SignReport)
        await committee_reports.sign(
            number=number, digest=order.digest, dissent=order.dissent, by=actor, now=now
        )
        return see(f"/tenders/{number}/evaluation")

    @post("/ranking", opt=opt(Act.EVALUATION_RANK))
    async def rank(self, number: str, actor: Actor, now: datetime) -> Redirect:
        """Publish the candidates."""
        await committee_reports.publish(number=number, by=actor, now=now)
        return see(f"/tenders/{number}/evaluation")


class EvaluationApi(Controller):
    """The same as JSON."""

    path = "/api/tenders/{number:str}"
    tags = ["evaluation"]

    @get("/evaluation", opt=opt(Act.AWARD_READ))
    async def results(self, number: str, actor: Actor) -> tuple[views.PublicResult, ...]:
        """Return the published results by lot, every figure explained; empty before the report."""
        tender = await tender_views.seen(number, actor)
        shown = [views.public(each) for each in await queries.of_tender(tender.id)]
        return tuple(each for each in shown if each is not None)

    @get("/entrants", opt=opt(Act.BID_READ_OPENED))
    async def entrants(self, number: str, actor: Actor) -> dict[str, tuple[queries.Entrant, ...]]:
        """Return the opened bids in the evaluation, by lot: names and prices as read out."""
        tender = await tender_views.seen(number, actor)
        return {each.lot: each.entrants for each in await queries.of_tender(tender.id)}

    @post("/evaluation", opt=opt(Act.EVALUATION_START), status_code=HTTP_200_OK)
    async def start(self, number: str, actor: Actor, now: datetime) -> dict[str, Any]:
        """Begin the evaluation with a whole committee, and freeze prices and credit."""
        tender = await evaluations.start(number=number, by=actor, now=now)
        return {"number": number, "stage": tender.stage.value}

    @post("/lots/{lot:str}/marks", opt=opt(Act.EVALUATION_MARK), status_code=HTTP_200_OK)
    async def mark(self, request: Asked, number: str, lot: str, actor: Actor, now: datetime) -> None:
        """Give one bid all marks of one member, centi-points."""
        order = await forms.decode(request, asked.Marks)
        await evaluations.mark(
            number=number, lot=lot, commitment=order.commitment, points=order.points, by=actor, now=now
        )

    @post("/lots/{lot:str}/rejections", opt=opt(Act.EVALUATION_REJECT), status_code=HTTP_200_OK)
    async def reject(
        self, request: Asked, number: str, lot: str, actor: Actor, now: datetime
    ) -> dict[str, int]:
        """Propose to reject a bid on a ground the law knows; answer with the proposal to vote on."""
        order = await forms.decode(request, asked.Reject)
        given = msgspec.structs.asdict(order)
        return {"proposal": await evaluations.reject(number=number, lot=lot, by=actor, now=now, **given)}

    @post("/technical-marks", opt=opt(Act.MARKS_LOCK), status_code=HTTP_200_OK)
    async def lock(self, number: str, actor: Actor, now: datetime) -> dict[str, Any]:
        """Lock the technical marks of a tender in two envelopes; by a member of the committee."""
        tender = await locks.lock(number=number, by=actor, now=now)
        return {"number": number, "stage": tender.stage.value}

    @post("/report", opt=opt(Act.EVALUATION_REPORT), status_code=HTTP_200_OK)
    async def report(self, request: Asked, number: str, actor: Actor, now: datetime) -> dict[str, Any]:
        """Compute totals and candidates for the members to sign; answer with the digest they sign."""
        order = await forms.decode(request, asked.Report)
        tender = await committee_reports.make(number=number, going_on=order.going_on, by=actor, now=now)
        return {"number": number, "digest": await reports.digest_of(tender.id)}

    @get("/report", opt=opt(Act.EVALUATION_SIGN))
    async def unsigned(self, number: str, actor: Actor, now: datetime) -> views.Signed:
        """Return the report's digest and how many have signed it.

        Raises:
            ReportMissingError: No report is made.
        """
        found = await views.signed_so_far(await tender_views.seen(number, actor), actor, now)
        if found is None:
            raise report.ReportMissingError(f"{number} has no report")
        return found

    @post("/signatures", opt=opt(Act.EVALUATION_SIGN), status_code=HTTP_200_OK)
    async def sign(self, request: Asked, number: str, actor: Actor, now: datetime) -> None:
        """Sign the report by its digest, or dissent from it with reasons in writing."""
        order = await forms.decode(request, asked.SignReport)
        await committee_reports.sign(
            number=number, digest=order.digest, dissent=order.dissent, by=actor, now=now
        )

    @post("/ranking", opt=opt(Act.EVALUATION_RANK), status_code=HTTP_200_OK)
    async def rank(self, number: str, actor: Actor, now: datetime) -> dict[str, Any]:
        """Publish the candidates of the signed report."""
        tender = await committee_reports.publish(number=number, by=actor, now=now)
        return {"number": number, "stage": tender.stage.value}
