"""The workspace: what to do next, for whoever asks."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime

from litestar import Controller, get
from litestar.response import Response

from bidding.domain.permission import PERMISSIONS, Act
from bidding.domain.procedure import BEFORE_PUBLICATION, Stage
from bidding.queries import my_bids, openings
from bidding.queries import tenders as queries
from bidding.web import filings
from bidding.web.routing import opt
from bidding.web.views import Task, WorkspaceView
from market.kernel.actor import Actor, Role
from market.parties import public as parties
from market.runtime.web import render
from market.runtime.web.i18n import t

_NEXT = {
    Stage.DRAFT: ("complete", "/edit"),
    Stage.RETURNED: ("revise", "/edit"),
    Stage.ACCEPTED: ("announce", ""),
    Stage.OPENED: ("evaluate", "/evaluation"),
    Stage.EVALUATION: ("evaluate", "/evaluation"),
    Stage.RANKED: ("decide", "/decision"),
    Stage.DECIDED: ("award", "/award"),
    Stage.AWARDED: ("sign", "/contract"),
    Stage.FAILED: ("retender", ""),
}


class WorkspacePages(Controller):
    """One page for every role."""

    include_in_schema = False

    @get("/workspace", opt=opt(Act.WORKSPACE_READ))
    async def show(self, actor: Actor, now: datetime) -> Response[bytes]:
        """Show what to do next."""
        tasks = [task async for task in _tasks(actor, now)]
        mine = actor.organisation or 0
        tenderer = PERMISSIONS[Act.TENDER_DRAFT].allows_role(actor)
        bidder = PERMISSIONS[Act.BID_READ_OWN].allows_role(actor)
        view = WorkspaceView(
            tasks=tuple(tasks),
            tenders=tuple(await queries.of_organisation(mine)) if tenderer else (),
            bids=tuple(await my_bids.envelopes(mine)) if bidder else (),
            links=tuple(_links(actor)),
        )
        return render.page("bidding/workspace.html", view)


def _links(actor: Actor) -> list[tuple[str, str]]:
    links = [
        (Act.TENDER_DRAFT, t("bidding.workspace.new"), "/tenders/new"),
        (Act.FILING_ACCEPT, t("bidding.workspace.filings"), "/filings"),
        (Act.BID_READ_OWN, t("bidding.workspace.my-bids"), "/my/bids"),
    ]
    found = [(label, url) for act, label, url in links if PERMISSIONS[act].allows_role(actor)]
    if actor.role is Role.ENTERPRISE or PERMISSIONS[Act.REHEARSAL_ANSWER].allows_role(actor):
        found.append((t("bidding.workspace.keys"), "/workspace/keys"))
    return found


async def _tasks(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    mine = actor.organisation
    for task in await filings.waiting(actor):
        yield task
    sources: tuple[tuple[Act, Callable[[], AsyncIterator[Task]]], ...] = (
        (Act.TENDER_DRAFT, lambda: _tendering(mine or 0)),
        (Act.BID_SUBMIT, lambda: _bidding(mine or 0, now)),
        (Act.SHARES_RELEASE, lambda: _keeping(mine or 0)),
    )
    for act, source in sources:
        if mine is not None and PERMISSIONS[act].allows_role(actor):
            async for task in source():
                yield task


async def _tendering(organisation: int) -> AsyncIterator[Task]:
    for line in await queries.of_organisation(organisation):
        name, path = _NEXT.get(Stage(line.stage), ("", ""))
        if name:
            yield Task(
                title=t(f"bidding.task.{name}"),
                url=f"/tenders/{line.number}{path}",
                due_at=line.issue_at if Stage(line.stage) in BEFORE_PUBLICATION else None,
                subject=f"{line.number} · {line.title}",
            )


async def _bidding(organisation: int, now: datetime) -> AsyncIterator[Task]:
    if await parties.signing_key_of(organisation, now) is None:
        yield Task(title=t("bidding.task.enrol-bidder"), url="/workspace/keys")
    for line in (await queries.published(queries.Filters(stage=Stage.BIDDING.value)))[:10]:
        yield Task(
            title=t("bidding.task.bid"),
            url=f"/tenders/{line.number}",
            due_at=line.deadline,
            subject=f"{line.number} · {line.title}",
            rule="T25",
        )


async def _keeping(organisation: int) -> AsyncIterator[Task]:
    if not await parties.keyholder_keys(organisation):
        yield Task(title=t("bidding.task.enrol-keyholder"), url="/workspace/keys")
    for line in await queries.kept_by(organisation):
        tender = await queries.by_number(line.number)
        own = next(one for one in tender.keyholders if one.organisation == organisation)
        subject, url = f"{line.number} · {line.title}", f"/tenders/{line.number}/keyholders"
        if tender.stage in BEFORE_PUBLICATION and not own.rehearsed:
            yield Task(title=t("bidding.task.rehearse"), url=url, subject=subject)
        if tender.stage is Stage.OPENING:
            given = {one.keyholder for one in await openings.releases(tender)}
            if own.key_id not in given:
                yield Task(
                    title=t("bidding.task.release"), url=url, due_at=tender.window_ends_at, subject=subject
                )
