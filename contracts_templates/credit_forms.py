"""Forms of the credit wing: notices, decisions, how to come off, the credit report."""

from typing import Final

from contracts_templates import credit_papers, credit_report, rating_spread
from contracts_templates.entry import Form, first

PRIOR_NOTICE: Final = first(
    "prior-notice", "XYGZ", "事先告知书", credit_papers.PriorNotice, "GB49; APL 44, 45, 62, 64"
)
RECORD_DECISION: Final = first(
    "record-decision",
    "XYRD",
    "信用信息认定决定书",
    credit_papers.RecordDecision,
    "APL 44, 45; ARL 20, 23; ALL 46",
)
LIST_DECISION: Final = first(
    "list-decision", "TCJD", "退出名单决定书", credit_papers.ListDecision, "GB49; BPR 68; ARL 20, 23; ALL 46"
)
REPAIR_NOTICE: Final = first(
    "repair-notice", "XFGZ", "信用修复告知书", credit_papers.RepairNotice, "NDRC36; GB22"
)
REMOVAL_NOTICE: Final = first(
    "removal-notice", "YCTZ", "移出退出名单通知书", credit_papers.RemovalNotice, "NDRC36; APL 48"
)
CREDIT_REPORT: Final = first(
    "credit-report", "XYBG", "物业服务企业信用报告", credit_report.CreditReport, "BPR 68; NDRC36; GB22"
)
RATING_SPREAD: Final = first(
    "rating-spread", "XYFB", "物业服务企业信用评价结果分布", rating_spread.RatingSpread, "BJ-EVAL26; BPR 68"
)
ALL: Final[tuple[Form, ...]] = (
    PRIOR_NOTICE,
    RECORD_DECISION,
    LIST_DECISION,
    REPAIR_NOTICE,
    REMOVAL_NOTICE,
    CREDIT_REPORT,
    RATING_SPREAD,
)
