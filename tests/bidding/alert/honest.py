"""Honest tenders made from a seed: bidders of their own cost, staff, words and files, nothing agreed.

A digest of the seed and a place is the only source of chance, so every run sees the same tenders.
"""

import hashlib

from bidding.domain.alert import detect
from bidding.domain.alert.material import File, Material, Trace

ITEMS = tuple(f"I{number:02d}" for number in range(1, 19))
SYLLABLES = tuple("清洁绿化巡查维修安全秩序客服投诉设备电梯消防水泵照明楼道停车门禁报修回访培训考核台账")
TEMPLATE = "投标人承诺按照招标文件的要求提供物业服务，遵守法律法规，接受业主监督，按期交接。" * 6
"""Words of the tender document that every bidder repeats."""
ISSUED = detect.Issued(words=TEMPLATE, files=frozenset({"f" * 64}))
TOOLS = ("WPS 文字", "Microsoft Word 2019", "LibreOffice 7")


def chance(*place: object) -> int:
    """Return a number of 64 bits that depends on the place alone."""
    return int.from_bytes(hashlib.sha256(repr(place).encode()).digest()[:8])


def between(low: int, high: int, *place: object) -> int:
    """Return a number from *low* to *high*."""
    return low + chance(*place) % (high - low + 1)


def prose(seed: object, words: int = 900) -> str:
    """Return a plan in words of its own."""
    return "".join(SYLLABLES[chance("word", seed, place) % len(SYLLABLES)] for place in range(words))


def tender(seed: int) -> list[Material]:
    """Return the three to seven bids of one honest tender."""
    costs = {code: between(40_000_00, 900_000_00, "cost", seed, code) for code in ITEMS}
    return [bidder(seed, number, costs) for number in range(between(3, 7, "bidders", seed))]


def bidder(seed: int, number: int, costs: dict[str, int]) -> Material:
    """Return a bid: the market's cost of each item times the bidder's own level and the item's own luck."""
    own = (seed, number)
    level = between(880, 1_120, "level", own)
    items = tuple(
        (code, cost * level * between(850, 1_150, "item", own, code) // 1_000_000)
        for code, cost in costs.items()
    )
    return Material(
        commitment=hashlib.sha256(repr(own).encode()).hexdigest(),
        code=f"91110105{chance('code', own) % 10**10:010d}",
        bidder=f"虚构第{chance('name', own) % 10**8:08d}物业服务公司",
        price_fen=sum(price for _, price in items),
        preparers=(
            Trace(field="person", value=f"职员{chance('author', own) % 10**6}", where="plan.docx"),
            Trace(field="tool", value=TOOLS[chance("tool", own) % len(TOOLS)], where="plan.docx"),
        ),
        people=tuple(
            Trace(field="member", value=f"ZJ{chance('member', own, place) % 10**7:07d}", where="offer.json")
            for place in range(8)
        ),
        contacts=(Trace(field="phone", value=f"010{chance('phone', own) % 10**8:08d}", where="readout"),),
        items=items,
        files=(
            File(name="plan.docx", size=40_000, digest=hashlib.sha256(repr(("f", own)).encode()).hexdigest()),
            File(name="承诺书.pdf", size=9_000, digest="f" * 64),
        ),
        texts=(("plan.docx", TEMPLATE + prose(own)),),
    )
