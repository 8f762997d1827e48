"""Pages of the filing officer: what waits for an answer, and the answer."""

from datetime import datetime

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect, Response

from bidding.domain import procedure as procedures
from bidding.domain import schedule
from bidding.domain.act import Act
from bidding.queries import tender_lists
from bidding.queries import tenders as queries
from bidding.services import filings
from bidding.web import requests
from bidding.web.routing import Asked, opt, see
from market.kernel.actor import Actor
from market.kernel.period import end_of_day
from market.runtime import workdays
from market.runtime.web import forms, render
from market.runtime.web.i18n import t
from market.runtime.web.work import Task


class FilingsView(msgspec.Struct, frozen=True, kw_only=True):
    """The filing officer's work list."""

    tasks: tuple[Task, ...]


async def waiting(actor: Actor) -> tuple[Task, ...]:
    """Return the filings that wait for an officer's authority, with the day each is due."""
    answers = sorted({p.profile.value for p in procedures.PROCEDURES.values() if actor.role in p.filing})
    if not answers or actor.division is None:
        return ()
    table = await workdays.table()
    tasks = []
    for line in await tender_lists.filings(actor.division, answers):
        tender = await queries.by_number(line.number)
        due = schedule.answer_due_on(tender, queries.rules_of(tender), table)
        tasks.append(
            Task(
                title=t("bidding.task.answer-filing"),
                url=f"/tenders/{line.number}",
                due_at=end_of_day(due) if due else None,
                subject=f"{line.number} · {line.title} · {line.organisation_name}",
                rule="filing-decision",
            )
        )
    return tuple(tasks)


class FilingPages(Controller):
    """Filings for the officer who answers them."""

    include_in_schema = False

    @get("/filings", opt=opt(Act.FILING_ACCEPT))
    async def listed(self, actor: Actor, now: datetime) -> Response[bytes]:
        """Show the filings that wait."""
        del now
        return render.page("bidding/filings.html", FilingsView(tasks=await waiting(actor)))

    @post("/tenders/{number:str}/accept", opt=opt(Act.FILING_ACCEPT))
    async def accept(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Take note of a filing."""
        asked = await forms.decode(request, requests.Answer)
        await filings.accept(number=number, note=asked.note, by=actor, now=now)
        return see(f"/tenders/{number}")

    @post("/tenders/{number:str}/return", opt=opt(Act.FILING_RETURN))
    async def give_back(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Return a filing with its reason."""
        asked = await forms.decode(request, requests.Answer)
        await filings.give_back(number=number, note=asked.note, by=actor, now=now)
        return see(f"/tenders/{number}")
