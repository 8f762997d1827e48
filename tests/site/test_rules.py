"""The rule pages: every rule has one, with its values, clauses in full and the refusals that rest on it."""

import pytest

from bidding.public import RULE_VERSIONS
from market.runtime.web import i18n, render
from market.site import rules, written
from tests.bidding.web.conftest import Browser

IDS = tuple(RULE_VERSIONS["owner/2"].rules)


async def test_a_rule_has_a_page_with_both_profiles_and_the_full_names_of_its_laws(browser: Browser) -> None:
    answer = await browser.get("/rules/T08")
    assert answer.status_code == 200
    for text in (
        "编制投标文件的最短时间",
        "20 日",
        "15",
        "招标投标法",
        "owner/1",
        "prophase/2",
        "业主可放宽",
    ):
        assert text in answer.text
    assert "tender-time-too-short" in answer.text


async def test_a_chip_of_a_rule_leads_to_its_page_and_one_of_a_clause_to_the_rules_on_it(
    browser: Browser,
) -> None:
    answer = await browser.get("/rules?id=T08")
    assert (answer.status_code, answer.headers["location"]) == (302, "/rules/T08")
    listed = await browser.get("/rules?id=BPR 63")
    assert "/rules/T43" in listed.text
    assert "/rules/T08" not in listed.text


async def test_a_second_value_shows_the_sentence_of_its_rule(browser: Browser) -> None:
    answer = await browser.get("/rules/T29.reserves")
    assert "最少候补专家人数" in answer.text
    assert "不得指定或者暗示人选" in answer.text
    assert "/rules/T29.random" in answer.text


async def test_a_rule_that_nothing_holds_says_so_on_both_pages_and_in_the_written_one(
    browser: Browser,
) -> None:
    said = "平台程序尚未执行"
    assert said in (await browser.get("/rules/H20")).text
    assert said not in (await browser.get("/rules/T34")).text
    assert said in (await browser.get("/rules")).text
    rows = [row for row in written.rules().splitlines() if row.startswith(("| H20 |", "| T34 |"))]
    gaps = [(row[2:5], "not read by the engine yet" in row) for row in rows if "days" in row]
    assert sorted(set(gaps)) == [("H20", True), ("T34", False)]


async def test_an_unknown_rule_is_said_to_be_unknown(browser: Browser) -> None:
    assert (await browser.get("/rules/T80")).status_code == 404


@pytest.mark.parametrize("language", i18n.LOCALES)
def test_every_rule_can_be_shown_in_both_languages(browser: Browser, language: str) -> None:
    del browser
    with i18n.speaking(language):
        for rule_id in IDS:
            page = rules.page_of(rule_id)
            assert not [name for name in (page.name, page.text) if name.startswith("bidding.rule.")]
            assert [clause for clause, law in page.clauses if not law] in ([], ["[design]"])
            for line in page.lines:
                assert not any(
                    word.startswith("rule.") for word in (line.force, line.mark, line.reason, line.value)
                )


def test_amounts_are_written_with_their_units(browser: Browser) -> None:
    del browser
    owner, prophase = RULE_VERSIONS["owner/2"].rules, RULE_VERSIONS["prophase/2"].rules
    shown = [rules.amount(owner[name]) for name in ("H10.fine", "T27", "T14", "credit-cap", "T38")]
    assert shown == ["¥10,000.00", "2/3", "适用", "15.00 分", "30 个工作日"]
    assert rules.amount(prophase["small-scale"]) == "30,000.00 m²"


def test_a_source_is_split_into_its_clauses() -> None:
    assert render.clauses("BL 34, 35; BTB 24") == ("BL 34", "BL 35", "BTB 24")
    assert render.clauses("2003 measures; [design]") == ("2003 measures", "[design]")
    assert render.clauses("T08") == ("T08",)
