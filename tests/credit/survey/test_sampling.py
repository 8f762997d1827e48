"""Whom a survey asks: sizes of the published table, proportion, reserves, and a draw anybody repeats."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.domain import evaluation
from credit.domain.survey import questionnaire, sampling, survey
from credit.domain.survey.questionnaire import QUESTIONS, Answer, Given
from market.kernel.errors import FindingsError
from tests.credit.rules import RULES

SEED, OTHER = "11" * 32, "22" * 32
HOMES = st.lists(
    st.builds(
        sampling.Household,
        building=st.sampled_from(["1号楼", "2号楼", "3号楼"]),
        floor=st.integers(-1, 30),
        unit=st.integers(1, 400).map(str),
    ),
    min_size=1,
    max_size=150,
    unique_by=lambda one: one.key,
)
ANSWERS = st.lists(
    st.builds(
        Given,
        answer=st.builds(Answer, **{name: st.integers(1, 5) for name in QUESTIONS}),
        seconds=st.integers(30, 600),
        building=st.sampled_from(["1号楼", "2号楼"]),
    ),
    max_size=25,
)


def answer(mark: int, **marks: int) -> Answer:
    return Answer(**{**dict.fromkeys(QUESTIONS, mark), **marks})


@pytest.mark.parametrize(
    ("households", "at_five", "at_ten"),
    [(50, 45, 34), (100, 80, 50), (300, 169, 73), (800, 260, 86), (1500, 306, 91), (5000, 357, 95)],
)
def test_the_sizes_are_those_of_the_table(households: int, at_five: int, at_ten: int) -> None:
    assert evaluation.enough_answers(households, error_percent=5, least=30) == at_five
    assert evaluation.enough_answers(households, error_percent=10, least=30) == at_ten


def test_as_many_are_asked_as_are_needed_at_the_expected_share_of_answers_and_never_more_than_there_are() -> (
    None
):
    wanted = sampling.size(1_000, error_percent=10, least=30, response=Fraction(2, 5), reserves=2)
    assert (wanted.needed, wanted.invited) == (88, 220)
    assert sampling.size(100, error_percent=10, least=30, response=Fraction(2, 5), reserves=2).invited == 100


@given(st.dictionaries(st.text("abc", min_size=1), st.integers(1, 90), min_size=1), st.data())
def test_places_are_spread_in_proportion_to_less_than_one(
    strata: dict[str, int], data: st.DataObject
) -> None:
    whole = sum(strata.values())
    places = data.draw(st.integers(0, whole))
    given_out = sampling.allocate(strata, places)
    assert sum(given_out.values()) == places
    for name, many in strata.items():
        assert abs(given_out[name] - Fraction(places * many, whole)) < 1
        assert given_out[name] <= many


@given(HOMES, st.data())
def test_a_draw_depends_on_list_and_seed_alone_and_asks_nobody_twice(
    homes: list[sampling.Household], data: st.DataObject
) -> None:
    wanted = sampling.size(len(homes), error_percent=10, least=30, response=Fraction(1, 2), reserves=2)
    drawn = sampling.draw(homes, wanted, seed=SEED, band=6)
    shuffled = data.draw(st.permutations(homes))
    assert sampling.draw(shuffled, wanted, seed=SEED, band=6) == drawn
    assert sampling.list_digest(shuffled, OTHER) == sampling.list_digest(homes, OTHER)
    keys = [slot.household.key for slot in drawn]
    assert len(keys) == len(set(keys))
    assert sorted(slot.place for slot in drawn if not slot.reserve) == list(range(1, wanted.invited + 1))
    for slot in drawn:
        assert sampling.stratum(slot.household, band=6) == slot.stratum
        assert slot.reserve <= wanted.reserves


def test_another_seed_draws_others() -> None:
    homes = [sampling.Household(building="1", floor=1 + n // 10, unit=str(n)) for n in range(400)]
    wanted = sampling.size(400, error_percent=10, least=30, response=Fraction(2, 5), reserves=0)
    one, other = (sampling.draw(homes, wanted, seed=seed, band=6) for seed in (SEED, OTHER))
    assert {slot.household.key for slot in one} != {slot.household.key for slot in other}


def test_every_wrong_row_of_a_list_is_named_and_nothing_is_kept() -> None:
    data = "楼栋,楼层,户号\n1号楼,1,101\n1号楼,一,102\n1号楼,1,101\n,2,201\n".encode()
    with pytest.raises(FindingsError) as refusal:
        sampling.read(data, band=6)
    assert [one.context["line"] for one in refusal.value.findings] == [3, 4, 5]
    for wrong in (b"", b"a,b,c\n1,2,3\n", "楼栋,楼层,户号\n".encode(), b"\xff\xfe"):
        with pytest.raises(sampling.HouseholdError):
            sampling.read(wrong, band=6)


def test_the_score_is_two_fifths_overall_and_three_fifths_the_nine_others() -> None:
    given_in = [Given(answer=answer(3, overall=5), seconds=90, building="1号楼")]
    summary = questionnaire.summarise(given_in, rules=RULES)
    assert summary.score == Fraction(2, 5) * 10_000 + Fraction(3, 5) * 5_000
    assert (summary.answers, summary.satisfied) == (1, 1)
    assert summary.means == {}, "one answer is shown to nobody"


def test_one_column_counts_only_if_it_took_its_time() -> None:
    quick, slow = (Given(answer=answer(5), seconds=seconds, building="1") for seconds in (59, 60))
    summary = questionnaire.summarise([quick, slow], rules=RULES)
    assert (summary.answers, summary.put_aside) == (1, 1)


def test_thirty_seconds_are_enough_and_less_is_refused() -> None:
    questionnaire.check_pace(30, least=30)
    with pytest.raises(questionnaire.TooFastError):
        questionnaire.check_pace(29, least=30)
    questionnaire.check_pace(29, least=29)


@given(ANSWERS)
def test_scores_lie_between_nought_and_a_hundred_and_no_cell_shows_or_leaves_over_a_few(
    answers: list[Given],
) -> None:
    summary = questionnaire.summarise(answers, rules=RULES)
    assert summary.answers + summary.put_aside == len(answers)
    assert (summary.score is None) == (summary.answers == 0)
    if summary.score is not None:
        assert 0 <= summary.score <= 10_000
    assert all(cell.answers >= RULES.whole("survey_shown_from") for cell in summary.cells)
    rest = summary.answers - sum(cell.answers for cell in summary.cells)
    assert not summary.cells or rest == 0 or rest >= RULES.whole("survey_shown_from")


@given(st.integers(0, 2**256 - 1), st.integers(1, 9))
def test_a_token_is_found_however_it_is_typed(number: int, of: int) -> None:
    token = survey.token(f"{number:064x}")
    typed = token.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert survey.normal(typed) == token
    assert (
        survey.token_digest(of, typed) == survey.token_digest(of, token) != survey.token_digest(of + 1, token)
    )
