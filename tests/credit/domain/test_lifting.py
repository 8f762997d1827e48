"""What would lift a grade is tried out: the stated change gives the stated grade, and less does not."""

from datetime import timedelta

import pytest
from hypothesis import given, settings

from credit.domain import lifting
from credit.domain.grade import Grade
from credit.domain.lifting import Kind, Way
from credit.domain.score import Inputs, Project, Quality, compute
from tests.credit.domain.test_score_properties import TODAY, all_inputs, an_entry
from tests.credit.rules import AT, RULES


def applied(inputs: Inputs, way: Way) -> Inputs:
    """Return the inputs after a way's change."""
    if way.kind is Kind.REPAIR:
        return lifting.without(inputs, way.records)
    if way.kind is Kind.WAIT:
        assert way.on is not None
        return lifting.later(inputs, way.on)
    assert way.community is not None
    assert way.quality is not None
    return lifting.evaluated(inputs, way.community, way.quality)


@settings(deadline=None)
@given(all_inputs())
def test_the_stated_change_gives_the_stated_grade_and_it_is_better(inputs: Inputs) -> None:
    now = compute(inputs, rules=RULES)
    for way in lifting.ways(inputs, rules=RULES):
        after = compute(applied(inputs, way), rules=RULES)
        assert (after.grade, after.published) == (way.grade, way.score)
        assert lifting.better(after.grade, now.grade)


@settings(deadline=None)
@given(all_inputs())
def test_less_than_the_stated_change_lifts_nothing(inputs: Inputs) -> None:
    now = compute(inputs, rules=RULES).grade
    for way in lifting.ways(inputs, rules=RULES):
        for record in way.records:
            rest = lifting.without(inputs, [one for one in way.records if one != record])
            assert not lifting.better(compute(rest, rules=RULES).grade, now)
        if way.community is not None and way.quality:
            lower = lifting.evaluated(inputs, way.community, way.quality - 1)
            assert not lifting.better(compute(lower, rules=RULES).grade, now)


@given(all_inputs())
def test_the_best_grade_and_the_unrated_are_offered_nothing(inputs: Inputs) -> None:
    if compute(inputs, rules=RULES).grade in (Grade.A, Grade.UNRATED):
        assert lifting.ways(inputs, rules=RULES) == ()


def an_enterprise(*codes: str, quality: int = 9_000) -> Inputs:
    entries = tuple(
        an_entry(code, number, f"fact{number}", TODAY - timedelta(days=30))
        for number, code in enumerate(codes, 1)
    )
    project = Project(
        community=1, area=1_000_000, days=60, quality=Quality(value=quality, cycle="2026H2"), entries=entries
    )
    return Inputs(enterprise=1, code="9" * 18, at=AT, days_here=400, entries=(), projects=(project,))


@pytest.mark.parametrize("quality", [6_000, 6_900])
def test_a_low_evaluation_names_the_least_that_reaches_the_next_letter(quality: int) -> None:
    (way,) = lifting.ways(an_enterprise(quality=quality), rules=RULES)
    assert (way.kind, way.quality, way.score, way.grade) == (Kind.EVALUATION, 6_999, 8_500, Grade.A)
