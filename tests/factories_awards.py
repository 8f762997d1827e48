"""Tenders past their opening, walked there by the real acts; goes on where ``factories_bidding`` ends."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import msgspec

from bidding.domain import scheme as schemes
from bidding.domain.handover import checklist, inventory
from bidding.domain.handover.track import Step
from bidding.domain.outcome.decision import Pattern
from bidding.domain.outcome.rejecting import State
from bidding.domain.procedure import Stage
from bidding.domain.tender import Content
from bidding.domain.vote.matter import Key
from bidding.queries import awards as award_queries
from bidding.queries import contracts as contract_queries
from bidding.queries import evaluations as queries
from bidding.queries import seats
from bidding.queries.handover import lines as line_queries
from bidding.queries.handover import records as handover_queries
from bidding.services import awards, contracts, decisions, evaluations
from bidding.services.committee import reports
from bidding.services.handover import lines, starts, walks
from bidding.services.outcome import rejecting
from bidding.services.vote.counting import Order
from contracts_templates import content
from market.kernel import period
from market.kernel.actor import Actor, Role
from market.runtime import workdays
from tests import factories_bidding as bidding
from tests import factories_committee as committee
from tests import factories_parties as parties
from tests import factories_votes as votes

OPENED = bidding.DEADLINE + timedelta(hours=3)
FIGURES = votes.FIGURES
VOTE = timedelta(days=15)
"""From the notice that names the candidates to the end of the vote (BPR 35)."""


class Case(msgspec.Struct, kw_only=True):
    """A tender with the members of its committee and the instant its last act was done."""

    world: bidding.World
    experts: list[Actor]
    now: datetime

    @property
    def number(self) -> str:
        """The tender's number."""
        return self.world.number

    async def found(self) -> queries.Evaluation:
        """Return the evaluation of the one lot."""
        return await queries.of_lot((await self.world.tender()).id, "1")

    async def award(self) -> award_queries.Award:
        """Return the award of the one lot."""
        return await award_queries.by_number(f"{self.number}-A1")

    async def contract(self) -> contract_queries.Contract:
        """Return the contract of the one lot."""
        return await contract_queries.by_number(f"{self.number}-C1")

    async def handover(self) -> handover_queries.Handover:
        """Return the handover of the one lot."""
        return await handover_queries.by_number(f"{self.number}-C1")

    def winner(self, commitment: str) -> Actor:
        """Return the bidder behind a commitment."""
        return next(
            each.party.actor
            for each in self.world.bidders
            if each.header is not None and each.header.commitment == commitment
        )


def sheet(share: int) -> dict[str, int]:
    """Return marks on every criterion experts mark: ``share`` percent of its points."""
    return {each.id: each.points * share // 100 for each in schemes.DEFAULT.of(schemes.Part.EXPERT)}


async def opened(
    *,
    prophase: bool = False,
    bids: int = 3,
    content: Content | None = None,
    pattern: Pattern = Pattern.VOTE_LAST,
    low_price: int | None = None,
) -> tuple[bidding.World, datetime]:
    """Return an opened tender with a committee that was drawn before the bids were known, and the instant.

    Args:
        low_price: Of one more bid, fen; the others ask for a million yuan and more.
    """
    await workdays.seed(by=Actor.platform(), now=parties.NOW)
    await committee.a_roster()
    world = await bidding.a_tender(
        at=Stage.BIDDING, bids=bids, prophase=prophase, content=content, pattern=pattern
    )
    if low_price is not None:
        cheap = await bidding.a_bidder()
        cheap.price_fen = low_price
        await bidding.submit(world, cheap)
        world.bidders.append(cheap)
    deadline = (await world.tender()).content.deadline
    assert deadline is not None
    await committee.drawn(world, deadline - timedelta(hours=2))
    await bidding.walk(world, Stage.OPENED)
    now = OPENED + timedelta(days=20 if prophase else 0)
    await bidding.tick(world, now)
    return world, now


async def evaluated(
    *,
    prophase: bool = False,
    bids: int = 3,
    content: Content | None = None,
    pattern: Pattern = Pattern.VOTE_LAST,
    low_price: int | None = None,
) -> Case:
    """Return a tender in evaluation, nothing marked."""
    world, now = await opened(
        prophase=prophase, bids=bids, content=content, pattern=pattern, low_price=low_price
    )
    await evaluations.start(number=world.number, by=world.tenderer, now=now)
    return Case(world=world, experts=await committee.members(world), now=now)


async def vote_all(case: Case, *, against: int = 0) -> None:
    """Let the members decide on every open rejection; the last ``against`` of them dissent."""
    found = await case.found()
    for proposal in await queries.proposals(found.id):
        for place, member in enumerate(case.experts):
            (current,) = [one for one in await queries.proposals(found.id) if one.id == proposal.id]
            seat = next(
                one.id for one in await seats.of_tender(found.tender) if one.mandate == member.mandate
            )
            if current.state(len(case.experts)) is State.OPEN and not current.spoke(seat):
                agrees = place < len(case.experts) - against
                await rejecting.vote(
                    number=case.number,
                    lot="1",
                    proposal=proposal.id,
                    agrees=agrees,
                    reasons="" if agrees else "理由不充分",
                    by=member,
                    now=case.now,
                )


async def mark_all(case: Case) -> None:
    """Let every member mark every bid that waits; the first bid (by commitment) gets most."""
    found = await case.found()
    for member in case.experts:
        done = {each.commitment for each in await queries.marks(found.id, mandate=member.mandate)}
        done |= {each.commitment for each in await queries.rejections(found)}
        for place, entrant in enumerate(found.entrants):
            if entrant.commitment not in done:
                await evaluations.mark(
                    number=case.number,
                    lot="1",
                    commitment=entrant.commitment,
                    points=sheet(90 - 10 * place),
                    by=member,
                    now=case.now,
                )


async def report(case: Case, *, going_on: str = "") -> None:
    """Make the report and let every member sign it."""
    await reports.make(number=case.number, going_on=going_on, by=case.world.tenderer, now=case.now)
    await committee.sign_all(case.world, case.experts, case.now)


async def ranked(*, prophase: bool = False, pattern: Pattern = Pattern.VOTE_LAST) -> Case:
    """Return a tender whose candidates are public."""
    case = await evaluated(prophase=prophase, pattern=pattern)
    await mark_all(case)
    await report(case)
    await reports.publish(number=case.number, by=case.world.tenderer, now=case.now)
    return case


async def first(case: Case) -> str:
    """Return the commitment of rank 1."""
    result = (await case.found()).result
    assert result is not None
    return result.candidates[0].commitment


async def decide(
    case: Case,
    *,
    said: Mapping[str, str] | None = None,
    commitment: str | None = None,
    by: Actor | None = None,
) -> None:
    """Record the owners' decision on rank 1, or on another candidate, fifteen days after they were public."""
    shown = (await case.found()).published_at
    case.now = case.now if shown is None else max(case.now, shown + VOTE)
    await decisions.record(
        order=Order(
            matter=Key.WINNER,
            tender=case.number,
            lot="1",
            commitment=commitment or await first(case),
            held=votes.held(period.local_day(case.now)),
        ),
        ballots=votes.ballots(said),
        protocol=votes.PROTOCOL,
        by=by or case.world.tenderer,
        now=case.now,
    )


async def awarded(*, prophase: bool = False) -> Case:
    """Return a tender awarded to rank 1 at the first possible instant."""
    case = await ranked(prophase=prophase)
    if not prophase:
        await decide(case)
    last = (await case.found()).last_day
    assert last is not None
    case.now = max(case.now, period.end_of_day(last))
    await awards.publish(
        number=case.number,
        lot="1",
        commitment=await first(case),
        by=case.world.tenderer,
        now=case.now,
        standing_of=bidding.good_standing,
    )
    return case


async def contracted(*, prophase: bool = False) -> Case:
    """Return a tender whose contract both sides have signed."""
    case = await awarded(prophase=prophase)
    made = await draft(case)
    winner = case.winner((await case.award()).commitment)
    await contracts.sign(number=made.number, digest=made.digest, by=winner, now=case.now)
    return case


async def draft(case: Case) -> contract_queries.Contract:
    """Draw up the contract of the one lot."""
    award = await case.award()
    return await contracts.draft(
        award_number=award.number,
        terms=award.terms,
        start_on=date(2026, 7, 1),
        particulars=content.Particulars(),
        by=case.world.tenderer,
        now=case.now,
    )


async def handing_over(*, contract_end_on: date | None = None) -> tuple[Case, parties.Party]:
    """Return a contracted tender whose handover notice has been served, and the leaving provider."""
    case = await contracted()
    old = await parties.an_enterprise()
    number = (await case.contract()).number
    by = case.world.tenderer
    await starts.start(
        contract_number=number,
        outgoing=old.organisation,
        contract_end_on=contract_end_on,
        by=by,
        now=case.now,
    )
    await walks.advance(number=number, step=Step.SERVE, by=by, now=case.now)
    return case, old


def good(line_id: str) -> inventory.Content:
    """Return a content nothing is wrong with."""
    money = checklist.BY_ID[line_id].section is checklist.Section.MONEY
    return inventory.Content(
        condition=checklist.Condition.OK,
        amount_fen=1_234_56 if money else None,
        amount_on=date(2026, 6, 30) if money else None,
    )


async def enter(case: Case, by: Actor, *names: str, **change: object) -> None:
    """Enter lines as one party; ``change`` alters the good content."""
    items = [lines.Item(line=name, content=msgspec.structs.replace(good(name), **change)) for name in names]
    await lines.enter(number=(await case.handover()).number, items=items, by=by, now=case.now)


async def digests(case: Case, party: checklist.Party) -> list[str]:
    """Return the contents that wait for a party's signature."""
    sheet = await line_queries.sheet((await case.handover()).id)
    return [
        entry.digest
        for place, entry in inventory.current(sheet.entries).items()
        if party in checklist.BY_ID[place.line].parties
        and party not in inventory.signers(entry, sheet.signatures)
    ]


async def confirm_everything(case: Case, old: parties.Party) -> None:
    """Let the leaving provider enter every line and every other party sign all of its own."""
    number = (await case.handover()).number
    await enter(case, old.actor, *(each.id for each in checklist.LINES))
    people = {
        checklist.Party.NEW: case.winner((await case.award()).commitment),
        checklist.Party.COMMITTEE: case.world.tenderer,
        checklist.Party.WITNESS: await parties.an_officer(Role.STREET),
    }
    for party, person in people.items():
        await lines.sign(number=number, digests=await digests(case, party), by=person, now=case.now)
