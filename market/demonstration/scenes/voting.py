"""Scenes of owners who vote: the unit list, ballots as a file, decisions counted and recorded over HTTP."""

import base64
from collections.abc import Sequence
from datetime import date, timedelta

from market.demonstration.scenes.founding import Place
from market.demonstration.stage import Stage, expect
from market.demonstration.visitor import Json
from market.kernel.area import format_area
from market.kernel.period import end_of_day, local_day

NOTICE = timedelta(days=15)
"""From the notice with the agenda to the end of the vote (BPR 35)."""
AFTERNOON = timedelta(hours=8)
"""Before the end of a day: when the ballots are counted."""
UNSOLD = 25
"""Every so many units one is still the developer's; together they are one head."""
PROTOCOL = "演示：表决记录。公告、唱票、监票均已签字，人员姓名从略。".encode()
SAYS = ("同意", "同意", "同意", "反对", "同意", "未参与", "弃权", "同意")
"""What one unit after the other says: seven of eight take part, five of them in favour."""


def unit_list(place: Place) -> bytes:
    """Return the unit list of a community: made-up flats, owners by number, some units unsold."""
    size = format_area(place.area_centi // place.households).removesuffix(" m²").replace(",", "")
    rows = [
        f"{building},{number},{size},示例业主{n},{'是' if n % UNSOLD == 0 else '否'}"
        for n, (building, number) in enumerate(flats(place), start=1)
    ]
    return "\n".join(["楼栋,房号,面积,业主,未售", *rows]).encode()


def flats(place: Place) -> Sequence[tuple[str, str]]:
    """Return the made-up flats of a residential area: building and number."""
    each = -(-place.households // place.buildings)
    every = [
        (f"{building}号楼", f"{flat // 4 + 1}{flat % 4 + 1:02d}")
        for building in range(1, place.buildings + 1)
        for flat in range(each)
    ]
    return every[: place.households]


def ballots(place: Place) -> bytes:
    """Return the ballots of a community; the developer says the same for each of its units."""
    rows = [
        f"{building},{number},{'同意' if n % UNSOLD == 0 else SAYS[n % len(SAYS)]},纸质"
        for n, (building, number) in enumerate(flats(place), start=1)
    ]
    return "\n".join(["楼栋,房号,表决意见,表决方式", *rows]).encode()


async def list_units(stage: Stage, login: str, *, community: int, place: Place) -> None:
    """Let a committee import the unit list of its community."""
    path = f"/api/communities/{community}/units"
    await (await stage.of(login)).send(path, unit_list(place), method="POST")


def _order(matter: str, on: date, place: Place) -> Json:
    notice = (on - NOTICE).isoformat()
    return {
        "matter": matter,
        "decided_on": on.isoformat(),
        "notice_on": notice,
        "reported_on": notice,
        "ballots": base64.b64encode(ballots(place)).decode(),
        "protocol": base64.b64encode(PROTOCOL).decode(),
    }


async def _record(stage: Stage, login: str, body: Json) -> Json:
    committee = await stage.of(login)
    counted = {name: value for name, value in body.items() if name != "protocol"}
    shown = await committee.post("/api/decisions/count", counted)
    expect(not shown["findings"], "the vote was held by the rules")
    made = await committee.post("/api/decisions", body)
    expect(made["carried"] and made["figures"] == shown["figures"], "what was shown is what is recorded")
    day = local_day(await stage.time.now()).isoformat()
    posted: Json = await committee.post(f"/api/decisions/{made['number']}/posting", {"posted_on": day})
    return posted


async def decide_to_tender(stage: Stage, login: str, *, community: int, place: Place) -> str:
    """Let the owners decide to hire through a tender; return the number of the decision."""
    today = local_day(await stage.time.now())
    body = _order("tender", today, place) | {"community": community}
    return str((await _record(stage, login, body))["number"])


async def decide_on_winner(
    stage: Stage, login: str, number: str, *, commitment: str, published_on: date, place: Place
) -> Json:
    """Let the owners vote on a candidate, fifteen days after the candidates were public."""
    ended = published_on + NOTICE
    await stage.time.reach(end_of_day(ended) - AFTERNOON)
    body = _order("winner", ended, place)
    return await _record(stage, login, body | {"tender": number, "lot": "1", "commitment": commitment})


async def decide_on_change(stage: Stage, login: str, *, community: int, place: Place, provider: str) -> Json:
    """Let the owners decide to change their contract with a provider."""
    today = local_day(await stage.time.now())
    body = _order("change", today, place) | {"community": community, "provider": provider}
    return await _record(stage, login, body)
