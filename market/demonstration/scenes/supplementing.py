"""The scene of a supplement: the owners decide on a change of the contract, the sides agree and sign it."""

from datetime import timedelta

from market.demonstration.scenes import voting
from market.demonstration.scenes.founding import Place
from market.demonstration.stage import Stage
from market.demonstration.visitor import Json
from market.kernel.period import local_day


async def decide(stage: Stage, tenderer: str, *, community: int, place: Place, provider: str) -> str:
    """Let the owners decide to change their contract with a provider; return the decision's number."""
    made = await voting.decide_on_change(stage, tenderer, community=community, place=place, provider=provider)
    return str(made["number"])


async def draw_up(stage: Stage, tenderer: str, contract: str, *, decision: str) -> Json:
    """Draw up a supplement: another payment day, another room, a clause beside them."""
    effective = local_day(await stage.time.now()) + timedelta(days=1)
    body = {
        "decision": decision,
        "effective_on": effective.isoformat(),
        "payment_day": 20,
        "service_room_place": "3 号楼首层 101 室",
        "clauses": "乙方每季度向业主书面报告一次电梯维保情况。",
    }
    return await (await stage.of(tenderer)).post(f"/api/contracts/{contract}/changes", body)


async def sign(stage: Stage, winner: str, change: Json) -> Json:
    """Let the provider sign the supplement it read."""
    path = f"/api/contract-changes/{change['number']}/sign"
    return await (await stage.of(winner)).post(path, {"digest": change["digest"]})
