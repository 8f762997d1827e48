"""Two sheets become one part; far apart, a third is asked for; nobody sees another's before all are in."""

from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.domain.appraisal import scorers
from credit.domain.evaluation import Part, StreetMissingError
from credit.domain.record import OwnRecordError
from credit.queries import cases, evaluations, rule_sets
from credit.services import evaluations as acts
from market.kernel.actor import Actor, Role
from tests import factories_credit as credit
from tests import factories_parties as parties
from tests.credit.rules import RULES, changed

NOW = credit.NOW
A, B, C = 1, 2, 3
SCORES = st.integers(0, 10_000).map(Fraction)


def sheets(*values: int) -> dict[int, Fraction]:
    return {person: Fraction(value) for person, value in enumerate(values, A)}


def test_ten_points_apart_is_near_enough_and_a_hundredth_more_asks_for_a_third() -> None:
    near = scorers.settle(sheets(9000, 8000), rules=RULES)
    assert near is not None
    assert (near.exact, near.used) == (Fraction(8500), frozenset({A, B}))
    apart = sheets(9001, 8000)
    assert scorers.settle(apart, rules=RULES) is None
    assert scorers.needed(apart, rules=RULES) == 3
    wider = changed(scorer_difference="10.01")
    assert scorers.settle(apart, rules=wider) is not None, "a changed number flips the verdict"


def test_of_three_the_two_nearest_count_and_of_three_equally_far_the_middle_one() -> None:
    found = scorers.settle(sheets(9001, 8000, 8801), rules=RULES)
    assert found is not None
    assert (found.exact, found.used) == (Fraction(9001 + 8801, 2), frozenset({A, C}))
    even = scorers.settle(sheets(9000, 6000, 7500), rules=RULES)
    assert even is not None
    assert (even.exact, even.used) == (Fraction(7500), frozenset({C}))


def test_with_one_scorer_by_the_rules_one_sheet_is_the_part() -> None:
    alone = changed(scorers="1")
    found = scorers.settle(sheets(9000), rules=alone)
    assert found is not None
    assert found.exact == 9000
    scorers.check_may_put(A, sheets(9000), reopened=False, former=frozenset(), rules=alone)
    with pytest.raises(scorers.SheetsFullError):
        scorers.check_may_put(B, sheets(9000), reopened=False, former=frozenset(), rules=alone)


@given(st.lists(SCORES, min_size=2, max_size=3))
def test_the_part_lies_between_the_sheets_and_who_they_are_does_not_matter(values: list[Fraction]) -> None:
    one = dict(enumerate(values, A))
    other = dict(enumerate(reversed(values), A))
    found, mirrored = scorers.settle(one, rules=RULES), scorers.settle(other, rules=RULES)
    if found is None or mirrored is None:
        assert found is mirrored is None
        assert max(values) - min(values) > 1000
        return
    assert min(values) <= found.exact <= max(values)
    assert found.exact == mirrored.exact


async def opened(world: credit.World) -> int:
    opening = acts.Opening(
        enterprise=world.enterprise.organisation, community=world.community, cycle="2026H1"
    )
    return await acts.open_evaluation(opening=opening, by=world.street, now=NOW)


async def mark(number: int, by: Actor, *, lost: int = 0) -> None:
    await acts.mark(evaluation_id=number, marks=marks(lost), by=by, now=NOW)


def marks(lost: int) -> acts.Marks:
    """Lose points over several lines: one line alone has fewer than ten."""
    full = credit.street_marks()
    left = dict(full.marks)
    for key, most in left.items():
        taken = min(lost, most)
        left[key], lost = most - taken, lost - taken
    return msgspec.structs.replace(full, marks=left)


@pytest.mark.usefixtures("database")
async def test_neither_scorer_sees_the_others_sheet_before_both_are_in() -> None:
    world = await credit.a_world()
    number = await opened(world)
    with pytest.raises(StreetMissingError):
        await acts.submit(evaluation_id=number, by=world.street, now=NOW)
    await mark(number, world.street, lost=300)
    await mark(number, world.street, lost=200)
    for reader, own in ((world.street, 1), (world.street_second, 0), (world.district, 0)):
        view = await evaluations.evaluation_view(number, actor=reader)
        assert (view.sheets.came, view.sheets.needed, view.sheets.exact) == (1, 2, "")
        assert len(view.sheets.shown) == own
        assert view.parts == ()
    with pytest.raises(scorers.SheetsMissingError):
        await acts.submit(evaluation_id=number, by=world.street, now=NOW)
    await mark(number, world.street_second)
    view = await evaluations.evaluation_view(number, actor=world.street_second)
    assert [sheet.exact for sheet in view.sheets.shown] == ["9800/1", "10000/1"]
    (part,) = await cases.parts_of(number)
    assert (part.part, part.exact) == (Part.STREET, "9900/1")
    with pytest.raises(scorers.SheetLockedError):
        await mark(number, world.street)
    third = await parties.a_colleague(world.street, Role.STREET)
    with pytest.raises(scorers.SheetsFullError):
        await mark(number, third)


@pytest.mark.usefixtures("database")
async def test_two_far_apart_wait_for_a_third_and_none_of_the_three_releases() -> None:
    world = await credit.a_world()
    number = await opened(world)
    await mark(number, world.street, lost=1100)
    await mark(number, world.street_second)
    view = await evaluations.evaluation_view(number, actor=world.street)
    assert (view.sheets.came, view.sheets.needed, len(view.sheets.shown)) == (2, 3, 1)
    with pytest.raises(scorers.SheetsMissingError):
        await acts.submit(evaluation_id=number, by=world.street, now=NOW)
    third = await parties.a_colleague(world.street, Role.STREET)
    await mark(number, third, lost=100)
    shown = (await evaluations.evaluation_view(number, actor=world.district)).sheets.shown
    assert [sheet.counts for sheet in shown] == [False, True, True]
    await acts.submit(evaluation_id=number, by=world.street, now=NOW)
    for scorer in (world.street, world.street_second, third):
        with pytest.raises(OwnRecordError):
            await acts.release(evaluation_id=number, by=scorer, now=NOW)
    assert await acts.release(evaluation_id=number, by=world.district, now=NOW) == 9950


def test_the_numbers_stand_in_the_rules_of_today() -> None:
    assert rule_sets.built_in().whole("scorers") == 2
