"""Scenes of pre-qualification: enterprises apply, the tenderer examines, tells all, invites the qualified."""

from collections.abc import Mapping
from datetime import datetime

from market.demonstration.scenes import documents
from market.demonstration.stage import Stage
from market.demonstration.visitor import Json

SAID = {
    "legal": "营业执照见附件；在朝阳区设有项目部。",
    "staff": "拟派负责人任职五年，持证工程人员六名。",
    "record": "在管住宅项目见附件清单。",
}
LACKING = "所附证明不能说明近三年在管住宅项目，逾期未补正。"


async def apply(stage: Stage, login: str, number: str) -> None:
    """Let an enterprise say something to every condition."""
    await (await stage.of(login)).post(f"/api/tenders/{number}/application", {"statements": SAID})


async def applications(stage: Stage, tenderer: str, number: str) -> list[Json]:
    """Return the applications that stand, for who examines them."""
    return list(await (await stage.of(tenderer)).get(f"/api/tenders/{number}/applications"))


async def examine(stage: Stage, tenderer: str, number: str, applicant: str, *, meets: bool) -> None:
    """Let the tenderer answer every condition; who does not qualify lacks the last one."""
    last = list(documents.CONDITIONS)[-1]
    verdicts = [
        {"condition": name, "met": meets or name != last, "reason": "" if meets or name != last else LACKING}
        for name in documents.CONDITIONS
    ]
    path = f"/api/tenders/{number}/applications/{applicant}/examination"
    await (await stage.of(tenderer)).post(path, {"verdicts": verdicts})


async def tell(stage: Stage, tenderer: str, number: str, *, meets: Mapping[str, bool]) -> None:
    """Examine all and tell everybody at the same time, by social credit code who meets the conditions."""
    for found in await applications(stage, tenderer, number):
        code = found["code"]
        await examine(stage, tenderer, number, found["id"], meets=meets[code])
    await (await stage.of(tenderer)).post(f"/api/tenders/{number}/prequalification/results")


async def invite(stage: Stage, tenderer: str, number: str, *, issue_at: datetime, deadline: datetime) -> None:
    """Invite the qualified, with the times of the bidding."""
    body = {"issue_at": issue_at.isoformat(), "deadline": deadline.isoformat()}
    await (await stage.of(tenderer)).post(f"/api/tenders/{number}/prequalification/invitations", body)
