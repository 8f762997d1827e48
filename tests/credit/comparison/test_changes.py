"""What changed between two scores adds up to their difference, whatever is withheld and under every cap."""

from datetime import timedelta
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credit.domain.catalogue import Subject
from credit.domain.comparison import changes
from credit.domain.comparison.changes import RECORDS, Change, Kind, Side
from credit.domain.points import Entry
from credit.domain.rule_set import RuleSet
from credit.domain.score import Inputs, Project, Quality, compute
from tests.credit.domain.test_score_properties import TODAY, all_inputs, an_entry, entries
from tests.credit.rules import AT, RULES

LATER = AT + timedelta(days=150)
OTHERS = msgspec.structs.replace(
    RULES, version=2, values={**RULES.values, "weight_evaluation": Fraction(2, 5)}
)


def told(before: Inputs, after: Inputs, rules: RuleSet = RULES) -> tuple[Change, ...]:
    old, new = Side(inputs=before, rules=RULES), Side(inputs=after, rules=rules)
    return changes.between(old, new, carried=before)


@st.composite
def two(draw: st.DrawFn) -> tuple[Inputs, Inputs]:
    """Two states of one enterprise: some records stay, end or come, projects come and go."""
    before = draw(all_inputs())

    def moved(kept: tuple[Entry, ...], subject: Subject, first: int) -> tuple[Entry, ...]:
        stay = tuple(one for one in kept if draw(st.booleans()))
        return (*stay, *draw(entries(subject, first)))

    projects = []
    for one in before.projects:
        if draw(st.integers(0, 3)):
            quality = draw(st.none() | st.integers(0, 10_000))
            projects.append(
                Project(
                    community=one.community,
                    area=draw(st.sampled_from([one.area, one.area + 1_000])),
                    days=draw(st.integers(0, 184)),
                    quality=None if quality is None else Quality(value=quality, cycle="2027H1"),
                    entries=moved(one.entries, Subject.PROJECT, 1000 * one.community + 500),
                )
            )
    projects += [
        msgspec.structs.replace(one, community=one.community + 10) for one in draw(all_inputs()).projects
    ]
    after = msgspec.structs.replace(
        before,
        at=draw(st.sampled_from([AT, LATER])),
        entries=moved(before.entries, Subject.ENTERPRISE, 500),
        projects=tuple(projects),
    )
    return before, after


@settings(deadline=None, max_examples=200)
@given(two(), st.sampled_from([RULES, OTHERS]), st.data())
def test_effects_add_up_to_the_difference_exactly_and_as_shown(
    pair: tuple[Inputs, Inputs], rules: RuleSet, data: st.DataObject
) -> None:
    before, after = pair
    difference = compute(after, rules=rules).published - compute(before, rules=RULES).published
    found = told(before, after, rules)
    records = sorted(one.record for one in found if one.record is not None)
    seen = data.draw(st.sets(st.sampled_from(records))) if records else set()
    for shown in (found, changes.withheld(found, seen=seen)):
        assert sum((one.effect for one in shown), Fraction(0)) == difference
        assert sum(one.shown for one in shown) == difference
        assert all(abs(one.shown - one.effect) < 1 for one in shown)
    hidden = changes.withheld(found, seen=seen)
    assert all(one.record in seen for one in hidden if one.kind in RECORDS)
    assert sum(one.kind is Kind.WITHHELD for one in hidden) == (len(seen) < len(records))


@given(all_inputs())
def test_nothing_changed_between_a_score_and_itself(inputs: Inputs) -> None:
    assert told(inputs, inputs) == ()


def an_enterprise(*own: Entry, quality: int = 9_000, days: int = 60, **more: object) -> Inputs:
    project = Project(
        community=1, area=1_000_000, days=days, quality=Quality(value=quality, cycle="2026H2"), entries=own
    )
    inputs = Inputs(enterprise=1, code="9" * 18, at=AT, days_here=400, entries=(), projects=(project,))
    return msgspec.structs.replace(inputs, **more)


FIRST = an_entry("N-GE-01", 1, "a", TODAY - timedelta(days=60))
SECOND = an_entry("N-GE-01", 2, "b", TODAY - timedelta(days=30))


def test_a_repeat_bears_its_factor_and_loses_it_when_the_first_is_struck() -> None:
    both, one = an_enterprise(FIRST, SECOND), an_enterprise(SECOND)
    points = RULES.item("N-GE-01").points
    came = told(an_enterprise(FIRST), both)
    assert [(c.kind, c.record, c.shown) for c in came] == [(Kind.CAME, 2, -points * 3 // 4)]
    assert came[0].factor_now == Fraction(3, 2)
    struck = told(both, one)
    assert [(c.kind, c.record, c.shown) for c in struck] == [
        (Kind.ENDED, 1, points // 2),
        (Kind.CHANGED, 2, points // 4),
    ]
    assert (struck[1].factor_was, struck[1].factor_now) == (Fraction(3, 2), Fraction(1))


def test_an_expired_record_is_told_apart_from_a_struck_one_and_still_counts_as_an_earlier_time() -> None:
    assert SECOND.expires_on is not None
    late = msgspec.structs.replace(an_enterprise(FIRST, SECOND), at=AT + timedelta(days=320))
    found = told(an_enterprise(FIRST, SECOND), late)
    assert [(c.kind, c.record) for c in found] == [(Kind.EXPIRED, 1)]


def test_a_good_record_above_the_cap_is_worth_what_the_cap_leaves() -> None:
    codes = [item.code for item in RULES.items if not item.bad and item.subject is Subject.ENTERPRISE]
    every = tuple(an_entry(code, n, f"f{n}", TODAY - timedelta(days=9)) for n, code in enumerate(codes, 1))
    rest = an_enterprise(entries=every[:-1], quality=5_000)
    (last,) = told(rest, an_enterprise(entries=every, quality=5_000))
    assert (last.kind, last.now is not None and last.now > 0, last.shown) == (Kind.CAME, True, 0)


def test_evaluations_areas_and_days_are_told_each_by_itself() -> None:
    other = Project(community=2, area=1_000_000, days=60, quality=Quality(value=5_000, cycle="2026H2"))
    before = an_enterprise()
    before = msgspec.structs.replace(before, projects=(*before.projects, other))
    (better,) = told(before, _with(before, quality=Quality(value=7_000, cycle="2027H1", evaluation=9)))
    assert (better.kind, better.evaluation, better.shown) == (Kind.EVALUATION, 9, 500)
    assert (better.was, better.now) == (Fraction(5_000), Fraction(7_000))
    (grown,) = told(before, _with(before, area=3_000_000))
    assert (grown.kind, grown.community, grown.now) == (Kind.AREA, 2, Fraction(3_000_000))
    assert grown.shown == -500
    (less,) = told(before, _with(before, days=20))
    assert (less.kind, less.shown) == (Kind.DAYS, 500)
    assert (less.was, less.now) == (Fraction(120), Fraction(80))
    (gone,) = told(before, msgspec.structs.replace(before, projects=before.projects[:1]))
    assert (gone.kind, gone.community, gone.shown) == (Kind.GIVEN_UP, 2, 1_000)
    (back,) = told(msgspec.structs.replace(before, projects=before.projects[:1]), before)
    assert (back.kind, back.shown) == (Kind.TAKEN_ON, -1_000)


def _with(inputs: Inputs, **more: object) -> Inputs:
    head, other = inputs.projects
    return msgspec.structs.replace(inputs, projects=(head, msgspec.structs.replace(other, **more)))


def test_another_rule_set_is_told_first_and_alone() -> None:
    before = an_enterprise(quality=5_000)
    (change,) = told(before, before, OTHERS)
    assert (change.kind, change.was, change.now, change.shown) == (Kind.RULES, Fraction(1), Fraction(2), 500)


@pytest.mark.parametrize("missing", [1, 2])
def test_shown_effects_are_settled_by_what_was_cut_off(missing: int) -> None:
    thirds = [Change(kind=Kind.CAME, effect=Fraction(missing, 3)) for _ in range(3)]
    assert [one.shown for one in changes.settled(thirds)] == [1] * missing + [0] * (3 - missing)
