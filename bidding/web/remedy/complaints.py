"""Complaints and reports over HTTP: per tender, one by one, and the acts of the authority."""

from datetime import datetime

import msgspec
from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.response import Redirect, Response, Stream
from markupsafe import Markup, escape

from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS
from bidding.domain.remedy import complaint, measure, visibility
from bidding.domain.remedy.complaint import Complaint
from bidding.domain.remedy.visibility import Part, Viewer
from bidding.domain.tender import Tender
from bidding.queries import tenders as tender_queries
from bidding.queries.remedy import complaints as queries
from bidding.services import documents
from bidding.services.remedy import complaints, handling, reports
from bidding.web import tender_views
from bidding.web.remedy import asked, fines, views
from bidding.web.routing import Asked, opt, see
from market.kernel.actor import Actor
from market.runtime import files
from market.runtime.web import attachments, forms, render


class ComplaintsView(msgspec.Struct, frozen=True, kw_only=True):
    """The complaints page of a tender: what the reader may know of, and the forms."""

    number: str
    title: str
    complaints: tuple[views.ComplaintLine, ...]
    reports: tuple[queries.Report, ...]
    authorities: tuple[tuple[int, Markup], ...]
    may_complain: bool
    may_report: bool


class ComplaintView(msgspec.Struct, frozen=True, kw_only=True):
    """One complaint.

    Attributes:
        acts: What the reader may do now, by name.
        fines: The law's ranges, for who decides.
    """

    complaint: views.ComplaintLine
    stage: str
    remedies: tuple[measure.Remedy, ...]
    bids: tuple[views.Bid, ...]
    acts: frozenset[str]
    fines: tuple[fines.FineLine, ...]


class ReportView(msgspec.Struct, frozen=True, kw_only=True):
    """One report; who made it is not part of it."""

    number: str
    tender: str
    text: str
    lodged_at: datetime
    answered_at: datetime | None
    result: str
    may_answer: bool
    fines: tuple[fines.FineLine, ...]


async def _seen(number: str, actor: Actor) -> tuple[Complaint, Tender, views.ComplaintLine]:
    found = await queries.by_number(number)
    tender = await tender_queries.by_id(found.tender)
    line = await views.complaint_line(found, tender, actor)
    if line is None:
        raise queries.ComplaintUnknownError(f"no complaint {number}", value=number)
    return found, tender, line


def _acts(found: Complaint, tender: Tender, actor: Actor) -> frozenset[str]:
    handles = actor.organisation == found.authority
    own = actor.organisation == found.organisation
    acts = set(complaint.LIFECYCLE.available(found.state))
    if found.state in {complaint.State.DECIDED, complaint.State.NOT_ACCEPTED}:
        acts.add(Act.COMPLAINT_REVIEW)
    return frozenset(
        act.value.rpartition(":")[2]
        for act in acts
        if (own if act is Act.COMPLAINT_WITHDRAW else handles)
        and PERMISSIONS[act].allows(actor, organisations=(found.organisation,), path=tender.path)
    )


class ComplaintPages(Controller):
    """Complaints and reports for people."""

    include_in_schema = False

    @get("/tenders/{number:str}/complaints", opt=opt(Act.REMEDY_READ))
    async def listed(self, number: str, actor: Actor) -> Response[bytes]:
        """Show decided complaints to everybody, one's own and those one handles besides, and the forms."""
        tender = await tender_views.seen(number, actor)
        found = [
            await views.complaint_line(each, tender, actor) for each in await queries.of_tender(tender.id)
        ]
        view = ComplaintsView(
            number=number,
            title=tender.content.title,
            complaints=tuple(each for each in found if each is not None),
            reports=tuple(
                each
                for each in await queries.reports(tender.id)
                if visibility.sees(
                    Part.REPORT,
                    visibility.viewer(tender, actor, own=each.mandate == actor.mandate),
                    tender,
                )
            ),
            authorities=tuple((each.id, escape(each.name)) for each in await queries.authorities(tender)),
            may_complain=PERMISSIONS[Act.COMPLAINT_LODGE].allows_role(actor),
            may_report=PERMISSIONS[Act.REPORT_LODGE].allows_role(actor) and actor.mandate is not None,
        )
        return render.page("bidding/complaints.html", view)

    @post(
        "/tenders/{number:str}/complaints",
        opt=opt(Act.COMPLAINT_LODGE),
        request_max_body_size=documents.LIMIT + (1 << 20),
    )
    async def lodge(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Complain, with the evidence as a file: its digest is that of the bytes sent, never one named."""
        await tender_views.seen(number, actor)
        order = await attachments.decode_with_file(
            request, asked.Complain, into="evidence", limit=documents.LIMIT, kinds=documents.KINDS
        )
        plea = order.plea()
        if not isinstance((await request.form()).get("file"), UploadFile):
            plea = msgspec.structs.replace(plea, evidence="")
        made = await complaints.lodge(number=number, plea=plea, by=actor, now=now)
        return see(f"/complaints/{made.number}")

    @get("/complaints/{number:str}", opt=opt(Act.REMEDY_READ))
    async def show(self, number: str, actor: Actor) -> Response[bytes]:
        """Show a complaint to those who may know of it; decided ones to everybody."""
        found, tender, line = await _seen(number, actor)
        acts = _acts(found, tender, actor)
        view = ComplaintView(
            complaint=line,
            stage=tender.stage.value,
            remedies=measure.choices(tender.stage, by_authority=True),
            bids=await views.bids_of(tender),
            acts=acts,
            fines=await fines.of_tender(tender) if "decide" in acts else (),
        )
        return render.page("bidding/complaint.html", view)

    @get("/complaints/{number:str}/evidence", opt=opt(Act.COMPLAINT_READ))
    async def evidence(self, number: str, actor: Actor) -> Stream:
        """Return the evidence to complainant and authority."""
        found, _, line = await _seen(number, actor)
        if line.evidence is None:
            raise queries.ComplaintUnknownError(f"no evidence of {number}", value=number)
        return Stream(
            files.open_stream(found.evidence),
            media_type="application/octet-stream",
            headers={"content-disposition": "attachment"},
        )

    @post("/complaints/{number:str}/accept", opt=opt(Act.COMPLAINT_ACCEPT))
    async def accept(self, number: str, actor: Actor, now: datetime) -> Redirect:
        """Accept a complaint."""
        await handling.accept(number=number, by=actor, now=now)
        return see(f"/complaints/{number}")

    @post("/complaints/{number:str}/refuse", opt=opt(Act.COMPLAINT_REFUSE))
    async def refuse(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Refuse to accept a complaint."""
        order = await forms.decode(request, asked.Because)
        await handling.refuse(number=number, reasons=order.reasons, by=actor, now=now)
        return see(f"/complaints/{number}")

    @post("/complaints/{number:str}/decide", opt=opt(Act.COMPLAINT_DECIDE))
    async def decide(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Decide a complaint."""
        order = await forms.decode(request, asked.Decide)
        await handling.decide(number=number, verdict=order.verdict(), by=actor, now=now)
        return see(f"/complaints/{number}")

    @post("/complaints/{number:str}/withdraw", opt=opt(Act.COMPLAINT_WITHDRAW))
    async def withdraw(self, number: str, actor: Actor, now: datetime) -> Redirect:
        """Take a complaint back."""
        await complaints.withdraw(number=number, by=actor, now=now)
        return see(f"/complaints/{number}")

    @post("/complaints/{number:str}/review", opt=opt(Act.COMPLAINT_REVIEW))
    async def review(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Note a reconsideration or a suit."""
        order = await forms.decode(request, asked.Review)
        await handling.note_review(number=number, reference=order.reference, by=actor, now=now)
        return see(f"/complaints/{number}")


class ReportPages(Controller):
    """Reports (举报) for people."""

    include_in_schema = False

    @post("/tenders/{number:str}/reports", opt=opt(Act.REPORT_LODGE))
    async def lodge(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Report a breach."""
        order = await forms.decode(request, asked.Report)
        made = await reports.lodge(number=number, text=order.text, by=actor, now=now)
        return see(f"/reports/{made.number}")

    @get("/reports/{number:str}", opt=opt(Act.REPORT_READ))
    async def show(self, number: str, actor: Actor) -> Response[bytes]:
        """Show a report to its author and to the authority; who made it stands nowhere."""
        found = await queries.report(number)
        tender = await tender_queries.by_id(found.tender)
        who = visibility.viewer(tender, actor, own=found.mandate == actor.mandate)
        if who not in {Viewer.OWN, Viewer.AUTHORITY}:
            raise queries.ReportUnknownError(f"no report {number}", value=number)
        may_answer = found.answered_at is None and PERMISSIONS[Act.REPORT_ANSWER].allows(
            actor, path=tender.path
        )
        view = ReportView(
            number=number,
            tender=tender.number,
            text=found.text,
            lodged_at=found.lodged_at,
            answered_at=found.answered_at,
            result=found.result,
            may_answer=may_answer,
            fines=await fines.of_tender(tender) if may_answer else (),
        )
        return render.page("bidding/report.html", view)

    @post("/reports/{number:str}/answer", opt=opt(Act.REPORT_ANSWER))
    async def answer(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Tell the reporter the result."""
        order = await forms.decode(request, asked.Result)
        await reports.answer(number=number, result=order.result, by=actor, now=now)
        return see(f"/reports/{number}")
