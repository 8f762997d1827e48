"""The register of documents: one entry per text, with version, effective date and basis."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import msgspec

from contracts_templates import content


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """A model text.

    Attributes:
        id: Stable name, e.g. ``"service-contract"``.
        version: Counts changes of wording; a document keeps the version it was made from.
        code: Short code printed in the footer.
        template: File below ``templates/``.
        content: What is merged into it; a version keeps the type it was made with.
        source: What the content follows. The wording of every text is our own design.
    """

    id: str
    version: int
    code: str
    title: str
    template: str
    content: type[msgspec.Struct]
    effective_from: date
    issuer: str
    source: str

    @property
    def name(self) -> str:
        """Form and version as they are digested, e.g. ``"service-contract/1"``."""
        return f"{self.id}/{self.version}"


_SINCE = date(2026, 12, 1)
_ISSUER = "物业服务市场平台"

SERVICE_CONTRACT_1: Final = Form(
    id="service-contract",
    version=1,
    code="WYHT-1",
    title="物业服务合同",
    template="service_contract_1.html",
    content=content.ServiceContract1,
    effective_from=_SINCE,
    issuer=_ISSUER,
    source="CC 937-950; BPR 61-77; wording [design]",
)
SERVICE_CONTRACT: Final = Form(
    id="service-contract",
    version=2,
    code="WYHT-2",
    title="物业服务合同",
    template="service_contract.html",
    content=content.ServiceContract,
    effective_from=_SINCE,
    issuer=_ISSUER,
    source="CC 937-950; BPR 61-77; wording [design]",
)
AWARD_NOTICE: Final = Form(
    id="award-notice",
    version=1,
    code="ZBTZ-1",
    title="中标通知书",
    template="award_notice.html",
    content=content.AwardNotice,
    effective_from=_SINCE,
    issuer=_ISSUER,
    source="BL 45, 46; BLR 57; wording [design]",
)
RESULT_LETTER: Final = Form(
    id="result-letter",
    version=1,
    code="JGTZ-1",
    title="招标结果通知书",
    template="result_letter.html",
    content=content.ResultLetter,
    effective_from=_SINCE,
    issuer=_ISSUER,
    source="BL 45; BLR 54, 57, 60; wording [design]",
)
BID_RECEIPT: Final = Form(
    id="bid-receipt",
    version=1,
    code="TBHZ-1",
    title="密封投标回执",
    template="bid_receipt.html",
    content=content.BidReceipt,
    effective_from=_SINCE,
    issuer=_ISSUER,
    source="BL 28; BLR 36; wording [design]",
)
FORMS: Final[Mapping[str, Form]] = {
    form.name: form
    for form in (SERVICE_CONTRACT_1, SERVICE_CONTRACT, AWARD_NOTICE, RESULT_LETTER, BID_RECEIPT)
}
"""By name and version: a document is printed by the form it was made from, for ever."""
