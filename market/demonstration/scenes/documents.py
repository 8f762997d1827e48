"""Papers of the demonstration: the tender document as a committee fills it in, and its other forms."""

from datetime import datetime, timedelta

import msgspec

from market.demonstration.scenes import founding
from market.demonstration.visitor import Json
from market.kernel import digest

TEXTS = {
    "project": "示例小区概况：住宅楼六栋，电梯十二部，地下车库一层。",
    "service": "按北京市住宅物业服务标准三级提供服务。",
    "bidder": "独立法人，能在现场设立单独核算的服务机构。",
    "evaluation": "综合评分法，权重见评分表；信用分按开标时已公布的评价计算。",
    "plan": "签订合同后三十日内完成承接查验与进场。",
    "contract": "采用本平台物业服务合同示范文本，核心条款以投标文件为准。",
    "other": "本项目为演示，所有主体均为虚构。",
}


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """What a tenderer looks for.

    Attributes:
        login: Of the committee or developer.
        keyholders: Log-in names of those who hold a key, the tenderer first.
        procedure: Key of the procedure; by default the open one of the profile.
        extra: What the document says otherwise than usual, as JSON.
    """

    login: str
    community: int
    place: founding.Place
    title: str
    area_centi: int
    issue_at: datetime
    deadline: datetime
    keyholders: tuple[str, ...]
    prophase: bool = False
    procedure: str = ""
    extra: Json = msgspec.UNSET


def paper(text: str) -> str:
    """Return the digest of a paper that is kept elsewhere."""
    return digest.h("file", text.encode())


def scan() -> bytes:
    """Return an empty page as PDF, in the place of a scanned paper."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 4\n0000000000 65535 f \n" + table
    return body + head + b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(body)


def content(wanted: Need, table: Json, *, decision: str | None) -> Json:
    """Return the tender document as JSON; a committee's names the owners' decision."""
    limit = wanted.area_centi * 4_00 // 100 * 12
    return {
        "title": wanted.title,
        "tenderer_address": "北京市朝阳区演示路 1 号",
        "nature": "住宅物业服务，公开招标",
        "place": "北京市朝阳区",
        "how_to_get": "在本平台免费下载",
        "opening_place": "本平台在线开标",
        "issue_at": wanted.issue_at.isoformat(),
        "deadline": wanted.deadline.isoformat(),
        "estimate_fen": limit,
        "bid_security_fen": limit // 100,
        "contract_months": 24 if wanted.prophase else 36,
        "parts": TEXTS,
        "lots": [
            {
                "id": "1",
                "title": "住宅物业服务",
                "area_centi": wanted.area_centi,
                "maximum_price_fen": limit,
                "services": table,
            }
        ],
        "decision": decision,
        **({} if wanted.extra is msgspec.UNSET else wanted.extra),
    }


def _line(name: str, points: int, **more: Json) -> Json:
    return {"id": name, "part": "expert", "points": points, **more}


TREE = {
    "groups": [
        {"id": "plan", "title": "服务方案", "points": 3_500},
        {"id": "people", "title": "人员与业绩", "points": 2_000},
    ],
    "criteria": [
        _line("daily", 1_500, title="日常服务方案", within="plan", standard="覆盖全部服务事项，做法具体可查"),
        _line("emergency", 1_000, title="应急预案", within="plan", standard="停水停电、消防、防汛各有预案"),
        _line("publicity", 1_000, title="公示与沟通", within="plan", standard="按月公示收支与服务记录"),
        _line("staff", 1_000, title="人员配置", within="people", standard="岗位与人数同报价一致"),
        _line("record", 1_000, title="同类项目业绩", within="people", standard="近三年在管同类项目"),
        _line("defence", 1_000, title="项目负责人答辩", standard="答问切题、熟悉本小区情况", defended=True),
        {"id": "price", "part": "price", "points": 2_500},
        {"id": "credit", "part": "credit", "points": 1_000},
    ],
    "defence": {"minutes": 20},
}
"""A weight table with parts, and a defence that is marked."""

TWO_ENVELOPES: Json = {"two_envelopes": {"threshold_percent": 60}}

CONDITIONS = {
    "legal": "具有独立法人资格，能在现场设立单独核算的服务机构",
    "staff": "拟派项目负责人有三年以上住宅项目经验，工程人员持证上岗",
    "record": "近三年在管住宅项目不少于一个，未被列入退出名单",
}


def prequalification(*, issue_at: datetime, days: int) -> Json:
    """Return the document by which applicants are called, with so many days to apply."""
    return {
        "prequalification": {
            "issue_at": issue_at.isoformat(),
            "deadline": (issue_at + timedelta(days=days)).isoformat(),
            "how_to_apply": "在本平台填写申请并上传证明材料",
            "conditions": [
                {"id": name, "text": text, "evidence": "加盖公章的证明材料"}
                for name, text in CONDITIONS.items()
            ],
        }
    }
