"""Cycles, objections, measures, figures: pure rules, just inside and just outside."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.domain import cycle, evaluation, figures, measure, objection, rating
from credit.domain.evaluation import Cases
from credit.domain.grade import LETTERS, Grade
from credit.domain.rating import CyclePublicityError, CycleRunningError, Mode
from credit.domain.rule_set import RuleSet
from credit.domain.rules.register import Force
from credit.domain.score import Score, compute
from market.kernel.actor import Role
from market.kernel.workday import Workdays
from tests.credit.rules import RULES, entry, inputs, project

DAYS = Workdays(rest=frozenset(), work=frozenset(), years=frozenset({2026, 2027}))
HEAD = "community,cases,responded,called_back,resolved,partly,satisfied"
INSTANTS = st.datetimes(datetime(2026, 1, 2), datetime(2027, 11, 1), timezones=st.just(UTC))  # noqa: DTZ001


def with_number(name: str, value: str) -> RuleSet:
    return msgspec.structs.replace(RULES, values={**RULES.values, name: Fraction(value)})


@given(INSTANTS)
def test_a_cycle_ends_one_microsecond_before_the_next_begins(at: datetime) -> None:
    half = cycle.of(at.date())
    end = rating.as_of(half)
    with pytest.raises(CycleRunningError):
        rating.check_over(half, now=end)
    rating.check_over(half, now=end + timedelta(microseconds=1))


@given(INSTANTS)
def test_results_are_shown_for_five_working_days(at: datetime) -> None:
    until = rating.public_until(at, rules=RULES, days=DAYS)
    assert timedelta(days=5) < until - at <= timedelta(days=8)
    with pytest.raises(CyclePublicityError):
        rating.check_publication(until, open_objections=0, now=until - timedelta(microseconds=1))
    rating.check_publication(until, open_objections=0, now=until)
    longer = with_number("cycle_publicity", "6")
    assert rating.public_until(at, rules=longer, days=DAYS) > until


def scores(values: list[int]) -> list[tuple[str, Score]]:
    return [
        (f"{n:018d}", compute(inputs(projects=(project(1, area=100, days=90, quality=v),)), rules=RULES))
        for n, v in enumerate(values)
    ]


@given(st.lists(st.integers(0, 10_000), max_size=40))
def test_a_ranking_gives_nobody_a_better_letter_than_a_higher_score(values: list[int]) -> None:
    quota = with_number("grade_by_quota", "1")
    assert (rating.mode(RULES), rating.mode(quota)) == (Mode.ABSOLUTE, Mode.QUOTA)
    ranked = scores(values)
    letters = rating.graded(ranked, rules=quota)
    order = sorted(zip(ranked, letters, strict=True), key=lambda pair: -pair[0][1].published)
    places = [LETTERS.index(letter) for _, letter in order]
    assert places == sorted(places)
    assert rating.graded(ranked, rules=RULES) == [score.grade for _, score in ranked]


def test_a_ranking_keeps_ceilings_and_leaves_the_unrated_out() -> None:
    quota = with_number("grade_by_quota", "1")
    best = compute(inputs(projects=(project(1, area=1, days=90, quality=10_000),)), rules=RULES)
    vetoed = inputs(entries=(entry("N-VS-01", 1),), projects=(project(1, area=1, days=90, quality=10_000),))
    new = compute(inputs(), rules=RULES)
    found = [("a", best), ("b", compute(vetoed, rules=RULES)), ("c", new)]
    letters = rating.graded(found, rules=quota)
    assert letters[1:] == [Grade.D, Grade.UNRATED]


@pytest.mark.parametrize(("before", "after", "falls"), [(9000, 8000, True), (9000, 8001, False)])
def test_a_fall_of_ten_points_warns(before: int, after: int, *, falls: bool) -> None:
    assert rating.alarm(before, after, rules=RULES) is falls


@given(INSTANTS)
def test_more_time_for_an_answer_starts_where_the_first_ended(at: datetime) -> None:
    due = objection.due(at, rules=RULES, days=DAYS)
    later = objection.extended(due, now=at, rules=RULES, days=DAYS)
    assert later - due == timedelta(days=7), "five working days and a weekend"
    with pytest.raises(objection.ObjectionLateError):
        objection.extended(due, now=due, rules=RULES, days=DAYS)


def test_every_measure_that_restricts_or_obliges_has_a_basis_and_an_authority() -> None:
    for one in RULES.measures:
        if one.force in (Force.RESTRICTION, Force.DUTY, Force.INSPECTION):
            assert one.legal_basis, one.key
            assert one.authorities, one.key


def test_a_measure_is_issued_by_the_named_level_only_and_only_when_called_for() -> None:
    due = measure.measures_for(Grade.D, listed=False, rules=RULES)
    interview = measure.named("interview-representative", rules=RULES)
    measure.check_issue(interview, due=due, role=Role.DISTRICT)
    for role in (Role.STREET, Role.CITY):
        with pytest.raises(measure.MeasureAuthorityError):
            measure.check_issue(interview, due=due, role=role)
    with pytest.raises(measure.MeasureNotDueError):
        measure.check_issue(measure.named("inspection-a", rules=RULES), due=due, role=Role.DISTRICT)
    early = measure.named("early-inspection", rules=RULES)
    assert early not in due
    assert early in measure.measures_for(Grade.D, listed=False, warned=True, rules=RULES)


def test_a_measure_lasts_a_year_at_most_and_does_not_begin_in_the_past() -> None:
    today = date(2026, 7, 14)
    measure.check_term(RULES.measures[0], today, date(2027, 7, 14), today=today)
    for start, end in ((today, date(2027, 7, 15)), (today, today), (date(2026, 7, 13), date(2027, 1, 1))):
        with pytest.raises(measure.MeasureTermError):
            measure.check_term(RULES.measures[0], start, end, today=today)


def test_the_composite_of_three_rates_follows_its_weights() -> None:
    rates = (Fraction(98, 100), Fraction(90, 100), Fraction(85, 100))
    assert figures.composite(rates, rules=RULES) == Fraction(8855, 10_000)
    numbers = {"response": "3/10", "resolution": "7/20", "satisfaction": "7/20"}
    other = RULES
    for name, value in numbers.items():
        values = {**other.values, f"case_weight_{name}": Fraction(value)}
        other = msgspec.structs.replace(other, values=values)
    assert figures.composite(rates, rules=other) == Fraction(9065, 10_000)
    assert figures.composite((rates[0], None, None), rules=RULES) is None


@given(st.lists(st.integers(0, 50), min_size=6, max_size=6))
def test_figures_that_are_read_never_exceed_what_they_are_a_part_of(counts: list[int]) -> None:
    line = ",".join(map(str, counts))
    rows, findings = figures.read(f"{HEAD}\n7,{line}".encode())
    cases, responded, called, resolved, partly, satisfied = counts
    holds = responded <= cases and called <= cases and resolved + partly <= called and satisfied <= called
    assert (len(rows), not findings) == ((1, True) if holds else (0, False))
    for row in rows:
        points = evaluation.case_score(row.figures, rules=RULES)
        assert 0 <= points <= 1200
        assert figures.rates(row.figures, rules=RULES).response in (None, *range(10_001))


def test_opinions_are_the_base_of_resolution_and_a_small_base_is_drawn_to_four_fifths() -> None:
    many = Cases(cases=100, responded=100, resolved=5, satisfied=5, called_back=5)
    assert evaluation.case_score(many, rules=RULES) == 1200
    few = msgspec.structs.replace(many, called_back=4, resolved=4, satisfied=4)
    assert evaluation.case_score(few, rules=RULES) == 300 + Fraction(8, 9) * 900


@pytest.mark.parametrize("text", ["", "a,b\n1,2", HEAD, "\x00"])
def test_what_is_no_table_of_figures_is_refused(text: str) -> None:
    with pytest.raises(figures.FiguresFileError):
        figures.read(text.encode())


def test_a_community_stands_once_in_a_file() -> None:
    _, findings = figures.read(f"{HEAD}\n7,1,1,1,1,0,1\n7,1,1,1,1,0,1\n,1,1,1,1,0,1".encode())
    assert [type(f) for f in findings] == [figures.FiguresTwiceError, figures.FiguresPlaceError]
