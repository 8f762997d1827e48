"""Scenes of the city's own papers: a draft of the rule set, the mirrored list, figures, measures."""

import json
from collections.abc import Sequence
from datetime import timedelta

from market.demonstration.stage import Stage
from market.kernel.period import local_day


async def draft_rules(stage: Stage, *, purpose: str) -> int:
    """Let the city draft a version of the credit rules."""
    city = await stage.of("city")
    return int((await city.post("/api/credit/rules/drafts", {"purpose": purpose}))["id"])


async def edit(stage: Stage, draft: int, *, row: str, **cells: str) -> None:
    """Change cells of an item in a draft, and leave the others as they are."""
    table = "items"
    city, path = await stage.of("city"), f"/api/credit/rules/drafts/{draft}"
    rows = (await city.get(path))["tables"][table]
    found = next(each for each in rows if each["code"] == row)
    body = {"table": table, "row": row, "cells": found | cells}
    await city.post(f"{path}/rows", body)


async def try_out(stage: Stage, draft: int) -> None:
    """Try the draft on everybody's records; its report with the fairness sheet stands beside it."""
    await (await stage.of("city")).post(f"/api/credit/rules/drafts/{draft}/simulate")


async def approve(stage: Stage, draft: int, *, by: str) -> None:
    """Let somebody who wrote nothing of it approve."""
    await (await stage.of(by)).post(f"/api/credit/rules/drafts/{draft}/approve")


async def mirror(stage: Stage, codes: Sequence[tuple[str, str]]) -> None:
    """Let the city import the newest batch of the national list: codes and names of who stands on it."""
    today = local_day(await stage.time.now())
    batch = {
        "batch": f"demo-{today:%Y%m%d}",
        "source": "演示来源：全国信用信息共享平台（虚构）",
        "published_on": today.isoformat(),
        "entries": [
            {
                "code": code,
                "name": name,
                "list_name": "拖欠农民工工资失信联合惩戒对象名单",
                "authority": "示例人力资源和社会保障局",
                "document_no": f"示例人社失信〔{today.year}〕{place}号",
                "listed_on": (today - timedelta(days=12)).isoformat(),
            }
            for place, (code, name) in enumerate(codes, start=1)
        ],
    }
    data = json.dumps(batch, ensure_ascii=False).encode()
    await (await stage.of("city")).send("/api/credit/national-list", data, method="POST")


async def measures(stage: Stage, officer: str, *, days: int = 180) -> int:
    """Issue what published grades propose to an authority, all but the last; return how many were issued."""
    visitor, today = await stage.of(officer), local_day(await stage.time.now())
    waiting = await visitor.get("/api/credit/measures")
    for found in waiting[:-1]:
        body = {
            "enterprise": found["enterprise"],
            "key": found["key"],
            "from_on": today.isoformat(),
            "to_on": (today + timedelta(days=days)).isoformat(),
            "reasons": "依据最近一次公布的信用等级",
        }
        await visitor.post("/api/credit/measures", body)
    return max(0, len(waiting) - 1)


async def figures(stage: Stage, communities: Sequence[str], *, cycle: str) -> None:
    """Let the district import 12345 figures of a half-year for communities by name."""
    rows = [
        f"{name},{cases},{cases},{cases * 3 // 4},{cases * 3 // 5},{cases // 10},{cases * 2 // 3}"
        for cases, name in enumerate(communities, start=40)
    ]
    data = "\n".join(["小区,诉求,响应,回访,解决,部分解决,满意", *rows]).encode()
    await (await stage.of("district")).send(f"/api/credit/figures/{cycle}", data, method="POST")
