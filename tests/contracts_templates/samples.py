"""One complete sample of what each form is merged from."""

from datetime import UTC, date, datetime

import msgspec

from contracts_templates import content, form, handover, settlement, stamp, wording

CLIENT = content.Party(name="示例家园业主委员会", code="OC-0001", address="北京市示例路1号")
PROVIDER = content.Party(name="示例安居物业", code="91110108MA01ABCD5T", address="北京市示例路8号")
DECISION = content.Decision(
    number="JD-7",
    decided_on=date(2027, 4, 10),
    area=9_000_000,
    heads=900,
    area_part=6_000_000,
    heads_part=601,
    area_yes=3_100_000,
    heads_yes=320,
    file_digest="ef" * 32,
)
FIRST = content.ServiceContract1(
    number="HT-1",
    tender_number="ZB-1",
    award_number="ZBTZ-1",
    tender_digest="ab" * 32,
    bid_commitment="cd" * 32,
    body="committee",
    client=CLIENT,
    provider=PROVIDER,
    community=content.Community(
        name="示例家园",
        divisions=("北京市", "示例区"),
        division_code="110105001001",
        gfa_centi=12_000_000,
        households=1180,
        buildings=12,
        completion_year=2008,
    ),
    lot="第1标段",
    lot_area_centi=12_000_000,
    decision=DECISION,
    annual_fen=432_345_650,
    level=3,
    service_text="重点改善电梯运行",
    manager="BJ-PM-0123",
    start_on=date(2027, 6, 1),
    end_on=date(2030, 5, 31),
    months=36,
    awarded_on=date(2027, 4, 12),
    drawn_up_on=date(2027, 4, 15),
    particulars=content.Particulars(),
)
ITEMS = tuple(
    content.ServiceItem(
        code=f"{area}-{number:02d}",
        area=area,
        name=f"示例事项{area}{number}",
        unit="项目",
        level=number % 5 + 1,
        standard=f"巡查，每月不少于{number}次；发现损坏三日内修复",
        price_fen=7_000_000 + number * 1_111,
    )
    for area in wording.SERVICE_AREAS
    for number in range(1, 7)
)
PRICED = sum(each.price_fen or 0 for each in ITEMS)
CONTRACT = content.ServiceContract(
    **{
        **{name: getattr(FIRST, name) for name in content.ServiceContract1.__struct_fields__},
        "annual_fen": PRICED,
    },
    catalogue="beijing/1",
    items=ITEMS,
    offer_fen=PRICED,
    staff=(content.Post(role="项目负责人", count=1), content.Post(role="秩序维护员", count=12)),
    prophase=None,
)
AGREED = content.AgreedContract(
    **{
        **{name: getattr(CONTRACT, name) for name in content.ServiceContract.__struct_fields__},
        "body": "developer",
        "decision": None,
        "months": 24,
        "items": tuple(msgspec.structs.replace(each, price_fen=None) for each in ITEMS),
        "offer_fen": None,
        "staff": (),
        "prophase": content.Prophase(),
    },
    approval=content.Approval(
        number="京虚建〔2027〕7号", authority="示例区住房和城乡建设部门", approved_on=date(2027, 4, 8)
    ),
)
RENEWED = content.RenewedContract(
    **{
        **{name: getattr(CONTRACT, name) for name in content.ServiceContract.__struct_fields__},
        **dict.fromkeys(("tender_number", "award_number", "tender_digest", "bid_commitment"), ""),
        "service_text": "",
        "items": tuple(msgspec.structs.replace(each, price_fen=None) for each in ITEMS),
        "offer_fen": None,
    },
    renewal=content.Renewal(
        term="FW-7-1",
        contract="ZB-0-C1",
        start_on=date(2024, 6, 1),
        end_on=date(2027, 5, 31),
        continued=False,
    ),
)
NOTICE = content.AwardNotice(
    number="ZBTZ-1",
    tender_number="ZB-1",
    title="示例家园物业服务招标",
    lot="第1标段",
    issuer=CLIENT,
    winner=PROVIDER,
    price_fen=432_345_650,
    level=3,
    months=36,
    manager="BJ-PM-0123",
    rank=1,
    total=8_731,
    decision_number="JD-7",
    decided_on=date(2027, 4, 10),
    sign_by=date(2027, 5, 12),
    issued_on=date(2027, 4, 12),
)
LETTER_1 = content.ResultLetter1(
    number="JGTZ-1",
    tender_number="ZB-1",
    title="示例家园物业服务招标",
    lot="第1标段",
    issuer=CLIENT,
    bidder=PROVIDER,
    winner_name="另一家物业",
    winner_price_fen=1_000,
    rank=2,
    own_points=(("understanding", 412), ("credit", 500)),
    own_total=912,
    rejected="",
    object_until=date(2027, 4, 9),
    security_fen=5_000_000,
    issued_on=date(2027, 4, 12),
)
LETTER = content.ResultLetter(
    **{name: getattr(LETTER_1, name) for name in content.ResultLetter1.__struct_fields__},
    winner_level=3,
    winner_months=36,
    winner_manager="BJ-PM-0456",
)
ORDER = handover.Rectification(
    number="京虚住建责改〔2027〕1号",
    issuer="示例区住房和城乡建设部门",
    provider=PROVIDER.name,
    provider_code=PROVIDER.code,
    community="示例家园",
    handover="JJ-1",
    received_on=date(2027, 5, 1),
    exit_due_on=date(2027, 5, 31),
    facts="逾期未退出",
    action="完成交接并退出",
    limit_on=date(2027, 6, 10),
    evidence="ab" * 32,
    contact="010-00000000",
    ordered_on=date(2027, 6, 1),
)
RECEIPT = content.BidReceipt(
    tender_number="ZB-1",
    action="submit",
    commitment="cd" * 32,
    received_at=datetime(2027, 3, 1, 1, 59, 59, 123456, tzinfo=UTC),
    deadline=datetime(2027, 3, 1, 2, tzinfo=UTC),
    size=65_536,
    entry_digest="ab" * 32,
    key_id="ab" * 16,
    token="eyJ.abc.def",
)
FILED = settlement.FilingReceipt(
    number="ZB-1-C1-F2",
    turn=2,
    contract_number="ZB-1-C1",
    tender_number="ZB-1",
    client=CLIENT,
    provider=PROVIDER,
    community="示例家园",
    street="示例街道",
    district="朝阳区",
    price_fen=432_345_650,
    level=3,
    start_on=date(2027, 6, 1),
    end_on=date(2030, 5, 31),
    signed_on=date(2027, 4, 20),
    filed_at=datetime(2027, 5, 6, 2, tzinfo=UTC),
    filed_by=PROVIDER.name,
    file_by=date(2027, 5, 5),
    in_time=False,
    contract_digest="ab" * 32,
)
SUPPLEMENT = settlement.Supplement(
    number="C1-S1",
    turn=1,
    contract_number="C1",
    body="committee",
    client=CONTRACT.client,
    provider=CONTRACT.provider,
    community="示例家园",
    decision_number="JD-2027-3",
    decided_on=date(2027, 9, 1),
    contract_signed_on=date(2027, 5, 20),
    contract_digest="cd" * 32,
    effective_on=date(2027, 10, 1),
    drawn_up_on=date(2027, 9, 8),
    lines=(
        settlement.ChangedLine(name="project_manager", before="BJ-PM-0123", after="BJ-PM-0456"),
        settlement.ChangedLine(name="boundary", before="", after="东至示例路<b>"),
    ),
    clauses="每季度召开一次恳谈会。",
)
REPORT = settlement.AwardReport(
    number="ZB-1-A1-R",
    award_number="ZB-1-A1",
    tender_number="ZB-1",
    title="示例家园物业服务招标",
    lot="第1标段",
    tenderer=CLIENT,
    winner=PROVIDER,
    authority="示例街道",
    price_fen=432_345_650,
    months=36,
    bidders=3,
    rejected=1,
    rank=1,
    total=8_731,
    published_on=date(2027, 2, 1),
    opened_on=date(2027, 3, 1),
    publicity_until=date(2027, 3, 8),
    awarded_on=date(2027, 3, 9),
    report_by=date(2027, 3, 24),
    reported_on=date(2027, 3, 10),
    decision_number="JD-7",
    skipped="",
    attachments=(
        settlement.Attachment(kind="document", count=1, digest="ab" * 32),
        settlement.Attachment(kind="prequalification"),
    ),
)
DOCUMENTS: tuple[tuple[form.Form, msgspec.Struct], ...] = (
    (form.SERVICE_CONTRACT_1, FIRST),
    (form.SERVICE_CONTRACT, CONTRACT),
    (form.AGREED_CONTRACT, AGREED),
    (form.RENEWED_CONTRACT, RENEWED),
    (form.AWARD_NOTICE, NOTICE),
    (form.RESULT_LETTER, LETTER),
    (form.BID_RECEIPT, RECEIPT),
    (form.FILING_RECEIPT, FILED),
    (form.SUPPLEMENT, SUPPLEMENT),
    (form.AWARD_REPORT, REPORT),
)


def a_stamp(which: form.Form, values: msgspec.Struct) -> stamp.Stamp:
    """Return the stamp of a document made from these values."""
    return stamp.Stamp(
        number="NO-1",
        digest=stamp.content_digest(which, values),
        checkpoint="12 · 9f86d081",
        verify_url="https://market.example/verify/1",
    )
