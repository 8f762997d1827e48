"""The story, last part: what the overdue handover costs, and the next tender that feels it."""

from datetime import timedelta

from market.demonstration.scenes import contracting, drawing, supervising, tendering
from market.demonstration.scenes.tendering import Offer
from market.demonstration.stage import Stage, expect
from market.demonstration.story.cast import BANNED, LEAVING, NEWCOMER, RIVAL, Cast
from market.demonstration.story.service import check_explained
from market.demonstration.visitor import Json

OVERDUE = "N-SE-09"
POOR = 62
"""Percentage of the points the leaving provider gets in its evaluation."""


async def consequences(stage: Stage, cast: Cast, contract: str) -> int:
    """Let the draft that the fact opened become a decision; then evaluate, publish, list and ban."""
    record = await _charge(stage, cast, contract)
    await _rate(stage, cast)
    await _list_out(stage, cast)
    return record


async def _charge(stage: Stage, cast: Cast, contract: str) -> int:
    login, enterprise = cast.login(LEAVING), cast.companies[LEAVING]
    record = await supervising.opened_by_fact(stage, item=OVERDUE, enterprise=enterprise)
    page = f"/credit/records/{record}"
    stage.tell("The overdue handover opened a draft record; no point is lost by that alone.", page)
    before = (await supervising.credit(stage, login))["live"]
    await supervising.complete(stage, record, by="district")
    own = await (await stage.of("district")).refused(f"/api/credit/records/{record}/take-up")
    expect(own.status < 500, "the officer who submitted may not decide")  # noqa: PLR2004
    await supervising.serve(stage, record, second="district2", enterprise=login)
    early = await (await stage.of("district2")).refused(
        f"/api/credit/records/{record}/decide", {"reasons": "事实清楚"}
    )
    expect(early.code == "credit-statement-window", "no decision before the enterprise was heard")
    stage.tell("One officer submitted, a second one served the notice; the enterprise may speak.", page)
    await supervising.hear(
        stage, record, second="district2", enterprise=login, words="交接资料仍在整理，请予宽限。"
    )
    await supervising.decide(stage, record, second="district2")
    after = (await supervising.credit(stage, login))["live"]
    expect(after["score_centi"] < before["score_centi"], "the decided record lowers the score")
    stage.tell(
        f"Decided on {contract}: the score fell from {before['score_centi'] / 100:.2f} to"
        f" {after['score_centi'] / 100:.2f}, the grade from {before['grade']} to {after['grade']}.",
        f"/enterprises/{cast.codes[LEAVING]}/credit",
    )
    expect(after["grade"] != before["grade"], "a serious item caps the grade")
    return record


async def _rate(stage: Stage, cast: Cast) -> None:
    await supervising.evaluate(
        stage, enterprise=cast.companies[LEAVING], community=cast.community, percent=POOR
    )
    await supervising.publish(stage, {part: cast.companies[part] for part in (LEAVING, RIVAL)})
    public = await stage.public()
    grades = {}
    for part in (LEAVING, RIVAL):
        found = await public.get(f"/api/credit/enterprises/{cast.codes[part]}")
        grades[part] = (found["published"]["grade"], found["published"]["tender_centi"])
    stage.tell(
        f"Evaluated with four eyes; the city published ratings: {grades[RIVAL][0]} and {grades[LEAVING][0]}.",
        "/enterprises",
    )
    expect(grades[LEAVING][1] < grades[RIVAL][1], "worse service, lower score")


async def _list_out(stage: Stage, cast: Cast) -> None:
    login, enterprise = cast.login(BANNED), cast.companies[BANNED]
    await supervising.list_out(stage, enterprise=enterprise, login=login)
    stage.tell("The city put an enterprise on the exit list: notice, window, review, decision.", "/exit-list")
    await supervising.ban(stage, enterprise=enterprise)
    found = await (await stage.public()).get(f"/api/credit/enterprises/{cast.codes[BANNED]}")
    expect(found["listing"] is not None, "the listing is public")
    expect(len(found["bans"]) == 1, "the tender ban is public")


async def feel(stage: Stage, cast: Cast) -> str:
    """Run a second tender: the low score brings fewer points, the banned enterprise is refused."""
    number, refused = await _second(stage, cast)
    expect(refused["outcome"] == "refusal", "a banned enterprise is refused")
    stage.tell("In the second tender the banned enterprise got a signed refusal.", f"/tenders/{number}")
    percents = {cast.codes[part]: 85 for part in (RIVAL, NEWCOMER, LEAVING)}
    result = await contracting.evaluate(stage, cast.committee, number, percents=percents)
    check_explained(result)
    credit = {bid["organisation"]: _part(bid, "credit") for bid in result["bids"]}
    low, high, neutral = (credit[cast.companies[part]] for part in (LEAVING, RIVAL, NEWCOMER))
    expect(low < neutral < high, f"the credit part follows the rating: {low} < {neutral} < {high}")
    stage.tell(
        f"Equal marks, equal prices; the credit part decides: {high / 100:.2f} for grade A,"
        f" {neutral / 100:.2f} for a newcomer, {low / 100:.2f} for the one that would not leave.",
        f"/tenders/{number}/evaluation",
    )
    expect(contracting.first(result)["organisation"] == cast.companies[RIVAL], "good service wins")
    return number


async def _second(stage: Stage, cast: Cast) -> tuple[str, Json]:
    wanted = tendering.need(
        cast.committee,
        community=cast.community,
        place=cast.place,
        now=await stage.time.now(),
        extra={"ban_refuses": True},
    )
    number = await tendering.announce(stage, wanted)
    await stage.time.reach(wanted.issue_at + timedelta(minutes=1))
    await tendering.reached(stage, number, "bidding")
    for part in (RIVAL, NEWCOMER, LEAVING):
        await tendering.bid(stage, number, Offer(login=cast.login(part), price_fen=290_000_000))
    banned = cast.login(BANNED)
    sealed = await tendering.seal(stage, number, Offer(login=banned, price_fen=200_000_000))
    refused = await tendering.submit(stage, banned, sealed)
    await drawing.draw(stage, wanted, number)
    await tendering.open_up(stage, wanted, number)
    return number, refused


def _part(bid: Json, criterion: str) -> int:
    return int(dict(bid["points"])[criterion])
