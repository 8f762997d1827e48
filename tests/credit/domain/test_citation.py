"""Laws in papers: titles and articles in characters, what is no key as it stands."""

import pytest

from credit.domain.citation import cite

TITLES = {"BPR": "北京市物业管理条例（2020，2024 修正）", "APL": "行政处罚法（2021）", "B": "别的"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("BPR 68", "《北京市物业管理条例》第六十八条"),
        ("BPR 68, 97; APL 44", "《北京市物业管理条例》第六十八条、第九十七条；《行政处罚法》第四十四条"),
        ("BPR 65(8)", "《北京市物业管理条例》第六十五条第（八）项"),
        ("BPR 10", "《北京市物业管理条例》第十条"),
        ("APL 100, 101, 110, 119", "《行政处罚法》第一百条、第一百〇一条、第一百一十条、第一百一十九条"),
        ("BPR", "《北京市物业管理条例》"),
        ("京建发〔2026〕1号第三条", "京建发〔2026〕1号第三条"),
        ("BPRX 1", "BPRX 1"),
    ],
)
def test_a_basis_is_cited_as_papers_cite_it(text: str, said: str) -> None:
    assert cite(text, titles=TITLES) == said
