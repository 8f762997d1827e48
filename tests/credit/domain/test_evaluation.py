"""The form, the case figures, and how parts become a project's number."""

from fractions import Fraction

import pytest

from credit.domain import evaluation
from credit.domain.evaluation import Cases, CasesError, Part, StreetMissingError, Survey, SurveyError
from market.kernel.errors import FindingsError
from tests.credit.rules import RULES


def cases(n: int, good: int) -> Cases:
    return Cases(cases=n, responded=good, resolved=good, satisfied=good)


def test_a_full_form_is_a_hundred_points() -> None:
    marks = {i.id: i.points_centi for i in evaluation.marked_by_hand(RULES)}
    assert len(marks) == 40
    assert evaluation.street_score(marks, cases(10, 10), rules=RULES) == 10_000
    with pytest.raises(FindingsError):
        evaluation.street_score({**marks, "E9-1": 300}, cases(10, 10), rules=RULES)
    with pytest.raises(FindingsError):
        evaluation.street_score({**marks, "E1-1": 201}, cases(10, 10), rules=RULES)


@pytest.mark.parametrize(
    ("n", "good", "rate"),
    [
        (0, 0, Fraction(4, 5)),
        (1, 0, Fraction(4, 6)),
        (4, 4, Fraction(8, 9)),
        (4, 0, Fraction(4, 9)),
        (5, 0, Fraction(0)),
        (5, 5, Fraction(1)),
        (6, 3, Fraction(1, 2)),
    ],
)
def test_few_cases_are_drawn_towards_four_fifths(n: int, good: int, rate: Fraction) -> None:
    assert evaluation.rate(good, n, rules=RULES) == rate
    assert evaluation.case_score(cases(n, good), rules=RULES) == 1200 * rate


def test_more_solved_than_there_were_is_refused() -> None:
    with pytest.raises(CasesError):
        evaluation.case_score(cases(3, 4), rules=RULES)


def test_the_short_form_is_twenty_lines_of_five_points() -> None:
    marks = {i.id: 500 for i in RULES.indicators if i.short_form}
    assert len(marks) == 20
    assert evaluation.short_score(marks, rules=RULES) == 10_000


def test_all_four_parts_and_their_shares() -> None:
    parts = {
        Part.STREET: Fraction(9000),
        Part.COMMUNITY: Fraction(8000),
        Part.COMMITTEE: Fraction(7000),
        Part.OWNERS: Fraction(6000),
    }
    assert evaluation.combine(parts, doubtful=False, rules=RULES).published == 7900
    halved = evaluation.combine(parts, doubtful=True, rules=RULES)
    assert halved.weights[Part.OWNERS] == Fraction(1, 8) / Fraction(7, 8)
    assert sum(halved.weights.values()) == 1


def test_a_missing_part_gives_its_weight_to_the_others() -> None:
    parts = {Part.STREET: Fraction(9000), Part.OWNERS: Fraction(6000)}
    found = evaluation.combine(parts, doubtful=False, rules=RULES)
    assert found.weights == {Part.STREET: Fraction(2, 3), Part.OWNERS: Fraction(1, 3)}
    assert found.published == 8000
    only = evaluation.combine({Part.STREET: Fraction(9000)}, doubtful=False, rules=RULES)
    assert only.published == 9000
    with pytest.raises(StreetMissingError):
        evaluation.combine({Part.OWNERS: Fraction(1)}, doubtful=False, rules=RULES)


@pytest.mark.parametrize(
    ("households", "five", "ten"),
    [(50, 45, 34), (100, 80, 50), (500, 218, 81), (1000, 278, 88), (5000, 357, 95)],
)
def test_the_sample_table(households: int, five: int, ten: int) -> None:
    assert evaluation.enough_answers(households, error_percent=5, least=30) == five
    assert evaluation.enough_answers(households, error_percent=10, least=30) == ten


def test_owner_satisfaction_weighs_the_overall_answer_two_fifths() -> None:
    survey = Survey(overall=8000, others=9000, answers=60, households=500)
    assert evaluation.owners_score(survey, rules=RULES) == 8600
    with pytest.raises(SurveyError):
        evaluation.owners_score(Survey(overall=1, others=1, answers=501, households=500), rules=RULES)
