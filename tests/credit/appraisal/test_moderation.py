"""Which evaluations a district re-checks, how its streets mark; each number just inside and just outside."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.domain.appraisal import moderation
from credit.domain.appraisal.moderation import Cause
from tests.credit.rules import RULES, changed

PROJECTS = st.lists(st.integers(1, 10_000), unique=True, max_size=200)


@pytest.mark.parametrize(
    ("quality", "before", "found"),
    [
        (8000, 9500, ()),
        (8000, 9501, (Cause.JUMP,)),
        (9501, 8000, (Cause.JUMP,)),
        (9800, None, ()),
        (9801, None, (Cause.HIGH,)),
        (5000, None, ()),
        (4999, None, (Cause.LOW,)),
        (4999, 6500, (Cause.JUMP, Cause.LOW)),
    ],
)
def test_a_jump_a_very_high_and_a_very_low_number_are_rechecked(
    quality: int, before: int | None, found: tuple[Cause, ...]
) -> None:
    assert moderation.causes(Fraction(quality), before=before, sampled=False, rules=RULES) == found


def test_a_changed_number_flips_the_verdict_and_a_drawn_project_is_always_there() -> None:
    rules = changed(moderation_jump="16.00", moderation_high="99.00", moderation_low="40.00")
    for quality, before in ((8000, 9501), (9801, None), (4999, None)):
        assert moderation.causes(Fraction(quality), before=before, sampled=False, rules=rules) == ()
    drawn = moderation.causes(Fraction(8000), before=None, sampled=True, rules=RULES)
    assert drawn == (Cause.SAMPLE,)


@given(PROJECTS, st.text(max_size=20))
def test_the_draw_is_at_least_a_twentieth_and_can_be_repeated(projects: list[int], seed: str) -> None:
    drawn = moderation.sample(projects, seed=seed, rules=RULES)
    assert drawn <= set(projects)
    assert 20 * len(drawn) >= len(projects) > 20 * (len(drawn) - 1) or not projects
    assert drawn == moderation.sample(projects[::-1], seed=seed, rules=RULES)


def test_another_seed_draws_others() -> None:
    projects = list(range(1, 201))
    assert len(moderation.sample(projects, seed="a", rules=RULES)) == 10
    assert len(moderation.sample(projects, seed="a", rules=changed(moderation_share="10"))) == 20
    assert moderation.sample(projects, seed="a", rules=RULES) != moderation.sample(
        projects, seed="b", rules=RULES
    )


def test_a_street_is_warned_above_eight_points_and_few_evaluations_are_said_to_be_few() -> None:
    streets = {"x": [Fraction(9000)] * 5, "y": [Fraction(7400)] * 5}
    near = moderation.bias(streets, rules=RULES)
    assert [(one.mean, one.district, one.warned, one.few) for one in near] == [
        (Fraction(9000), Fraction(8200), False, False),
        (Fraction(7400), Fraction(8200), False, False),
    ]
    streets["x"] = [Fraction(9002)] * 5
    assert [one.warned for one in moderation.bias(streets, rules=RULES)] == [True, True]
    assert [one.warned for one in moderation.bias(streets, rules=changed(bias_warning="9.00"))] == [False] * 2
    few = moderation.bias({"x": [Fraction(9000)] * 4}, rules=RULES)
    assert [(one.count, one.few, one.warned) for one in few] == [(4, True, False)]
    assert moderation.bias({}, rules=RULES) == ()
