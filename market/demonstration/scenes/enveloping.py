"""Scenes of two envelopes, and of defences: sealed in two, marked in two sheets, locked, prices released."""

from collections.abc import Mapping, Sequence

from bidding.public import machine
from market.demonstration.scenes import tendering
from market.demonstration.scenes.tendering import Offer
from market.demonstration.stage import Stage, expect
from market.demonstration.visitor import Json


async def bid(stage: Stage, number: str, offer: Offer) -> str:
    """Seal plan and price apart and send both in one act; return the receipt of the plan."""
    said, seen = await tendering.to_seal(stage, number, offer)
    own, bidder = await stage.keys_of(offer.login, holder="bidder"), await stage.of(offer.login)
    sealed = machine.seal_pair(said, notice=seen, own=own, keys=await stage.trusted())
    uploads = []
    for ciphertext in sealed.ciphertexts:
        upload = str((await bidder.post("/api/uploads"))["upload"])
        await bidder.send(f"/api/uploads/{upload}", ciphertext, offset=0)
        uploads.append(upload)
    finished = machine.finish_pair(sealed, uploads=(uploads[0], uploads[1]), own=own)
    answer = await bidder.post("/api/envelopes/pairs", finished)
    expect(answer["technical"]["outcome"] == "receipt", f"{offer.login} has a receipt: {answer}")
    return str(answer["technical"]["token"])


async def defend(stage: Stage, number: str, *, member: str) -> None:
    """Let every bidder be heard in the drawn order, and a member write down what was said."""
    path = f"/api/tenders/{number}"
    visitor = await stage.of(member)
    for line in await visitor.get(f"{path}/defences"):
        body = {
            "commitment": line["commitment"],
            "appeared": True,
            "speakers": "演示项目负责人",
            "minutes": 18,
            "record": "问：夜间如何值守？答：两班各四人，监控室不离人。",
        }
        await visitor.post(f"{path}/lots/{line['lot']}/defences", body)


async def mark(stage: Stage, number: str, *, members: Sequence[str], percents: Mapping[str, int]) -> None:
    """Let every member mark the paper of each bid, then what was heard; shares in percent by commitment."""
    scheme = (await (await stage.public()).get(f"/api/tenders/{number}"))["content"]["scheme"]
    expert = [each for each in scheme["criteria"] if each["part"] == "expert"]
    sheets = [[one for one in expert if bool(one.get("defended")) is heard] for heard in (False, True)]
    for place, member in enumerate(members):
        visitor = await stage.of(member)
        for commitment, percent in percents.items():
            for sheet in filter(None, sheets):
                points = {one["id"]: one["points"] * (percent - place) // 100 for one in sheet}
                body = {"commitment": commitment, "points": points}
                await visitor.post(f"/api/tenders/{number}/lots/1/marks", body)


async def lock(stage: Stage, number: str, *, member: str) -> Json:
    """Let a member lock the technical marks; from now on the prices may be opened, and no mark changes."""
    await (await stage.of(member)).post(f"/api/tenders/{number}/technical-marks")
    await stage.time.settle()
    return await tendering.reached(stage, number, "price-opening")
