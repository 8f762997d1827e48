"""Scenes of appraisal: scorers who differ and a third one, an objection to a result, a re-check."""

from market.demonstration.scenes.supervising import cycle_of, sheet
from market.demonstration.stage import Stage


async def open_evaluation(stage: Stage, *, enterprise: int, community: int) -> int:
    """Let the street open the evaluation of a project in the running half-year."""
    cycle = cycle_of(await stage.time.now())
    body = {"enterprise": enterprise, "community": community, "cycle": cycle}
    return int((await (await stage.of("street")).post("/api/credit/evaluations", body))["id"])


async def score(stage: Stage, login: str, evaluation: int, *, percent: int) -> None:
    """Let a scorer fill a sheet of its own."""
    visitor = await stage.of(login)
    path = f"/api/credit/evaluations/{evaluation}/mark"
    await visitor.post(path, await sheet(stage, percent=percent))


async def dispute(stage: Stage, login: str, evaluation: int, *, grounds: str) -> int:
    """Let the enterprise object to the result of its project."""
    visitor = await stage.of(login)
    await visitor.post(f"/api/credit/evaluations/{evaluation}/dispute", {"grounds": grounds})
    return int(max(one["id"] for one in await visitor.get("/api/credit/objections")))


async def order_recheck(stage: Stage, evaluation: int, *, reasons: str) -> None:
    """Let the district order a new visit by another pair."""
    path = f"/api/credit/evaluations/{evaluation}/recheck"
    await (await stage.of("district")).post(path, {"reasons": reasons})


async def rescore(stage: Stage, login: str, recheck: int, *, percent: int) -> None:
    """Let somebody who scored nothing of it fill the form anew."""
    path = f"/api/credit/rechecks/{recheck}/score"
    await (await stage.of(login)).post(path, await sheet(stage, percent=percent))


async def settle(stage: Stage, login: str, recheck: int, *, outcome: str, reasons: str) -> None:
    """Let the district replace the result, or let it stand."""
    path = f"/api/credit/rechecks/{recheck}/settle"
    await (await stage.of(login)).post(path, {"outcome": outcome, "reasons": reasons})


async def recheck_of(stage: Stage, evaluation: int) -> int:
    """Return the newest re-check of an evaluation."""
    found = await (await stage.of("district")).get(f"/api/credit/evaluations/{evaluation}")
    return int(max(one["id"] for one in found["rechecks"]))
