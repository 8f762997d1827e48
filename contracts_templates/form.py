"""The register of documents: one entry per text, with version, effective date and basis."""

from collections.abc import Mapping
from typing import Final

from contracts_templates import (
    content,
    credit_forms,
    credit_papers,
    evaluated,
    handover,
    letters,
    oversight,
    records,
    settlement,
)
from contracts_templates.entry import ISSUER, SINCE, first
from contracts_templates.entry import Form as Form  # noqa: PLC0414 - its name for everybody else

SERVICE_CONTRACT_1: Final = Form(
    id="service-contract",
    version=1,
    code="WYHT-1",
    title="物业服务合同",
    template="service_contract_1.html",
    content=content.ServiceContract1,
    effective_from=SINCE,
    issuer=ISSUER,
    source="CC 937-950; BPR 61-77; wording [design]",
)
SERVICE_CONTRACT: Final = Form(
    id="service-contract",
    version=2,
    code="WYHT-2",
    title="物业服务合同",
    template="service_contract.html",
    content=content.ServiceContract,
    effective_from=SINCE,
    issuer=ISSUER,
    source="CC 937-950; BPR 61-77; wording [design]",
)
AGREED_CONTRACT: Final = Form(
    id="agreed-contract",
    version=1,
    code="XYHT-1",
    title="前期物业服务合同",
    template="service_contract.html",
    content=content.AgreedContract,
    effective_from=SINCE,
    issuer=ISSUER,
    source="CC 937-950; BPR 61-77; PMR 24; wording [design]",
)
RENEWED_CONTRACT: Final = Form(
    id="renewed-contract",
    version=1,
    code="XQHT-1",
    title="物业服务合同（续订）",
    template="service_contract.html",
    content=content.RenewedContract,
    effective_from=SINCE,
    issuer=ISSUER,
    source="CC 278, 937-950; BPR 34, 61-77; wording [design]",
)
AWARD_NOTICE_1: Final = Form(
    id="award-notice",
    version=1,
    code="ZBTZ-1",
    title="中标通知书",
    template="award_notice_1.html",
    content=content.AwardNotice,
    effective_from=SINCE,
    issuer=ISSUER,
    source="BL 45, 46; BLR 57; wording [design]",
)
AWARD_NOTICE: Final = Form(
    id="award-notice",
    version=2,
    code="ZBTZ-2",
    title="中标通知书",
    template="award_notice.html",
    content=content.AwardNotice,
    effective_from=SINCE,
    issuer=ISSUER,
    source="BL 45, 46; BLR 57; wording [design]",
)
RESULT_LETTER_1: Final = Form(
    id="result-letter",
    version=1,
    code="JGTZ-1",
    title="招标结果通知书",
    template="result_letter_1.html",
    content=content.ResultLetter1,
    effective_from=SINCE,
    issuer=ISSUER,
    source="BL 45; BLR 54, 57, 60; wording [design]",
)
RESULT_LETTER: Final = Form(
    id="result-letter",
    version=2,
    code="JGTZ-2",
    title="招标结果通知书",
    template="result_letter.html",
    content=content.ResultLetter,
    effective_from=SINCE,
    issuer=ISSUER,
    source="BL 45; BLR 54, 57, 60; wording [design]",
)
BID_RECEIPT: Final = Form(
    id="bid-receipt",
    version=1,
    code="TBHZ-1",
    title="密封投标回执",
    template="bid_receipt.html",
    content=content.BidReceipt,
    effective_from=SINCE,
    issuer=ISSUER,
    source="BL 28; BLR 36; wording [design]",
)
HANDOVER_RECORD: Final = Form(
    id="handover-record",
    version=1,
    code="WYJJ-1",
    title="物业服务项目交接记录",
    template="handover_record.html",
    content=handover.HandoverRecord,
    effective_from=SINCE,
    issuer=ISSUER,
    source="BPR 21, 71, 76; CC 946-950; wording [design]",
)
RECTIFICATION_1: Final = Form(
    id="rectification-order",
    version=1,
    code="ZLGZ-1",
    title="责令限期改正通知书",
    template="rectification_order_1.html",
    content=handover.Rectification,
    effective_from=SINCE,
    issuer=ISSUER,
    source="BPR 97; APL 28; wording [design]",
)
RECTIFICATION: Final = Form(
    id="rectification-order",
    version=2,
    code="ZLGZ-2",
    title="责令限期改正通知书",
    template="rectification_order.html",
    content=handover.Rectification,
    effective_from=SINCE,
    issuer=ISSUER,
    source="BPR 97; APL 28; wording [design]",
)
CORRECTION: Final = Form(
    id="correction-order",
    version=1,
    code="ZLXG-1",
    title="责令限期改正通知书",
    template="correction_order.html",
    content=oversight.CorrectionOrder,
    effective_from=SINCE,
    issuer=ISSUER,
    source="BPR 90-100; APL 28, 42, 44, 45; CC 201, 203; wording [design]",
)
INSPECTION: Final = Form(
    id="inspection-record",
    version=1,
    code="JCJL-1",
    title="物业服务项目检查记录",
    template="inspection_record.html",
    content=oversight.InspectionRecord,
    effective_from=SINCE,
    issuer=ISSUER,
    source="BPR 68; APL 42, 45, 47; wording [design]",
)
FILING_RECEIPT: Final = Form(
    id="contract-filing-receipt",
    version=1,
    code="HTBA-1",
    title="物业服务合同备案回执",
    template="filing_receipt.html",
    content=settlement.FilingReceipt,
    effective_from=SINCE,
    issuer=ISSUER,
    source="BPR 63; wording [design]",
)
SUPPLEMENT: Final = Form(
    id="contract-supplement",
    version=1,
    code="BCXY-1",
    title="物业服务合同补充协议",
    template="supplement.html",
    content=settlement.Supplement,
    effective_from=SINCE,
    issuer=ISSUER,
    source="BL 46; BLR 57; CC 278, 543; BPR 34, 63; wording [design]",
)
AWARD_REPORT: Final = first(
    "award-report", "ZBBG", "招标投标情况书面报告", settlement.AwardReport, "BL 47; BTB 35"
)
OPENING_RECORD: Final = first("opening-record", "KBJL", "开标记录", records.OpeningRecord, "BL 34-36; BLR 44")
DRAW_RECORD: Final = first(
    "draw-record", "CQJL", "评标专家抽取记录", records.DrawRecord, "BL 37; BLR 46, 48; BTB 26, 28"
)
EVALUATION_REPORT: Final = first(
    "evaluation-report", "PBBG", "评标报告", evaluated.EvaluationReport, "BL 40, 42; BLR 49-54"
)
TENDER_NOTICE: Final = first("tender-notice", "ZBGG", "招标公告", records.TenderNotice, "BL 16; BLR 15, 16")
INVITATION_LETTER: Final = first(
    "invitation-letter", "TBYQ", "投标邀请书", letters.InvitationLetter, "BL 17, 22; BLR 15, 16, 19"
)
FAILED_OPENING: Final = first(
    "failed-opening", "LBJL", "流标记录", letters.FailedOpening, "BL 28; BLR 44; BPR 51"
)
PREQUAL_RESULT: Final = first(
    "prequal-result", "ZGTZ", "资格预审结果通知书", letters.PrequalResult, "BLR 18, 19, 22"
)
REPAIR_PLEDGE: Final = first("repair-pledge", "XFCN", "信用承诺书", credit_papers.RepairPledge, "NDRC36")
FORMS: Final[Mapping[str, Form]] = {
    form.name: form
    for form in (
        SERVICE_CONTRACT_1,
        SERVICE_CONTRACT,
        AGREED_CONTRACT,
        RENEWED_CONTRACT,
        AWARD_NOTICE_1,
        AWARD_NOTICE,
        RESULT_LETTER_1,
        RESULT_LETTER,
        BID_RECEIPT,
        HANDOVER_RECORD,
        RECTIFICATION_1,
        RECTIFICATION,
        CORRECTION,
        INSPECTION,
        FILING_RECEIPT,
        SUPPLEMENT,
        AWARD_REPORT,
        OPENING_RECORD,
        DRAW_RECORD,
        EVALUATION_REPORT,
        TENDER_NOTICE,
        INVITATION_LETTER,
        FAILED_OPENING,
        PREQUAL_RESULT,
        REPAIR_PLEDGE,
        *credit_forms.ALL,
    )
}
"""By name and version: a document is printed by the form it was made from, for ever."""
