"""The records of a tender as PDF: complete, checkable on every page, tables with their heads over pages."""

import re

import msgspec

from contracts_templates import form, numeral, render, wording
from tests.contracts_templates.samples import a_stamp
from tests.contracts_templates.samples_records import DRAW, EVALUATION, NOTICE, OPENING
from tests.contracts_templates.test_documents import text_of


def pages_of(which: form.Form, values: msgspec.Struct) -> list[str]:
    """Return the text of every page; each must bear the digest and its number."""
    made = a_stamp(which, values)
    pages = text_of(render.pdf(which, values, made))
    for number, page in enumerate(pages, start=1):
        assert made.digest[:32] in page
        assert f"第{number}页共{len(pages)}页" in page
    return pages


def test_the_record_of_an_opening_reads_out_every_bid_and_says_whose_fault_kept_one_shut() -> None:
    pages = pages_of(form.OPENING_RECORD, OPENING)
    whole = "".join(pages)
    for bid in OPENING.bids:
        if bid.price_fen is not None:
            for fact in (bid.name, bid.code, numeral.yuan(bid.price_fen), numeral.rmb(bid.price_fen)):
                assert fact in whole, fact
    for fault in (one for bid in OPENING.bids for one in bid.faults):
        assert wording.FINDINGS[fault.code] in whole
        assert wording.FAULTS[fault.fault] in whole
    for fact in (
        "北京市示例区示例路1号会议室",
        "2027年3月1日10:12:30",
        "列入清单11份，其中开启9份；不予开启1份；拒收1份",
        "示例公证处",
        "开启前未放出",
        "不成立：唱标金额与投标文件一致。",
        OPENING.readouts_digest,
        OPENING.frozen_digest,
        "（盖章）",
    ):
        assert fact in whole, fact
    heads = "序号投标人与投标编号投标报价（全年）"
    assert sum(page.count(heads) for page in pages) == 3  # two lots, one of them over a page


def test_the_record_of_a_draw_says_who_committed_to_what_who_was_drawn_and_who_took_over() -> None:
    whole = "".join(pages_of(form.DRAW_RECORD, DRAW))
    first = DRAW.rounds[0]
    for fact in (
        first.roster_digest,
        first.seed,
        first.words[0].commitment,
        first.words[0].nonce,
        "37人，来自21个单位",
        "成员4人，备选2人",
        "专业：物业管理、工程设备；地区：不限；从业满8年，具有高级职称",
        "有参与方承诺后未按时公开，本轮无效（未公开的一方：招标人）",
        "所在单位参加投标",
        "四、招标人代表",
        "姓名和单位在中标人确定前保密",
        *(one.ticket for one in DRAW.places),
    ):
        assert fact in whole, fact
    assert DRAW.heir(DRAW.changed[0]) == DRAW.places[4].ticket


def test_once_a_winner_is_named_the_record_of_a_draw_names_the_experts() -> None:
    named = msgspec.structs.replace(DRAW.places[0], name="示例专家", body="示例大学")
    shown = msgspec.structs.replace(DRAW, disclosed=True, places=(named,))
    page = render.html(form.DRAW_RECORD, shown, a_stamp(form.DRAW_RECORD, shown))
    assert "示例专家（示例大学）" in page
    assert "保密" not in page


def test_the_report_of_a_committee_has_every_mark_ground_candidate_dissent_and_signature() -> None:
    pages = pages_of(form.EVALUATION_REPORT, EVALUATION)
    whole, lot = "".join(pages), EVALUATION.lots[0]
    for fact in (
        EVALUATION.digest,
        lot.seed,
        lot.snapshot,
        "评审投标文件8份，有效投标7份，否决1份",
        "低于成本或者高于最高投标限价（《招标投标法实施条例》第五十一条第（五）项）报价高于最高投标限价。",
        "25.00×最低报价4,312,345.67÷本报价4,324,691.34",
        "第3名示例第3物业服务有限公司",
        "对应急方案的评分标准掌握过宽",
        "不同意2027年3月2日10:00:00",
        "未签署，视为同意",
        *(numeral.points(one.total) for one in lot.scored),
        *(one.ticket for one in EVALUATION.members),
    ):
        assert fact in whole, fact
    assert "第4名" not in whole
    assert sum(page.count("评分项满分排序") for page in pages) >= 2  # five bids beside each other at most


def test_a_report_that_is_being_signed_says_so_and_shows_nobodys_word() -> None:
    members = tuple(msgspec.structs.replace(one, signed_at=None, dissent="") for one in EVALUATION.members)
    draft = msgspec.structs.replace(EVALUATION, published_at=None, last_day=None, members=members)
    page = render.html(form.EVALUATION_REPORT, draft, a_stamp(form.EVALUATION_REPORT, draft))
    assert "待签署稿" in page
    assert "视为同意</td>" not in page
    assert "签署期间不公开" in page


def test_a_notice_says_what_a_notice_must_and_that_it_replaces_the_one_before() -> None:
    whole = "".join(pages_of(form.TENDER_NOTICE, NOTICE))
    assert "资格预审" not in whole
    for fact in (
        "招标公告",
        "本公告为第2版",
        "示例家园全区",
        "按招标文件载明的方法计算",
        "2027年2月19日前（含当日）",
        "2027年3月1日10:00:00（北京时间）",
        "¥50,000.00",
        "履约保证金不收取",
        "不收取费用",
        "示例行业协会",
        NOTICE.about.version_digest,
    ):
        assert fact in whole, fact


def test_what_bidders_write_cannot_become_markup_in_a_record() -> None:
    evil = '<img src="https://evil.example/x"><b>'
    bid = msgspec.structs.replace(OPENING.bids[0], name=evil, terms=((evil, evil),))
    swapped = msgspec.structs.replace(OPENING, bids=(bid,))
    page = render.html(form.OPENING_RECORD, swapped, a_stamp(form.OPENING_RECORD, swapped))
    assert evil not in page
    assert len(re.findall("&lt;img", page)) == 3
