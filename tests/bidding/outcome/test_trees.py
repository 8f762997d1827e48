"""Criteria as a tree: points that add up at every level, marks on the leaves, and the form that writes it."""

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain import rule_table
from bidding.domain import scheme as schemes
from bidding.domain.outcome import marking, weights
from bidding.domain.outcome.outlier import SHEET
from bidding.domain.procedure import Profile
from bidding.web.outcome import weights as forms
from market.kernel import digest
from market.kernel.errors import FindingsError
from tests import factories_bidding as make
from tests.bidding.web.conftest import Browser, browser

__all__ = ["browser"]

RULES = rule_table.current(Profile.OWNER)


def leaf(name: str, points: int, within: str = "", **more: Any) -> schemes.Criterion:
    """Return a criterion members mark."""
    place = within or msgspec.UNSET
    return schemes.Criterion(id=name, part=schemes.Part.EXPERT, points=points, within=place, **more)


PRICE = schemes.Criterion(id="price", part=schemes.Part.PRICE, points=2_500)
TREE = schemes.Scheme(
    criteria=(
        leaf("plan-a", 2_000, "plan"),
        leaf("plan-b", 1_500, "plan"),
        leaf("record", 3_000, "technical"),
        PRICE,
        leaf("talk", 1_000, defended=True),
    ),
    groups=(
        schemes.Group(id="technical", title="技术部分", points=6_500),
        schemes.Group(id="plan", title="方案", points=3_500, within="technical"),
    ),
    defence=schemes.Defence(minutes=20),
)


def codes(scheme: schemes.Scheme) -> list[str]:
    """Return the codes of what is wrong with a table."""
    return [found.code for found in schemes.findings(scheme, credit_cap=1_500)]


def replaced(group: str, **changes: Any) -> schemes.Scheme:
    """Return the tree with one group changed."""
    return msgspec.structs.replace(
        TREE,
        groups=tuple(
            msgspec.structs.replace(one, **changes) if one.id == group else one for one in TREE.nodes
        ),
    )


def test_a_table_of_depth_one_keeps_the_digest_it_had_before_there_were_trees() -> None:
    plain = msgspec.to_builtins(schemes.DEFAULT)
    assert set(plain) == {"criteria", "price_method", "neutral_credit"}
    assert all(set(one) == {"id", "part", "points"} for one in plain["criteria"])
    assert (
        digest.digest("scheme", plain) == "3d68ccf3d58a0b7e67e4e9927be6a4994f63fd2795af42cbd4c5ea779829583e"
    )
    assert [node.number for node in schemes.DEFAULT.outline] == [str(n) for n in range(1, 11)]
    assert [len(sheet) for sheet in schemes.DEFAULT.sheets] == [8]


def test_a_tree_is_numbered_from_the_top_and_each_part_has_the_sum_of_what_is_under_it() -> None:
    assert codes(TREE) == []
    assert [(node.number, node.entry.id) for node in TREE.outline] == [
        ("1", "technical"),
        ("1.1", "plan"),
        ("1.1.1", "plan-a"),
        ("1.1.2", "plan-b"),
        ("1.2", "record"),
        ("2", "price"),
        ("3", "talk"),
    ]
    assert [node.kind for node in TREE.outline][-2:] == ["price", "defence"]
    given_points = {"plan-a": 1_111, "plan-b": 1_499, "record": 5}
    assert schemes.sums(TREE, given_points) == {"technical": 2_615, "plan": 2_610}


def test_a_part_that_states_one_hundredth_more_or_less_than_it_holds_is_found() -> None:
    for off in (-1, 1):
        assert codes(replaced("plan", points=3_500 + off)) == ["group-points-differ"]
        (error,) = weights.filing_findings(replaced("plan", points=3_500 + off), RULES)
        assert isinstance(error, weights.GroupPointsError)
        assert (error.context["group"], error.context["made"]) == ("方案", "35.00")


def test_parts_that_stand_nowhere_or_in_themselves_are_found() -> None:
    assert "group-unknown" in codes(replaced("plan", within="nowhere"))
    circle = msgspec.structs.replace(
        TREE, groups=(*(msgspec.structs.replace(one, within="plan") for one in TREE.nodes),)
    )
    assert "group-circular" in codes(circle)
    assert circle.outline
    twice = msgspec.structs.replace(TREE, criteria=(*TREE.criteria[:-1], leaf("plan", 1_000)))
    assert "criterion-twice" in codes(twice)


def test_a_defence_and_what_is_marked_by_it_belong_together() -> None:
    assert codes(msgspec.structs.replace(TREE, defence=msgspec.UNSET)) == ["defence-unprovided"]
    unheard = msgspec.structs.replace(TREE, criteria=(*TREE.criteria[:-1], leaf("talk", 1_000)))
    assert codes(unheard) == ["defence-unmarked"]
    price = msgspec.structs.replace(PRICE, defended=True)
    assert "defended-not-marked" in codes(msgspec.structs.replace(TREE, criteria=(*TREE.criteria, price)))


def test_paper_and_defence_are_marked_on_sheets_of_their_own() -> None:
    assert marking.sheet_of(["plan-b"], TREE) == ("plan-a", "plan-b", "record")
    assert marking.sheet_of(["talk"], TREE) == ("talk",)
    assert marking.sheet_of([], TREE) == ("plan-a", "plan-b", "record")
    with pytest.raises(marking.SheetsMixedError):
        marking.sheet_of(["talk", "record"], TREE)
    assert SHEET == ""


@given(st.lists(st.integers(0, 2_000), min_size=5, max_size=5))
def test_the_parts_at_the_top_make_exactly_the_total(points: list[int]) -> None:
    marks = {one.id: value for one, value in zip(TREE.criteria, points, strict=True)}
    made = schemes.sums(TREE, marks)
    top = sum(
        made[node.entry.id] if node.kind == "group" else marks[node.entry.id]
        for node in TREE.outline
        if not node.depth
    )
    assert top == sum(points)


def rows(*given_rows: Mapping[str, str]) -> list[forms.Row]:
    """Return rows as a form sends them."""
    return [msgspec.convert(one, forms.Row) for one in given_rows]


def test_a_tree_written_into_the_form_and_read_back_is_the_same_tree() -> None:
    sent = rows(
        *(
            {
                "id": node.entry.id,
                "number": node.number,
                "title": str(node.entry.title or ""),
                "kind": node.kind,
                "points": f"{node.entry.points // 100}.{node.entry.points % 100:02d}",
            }
            for node in TREE.outline
        )
    )
    named = msgspec.structs.replace(TREE, groups=TREE.groups)
    assert forms.scheme(named, sent, 20) == TREE


def test_rows_that_stand_nowhere_or_lack_something_are_named_all_at_once() -> None:
    with pytest.raises(FindingsError) as refused:
        forms.scheme(
            schemes.DEFAULT,
            rows(
                {"number": "1", "title": "甲", "kind": "expert", "points": "75"},
                {"number": "1.1", "title": "乙", "kind": "expert", "points": "5"},
                {"number": "1", "title": "丙", "kind": "expert", "points": "5"},
                {"number": "3", "kind": "expert"},
            ),
            0,
        )
    assert [(found.code, found.field) for found in refused.value.findings] == [
        ("weights-outline", "weights.1.number"),
        ("weights-outline", "weights.2.number"),
        ("field-invalid", "weights.3.points"),
        ("field-invalid", "weights.3.title"),
    ]


async def test_a_tenderer_writes_a_tree_on_the_page_and_everybody_reads_it(browser: Browser) -> None:
    world = await make.a_draft()
    browser.actor = world.tenderer
    text = (await browser.get(f"/tenders/{world.number}/edit")).text
    assert 'name="weights.0.number"' in text
    assert 'name="weights.15.number"' in text
    sent = {"title": "树", "defence_minutes": "25"}
    for place, (number, title, kind, points) in enumerate(
        (
            ("1", "技术部分", "group", "64.5"),
            ("1.1", "五大服务方案", "expert", "40.5"),
            ("1.2", "项目负责人", "expert", "25"),
            ("2", "答辩", "defence", "10"),
            ("3", "报价", "price", "25"),
        )
    ):
        sent |= {
            f"weights.{place}.{name}": value
            for name, value in (("number", number), ("title", title), ("kind", kind), ("points", points))
        }
    assert (await browser.post(f"/tenders/{world.number}/revise", data=sent)).status_code == 303
    scheme = (await world.tender()).content.scheme
    assert [node.number for node in scheme.outline] == ["1", "1.1", "1.2", "2", "3"]
    text = (await browser.get(f"/tenders/{world.number}/edit")).text
    assert "“技术部分”写明 64.50 分，其下各项合计 65.50 分" in text
    page = (await browser.get(f"/tenders/{world.number}")).text
    assert "五大服务方案" in page
    assert "每家投标人 25 分钟" in page
