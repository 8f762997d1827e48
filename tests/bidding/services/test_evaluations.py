"""Evaluation, decision and award on a real database: acts, audit entries, events, refusals."""

import msgspec
import pytest

from bidding.domain import rule_table
from bidding.domain.outcome import award, evaluation, marking, report
from bidding.domain.procedure import Stage
from bidding.domain.standing import Standing
from bidding.queries import awards as award_queries
from bidding.queries import decisions as decision_queries
from bidding.queries import evaluations as evaluation_queries
from bidding.services import awards, evaluations, tenders
from bidding.services.committee import places, reports
from bidding.services.vote import counting
from contracts_templates import content
from market.kernel import period
from market.kernel.actor import Actor, OutOfScopeError, Role, RoleNotPermittedError
from market.kernel.lifecycle import UnknownMoveError
from market.runtime import database, workdays
from tests import factories_awards as factory
from tests import factories_bidding as bidding
from tests import factories_parties as parties
from tests import factories_votes as votes

pytestmark = pytest.mark.usefixtures("database")


async def entries(act: str) -> int:
    """Count the audit entries of an act."""
    rows = await database.fetch("SELECT count(*) AS n FROM runtime_audit_entry WHERE act = $1", act)
    return int(rows[0]["n"])


async def events(name: str) -> list[dict[str, object]]:
    """Return the events of a type."""
    rows = await database.fetch("SELECT body FROM runtime_outbox WHERE event_type = $1 ORDER BY id", name)
    return [msgspec.json.decode(row["body"]) for row in rows]


async def test_a_tender_walks_from_opening_to_award_with_one_entry_an_act() -> None:
    case = await factory.awarded()
    assert (await case.world.tender()).stage is Stage.AWARDED
    counts = {
        act: await entries(f"bidding:{act}")
        for act in (
            "evaluation:start",
            "evaluation:mark",
            "evaluation:report",
            "evaluation:sign",
            "evaluation:rank",
            "decision:record",
            "award:publish",
        )
    }
    assert counts == {
        "evaluation:start": 1,
        "evaluation:mark": 15,
        "evaluation:report": 1,
        "evaluation:sign": 5,
        "evaluation:rank": 1,
        "decision:record": 2,  # to tender, and on the winner
        "award:publish": 1,
    }
    (event,) = await events("bidding.AwardPublished")
    made = await case.award()
    assert event["winner_id"] == made.organisation
    assert len(msgspec.convert(event["bidders"], list[int])) == 3
    assert made.terms.price_fen == (await case.found()).entrant(made.commitment).price_fen


async def test_the_result_can_be_recomputed_from_what_is_stored_and_matches_the_snapshot() -> None:
    case = await factory.ranked()
    found = await case.found()
    tender = await case.world.tender()
    inputs = await evaluation_queries.inputs(found, tender, going_on=found.going_on)
    again = evaluation.evaluate(inputs, marking.limits(rule_table.version(tender.profile_version)))
    assert again == found.result
    assert again.digest == found.snapshot


async def test_the_report_waits_for_every_mark_and_publication_for_the_signatures() -> None:
    case = await factory.evaluated()
    with pytest.raises(marking.UnmarkedCriterionError):
        await reports.make(number=case.number, by=case.world.tenderer, now=case.now)
    assert (await case.found()).result is None
    await factory.mark_all(case)
    with pytest.raises(report.ReportMissingError):
        await reports.publish(number=case.number, by=case.world.tenderer, now=case.now)
    await factory.report(case)
    await reports.publish(number=case.number, by=case.world.tenderer, now=case.now)
    found = await case.found()
    assert found.result is not None
    assert [each.rank for each in found.result.candidates] == [1, 2, 3]
    assert found.last_day == award.publicity(case.now, days=3, workdays=await workdays.table()).last_day


async def _mark(case: factory.Case, by: Actor, points: dict[str, int]) -> None:
    await evaluations.mark(
        number=case.number,
        lot="1",
        commitment=(await case.found()).entrants[0].commitment,
        points=points,
        by=by,
        now=case.now,
    )


async def test_a_member_marks_a_bid_once_and_only_with_a_seat() -> None:
    case = await factory.evaluated()
    expert = case.experts[0]
    with pytest.raises(places.NotAMemberError):
        await _mark(case, await parties.an_expert(), factory.sheet(50))
    with pytest.raises(places.NotAMemberError):
        await _mark(case, case.world.tenderer, factory.sheet(50))
    with pytest.raises(RoleNotPermittedError):
        await _mark(case, case.world.officer, factory.sheet(50))
    with pytest.raises(marking.UnmarkedCriterionError):
        await _mark(case, expert, dict(list(factory.sheet(50).items())[1:]))
    with pytest.raises(marking.MarkOutOfRangeError):
        await _mark(case, expert, factory.sheet(101))
    assert await entries("bidding:evaluation:mark") == 0
    await _mark(case, expert, factory.sheet(50))
    with pytest.raises(evaluations.AlreadyMarkedError):
        await _mark(case, expert, factory.sheet(60))


async def test_marks_are_given_during_the_evaluation_only() -> None:
    case = await factory.ranked()
    with pytest.raises(evaluations.EvaluationNotRunningError):
        await evaluations.mark(
            number=case.number,
            lot="1",
            commitment=await factory.first(case),
            points=factory.sheet(50),
            by=case.experts[0],
            now=case.now,
        )


async def test_a_rejected_bid_leaves_two_and_the_committee_must_say_why_it_goes_on() -> None:
    case = await factory.evaluated()
    await factory.mark_all(case)
    loser = (await case.found()).entrants[0].commitment
    await evaluations.reject(
        number=case.number,
        lot="1",
        commitment=loser,
        ground=evaluation.Ground.UNRESPONSIVE,
        reasons="没有人员配备方案",
        by=case.experts[0],
        now=case.now,
    )
    await factory.vote_all(case)
    with pytest.raises(evaluation.TooFewEffectiveBidsError):
        await reports.make(number=case.number, by=case.world.tenderer, now=case.now)
    await factory.report(case, going_on="两家报价差异明显，仍有竞争")
    await reports.publish(number=case.number, by=case.world.tenderer, now=case.now)
    result = (await case.found()).result
    assert result is not None
    assert loser not in {each.commitment for each in result.candidates}


async def test_when_all_are_rejected_nobody_is_a_candidate_and_the_tenderer_may_end_it() -> None:
    case = await factory.evaluated()
    with pytest.raises(tenders.NotYoursToFailError):
        await tenders.fail(number=case.number, by=case.world.tenderer, now=case.now)
    for entrant in (await case.found()).entrants:
        await evaluations.reject(
            number=case.number,
            lot="1",
            commitment=entrant.commitment,
            ground=evaluation.Ground.UNQUALIFIED,
            reasons="不符合",
            by=case.experts[0],
            now=case.now,
        )
    await factory.vote_all(case)
    with pytest.raises(award.NoCandidateError):
        await reports.make(number=case.number, by=case.world.tenderer, now=case.now)
    assert (await case.world.tender()).stage is Stage.EVALUATION
    assert (await case.found()).result is None
    failed = await tenders.fail(number=case.number, by=case.world.tenderer, now=case.now)
    assert (failed.stage, failed.failure) == (Stage.FAILED, "all-rejected")


async def test_a_vote_that_fails_is_recorded_and_moves_nothing_and_a_later_one_may_carry() -> None:
    case = await factory.ranked()
    await factory.decide(case, said=votes.LOST)
    assert (await case.world.tender()).stage is Stage.RANKED
    with pytest.raises(award.DecisionMissingError):
        await _publish(case)
    await factory.decide(case)
    assert (await case.world.tender()).stage is Stage.DECIDED
    recorded = await decision_queries.of_tender((await case.world.tender()).id)
    assert [each.carried for each in recorded] == [False, True]


async def _publish(case: factory.Case, **change: object) -> None:
    last = (await case.found()).last_day
    assert last is not None
    after = max(case.now, period.end_of_day(last))
    arguments: dict[str, object] = {
        "number": case.number,
        "lot": "1",
        "commitment": await factory.first(case),
        "by": case.world.tenderer,
        "now": after,
        "standing_of": bidding.good_standing,
    }
    await awards.publish(**{**arguments, **change})  # type: ignore[arg-type]


async def test_the_decision_is_on_a_candidate() -> None:
    case = await factory.ranked()
    with pytest.raises(award.NotACandidateError):
        await factory.decide(case, commitment="00" * 32)


async def test_an_award_refuses_before_the_publicity_ends_for_strangers_and_for_the_wrong_winner() -> None:
    case = await factory.ranked()
    shown = case.now
    await factory.decide(case)
    with pytest.raises(award.PublicityRunningError):
        await _publish(case, now=shown)
    found = await case.found()
    assert found.result is not None
    second = found.result.candidates[1].commitment
    with pytest.raises(award.DecisionMissingError):
        await _publish(case, commitment=second, skipped="第一名放弃")
    with pytest.raises(award.NotACandidateError):
        await _publish(case, commitment="00" * 32)
    with pytest.raises(OutOfScopeError):
        await _publish(case, by=(await parties.a_committee(await parties.a_community())).actor)
    assert (await case.world.tender()).stage is Stage.DECIDED
    await _publish(case)
    with pytest.raises(awards.NotYetRankedError):
        await _publish(case)


async def test_when_the_first_gives_up_the_owners_decide_anew_and_the_second_gets_the_award() -> None:
    case = await factory.ranked()
    await factory.decide(case)
    found = await case.found()
    assert found.result is not None
    second = found.result.candidates[1].commitment
    await factory.decide(case, commitment=second)
    assert (await case.world.tender()).stage is Stage.DECIDED
    with pytest.raises(award.DecisionMissingError):
        await _publish(case)
    with pytest.raises(award.RankSkippedError):
        await _publish(case, commitment=second)
    await _publish(case, commitment=second, skipped="第一名书面放弃")
    made = await case.award()
    assert (made.rank, made.skipped) == (2, "第一名书面放弃")


async def test_a_developers_tender_needs_no_owners_decision_but_refuses_a_barred_winner() -> None:
    case = await factory.ranked(prophase=True)
    with pytest.raises(RoleNotPermittedError):
        await factory.decide(case)
    with pytest.raises(counting.DecisionNotNeededError):
        await factory.decide(case, by=await parties.an_officer(Role.COMMUNITY))

    async def barred(organisation: int, at: object) -> Standing:
        del organisation, at
        return Standing(barred=True, reason="ban", source="BLR 67")

    with pytest.raises(award.CandidateBarredError):
        await _publish(case, standing_of=barred)
    found = await case.found()
    assert found.result is not None
    with pytest.raises(award.RankBindingError):
        await _publish(case, commitment=found.result.candidates[1].commitment, skipped="第一名书面放弃")
    await _publish(case)
    assert (await case.world.tender()).stage is Stage.AWARDED


async def test_every_bidder_is_told_in_the_same_act_and_a_loser_sees_the_own_marks_only() -> None:
    case = await factory.awarded()
    made = await case.award()
    told = await award_queries.notices(made.id)
    assert [each.won for each in told] == [True, False, False]
    found = await case.found()
    assert found.result is not None
    for notice in told[1:]:
        letter = msgspec.json.decode(notice.content, type=content.ResultLetter)
        scored = next(
            each
            for each in found.result.scored
            if found.entrant(each.commitment).organisation == notice.organisation
        )
        assert letter.own_points == scored.points
        assert (letter.winner_name, letter.object_until) == (made.winner, found.last_day)
        promised = (made.terms.level, made.terms.months, made.terms.project_manager)
        assert (letter.winner_level, letter.winner_months, letter.winner_manager) == promised
        others = {each.total for each in found.result.scored} - {scored.total}
        assert letter.own_total == scored.total
        assert not {str(total) for total in others} & set(notice.content.replace(",", " ").split())


async def test_an_act_of_a_later_stage_is_refused_before_its_time() -> None:
    world = await bidding.a_tender(at=Stage.OPENED)
    with pytest.raises(UnknownMoveError):
        await reports.make(number=world.number, by=world.tenderer, now=factory.OPENED)
