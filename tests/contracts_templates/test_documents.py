"""Each form as HTML and PDF: complete, escaped, checkable on every page, in static packaged fonts."""

import io
import re
from datetime import date
from pathlib import Path

import msgspec
import pypdf
import pytest

from contracts_templates import content, fonts, form, numeral, render, stamp, wording
from tests.contracts_templates.samples import (
    AGREED,
    CONTRACT,
    DOCUMENTS,
    FIRST,
    ITEMS,
    LETTER,
    LETTER_1,
    NOTICE,
    ORDER,
    PRICED,
    RENEWED,
    a_stamp,
)


def whole_of(which: form.Form, values: msgspec.Struct) -> str:
    """Return all text of a document as a reader's program extracts it."""
    return "".join(text_of(render.pdf(which, values, a_stamp(which, values))))


def text_of(data: bytes) -> list[str]:
    """Return the text of every page without white space."""
    return [re.sub(r"\s", "", page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(data)).pages]


def _objects(made: bytes) -> bytes:
    """Return every object of a PDF, decompressed."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(made))
    plain = io.BytesIO()
    writer.write(plain)
    return plain.getvalue()


@pytest.mark.parametrize(("which", "values"), DOCUMENTS, ids=lambda value: getattr(value, "id", ""))
def test_every_page_of_every_document_carries_version_digest_checkpoint_and_page_number(
    which: form.Form, values: msgspec.Struct
) -> None:
    made = a_stamp(which, values)
    pages = text_of(render.pdf(which, values, made))
    for number, page in enumerate(pages, start=1):
        assert which.code in page
        assert made.digest[:32] in page
        assert made.digest[32:] in page
        assert "12·9f86d081" in page
        assert f"第{number}页共{len(pages)}页" in page


@pytest.mark.parametrize(
    ("which", "values"), [(form.SERVICE_CONTRACT_1, FIRST), (form.SERVICE_CONTRACT, CONTRACT)], ids=["1", "2"]
)
def test_the_contract_has_its_eighteen_articles_in_order_and_every_fact(
    which: form.Form, values: content.ServiceContract1
) -> None:
    whole = whole_of(which, values)
    places = [whole.index(f"第{numeral.han(n)}条") for n in range(1, 19)]
    assert places == sorted(places)
    for fact in (
        "示例家园业主委员会",
        "91110108MA01ABCD5T",
        numeral.yuan(values.annual_fen),
        numeral.rmb(values.annual_fen),
        "三级",
        "BJ-PM-0123",
        "2027年6月1日起至2030年5月31日止",
        "31,000.00平方米",
        "320人",
        "重点改善电梯运行",
    ):
        assert fact in whole, fact
    for _, line in wording.LINES.values():
        assert re.sub(r"\s", "", line) in whole


def test_every_item_stands_in_the_contract_with_level_standard_and_price() -> None:
    whole = whole_of(form.SERVICE_CONTRACT, CONTRACT)
    for item in ITEMS:
        assert f"{item.code}{item.name}项目{numeral.han(item.level)}级{item.standard}" in whole
        rate = numeral.monthly_rate(item.price_fen or 0, CONTRACT.lot_area_centi)
        assert f"{item.code}{item.name}{numeral.yuan(item.price_fen or 0)}{rate}" in whole
    for area, title in wording.SERVICE_AREAS.items():
        assert f"{title}{numeral.yuan(CONTRACT.area_fen(area))}" in whole
    assert f"分项合计{numeral.yuan(PRICED)}" in whole
    assert "派驻人员不少于13人：项目负责人1人；秩序维护员12人。" in whole
    assert "不一致，以开标唱出的总价为准" not in whole


def test_items_that_do_not_add_up_to_the_price_read_out_yield_to_it_in_words() -> None:
    read_out = msgspec.structs.replace(CONTRACT, annual_fen=PRICED - 1)
    page = render.html(form.SERVICE_CONTRACT, read_out, a_stamp(form.SERVICE_CONTRACT, read_out))
    assert "分项合计与开标唱出的总价不一致，以开标唱出的总价为准" in page


def test_the_heads_of_long_tables_stand_on_every_page_they_run_over() -> None:
    pages = text_of(render.pdf(form.SERVICE_CONTRACT, CONTRACT, a_stamp(form.SERVICE_CONTRACT, CONTRACT)))
    for head in ("编号服务事项单位等级频次与标准", "编号服务事项全年价款每平方米每月"):
        assert sum(head in page for page in pages) > 1


def test_the_seals_of_both_sides_stand_on_one_page() -> None:
    for which, values in DOCUMENTS[:2]:
        pages = text_of(render.pdf(which, values, a_stamp(which, values)))
        (page,) = [page for page in pages if "甲方（盖章）" in page]
        assert page.count("（盖章）") == page.count("（签字）") == 2


def test_a_developers_contract_names_permit_delivery_inspection_and_who_pays() -> None:
    prophase = content.Prophase(
        presale_permit="京房售证字(2027)1号",
        planned_delivery_on=date(2028, 6, 30),
        sale_scheme="预售",
        inspection_from=date(2028, 5, 1),
    )
    made = msgspec.structs.replace(CONTRACT, body="developer", decision=None, months=24, prophase=prophase)
    whole = whole_of(form.SERVICE_CONTRACT, made)
    for fact in (
        "京房售证字(2027)1号",
        "2028年6月30日",
        "自2028年5月1日起",
        "三十日",
        "房屋交付当月及以前甲方（建设单位）",
        "商品房买卖合同的附件",
        *(re.sub(r"\s", "", line) for line in wording.in_section("documents")),
    ):
        assert fact in whole.split("附件七前期物业服务特别约定")[-1], fact
    assert "附件七" not in whole_of(form.SERVICE_CONTRACT, CONTRACT)


def test_a_developers_contract_speaks_of_no_owners_decision() -> None:
    prophase = msgspec.structs.replace(CONTRACT, body="developer", decision=None, months=24)
    page = render.html(form.SERVICE_CONTRACT, prophase, a_stamp(form.SERVICE_CONTRACT, prophase))
    assert "前期物业服务合同" in page
    assert "业主于 " not in page.split("第二条")[0]


@pytest.mark.parametrize("level", [3, 0])
def test_a_contract_by_agreement_rests_on_the_approval_and_speaks_of_no_tender(level: int) -> None:
    agreed = msgspec.structs.replace(AGREED, level=level)
    page = render.html(form.AGREED_CONTRACT, agreed, a_stamp(form.AGREED_CONTRACT, agreed))
    for fact in ("示例区住房和城乡建设部门", "京虚建〔2027〕7号", "2027年4月8日", "以协议方式选聘乙方"):
        assert fact in page
    assert not [word for word in ("招标", "投标", "中标", "开标") if word in page]


@pytest.mark.parametrize("clause", ["自次日起接续", "原合同为不定期"])
def test_a_renewed_contract_rests_on_the_decision_and_speaks_of_no_tender(clause: str) -> None:
    continued = msgspec.structs.replace(RENEWED.renewal, continued=clause == "原合同为不定期")
    renewed = msgspec.structs.replace(RENEWED, renewal=continued)
    page = render.html(form.RENEWED_CONTRACT, renewed, a_stamp(form.RENEWED_CONTRACT, renewed))
    for fact in ("共同决定续聘乙方", "JD-7", "FW-7-1", "ZB-0-C1", "2027年5月31日", "服务不中断", clause):
        assert fact in page
    assert not [word for word in ("招标", "投标", "中标", "开标", "选聘文件") if word in page]


@pytest.mark.parametrize(("which", "values"), DOCUMENTS, ids=lambda value: getattr(value, "id", ""))
def test_text_of_the_parties_cannot_become_markup(which: form.Form, values: msgspec.Struct) -> None:
    evil = '<img src="https://evil.example/x"><b>'
    field = next(name for name in ("lot", "token", "filed_by", "clauses") if hasattr(values, name))
    swapped = msgspec.convert(
        {
            **msgspec.to_builtins(values),
            field: evil,
        },
        type(values),
        strict=False,
    )
    page = render.html(which, swapped, a_stamp(which, swapped))
    assert evil not in page
    assert "&lt;img" in page


def test_a_losers_letter_names_the_winner_and_only_the_own_marks() -> None:
    page = text_of(render.pdf(form.RESULT_LETTER, LETTER, a_stamp(form.RESULT_LETTER, LETTER)))[0]
    for fact in ("另一家物业", "¥10.00", "项目理解4.12", "合计9.12", "第2名", "2027年4月9日", "五日内退还"):
        assert fact in page
    assert "服务等级三级，服务期限36个月，项目负责人登记编号BJ-PM-0456" in page


@pytest.mark.parametrize(
    ("which", "before", "values", "day"),
    [
        (form.AWARD_NOTICE, form.AWARD_NOTICE_1, NOTICE, "2027年5月12日"),
        (form.RESULT_LETTER, form.RESULT_LETTER_1, LETTER, "2027年4月9日"),
        (form.RECTIFICATION, form.RECTIFICATION_1, ORDER, "2027年5月31日"),
    ],
    ids=["notice", "letter", "order"],
)
def test_a_last_day_counts_itself_and_what_was_issued_before_keeps_its_words(
    which: form.Form, before: form.Form, values: msgspec.Struct, day: str
) -> None:
    older = LETTER_1 if before is form.RESULT_LETTER_1 else values
    new, old = (
        re.sub(r"<[^>]*>|\s", "", render.html(one, given, a_stamp(one, given)))
        for one, given in ((which, values), (before, older))
    )
    assert f"{day}前（含当日）" in new
    assert f"{day}前（含当日）" not in old
    assert f"{day}前" in old
    for one, given in ((which, values), (before, older)):
        assert stamp.form_of(one.id, given, stamp.content_digest(one, given)) is one


def test_a_document_whose_digest_no_version_has_is_not_printed_as_another() -> None:
    with pytest.raises(LookupError):
        stamp.form_of(form.RECTIFICATION.id, ORDER, "00" * 32)


def test_letters_fit_on_one_page_with_every_criterion_of_the_default_table() -> None:
    points = tuple((criterion, 412) for criterion in wording.CRITERIA)
    full = msgspec.structs.replace(LETTER, own_points=points, title="示例家园" * 6)
    assert len(text_of(render.pdf(form.RESULT_LETTER, full, a_stamp(form.RESULT_LETTER, full)))) == 1
    assert len(text_of(render.pdf(form.AWARD_NOTICE, NOTICE, a_stamp(form.AWARD_NOTICE, NOTICE)))) == 1


def test_a_field_the_text_needs_and_the_data_lacks_is_an_error_not_a_blank() -> None:
    with pytest.raises(Exception, match="has no attribute"):
        render.html(form.AWARD_NOTICE, LETTER, a_stamp(form.AWARD_NOTICE, LETTER))


def test_one_changed_field_changes_the_digest_and_so_does_the_version() -> None:
    before = stamp.content_digest(form.SERVICE_CONTRACT, CONTRACT)
    dearer = msgspec.structs.replace(CONTRACT, annual_fen=CONTRACT.annual_fen + 1)
    newer = msgspec.structs.replace(form.SERVICE_CONTRACT, version=3)
    digests = {
        before,
        stamp.content_digest(form.SERVICE_CONTRACT, dearer),
        stamp.content_digest(newer, CONTRACT),
    }
    assert len(digests) == 3


def test_the_packaged_fonts_are_static_and_the_pdf_uses_no_others() -> None:
    assert fonts.faces().count("@font-face") == 2
    made = render.pdf(form.AWARD_NOTICE, NOTICE, a_stamp(form.AWARD_NOTICE, NOTICE))
    used = set(re.findall(rb"/BaseFont\s*/[A-Z]{6}\+([A-Za-z-]+)", _objects(made)))
    assert used == {b"Market-Serif", b"Market-Sans"}


def test_a_variable_font_is_refused(tmp_path: Path) -> None:
    def a_font(*names: bytes) -> Path:
        path = tmp_path / "font.otf"
        header = b"OTTO" + len(names).to_bytes(2, "big") + bytes(6)
        path.write_bytes(header + b"".join(name + bytes(12) for name in names))
        return path

    static = a_font(b"CFF ", b"cmap")
    assert fonts.checked(static) == static
    with pytest.raises(fonts.VariableFontError):
        fonts.checked(a_font(b"CFF ", b"fvar", b"cmap"))
    with pytest.raises(fonts.FontMissingError):
        fonts.checked(tmp_path / "none.otf")


def test_a_missing_system_library_is_named_with_what_to_install() -> None:
    def broken(name: str) -> object:
        raise OSError(f"cannot load library 'libpango-1.0-0': not found ({name})")

    with pytest.raises(render.PdfUnavailableError) as refusal:
        render.engine(broken)
    assert refusal.value.context == {"missing": "libpango-1.0-0", "install": render.NEEDED}


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "人民币零元整"),
        (1, "人民币壹分"),
        (50, "人民币伍角整"),
        (100_05, "人民币壹佰元零伍分"),
        (10_000_00, "人民币壹万元整"),
        (10_005_00, "人民币壹万零伍元整"),
        (1_000_100_00, "人民币壹佰万零壹佰元整"),
        (100_000_000_00, "人民币壹亿元整"),
        (100_010_000_00, "人民币壹亿零壹万元整"),
        (1_200_030_45, "人民币壹佰贰拾万零叁拾元肆角伍分"),
        (20_300_000_00, "人民币贰仟零叁拾万元整"),
    ],
)
def test_amounts_in_capitals(fen: int, text: str) -> None:
    assert numeral.rmb(fen) == text


def test_articles_are_counted_in_characters() -> None:
    assert [numeral.han(n) for n in (3, 10, 11, 18, 20, 35)] == ["三", "十", "十一", "十八", "二十", "三十五"]


def test_a_rate_per_square_metre_is_rounded_half_even_once() -> None:
    assert numeral.monthly_rate(432_345_650, 12_000_000) == "¥3.00"
    assert numeral.monthly_rate(1_500, 1_000) == "¥0.12"  # 12.5 fen goes to the even neighbour


def test_the_register_names_each_form_once_with_version_and_date() -> None:
    assert (
        set(form.FORMS)
        == {entry.name for entry in form.FORMS.values()}
        == {
            "service-contract/1",
            "service-contract/2",
            "agreed-contract/1",
            "renewed-contract/1",
            "award-notice/1",
            "award-notice/2",
            "result-letter/1",
            "result-letter/2",
            "bid-receipt/1",
            "handover-record/1",
            "rectification-order/1",
            "rectification-order/2",
            "correction-order/1",
            "inspection-record/1",
            "contract-filing-receipt/1",
            "contract-supplement/1",
            "award-report/1",
            "opening-record/1",
            "draw-record/1",
            "evaluation-report/1",
            "tender-notice/1",
            "invitation-letter/1",
            "failed-opening/1",
            "prequal-result/1",
            "repair-pledge/1",
            "prior-notice/1",
            "record-decision/1",
            "list-decision/1",
            "repair-notice/1",
            "removal-notice/1",
            "credit-report/1",
            "rating-spread/1",
        }
    )
    for entry in form.FORMS.values():
        assert (render.TEMPLATES / entry.template).is_file()
        assert "[design]" in entry.source
