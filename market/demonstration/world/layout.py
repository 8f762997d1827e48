"""What the fictional world consists of: communities, committees, enterprises, tenders. Data only."""

import msgspec

from market.demonstration import people
from market.demonstration.scenes.founding import Place
from market.parties.public import OrganisationKind


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A community with its committee, and how far its tender goes.

    Attributes:
        login: Of the committee.
        until: Stage the tender is left in.
    """

    login: str
    until: str
    place: Place
    kind: OrganisationKind = OrganisationKind.OWNERS_COMMITTEE


class Company(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise and what is known of it.

    Attributes:
        percent: Share of the points its evaluation brings; ``None``: it manages nothing here.
        items: Catalogue items with decided records.
        listed: On the exit list, and barred from must-tender projects.
    """

    login: str
    name: str
    percent: int | None = None
    items: tuple[str, ...] = ()
    listed: bool = False


def _place(name: str, community: str, households: int, year: int) -> Place:
    return Place(
        name=f"示例{name}",
        division=f"{people.STREET}{community}",
        households=households,
        area_centi=households * 95_00,
        year=year,
        buildings=max(1, households // 120),
    )


EARLY = (
    Plan(login="committee-overdue", until="overdue", place=_place("永安里南区", "026", 860, 1998)),
    Plan(login="committee-completed", until="completed", place=_place("光华里小区", "027", 640, 1996)),
)
"""Tendered first: a handover takes more than a month."""

MIDDLE = (
    Plan(login="committee-failed", until="failed", place=_place("北郎家园", "025", 420, 1994)),
    Plan(login="committee-opened", until="opened", place=_place("建国里小区", "028", 510, 2001)),
    Plan(login="committee-evaluation", until="evaluation", place=_place("秀水园", "029", 380, 2003)),
    Plan(login="committee-ranked", until="ranked", place=_place("北郎东里", "033", 720, 2005)),
    Plan(login="committee-decided", until="decided", place=_place("永安里东区", "034", 930, 2000)),
    Plan(login="committee-awarded", until="awarded", place=_place("大北家园", "035", 1280, 2009)),
    Plan(login="committee-contracted", until="contracted", place=_place("月河园", "036", 760, 2011)),
    Plan(login="committee-opening", until="opening", place=_place("大望家园", "037", 1100, 2012)),
    Plan(login="committee-bidding", until="bidding", place=_place("光华东里", "038", 690, 1999)),
)

FURTHER = (
    Plan(login="committee-prequal", until="prequal-review", place=_place("光华西里", "027", 590, 2004)),
    Plan(login="committee-qualified", until="bidding", place=_place("大望东园", "037", 880, 2013)),
    Plan(login="committee-rekeyed", until="bidding", place=_place("秀水西园", "029", 310, 1999)),
    Plan(login="committee-locked", until="price-opening", place=_place("建国里南区", "028", 470, 2000)),
    Plan(login="committee-tree", until="ranked", place=_place("月河新园", "036", 540, 2014)),
)
"""Applicants examined first, keys that were changed, and two envelopes."""

LATE = (
    Plan(login="committee", until="draft", place=_place("南郎家园", "024", 560, 1995)),
    Plan(login="committee-filed", until="filed", place=_place("南郎新园", "024", 300, 2008)),
    Plan(login="committee-returned", until="returned", place=_place("永安里西区", "026", 450, 1997)),
    Plan(
        login="pmc",
        until="accepted",
        place=_place("光华里北院", "027", 240, 1989),
        kind=OrganisationKind.MANAGEMENT_COMMITTEE,
    ),
    Plan(login="committee-published", until="published", place=_place("建国里北区", "028", 330, 2002)),
    Plan(login="committee-terminated", until="terminated", place=_place("秀水东园", "029", 280, 2004)),
)

COMPANIES = (
    Company(login="bidder", name="示例恒和物业服务有限公司", percent=96),
    Company(login="enterprise-02", name="示例安居物业服务有限公司", percent=93),
    Company(login="enterprise-03", name="示例惠民物业管理有限公司", percent=90),
    Company(login="enterprise-04", name="示例清源物业服务有限公司", percent=62, items=("N-GE-07",)),
    Company(login="enterprise-05", name="示例同心物业服务有限公司", percent=90, items=("N-SE-11",)),
    Company(login="enterprise-06", name="示例远望物业管理有限公司", percent=84, items=("N-VS-11",)),
    Company(login="enterprise-07", name="示例北辰物业服务有限公司", percent=44, items=("N-GE-06",)),
    Company(login="enterprise-08", name="示例华廷物业管理有限公司", percent=70, items=("N-VS-01",)),
    Company(
        login="enterprise-09",
        name="示例金穗物业服务有限公司",
        percent=66,
        items=("N-VS-11", "N-VS-03"),
        listed=True,
    ),
    Company(login="enterprise-10", name="示例初晓物业服务有限公司"),
    Company(login="enterprise-11", name="示例新川物业服务有限公司"),
    Company(login="enterprise-12", name="示例云栖物业管理有限公司"),
)
"""Grades A to D and three that are new here."""

BIDDERS = (
    "bidder",
    "enterprise-02",
    "enterprise-03",
    "enterprise-04",
    "enterprise-05",
    "enterprise-10",
    "enterprise-11",
)
"""Who bids; every tender has three of them in turn."""

LATELY = {"bidder": 97, "enterprise-04": 79, "enterprise-06": 84, "enterprise-07": 47}
"""Whom the running half-year is evaluated for already: share of the points; one rose by more than others."""

FACTS = {
    "N-GE-06": "服务不符合合同约定标准，受到警告",
    "N-GE-07": "未劝阻、未报告占用消防通道的违法建设",
    "N-SE-11": "中标后无正当理由拒签合同",
    "N-VS-01": "合同终止后经责令仍拒不退出物业管理区域",
    "N-VS-03": "电梯维护不当发生安全责任事故，无人员死亡",
    "N-VS-04": "挪用住宅专项维修资金，经查证属实",
    "N-VS-11": "为取得信用加分提交伪造的获奖证明",
}
PROJECT_ITEMS = frozenset({"N-VS-03", "N-GE-06", "N-GE-07"})


def all_plans() -> tuple[Plan, ...]:
    """Return every community of the world."""
    return (*EARLY, *MIDDLE, *LATE, *FURTHER)
