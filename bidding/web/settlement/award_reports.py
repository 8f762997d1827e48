"""The written report on an award over HTTP."""

from datetime import datetime

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response

from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS
from bidding.queries import awards, tenders
from bidding.queries.settlement import award_reports as queries
from bidding.services.settlement import award_reports
from bidding.web import papers
from bidding.web.requests import Nothing
from bidding.web.routing import Asked, opt, see
from contracts_templates import form as papers_of
from contracts_templates import settlement
from market.kernel.actor import Actor
from market.runtime.web import forms


class MadeReport(msgspec.Struct, frozen=True, kw_only=True):
    """A report as tenderer and authorities see it."""

    number: str
    award: str
    digest: str
    filed_at: datetime
    attachments: tuple[settlement.Attachment, ...]


def made(found: queries.Report) -> MadeReport:
    """Return a report for those who may read it."""
    return MadeReport(
        number=found.number,
        award=found.content.award_number,
        digest=found.digest,
        filed_at=found.filed_at,
        attachments=found.content.attachments,
    )


class AwardReportPages(Controller):
    """Reports for people."""

    include_in_schema = False

    @post("/awards/{number:str}/report", opt=opt(Act.AWARD_REPORT))
    async def report(self, number: str, actor: Actor, now: datetime) -> Redirect:
        """Report the award to the supervising authority."""
        await award_reports.report(award_number=number, by=actor, now=now)
        found = await awards.by_number(number)
        return see(f"/tenders/{(await tenders.by_id(found.tender)).number}/award")

    @get("/award-reports/{number:str}/pdf", opt=opt(Act.AWARD_REPORT_READ))
    async def pdf(self, number: str, actor: Actor) -> Response[bytes]:
        """Return a report as PDF, to the tenderer and the authorities above the area."""
        found = await queries.by_number(number)
        tender = await _checked(found, actor)
        return await papers.answer(
            papers_of.AWARD_REPORT,
            found.content,
            number=number,
            digest=found.digest,
            checkpoint=found.checkpoint,
            page=f"/tenders/{tender}/award",
        )


async def _checked(found: queries.Report, actor: Actor) -> str:
    award = await awards.by_number(found.content.award_number)
    tender = await tenders.by_id(award.tender)
    PERMISSIONS[Act.AWARD_REPORT_READ].check(actor, organisations=(tender.organisation,), path=tender.path)
    return tender.number


class AwardReportApi(Controller):
    """The same as JSON."""

    path = "/api"
    tags = ["award"]

    @post("/awards/{number:str}/report", opt=opt(Act.AWARD_REPORT))
    async def report(self, request: Asked, number: str, actor: Actor, now: datetime) -> MadeReport:
        """Report an award to the supervising authority; the five attachments are computed."""
        await forms.decode(request, Nothing)
        return made(await award_reports.report(award_number=number, by=actor, now=now))

    @get("/award-reports/{number:str}", opt=opt(Act.AWARD_REPORT_READ))
    async def show(self, number: str, actor: Actor) -> MadeReport:
        """Return a report with the digests of its attachments."""
        found = await queries.by_number(number)
        await _checked(found, actor)
        return made(found)
