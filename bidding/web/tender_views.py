"""How the view of one tender is put together for the one who asks."""

from collections.abc import Collection, Sequence

from bidding.domain import visibility
from bidding.domain.act import Act
from bidding.domain.alert import disposal
from bidding.domain.amending import question, rekeying
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import AFTER_AWARD, BEFORE_PUBLICATION, STOPPED, Stage
from bidding.domain.tender import Tender
from bidding.queries import openings, seats
from bidding.queries import tenders as queries
from bidding.queries.entry import findings, invitations
from bidding.queries.prices import locked
from bidding.queries.remedy import candidates
from bidding.queries.settlement import securities
from bidding.services import stages
from bidding.web import views
from market.kernel.actor import AUTHORITIES, Actor
from market.parties import public as parties
from market.runtime import database, log
from market.runtime.web import guards, problems
from market.runtime.web.i18n import t

_BUTTONS = {
    Act.TENDER_FILE: "file",
    Act.FILING_ACCEPT: "accept",
    Act.FILING_RETURN: "return",
    Act.TENDER_PUBLISH: "publish",
    Act.TENDER_TERMINATE: "terminate",
}


async def seen(number: str, actor: Actor) -> Tender:
    """Return a tender the actor may know of.

    Raises:
        TenderUnknownError: There is none, or the actor may not know of it.
    """
    tender = await queries.by_number(number)
    if not visibility.sees_tender(tender=tender, actor=actor):
        raise queries.TenderUnknownError(f"no tender {number}", value=number)
    return tender


async def of_tender(tender: Tender, actor: Actor) -> views.TenderView:
    """Return the view of a tender for an actor."""
    frozen = (await openings.freeze_of(tender)).frozen if tender.frozen_at else None
    given = await openings.releases(tender, prices=tender.marks_locked_at is not None)
    return views.TenderView(
        tender=tender,
        number=tender.number,
        stage=tender.stage.value,
        organisation=await parties.organisation(tender.organisation),
        community=await parties.community(tender.community),
        division_name=" · ".join([place.name for place in await parties.lineage(tender.path[-1])]),
        steps=tuple(views.steps(tender)),
        moments=tuple(views.moments(tender)),
        holders=tuple(views.holders(tender, given)),
        rules=tuple(views.rule_values(tender)),
        version_digest=tender.version_digest,
        position=await log.position_of(tender.publication_entry) if tender.publication_entry else None,
        listed=sum(one.kind != "price" for one in frozen.bids) if frozen else None,
        refusals=frozen.refusals if frozen else None,
        predecessor=await _number("SELECT number FROM bidding_tender WHERE id = $1", tender.predecessor),
        successor=await _number("SELECT number FROM bidding_tender WHERE predecessor = $1", tender.id),
        suspended=tender.standing_still,
        missing=await _missing(tender, actor),
        acts=acts(
            tender,
            actor,
            invited=await invitations.invited(tender),
            committee=await seats.members(tender.id) if tender.opened_at else (),
        ),
    )


async def _number(sql: str, key: int | None) -> str | None:
    rows = await database.fetch(sql, key) if key is not None else []
    return rows[0]["number"] if rows else None


async def _missing(tender: Tender, actor: Actor) -> tuple[problems.Problem, ...]:
    if tender.stage not in BEFORE_PUBLICATION or actor.organisation != tender.organisation:
        return ()
    found = await findings.standing_in_the_way(tender, queries.rules_of(tender), guards.current().instant)
    return tuple(problems.describe(one) for one in found)


def acts(
    tender: Tender,
    actor: Actor,
    *,
    invited: Collection[int] | None = None,
    committee: Collection[int] = (),
) -> frozenset[str]:
    """Return the names of the acts worth a button, and of the pages worth a link.

    Args:
        invited: Whom a tender by invitation invites; ``None`` where everybody may bid.
        committee: Mandates of the members who sit on this tender's committee.
    """
    names = {
        _BUTTONS[act]
        for act in tender.procedure.lifecycle.available(tender.stage)
        if act in _BUTTONS and stages.may(act, actor, tender)
    }
    if actor.role not in tender.procedure.filing:
        names -= {"accept", "return"}
    if actor.organisation == tender.organisation and actor.role in tender.procedure.tenderers:
        names |= _of_tenderer(tender)
    chosen = invited is None or actor.organisation in invited
    if tender.stage is Stage.BIDDING and PERMISSIONS[Act.BID_SUBMIT].allows_role(actor) and chosen:
        names.add("bid")
    return frozenset(names | _of_reader(tender, actor, invited, committee))


def _of_tenderer(tender: Tender) -> set[str]:
    names = set()
    if tender.stage in {Stage.DRAFT, Stage.RETURNED}:
        names.add("edit")
    if tender.stage in BEFORE_PUBLICATION and tender.procedure.competitive:
        names.add("keyholders")
    if tender.stage in question.ISSUED and rekeying.lost(tender):
        names.add("successors")
    if tender.stage in STOPPED:
        names.add("retender")
    if candidates.ends_with_decision(tender):
        names.add("fail")
    if tender.stage in {Stage.PREQUAL_REVIEW, Stage.PREQUAL_DONE}:
        names.add("examine")
    return names


def _of_reader(
    tender: Tender, actor: Actor, invited: Collection[int] | None, committee: Collection[int]
) -> set[str]:
    supervises = actor.role not in AUTHORITIES or actor.role in tender.procedure.filing
    sides = (tender.organisation, *(invited or ()))
    links = {
        "award": tender.stage in AFTER_AWARD | {Stage.RANKED, Stage.DECIDED},
        "prequalification": tender.procedure.prequalified,
        "invitation": invited is not None
        and (not tender.procedure.prequalified or tender.invited_at is not None)
        and supervises
        and PERMISSIONS[Act.INVITATION_READ].allows(actor, organisations=sides, path=tender.path),
        "compare": tender.prices_read and visibility.reads_full(tender, actor, committee),
        "alerts": disposal.reads(tender, actor, committee),
    }
    return {name for name, shown in links.items() if shown}


async def read_in_full(opened: Sequence[openings.OpenedBid], tender: Tender, actor: Actor) -> set[str]:
    """Return the commitments of the opened bids whose full text an actor may read."""
    committee = await seats.members(tender.id)
    return {
        one.commitment
        for one in opened
        if visibility.of_bid(tender=tender, bidder=one.organisation, actor=actor, committee=committee)
        is visibility.Sight.FULL
    }


async def of_opening(tender: Tender, actor: Actor) -> views.OpeningView:
    """Return the opening as it stands."""
    view = await of_tender(tender, actor)
    freeze = await openings.freeze_of(tender) if tender.frozen_at else None
    found = [
        (one.commitment, views.FindingLine(text=t(f"bidding.finding.{one.code}"), fault=one.fault))
        for one in await openings.findings(tender)
    ]
    opened = await openings.opened_bids(tender)
    readable = await read_in_full(opened, tender, actor)
    basic = queries.rules_of(tender).required("T16", tender.relaxed) > 0
    paid = await securities.faults(tender, basic_account=basic)
    marks = await locked.find(tender)
    marked = {bid.commitment: bid for bid in marks.marks.bids} if marks else {}
    return views.OpeningView(
        tender=view,
        freeze=freeze.digest if freeze else None,
        lines=tuple(views.lines(freeze.frozen, opened, found, readable, paid, marked=marked))
        if freeze
        else (),
        shut=tuple((one.commitment, one.why) for one in freeze.frozen.not_opened) if freeze else (),
        released=sum(1 for holder in view.holders if holder.released_at),
        holds_key=any(holder.organisation == actor.organisation for holder in tender.keyholders),
        marks=marks.digest if marks else "",
    )
