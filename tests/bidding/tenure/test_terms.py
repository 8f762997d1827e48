"""Running contracts and emergency service on a real database: who may, what the clock does, who is told."""

from datetime import date, datetime, timedelta

import msgspec
import pytest

from bidding import jobs
from bidding.domain.handover.track import Step
from bidding.domain.tenure import emergency
from bidding.domain.tenure import term as rules
from bidding.domain.tenure.emergency import Appointment, Ground, Service, Why
from bidding.domain.tenure.term import Stage
from bidding.domain.vote.matter import Key
from bidding.queries import contracts as contract_queries
from bidding.queries import decisions as decision_queries
from bidding.queries.handover import records as handovers
from bidding.queries.tenure import emergencies as emergency_queries
from bidding.queries.tenure import terms as queries
from bidding.services import contracts, decisions
from bidding.services.handover import starts, walks
from bidding.services.tenure import emergencies, terms
from bidding.services.vote import counting, following
from contracts_templates import content
from market.kernel import period
from market.kernel.actor import Actor, OutOfScopeError, Role, RoleNotPermittedError
from market.kernel.errors import FindingsError
from market.kernel.lifecycle import UnknownMoveError
from market.runtime import log, verify, workdays
from tests import factories_awards as awards
from tests import factories_bidding as bidding
from tests import factories_parties as parties
from tests import factories_votes as votes
from tests.bidding.services.test_evaluations import entries, events

pytestmark = pytest.mark.usefixtures("database")
NOW = parties.NOW
TODAY = period.local_day(NOW)
END = date(2026, 12, 31)
PAPER = b"%PDF-1.4 contract"


class Area(msgspec.Struct, kw_only=True):
    """A residential area with its committee and a provider of an older contract."""

    community: int
    committee: Actor
    provider: parties.Party
    number: str = ""

    async def term(self) -> queries.Found:
        """Return the contract as it stands."""
        return await queries.by_number(self.number)


async def an_area(*, end_on: date = END, stated: bool = True) -> Area:
    """Return an area whose committee stated what runs."""
    bidding.use_files()
    community = await parties.a_community()
    await workdays.seed(by=Actor.platform(), now=NOW)
    committee = await parties.a_committee(community)
    await votes.a_unit_list(community, by=committee.actor)
    area = Area(community=community, committee=committee.actor, provider=await parties.an_enterprise())
    if stated:
        area.number = (await state(area, end_on=end_on)).number
    return area


async def state(area: Area, *, end_on: date = END, by: Actor | None = None) -> queries.Found:
    return await terms.state(
        community=area.community,
        provider=area.provider.code,
        start_on=date(2024, 1, 1),
        end_on=end_on,
        document=PAPER,
        by=by or area.committee,
        now=NOW,
    )


async def decided(
    area: Area, matter: Key, now: datetime = NOW, provider: str | None = None
) -> decision_queries.Recorded:
    """Record an owners' decision that is carried."""
    return await decisions.record(
        order=counting.Order(
            matter=matter,
            community=area.community,
            provider=area.provider.code if provider is None else provider,
            held=votes.held(period.local_day(now)),
        ),
        ballots=votes.ballots(),
        protocol=votes.PROTOCOL,
        by=area.committee,
        now=now,
    )


async def tick(now: datetime) -> None:
    """Let the clock do what is due in the register by an instant, each at its own."""
    for due in (jobs.TERMS, jobs.EMERGENCIES):
        column = due.table._meta.get_column_by_name("next_due_at")
        while row := await due.table.select("id", column).where(column <= now).order_by(column).first():
            await due.act(id=row["id"], now=row["next_due_at"])


async def told(kind: str = "TermMoved") -> list[str]:
    return [str(each["what"]) for each in await events(f"bidding.{kind}")]


async def test_an_older_contract_is_stated_once_with_its_paper_and_watched() -> None:
    area = await an_area(stated=False)
    with pytest.raises(RoleNotPermittedError):
        await state(area, by=area.provider.actor)
    with pytest.raises(OutOfScopeError):
        await state(area, by=(await parties.a_committee()).actor)
    with pytest.raises(rules.TermOrderError):
        await state(area, end_on=date(2023, 12, 31))
    found = await state(area, by=await parties.an_officer(Role.STREET))
    assert (found.stage, found.document != "") == (Stage.RUNNING, True)
    with pytest.raises(terms.TermRunsError):
        await state(area)
    assert await entries("bidding:term:state") == 1


async def test_the_clock_calls_six_months_before_the_end_and_continues_what_nobody_decided() -> None:
    area = await an_area()
    await tick(period.start_of_day(date(2026, 6, 30)) - timedelta(seconds=1))
    assert await told() == []
    await tick(period.start_of_day(date(2026, 6, 30)))
    assert await told() == ["calling"]
    await tick(period.end_of_day(END) - timedelta(seconds=1))
    assert (await area.term()).stage is Stage.RUNNING
    await tick(period.end_of_day(END) + timedelta(hours=5))
    assert (await area.term()).stage is Stage.CONTINUED
    assert await told() == ["calling", "continued"]
    await tick(period.end_of_day(END) + timedelta(days=400))
    assert await told() == ["calling", "continued"]
    await log.sequence_all()
    assert [each for each in (await verify.verify()).findings if each.code != "migration-unsigned"] == []


async def test_the_provider_says_no_late_and_it_counts_and_shows() -> None:
    area = await an_area()
    late = period.start_of_day(date(2026, 10, 3))
    stranger = (await parties.an_enterprise()).actor
    with pytest.raises(OutOfScopeError):
        await terms.decline(number=area.number, reasons="成本", by=stranger, now=late)
    found = await terms.decline(number=area.number, reasons="成本", by=area.provider.actor, now=late)
    assert found.term.declined_on is not None
    assert rules.declined_late(found.term.declined_on, found.end_on, found.rules)
    with pytest.raises(rules.AlreadySaidError):
        await terms.decline(number=area.number, reasons="成本", by=area.provider.actor, now=late)
    await tick(period.end_of_day(END))
    assert (await area.term()).stage is Stage.OVER
    assert sorted(await told()) == ["calling", "declined", "over"]


async def test_what_continued_ends_sixty_days_after_the_providers_notice() -> None:
    area = await an_area(end_on=date(2026, 1, 31))
    assert (await area.term()).stage is Stage.CONTINUED
    found = await terms.decline(number=area.number, reasons="退出", by=area.provider.actor, now=NOW)
    assert (found.stage, found.ends_on) == (Stage.ENDING, TODAY + timedelta(days=60))
    with pytest.raises(UnknownMoveError):
        await terms.dismiss(number=area.number, decision="x", by=area.committee, now=NOW)
    assert found.ends_on is not None
    await tick(period.end_of_day(found.ends_on))
    assert (await area.term()).stage is Stage.OVER


async def test_a_decision_settles_the_end_and_a_revoked_one_opens_it_again() -> None:
    area = await an_area()
    renewal = await decided(area, Key.RENEWAL)
    with pytest.raises(RoleNotPermittedError):
        await terms.settle(number=area.number, decision=renewal.number, by=area.provider.actor, now=NOW)
    found = await terms.settle(number=area.number, decision=renewal.number, by=area.committee, now=NOW)
    assert found.way is rules.Way.RENEW
    with pytest.raises(rules.AlreadySaidError):
        await terms.settle(number=area.number, decision=renewal.number, by=area.committee, now=NOW)
    street = await parties.an_officer(Role.STREET)
    await following.revoke(number=renewal.number, reasons="程序违法", by=street, now=NOW)
    assert (await area.term()).way is None
    again = await decided(area, Key.TENDER, provider="")
    found = await terms.settle(number=area.number, decision=again.number, by=area.committee, now=NOW)
    assert found.way is rules.Way.REPLACE
    await tick(period.end_of_day(END))
    assert (await area.term()).stage is Stage.OVER


async def renew(area: Area, provider: parties.Party, now: datetime = NOW) -> queries.Found:
    return await terms.state(
        community=area.community,
        provider=provider.code,
        start_on=END + timedelta(days=1),
        end_on=date(2029, 12, 31),
        document=PAPER,
        by=area.committee,
        now=now,
    )


async def test_a_renewal_is_stated_on_the_owners_decision_and_follows_without_a_gap() -> None:
    area = await an_area()
    with pytest.raises(terms.TermRunsError):
        await renew(area, area.provider)
    renewal = await decided(area, Key.RENEWAL)
    await terms.settle(number=area.number, decision=renewal.number, by=area.committee, now=NOW)
    with pytest.raises(terms.TermRunsError):
        await renew(area, await parties.an_enterprise())
    await renew(area, area.provider)
    with pytest.raises(terms.TermRunsError):
        await renew(area, area.provider)
    await tick(period.end_of_day(END))
    assert [each.stage for each in await queries.of_community(area.community)] == [
        Stage.RUNNING,
        Stage.CLOSED,
    ]


async def test_no_renewal_rests_on_a_revoked_decision_and_a_late_one_ends_what_continued() -> None:
    area = await an_area(end_on=date(2026, 1, 31))
    renewal = await decided(area, Key.RENEWAL)
    await terms.settle(number=area.number, decision=renewal.number, by=area.committee, now=NOW)
    street = await parties.an_officer(Role.STREET)
    await following.revoke(number=renewal.number, reasons="程序违法", by=street, now=NOW)
    with pytest.raises(terms.TermRunsError):
        await renew(area, area.provider)
    again = await decided(area, Key.RENEWAL)
    await terms.settle(number=area.number, decision=again.number, by=area.committee, now=NOW)
    await renew(area, area.provider)
    assert (await area.term()).stage is Stage.CLOSED


async def test_a_decision_on_a_provider_names_it() -> None:
    area = await an_area()
    with pytest.raises(counting.ProviderMissingError):
        await decided(area, Key.DISMISSAL, provider="")


async def test_a_dismissal_rests_on_the_owners_and_starts_the_hand_over_with_both_clocks() -> None:
    area = await an_area()
    other = await parties.an_enterprise()
    wrong = await decided(area, Key.DISMISSAL, provider=other.code)
    with pytest.raises(rules.TermDecisionError):
        await terms.dismiss(number=area.number, decision=wrong.number, by=area.committee, now=NOW)
    right = await decided(area, Key.DISMISSAL)
    found = await terms.dismiss(number=area.number, decision=right.number, by=area.committee, now=NOW)
    assert (found.stage, found.ends_on) == (Stage.ENDING, TODAY + timedelta(days=60))
    (handover,) = await handovers.of_community(area.community)
    assert (handover.outgoing, handover.contract_end_on) == (area.provider.organisation, found.ends_on)
    assert handover.ground == "dismissal"
    assert await told() == ["dismissed"]


async def test_a_signed_contract_stands_in_the_register() -> None:
    case = await awards.contracted()
    made = await case.contract()
    (found,) = await queries.of_community(made.community)
    assert (found.contract, found.provider, found.end_on) == (made.number, made.provider, made.end_on)
    assert found.stage is Stage.RUNNING


async def test_the_leaving_providers_contract_closes_with_its_hand_over_and_the_new_one_runs() -> None:
    case = await awards.awarded()
    old = await parties.an_enterprise()
    area = Area(community=(await case.world.tender()).community, committee=case.world.tenderer, provider=old)
    area.number = (await state(area)).number
    made = await signed(case, start_on=date(2027, 1, 1))
    assert (await area.term()).successor is rules.Successor.OTHER
    by = case.world.tenderer
    await starts.start(
        contract_number=made.number, outgoing=old.organisation, contract_end_on=END, by=by, now=case.now
    )
    await walks.advance(number=made.number, step=Step.SERVE, by=by, now=case.now)
    await awards.confirm_everything(case, old)
    for step in (Step.AGREE, Step.INSPECT, Step.TRANSFER, Step.SETTLE, Step.LEAVE, Step.CLOSE):
        person = old.actor if step is Step.TRANSFER else by
        assert (await area.term()).stage is Stage.RUNNING
        await walks.advance(number=made.number, step=step, by=person, now=case.now)
    assert (await area.term()).stage is Stage.CLOSED
    assert (await queries.of_community(area.community))[0].stage is Stage.RUNNING
    await log.sequence_all()
    assert [each for each in (await verify.verify()).findings if each.code != "migration-unsigned"] == []


async def signed(case: awards.Case, *, start_on: date) -> contract_queries.Contract:
    """Draw up and sign the contract of an award that begins on a day."""
    award = await case.award()
    drawn = await contracts.draft(
        award_number=award.number,
        terms=award.terms,
        start_on=start_on,
        particulars=content.Particulars(),
        by=case.world.tenderer,
        now=case.now,
    )
    return await contracts.sign(
        number=drawn.number, digest=drawn.digest, by=case.winner(award.commitment), now=case.now
    )


def an_appointment(provider: parties.Party, days: int = 90, **changes: object) -> Appointment:
    plain = Appointment(
        provider=provider.code,
        ground=Ground.LEFT,
        reasons="物业服务人撤离",
        services=(Service.WATER, Service.LIFTS),
        content="供水与电梯",
        fees="每月每平方米一元",
        start_on=TODAY,
        end_on=TODAY + timedelta(days=days - 1),
    )
    return msgspec.structs.replace(plain, **changes)


async def appoint(
    area: Area, asked: Appointment, *, by: Actor | None = None, now: datetime = NOW
) -> emergency_queries.Found:
    street = by or await parties.an_officer(Role.STREET)
    return await emergencies.appoint(community=area.community, asked=asked, by=street, now=now)


async def test_the_street_of_the_area_appoints_and_nobody_else() -> None:
    area = await an_area(stated=False)
    asked = an_appointment(area.provider)
    with pytest.raises(RoleNotPermittedError):
        await appoint(area, asked, by=area.committee)
    with pytest.raises(OutOfScopeError):
        await appoint(area, asked, by=await parties.an_officer(Role.STREET, "110105002"))
    with pytest.raises(terms.NoProviderError):
        await appoint(area, an_appointment(await parties.a_developer()))
    found = await appoint(area, asked)
    assert found.services == (Service.WATER, Service.LIFTS)
    with pytest.raises(emergency.EmergencyRunsError):
        await appoint(area, asked)
    assert await told("EmergencyMoved") == ["appointed"]


async def test_emergency_service_ends_by_the_clock_and_nobody_gets_more_than_six_months_in_all() -> None:
    area = await an_area(stated=False)
    first = await appoint(area, an_appointment(area.provider, 150))
    await tick(period.end_of_day(first.end_on) - timedelta(seconds=1))
    assert (await emergency_queries.by_id(first.id)).stage is emergency.Stage.ACTIVE
    later = period.end_of_day(first.end_on)
    await tick(later)
    ended = await emergency_queries.by_id(first.id)
    assert (ended.stage, ended.why) == (emergency.Stage.ENDED, Why.TERM)
    other = await parties.an_enterprise()
    start, last = period.local_day(later), period.add_months(TODAY, 6) - timedelta(days=1)
    too_long = an_appointment(other, start_on=start, end_on=last + timedelta(days=1))
    with pytest.raises(FindingsError) as refused:
        await appoint(area, too_long, now=later)
    assert refused.value.findings[0].context["last"] == last.isoformat()
    await appoint(area, msgspec.structs.replace(too_long, end_on=last), now=later)


async def test_the_street_ends_it_with_reasons() -> None:
    area = await an_area(stated=False)
    street = await parties.an_officer(Role.STREET)
    found = await appoint(area, an_appointment(area.provider))
    with pytest.raises(emergency.WordsMissingError):
        await emergencies.end(number=found.number, reasons=" ", by=street, now=NOW)
    ended = await emergencies.end(number=found.number, reasons="已恢复", by=street, now=NOW)
    assert (ended.why, ended.end_reasons) == (Why.STREET, "已恢复")
    with pytest.raises(UnknownMoveError):
        await emergencies.end(number=found.number, reasons="已恢复", by=street, now=NOW)
    assert await told("EmergencyMoved") == ["appointed", "ended"]


async def test_a_signed_contract_ends_emergency_service_the_day_before_it_begins() -> None:
    case = await awards.awarded()
    tender = await case.world.tender()
    area = Area(
        community=tender.community,
        committee=case.world.tenderer,
        provider=await parties.an_enterprise(),
    )
    today = period.local_day(case.now)
    asked = an_appointment(area.provider, start_on=today, end_on=today + timedelta(days=150))
    found = await appoint(area, asked, now=case.now)
    made = await signed(case, start_on=today + timedelta(days=60))
    assert today < made.start_on < asked.end_on
    shorter = await emergency_queries.by_id(found.id)
    assert (shorter.end_on, shorter.why) == (made.start_on - timedelta(days=1), Why.CONTRACT)
    await tick(period.end_of_day(shorter.end_on))
    assert (await emergency_queries.by_id(found.id)).stage is emergency.Stage.ENDED
