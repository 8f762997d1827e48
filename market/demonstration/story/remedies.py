"""The story, third part: a contract that is changed, an objection heard twice, an order that is missed."""

from datetime import date, timedelta

from market.demonstration.scenes import contracting, inspecting, remedying, supervising, supplementing
from market.demonstration.stage import Stage, expect
from market.demonstration.story.cast import LEAVING, WINNER, Cast
from market.kernel.period import end_of_day, local_day

MISSED = "N-GE-09"


async def change(stage: Stage, cast: Cast, contract: str) -> None:
    """Let the owners change the contract; core terms stay, and the contract is filed again."""
    login = cast.login(WINNER)
    decision = await supplementing.decide(
        stage, cast.committee, community=cast.community, place=cast.place, provider=cast.codes[WINNER]
    )
    today = local_day(await stage.time.now()).isoformat()
    core = {"decision": decision, "effective_on": today, "price_fen": 1}
    dearer = await (await stage.of(cast.committee)).refused(f"/api/contracts/{contract}/changes", core)
    expect(dearer.code == "contract-core-terms-kept", "the price is no matter of a supplement")
    made = await supplementing.draw_up(stage, cast.committee, contract, decision=decision)
    signed = await supplementing.sign(stage, login, made)
    filing = await contracting.file(stage, login, contract)
    for officer in ("street", "district"):
        await contracting.acknowledge(stage, officer, contract)
    stage.tell(
        f"The owners changed their contract; supplement {signed['number']} is filed as {filing['number']}.",
        f"/contracts/{contract}",
    )


async def order(stage: Stage, cast: Cast) -> int:
    """Order the leaving provider to put something right; missed, it opens a draft and takes no point yet."""
    login, enterprise = cast.login(LEAVING), cast.companies[LEAVING]
    number = await inspecting.propose(
        stage, "community", enterprise=enterprise, community=cast.community, facts="三号楼门厅照明损坏多日"
    )
    own = await (await stage.of("community")).refused(f"/api/credit/orders/{number}/issue", {})
    expect(own.status < 500, "who proposes an order does not issue it")  # noqa: PLR2004
    await inspecting.issue(stage, "street", number, days=5)
    await inspecting.serve(stage, login, number)
    due = (await (await stage.of("street")).get(f"/api/credit/orders/{number}"))["order"]["due_on"]
    await stage.time.reach(end_of_day(date.fromisoformat(due)) + timedelta(minutes=1))
    await inspecting.recheck(
        stage, "street2", number, outcome="not_corrected", text="现场复查，照明仍未修复。"
    )
    draft = await supervising.opened_by_fact(stage, item=MISSED, enterprise=enterprise)
    stage.tell(
        "An order to correct was missed, said two inspectors; a draft record follows, no point yet.",
        f"/credit/orders/{number}",
    )
    return draft


async def object_twice(stage: Stage, cast: Cast, record: int) -> None:
    """Let the enterprise object to the decided record, and to the answer, one level up."""
    login = cast.login(LEAVING)
    objection = await remedying.object_to(stage, login, record, grounds="移交资料已备齐，系对方未到场接收。")
    reasons = "送达回证与现场记录均可证明，异议不成立。"
    await remedying.answer(stage, "district2", objection, outcome="rejected", reasons=reasons)
    await remedying.appeal(stage, login, objection, grounds="请上一级复核。")
    await remedying.review(stage, "city", objection, outcome="rejected", reasons="事实清楚，维持原答复。")
    stage.tell(
        "The enterprise objected, and once more to the city; both answers stand beside the record.",
        f"/credit/objections/{objection}",
    )
