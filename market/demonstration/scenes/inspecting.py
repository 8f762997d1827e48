"""Scenes of supervision on the ground: a plan, an unannounced visit with photographs, orders to correct."""

import struct
import zlib
from datetime import timedelta

from market.demonstration.stage import Stage
from market.demonstration.visitor import Json
from market.kernel.period import local_day

FIRST = {"name": "演示检查员甲", "certificate": "示例执法-0101"}
SECOND = {"name": "演示检查员乙", "certificate": "示例执法-0102"}
FLAWS = {
    "E2-2": "三号楼北侧外墙面砖松动，下方未设警示",
    "E5-1": "垃圾房两日未清运，地面有渗液",
}
SEEN = ("E1-1", "E1-2", "E2-1", "E3-1")


def picture(shade: int) -> bytes:
    """Return a small grey PNG: a photograph of the demonstration shows nobody and nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((shade + line) % 256 for _ in range(64)) for line in range(48))
    head = struct.pack(">IIBBBBB", 64, 48, 8, 0, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows, 9)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


async def plan(stage: Stage, officer: str, *, cycle: str) -> list[Json]:
    """Draw up an authority's plan of a half-year; return its open visits."""
    visitor = await stage.of(officer)
    await visitor.post("/api/credit/inspections/plans", {"cycle": cycle})
    return list(await visitor.get("/api/credit/inspections"))


async def name(stage: Stage, officer: str, visit: int) -> None:
    """Name two inspectors and the day, today."""
    today = local_day(await stage.time.now()).isoformat()
    body = {"visit_on": today, "first": FIRST, "second": SECOND}
    await (await stage.of(officer)).post(f"/api/credit/inspections/{visit}/name", body)


async def hold(stage: Stage, officer: str, visit: int) -> None:
    """Photograph each flaw and write the record; nobody was told of the visit."""
    visitor, now = await stage.of(officer), await stage.time.now()
    path = f"/api/credit/inspections/{visit}"
    for place, line in enumerate(FLAWS):
        said = {
            "indicator": line,
            "taken_at": (now - timedelta(minutes=5)).isoformat(),
            "latitude_micro": "39908000",
            "longitude_micro": "116447000",
        }
        await visitor.fill(
            f"{path}/photos", said, file=(f"{line}.png", picture(90 + 60 * place), "image/png")
        )
    lines = {one: {"found": "ok"} for one in SEEN}
    lines |= {one: {"found": "flaw", "note": note} for one, note in FLAWS.items()}
    body = {
        "visited_at": now.isoformat(),
        "lines": lines,
        "summary": "现场秩序良好，两处问题当场告知项目负责人。",
    }
    await visitor.post(f"{path}/hold", body)


async def pursue(stage: Stage, officer: str, visit: int) -> None:
    """Let an order be proposed for one flaw, and a record be drafted with one for the other."""
    pursuits = {
        "E2-2": {"breach": "safety", "action": "排查并加固松动面砖，整改期间设置警示和围挡"},
        "E5-1": {"item_code": "N-GE-01", "breach": "service", "action": "当日清运并冲洗垃圾房"},
    }
    path = f"/api/credit/inspections/{visit}/pursue"
    await (await stage.of(officer)).post(path, {"pursuits": pursuits})


async def orders(stage: Stage, officer: str) -> list[Json]:
    """Return the open orders an officer has to do with."""
    return list(await (await stage.of(officer)).get("/api/credit/orders"))


async def issue(stage: Stage, officer: str, order: int, *, days: int = 10) -> None:
    """Let a second person issue a proposed order."""
    year = local_day(await stage.time.now()).year
    body = {
        "number": f"示例责改字〔{year}〕{order}号",
        "days": days,
        "first": FIRST,
        "second": SECOND,
        "contact": "示例街道城管办 010-00000000",
    }
    await (await stage.of(officer)).post(f"/api/credit/orders/{order}/issue", body)


async def serve(stage: Stage, login: str, order: int) -> None:
    """Let the addressee open the order; its limit begins."""
    await (await stage.of(login)).post(f"/api/credit/orders/{order}/serve")


async def reply(stage: Stage, login: str, order: int, *, text: str) -> None:
    """Let the addressee say what it did, with a picture of it."""
    path = f"/api/credit/orders/{order}/reply"
    await (await stage.of(login)).fill(path, {"text": text}, file=("done.png", picture(200), "image/png"))


async def recheck(stage: Stage, officer: str, order: int, *, outcome: str, text: str) -> None:
    """Let two inspectors look again."""
    body = {"outcome": outcome, "text": text, "first": FIRST, "second": SECOND}
    await (await stage.of(officer)).post(f"/api/credit/orders/{order}/recheck", body)


async def propose(stage: Stage, officer: str, *, enterprise: int, community: int, facts: str) -> int:
    """Propose an order about a project, with a photograph of what was found today."""
    said = {
        "addressee": str(enterprise),
        "community": str(community),
        "breach": "service",
        "found_on": local_day(await stage.time.now()).isoformat(),
        "facts": facts,
        "action": "修复并恢复正常照明",
    }
    visitor = await stage.of(officer)
    made = await visitor.fill("/api/credit/orders", said, file=("found.png", picture(60), "image/png"))
    return int(made["id"])
