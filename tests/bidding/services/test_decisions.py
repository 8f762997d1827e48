"""Owners' decisions on a real database: counted on the day's list, no choice kept, revoked with effect."""

from datetime import timedelta

import msgspec
import pytest

from bidding.domain import rule_table
from bidding.domain.outcome import award, decision
from bidding.domain.outcome.decision import Pattern
from bidding.domain.procedure import Profile, Stage
from bidding.domain.vote.counting import NonVoters
from bidding.domain.vote.matter import Key
from bidding.queries import decisions as queries
from bidding.services import awards, decisions, drafts, filings, tenders
from bidding.services.vote import counting, following
from bidding.services.vote.counting import Order
from market.kernel import period
from market.kernel.actor import OutOfScopeError, Role, RoleNotPermittedError
from market.kernel.errors import FindingsError
from market.parties.services import units
from market.runtime import database, files
from tests import factories_awards as factory
from tests import factories_bidding as bidding
from tests import factories_parties as parties
from tests import factories_votes as votes
from tests.bidding.services.test_evaluations import entries, events

pytestmark = pytest.mark.usefixtures("database")

TODAY = period.local_day(parties.NOW)
OWNER = rule_table.current(Profile.OWNER)


async def a_body() -> tuple[parties.Party, int]:
    """Return a committee and its community, with a unit list."""
    await parties.a_world()
    bidding.use_files()
    community = await parties.a_community()
    body = await parties.a_committee(community)
    await votes.a_unit_list(community, by=body.actor)
    return body, community


def order(community: int, **changes: object) -> Order:
    base = Order(matter=Key.TENDER, community=community, held=votes.held(TODAY))
    return msgspec.structs.replace(base, **changes)


async def test_a_decision_is_counted_on_the_unit_list_and_recorded_with_one_entry() -> None:
    body, community = await a_body()
    made = await votes.a_tender_decision(community, by=body.actor)
    assert made.figures == votes.FIGURES
    assert (made.carried, decision.stands(made, OWNER), made.ballot_rows) == (True, True, 20)
    assert await files.read(made.file_digest) == votes.PROTOCOL
    assert await entries("bidding:decision:record") == 1
    lost = await votes.a_tender_decision(community, by=body.actor, said=votes.LOST)
    assert (lost.carried, lost.number[-4:]) == (False, "0002")


async def test_no_single_choice_is_kept_anywhere() -> None:
    body, community = await a_body()
    made = await votes.a_tender_decision(community, by=body.actor)
    names = await database.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for row in names:
        stored = await database.fetch(f'SELECT t::text AS line FROM "{row["tablename"]}" t')  # noqa: S608
        assert not [one for one in stored if "弃权" in one["line"]], row
    plain = await database.fetch("SELECT digest FROM runtime_file")
    assert {one["digest"] for one in plain} == {made.file_digest}


async def test_the_list_of_the_day_counts_and_not_a_later_one() -> None:
    body, community = await a_body()
    later = parties.NOW + timedelta(days=1)
    more = votes.unit_list() + "\n2号楼,201,9000.00,新业主,否".encode()
    await units.import_list(community_id=community, data=more, by=body.actor, now=later)
    made = await decisions.record(
        order=order(community), ballots=votes.ballots(), protocol=votes.PROTOCOL, by=body.actor, now=later
    )
    assert made.figures.area == votes.FIGURES.area
    tomorrow = order(community, held=votes.held(period.local_day(later)))
    counted = await counting.preview(order=tomorrow, ballots=votes.ballots(), by=body.actor, now=later)
    assert counted.count.figures.area == votes.FIGURES.area + 9_000_00
    assert not counted.carried


async def test_without_a_list_on_that_day_nothing_is_counted() -> None:
    body, community = await a_body()
    before = order(community, held=votes.held(TODAY - timedelta(days=1)))
    with pytest.raises(counting.UnitListMissingError):
        await counting.preview(order=before, ballots=votes.ballots(), by=body.actor, now=parties.NOW)


async def test_a_preview_shows_breaches_beside_the_verdict_and_records_nothing() -> None:
    body, community = await a_body()
    short = order(community, held=votes.held(TODAY, notice_on=TODAY - timedelta(days=14)))
    counted = await counting.preview(
        order=short, ballots=votes.ballots(channel="电子"), by=body.actor, now=parties.NOW
    )
    assert counted.carried
    assert [one.code for one in counted.findings] == ["vote-notice-short", "vote-reference-missing"]
    with pytest.raises(FindingsError):
        await decisions.record(
            order=short, ballots=votes.ballots(), protocol=votes.PROTOCOL, by=body.actor, now=parties.NOW
        )
    assert await queries.of_community(community) == []
    assert await entries("bidding:decision:record") == 0


async def test_rules_of_procedure_may_count_silent_owners_and_the_result_says_so() -> None:
    body, community = await a_body()
    lines = votes.ballots().decode().splitlines()
    silent = "\n".join(
        [
            f"{lines[0]},送达",
            *(f"{line},否" for line in lines[1:]),
            "1号楼,121,未参与,纸质,是",
            "1号楼,122,未参与,纸质,否",
        ]
    ).encode()
    held = votes.held(TODAY, non_voters=NonVoters.COUNT_WITH_MAJORITY, clause="第十二条")
    made = await decisions.record(
        order=order(community, held=held),
        ballots=silent,
        protocol=votes.PROTOCOL,
        by=body.actor,
        now=parties.NOW,
    )
    assert (made.silent_heads, made.silent_area, made.clause) == (1, 100_00, "第十二条")
    assert made.figures.heads_part == votes.FIGURES.heads_part + 1
    special = order(community, matter=Key.REBUILD, held=held)
    counted = await counting.preview(order=special, ballots=silent, by=body.actor, now=parties.NOW)
    assert [one.code for one in counted.findings] == ["vote-silence"]


async def test_the_committee_of_another_community_and_other_roles_are_refused() -> None:
    _, community = await a_body()
    stranger = (await parties.a_committee()).actor
    with pytest.raises(OutOfScopeError):
        await votes.a_tender_decision(community, by=stranger)
    with pytest.raises(RoleNotPermittedError):
        await votes.a_tender_decision(community, by=await parties.an_officer(Role.STREET))
    helped = await votes.a_tender_decision(community, by=await parties.an_officer(Role.COMMUNITY))
    assert helped.carried


async def test_the_same_file_answers_to_its_digest_and_another_does_not() -> None:
    body, community = await a_body()
    made = await votes.a_tender_decision(community, by=body.actor)
    by = await parties.an_officer(Role.STREET)
    same = await following.check(number=made.number, ballots=votes.ballots(), by=by, now=parties.NOW)
    assert (same.same_file, same.same_figures) == (True, True)
    lines = votes.ballots().decode().splitlines()
    turned = "\n".join([lines[0], *reversed(lines[1:])]).encode()
    shuffled = await following.check(number=made.number, ballots=turned, by=by, now=parties.NOW)
    assert (shuffled.same_file, shuffled.same_figures) == (False, True)
    other = await following.check(
        number=made.number, ballots=votes.ballots(votes.LOST), by=by, now=parties.NOW
    )
    assert (other.same_file, other.same_figures) == (False, False)
    assert await entries("bidding:decision:check") == 3


async def test_the_posting_is_recorded_once_and_not_before_the_decision() -> None:
    body, community = await a_body()
    made = await votes.a_tender_decision(community, by=body.actor)
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(following.PostingDayError):
            await following.post(number=made.number, posted_on=day, by=body.actor, now=parties.NOW)
    await following.post(number=made.number, posted_on=TODAY, by=body.actor, now=parties.NOW)
    with pytest.raises(following.AlreadyPostedError):
        await following.post(number=made.number, posted_on=TODAY, by=body.actor, now=parties.NOW)
    assert (await queries.by_number(made.number)).posted_on == TODAY


async def test_a_tender_is_filed_on_a_carried_standing_decision_of_its_owners_only() -> None:
    world = await bidding.a_draft()
    tender = await world.tender()
    lost = await votes.a_tender_decision(tender.community, by=world.tenderer, said=votes.LOST)
    neighbour, elsewhere = await a_body()
    foreign = await votes.a_tender_decision(elsewhere, by=neighbour.actor)
    for number in (lost.number, foreign.number, "D0"):
        content = msgspec.structs.replace(tender.content, decision=number)
        await drafts.revise(number=world.number, content=content, by=world.tenderer, now=parties.NOW)
        with pytest.raises(FindingsError) as refusal:
            await filings.file(number=world.number, by=world.tenderer, now=parties.NOW)
        assert [one.field for one in refusal.value.findings] == ["decision"]
    await drafts.revise(number=world.number, content=tender.content, by=world.tenderer, now=parties.NOW)
    await filings.file(number=world.number, by=world.tenderer, now=parties.NOW)


async def test_house_rules_are_relaxed_by_the_decision_and_nothing_else() -> None:
    body, community = await a_body()
    with pytest.raises(FindingsError) as refusal:
        await votes.a_tender_decision(community, by=body.actor, relaxes=("T01",))
    assert [one.code for one in refusal.value.findings] == ["decision-relaxes"]
    made = await votes.a_tender_decision(community, by=body.actor, relaxes=("T08",))
    assert made.relaxes == ("T08",)


async def revoke(number: str) -> None:
    by = await parties.an_officer(Role.STREET)
    await following.revoke(number=number, reasons="未公告议题", by=by, now=parties.NOW)


async def test_a_revoked_decision_stops_filing_and_announcement_and_says_why() -> None:
    world = await bidding.a_tender(at=Stage.ACCEPTED)
    await bidding.rehearse(world)
    tender = await world.tender()
    assert tender.decision is not None
    await revoke(tender.decision.number)
    with pytest.raises(FindingsError) as refusal:
        await tenders.publish(number=world.number, by=world.tenderer, now=parties.NOW)
    assert [one.context["reasons"] for one in refusal.value.findings] == ["未公告议题"]
    with pytest.raises(following.AlreadyRevokedError):
        await revoke(tender.decision.number)
    with pytest.raises(RoleNotPermittedError):
        await following.revoke(number=tender.decision.number, reasons="x", by=world.tenderer, now=parties.NOW)
    with pytest.raises(following.RevocationReasonError):
        await following.revoke(number=tender.decision.number, reasons=" ", by=world.officer, now=parties.NOW)


async def _award(case: factory.Case, place: int = 0) -> None:
    found = await case.found()
    assert found.result is not None
    assert found.last_day is not None
    await awards.publish(
        number=case.number,
        lot="1",
        commitment=found.result.candidates[place].commitment,
        skipped="第一名放弃" if place else "",
        by=case.world.tenderer,
        now=max(case.now, period.end_of_day(found.last_day)),
        standing_of=bidding.good_standing,
    )


async def test_a_revoked_decision_on_the_winner_stops_the_award_until_the_owners_decide_anew() -> None:
    case = await factory.ranked()
    await factory.decide(case)
    (made,) = await queries.of_tender((await case.world.tender()).id)
    await revoke(made.number)
    with pytest.raises(decision.DecisionRevokedError):
        await _award(case)
    (event,) = await events("bidding.DecisionRevoked")
    bidders = {each.party.organisation for each in case.world.bidders}
    assert bidders <= set(msgspec.convert(event["affected"], list[int])), "their bids are opened"
    assert event["tenders"] == [case.number]
    await factory.decide(case)
    await _award(case)


async def test_before_the_opening_a_revocation_names_no_bidder() -> None:
    world = await bidding.a_tender(at=Stage.OPENING)
    tender = await world.tender()
    assert tender.decision is not None
    await revoke(tender.decision.number)
    (event,) = await events("bidding.DecisionRevoked")
    affected = set(msgspec.convert(event["affected"], list[int]))
    assert tender.organisation in affected
    assert not affected & {each.party.organisation for each in world.bidders}


async def test_who_voted_first_needs_no_second_vote_for_the_first_in_rank_only() -> None:
    case = await factory.ranked(pattern=Pattern.VOTE_FIRST)
    with pytest.raises(award.DecisionMissingError):
        await _award(case, 1)
    await _award(case)
    made = await case.award()
    tender = await case.world.tender()
    assert tender.stage is Stage.AWARDED
    assert tender.decision is not None
    assert made.decision == tender.decision.id


async def test_who_votes_last_needs_a_vote_on_the_winner() -> None:
    case = await factory.ranked()
    with pytest.raises(award.DecisionMissingError):
        await _award(case)


async def test_owners_may_choose_among_the_candidates_by_rank() -> None:
    case = await factory.ranked()
    said = votes.choices(yes=14, no=0, abstain=0, favour="2") | dict.fromkeys(votes.NUMBERS[14:20], "1")
    found = await case.found()
    assert found.result is not None
    second = found.result.candidates[1].commitment
    await factory.decide(case, said=said)
    await factory.decide(case, said=said, commitment=second)
    made = await queries.of_tender((await case.world.tender()).id)
    assert [(each.favour, each.carried) for each in made] == [("1", False), ("2", True)]
    checked = await following.check(
        number=made[1].number, ballots=votes.ballots(said), by=case.world.tenderer, now=case.now
    )
    assert (checked.same_file, checked.same_figures) == (True, True)


async def test_a_notice_older_than_the_candidates_cannot_have_named_them() -> None:
    case = await factory.ranked()
    early = Order(
        matter=Key.WINNER,
        tender=case.number,
        lot="1",
        commitment=await factory.first(case),
        held=votes.held(period.local_day(case.now)),
    )
    counted = await counting.preview(
        order=early, ballots=votes.ballots(), by=case.world.tenderer, now=case.now
    )
    assert [one.code for one in counted.findings] == ["vote-notice-too-early"]
