"""Scenes of the draw: tenderer and authority commit and reveal, the platform by its clock."""

from datetime import timedelta

from bidding.public import machine
from market.demonstration import people
from market.demonstration.scenes.documents import Need
from market.demonstration.stage import Stage, expect
from market.demonstration.visitor import Json


async def draw(stage: Stage, wanted: Need, number: str) -> Json:
    """Draw the committee in the last day before the deadline; return the public record of the draw."""
    await stage.time.reach(wanted.deadline - timedelta(hours=23))
    path = f"/api/tenders/{number}/draw"
    going = await _round(stage, path, "committing")
    parties = {"tenderer": wanted.login, "authority": "district" if wanted.prophase else "street"}
    kept = {}
    for party, login in parties.items():
        kept[party] = machine.draw_nonce(tender=number, round=going["round"], party=party)
        body = {"round": going["round"], "commitment": kept[party]["commitment"]}
        await (await stage.of(login)).post(f"{path}/commitments", body)
    await _round(stage, path, "revealing")
    for party, login in parties.items():
        body = {"round": going["round"], "nonce": kept[party]["nonce"]}
        await (await stage.of(login)).post(f"{path}/reveals", body)
    await _round(stage, path, "drawn")
    record = await (await stage.public()).get(path)
    expect(all("name" not in seat or seat["name"] is None for seat in record["seats"]), "no name is public")
    return record


async def _round(stage: Stage, path: str, wanted: str) -> Json:
    """Wait until the newest round stands in a stage, and return it."""

    async def ask() -> Json | None:
        rounds = (await (await stage.public()).get(path))["rounds"]
        return rounds[-1] if rounds and rounds[-1]["stage"] == wanted else None

    return await stage.time.until(ask, what=f"{path} {wanted}")


async def members(stage: Stage, number: str) -> list[str]:
    """Return the log-in names of the experts who sit on a committee; each knows only of the own seat."""
    found = []
    for login in people.EXPERTS:
        seats = await (await stage.of(login)).get("/api/my/seats")
        if any(seat["number"] == number and seat["state"] == "member" for seat in seats):
            found.append(login)
    return found
