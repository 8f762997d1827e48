"""Who records much or little: exact verdicts on both sides of each limit; peers bear no names."""

from fractions import Fraction
from statistics import median

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.domain.comparison import recorders
from credit.domain.comparison.recorders import Base, Tally, Verdict
from market.kernel.actor import Actor
from tests import factories_credit as credit
from tests import pseudo
from tests.credit.rules import RULES
from tests.credit.web.conftest import Browser

FEW = RULES.whole("recorder_few")


def tally(name: str, records: int, households: int = 10_000, **items: int) -> Tally:
    return Tally(
        recorder=name,
        records=records,
        points=records * 100,
        items=items or {"N-GE-01": records},
        bases={Base.HOUSEHOLDS: households},
    )


@pytest.mark.parametrize(
    ("records", "expected", "verdict"),
    [
        (4, 4, Verdict.UNSURE),
        (5, 4, Verdict.NEAR),
        (0, 9, Verdict.NEAR),
        (0, 10, Verdict.FEW),
        (19, 10, Verdict.NEAR),
        (20, 10, Verdict.MANY),
        (7, 1, Verdict.NEAR),
        (8, 1, Verdict.MANY),
        (160, 100, Verdict.NEAR),
        (200, 100, Verdict.MANY),
        (199, 100, Verdict.NEAR),
        (50, 100, Verdict.FEW),
        (51, 100, Verdict.NEAR),
    ],
)
def test_standing_out_needs_the_ratio_and_the_limit(records: int, expected: int, verdict: Verdict) -> None:
    assert recorders.judge(records, Fraction(expected), rules=RULES) is verdict


@pytest.mark.parametrize(
    ("name", "value", "verdict"),
    [
        ("recorder_ratio", 3, Verdict.NEAR),
        ("recorder_limit", 4, Verdict.NEAR),
        ("recorder_few", 12, Verdict.NEAR),
    ],
)
def test_a_changed_number_changes_the_verdict(name: str, value: int, verdict: Verdict) -> None:
    assert recorders.judge(20, Fraction(10), rules=RULES) is Verdict.MANY
    changed = msgspec.structs.replace(RULES, values={**RULES.values, name: Fraction(value)})
    assert recorders.judge(20, Fraction(10), rules=changed) is verdict


def test_a_recorder_is_set_beside_the_median_of_the_others() -> None:
    found = recorders.beside(
        [tally("a", 40), tally("b", 10), tally("c", 12), tally("d", 8), tally("e", 0, households=0)],
        Base.HOUSEHOLDS,
        rules=RULES,
    )
    assert [(one.tally.recorder, one.verdict) for one in found] == [
        ("a", Verdict.MANY),
        ("c", Verdict.NEAR),
        ("b", Verdict.NEAR),
        ("d", Verdict.NEAR),
        ("e", Verdict.NO_BASE),
    ]
    (alone,) = recorders.beside([tally("a", 40)], Base.HOUSEHOLDS, rules=RULES)
    assert alone.verdict is Verdict.NO_PEERS
    first = found[0]
    assert (first.rate, first.peers, first.ratio) == (Fraction(4), Fraction(1), Fraction(4))
    assert (first.points_rate, first.peers_points) == (Fraction(400), Fraction(100))


@given(st.lists(st.integers(0, 50), min_size=1, max_size=8))
def test_an_extreme_peer_does_not_move_the_verdict_on_the_others(numbers: list[int]) -> None:
    tallies = [tally(str(n), records, 1_000 * n) for n, records in enumerate(numbers)]
    bold = [*tallies, tally("x", 10_000), tally("y", 0)]
    louder = [*tallies, tally("x", 1_000_000), tally("y", 0)]

    def others(every: list[Tally]) -> dict[str, Verdict]:
        found = recorders.beside(every, Base.HOUSEHOLDS, rules=RULES)
        return {one.tally.recorder: one.verdict for one in found}

    assert others(bold) == others(louder)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=9))
def test_the_median_is_that_of_the_others(numbers: list[int]) -> None:
    tallies = [tally(str(n), records) for n, records in enumerate(numbers)]
    for one in recorders.beside(tallies, Base.HOUSEHOLDS, rules=RULES):
        others = [other.records for other in tallies if other.recorder != one.tally.recorder]
        assert one.peers == Fraction(median(map(Fraction, others))) / 10


def test_an_item_used_five_times_as_often_is_named_whatever_the_number_of_records() -> None:
    usual = {"N_GE_04": 2, "N_GE_01": 18}
    tallies = [tally("a", 40, N_GE_04=20, N_GE_01=20), *(tally(n, 20, **usual) for n in "bcd")]
    (many,) = [use for use in recorders.uses(tallies, rules=RULES) if use.item == "N_GE_04"]
    assert (many.recorder, many.records, many.expected, many.ratio) == ("a", 20, Fraction(4), Fraction(5))
    assert many.verdict is Verdict.MANY


def test_an_item_nobody_else_uses_is_named_without_a_ratio() -> None:
    tallies = [tally("a", 16, N_GE_04=8, N_GE_01=8), tally("b", 20, N_GE_01=20)]
    never, alone = [use for use in recorders.uses(tallies, rules=RULES) if use.item == "N_GE_04"]
    assert (never.recorder, never.ratio, never.verdict) == ("b", Fraction(0), Verdict.FEW)
    assert (alone.recorder, alone.ratio, alone.verdict) == ("a", None, Verdict.MANY)
    assert recorders.uses([tally("a", 100)], rules=RULES) == []


@pytest.mark.usefixtures("database")
async def test_the_city_reads_all_by_name_and_a_district_its_own(browser: Browser) -> None:
    world = await credit.a_world()
    await credit.a_record(world)
    await credit.a_record(world, "N-GE-03", fact_on=credit.NOW.date() - 12 * credit.DAY)
    for reader in (world.city, world.district):
        for path in ("/credit/recorders?cycle=2026H1", "/credit/recorders?cycle=2026H1&base=inspected"):
            page = await browser.get(f"{path}&lang=x-pseudo", reader)
            assert page.status_code == 200, page.text[-2000:]
            assert pseudo.foreign_texts(page.text) == [], path
    found = (await browser.read("/api/credit/recorders?cycle=2026H1", world.district)).json()
    district = [line for line in found["lines"] if line["level"] == "district"]
    assert [(line["code"], line["records"]) for line in district] == [(world.district.division, 2)]
    elsewhere = msgspec.structs.replace(world.district, division="110101", path=("110000", "110101"))
    (peer,) = [
        line
        for line in (await browser.read("/api/credit/recorders?cycle=2026H1", elsewhere)).json()["lines"]
        if line["level"] == "district"
    ]
    assert (peer["code"], peer["name"], peer["records"], peer["ratio"]) == ("", "", None, None)
    assert peer["rate_hundredths"] == district[0]["rate_hundredths"] > 0
    file = await browser.get("/credit/recorders/export/csv?cycle=2026H1", elsewhere)
    assert "其他（不具名）" in file.text
    for refused in (world.street, world.enterprise.actor, Actor.public()):
        assert (await browser.read("/api/credit/recorders", refused)).status_code in (401, 403)
    assert (await browser.get("/credit/recorders?cycle=2026X9", world.city)).status_code == 400
