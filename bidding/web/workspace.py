"""The workspace: what to do next, for whoever asks."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime

from bidding.domain import procedure as procedures
from bidding.domain.act import Act
from bidding.domain.amending import question
from bidding.domain.committee import draw
from bidding.domain.committee.seat import State
from bidding.domain.outcome.contract import Stage as ContractStage
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import BEFORE_PUBLICATION, STOPPED, Stage
from bidding.domain.tender import SEATS_CHANGE
from bidding.domain.vote.matter import Key
from bidding.queries import amending, contracts, decisions, draws, my_bids, seats, tender_lists
from bidding.queries import tenders as queries
from bidding.queries.entry import invitations
from bidding.queries.filtering import Filters
from bidding.queries.service import managers
from bidding.services.committee import draws as draw_acts
from bidding.web import filings
from bidding.web.alert import tasks as alerts
from bidding.web.amending import keeping
from bidding.web.handover import work as handovers
from bidding.web.outcome import tasks as prices
from bidding.web.prequal import tasks as prequal
from bidding.web.remedy import desk as remedy_desk
from bidding.web.settlement import tasks as settlement
from bidding.web.tenure import work as services
from bidding.web.vote import shown
from market.kernel.actor import Actor, Role
from market.kernel.period import end_of_day, local_day
from market.parties import public as parties
from market.runtime.web.i18n import t
from market.runtime.web.work import Desk, Line, Shelf, Task

_NEXT = {
    Stage.DRAFT: ("complete", "/edit"),
    Stage.RETURNED: ("revise", "/edit"),
    Stage.ACCEPTED: ("announce", ""),
    Stage.APPROVED: ("conclude", "/selection"),
    Stage.PREQUAL_REVIEW: ("examine", "/prequalification"),
    Stage.PREQUAL_DONE: ("invite-qualified", "/prequalification"),
    Stage.OPENED: ("evaluate", "/evaluation"),
    Stage.EVALUATION: ("evaluate", "/evaluation"),
    Stage.RANKED: ("decide", "/award"),
    Stage.DECIDED: ("award", "/award"),
    Stage.AWARDED: ("sign", "/award"),
    Stage.FAILED: ("retender", ""),
    Stage.ANNULLED: ("retender", ""),
}


async def desk(actor: Actor, now: datetime) -> Desk:
    """Return what an actor has to do in tenders, where to go, and their own tenders and sealed bids."""
    tasks = [task async for task in _tasks(actor, now)]
    return Desk(tasks=tuple(tasks), places=tuple(_links(actor)), shelves=await _shelves(actor))


async def _shelves(actor: Actor) -> tuple[Shelf, ...]:
    mine = actor.organisation or 0
    shelves = []
    if PERMISSIONS[Act.TENDER_DRAFT].allows_role(actor):
        lines = tuple(_tender_line(line) for line in await tender_lists.of_organisation(mine))
        shelves.append(Shelf(title=t("bidding.workspace.tenders"), lines=lines))
    if PERMISSIONS[Act.BID_READ_OWN].allows_role(actor):
        lines = tuple(
            Line(
                name=bid.tender,
                url=f"/tenders/{bid.tender}",
                state=t(f"bidding.envelope.{bid.state}"),
                note=bid.commitment[:16],
            )
            for bid in await my_bids.envelopes(mine)
        )
        shelves.append(Shelf(title=t("bidding.my-bids.title"), lines=lines))
        shelves.append(Shelf(title=t("bidding.workspace.held"), lines=await _held(mine)))
    if PERMISSIONS[Act.COMPLAINT_LODGE].allows_role(actor):
        shelves.append(await remedy_desk.shelf(actor))
    return tuple(shelf for shelf in shelves if shelf.lines)


async def _held(organisation: int) -> tuple[Line, ...]:
    """Return the running tenders whose documents an enterprise holds: told here, where no row says who."""
    return tuple(
        Line(
            name=held.title,
            url=f"/tenders/{held.number}/changes",
            state=t("bidding.workspace.held-note", version=held.version, clarifications=held.clarifications),
            note=held.number,
        )
        for held in await amending.held_by(organisation)
    )


def _tender_line(line: tender_lists.TenderLine) -> Line:
    return Line(
        name=line.title,
        url=f"/tenders/{line.number}",
        state=t(f"bidding.stage.{line.stage}"),
        note=line.number,
        stopped=line.stage in STOPPED,
    )


def _links(actor: Actor) -> list[tuple[str, str]]:
    links = [
        (Act.TENDER_DRAFT, t("bidding.workspace.new"), "/tenders/new"),
        (Act.FILING_ACCEPT, t("bidding.workspace.filings"), "/filings"),
        (Act.DECISION_RECORD, t("bidding.workspace.decisions"), "/decisions/new"),
        (Act.BID_READ_OWN, t("bidding.workspace.my-bids"), "/my/bids"),
        (Act.CUSTODY_READ, t("bidding.custody.title"), "/custody"),
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
        (Act.BID_SUBMIT, lambda: _manager_twice(mine or 0, now)),
        (Act.PREQUAL_APPLY, lambda: prequal.tasks(mine or 0)),
        (Act.KEYS_CHANGE, lambda: keeping.short(mine or 0)),
        (Act.SHARES_RELEASE, lambda: keeping.tasks(mine or 0)),
        (Act.PRICE_ANSWER, lambda: prices.asked(mine or 0, now)),
        (Act.EVALUATION_RANK, lambda: prices.publishing(mine or 0, now)),
        (Act.ALERT_ANSWER, lambda: prices.watching(actor, now)),
        (Act.EVALUATION_MARK, lambda: _sitting(actor.mandate or 0)),
        (Act.DRAW_COMMIT, lambda: _drawing(actor)),
        (Act.ALERT_ANSWER, lambda: alerts.supervising(actor)),
        (Act.DECISION_POST, lambda: _deciding(actor)),
        (Act.CONTRACT_SIGN, lambda: _signing(mine or 0)),
        (Act.HANDOVER_READ, lambda: handovers.tasks(actor)),
        (Act.WORKSPACE_READ, lambda: services.tasks(actor, now)),
        (Act.CONTRACT_FILE, lambda: settlement.providing(mine or 0)),
        (Act.AWARD_REPORT, lambda: settlement.tendering(mine or 0)),
        (Act.CONTRACT_ACKNOWLEDGE, lambda: settlement.receiving(actor)),
    )
    async for task in remedy_desk.tasks(actor):
        yield task
    for act, source in sources:
        if mine is not None and PERMISSIONS[act].allows_role(actor):
            async for task in source():
                yield task


async def _tendering(organisation: int) -> AsyncIterator[Task]:
    asked = await amending.unanswered(organisation)
    for line in await tender_lists.of_organisation(organisation):
        if Stage(line.stage) in question.ISSUED and line.number in asked:
            yield Task(
                title=t("bidding.task.clarify"),
                url=f"/tenders/{line.number}/changes",
                due_at=line.deadline,
                subject=f"{line.number} · {line.title}",
                rule="T09",
            )
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
    for bid in await my_bids.envelopes(organisation):
        if bid.state in {"outdated", "unopenable"}:
            tender = await queries.by_number(bid.tender)
            stands = bid.state == "outdated"
            yield Task(
                title=t("bidding.task.stand" if stands else "bidding.task.reseal"),
                url=f"/my/bids/{bid.commitment}/stand" if stands else f"/tenders/{bid.tender}/bid",
                due_at=tender.content.deadline,
                subject=f"{bid.tender} · {tender.content.title}",
                rule="T09",
                sealed=True,
            )
    for line in await invitations.of_enterprise(organisation):
        yield Task(
            title=t("bidding.task.invited"),
            url=f"/tenders/{line.number}/invitation",
            due_at=line.deadline,
            subject=f"{line.number} · {line.title}",
            rule="BL 17",
            sealed=True,
        )
    open_now = await tender_lists.published(Filters(stage=Stage.BIDDING.value))
    for line in [one for one in open_now if _for_all(procedures.named(one.procedure))][:10]:
        yield Task(
            title=t("bidding.task.bid"),
            url=f"/tenders/{line.number}",
            due_at=line.deadline,
            subject=f"{line.number} · {line.title}",
            rule="T25",
        )


def _for_all(procedure: procedures.Procedure) -> bool:
    return not (procedure.by_invitation or procedure.prequalified)


async def _manager_twice(organisation: int, now: datetime) -> AsyncIterator[Task]:
    """Warn an enterprise whose project manager is claimed elsewhere too; opened bids and contracts only."""
    for held, where in await managers.doubled(organisation, local_day(now)):
        yield Task(
            title=t("bidding.task.manager-twice", manager=held.manager),
            url=f"/tenders/{held.tender}/opening" if held.tender else f"/contracts/{held.number}",
            subject=", ".join((held.number, *where)),
        )


async def _sitting(mandate: int) -> AsyncIterator[Task]:
    """Yield the seats of one person: nobody else is told of them before the award (BL 37)."""
    for held in await seats.held_by(mandate):
        subject = f"{held.number} · {held.title}"
        if held.state is State.MEMBER and held.tender_stage == Stage.EVALUATION:
            yield Task(
                title=t("bidding.task.mark"),
                url=f"/tenders/{held.number}/evaluation",
                subject=subject,
                rule="BLR 49",
                sealed=True,
            )
        elif held.state is not State.LEFT and held.tender_stage in SEATS_CHANGE:
            yield Task(
                title=t(f"bidding.task.seat-{held.state.value}"),
                url=f"/tenders/{held.number}/committee",
                subject=subject,
                rule="BL 37",
                sealed=True,
            )


async def _drawing(actor: Actor) -> AsyncIterator[Task]:
    for one in await draws.open_within(actor.organisation or 0, actor.division or ""):
        going = one.draw
        try:
            act = going.of(draw_acts.party_of(one, actor))
        except draw.DrawNotOpenError:
            continue
        committing = going.stage is draw.Stage.COMMITTING
        if (act is None) if committing else (act is not None and act.nonce is None):
            yield Task(
                title=t(f"bidding.task.draw-{'commit' if committing else 'reveal'}"),
                url=f"/tenders/{one.number}/committee",
                due_at=going.commit_until if committing else going.reveal_until,
                subject=f"{one.number} · {one.title}",
                rule="BLR 46",
            )


async def _deciding(actor: Actor) -> AsyncIterator[Task]:
    """Yield decisions to post; and for a committee whose owners have not decided to tender, that record."""
    body = await parties.organisation(actor.organisation or 0)
    if body.community is None:
        return
    found = await shown.all_public(await decisions.of_community(body.community))
    for one in found:
        if one.posted_on is None:
            yield Task(
                title=t("bidding.task.post-decision"),
                url=f"/decisions/{one.number}",
                due_at=end_of_day(one.post_by),
                subject=one.number,
                rule="vote-posting",
            )
    if not any(one.matter is Key.TENDER and one.stands for one in found):
        yield Task(title=t("bidding.task.record-tender-decision"), url="/decisions/new")


async def _signing(organisation: int) -> AsyncIterator[Task]:
    for found in await contracts.of_organisation(organisation):
        if found.stage is ContractStage.DRAFTED:
            yield Task(
                title=t("bidding.task.sign"),
                url=f"/contracts/{found.number}",
                subject=found.number,
                rule="H01" if found.renews else "T42",
            )
