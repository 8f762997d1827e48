"""What finds a name: Chinese, pinyin with and without tones, initials, mixtures; each reading of a sign."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from market.parties.domain import finding

SIGNS = "长重朝阳庆乐行宫单绿大兴物业服务公司翠屏里"


def finds(text: str, name: str) -> bool:
    """Say what the queries ask: all grams are there, and the readings match."""
    asked, key = finding.sought(text), finding.key(name)
    return set(asked.grams) <= set(key.grams) and re.search(asked.pattern, key.readings) is not None


@pytest.mark.parametrize(
    "text",
    [
        "朝阳",
        "朝",
        "chaoyang",
        "cháo yáng",
        "ChaoYang",
        "cy",
        "cyq",
        "chaoy",
        "朝yang",
        "c阳",
        "ｃｙ",
        "yangqu",
    ],
)
def test_a_name_is_found_by_signs_pinyin_initials_and_mixtures(text: str) -> None:
    assert finds(text, "朝阳区翠屏里")


@pytest.mark.parametrize("text", ["haoyang", "yc", "cc", "朝区", "chaoyangl", "cx", "阳朝"])
def test_what_does_not_begin_a_sign_or_leaves_one_out_finds_nothing(text: str) -> None:
    assert not finds(text, "朝阳区翠屏里")


@pytest.mark.parametrize(
    ("name", "readings"),
    [
        ("长阳", ("changyang", "zhangyang", "cy", "zy")),
        ("重庆", ("chongqing", "zhongqing", "cq", "zq")),
        ("朝阳", ("chaoyang", "zhaoyang")),
        ("行宫园", ("xinggongyuan", "hanggongyuan")),
        ("乐园", ("leyuan", "yueyuan")),
        ("绿地", ("lvdi", "lüdi", "ludi")),
    ],
)
def test_a_sign_with_several_readings_is_found_by_each(name: str, readings: tuple[str, ...]) -> None:
    assert [text for text in readings if not finds(text, name)] == []


def test_words_of_letters_and_figures_are_tokens_and_marks_are_none() -> None:
    name = "SOHO现代城（一期）A-12号院"
    assert all(finds(text, name) for text in ("soho", "SOHO现代", "sxdc", "城一期", "a12", "12号", "12hao"))
    assert not finds("oho", name)
    assert not finds("2号", name)


@pytest.mark.parametrize("text", ["%", "()", "——", "\0", "_"])
def test_a_text_without_letters_finds_no_name(text: str) -> None:
    assert not finds(text, "朝阳 100% (一期)_")


def test_an_empty_text_asks_for_nothing() -> None:
    assert finding.sought("  ").code == ""
    assert finding.sought(" 91110105MA0  ").code == "91110105MA0"


@given(st.text(SIGNS, min_size=1, max_size=12), st.data())
def test_any_part_of_a_name_finds_it_however_it_is_typed(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    part = name[start : data.draw(st.integers(start + 1, len(name)))]
    said = lazy_pinyin(part)
    assert finds(part, name)
    assert finds("".join(said), name)
    assert finds("".join(each[0] for each in said), name)
    kinds = data.draw(st.lists(st.integers(0, 2), min_size=len(part), max_size=len(part)))
    mixed = ((sign, sound, sound[0])[kind] for sign, sound, kind in zip(part, said, kinds, strict=True))
    assert finds("".join(mixed), name)


@given(st.text(max_size=40), st.text(max_size=90))
def test_whatever_is_typed_and_stored_can_be_asked(name: str, text: str) -> None:
    key = finding.key(name)
    assert all(1 <= len(gram) <= finding.GRAM for gram in key.grams)
    finds(text, name)
