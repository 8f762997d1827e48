"""Low prices: compared exactly, asked about in writing, justified in time, accepted or rejected."""

from datetime import timedelta
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain import rule_table
from bidding.domain.committee.recusal import OwnGround
from bidding.domain.outcome import evaluation, low_price
from bidding.domain.outcome.evaluation import Ground
from bidding.domain.procedure import Profile
from bidding.queries import evaluations as evaluation_queries
from bidding.queries.outcome import low_prices as queries
from bidding.services import evaluations
from bidding.services.committee import places, reports
from bidding.services.outcome import low_prices
from market.kernel.actor import Actor
from market.kernel.errors import NotPermittedError
from market.runtime import database
from tests import factories_awards as factory
from tests import factories_parties as parties
from tests.bidding.rule_pairs import changed
from tests.bidding.web.conftest import Browser, browser

__all__ = ["browser"]

LOW = 60_000_000
SAID = "人员、物料、管理费用与税费逐项列明；项目经理与毗邻项目共用，故报价较低。"
NOW = factory.OPENED
QUESTION = low_price.Question(
    id=1,
    evaluation=1,
    organisation=1,
    commitment="a1" * 32,
    text="请说明",
    price_fen=LOW,
    others="100000000",
    asked_at=NOW,
    answer_until=NOW + timedelta(hours=48),
)


def test_the_line_for_asking_is_the_tables_and_a_price_on_it_is_not_low() -> None:
    rules = rule_table.current(Profile.OWNER)
    for price, low in ((80_000_000, False), (79_999_999, True)):
        prices = {"x": price, "y": 99_000_000, "z": 101_000_000}
        found = {one.commitment: one for one in low_price.compare(prices, low_price.part_of(rules))}
        assert found["x"].others == 100_000_000
        assert [name for name, one in found.items() if one.low] == (["x"] if low else [])
        looser = low_price.compare(prices, low_price.part_of(changed(rules, "low-price", 21)))
        assert not any(one.low for one in looser)


def test_an_answer_is_in_time_until_the_tables_hours_are_over() -> None:
    rules = rule_table.current(Profile.OWNER)
    assert low_price.answer_until(NOW, rules) == QUESTION.answer_until
    assert low_price.answer_until(NOW, changed(rules, "low-price.answer", 49)) > QUESTION.answer_until
    last = QUESTION.answer_until - timedelta(microseconds=1)
    low_price.check_answer(QUESTION, last)
    with pytest.raises(low_price.AnswerAwaitedError):
        low_price.ground_to_reject(QUESTION, last)
    with pytest.raises(low_price.AnswerLateError):
        low_price.check_answer(QUESTION, QUESTION.answer_until)
    assert low_price.ground_to_reject(QUESTION, QUESTION.answer_until) is Ground.UNCLARIFIED
    answered = msgspec.structs.replace(QUESTION, answer=SAID)
    assert low_price.ground_to_reject(answered, NOW) is Ground.PRICE


@given(st.dictionaries(st.text("abc", min_size=1), st.integers(1, 10**12), min_size=1, max_size=9))
def test_prices_are_compared_exactly_and_never_all_low(prices: dict[str, int]) -> None:
    part = Fraction(1, 5)
    found = low_price.compare(prices, part)
    whole, number = sum(prices.values()), len(prices)
    for one in found:
        assert one.others is None or one.others * (number - 1) + one.price_fen == whole
        assert one.low == (5 * (number - 1) * one.price_fen < 4 * (whole - one.price_fen))
    assert not found[max(range(number), key=lambda place: found[place].price_fen)].low


def test_a_report_waits_for_every_price_that_is_low_or_asked_about() -> None:
    (fine, low) = low_price.compare({"a1" * 32: 100, "b2" * 32: 10}, Fraction(1, 5))
    for prices, questions, settled in (
        ((fine,), (), True),
        ((fine, low), (), False),
        ((fine,), (QUESTION,), False),
        ((fine,), (msgspec.structs.replace(QUESTION, accepted=True),), True),
        ((low,), (QUESTION,), False),
        ((low,), (msgspec.structs.replace(QUESTION, commitment="b2" * 32, accepted=True),), True),
        ((), (msgspec.structs.replace(QUESTION, accepted=False),), True),
    ):
        if settled:
            low_price.check_settled("1", prices, questions)
        else:
            with pytest.raises(low_price.PriceOpenError):
                low_price.check_settled("1", prices, questions)


class Scene(msgspec.Struct, kw_only=True):
    """An evaluation with one low price."""

    case: factory.Case
    bid: str
    bidder: Actor

    async def ask(self, by: Actor | None = None, commitment: str | None = None) -> None:
        await low_prices.ask(
            number=self.case.number,
            lot="1",
            commitment=commitment or self.bid,
            text="请说明报价的构成。",
            by=by or self.case.experts[0],
            now=self.case.now,
        )

    async def answer(self, by: Actor | None = None) -> None:
        await low_prices.answer(
            number=self.case.number,
            lot="1",
            commitment=self.bid,
            text=SAID,
            by=by or self.bidder,
            now=self.case.now,
        )

    async def judge(self, *, accepted: bool, by: Actor | None = None) -> None:
        await low_prices.judge(
            number=self.case.number,
            lot="1",
            commitment=self.bid,
            accepted=accepted,
            reasons="成本构成齐全。" if accepted else "人员费用低于最低工资。",
            by=by or self.case.experts[1],
            now=self.case.now,
        )


async def scene() -> Scene:
    case = await factory.evaluated(low_price=LOW)
    (bid,) = [one.commitment for one in (await case.found()).entrants if one.price_fen == LOW]
    return Scene(case=case, bid=bid, bidder=case.winner(bid))


async def refuse_unasked(made: Scene) -> None:
    """Nothing goes on with a low price nobody asked about."""
    case = made.case
    with pytest.raises(low_price.PriceOpenError):
        await reports.make(number=case.number, by=case.world.tenderer, now=case.now)
    with pytest.raises(low_price.PriceUnaskedError):
        await evaluations.reject(
            number=case.number,
            lot="1",
            commitment=made.bid,
            ground=Ground.PRICE,
            reasons="过低",
            by=case.experts[0],
            now=case.now,
        )
    with pytest.raises(places.NotAMemberError):
        await made.ask(by=await parties.an_expert())
    with pytest.raises(low_price.QuestionUnknownError):
        await made.answer()


@pytest.mark.usefixtures("database")
async def test_a_low_price_is_asked_about_answered_and_accepted_before_the_report() -> None:
    made = await scene()
    case = made.case
    await factory.mark_all(case)
    await refuse_unasked(made)
    await made.ask()
    with pytest.raises(low_price.AlreadyAskedError):
        await made.ask(by=case.experts[1])
    (event,) = await database.fetch("SELECT body FROM runtime_outbox WHERE event_type = 'bidding.PriceAsked'")
    assert msgspec.json.decode(event["body"])["bidder"] == made.bidder.organisation
    with pytest.raises(low_price.AnswerAwaitedError):
        await made.judge(accepted=True)
    rival = next(one.party.actor for one in case.world.bidders if one.party.actor != made.bidder)
    with pytest.raises(NotPermittedError):
        await made.answer(by=rival)
    await made.answer()
    with pytest.raises(low_price.AlreadyAnsweredError):
        await made.answer()
    with pytest.raises(low_price.PriceOpenError):
        await reports.make(number=case.number, by=case.world.tenderer, now=case.now)
    await made.judge(accepted=True)
    with pytest.raises(low_price.AlreadyJudgedError):
        await made.judge(accepted=False)
    await factory.report(case)
    result = (await case.found()).result
    assert result is not None
    assert made.bid in {one.commitment for one in result.scored}
    bodies = await database.fetch("SELECT body FROM runtime_audit_entry WHERE act LIKE 'bidding:price:%'")
    assert len(bodies) == 3
    assert not any(word in str(row["body"]) for row in bodies for word in ("毗邻", "成本构成"))


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(("answered", "ground"), [(True, Ground.PRICE), (False, Ground.UNCLARIFIED)])
async def test_a_price_that_is_not_justified_is_a_rejection_on_a_ground_of_the_law(
    *, answered: bool, ground: Ground
) -> None:
    made = await scene()
    case = made.case
    await made.ask()
    if answered:
        await made.answer()
    else:
        case.now += timedelta(hours=48)
        with pytest.raises(low_price.AnswerLateError):
            await made.answer()
    await made.judge(accepted=False)
    found = await case.found()
    assert await evaluation_queries.rejections(found) == ()
    with pytest.raises(low_price.AlreadyJudgedError):
        await made.judge(accepted=True)
    await factory.vote_all(case)
    assert await evaluation_queries.rejections(found) == (
        evaluation.Rejection(commitment=made.bid, ground=ground, reasons="人员费用低于最低工资。"),
    )
    (link,) = await database.fetch("SELECT rejection FROM bidding_price_finding")
    assert link["rejection"] is not None
    with pytest.raises(evaluation_queries.EvaluationUnknownError):
        await made.judge(accepted=True)
    await factory.mark_all(case)
    await factory.report(case)
    (question,) = await queries.of_evaluation(found)
    assert (question.accepted, question.answer) == (False, SAID if answered else None)


@pytest.mark.usefixtures("database")
async def test_the_decision_of_a_member_who_leaves_is_void_and_another_decides() -> None:
    made = await scene()
    case = made.case
    await made.ask()
    await made.answer()
    await made.judge(accepted=False)
    await places.leave(
        number=case.number, ground=OwnGround.ILLNESS, reasons="住院", by=case.experts[1], now=case.now
    )
    found = await case.found()
    (question,) = await queries.of_evaluation(found)
    assert (question.accepted, question.answer) == (None, SAID)
    assert await evaluation_queries.rejections(found) == ()
    await made.judge(accepted=True, by=case.experts[2])
    (question,) = await queries.of_evaluation(found)
    assert question.accepted


async def shown(browser: Browser, root: str, actor: Actor, language: str) -> str:
    """Return the page as somebody sees it."""
    browser.actor = actor
    answer = await browser.get(root, headers={"accept-language": language, "accept": "text/html"})
    assert answer.status_code == 200, answer.text[:2000]
    return answer.text


async def sent(browser: Browser, path: str, actor: Actor, fields: dict[str, str]) -> None:
    """Send a form that must be accepted."""
    browser.actor = actor
    answer = await browser.post(path, data=fields)
    assert answer.status_code == 303, answer.text[:2000]


async def test_member_bidder_and_tenderer_see_their_part_of_the_page(browser: Browser) -> None:
    made = await scene()
    case = made.case
    browser.now = case.now
    root = f"/tenders/{case.number}/prices"

    async def page(actor: Actor, language: str = "zh-Hans") -> str:
        return await shown(browser, root, actor, language)

    async def send(actor: Actor, path: str, **fields: str) -> None:
        await sent(browser, f"{root}/{path}", actor, {"lot": "1", "commitment": made.bid, **fields})

    member, rival = (
        case.experts[0],
        next(one.party.actor for one in case.world.bidders if one.party.actor != made.bidder),
    )
    assert "须要求说明" in await page(member)
    assert f'action="{root}/questions"' not in await page(made.bidder)
    await send(member, "questions", text="请说明报价的构成。")
    assert f'action="{root}/answers"' in await page(made.bidder, "en")
    browser.actor = made.bidder
    work = (await browser.get("/workspace", headers={"accept-language": "zh-Hans"})).text
    assert "说明报价的合理性" in work
    await send(made.bidder, "answers", text=SAID)
    assert SAID in await page(case.world.tenderer)
    assert SAID in await page(case.world.officer, "en")
    assert SAID not in await page(rival)
    await send(case.experts[1], "findings", outcome="accepted", reasons="成本构成齐全。")
    assert "说明被采纳" in await page(made.bidder)
    browser.actor = rival
    told = msgspec.json.decode((await browser.get(f"/api/tenders/{case.number}/prices")).content)
    assert len(told) == 1
    assert told[0]["commitment"] != made.bid
    browser.actor = Actor.public()
    assert (await browser.get(f"/api/tenders/{case.number}/prices")).status_code == 401
