"""Counting the ballots of one decision: its subject, the unit list of its day, the verdict."""

import asyncio
from datetime import date, datetime
from typing import ClassVar

import msgspec

from bidding.domain import rule_table, suspension
from bidding.domain.act import Act
from bidding.domain.outcome import award
from bidding.domain.outcome.decision import Pattern
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import LIFECYCLE, Profile
from bidding.domain.rule_table import RuleVersion
from bidding.domain.tender import Tender
from bidding.domain.vote import ballot, conduct
from bidding.domain.vote import counting as votes
from bidding.domain.vote import matter as matters
from bidding.domain.vote import renewal as renewals
from bidding.domain.vote.conduct import Conduct
from bidding.domain.vote.counting import Count, NonVoters
from bidding.domain.vote.matter import Key, Matter
from bidding.queries import evaluations
from bidding.queries import tenders as tender_queries
from bidding.queries.service import catalogues
from market.kernel import digest, period
from market.kernel.actor import Actor
from market.kernel.errors import InvalidInputError, MarketError, RuleError
from market.parties import public as parties
from market.runtime import sheets


class DecisionNotNeededError(RuleError):
    """A developer's tender asks for no owners' decision."""

    code: ClassVar[str] = "decision-not-needed"
    source = "BPR 19; PMR 24"


class UnitListMissingError(RuleError):
    """The community had no unit list on the day of the decision, so nothing can be counted."""

    code: ClassVar[str] = "decision-no-unit-list"
    source = "CC 278; SPC1 8, 9"


class ProviderMissingError(InvalidInputError):
    """A decision to renew with, to dismiss or to change the contract of a provider names it."""

    code: ClassVar[str] = "decision-without-provider"
    source = "CC 278"


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision is on and how its vote was held.

    Attributes:
        community: Of every matter but the winner's, which stands with the tender.
        tender: Number; with ``lot`` and ``commitment`` it names the candidate of a vote on the winner.
        pattern: Only of the decision to tender, like ``relaxes``.
        provider: Social credit code, where the matter is on the provider that serves now.
        renewal: Terms a vote to renew names.
    """

    matter: Key
    held: Conduct
    community: int = 0
    tender: str = ""
    lot: str = ""
    commitment: str = ""
    pattern: Pattern = Pattern.VOTE_LAST
    relaxes: tuple[str, ...] = ()
    provider: str = ""
    renewal: renewals.Renewal | None = None


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision is on, found.

    Attributes:
        earliest: First day a notice could name what is voted on.
        rank: Of the candidate; with ``ranks`` of all that a ballot may name.
    """

    matter: Matter
    community: parties.Community
    rules: RuleVersion
    tender: Tender | None = None
    covers: int | None = None
    earliest: date | None = None
    rank: str = ""
    ranks: frozenset[str] = frozenset()


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict with all it was made from.

    Attributes:
        favour: The choice that counted as in favour.
        findings: What makes the vote unlawful; nothing is recorded while there are any.
    """

    count: Count
    unit_list: parties.UnitList
    favour: str
    tests: tuple[matters.Test, ...]
    findings: tuple[MarketError, ...]

    @property
    def carried(self) -> bool:
        """All four tests pass."""
        return all(test.passed for test in self.tests)


async def preview(*, order: Order, ballots: bytes, by: Actor, now: datetime) -> Counted:
    """Count ballots before anything is recorded.

    Raises:
        FindingsError: Rows cannot be counted; every one is named.
        UnitListMissingError: No unit list was in force that day.
    """
    subject = await subject_of(order=order, act=Act.DECISION_COUNT, by=by)
    return await counted(subject, order, ballots, now=now)


async def subject_of(*, order: Order, act: Act, by: Actor, locked: bool = False) -> Subject:
    """Return what a decision is on, and refuse an actor who may not decide about it.

    Raises:
        DecisionNotNeededError: A developer's tender.
        NotACandidateError: The decision is on somebody the committee did not recommend (BL 40, 57).
        TransitionError: No candidate is public yet, or the award is made.
        TenderSuspendedError: A vote on the winner is recorded, and a suspension stands.
    """
    if order.matter is not Key.WINNER:
        place = await parties.community(order.community)
        await _permit(act, by, place)
        rules = rule_table.current(Profile.OWNER)
        covers = await _provider(order)
        return Subject(matter=matters.MATTERS[order.matter], community=place, rules=rules, covers=covers)
    find = tender_queries.locked if locked else tender_queries.by_number
    tender = await find(order.tender)
    place = await parties.community(tender.community)
    await _permit(act, by, place)
    if not tender.procedure.decision_needed:
        raise DecisionNotNeededError(tender.number)
    LIFECYCLE.after(tender.stage, Act.DECISION_RECORD)
    if locked:
        suspension.check(Act.DECISION_RECORD, tender.suspensions)
    return await _on_winner(order, tender, place)


async def _provider(order: Order) -> int | None:
    if order.matter not in matters.NAMES_PROVIDER:
        return None
    if not order.provider:
        raise ProviderMissingError(field="provider")
    return (await parties.organisation_by_code(order.provider)).id


async def _permit(act: Act, by: Actor, place: parties.Community) -> None:
    PERMISSIONS[act].check(by, organisations=await parties.organisations_in(place.id), path=place.path)


async def _on_winner(order: Order, tender: Tender, place: parties.Community) -> Subject:
    found = await evaluations.of_lot(tender.id, order.lot)
    ranks = {each.commitment: str(each.rank) for each in (found.result.candidates if found.result else ())}
    if order.commitment not in ranks:
        raise award.NotACandidateError(field="commitment", candidates=len(ranks))
    return Subject(
        matter=matters.MATTERS[Key.WINNER],
        community=place,
        rules=tender_queries.rules_of(tender),
        tender=tender,
        covers=found.entrant(order.commitment).organisation,
        earliest=None if found.published_at is None else period.local_day(found.published_at),
        rank=ranks[order.commitment],
        ranks=frozenset(ranks.values()),
    )


async def counted(subject: Subject, order: Order, data: bytes, *, now: datetime) -> Counted:
    """Return the verdict of a ballot file on the unit list of the decision's day.

    Raises:
        FindingsError: Rows cannot be counted; every one is named.
        UnitListMissingError: No unit list was in force that day.
    """
    held = order.held
    listed = await parties.unit_list_on(subject.community.id, held.decided_on)
    if listed is None:
        raise UnitListMissingError(field="decided_on", decided_on=held.decided_on.isoformat())
    count, favour = await tally(listed.id, data, held.non_voters, ranks=subject.ranks, rank=subject.rank)
    wrong: list[MarketError] = [
        *conduct.findings(
            held,
            subject.matter,
            subject.rules,
            today=period.local_day(now),
            earliest=subject.earliest,
            evotes=count.evotes,
        ),
        *conduct.relaxation_findings(order.relaxes, subject.rules),
        *await _renewal(order),
    ]
    return Counted(
        count=count,
        unit_list=listed,
        favour=favour,
        tests=matters.tests(count.figures, subject.matter, subject.rules),
        findings=tuple(wrong),
    )


async def _renewal(order: Order) -> list[MarketError]:
    """Return what of the terms of a renewal cannot be voted on."""
    named = order.renewal
    if named is None:
        return []
    items = (await catalogues.in_force(order.held.decided_on)).items if named.levels else ()
    return [*renewals.findings(named, order.matter, {each.code for each in items})]


async def tally(
    list_id: int, data: bytes, non_voters: NonVoters, *, ranks: frozenset[str], rank: str
) -> tuple[Count, str]:
    """Return what a ballot file comes to on a unit list, and the choice that counted as in favour.

    Raises:
        FindingsError: Rows cannot be counted; every one is named.
    """
    units = [
        ballot.Unit(building=each.building, number=each.number, area_centi=each.area_centi, head=each.head)
        for each in await parties.units_of(list_id)
    ]

    def compute() -> tuple[Count, str]:
        rows = sheets.rows(data, field="ballots", limit=ballot.MOST_BYTES)
        read, findings = ballot.read(rows, units, ranks=ranks)
        ballot.refuse(findings)
        favour = rank if ballot.names_candidates(read) else ballot.YES
        return votes.count(units, read, favour=favour, non_voters=non_voters), favour

    # thousands of rows take a second; the others' requests go on meanwhile
    return await asyncio.to_thread(compute)


def ballots_digest(ballots: bytes, salt: str) -> str:
    """Return the digest that stands for a ballot file: without the salt nobody can try guesses against it."""
    return digest.digest("ballot-file", {"file": digest.h("file", ballots), "salt": salt})
