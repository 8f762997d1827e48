"""The engine in columns equals the exact one bit for bit: scores, ceilings, grades, points by item."""

from datetime import date, timedelta
from fractions import Fraction

import msgspec
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from credit.domain import rating, score, what_if
from credit.domain.catalogue import Flag, Subject
from credit.domain.engine import columns as made
from credit.domain.engine import gather, scoring
from credit.domain.points import Entry
from credit.domain.rule_set import RuleSet
from credit.domain.score import Inputs
from tests.credit.domain.test_score_properties import TODAY, all_inputs, an_entry
from tests.credit.export.test_corruptions import BY_QUOTA
from tests.credit.rules import RULES, entry, inputs, project

CODES = sorted(item.code for item in RULES.items)


def changed(rules: RuleSet, **values: Fraction) -> RuleSet:
    return msgspec.structs.replace(rules, values={**rules.values, **values})


ODD = changed(
    RULES,
    repeat_second=Fraction(7, 3),
    repeat_third=Fraction(13, 5),
    item_cap_factor=Fraction(22, 7),
    weight_evaluation=Fraction(3, 11),
    good_cap_project=Fraction(1001, 2),
    unrated_project_part=Fraction(23999, 3),
)
"""Fractions that the rules in force do not have, so that scales and rounding are met."""
BY_NUMBER = changed(RULES, facts_by_content=Fraction(0))
"""Equal facts in the order of their records, as versions have it that do not name the parameter."""


def of_one_instant(some: list[Inputs]) -> list[Inputs]:
    """Number enterprises, and give every record its own number."""
    numbers = iter(range(1, 10_000))

    def own(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        return tuple(msgspec.structs.replace(e, record=next(numbers)) for e in entries)

    found = []
    for place, one in enumerate(some):
        sites = tuple(msgspec.structs.replace(p, entries=own(p.entries)) for p in one.projects)
        found.append(
            msgspec.structs.replace(
                one,
                enterprise=place + 1,
                code=f"91110000MA00000{place:03}",
                entries=own(one.entries),
                projects=sites,
            )
        )
    return found


def same_as_exact(some: list[Inputs], rules: RuleSet) -> scoring.Scored:
    """Compare both engines on everything columns say; return the columns' own, before any patch."""
    exact = [score.compute(one, rules=rules) for one in some]
    columns = gather.columns(some)
    raw = scoring.score(scoring.prepared_for(columns, rules), rules)
    for place, one in enumerate(exact):
        if not raw.hard[place]:
            told = {name: getattr(raw, name)[place] for name in scoring.PATCHED}
            assert told == gather.values(one), place
    hard = np.flatnonzero(raw.hard).tolist()
    found = scoring.patched(raw, {place: gather.values(exact[place]) for place in hard})
    letters = scoring.grades(found, rules, columns.enterprises.code)
    wanted = rating.graded([(i.code, s) for i, s in zip(some, exact, strict=True)], rules=rules)
    assert [scoring.GRADES[place] for place in letters] == wanted
    tally = what_if.tally(one for place, one in enumerate(exact) if place not in set(hard))
    for code, records, points in zip(columns.records.codes, raw.records, raw.points, strict=True):
        follows = tally.get(code, what_if.Tally())
        assert (int(records), Fraction(int(points), raw.scale)) == (follows.records, follows.points), code
    return raw


@given(st.lists(all_inputs(), min_size=1, max_size=5), st.sampled_from([RULES, BY_QUOTA, ODD]))
@settings(max_examples=400, deadline=None)
def test_both_engines_say_the_same(some: list[Inputs], rules: RuleSet) -> None:
    same_as_exact(of_one_instant(some), rules)


@st.composite
def crowded(draw: st.DrawFn) -> Inputs:
    """Return an enterprise with many records of few items, so that repeats and caps are always met."""
    codes = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=2))
    rows = []
    apart = draw(st.sampled_from([1, 250]))
    for number in range(draw(st.integers(5, 25))):
        fact_on = TODAY - timedelta(days=draw(st.integers(0, 500)) // apart * apart)
        fact = draw(st.sampled_from("ab")) if draw(st.integers(0, 9)) == 0 else f"own-{number}"
        rows.append(an_entry(draw(st.sampled_from(codes)), number, fact, fact_on))
    own = tuple(e for e in rows if RULES.item(e.code).subject is Subject.ENTERPRISE)
    site = tuple(e for e in rows if RULES.item(e.code).subject is Subject.PROJECT)
    where = project(1, area=draw(st.integers(1, 10**7)), days=draw(st.integers(1, 184)), quality=None)
    return inputs(entries=own, projects=(msgspec.structs.replace(where, entries=site),))


@given(st.lists(crowded(), min_size=1, max_size=3), st.sampled_from([RULES, ODD, BY_NUMBER]))
@settings(max_examples=300, deadline=None)
def test_many_records_of_few_items_say_the_same(some: list[Inputs], rules: RuleSet) -> None:
    same_as_exact(of_one_instant(some), rules)


def test_repeats_caps_and_one_count_a_fact_are_done_in_columns_alone() -> None:
    """None of these is left to the exact engine, or its equality would prove little."""
    site = (
        *(entry("N-GE-01", n, fact_on=date(2026, 9, n)) for n in range(1, 9)),
        entry("N-SE-01", 20, fact="one"),
        entry("N-SE-03", 21, fact="one"),
        *(entry("G-PR-09", 30 + n) for n in range(4)),
    )
    own = (*(entry("N-GE-12", 40 + n) for n in range(5)), entry("G-EN-06", 50), entry("G-EN-06", 51))
    one = inputs(entries=own, projects=(project(1, area=10, days=10, quality=8_001, entries=site),))
    raw = same_as_exact(of_one_instant([one]), RULES)
    assert not raw.hard.any()
    points = dict(zip(gather.columns([one]).records.codes, raw.points.tolist(), strict=True))
    assert points["N-GE-01"] == -1_500 * raw.scale, "three times the item"
    assert points["N-SE-03"] == 0, "the lower of one fact"
    assert points["G-PR-09"] == 2 * 150 * raw.scale
    assert points["N-GE-12"] == -1_500 * raw.scale


@pytest.mark.parametrize(
    "rows",
    [
        (("N-GE-01", "a"), ("N-GE-01", "a"), ("N-GE-01", "b")),
        (*[("N-GE-01", f"f{n}") for n in range(4)], ("N-GE-01", "x"), ("N-GE-02", "x")),
    ],
    ids=["one fact twice under one item", "one fact under a cap that may be reached"],
)
def test_what_columns_cannot_tell_is_left_to_the_exact_engine(rows: tuple[tuple[str, str], ...]) -> None:
    site = tuple(entry(code, n, fact=fact) for n, (code, fact) in enumerate(rows))
    one = inputs(projects=(project(1, area=10, days=10, quality=9_000, entries=site),))
    raw = same_as_exact(of_one_instant([one, inputs()]), RULES)
    assert raw.hard.tolist() == [True, False]


@example(10**11, 40)
@given(st.integers(10**8, 10**13), st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_sums_that_would_leave_sixty_four_bits_are_not_taken_in_columns(area: int, many: int) -> None:
    sites = tuple(project(n, area=area + n, days=184, quality=9_999 - n) for n in range(1, many + 1))
    raw = same_as_exact(of_one_instant([inputs(projects=sites), inputs()]), RULES)
    if 11_500 * 4 * (area * 184 * many) >= 2**63:
        assert raw.hard.tolist() == [True, False]


def test_order_of_records_does_not_matter_and_any_change_shows_in_the_digest() -> None:
    rows = tuple(entry("N-GE-01", n, fact_on=date(2026, 9, n)) for n in range(1, 9))
    one = inputs(projects=(project(1, area=10, days=10, quality=8_000, entries=rows),))
    turned = msgspec.structs.replace(one.projects[0], entries=rows[::-1])
    other = msgspec.structs.replace(one, projects=(turned,))
    assert gather.columns([one]).digest == gather.columns([other]).digest
    later = msgspec.structs.replace(rows[0], fact_on=date(2026, 9, 2))
    third = msgspec.structs.replace(one.projects[0], entries=(later, *rows[1:]))
    changed_one = msgspec.structs.replace(one, projects=(third,))
    assert gather.columns([one]).digest != gather.columns([changed_one]).digest


def test_rule_sets_of_one_layout_share_the_sorted_columns() -> None:
    rows = (entry("N-GE-01", 1), entry("N-SE-11", 2))
    columns = gather.columns(
        [inputs(entries=rows[1:], projects=(project(1, area=1, days=1, quality=None, entries=rows[:1]),))]
    )
    first = scoring.prepared_for(columns, RULES)
    assert scoring.prepared_for(columns, ODD, known=first) is first
    items = tuple(
        msgspec.structs.replace(i, flags=i.flags | {Flag.PER_PROJECT}) if i.code == "N-SE-11" else i
        for i in RULES.items
    )
    other = msgspec.structs.replace(RULES, items=items, by_code={i.code: i for i in items})
    assert scoring.prepared_for(columns, other, known=first) is not first


def test_columns_of_projects_out_of_order_are_refused() -> None:
    columns = gather.columns([inputs(projects=(project(1, area=1, days=1, quality=None),))])
    twice = {
        n: np.r_[getattr(columns.projects, n), getattr(columns.projects, n)]
        for n in made.Projects.__struct_fields__
    }
    broken = msgspec.structs.replace(columns, projects=made.Projects(**twice))
    with pytest.raises(made.ColumnOrderError):
        made.prepare(broken, made.Layout((), by_content=True))
    with pytest.raises(gather.MixedInstantsError):
        gather.columns([inputs(), msgspec.structs.replace(inputs(), at=inputs().at - timedelta(days=1))])
