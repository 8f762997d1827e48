"""The letters and the record of a failed opening as PDF: complete, and without anybody they do not name."""

import msgspec
import pytest

from contracts_templates import form, render, wording
from tests.contracts_templates.samples import a_stamp
from tests.contracts_templates.samples_records import FAILED, INVITATION, PREQUAL_RESULT
from tests.contracts_templates.test_records import pages_of


def test_an_invitation_says_what_an_announcement_says_and_names_its_addressee_alone() -> None:
    whole = "".join(pages_of(form.INVITATION_LETTER, INVITATION))
    for fact in (
        "示例第1物业服务有限公司",
        "91110108MA01ABC01X",
        "邀请招标方式",
        "ABCD-EFGH-JKLM-NPQR",
        "36个月",
    ):
        assert fact in whole, fact
    assert "示例第2物业服务有限公司" not in whole
    qualified = msgspec.structs.replace(INVITATION, qualified=True)
    assert "已通过资格预审" in "".join(pages_of(form.INVITATION_LETTER, qualified))


@pytest.mark.parametrize("reason", wording.FAILED_OPENINGS)
def test_the_record_of_a_failed_opening_says_why_and_no_bidder(reason: str) -> None:
    made = msgspec.structs.replace(FAILED, reason=reason)
    page = render.html(form.FAILED_OPENING, made, a_stamp(form.FAILED_OPENING, made))
    assert wording.FAILED_OPENINGS[reason] in page
    assert "列入清单 2 份；不予开启 1 份；拒收 1 份" in page
    assert "不载明任何投标人" in page
    assert FAILED.frozen_digest in page


def test_the_record_of_a_failed_opening_prints() -> None:
    assert FAILED.frozen_digest in "".join(pages_of(form.FAILED_OPENING, FAILED))


def test_the_result_of_a_prequalification_has_every_condition_with_its_reason() -> None:
    whole = "".join(pages_of(form.PREQUAL_RESULT, PREQUAL_RESULT))
    for fact in ("未通过资格预审", "具有独立法人资格", "材料不足", "合计60.00分", "可以在2027年1月24日"):
        assert fact in whole, fact
    passed = msgspec.structs.replace(PREQUAL_RESULT, outcome="qualified", points=None)
    page = render.html(form.PREQUAL_RESULT, passed, a_stamp(form.PREQUAL_RESULT, passed))
    assert "投标邀请书" in page
    assert "合计" not in page
