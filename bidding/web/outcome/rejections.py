"""Proposed rejections over HTTP: the members vote; who voted how is read by everybody after the award."""

from datetime import datetime

import msgspec
from litestar import Controller, get, post
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK

from bidding.domain import visibility
from bidding.domain.act import Act
from bidding.domain.outcome import rejecting
from bidding.domain.procedure import Stage
from bidding.domain.tender import Tender
from bidding.queries import evaluations as queries
from bidding.queries import seats
from bidding.services.outcome import rejecting as services
from bidding.web import tender_views
from bidding.web.outcome import asked
from bidding.web.routing import Asked, opt, see
from market.kernel.actor import Actor
from market.runtime.web import forms


class VoteLine(msgspec.Struct, frozen=True, kw_only=True):
    """What one member said, under the pseudonym of the draw; the first is who proposed it."""

    pseudonym: str
    agrees: bool
    reasons: str
    voted_at: datetime


class ProposalLine(msgspec.Struct, frozen=True, kw_only=True):
    """A proposed rejection as page and API show it.

    Attributes:
        needed: Votes for it that carry it: more than half of all members.
        mine: The asker may vote on it now.
    """

    lot: str
    id: int
    commitment: str
    name: str
    ground: str
    reasons: str
    evidence: str
    state: rejecting.State
    agreed: int
    against: int
    members: int
    needed: int
    votes: tuple[VoteLine, ...]
    mine: bool


async def lines(found: queries.Evaluation, tender: Tender, actor: Actor) -> tuple[ProposalLine, ...]:
    """Return the proposals of a lot; nothing for who may not read who voted how."""
    if not visibility.reads_apart(tender, actor, await seats.members(tender.id)):
        return ()
    held = {one.id: one for one in await seats.of_tender(tender.id)}
    members = len(await queries.sitting(tender.id))
    working = tender.stage is Stage.EVALUATION and found.result is None
    own = next((one.id for one in held.values() if one.mandate == actor.mandate), None)
    made = []
    for one in await queries.proposals(found.id):
        state = one.state(members)
        said = (
            rejecting.Vote(seat=one.seat, agrees=True, voted_at=one.proposed_at),
            *one.votes,
        )
        made.append(
            ProposalLine(
                lot=found.lot,
                id=one.id,
                commitment=one.commitment,
                name=found.entrant(one.commitment).name,
                ground=one.ground.value,
                reasons=one.reasons,
                evidence=one.evidence,
                state=state,
                agreed=one.agreed,
                against=one.against,
                members=members,
                needed=members // 2 + 1,
                votes=tuple(
                    VoteLine(
                        pseudonym=held[vote.seat].pseudonym,
                        agrees=vote.agrees,
                        reasons=vote.reasons,
                        voted_at=vote.voted_at,
                    )
                    for vote in said
                ),
                mine=working and state is rejecting.State.OPEN and own is not None and not one.spoke(own),
            )
        )
    return tuple(made)


class RejectionPages(Controller):
    """The form on the page of the evaluation."""

    path = "/tenders/{number:str}/evaluation/votes"
    include_in_schema = False

    @post(opt=opt(Act.EVALUATION_VOTE))
    async def vote(self, request: Asked, number: str, actor: Actor, now: datetime) -> Redirect:
        """Vote on a proposed rejection."""
        order = await forms.decode(request, asked.VoteForm)
        await services.vote(number=number, by=actor, now=now, **msgspec.structs.asdict(order))
        return see(f"/tenders/{number}/evaluation")


class RejectionApi(Controller):
    """The same as JSON."""

    path = "/api/tenders/{number:str}"
    tags = ["evaluation"]

    @get("/rejections", opt=opt(Act.AWARD_READ))
    async def listed(self, number: str, actor: Actor) -> tuple[ProposalLine, ...]:
        """Return proposed rejections and votes: for committee and supervisor; for all after the award."""
        tender = await tender_views.seen(number, actor)
        found = [await lines(each, tender, actor) for each in await queries.of_tender(tender.id)]
        return tuple(line for lot in found for line in lot)

    @post("/lots/{lot:str}/votes", opt=opt(Act.EVALUATION_VOTE), status_code=HTTP_200_OK)
    async def vote(self, request: Asked, number: str, lot: str, actor: Actor, now: datetime) -> None:
        """Vote on a rejection another member proposed; dissent says why."""
        order = await forms.decode(request, asked.Vote)
        await services.vote(number=number, lot=lot, by=actor, now=now, **msgspec.structs.asdict(order))
