"""Tenders of the world, each walked to the stage it is left in by the acts that lead there."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from market.demonstration import people
from market.demonstration.scenes import contracting, drawing, objecting, securing, supplementing, tendering
from market.demonstration.scenes.documents import Need
from market.demonstration.scenes.founding import Place
from market.demonstration.scenes.tendering import Offer
from market.demonstration.stage import Stage, expect
from market.demonstration.visitor import Json
from market.demonstration.world import layout
from market.demonstration.world.layout import Plan
from market.kernel.area import format_area

ORDER = ("opened", "evaluation", "ranked", "decided", "awarded", "contracted", "overdue", "completed")
PERCENTS = (91, 84, 77)
OBJECTION = "我方服务方案得分偏低，请说明各评分项的评审意见。"
ANSWER = "评标委员会已逐项说明评分理由，评分汇总无误，异议不成立。"


class Running(msgspec.Struct, kw_only=True):
    """A tender of the world on its way.

    Attributes:
        bidders: Log-in names of its three bidders.
    """

    plan: Plan
    need: Need
    number: str
    bidders: tuple[str, ...]
    result: Json = None
    award: Json = None
    contract: Json = None

    def goes_to(self, stage: str) -> bool:
        """Whether its plan leads at least to a stage."""
        return self.plan.until in ORDER and ORDER.index(self.plan.until) >= ORDER.index(stage)


async def announce(
    stage: Stage, plans: Sequence[Plan], places: Mapping[str, int], *, days: Mapping[str, int]
) -> list[Running]:
    """Announce tenders together; their documents are issued the next morning.

    Args:
        days: Stage a tender is left in -> days until its deadline; others take the shortest.
    """
    running = []
    for place, plan in enumerate(plans):
        need = tendering.need(
            plan.login,
            community=places[plan.login],
            place=plan.place,
            now=await stage.time.now(),
            days=days.get(plan.until, tendering.LEAST_DAYS),
        )
        number = await tendering.announce(stage, need)
        names = layout.BIDDERS
        bidders = tuple(names[(place + step) % len(names)] for step in range(3))
        running.append(Running(plan=plan, need=need, number=number, bidders=bidders))
    await stage.time.reach(max(each.need.issue_at for each in running) + timedelta(minutes=1))
    for each in running:
        await tendering.reached(stage, each.number, "bidding")
    return running


async def take_bids(stage: Stage, running: Sequence[Running]) -> None:
    """Let three enterprises bid for each; for the one that shall fail only two."""
    for each in running:
        bidders = each.bidders[:2] if each.plan.until == "failed" else each.bidders
        base = each.plan.place.area_centi * 28
        for step, login in enumerate(bidders):
            offer = Offer(login=login, price_fen=base + step * base // 40)
            await tendering.bid(stage, each.number, offer)


async def pay_securities(stage: Stage, running: Running) -> None:
    """Let the custodian confirm what the bidders paid, so that it stands in the ledger after the opening."""
    notice = await (await stage.public()).get(f"/api/tenders/{running.number}")
    for login in running.bidders:
        await securing.confirm(
            stage, running.number, login=login, amount_fen=notice["content"]["bid_security_fen"]
        )


async def open_up(stage: Stage, running: Sequence[Running]) -> None:
    """Draw the committees and let the deadline pass: one fails for want of bids, the others are opened."""
    for each in running:
        if each.goes_to("evaluation"):
            await drawing.draw(stage, each.need, each.number)
    await stage.time.reach(max(each.need.deadline for each in running) + timedelta(seconds=15))
    for each in running:
        if each.plan.until == "failed":
            await tendering.reached(stage, each.number, "failed")
        else:
            await tendering.open_up(stage, each.need, each.number)


async def evaluate(stage: Stage, running: Sequence[Running]) -> None:
    """Evaluate those that go on; one stops among its marks."""
    for each in running:
        if not each.goes_to("evaluation"):
            continue
        await contracting.start(stage, each.plan.login, each.number)
        found = await contracting.entrants(stage, each.plan.login, each.number)
        marks = {entrant["commitment"]: percent for entrant, percent in zip(found, PERCENTS, strict=True)}
        members = await drawing.members(stage, each.number)
        for member in members if each.goes_to("ranked") else members[:1]:
            await contracting.mark(stage, each.number, expert=member, marks=marks)
        if each.goes_to("ranked"):
            each.result = await contracting.rank(stage, each.plan.login, each.number, members=members)


async def object_to_results(stage: Stage, running: Sequence[Running]) -> None:
    """Let a bidder object to two results; one is answered, one waits, so its tender stands still."""
    for each in running:
        if each.plan.until in {"ranked", "decided"}:
            made = await objecting.object_to(stage, each.bidders[1], each.number, text=OBJECTION)
            if each.plan.until == "decided":
                await objecting.answer(stage, each.plan.login, made, reasons=ANSWER)


async def award(stage: Stage, running: Sequence[Running]) -> None:
    """Record owners' decisions, let the publicity pass, award, sign, file where time goes on."""
    for each in running:
        if each.goes_to("decided"):
            await contracting.decide(
                stage, each.plan.login, each.number, result=each.result, place=each.plan.place
            )
    for each in running:
        if each.goes_to("awarded"):
            each.award = await contracting.award(stage, each.plan.login, each.number, result=each.result)
        if each.goes_to("contracted"):
            subject = f"住宅物业服务（{format_area(each.plan.place.area_centi)}）"
            each.contract = await contracting.contract(
                stage, each.plan.login, winner(each), each.award, subject=subject
            )
        if each.goes_to("overdue"):  # a handover outlasts the fifteen days of the filing
            await contracting.file(stage, winner(each), each.contract["number"])


def winner(running: Running) -> str:
    """Return the log-in name of the first in rank."""
    name = contracting.first(running.result)["name"]
    return next(company.login for company in layout.COMPANIES if company.name == name)


async def change_contract(stage: Stage, running: Running, *, community: int) -> None:
    """Let the owners decide on a change of the contract, and both sides sign the supplement."""
    login, number = winner(running), running.contract["number"]
    provider = (await stage.organisation(login))["code"]
    decision = await supplementing.decide(
        stage, running.plan.login, community=community, place=running.plan.place, provider=provider
    )
    change = await supplementing.draw_up(stage, running.plan.login, number, decision=decision)
    await supplementing.sign(stage, login, change)


async def hand_over(stage: Stage, running: Running, *, leaving: str) -> Json:
    """Serve the notice of exit on the leaving provider; return the handover."""
    outgoing = (await stage.of(leaving)).organisation
    number = running.contract["number"]
    return await contracting.hand_over(stage, running.plan.login, number, outgoing=outgoing)


async def complete(stage: Stage, running: Running, *, leaving: str) -> None:
    """Sign every line by every party and take every step to the end."""
    number = running.contract["number"]
    signers = {
        "new": winner(running),
        "committee": running.plan.login,
        "witness": people.KEYHOLDERS[0],
    }
    committee = await stage.of(running.plan.login)
    for step in ("agree", "inspect"):
        await committee.post(f"/api/handovers/{number}/steps", {"step": step})
    found = await committee.get(f"/api/handovers/{number}")
    items = [contracting.item(each["line"]) for each in found["lines"]]
    found = await (await stage.of(leaving)).post(f"/api/handovers/{number}/lines", {"items": items})
    for party, login in signers.items():
        digests = [each["digest"] for each in found["lines"] if party in each["parties"]]
        await (await stage.of(login)).post(f"/api/handovers/{number}/signatures", {"digests": digests})
    for step in ("transfer", "settle", "leave", "close"):
        found = await committee.post(f"/api/handovers/{number}/steps", {"step": step})
    expect(found["stage"] == "closed", "every line is signed, so the handover is closed")


async def leave_unannounced(stage: Stage, plans: Sequence[Plan], places: Mapping[str, int]) -> None:
    """Leave tenders before their announcement, on the day of it, or ended by the tenderer."""
    for plan in plans:
        now = await stage.time.now()
        need = tendering.need(
            plan.login, community=places[plan.login], place=plan.place, now=now + timedelta(days=6), days=30
        )
        number = await tendering.draft(stage, need)
        for act in ACTS[plan.until]:
            await act(stage, need, number)


async def _return(stage: Stage, _: Need, number: str) -> None:
    note = {"note": "请补充业主共同决定的表决统计。"}
    await (await stage.of("street")).post(f"/api/tenders/{number}/return", note)


async def _terminate(stage: Stage, need: Need, number: str) -> None:
    reason = {"reason": "业主大会决定续聘原企业。"}
    await (await stage.of(need.login)).post(f"/api/tenders/{number}/terminate", reason)


ACTS = {
    "draft": (),
    "filed": (tendering.file,),
    "returned": (tendering.file, _return),
    "accepted": (tendering.file, tendering.accept),
    "published": (tendering.file, tendering.accept, tendering.rehearse, tendering.publish),
    "terminated": (
        tendering.file,
        tendering.accept,
        tendering.rehearse,
        tendering.publish,
        _terminate,
    ),
}
"""Stage -> the acts that lead there from a draft."""


def prophase_need(developer: str, *, community: int, place: Place, now: datetime) -> Need:
    """Return a developer's need; it may be announced ten days after its filing."""
    need = tendering.need(developer, community=community, place=place, now=now + timedelta(days=12), days=60)
    return msgspec.structs.replace(need, prophase=True, keyholders=(developer, "district", "witness"))
