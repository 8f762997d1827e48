"""Scenes of objections: a bidder objects, the tenderer answers."""

from market.demonstration.stage import Stage, expect
from market.demonstration.visitor import Json


async def object_to(stage: Stage, login: str, number: str, *, text: str) -> Json:
    """Let a bidder object to the result of the one lot; the tender stands still."""
    body = {"kind": "result", "lot": "1", "text": text}
    made = await (await stage.of(login)).post(f"/api/tenders/{number}/objections", body)
    shown = await (await stage.public()).get(f"/api/tenders/{number}/objections")
    expect(shown[-1]["objector"] is None, "the public list does not name who objects")
    return made


async def answer(stage: Stage, tenderer: str, objection: Json, *, reasons: str) -> Json:
    """Let the tenderer reject an objection with reasons; the tender goes on."""
    body = {"outcome": "rejected", "reasons": reasons}
    return await (await stage.of(tenderer)).post(f"/api/objections/{objection['number']}/answer", body)
