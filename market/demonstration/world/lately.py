"""What happened in supervision of late: things done, and things that wait on somebody's desk."""

from collections.abc import Mapping
from datetime import timedelta

import msgspec

from market.demonstration.scenes import appraising, inspecting, remedying, ruling, supervising, surveying
from market.demonstration.stage import Stage, expect
from market.demonstration.world import companies, layout
from market.demonstration.world.layout import Plan

ANSWERED = 12
"""Households that have answered a running survey."""


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """Whom and what the scenes are about.

    Attributes:
        numbers: Log-in name of an enterprise -> its number.
        places: Log-in name of a committee -> its community.
        records: Enterprise and item -> number of the decided record.
    """

    numbers: Mapping[str, int]
    places: Mapping[str, int]
    records: Mapping[tuple[str, str], int]

    def project(self, login: str) -> tuple[int, int, Plan]:
        """Return an enterprise's number, its community, and the plan that describes the latter."""
        plan = companies.managed()[login]
        return self.numbers[login], self.places[plan.login], plan


async def happen(stage: Stage, scope: Scope) -> None:
    """Let everything happen that a desk should show."""
    await appraise(stage, scope)
    await survey(stage, scope)
    stage.tell(
        "One evaluation waits for a third scorer; one was re-checked; owners are being asked.",
        "/credit/moderation",
    )
    await inspect(stage, scope)
    stage.tell("Visits were unannounced; orders were answered, rechecked, or still run.", "/credit/orders")
    await remedy(stage, scope)
    stage.tell("Objections went up a level, a record was repaired, a hearing is called.", "/credit/repairs")
    await write_rules(stage)
    await publish_lists(stage)
    stage.tell(
        "A draft of the rules was tried on everybody; lists and measures are published.", "/rules/credit"
    )


async def appraise(stage: Stage, scope: Scope) -> None:
    """Evaluate the running half-year: agreed, differing, disputed and re-checked."""
    released = {}
    for login, percent in layout.LATELY.items():
        enterprise, community, _ = scope.project(login)
        released[login] = await supervising.evaluate(
            stage, enterprise=enterprise, community=community, percent=percent
        )
    enterprise, community, _ = scope.project("enterprise-02")
    differing = await appraising.open_evaluation(stage, enterprise=enterprise, community=community)
    for login, percent in (("street", 95), ("street2", 78)):
        await appraising.score(stage, login, differing, percent=percent)
    await _recheck(stage, released)


async def _recheck(stage: Stage, released: Mapping[str, int]) -> None:
    login = "enterprise-06"
    made = await appraising.dispute(stage, login, released[login], grounds="检查当日电梯正在年检，请复评。")
    await remedying.answer(
        stage, "district2", made, outcome="upheld", reasons="检测通知可以核实，安排另一组人员复评。"
    )
    recheck = await appraising.recheck_of(stage, released[login])
    for scorer in ("street3", "district"):
        await appraising.rescore(stage, scorer, recheck, percent=88)
    await appraising.settle(
        stage, "district2", recheck, outcome="replaced", reasons="复评两份评分一致，以复评结果为准。"
    )
    await appraising.order_recheck(stage, released["enterprise-07"], reasons="与上期相差较大，抽取复评。")


async def survey(stage: Stage, scope: Scope) -> None:
    """Ask the owners of one project; some have answered, one household was out."""
    enterprise, community, plan = scope.project("enterprise-03")
    evaluation = await appraising.open_evaluation(stage, enterprise=enterprise, community=community)
    number = await surveying.draw(stage, evaluation, plan.place)
    given = await surveying.tokens(stage, number)
    await surveying.answer(stage, given[1 : ANSWERED + 1], best=4)
    await surveying.visit(stage, number, outcome="absent")


async def inspect(stage: Stage, scope: Scope) -> None:
    """Hold an unannounced visit and pursue what it found; of two orders one is corrected, one runs."""
    visits = await inspecting.plan(stage, "street", cycle=supervising.cycle_of(await stage.time.now()))
    free = [each for each in visits if each["unannounced"]]
    expect(bool(free), "some visits are unannounced")
    visit = free[0]
    await inspecting.name(stage, "street", visit["id"])
    await inspecting.hold(stage, "street", visit["id"])
    await inspecting.pursue(stage, "street", visit["id"])
    owner = next(login for login, number in scope.numbers.items() if number == visit["enterprise"])
    proposed = [each["id"] for each in await inspecting.orders(stage, "street")]
    for order in proposed:
        await inspecting.issue(stage, "street2", order)
        await inspecting.serve(stage, owner, order)
    await inspecting.reply(stage, owner, proposed[0], text="已于次日清运并冲洗，附照片。")
    await inspecting.recheck(
        stage, "street2", proposed[0], outcome="corrected", text="现场复查，已清运并消毒。"
    )
    await inspecting.name(stage, "street", visits[-1]["id"])


async def remedy(stage: Stage, scope: Scope) -> None:
    """Object and object again, repair, and call a hearing."""
    await _object(stage, scope)
    await _repair(stage, scope)
    facts, login = "电梯停运多日未维修，经责令仍不改正", "enterprise-07"
    case = await remedying.open_case(stage, enterprise=scope.numbers[login], facts=facts)
    await remedying.notify(stage, login, case, facts=facts, reasons="严重损害业主利益，社会影响较大")
    await remedying.ask_hearing(stage, login, case, words="配件已到货，正在抢修，请求听证。")


async def _object(stage: Stage, scope: Scope) -> None:
    first = await remedying.object_to(
        stage,
        "enterprise-05",
        scope.records["enterprise-05", "N-SE-11"],
        grounds="拒签系因招标人变更了合同实质性条款。",
    )
    await remedying.answer(
        stage, "district2", first, outcome="rejected", reasons="合同草案与投标文件一致，异议不成立。"
    )
    await remedying.appeal(stage, "enterprise-05", first, grounds="补充提交双方往来函件，请上一级复核。")
    second = await remedying.object_to(
        stage,
        "enterprise-06",
        scope.records["enterprise-06", "N-VS-11"],
        grounds="获奖证明由第三方提供，我方不知情。",
    )
    await remedying.answer(
        stage, "district2", second, outcome="rejected", reasons="提交前未作核实，责任由企业承担。"
    )
    await remedying.appeal(stage, "enterprise-06", second, grounds="已追究经办人责任，请从轻。")
    await remedying.review(stage, "city2", second, outcome="rejected", reasons="事实清楚，维持原答复。")


async def _repair(stage: Stage, scope: Scope) -> None:
    mended = await remedying.repair(
        stage,
        "enterprise-04",
        scope.records["enterprise-04", "N-GE-07"],
        grounds="违建已拆除，消防通道畅通。",
    )
    await remedying.grant(stage, "district2", mended, reasons="现场核实，已整改到位。")
    await remedying.repair(
        stage, "enterprise-07", scope.records["enterprise-07", "N-GE-06"], grounds="服务已恢复至合同标准。"
    )


async def write_rules(stage: Stage) -> None:
    """Draft, change, try and approve once a version of the rules; it waits for its second approval."""
    draft = await ruling.draft_rules(stage, purpose="提高整改逾期与公示不及时的扣分")
    await ruling.edit(stage, draft, row="N-GE-07", points_centi="500")
    await ruling.edit(stage, draft, row="N-SE-11", points_centi="1200")
    await ruling.try_out(stage, draft)
    await ruling.approve(stage, draft, by="city2")


async def publish_lists(stage: Stage) -> None:
    """Mirror the national list, import 12345 figures, and issue what published grades call for."""
    mirrored = await stage.organisation("enterprise-08")
    await ruling.mirror(stage, [(mirrored["code"], mirrored["name"])])
    names = [plan.place.name for plan in companies.managed().values()]
    await ruling.figures(stage, names, cycle=supervising.cycle_of(await stage.time.now()))
    for officer in ("city", "district", "street"):
        await ruling.measures(stage, officer)
    await stage.time.reach(await stage.time.now() + timedelta(minutes=1))
