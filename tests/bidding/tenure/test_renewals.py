"""Renewed contracts on a real database: decision, draft, both signatures, filing, register."""

from datetime import date, datetime, timedelta

import msgspec
import pytest

from bidding.domain.outcome import contract
from bidding.domain.outcome.decision import DecisionRevokedError
from bidding.domain.settlement import contract_filing
from bidding.domain.tenure import renewal as rules
from bidding.domain.tenure.term import Stage
from bidding.domain.vote import renewal as voted
from bidding.domain.vote.matter import Key
from bidding.domain.vote.renewal import Renewal
from bidding.queries import contracts as contract_queries
from bidding.queries import decisions as decision_queries
from bidding.queries.tenure import renewals as queries
from bidding.queries.tenure import terms as term_queries
from bidding.services import decisions, signatures
from bidding.services.handover import starts
from bidding.services.settlement import contract_filings
from bidding.services.tenure import renewals, terms
from bidding.services.vote import counting, following
from contracts_templates import content
from market.kernel import period
from market.kernel.actor import Actor, OutOfScopeError, Role
from market.kernel.errors import FindingsError
from market.kernel.lifecycle import UnknownMoveError
from market.runtime import log, verify
from tests import factories_awards as awards
from tests import factories_parties as parties
from tests import factories_votes as votes
from tests.bidding.services.test_evaluations import entries
from tests.bidding.tenure.test_terms import END, NOW, Area, an_area, tick, told

pytestmark = pytest.mark.usefixtures("database")
WHOLE = Renewal(price_fen=3_600_000_00, months=24, level=3, project_manager="BJ-PM-7")
START = END + timedelta(days=1)


async def decided(
    area: Area, named: Renewal | None = WHOLE, now: datetime = NOW
) -> decision_queries.Recorded:
    """Record the owners' decision to renew, and put it on the register."""
    found = await decisions.record(
        order=counting.Order(
            matter=Key.RENEWAL,
            community=area.community,
            provider=area.provider.code,
            renewal=named,
            held=votes.held(period.local_day(now)),
        ),
        ballots=votes.ballots(),
        protocol=votes.PROTOCOL,
        by=area.committee,
        now=now,
    )
    await terms.settle(number=area.number, decision=found.number, by=area.committee, now=now)
    return found


async def draw(
    area: Area,
    *,
    start_on: date = START,
    now: datetime = NOW,
    by: Actor | None = None,
    **changes: object,
) -> contract_queries.Contract:
    """Draw up the renewed contract as decided, but for ``changes``."""
    given = await queries.proposal(await area.term(), period.local_day(now))
    return await renewals.draft(
        number=area.number,
        agreed=msgspec.structs.replace(given.renewed.promised, **changes),
        start_on=start_on,
        particulars=content.Particulars(),
        by=by or area.committee,
        now=now,
    )


async def sign(
    area: Area, drawn: contract_queries.Contract, now: datetime = NOW, by: Actor | None = None
) -> contract_queries.Contract:
    actor = by or area.provider.actor
    return await renewals.sign(number=drawn.number, digest=drawn.digest, by=actor, now=now)


async def test_a_contract_made_here_is_renewed_filed_and_follows_without_a_gap() -> None:
    case = await awards.contracted()
    old, by, now = await case.contract(), case.world.tenderer, case.now
    (before,) = await term_queries.of_community(old.community)
    winner = next(each.party for each in case.world.bidders if each.party.organisation == old.provider)
    area = Area(community=old.community, committee=by, provider=winner, number=before.number)
    dearer = Renewal(price_fen=old.terms.price_fen + 12_00, months=12)
    decision = await decided(area, dearer, now)
    drawn = await draw(area, start_on=old.end_on + timedelta(days=1), now=now)
    merged = drawn.content
    assert isinstance(merged, content.RenewedContract)
    assert (merged.renewal.contract, merged.decision and merged.decision.number) == (
        old.number,
        decision.number,
    )
    assert (drawn.award, drawn.tender, drawn.renews) == (None, None, before.number)
    signed = await sign(area, drawn, now)
    file_by = period.local_day(now) + timedelta(days=15)
    assert signed.file_by is not None
    assert signed.file_by >= file_by
    new, former = await term_queries.of_community(old.community)
    assert (new.contract, new.start_on, new.end_on) == (
        signed.number,
        former.end_on + timedelta(days=1),
        contract.end_on(old.end_on + timedelta(days=1), 12),
    )
    with pytest.raises(starts.SameProviderError):
        await starts.start(
            contract_number=signed.number,
            outgoing=(await parties.an_enterprise()).organisation,
            contract_end_on=None,
            by=by,
            now=now,
        )
    await contract_filings.file(number=signed.number, by=winner.actor, now=now)
    for role in (Role.STREET, Role.DISTRICT):
        officer = await parties.an_officer(role)
        await contract_filings.acknowledge(number=signed.number, by=officer, now=now)
    filed = await contract_queries.by_number(signed.number)
    assert filed.stage is contract.Stage.ACKNOWLEDGED
    await tick(period.end_of_day(former.end_on))
    assert [each.stage for each in await term_queries.of_community(old.community)] == [
        Stage.RUNNING,
        Stage.CLOSED,
    ]
    assert [each for each in await told() if each in {"drawn", "renewed", "closed"}] == [
        "drawn",
        "renewed",
        "closed",
    ]
    await log.sequence_all()
    assert [each for each in (await verify.verify()).findings if each.code != "migration-unsigned"] == []


async def test_without_a_standing_decision_nothing_is_drawn_up_and_a_revoked_one_stops_the_signature() -> (
    None
):
    area = await an_area()
    with pytest.raises(rules.RenewalNotDecidedError):
        await draw(area)
    decision = await decided(area)
    drawn = await draw(area)
    street = await parties.an_officer(Role.STREET)
    await following.revoke(number=decision.number, reasons="程序违法", by=street, now=NOW)
    with pytest.raises(DecisionRevokedError):
        await sign(area, drawn)
    with pytest.raises(DecisionRevokedError):
        await draw(area)
    await decided(area, msgspec.structs.replace(WHOLE, months=12))
    with pytest.raises(rules.RenewalTermsDifferError):
        await sign(area, drawn)
    again = await draw(area)
    assert (await contract_queries.by_number(drawn.number)).stage is contract.Stage.VOIDED
    with pytest.raises(UnknownMoveError):
        await sign(area, drawn)
    assert (await sign(area, again)).stage is contract.Stage.SIGNED
    with pytest.raises(rules.RenewedError):
        await draw(area)


async def test_terms_other_than_decided_are_refused_and_only_the_two_sides_act() -> None:
    area = await an_area()
    await decided(area)
    with pytest.raises(rules.RenewalTermsDifferError) as refused:
        await draw(area, price_fen=1, months=36)
    assert refused.value.context["terms"] == "price_fen, months"
    with pytest.raises(rules.RenewalGapError):
        await draw(area, start_on=START + timedelta(days=1))
    with pytest.raises(OutOfScopeError):
        await draw(area, by=(await parties.a_committee()).actor)
    drawn = await draw(area)
    with pytest.raises(OutOfScopeError):
        await sign(area, drawn, by=(await parties.an_enterprise()).actor)
    with pytest.raises(signatures.DigestDiffersError):
        await renewals.sign(number=drawn.number, digest="0" * 64, by=area.provider.actor, now=NOW)
    assert await entries("bidding:renewal:draft") == 1


async def test_a_signature_after_the_end_is_late_and_what_continued_is_renewed_anew_at_once() -> None:
    end = date(2026, 6, 30)
    area = await an_area(end_on=end)
    await decided(area)
    drawn = await draw(area, start_on=end + timedelta(days=1))
    late = period.end_of_day(end)
    with pytest.raises(rules.RenewalLateError):
        await sign(area, drawn, late)
    with pytest.raises(rules.RenewalLateError):
        await draw(area, start_on=end + timedelta(days=1), now=late)
    await tick(late)
    assert (await area.term()).stage is Stage.CONTINUED
    with pytest.raises(rules.RenewalLateError):
        await sign(area, drawn, late)
    today = period.local_day(late)
    await sign(area, await draw(area, start_on=today, now=late), late)
    new, former = await term_queries.of_community(area.community)
    assert (new.stage, new.start_on, former.stage) == (Stage.RUNNING, today, Stage.CLOSED)


async def test_a_renewed_contract_that_is_not_filed_is_late_after_fifteen_days() -> None:
    area = await an_area()
    await decided(area)
    signed = await sign(area, await draw(area))
    assert signed.file_by is not None
    due = period.end_of_day(signed.file_by)
    with pytest.raises(contract_filing.NotOverdueError):
        await contract_filings.lapse(
            contract_id=signed.id, by=Actor.platform(), now=due - timedelta(seconds=1)
        )
    await contract_filings.lapse(contract_id=signed.id, by=Actor.platform(), now=due)
    assert (await contract_queries.by_id(signed.id)).overdue_at == due


async def test_a_decision_that_names_what_cannot_be_voted_on_is_not_recorded() -> None:
    area = await an_area()
    with pytest.raises(FindingsError) as refused:
        await decided(area, Renewal(levels={"E8-99": 3}))
    assert isinstance(refused.value.findings[0], voted.RenewalItemError)
    await decided(area, None)
    with pytest.raises(rules.RenewalTermsMissingError):
        await draw(area)
