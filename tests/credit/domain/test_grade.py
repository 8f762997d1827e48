"""Thresholds, quotas and ceilings, just inside and just outside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.domain import grade
from credit.domain.catalogue import Item
from credit.domain.grade import Ceiling, Grade, Ranked
from tests.credit.rules import RULES


@pytest.mark.parametrize(
    ("score", "letter"),
    [(8500, "A"), (8499, "B"), (7500, "B"), (7499, "C"), (6000, "C"), (5999, "D"), (0, "D"), (11500, "A")],
)
def test_thresholds(score: int, letter: str) -> None:
    assert grade.absolute(score, rules=RULES).value == letter


@pytest.mark.parametrize(
    ("codes", "best"),
    [
        ((), "A"),
        (("N-GE-01",), "A"),
        (("N-SE-01",), "B"),
        (("N-VS-02",), "C"),
        (("N-VS-03", "N-SE-01"), "C"),
        (("N-VS-01",), "D"),
        (("N-VS-02", "N-VS-03"), "D"),
    ],
)
def test_ceilings(codes: tuple[str, ...], best: str) -> None:
    assert grade.ceiling([RULES.item(code) for code in codes]).grade.value == best


@given(st.lists(st.sampled_from([i for i in RULES.items if i.bad]), max_size=5), st.sampled_from(RULES.items))
def test_one_more_item_never_lifts_a_ceiling(items: list[Item], more: Item) -> None:
    if more.bad:
        before, after = grade.ceiling(items).grade, grade.ceiling([*items, more]).grade
        assert grade.worse(before, after) is after


def test_a_newcomer_is_unrated_but_a_veto_follows_it() -> None:
    free, veto = Ceiling(grade=Grade.A), Ceiling(grade=Grade.D, code="N-VS-01")
    assert grade.settle(Grade.B, free, rated=False) is Grade.UNRATED
    assert grade.settle(Grade.A, veto, rated=False) is Grade.D
    assert grade.settle(Grade.A, Ceiling(grade=Grade.B), rated=True) is Grade.B


def ranked(n: int, score: int, bad: int = 0) -> Ranked:
    return Ranked(code=f"{n:03d}", score=score, bad_items=bad, weight=1000 - n)


def test_quotas_cut_the_order_and_guards_correct_it() -> None:
    some = [ranked(n, 9500 - 10 * n) for n in range(20)]
    letters = grade.by_quota(some, rules=RULES)
    counts = [list(letters.values()).count(letter) for letter in (Grade.A, Grade.B, Grade.C, Grade.D)]
    assert counts == [4, 10, 6, 0], "the last one has 93 points and no bad item, so it is no D"
    weak = [ranked(n, 5900 - n) for n in range(20)]
    assert set(grade.by_quota(weak, rules=RULES).values()) == {Grade.C, Grade.D}
    marked = [*some[:19], ranked(19, 9000, bad=1)]
    assert grade.by_quota(marked, rules=RULES)["019"] is Grade.D


@given(st.permutations([ranked(n, 7000 + (n % 3)) for n in range(12)]))
def test_quota_order_does_not_depend_on_input_order(some: list[Ranked]) -> None:
    assert grade.by_quota(some, rules=RULES) == grade.by_quota(
        sorted(some, key=lambda r: r.code), rules=RULES
    )
