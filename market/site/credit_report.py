"""The credit report: what the ledger says and what came of tenders, as page, signed PDF and JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, get
from litestar.response import Response

from bidding.public import tenders_tally
from contracts_templates import answer, credit_forms, stamp
from contracts_templates import credit_report as papers
from credit.public import credit_report
from market.kernel.actor import PUBLIC_READ, Actor
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import log
from market.runtime.web import charts, render
from market.runtime.web.i18n import t

READ: Mapping[str, Any] = {"permission": PUBLIC_READ, "act": "site:credit-report:read"}
FORM = credit_forms.CREDIT_REPORT


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """A report over JSON, the twin of the PDF of the same moment; the digest covers form and content."""

    form: str
    digest: str
    content: papers.CreditReport


class ReportPage(msgspec.Struct, frozen=True, kw_only=True):
    """The report for reading, with its drawings."""

    report: papers.CreditReport
    course: charts.Drawing
    parts: charts.Drawing
    digest: str


async def _made(code: str, actor: Actor, now: datetime) -> papers.CreditReport:
    standing = await credit_report(code, actor=actor, now=now)
    outcome = await tenders_tally((await parties.organisation_by_code(code)).id)
    won = tuple(
        papers.Won(
            tender=each.tender,
            title=each.title,
            lot=each.lot,
            awarded_on=local_day(each.awarded_at),
            cancelled=each.cancelled,
        )
        for each in outcome.won
    )
    said = {name: getattr(standing, name) for name in standing.__struct_fields__}
    return papers.CreditReport(**said, won=won, lost=outcome.lost)


class CreditReports(Controller):
    """Reports as pages and papers; everybody gets the public one, those concerned the whole."""

    opt = READ
    include_in_schema = False

    @get("/enterprises/{code:str}/credit/report")
    async def show(self, code: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show the report."""
        made = await _made(code, actor, now)
        view = ReportPage(
            report=made,
            course=papers.course(made),
            parts=papers.parts(
                made,
                names=(t("site.report.part.project"), t("site.report.part.good"), t("site.report.part.bad")),
            ),
            digest=stamp.content_digest(FORM, made),
        )
        return render.page("site/credit_report.html", view)

    @get("/enterprises/{code:str}/credit/report/pdf")
    async def pdf(self, code: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Return the report as a signed PDF; its code leads to the page that shows the newest state."""
        made = await _made(code, actor, now)
        latest = (await log.checkpoint()) if await log.size_now() else None
        return await answer.answer(
            FORM,
            made,
            number=made.number,
            digest=stamp.content_digest(FORM, made),
            checkpoint=f"{latest.size} · {latest.root}" if latest else "",
            page=f"/enterprises/{made.code}/credit",
        )


class CreditReportApi(Controller):
    """The report for programs."""

    tags = ["credit"]

    @get("/api/enterprises/{code:str}/credit-report", opt=READ, operation_id="credit-report-show")
    async def show(self, code: str, actor: Actor, now: datetime) -> Reported:
        """Return what stands in the report of this moment, as the reader may see it."""
        made = await _made(code, actor, now)
        return Reported(form=FORM.name, digest=stamp.content_digest(FORM, made), content=made)
