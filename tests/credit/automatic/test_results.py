"""What a project's results call for: each threshold just reached and just missed, and moved by the rules."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.domain.automatic import results
from credit.domain.automatic.results import ITEMS, Results, Why
from credit.domain.catalogue import Flag
from credit.domain.evaluation import Cases
from credit.domain.rule_set import RuleSet
from tests.credit.rules import RULES, changed


def cases(n: int, *, resolved: int, satisfied: int) -> Results:
    return Results(
        cases=Cases(cases=n, responded=n, called_back=n, resolved=resolved, satisfied=satisfied, partly=0)
    )


def whys(known: Results, rules: RuleSet = RULES) -> list[Why]:
    return [one.why for one in results.called(known, rules=rules)]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (Results(evaluation=Fraction(5999)), [Why.EVALUATED_LOW]),
        (Results(evaluation=Fraction(11_999, 2)), [Why.EVALUATED_LOW]),
        (Results(evaluation=Fraction(6000)), []),
        (Results(owners=Fraction(9000)), [Why.OWNERS_CONTENT]),
        (Results(owners=Fraction(8999)), []),
        (cases(0, resolved=0, satisfied=0), [Why.NO_CASES]),
        (cases(1, resolved=0, satisfied=0), []),
        (cases(20, resolved=19, satisfied=19), [Why.CASES_WELL]),
        (cases(20, resolved=19, satisfied=18), []),
        (cases(20, resolved=18, satisfied=20), []),
        (cases(9, resolved=9, satisfied=9), []),
        (cases(10, resolved=5, satisfied=10), [Why.CASES_BADLY]),
        (cases(10, resolved=6, satisfied=0), []),
        (cases(9, resolved=0, satisfied=0), []),
        (Results(), []),
    ],
)
def test_a_threshold_is_met_from_its_number_on(known: Results, expected: list[Why]) -> None:
    assert whys(known) == expected


@pytest.mark.parametrize(
    ("number", "value", "known"),
    [
        ("auto_evaluation_below", "59.00", Results(evaluation=Fraction(5950))),
        ("auto_owners_from", "91.00", Results(owners=Fraction(9050))),
        ("auto_cases_least", "21", cases(20, resolved=20, satisfied=20)),
        ("auto_rates_from", "96", cases(20, resolved=19, satisfied=20)),
        ("auto_resolution_below", "50", cases(10, resolved=5, satisfied=5)),
    ],
)
def test_another_number_in_the_rules_turns_the_verdict(number: str, value: str, known: Results) -> None:
    assert whys(known)
    assert whys(known, changed(**{number: value})) == []


def test_cases_without_an_opinion_say_nothing_of_resolution() -> None:
    unheard = Results(cases=Cases(cases=30, responded=30, called_back=0, resolved=0, satisfied=0))
    assert whys(unheard) == []


def test_every_item_stands_in_the_catalogue_as_made_from_data() -> None:
    assert {code for code in ITEMS.values() if Flag.AUTO in RULES.item(code).flags} == set(ITEMS.values())


@given(n=st.integers(1, 60), resolved=st.integers(0, 60), satisfied=st.integers(0, 60))
def test_nobody_is_praised_and_blamed_for_the_same_figures(n: int, resolved: int, satisfied: int) -> None:
    found = whys(cases(n, resolved=min(n, resolved), satisfied=min(n, satisfied)))
    assert len(found) <= 1
