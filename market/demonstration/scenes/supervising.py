"""Scenes of supervision: projects, evaluations, records with four eyes, the exit list, bans, ratings."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from market.demonstration.scenes.documents import paper
from market.demonstration.stage import Stage
from market.demonstration.visitor import Json
from market.kernel.period import add_months, local_day

BASIS = "BPR 68"
FED = "E9"
"""The area of the evaluation that is computed from 12345 cases, not marked by hand."""


async def assign(
    stage: Stage, *, enterprise: int, community: int, area_centi: int, since: date, origin: str
) -> None:
    """Let the street note that an enterprise manages a community since a day."""
    body = {
        "enterprise": enterprise,
        "community": community,
        "area_centi": area_centi,
        "start_on": since.isoformat(),
        "origin": origin,
    }
    await (await stage.of("street")).post("/api/credit/projects", body)


def cycle_of(instant: datetime) -> str:
    """Return the half-year an instant lies in, as ratings name it."""
    day = local_day(instant)
    return f"{day.year}H{1 if day.month < 7 else 2}"  # noqa: PLR2004 - July


async def evaluate(
    stage: Stage, *, enterprise: int, community: int, percent: int, cycle: str | None = None
) -> int:
    """Let two officers of the street score a project, each on an own sheet, and the district release it.

    Args:
        percent: Share of every indicator's points, and of the 12345 cases solved.
    """
    marker, second, district = [await stage.of(name) for name in ("street", "street2", "district")]
    opening = {
        "enterprise": enterprise,
        "community": community,
        "cycle": cycle or cycle_of(await stage.time.now()),
    }
    number: int = (await marker.post("/api/credit/evaluations", opening))["id"]
    filled = await sheet(stage, percent=percent)
    path = f"/api/credit/evaluations/{number}"
    for scorer in (marker, second):
        await scorer.post(f"{path}/mark", filled)
    await marker.post(f"{path}/submit")
    await district.post(f"{path}/release")
    return number


async def sheet(stage: Stage, *, percent: int) -> Json:
    """Return a street officer's sheet: the same share of every indicator, and of the 12345 cases solved."""
    rules = await (await stage.public()).get("/api/credit/rules")
    marks = {
        each["id"]: _points(each["points_centi"] * percent // 100)
        for each in rules["indicators"]
        if each["area"] != FED
    }
    solved = {"cases": 100, "responded": percent, "resolved": percent, "satisfied": percent}
    return {"part": "street", "marks": marks, "cases": solved}


def _points(centi: int) -> str:
    return f"{centi // 100}.{centi % 100:02d}"


async def draft(
    stage: Stage,
    *,
    by: str,
    item: str,
    enterprise: int,
    facts: str,
    community: int | None = None,
) -> int:
    """Draft a record of a fact ten days ago, with its document, and submit it."""
    officer, now = await stage.of(by), await stage.time.now()
    day = (local_day(now) - timedelta(days=10)).isoformat()
    body = {
        "item_code": item,
        "enterprise": enterprise,
        "community": community,
        "fact_on": day,
        "facts": facts,
        "document_no": f"示例罚字〔{day[:4]}〕{enterprise}号",
        "document_on": day,
        "file_digest": paper(f"演示：{facts}"),
    }
    number: int = (await officer.post("/api/credit/records", body))["id"]
    await officer.post(f"/api/credit/records/{number}/submit")
    return number


async def complete(stage: Stage, number: int, *, by: str) -> None:
    """Add the document to a draft that a fact opened, and submit it."""
    officer, day = await stage.of(by), local_day(await stage.time.now()).isoformat()
    body = {
        "document_no": f"示例责改字〔{day[:4]}〕{number}号",
        "document_on": day,
        "file_digest": paper(f"演示：责令限期改正通知书 {number}"),
    }
    await officer.post(f"/api/credit/records/{number}/complete", body)
    await officer.post(f"/api/credit/records/{number}/submit")


async def serve(stage: Stage, number: int, *, second: str, enterprise: str) -> None:
    """Let a second officer take the record up and post the notice, and the enterprise open it."""
    officer, path = await stage.of(second), f"/api/credit/records/{number}"
    await officer.post(f"{path}/take-up")
    await officer.post(f"{path}/post-notice", {"letter": ""})
    await (await stage.of(enterprise)).post(f"{path}/serve")


async def hear(stage: Stage, number: int, *, second: str, enterprise: str, words: str) -> None:
    """Let the enterprise state its side and the second officer weigh it."""
    path = f"/api/credit/records/{number}"
    await (await stage.of(enterprise)).post(f"{path}/state", {"text": words, "with_hearing": False})
    await (await stage.of(second)).post(f"{path}/reconsider")


async def decide(stage: Stage, number: int, *, second: str) -> None:
    """Let the second officer decide; from now on it counts."""
    path = f"/api/credit/records/{number}/decide"
    await (await stage.of(second)).post(path, {"reasons": "事实清楚，证据确凿，程序合法。"})


async def charge(
    stage: Stage, *, item: str, enterprise: int, login: str, facts: str, community: int | None = None
) -> int:
    """Walk a record from draft to decision, with a statement that is heard; return its number."""
    number = await draft(
        stage, by="district", item=item, enterprise=enterprise, facts=facts, community=community
    )
    await serve(stage, number, second="district2", enterprise=login)
    await hear(stage, number, second="district2", enterprise=login, words="已整改，请予从轻。")
    await decide(stage, number, second="district2")
    return number


async def list_out(stage: Stage, *, enterprise: int, login: str, case: int | None = None) -> int:
    """Let the district open an exit-list case and the city give notice, hear, decide and list.

    The statement window passes on the way: the clock goes forward. Every step has its own officer.
    """
    district, city = await stage.of("district"), await stage.of("city")
    if case is None:
        opening = {"enterprise": enterprise, "facts": "拒不退出物业管理区域，经责令仍不退出"}
        case = int((await district.post("/api/credit/list", opening))["id"])
    path = f"/api/credit/list/{case}"
    notice = {
        "facts": "拒不退出物业管理区域，经责令仍不退出",
        "reasons": "经责令仍不退出，严重损害业主利益",
        "legal_basis": BASIS,
        "months": 12,
    }
    await city.post(f"{path}/post-notice", notice)
    await (await stage.of(login)).post(f"{path}/serve")
    until = (await city.get(path))["details"]["statement_until"]
    await stage.time.reach(datetime.fromisoformat(until) + timedelta(minutes=1))
    await district.post(f"{path}/review", {"text": "企业未在期限内陈述申辩，事实与依据清楚。"})
    decision = {
        "outcome": "listed",
        "decision_no": f"示例市决〔{local_day(await stage.time.now()).year}〕{case}号",
        "file_digest": paper(f"演示：列入退出名单决定书 {case}"),
        "months": 12,
    }
    await city.post(f"{path}/decide", decision)
    await city.post(f"{path}/enlist")
    return case


async def ban(stage: Stage, *, enterprise: int) -> int:
    """Let the district record a tender ban that an authority decided for a year."""
    today = local_day(await stage.time.now())
    body = {
        "enterprise": enterprise,
        "from_on": today.isoformat(),
        "to_on": add_months(today, 12).isoformat(),
        "decision_no": f"示例禁投字〔{today.year}〕{enterprise}号",
        "decided_on": today.isoformat(),
        "legal_basis": "BL 53",
        "file_digest": paper(f"演示：禁止投标决定书 {enterprise}"),
    }
    return int((await (await stage.of("district")).post("/api/credit/bans", body))["id"])


def cycle_before(instant: datetime) -> str:
    """Return the half-year that ended last before an instant."""
    return cycle_of(datetime.combine(add_months(local_day(instant), -6), time(12), UTC))


async def close_cycle(stage: Stage) -> int:
    """Let the city close the half-year that ended last; everybody's first result is shown."""
    body = {"cycle": cycle_before(await stage.time.now()), "legal_basis": BASIS}
    return int((await (await stage.of("city")).post("/api/credit/cycles", body))["id"])


async def publish_cycle(stage: Stage, number: int) -> None:
    """Let the first results be shown for their time, then let the city publish everybody by one act."""
    city, path = await stage.of("city"), f"/api/credit/cycles/{number}"
    until = (await city.get(path))["cycle"]["public_until"]
    await stage.time.reach(datetime.fromisoformat(until) + timedelta(minutes=1))
    await city.post(f"{path}/publish")


async def publish(stage: Stage, enterprises: Mapping[str, int]) -> None:
    """Let the city publish some enterprises anew between two cycles, by log-in name and number."""
    city = await stage.of("city")
    for enterprise in enterprises.values():
        await city.post("/api/credit/scores", {"enterprise": enterprise, "legal_basis": BASIS})


async def credit(stage: Stage, login: str) -> Json:
    """Return an enterprise's credit as it sees it itself: published, live and why."""
    code = (await stage.organisation(login))["code"]
    return await (await stage.of(login)).get(f"/api/credit/enterprises/{code}")


async def opened_by_fact(stage: Stage, *, item: str, enterprise: int) -> int:
    """Wait until a fact of another wing has opened a draft against an enterprise; return its number."""
    officer = await stage.of("district")

    async def ask() -> int | None:
        found = await officer.get("/api/credit/records", limit=100)
        fitting = [
            each["id"]
            for each in found["items"]
            if (each["item_code"], each["enterprise"], each["stage"]) == (item, enterprise, "draft")
        ]
        return fitting[-1] if fitting else None

    return await stage.time.until(ask, what=f"a draft of {item}")
