"""The records of a tender as PDF: complete, checkable on every page, tables with their heads over pages."""

import re

import msgspec

from contracts_templates import form, numeral, render, wording
from tests.contracts_templates.samples import a_stamp
from tests.contracts_templates.samples_records import DRAW, OPENING
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


def test_what_bidders_write_cannot_become_markup_in_a_record() -> None:
    evil = '<img src="https://evil.example/x"><b>'
    bid = msgspec.structs.replace(OPENING.bids[0], name=evil, terms=((evil, evil),))
    swapped = msgspec.structs.replace(OPENING, bids=(bid,))
    page = render.html(form.OPENING_RECORD, swapped, a_stamp(form.OPENING_RECORD, swapped))
    assert evil not in page
    assert len(re.findall("&lt;img", page)) == 3
