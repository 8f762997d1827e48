"""What a credit page says would bring the next grade."""

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from credit.domain.grade import Grade
from credit.queries.standing_page import CreditView, Reason
from credit.web import reaching
from market.runtime.web import i18n
from tests.credit.rules import RULES

LEAF = Reason(
    key="base",
    amount="0/1",
    centi=0,
    values={},
    item="",
    record=None,
    evaluation=None,
    community="",
    children=(),
)


@pytest.fixture(autouse=True, scope="module")
def _texts() -> Iterator[None]:
    """Load the texts; other tests find theirs as they left them."""
    kept = (i18n._texts.by_locale, i18n._texts.by_label)
    i18n.load(["credit", "market.runtime"])
    yield
    i18n._texts.by_locale, i18n._texts.by_label = kept


def a_record(item: str, centi: int, number: int) -> Reason:
    return msgspec.structs.replace(LEAF, key="line", item=item, centi=centi, record=number)


def said(grade: Grade, score: int, *children: Reason) -> tuple[str, ...]:
    published = SimpleNamespace(grade=grade, score_centi=score, rule_set=1)
    records = [SimpleNamespace(id=7, expires_on=date(2028, 11, 14)), SimpleNamespace(id=8, expires_on=None)]
    root = msgspec.structs.replace(LEAF, key="score", children=children)
    view = SimpleNamespace(published=published, reasons=root, records=records)
    return reaching.sentences(cast("CreditView", cast("Any", view)), rules=RULES)


def test_a_record_that_bars_the_grade_is_named_with_its_end() -> None:
    points, barred = said(Grade.B, 8_500, a_record("N-SE-11", -1_000, 7))
    assert points == "分数已达到 A 级的要求（85.00 分起）。"
    assert "N-SE-11" in barred
    assert "最高为 B 级，至 2028年11月14日" in barred


def test_missing_points_are_counted_exactly() -> None:
    assert said(Grade.C, 7_200) == ("距 B 级还差 3.00 分（75.00 分起）。",)


def test_two_records_bar_together_what_neither_bars_alone() -> None:
    found = said(Grade.D, 6_100, a_record("N-VS-03", -1_000, 7), a_record("N-VS-11", -2_000, 8))
    assert found[-1].endswith("最高为 D 级。")
    assert all("有效期间最高" not in line for line in found[:-1])


def test_an_evaluation_says_what_it_brought_and_could_bring() -> None:
    quality = msgspec.structs.replace(LEAF, key="quality", centi=2_200, evaluation=3)
    project = msgspec.structs.replace(LEAF, key="project", community="示例家园", children=(quality,))
    assert "示例家园的履约考评得 22.00 分（满分 50.00 分）" in said(Grade.C, 7_200, project)[-1]


def test_the_best_grade_and_no_grade_say_so() -> None:
    assert said(Grade.A, 9_900) == ("已是最高等级。",)
    assert said(Grade.UNRATED, 8_000)[0].startswith("尚未评级")
