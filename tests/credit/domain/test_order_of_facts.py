"""Who typed first decides nothing: equal facts are ordered by what they are."""

from datetime import date, timedelta
from fractions import Fraction
from hashlib import sha256

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credit.domain import explanation, points, score, snapshot
from credit.domain.catalogue import Subject
from credit.domain.explanation import Branch
from credit.domain.points import Entry
from credit.domain.rule_set import RuleSet
from credit.domain.score import Inputs
from tests.credit.rules import AT, RULES, entry, inputs, project

HERD = ("N-GE-01", "N-GE-02", "N-MI-03", "N-SE-01", "G-PR-01", "G-PR-09")
OWN = ("N-GE-12", "N-SE-11", "G-EN-06")
OLD = msgspec.structs.replace(
    RULES, values={k: v for k, v in RULES.values.items() if k != "facts_by_content"}, digest="d" * 64
)
"""A version from before there was a choice."""


@st.composite
def equal_facts(draw: st.DrawFn) -> Inputs:
    """Return records of few items, facts and days: hardly anything but the number tells them apart."""

    def rows(codes: tuple[str, ...], first: int) -> tuple[Entry, ...]:
        found = []
        for number in range(first, first + draw(st.integers(0, 7))):
            day = date(2026, 9, draw(st.integers(1, 2)))
            one = entry(draw(st.sampled_from(codes)), number, fact=draw(st.sampled_from("abcd")), fact_on=day)
            begins = day + timedelta(days=draw(st.integers(0, 1)))
            ends = draw(st.sampled_from([None, date(2027, 1, 1), date(2027, 9, 1)]))
            unit = draw(st.sampled_from(["", "project:1", "project:12"]))
            found.append(msgspec.structs.replace(one, effective_from=begins, expires_on=ends, unit=unit))
        return tuple(found)

    site = project(1, area=7, days=9, quality=9_000, entries=rows(HERD, 100))
    return inputs(entries=rows(OWN, 1), projects=(site,))


def renumbered(some: Inputs, numbers: list[int]) -> Inputs:
    """Give the same records other numbers, as another order of typing would have done."""
    own = [e.record for e in (*some.entries, *(e for p in some.projects for e in p.entries))]
    names = dict(zip(own, numbers, strict=False))

    def turned(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        made = [msgspec.structs.replace(e, record=names[e.record]) for e in entries]
        return tuple(sorted(made, key=lambda e: e.record))

    sites = tuple(msgspec.structs.replace(p, entries=turned(p.entries)) for p in some.projects)
    return msgspec.structs.replace(some, entries=turned(some.entries), projects=sites)


def bare(body: bytes) -> object:
    """Return a snapshot without numbers of records."""

    def without(value: object) -> object:
        if isinstance(value, dict):
            return {k: without(v) for k, v in value.items() if k != "record" or "code" not in value}
        return [without(v) for v in value] if isinstance(value, list) else value

    return without(msgspec.json.decode(body))


@given(equal_facts(), st.permutations(range(500, 520)))
@settings(max_examples=400, deadline=None)
def test_any_order_of_typing_gives_the_same_score_snapshot_and_explanation(
    some: Inputs, numbers: list[int]
) -> None:
    other = renumbered(some, numbers)
    one, two = (score.compute(each, rules=RULES) for each in (some, other))
    assert (one.exact, one.tender, one.grade, one.ceiling) == (two.exact, two.tender, two.grade, two.ceiling)
    assert snapshot.inputs_digest(some, rules=RULES) == snapshot.inputs_digest(other, rules=RULES)
    bodies = [snapshot.body(i, s, rules=RULES) for i, s in ((some, one), (other, two))]
    assert bare(bodies[0]) == bare(bodies[1])
    trees = [explanation.explain(each, rules=RULES) for each in (one, two)]
    assert unnumbered(trees[0]) == unnumbered(trees[1])


def unnumbered(branch: Branch) -> Branch:
    children = tuple(unnumbered(child) for child in branch.children)
    return msgspec.structs.replace(branch, record=None, children=children)


def twins(first: int, second: int) -> tuple[Entry, ...]:
    """Return two facts of one day, of which the one named "a" was charged twice: its records count once."""
    return (
        entry("N-GE-01", first, fact="a", fact_on=date(2026, 9, 1)),
        entry("N-GE-01", second, fact="b", fact_on=date(2026, 9, 1)),
        entry("N-SE-01", 9, fact="a", fact_on=date(2026, 9, 1)),
    )


def test_the_number_decided_once_and_does_no_more() -> None:
    """The sum itself differed: the fact typed second was the repeat, and one record does not count."""

    def lost(rules: RuleSet, first: int, second: int) -> Fraction:
        return points.fold(twins(first, second), rules=rules, at=AT).bad

    assert lost(OLD, 1, 2) != lost(OLD, 2, 1)
    assert lost(RULES, 1, 2) == lost(RULES, 2, 1)


def test_facts_are_ordered_by_day_document_and_digest_of_their_name() -> None:
    later = entry("N-GE-01", 1, fact="z", fact_on=date(2026, 9, 2))
    days = [entry("N-GE-01", n, fact=name) for n, name in ((3, "a"), (4, "b"), (5, "c"))]
    late = msgspec.structs.replace(days[0], effective_from=date(2027, 2, 9), fact="d", record=2)
    found = points.ordered([late, *days, later], rules=RULES)
    digests = [sha256(e.fact.encode()).hexdigest() for e in found[1:4]]
    assert found[0] is later
    assert found[-1] is late
    assert digests == sorted(digests)
    assert [e.record for e in points.ordered([late, *days], rules=OLD)] == [3, 4, 5, 2]


@pytest.mark.parametrize("numbers", [(1, 2), (2, 1)])
def test_a_snapshot_of_an_older_version_is_computed_again_to_its_bytes(numbers: tuple[int, int]) -> None:
    """The digests were taken before facts were ordered by content; an older version keeps its order."""
    one = inputs(projects=(project(1, area=10, days=10, quality=9_000, entries=twins(*numbers)),))
    body = snapshot.body(one, score.compute(one, rules=OLD), rules=OLD)
    assert sha256(body).hexdigest() == BEFORE[numbers]


BEFORE = {
    (1, 2): "1b8590b02d5f41e9de4d36091421ff9c6da133c05ba0d0def7b568b399d15bdb",
    (2, 1): "35f0940845710d720a4b87d93ddcd94a3a1819702af74aeeccc14e22018e4ab5",
}


def test_subjects_of_the_herd_are_as_the_test_takes_them() -> None:
    assert {RULES.item(code).subject for code in HERD} == {Subject.PROJECT}
    assert {RULES.item(code).subject for code in OWN} == {Subject.ENTERPRISE}
