"""Values of the credit papers, with every part that can be there."""

from datetime import UTC, date, datetime
from typing import Final

import msgspec

from contracts_templates import credit_forms, credit_papers, credit_report, form, rating_spread

WHO: Final = {
    "issuer": "示例区住房和城乡建设委员会",
    "addressee": "示例物业服务有限公司",
    "addressee_code": "91110108MA01ABCD5T",
    "salt": "5a" * 32,
}
FACTS: Final = (
    "2027年2月3日检查发现，示例家园3号楼消防通道被杂物占用超过三十日，经两次书面提示仍未清理，业主多次投诉。"
)
NOTICE: Final = credit_papers.PriorNotice(
    number="GZ-J17-20270310",
    **WHO,
    subject="N-GE-03 消防通道未保持畅通",
    facts=FACTS,
    evidence=("京示住建罚〔2027〕12号（2027年3月1日），文件摘要值 9f86d081884c7d65", "检查照片四张"),
    law="BPR 68；APL 44、45",
    intended="认定为不良信用信息，扣 3.00 分，自 2027年3月1日起十二个月",
    days=5,
    hearing=True,
    contact="010-00000000",
    letter="EMS-1",
    deemed_days=3,
    posted_on=date(2027, 3, 10),
)
DECIDED: Final = credit_papers.RecordDecision(
    number="JD-J17-20270325",
    **WHO,
    subject="N-GE-03 消防通道未保持畅通",
    severity="general",
    facts=FACTS,
    evidence=NOTICE.evidence,
    law="BPR 68；NDRC36",
    adverse=True,
    warning=False,
    points_centi=300,
    effective_from=date(2027, 3, 1),
    expires_on=date(2028, 3, 1),
    shown=True,
    shown_until=date(2028, 3, 1),
    statements=("杂物系业主个人堆放，已经张贴通知。",),
    reasons="物业服务人对共用部位负有管理义务，张贴通知不足以免除其义务，申辩意见不予采纳。",
    notice_number=NOTICE.number,
    notice_served_on=date(2027, 3, 11),
    repair_number="XF-J17-20270325",
    decided_on=date(2027, 3, 25),
)
REPAIR: Final = credit_papers.RepairNotice(
    number="XF-J17-20270325",
    **WHO,
    decision_number=DECIDED.number,
    subject=DECIDED.subject,
    listing=False,
    possible=True,
    open_from=date(2027, 6, 1),
    needed=("correction_digest", "refund_digest", "training_digest"),
    authority="示例区住房和城乡建设委员会",
    accept_days=3,
    decide_days=10,
    longer_days=10,
    bar_months=12,
    ends_on=date(2028, 3, 1),
    served_on=date(2027, 3, 25),
)
LISTED: Final = credit_papers.ListDecision(
    number="JD-T4-20270601",
    **{**WHO, "issuer": "示例市住房和城乡建设委员会"},
    outcome="listed",
    decision_no="京建退〔2027〕1号",
    decision_digest="9f" * 32,
    facts=FACTS,
    reasons="拒不履行交接义务，严重损害业主权益。",
    law="BPR 68, 97",
    statements=("交接资料正在整理，请求宽限。",),
    heard_on=date(2027, 5, 20),
    reviewed="经法制审核，事实清楚、程序合法；宽限请求没有正当理由，不予采纳。",
    months=12,
    listed_on=date(2027, 6, 1),
    ends_on=date(2028, 6, 1),
    effects=(("在本平台公示列入情况", "BPR 68"), ("停止信用奖励措施", "BPR 68")),
    lasting=False,
    notice_number="GZ-T4-20270501",
    notice_served_on=date(2027, 5, 2),
    repair_number="XF-T4-20270601",
    decided_on=date(2027, 5, 30),
    served_on=date(2027, 6, 1),
)
REMOVED: Final = credit_papers.RemovalNotice(
    number="YC-T4-20280601",
    **{**WHO, "issuer": "示例市住房和城乡建设委员会"},
    way="revoked",
    decision_no=LISTED.decision_no,
    listed_on=date(2027, 6, 1),
    ends_on=date(2028, 6, 1),
    reasons="所依据的处罚决定已经被撤销。",
    removed_on=date(2027, 9, 1),
)
PLEDGE: Final = credit_papers.RepairPledge(
    number="CN-J17-20270601",
    enterprise=WHO["addressee"],
    code=WHO["addressee_code"],
    item="N-GE-03 消防通道未保持畅通",
    document_no="京示住建罚〔2027〕12号",
    document_on=date(2027, 3, 1),
    authority=WHO["issuer"],
    pledged_on=date(2027, 6, 1),
)
REPORT: Final = credit_report.CreditReport(
    number="XYBG-CD5T-20270701093000",
    enterprise=WHO["addressee"],
    code=WHO["addressee_code"],
    as_of=datetime(2027, 7, 1, 1, 30, tzinfo=UTC),
    rule_set=1,
    audience="public",
    published=credit_report.Published(
        cycle="2026H2",
        score_centi=8_425,
        tender_centi=8_125,
        grade="B",
        published_on=date(2027, 1, 29),
        rule_set=1,
        legal_basis="BPR 68",
        digest="3c" * 32,
    ),
    course=tuple(
        credit_report.Course(published_on=day, cycle=cycle, score_centi=score, grade=grade)
        for day, cycle, score, grade in (
            (date(2025, 7, 30), "2025H1", 7_912, "B"),
            (date(2026, 1, 29), "2025H2", 8_653, "A"),
            (date(2026, 4, 2), "", 8_153, "B"),
            (date(2026, 7, 30), "2026H1", 8_011, "B"),
            (date(2027, 1, 29), "2026H2", 8_425, "B"),
        )
    ),
    components=credit_report.Components(project_centi=8_525, good_centi=300, bad_centi=400, rest_centi=0),
    projects=tuple(
        credit_report.Project(
            name=name,
            area_centi=area,
            days=181,
            record_centi=record,
            quality_centi=quality,
            composite_centi=(record + quality) // 2,
            assumed=assumed,
        )
        for name, area, record, quality, assumed in (
            ("示例家园", 312_000_00, 9_700, 8_050, False),
            ("示例花园二期（含公共租赁住房和配套商业用房部分）", 1_128_000_50, 10_000, 8_000, True),
        )
    ),
    items=(
        credit_report.Item(
            code="N-GE-03",
            name="消防通道未保持畅通",
            severity="general",
            community="示例家园",
            fact_on=date(2027, 2, 3),
            effective_from=date(2027, 3, 1),
            expires_on=date(2028, 3, 1),
            shown=True,
            shown_until=date(2028, 3, 1),
            points_centi=-300,
            objected=True,
        ),
        credit_report.Item(
            code="P-05",
            name="市级以上荣誉",
            severity="good",
            community="",
            fact_on=date(2026, 10, 1),
            effective_from=date(2026, 10, 1),
            expires_on=date(2027, 10, 1),
            shown=True,
            shown_until=date(2027, 10, 1),
            points_centi=300,
            objected=False,
        ),
    ),
    expired=4,
    repaired=1,
    evaluations=(
        credit_report.Evaluated(
            community="示例家园", cycle="2026H2", quality_centi=8_050, released_on=date(2027, 1, 10)
        ),
    ),
    lists=(
        credit_report.Listed(
            kind="exit",
            number="京建退〔2027〕1号",
            basis="BPR 68",
            from_on=date(2027, 6, 1),
            to_on=date(2028, 6, 1),
        ),
    ),
    objections=1,
    method=credit_report.Method(
        base_centi=10_000,
        quality_percent=50,
        good_project_centi=1_000,
        good_enterprise_centi=1_500,
        a_centi=8_500,
        b_centi=7_500,
        c_centi=6_000,
    ),
    won=(
        credit_report.Won(
            tender="BJ-2027-0004",
            title="示例家园物业服务",
            lot="1",
            awarded_on=date(2027, 5, 1),
            cancelled=False,
        ),
    ),
    lost=2,
)
EMPTY: Final = msgspec.structs.replace(
    REPORT,
    published=None,
    course=(),
    components=None,
    projects=(),
    items=(),
    expired=0,
    repaired=0,
    evaluations=(),
    lists=(),
    objections=0,
    won=(),
    lost=0,
)
_LETTERS: Final = ("A", "B", "C", "D", "unrated")


def _counted(*many: int) -> tuple[rating_spread.Counted, ...]:
    return tuple(
        rating_spread.Counted(name=name, many=number) for name, number in zip(_LETTERS, many, strict=True)
    )


SPREAD: Final = rating_spread.RatingSpread(
    number="XYFB-2026H2",
    cycle="2026H2",
    district="",
    published_on=date(2027, 1, 29),
    legal_basis="BPR 68",
    published_digest="4d" * 32,
    enterprises=56,
    mean_centi=8_211,
    median_centi=8_300,
    grades=_counted(12, 28, 10, 2, 4),
    districts=(
        rating_spread.District(name="东城区", grades=_counted(5, 12, 3, 1, 1)),
        rating_spread.District(name="朝阳区", grades=_counted(7, 16, 7, 1, 3)),
    ),
    bands=tuple(
        rating_spread.Counted(name=name, many=many)
        for name, many in (("90.00–94.99", 5), ("85.00–89.99", 7), ("80.00–84.99", 30), ("75.00–79.99", 14))
    ),
    before="2026H1",
    both=54,
    new=2,
    gone=1,
    better=6,
    worse=3,
    steps=(rating_spread.Step(before="B", now="A", many=6), rating_spread.Step(before="A", now="B", many=3)),
    change_centi=35,
)
CREDIT: Final[tuple[tuple[form.Form, msgspec.Struct], ...]] = (
    (credit_forms.PRIOR_NOTICE, NOTICE),
    (credit_forms.RECORD_DECISION, DECIDED),
    (credit_forms.LIST_DECISION, LISTED),
    (credit_forms.REPAIR_NOTICE, REPAIR),
    (credit_forms.REMOVAL_NOTICE, REMOVED),
    (form.REPAIR_PLEDGE, PLEDGE),
    (credit_forms.CREDIT_REPORT, REPORT),
    (credit_forms.CREDIT_REPORT, EMPTY),
    (credit_forms.RATING_SPREAD, SPREAD),
)
