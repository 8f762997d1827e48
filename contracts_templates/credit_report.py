"""What is merged into a credit report: a published rating and what stands beside it, for its reader."""

from datetime import date, datetime
from typing import Final

import msgspec

from market.kernel.share import decimal
from market.runtime.web import charts

AUDIENCES: Final = {
    "public": "公开版（任何人可查；不显示依法不公开的信息）",
    "own": "企业本单位版（含不公开的轻微信息，仅供本单位使用）",
    "authority": "主管部门版（含不公开的轻微信息，仅供履行职责使用）",
}
SEVERITIES: Final = {
    "minor": "轻微",
    "general": "一般",
    "serious": "严重",
    "very_serious": "特别严重",
    "good": "良好",
}
GRADES: Final = {"A": "A", "B": "B", "C": "C", "D": "D", "unrated": "暂不评级"}
LISTS: Final = {"exit": "退出名单", "national": "国家严重失信主体名单（转载）", "ban": "投标禁入决定"}


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """The last published rating.

    Attributes:
        cycle: It closed; empty for one published between two.
        digest: Of the snapshot; it stands in the public log.
    """

    cycle: str
    score_centi: int
    tender_centi: int
    grade: str
    published_on: date
    rule_set: int
    legal_basis: str
    digest: str


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """One published rating in the trend."""

    published_on: date
    cycle: str
    score_centi: int
    grade: str


class Components(msgspec.Struct, frozen=True, kw_only=True):
    """What the published score is made of, rounded each: ``E = PC + good - bad`` within its bounds.

    Attributes:
        project_centi: ``PC``, the mean of the projects.
        good_centi: Good information of the enterprise, within its cap; ``bad_centi`` what is taken.
        rest_centi: What bounds and rounding change.
    """

    project_centi: int
    good_centi: int
    bad_centi: int
    rest_centi: int


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """One project of the published score: ``S``, ``Q``, ``C``, area in hundredths of a square metre.

    Attributes:
        assumed: ``Q`` is the value for what was not evaluated yet, or of an older cycle.
    """

    name: str
    area_centi: int
    days: int
    record_centi: int
    quality_centi: int
    composite_centi: int
    assumed: bool


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A record in force.

    Attributes:
        points_centi: By the item table, before repeats and caps; negative for what takes points.
        shown: Everybody sees it today, until ``shown_until``.
        objected: Under objection; it counts all the same.
    """

    code: str
    name: str
    severity: str
    community: str
    fact_on: date
    effective_from: date
    expires_on: date | None
    shown: bool
    shown_until: date | None
    points_centi: int
    objected: bool


class Evaluated(msgspec.Struct, frozen=True, kw_only=True):
    """One released evaluation."""

    community: str
    cycle: str
    quality_centi: int
    released_on: date


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A list or a ban in force; ``kind`` is in ``LISTS``."""

    kind: str
    number: str
    basis: str
    from_on: date
    to_on: date | None


class Won(msgspec.Struct, frozen=True, kw_only=True):
    """A lot that was awarded to the enterprise."""

    tender: str
    title: str
    lot: str
    awarded_on: date
    cancelled: bool


class Method(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers of the rule set the method is explained with; centi-points, and ``quality_percent`` of 100."""

    base_centi: int
    quality_percent: int
    good_project_centi: int
    good_enterprise_centi: int
    a_centi: int
    b_centi: int
    c_centi: int


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger says."""

    number: str
    enterprise: str
    code: str
    as_of: datetime
    rule_set: int
    audience: str
    published: Published | None
    course: tuple[Course, ...]
    components: Components | None
    projects: tuple[Project, ...]
    items: tuple[Item, ...]
    expired: int
    repaired: int
    evaluations: tuple[Evaluated, ...]
    lists: tuple[Listed, ...]
    objections: int
    method: Method


class CreditReport(Standing, frozen=True, kw_only=True):
    """The ledger's word and what came of tenders.

    Attributes:
        lost: Lots in which the enterprise bid and another won.
    """

    won: tuple[Won, ...]
    lost: int


def course(standing: Standing) -> charts.Drawing:
    """Draw the trend of the published scores."""
    return charts.line(
        [
            (each.cycle or each.published_on.isoformat(), each.score_centi, decimal(each.score_centi))
            for each in standing.course
        ]
    )


def spoken(standing: Standing) -> str:
    """Return the trend in words, for who cannot see it."""
    return "，".join(
        f"{each.cycle or each.published_on.isoformat()} {decimal(each.score_centi)}"
        for each in standing.course
    )


PARTS = ("项目综合得分", "良好信息", "不良信息")


def parts(standing: Standing, *, names: tuple[str, str, str] = PARTS) -> charts.Drawing:
    """Draw what the published score is made of: projects, what was added, what was taken."""
    made = standing.components
    if made is None:
        return charts.bars([])
    return charts.bars(
        [
            (names[0], made.project_centi, decimal(made.project_centi)),
            (names[1], made.good_centi, f"+{decimal(made.good_centi)}"),
            (names[2], -made.bad_centi, decimal(-made.bad_centi)),
        ]
    )
