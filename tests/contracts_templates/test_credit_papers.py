"""Papers of the credit wing: complete, one after another in their forms, and seals never alone on a page."""

import re

import msgspec
import pytest

from contracts_templates import credit_forms, form, render
from tests.contracts_templates import samples_credit as samples
from tests.contracts_templates.samples import a_stamp
from tests.contracts_templates.test_documents import text_of


@pytest.mark.parametrize(
    ("which", "values"), samples.CREDIT, ids=lambda value: getattr(value, "id", type(value).__name__)
)
def test_every_page_says_form_digest_and_number_and_no_seal_stands_alone(
    which: form.Form, values: msgspec.Struct
) -> None:
    made = a_stamp(which, values)
    pages = text_of(render.pdf(which, values, made))
    for number, page in enumerate(pages, start=1):
        assert which.code in page
        assert made.digest[:32] in page
        assert f"第{number}页共{len(pages)}页" in page
    sealed = [page for page in pages if "（盖章）" in page]
    assert len(sealed) == (0 if which in (credit_forms.CREDIT_REPORT, credit_forms.RATING_SPREAD) else 1)
    assert all(len(page) > 260 for page in sealed), "what is sealed stands on the page of the seal"


def said(which: form.Form, values: msgspec.Struct) -> str:
    """Return the text of a paper without white space and marks."""
    page = render.html(which, values, a_stamp(which, values))
    return re.sub(r"\s", "", re.sub(r"<[^>]+>", "", page))


def test_a_notice_tells_facts_evidence_basis_measure_right_term_and_contact() -> None:
    text = said(credit_forms.PRIOR_NOTICE, samples.NOTICE)
    for part in (
        samples.FACTS,
        "检查照片四张",
        "扣3.00分",
        "5个工作日",
        "要求举行听证",
        "010-00000000",
        "EMS-1",
    ):
        assert re.sub(r"\s", "", part) in text
    quiet = msgspec.structs.replace(samples.NOTICE, hearing=False, contact="", letter="")
    text = said(credit_forms.PRIOR_NOTICE, quiet)
    assert "听证" not in text
    assert "视为送达" not in text
    assert "以本机关公布的联系方式为准" in text


def test_decision_and_notice_on_repair_name_each_other_and_one_day() -> None:
    decided = said(credit_forms.LIST_DECISION, samples.LISTED)
    notice = msgspec.structs.replace(
        samples.REPAIR,
        number=samples.LISTED.repair_number,
        decision_number=samples.LISTED.number,
        served_on=samples.LISTED.served_on,
        listing=True,
    )
    assert notice.number in decided
    assert "同一送达日期" in decided
    other = said(credit_forms.REPAIR_NOTICE, notice)
    assert samples.LISTED.number in other
    assert "2027年6月1日一并送达" in other
    assert "国家严重失信主体名单" in decided, "the list says what it is not"


def test_a_warning_takes_no_points_and_says_whether_it_is_shown() -> None:
    warning = msgspec.structs.replace(samples.DECIDED, warning=True, shown=False)
    text = said(credit_forms.RECORD_DECISION, warning)
    assert "不计分值" in text
    assert "不向社会公示" in text
    assert "扣3.00分" not in text


def test_a_report_without_a_published_rating_warns_of_conclusions() -> None:
    text = said(credit_forms.CREDIT_REPORT, samples.EMPTY)
    assert "尚无已公布的评价结果" in text
    assert "已经到期的信用信息0条" in text
    whole = said(credit_forms.CREDIT_REPORT, samples.REPORT)
    for part in ("综合得分84.25分", "信用等级B", "N-GE-03", "（异议处理中）", "2028-03-01", "中标1次", "2次"):
        assert part in whole
