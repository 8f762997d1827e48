"""Scenes of remedies: objection and its second answer, repair of a record, hearing and early removal."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from market.demonstration.scenes.documents import paper, scan
from market.demonstration.stage import Stage
from market.demonstration.timing import at_ten
from market.kernel.period import local_day

CASE = re.compile(r"/credit/list/(\d+)")
PLACE = "示例市住房城乡建设主管部门 302 听证室"


async def object_to(stage: Stage, login: str, record: int, *, grounds: str) -> int:
    """Let an enterprise object to a record; it is flagged at once and counts on."""
    path = f"/api/credit/records/{record}/object"
    return int((await (await stage.of(login)).post(path, {"grounds": grounds}))["id"])


async def answer(stage: Stage, officer: str, objection: int, *, outcome: str, reasons: str) -> None:
    """Let the authority that found the fact answer, by a person who did not."""
    body = {"outcome": outcome, "reasons": reasons}
    await (await stage.of(officer)).post(f"/api/credit/objections/{objection}/answer", body)


async def appeal(stage: Stage, login: str, objection: int, *, grounds: str) -> None:
    """Let the enterprise ask the next level up."""
    path = f"/api/credit/objections/{objection}/appeal"
    await (await stage.of(login)).post(path, {"grounds": grounds})


async def review(stage: Stage, officer: str, objection: int, *, outcome: str, reasons: str) -> None:
    """Let the next level up answer for the second time."""
    body = {"outcome": outcome, "reasons": reasons}
    await (await stage.of(officer)).post(f"/api/credit/objections/{objection}/review", body)


async def _ask(stage: Stage, login: str, path: str, *, grounds: str, proofs: Sequence[str]) -> int:
    said = {"grounds": grounds, "pledged": "true"}
    papers = {name: (f"{name}.pdf", scan(), "application/pdf") for name in proofs}
    visitor = await stage.of(login)
    await visitor.fill(path, said, **papers)
    return int(max(one["id"] for one in await visitor.get("/api/credit/repairs")))


async def repair(stage: Stage, login: str, record: int, *, grounds: str) -> int:
    """Let an enterprise ask for the repair of a record, with proofs and pledge."""
    path = f"/api/credit/records/{record}/repair"
    return await _ask(stage, login, path, grounds=grounds, proofs=["correction"])


async def ask_removal(stage: Stage, login: str, entry: int, *, grounds: str) -> int:
    """Let a listed enterprise ask to leave the exit list before the term is over."""
    path = f"/api/credit/list/{entry}/remove"
    return await _ask(stage, login, path, grounds=grounds, proofs=["correction", "refund", "training"])


async def grant(stage: Stage, officer: str, request: int, *, reasons: str) -> None:
    """Accept a request and grant it."""
    path, visitor = f"/api/credit/repairs/{request}", await stage.of(officer)
    await visitor.post(f"{path}/accept")
    await visitor.post(f"{path}/decide", {"outcome": "granted", "reasons": reasons})


async def open_case(stage: Stage, *, enterprise: int, facts: str) -> int:
    """Let the district open an exit-list case."""
    opening = {"enterprise": enterprise, "facts": facts}
    return int((await (await stage.of("district")).post("/api/credit/list", opening))["id"])


async def opened_by_record(stage: Stage) -> int:
    """Return the newest case on the city's desk; a decided record of some items opens one by itself."""
    city = await stage.of("city")

    async def ask() -> int | None:
        found = CASE.findall((await city.read("/workspace")).decode())
        return max(map(int, found)) if found else None

    return await stage.time.until(ask, what="an exit-list case")


async def notify(stage: Stage, login: str, case: int, *, facts: str, reasons: str, months: int = 12) -> None:
    """Let the city post the prior notice, and the enterprise open it."""
    path = f"/api/credit/list/{case}"
    notice = {"facts": facts, "reasons": reasons, "legal_basis": "BPR 68", "months": months}
    await (await stage.of("city")).post(f"{path}/post-notice", notice)
    await (await stage.of(login)).post(f"{path}/serve")


async def ask_hearing(stage: Stage, login: str, case: int, *, words: str) -> datetime:
    """Let the enterprise state its side and ask for a hearing, and the city call it; return its instant."""
    path = f"/api/credit/list/{case}"
    await (await stage.of(login)).post(f"{path}/state", {"text": words, "with_hearing": True})
    held_at = at_ten(await stage.time.now(), days=21)
    body = {"held_at": held_at.isoformat(), "place": PLACE}
    await (await stage.of("city")).post(f"{path}/call-hearing", body)
    return held_at


async def hear(stage: Stage, case: int, *, held_at: datetime) -> None:
    """Let the hearing be held and recorded by who did not open the case."""
    await stage.time.reach(held_at + timedelta(hours=2))
    minutes = {
        "minutes": "企业陈述：交接资料已补齐。主管部门出示责令决定、送达回证与现场记录。",
        "attended": True,
        "file_digest": paper(f"演示：听证笔录 {case}"),
    }
    await (await stage.of("city")).post(f"/api/credit/list/{case}/hear", minutes)


async def enlist(stage: Stage, case: int, *, months: int) -> None:
    """Let the case be reviewed, decided and listed, each step by its own officer."""
    path = f"/api/credit/list/{case}"
    review = {"text": "听证程序合法，事实与依据清楚。"}
    await (await stage.of("city2")).post(f"{path}/review", review)
    year = local_day(await stage.time.now()).year
    decision = {
        "outcome": "listed",
        "decision_no": f"示例市决〔{year}〕{case}号",
        "file_digest": paper(f"演示：列入退出名单决定书 {case}"),
        "months": months,
    }
    city = await stage.of("city")
    await city.post(f"{path}/decide", decision)
    await city.post(f"{path}/enlist")
