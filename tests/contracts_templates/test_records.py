"""The records of a tender as PDF: complete, checkable on every page, tables with their heads over pages."""

import re

import msgspec

from contracts_templates import form, numeral, render, wording
from tests.contracts_templates.samples import a_stamp
from tests.contracts_templates.samples_records import OPENING
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


def test_what_bidders_write_cannot_become_markup_in_a_record() -> None:
    evil = '<img src="https://evil.example/x"><b>'
    bid = msgspec.structs.replace(OPENING.bids[0], name=evil, terms=((evil, evil),))
    swapped = msgspec.structs.replace(OPENING, bids=(bid,))
    page = render.html(form.OPENING_RECORD, swapped, a_stamp(form.OPENING_RECORD, swapped))
    assert evil not in page
    assert len(re.findall("&lt;img", page)) == 3
