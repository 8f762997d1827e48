"""Another rule set on the same data: who moves, how kinds of enterprises stand, what is withheld."""

from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.domain import score, what_if
from credit.domain.fairness import effects
from credit.domain.fairness.effects import Outcome
from credit.domain.fairness.kinds import Dimension, Place, kinds
from credit.domain.grade import Grade
from credit.domain.what_if import Report, Side, Subject, Tally
from tests.credit.rules import AT, RULES, entry, inputs, project

KINDS = {
    Dimension.DISTRICT: "110105",
    Dimension.SIZE: "small",
    Dimension.STOCK: "old",
    Dimension.TENURE: "new",
    Dimension.ORIGIN: "local",
}
OUTCOMES = st.builds(Outcome, st.integers(0, 11_500), st.sampled_from(list(Grade)))


def subject(number: int, **changed: str) -> Subject:
    own = {**KINDS, **{Dimension(name): group for name, group in changed.items()}}
    return Subject(enterprise=number, code=f"9111000000000000{number:02}", name=f"虚构{number}", kinds=own)


def side(outcomes: list[Outcome], items: dict[str, Tally] | None = None, version: int = 1) -> Side:
    return Side(version=version, digest="ab", mode="absolute", outcomes=outcomes, items=items or {})


def report(subjects: list[Subject], before: list[Outcome], after: list[Outcome]) -> Report:
    return what_if.compare(subjects, side(before), side(after, version=2), at=AT, inputs="cd", rules=RULES)


def test_who_moves_is_counted_and_named() -> None:
    before = [Outcome(9_000, Grade.A), Outcome(8_000, Grade.B), Outcome(8_000, Grade.UNRATED)]
    after = [Outcome(8_400, Grade.B), Outcome(8_500, Grade.A), Outcome(8_000, Grade.C)]
    found = report([subject(n) for n in (1, 2, 3)], before, after)
    assert (found.moved, found.up, found.down) == (3, 1, 1)
    assert found.matrix[0] == (0, 1, 0, 0, 0)
    assert found.matrix[4] == (0, 0, 1, 0, 0)
    assert [(m.before.grade, m.after.grade) for m in found.movers] == [
        (Grade.A, Grade.B),
        (Grade.B, Grade.A),
        (Grade.UNRATED, Grade.C),
    ]


def test_the_public_form_names_nobody_and_tells_nothing_of_small_groups() -> None:
    subjects = [
        subject(n, district="110101" if n < 4 else "110105" if n < 10 else "110106") for n in range(18)
    ]
    outcomes = [Outcome(9_000, Grade.A)] * 18
    after = [Outcome(8_000, Grade.B), *outcomes[1:]]
    whole = report(subjects, outcomes, after)
    public = whole.public()
    assert (public.moved, public.movers) == (1, ())
    assert "虚构" not in public.body().decode()
    districts = {g.group: g.before for g in public.groups if g.dimension is Dimension.DISTRICT}
    assert districts["110101"] is None, "four enterprises"
    assert districts["110105"] is None, "or the four were the rest of the whole"
    assert districts["110106"] == (8, 0, 0, 0, 0)
    assert whole.digest != public.digest


def test_equal_reports_have_equal_bytes_and_any_outcome_changes_them() -> None:
    subjects = [subject(n) for n in range(3)]
    outcomes = [Outcome(9_000, Grade.A)] * 3
    one, same = (report(subjects, outcomes, outcomes) for _ in range(2))
    assert one.body() == same.body()
    other = report(subjects, outcomes, [*outcomes[:2], Outcome(9_001, Grade.A)])
    assert other.digest != one.digest


def test_too_few_of_a_kind_are_not_compared() -> None:
    subjects = [subject(n, size="small" if n < 5 else "large") for n in range(10)]
    low, high = Outcome(7_000, Grade.C), Outcome(9_000, Grade.A)
    found = report(subjects, [low] * 5 + [high] * 5, [high] * 10)
    (size,) = [c for c in found.fairness if c.dimension is Dimension.SIZE]
    assert size.before is not None
    assert (size.before.mean, size.before.delta) == (Fraction(-2_000), Fraction(-1))
    assert size.before.shares == tuple(map(Fraction, (-1, 0, 1, 0, 0)))
    assert size.after is not None
    assert (size.after.mean, size.after.delta) == (Fraction(0), Fraction(0))
    fewer = report(subjects[1:], [low] * 4 + [high] * 5, [high] * 9)
    assert next(c for c in fewer.fairness if c.dimension is Dimension.SIZE).before is None


@given(st.lists(OUTCOMES, min_size=1, max_size=12), st.lists(OUTCOMES, min_size=1, max_size=12))
def test_an_effect_is_what_counting_every_pair_says_and_turns_round(
    first: list[Outcome], second: list[Outcome]
) -> None:
    found, turned = effects.effect(first, second), effects.effect(second, first)
    pairs = [(a.score > b.score) - (a.score < b.score) for a in first for b in second]
    assert found.delta == Fraction(sum(pairs), len(pairs)) == -turned.delta
    assert sum(found.shares) == 0
    assert found.mean == -turned.mean


def test_items_are_tallied_at_their_subject_with_their_sign() -> None:
    site = project(1, area=100, days=10, quality=9_000, entries=(entry("N-GE-01", 2), entry("N-GE-01", 3)))
    one = inputs(entries=(entry("G-EN-03", 1),), projects=(site,))
    found = what_if.tally([score.compute(one, rules=RULES)])
    assert found == {"G-EN-03": Tally(1, Fraction(200)), "N-GE-01": Tally(2, Fraction(-1_250))}


def test_items_that_change_most_come_first() -> None:
    before = {"N-GE-01": Tally(2, Fraction(-500)), "N-SE-01": Tally(1, Fraction(-1_000))}
    after = {"N-GE-01": Tally(2, Fraction(-2_000)), "N-SE-01": Tally(1, Fraction(-1_000)), "N-X": Tally(1)}
    made = what_if.compare([], side([], before), side([], after), at=AT, inputs="", rules=RULES)
    assert [line.code for line in made.items] == ["N-GE-01", "N-SE-01", "N-X"]


@pytest.mark.parametrize(
    ("area", "size"),
    [(29_999_999, "small"), (30_000_000, "medium"), (99_999_999, "medium"), (100_000_000, "large")],
)
def test_an_enterprise_is_small_or_large_by_its_managed_area(area: int, size: str) -> None:
    one = inputs(projects=(project(1, area=area, days=1, quality=None),))
    assert kinds(one, {}, district="110105", rules=RULES)[Dimension.SIZE] == size


@pytest.mark.parametrize(
    ("year", "age"), [(1999, "old"), (2000, "middle"), (2009, "middle"), (2010, "recent"), (None, "unknown")]
)
def test_housing_is_old_or_recent_by_its_year(year: int | None, age: str) -> None:
    one = inputs(projects=(project(1, area=1, days=1, quality=None),))
    found = kinds(one, {1: Place("110106", year)}, district="110105", rules=RULES)
    assert (found[Dimension.STOCK], found[Dimension.DISTRICT]) == (age, "110106")


@pytest.mark.parametrize(("days", "tenure"), [(364, "new"), (365, "established")])
def test_a_newcomer_is_here_less_than_a_year(days: int, tenure: str) -> None:
    one = inputs(projects=(project(1, area=1, days=1, quality=None),), days_here=days)
    assert kinds(one, {}, district="110105", rules=RULES)[Dimension.TENURE] == tenure


@pytest.mark.parametrize(
    ("code", "origin"),
    [("91110000MA0000000X", "local"), ("91310000MA0000000X", "other"), ("internal-7", "unknown")],
)
def test_the_code_tells_where_an_enterprise_is_registered(code: str, origin: str) -> None:
    one = msgspec.structs.replace(inputs(), code=code)
    found = kinds(one, {}, district="110105", rules=RULES)
    assert found[Dimension.ORIGIN] == origin
    assert found[Dimension.DISTRICT] == "110105", "without projects, the seat's"


def test_the_larger_part_of_area_and_days_decides() -> None:
    sites = (project(1, area=10, days=5, quality=None), project(2, area=4, days=20, quality=None))
    places = {1: Place("110101", 1990), 2: Place("110105", 2015)}
    found = kinds(inputs(projects=sites), places, district="110106", rules=RULES)
    assert (found[Dimension.DISTRICT], found[Dimension.STOCK]) == ("110105", "recent")
