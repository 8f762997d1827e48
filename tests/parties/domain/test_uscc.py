"""Social credit codes: every published vector, every layer, and the seed generator."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.kernel.errors import FindingsError
from market.parties.domain import uscc
from market.parties.domain.uscc import Layer

VALID = (
    "91110000802100433B",
    "91440300192181490G",
    "91440300708461136T",
    "9135021359498494XQ",
    "12440600MB2C07549J",
    "91440101MA5CJQ4N59",
    "92141127MA0KD1Y64A",
    "91110108MA01ABCD5T",
    "91110112MA02WXY0XN",
    "91110000100000016D",
    "91110101MA0000023G",
    "91110105MA01000240",
    "91110105MA0100040M",
    "91110105MA010018X9",
)
WRONG_LAST = {"91350203M0001QAY9B": "9", "911100001000013428": "C", "111111111111111111": "5"}


@pytest.mark.parametrize("code", VALID)
def test_a_true_code_is_valid_without_any_finding(code: str) -> None:
    assert uscc.read(code) == uscc.Reading(code, ())


@pytest.mark.parametrize(("code", "right"), WRONG_LAST.items())
def test_a_wrong_last_sign_is_named_with_the_right_one(code: str, right: str) -> None:
    reading = uscc.read(code)
    assert not reading.valid
    assert uscc.Finding(Layer.FINAL, right) in reading.findings
    with pytest.raises(FindingsError) as refusal:
        uscc.check(code)
    assert {error.code for error in refusal.value.findings} == {"uscc-check"}
    assert refusal.value.findings[0].context["expected"] == right


def test_the_short_synthetic_code_is_refused() -> None:
    assert not uscc.read("91110000MA001ABC0X").valid


def test_an_identity_number_that_passes_the_last_check_by_chance_is_refused() -> None:
    reading = uscc.read("362322198709086409")
    layers = {finding.layer for finding in reading.findings}
    assert not reading.valid
    assert {Layer.PAIR, Layer.ORGANISATION} <= layers
    assert Layer.FINAL not in layers


@pytest.mark.parametrize("letter", "IOSVZ")
def test_letters_outside_the_alphabet_are_refused(letter: str) -> None:
    reading = uscc.read(f"91110000{letter}02100433B")
    assert [finding.layer for finding in reading.findings] == [Layer.ALPHABET]


@pytest.mark.parametrize("length", [0, 1, 17, 19, 40])
def test_any_other_length_is_refused(length: int) -> None:
    assert uscc.read("9" * length).findings == (uscc.Finding(Layer.LENGTH, "18"),)


def test_lower_case_and_full_width_signs_are_the_same_code() -> None:
    assert uscc.check("9135021359498494xq").text == "9135021359498494XQ"
    assert uscc.check("９１１１００００８０２１００４３３Ｂ").text == "91110000802100433B"
    assert uscc.check(" 91110000-802100433B ").text == "91110000802100433B"


def test_an_unknown_province_and_a_wrong_inner_check_only_warn() -> None:
    front = "91990000" + "80210043" + "4"
    reading = uscc.check(front + uscc.final_check(front))
    assert {finding.layer for finding in reading.warnings} == {Layer.DIVISION, Layer.ORGANISATION}


def test_a_code_of_another_kind_of_body_is_no_enterprise() -> None:
    with pytest.raises(uscc.UsccPairError):
        uscc.check("12440600MB2C07549J", pairs=uscc.ENTERPRISE)
    assert uscc.check("12440600MB2C07549J").valid


def test_the_generator_makes_the_published_synthetic_codes() -> None:
    assert uscc.synthetic("110101", 2) == "91110101MA0000023G"
    assert uscc.synthetic("110105", 10002) == "91110105MA01000240"
    assert uscc.synthetic("110105", 10004) == "91110105MA0100040M"
    assert uscc.synthetic("110105", 10018) == "91110105MA010018X9"


@given(st.sampled_from(["110101", "110105", "110115", "100000", "440300"]), st.integers(0, 999_999))
def test_every_synthetic_code_is_valid_and_its_own(division: str, number: int) -> None:
    code = uscc.synthetic(division, number)
    assert uscc.read(code) == uscc.Reading(code, ())
    assert code != uscc.synthetic(division, (number + 1) % 1_000_000)


@given(st.integers(0, 999_999), st.integers(0, 17), st.sampled_from(uscc.ALPHABET))
def test_any_single_wrong_sign_is_found(number: int, place: int, sign: str) -> None:
    code = uscc.synthetic("110105", number)
    altered = code[:place] + sign + code[place + 1 :]
    assert uscc.read(altered).valid is (altered == code)


@given(st.text(max_size=40))
def test_no_text_whatever_breaks_the_reader(text: str) -> None:
    reading = uscc.read(text)
    assert reading.valid is all(finding.warning for finding in reading.findings)
