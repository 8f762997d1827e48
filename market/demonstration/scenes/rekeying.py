"""The scene of a lost key: other keys follow, the test envelope is opened anew, a new version says so."""

from bidding.public import machine
from market.demonstration.scenes import founding
from market.demonstration.scenes.documents import Need
from market.demonstration.stage import Stage

REASON = "一名保管人的密钥遗失，按规定更换并公告"


async def change(stage: Stage, wanted: Need, number: str) -> None:
    """Let the tenderer report its key lost, make another and announce the change; bidders seal anew."""
    tenderer, path = await stage.of(wanted.login), f"/api/tenders/{number}"
    lost = machine.keyholder_id(await stage.keys_of(wanted.login, holder="keyholder"))
    await tenderer.post(f"/api/keys/keyholder/{lost}/revoke", {"reason": "lost"})
    stage.lose_keys(wanted.login, holder="keyholder")
    ids = [await founding.enrol_keyholder(stage, login) for login in wanted.keyholders]
    await tenderer.post(f"{path}/successors", {"key_ids": ids})
    rehearsal = f"{path}/rehearsal"
    await tenderer.post("/api/rehearsals", machine.make_rehearsal(await tenderer.read(rehearsal)))
    for login in wanted.keyholders:
        holder, own = await stage.of(login), await stage.keys_of(login, holder="keyholder")
        await holder.post("/api/rehearsals", machine.answer_rehearsal(await holder.read(rehearsal), own))
    await tenderer.post(f"{path}/key-change", {"reason": REASON})
