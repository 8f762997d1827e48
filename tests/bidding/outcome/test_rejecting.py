"""A rejection is proposed by one member and decided by the majority of all members."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain.outcome import rejecting
from bidding.domain.outcome.evaluation import Ground
from bidding.domain.outcome.rejecting import Proposal, State, Vote
from bidding.queries import evaluations as queries
from bidding.services import evaluations
from bidding.services.committee import places, reports
from bidding.services.outcome import rejecting as services
from market.kernel.actor import Actor
from market.runtime import database
from tests import factories_awards as factory
from tests import factories_parties as parties
from tests.bidding.web.conftest import Browser, browser

__all__ = ["browser"]

THEN = datetime(2027, 3, 1, tzinfo=UTC)


def proposal(votes: str, *, ground: Ground = Ground.UNQUALIFIED) -> Proposal:
    """Return a proposal of member 1 with a vote of member 2, 3, … for each sign: + for, - against."""
    return Proposal(
        id=7,
        commitment="c",
        ground=ground,
        reasons="无资质",
        evidence="第 3 页",
        seat=1,
        proposed_at=THEN,
        votes=tuple(
            Vote(seat=place, agrees=sign == "+", voted_at=THEN) for place, sign in enumerate(votes, start=2)
        ),
    )


@pytest.mark.parametrize(
    ("votes", "members", "state"),
    [
        ("", 1, State.CARRIED),
        ("", 3, State.OPEN),
        ("+", 5, State.OPEN),
        ("++", 5, State.CARRIED),
        ("--", 5, State.OPEN),
        ("--+", 5, State.OPEN),
        ("--+-", 5, State.LOST),
        ("---", 5, State.LOST),
        ("+", 4, State.OPEN),
        ("+--", 4, State.LOST),
        ("++-", 4, State.CARRIED),
    ],
)
def test_more_than_half_of_all_members_reject_and_half_do_not(votes: str, members: int, state: State) -> None:
    assert proposal(votes).state(members) is state


@given(st.integers(1, 9), st.text("+-", max_size=8))
def test_when_all_have_voted_it_is_decided_and_more_votes_never_turn_it(members: int, votes: str) -> None:
    votes = votes[: members - 1]
    states = [proposal(votes[:many]).state(members) for many in range(len(votes) + 1)]
    decided = [state for state in states if state is not State.OPEN]
    assert len(set(decided)) <= 1
    assert states[: len(states) - len(decided)] == [State.OPEN] * (len(states) - len(decided))
    if len(votes) == members - 1:
        assert decided


def test_a_bid_has_one_proposal_at_a_time_and_a_ground_is_voted_on_once() -> None:
    for votes in ("", "++"):
        with pytest.raises(rejecting.AlreadyProposedError):
            rejecting.check_new("c", Ground.UNRESPONSIVE, [proposal(votes)], 5)
    with pytest.raises(rejecting.AlreadyProposedError):
        rejecting.check_new("c", Ground.UNQUALIFIED, [proposal("---")], 5)
    rejecting.check_new("c", Ground.UNRESPONSIVE, [proposal("---")], 5)
    rejecting.check_new("d", Ground.UNQUALIFIED, [proposal("")], 5)
    assert rejecting.carried([proposal("---"), proposal("++", ground=Ground.RELATED)], 5) == (
        proposal("", ground=Ground.RELATED).rejection,
    )


async def propose(case: factory.Case, by: Actor, *, ground: Ground = Ground.UNRESPONSIVE) -> int:
    """Propose to reject the first bid."""
    return await evaluations.reject(
        number=case.number,
        lot="1",
        commitment=(await case.found()).entrants[0].commitment,
        ground=ground,
        reasons="没有人员配备方案",
        evidence="技术标第 12 页",
        by=by,
        now=case.now,
    )


async def vote(case: factory.Case, by: Actor, number: int, *, agrees: bool, reasons: str = "") -> None:
    """Vote on a proposal."""
    await services.vote(
        number=case.number, lot="1", proposal=number, agrees=agrees, reasons=reasons, by=by, now=case.now
    )


@pytest.mark.usefixtures("database")
async def test_one_member_alone_rejects_nothing_and_dissent_says_why(browser: Browser) -> None:
    case = await factory.evaluated()
    await factory.mark_all(case)
    one, two, three, four, five = case.experts
    number = await propose(case, one)
    found = await case.found()
    assert await queries.rejections(found) == ()
    with pytest.raises(rejecting.RejectionOpenError):
        await reports.make(number=case.number, by=case.world.tenderer, now=case.now)
    with pytest.raises(rejecting.AlreadyProposedError):
        await propose(case, two)
    with pytest.raises(rejecting.AlreadyVotedError):
        await vote(case, one, number, agrees=True)
    with pytest.raises(places.NotAMemberError):
        await vote(case, await parties.an_expert(), number, agrees=True)
    with pytest.raises(rejecting.ProposalUnknownError):
        await vote(case, two, number + 1, agrees=True)
    with pytest.raises(rejecting.DissentReasonsError):
        await vote(case, two, number, agrees=False)
    await vote(case, two, number, agrees=False, reasons="第 40 页有人员表")
    await vote(case, three, number, agrees=True)
    assert await queries.rejections(found) == ()
    await vote(case, four, number, agrees=True)
    assert [one.commitment for one in await queries.rejections(found)] == [found.entrants[0].commitment]
    with pytest.raises(rejecting.AlreadyVotedError):
        await vote(case, five, number, agrees=True)
    await factory.report(case, going_on="仍有竞争")
    await _only_the_committee_reads_the_votes_before_the_award(browser, case)
    bodies = await database.fetch(
        "SELECT body FROM runtime_audit_entry WHERE act LIKE 'bidding:evaluation:%'"
    )
    assert not any(word in str(row["body"]) for row in bodies for word in ("人员表", "技术标第"))


async def _only_the_committee_reads_the_votes_before_the_award(browser: Browser, case: factory.Case) -> None:
    browser.now = case.now
    path = f"/api/tenders/{case.number}/rejections"
    for actor in (Actor.public(), case.world.bidders[0].party.actor):
        browser.actor = actor
        assert (await browser.get(path)).json() == []
    browser.actor = case.experts[4]
    (line,) = (await browser.get(path)).json()
    assert (line["state"], line["agreed"], line["against"], line["needed"]) == ("carried", 3, 1, 3)
    assert [one["agrees"] for one in line["votes"]] == [True, False, True, True]
    text = (await browser.get(f"/tenders/{case.number}/evaluation")).text
    assert "同意 3 人，反对 1 人，成员 5 人，须 3 人同意" in text
    assert "第 40 页有人员表" in text


@pytest.mark.usefixtures("database")
async def test_a_rejection_without_a_majority_leaves_the_bid_and_the_proposer_takes_the_votes_along(
    browser: Browser,
) -> None:
    case = await factory.evaluated()
    browser.now = case.now
    number = await propose(case, case.experts[0])
    browser.actor = case.experts[1]
    assert f'id="vote-{number}"' in (await browser.get(f"/tenders/{case.number}/evaluation")).text
    form = {"lot": "1", "proposal": str(number), "agrees": "false", "reasons": "有此方案"}
    assert (await browser.post(f"/tenders/{case.number}/evaluation/votes", data=form)).status_code == 303
    for member in case.experts[2:4]:
        await vote(case, member, number, agrees=False, reasons="有此方案")
    found = await case.found()
    (lost,) = await queries.proposals(found.id)
    assert lost.state(5) is State.LOST
    with pytest.raises(rejecting.AlreadyProposedError):
        await propose(case, case.experts[1])
    again = await propose(case, case.experts[0], ground=Ground.UNQUALIFIED)
    await vote(case, case.experts[1], again, agrees=True)
    await vote(case, case.experts[2], again, agrees=True)
    assert len(await queries.rejections(found)) == 1
