"""The tree of divisions: paths, units that act above their code, and scope."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.kernel.actor import Actor, Role
from market.parties.domain import division
from market.parties.domain.division import DivisionLevel, Line
from market.parties.services import divisions

TREE = {d.code: d for d in division.grow(division.raise_units(divisions.read(divisions.published())))}
CODES = sorted(TREE)


def officer(code: str) -> Actor:
    return Actor(person=1, mandate=1, organisation=1, role=Role.DISTRICT, division=code, path=TREE[code].path)


def test_the_published_list_has_all_of_beijing() -> None:
    levels = [d.level for d in TREE.values()]
    assert levels.count(DivisionLevel.MUNICIPALITY) == 1
    assert levels.count(DivisionLevel.DISTRICT) == 17
    assert levels.count(DivisionLevel.STREET) == 348
    assert levels.count(DivisionLevel.COMMUNITY) == 7535


def test_the_development_area_acts_as_a_district_under_the_city() -> None:
    area = TREE["110115403"]
    assert (area.level, area.parent, area.path) == (DivisionLevel.DISTRICT, "110000", ("110000", "110115403"))
    below = [d for d in TREE.values() if d.parent == "110115403"]
    assert below
    assert all(d.path[:2] == ("110000", "110115403") for d in below)


def test_scope_follows_the_tree_and_not_the_digits_of_the_code() -> None:
    daxing, area = officer("110115"), officer("110115403")
    inside = TREE["110115403498"]
    assert inside.code.startswith("110115")
    assert not daxing.covers(inside.path)
    assert area.covers(inside.path)
    assert not area.covers(TREE["110115001001"].path)


@given(st.sampled_from(CODES), st.sampled_from(CODES))
def test_an_officer_covers_exactly_what_lies_below(upper: str, lower: str) -> None:
    climbed, here = set(), lower
    while here:
        climbed.add(here)
        here = TREE[here].parent or ""
    assert officer(upper).covers(TREE[lower].path) is (upper in climbed)


@given(st.sampled_from(CODES))
def test_a_path_runs_from_the_city_to_the_division_itself(code: str) -> None:
    path = TREE[code].path
    assert path[0] == "110000"
    assert path[-1] == code
    assert path[:-1] == (TREE[path[-2]].path if len(path) > 1 else ())


def test_a_list_that_is_no_tree_is_refused() -> None:
    root = Line("1", "root", None, DivisionLevel.MUNICIPALITY)
    loop = [Line("2", "a", "3", DivisionLevel.DISTRICT), Line("3", "b", "2", DivisionLevel.DISTRICT)]
    for broken in (
        [root, root],
        [root, Line("2", "orphan", "9", DivisionLevel.DISTRICT)],
        [root, *loop],
        [Line("5", "own parent", "5", DivisionLevel.STREET)],
    ):
        with pytest.raises(division.DivisionTreeError):
            division.grow(broken)


def test_parents_stand_before_their_children() -> None:
    child, root = (
        Line("2", "b", "1", DivisionLevel.DISTRICT),
        Line("1", "a", None, DivisionLevel.MUNICIPALITY),
    )
    assert [d.code for d in division.grow([child, root])] == ["1", "2"]
