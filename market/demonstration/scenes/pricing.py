"""What is asked for and offered item by item: the table of a tender, the prices of a bid, its manager."""

from collections.abc import Sequence

from market.demonstration.stage import Stage
from market.demonstration.visitor import Json
from market.kernel import digest


def _drawn(text: str) -> str:
    return digest.h("file", text.encode())


def manager_of(login: str, number: str) -> str:
    """Return the registration number of the project manager an enterprise offers in a tender."""
    return f"示例-PM-{number[-4:]}-{_drawn(login)[:4]}"


async def services(stage: Stage) -> Json:
    """Return an item table of level 3 from the catalogue in force, the lifts at level 4."""
    found = await (await stage.public()).get("/api/catalogue")
    raised = {"E3-01": 4, "E3-03": 4}
    lines = [
        {
            "code": item["code"],
            "area": item["area"],
            "name": item["name_zh"],
            "unit": item["unit_zh"],
            "level": (level := raised.get(item["code"], 3)),
            "standard": item["standards"][level - 1],
        }
        for item in found["items"]
    ]
    return {"catalogue": found["name"], "level": 3, "lines": lines}


def items(lines: Sequence[Json], *, login: str, price_fen: int) -> dict[str, tuple[int, int]]:
    """Return level and price of every item: no two enterprises spread their price alike; the sum is exact."""
    weights = {one["code"]: 2 + int(_drawn(f"{login} {one['code']}")[:2], 16) % 7 for one in lines}
    whole = sum(weights.values())
    priced = {one["code"]: (one["level"], price_fen * weights[one["code"]] // whole) for one in lines}
    first = lines[0]["code"]
    rest = price_fen - sum(price for _, price in priced.values())
    return priced | {first: (priced[first][0], priced[first][1] + rest)}
