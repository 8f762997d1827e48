"""What holds for every score: pure, bounded, monotone, explained to the last hundredth of a point."""

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

import msgspec
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from credit.domain import explanation, points, score, snapshot
from credit.domain.catalogue import Flag, Subject
from credit.domain.explanation import Branch
from credit.domain.grade import LETTERS, Grade
from credit.domain.points import Entry
from credit.domain.score import Inputs, Project, Quality
from market.kernel.period import add_months
from tests.credit.rules import AT, RULES

TODAY = date(2027, 3, 15)
CODES = {subject: sorted(item.code for item in RULES.items if item.subject is subject) for subject in Subject}
HERD = {"N-GE-01": 3, "N-GE-02": 3, "N-MI-03": 3, "G-PR-01": 2}
"""Codes drawn more often, so that repeats and caps are met."""


@st.composite
def entries(draw: st.DrawFn, subject: Subject, first: int, most: int = 6) -> tuple[Entry, ...]:
    codes = CODES[subject] + [
        code for code, n in HERD.items() if code in CODES[subject] for _ in range(n * 5)
    ]
    found = []
    for number in range(draw(st.integers(0, most))):
        code = draw(st.sampled_from(codes))
        fact_on = TODAY - timedelta(days=draw(st.integers(0, 700)))
        found.append(an_entry(code, first + number, draw(st.sampled_from("abcdefgh")), fact_on))
    return tuple(found)


def an_entry(code: str, record: int, fact: str, fact_on: date) -> Entry:
    months = RULES.item(code).validity_months
    return Entry(
        record=record,
        code=code,
        fact=fact,
        fact_on=fact_on,
        effective_from=fact_on,
        expires_on=None if months is None else add_months(fact_on, months),
        known_at=datetime.combine(fact_on, time(0), UTC),
        unit="project:1",
    )


@st.composite
def all_inputs(draw: st.DrawFn) -> Inputs:
    projects = []
    for number in range(draw(st.integers(0, 3))):
        quality = draw(st.none() | st.integers(0, 10_000))
        projects.append(
            Project(
                community=number + 1,
                area=draw(st.integers(1, 10**8)),
                days=draw(st.integers(1, 184)),
                quality=None if quality is None else Quality(value=quality, cycle="2026H2"),
                entries=draw(entries(Subject.PROJECT, 1000 * (number + 1))),
            )
        )
    return Inputs(
        enterprise=1,
        code="91110000MA0000000X",
        at=AT,
        days_here=draw(st.integers(1, 900)) if projects else None,
        entries=draw(entries(Subject.ENTERPRISE, 1)),
        projects=tuple(projects),
    )


def rank(grade: Grade) -> int:
    """Better is higher; an unrated one compares with its kind only."""
    return -LETTERS.index(grade)


def with_entry(inputs: Inputs, entry: Entry) -> Inputs:
    """Add a record to the subject it is about: the enterprise, else the first project."""
    if RULES.item(entry.code).subject is Subject.ENTERPRISE:
        return msgspec.structs.replace(inputs, entries=(*inputs.entries, entry))
    head, *rest = inputs.projects
    more = msgspec.structs.replace(head, entries=(*head.entries, entry))
    return msgspec.structs.replace(inputs, projects=(more, *rest))


@given(all_inputs(), st.randoms(use_true_random=False))
def test_a_snapshot_is_a_pure_function_and_order_does_not_matter(inputs: Inputs, random: object) -> None:
    mixed = list(inputs.entries)
    projects = list(inputs.projects)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    random.shuffle(projects)  # type: ignore[attr-defined]
    other = msgspec.structs.replace(inputs, entries=tuple(mixed), projects=tuple(projects))
    bodies = {snapshot.body(i, score.compute(i, rules=RULES), rules=RULES) for i in (inputs, inputs, other)}
    assert len(bodies) == 1


@given(all_inputs(), st.data())
@settings(max_examples=300)
def test_a_bad_record_never_raises_and_a_good_one_never_lowers(inputs: Inputs, data: st.DataObject) -> None:
    subjects = [Subject.ENTERPRISE] + ([Subject.PROJECT] if inputs.projects else [])
    code = data.draw(st.sampled_from(CODES[data.draw(st.sampled_from(subjects))]))
    fact_on = TODAY - timedelta(days=data.draw(st.integers(0, 700)))
    entry = an_entry(code, 9999, data.draw(st.sampled_from("abcdefgh")), fact_on)
    before = score.compute(inputs, rules=RULES)
    after = score.compute(with_entry(inputs, entry), rules=RULES)
    if RULES.item(code).bad:
        assert after.published <= before.published
        assert after.tender <= before.tender
    else:
        assert after.published >= before.published
        assert after.tender == before.tender, "awards do not reach a tender"
    if before.rated:
        better = rank(after.grade) - rank(before.grade)
        assert better <= 0 if RULES.item(code).bad else better >= 0


@given(all_inputs(), st.data())
def test_repair_revocation_or_expiry_never_lowers(inputs: Inputs, data: st.DataObject) -> None:
    bad = [e for e in inputs.entries if RULES.item(e.code).bad]
    assume(bad)
    gone = data.draw(st.sampled_from(bad))
    ends = (
        msgspec.structs.replace(gone, ended_at=AT),
        msgspec.structs.replace(gone, expires_on=max(TODAY, gone.effective_from)),
    )
    before = score.compute(inputs, rules=RULES)
    for end in ends:
        rest = tuple(end if e is gone else e for e in inputs.entries)
        after = score.compute(msgspec.structs.replace(inputs, entries=rest), rules=RULES)
        assert after.published >= before.published


@given(all_inputs())
def test_scores_stay_within_their_bounds(inputs: Inputs) -> None:
    found = score.compute(inputs, rules=RULES)
    assert 0 <= found.published <= 11_500
    assert 0 <= found.tender <= 11_500
    assert found.tender <= found.published
    for project in found.projects:
        assert 0 <= project.record <= 11_000
        assert 0 <= project.quality <= 10_000
    composites = [p.composite for p in found.projects]
    if composites:
        assert min(composites) <= found.project_part <= max(composites)


@given(all_inputs(), st.integers(1, 10**6))
def test_splitting_a_project_changes_nothing(inputs: Inputs, area: int) -> None:
    assume(inputs.projects and inputs.projects[0].area > area)
    whole, *rest = inputs.projects
    parts = (
        msgspec.structs.replace(whole, area=area),
        msgspec.structs.replace(whole, community=77, area=whole.area - area),
    )
    split = msgspec.structs.replace(inputs, projects=(*parts, *rest))
    before, after = score.compute(inputs, rules=RULES), score.compute(split, rules=RULES)
    assert before.project_part == after.project_part


@given(all_inputs())
def test_an_active_veto_is_a_d_and_two_very_serious_items_too(inputs: Inputs) -> None:
    found = score.compute(inputs, rules=RULES)
    flags = {flag for line in found.active_bad for flag in RULES.item(line.entry.code).flags}
    grave = [x for x in found.active_bad if RULES.item(x.entry.code).severity.value == "very_serious"]
    if Flag.VETO_D in flags or len(grave) >= 2:
        assert found.grade is Grade.D
    elif grave:
        assert found.grade in (Grade.C, Grade.D)


@given(entries(Subject.PROJECT, 1, most=9))
def test_a_fact_counts_once_and_an_item_at_most_three_times(some: tuple[Entry, ...]) -> None:
    fold = points.fold(some, rules=RULES, at=AT)
    for kind in (True, False):
        counted = [line for line in fold.lines if line.counted and line.bad is kind]
        facts = [line.entry.fact for line in counted]
        assert len(facts) == len(set(facts))
    for line in fold.lines:
        assert line.factor <= 2
        same = [x.counted for x in fold.lines if x.entry.code == line.entry.code]
        assert not line.bad or sum(same) <= 3 * line.points
    assert fold.bad == sum(line.counted for line in fold.lines if line.bad)


def leaves_add_up(branch: Branch) -> None:
    if branch.children:
        assert sum((child.amount for child in branch.children), Fraction(0)) == branch.amount, branch.key
    for child in branch.children:
        leaves_add_up(child)


@given(all_inputs())
def test_every_hundredth_of_a_point_is_explained(inputs: Inputs) -> None:
    found = score.compute(inputs, rules=RULES)
    tree = explanation.explain(found, rules=RULES)
    assert tree.amount == found.published
    leaves_add_up(tree)


@given(entries(Subject.MANAGER, 1), entries(Subject.PROJECT, 100))
def test_a_manager_shares_half_of_what_the_project_lost(
    own: tuple[Entry, ...], site: tuple[Entry, ...]
) -> None:
    mine, its = (points.fold(e, rules=RULES, at=AT) for e in (own, site))
    found = score.manager(mine, [its], rules=RULES)
    assert 0 <= found <= 11_000
    assert score.manager(mine, [], rules=RULES) - found <= its.bad / 2
