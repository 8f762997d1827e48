"""The worked examples of the scoring rules, to the last centi-point."""

from fractions import Fraction

import msgspec
import pytest

from credit.domain import grade, score
from credit.domain.grade import Grade
from credit.domain.points import Fold
from tests.credit.rules import RULES, entry, inputs, project


def sums(good: int, bad: int) -> Fold:
    return Fold(good=Fraction(good), bad=Fraction(bad), lines=())


def test_w1_three_projects_and_own_items() -> None:
    folds = [sums(350, 600), sums(0, 1000), sums(300, 0)]
    records = [score.project_record(fold, rules=RULES) for fold in folds]
    assert records == [9750, 9000, 10300]
    composites = [
        score.composite(q, s, rules=RULES) for q, s in zip((8800, 7600, 9200), records, strict=True)
    ]
    assert composites == [9275, 8300, 9750]
    weights = [120_000_00 * 181, 60_000_00 * 181, 20_000_00 * 61]
    part = score.mean(list(zip(composites, weights, strict=True)))
    assert part is not None
    assert round(part) == 8979
    enterprise = score.enterprise(part, good=Fraction(600), bad=Fraction(500))
    assert round(enterprise) == 9079
    assert grade.absolute(round(enterprise), rules=RULES) is Grade.A


def test_w1_from_records_of_the_catalogue() -> None:
    """The same figures through the whole fold, from items that exist."""
    first = project(
        1,
        area=120_000_00,
        days=181,
        quality=8800,
        entries=(entry("G-PR-05", 1), entry("G-PR-07", 2), entry("N-GE-01", 3), entry("N-MI-03", 4)),
    )
    second = project(2, area=60_000_00, days=181, quality=7600, entries=(entry("N-SE-01", 5),))
    third = project(3, area=20_000_00, days=61, quality=9200, entries=(entry("G-PR-01", 6),))
    own = (entry("G-EN-03", 7), entry("G-EN-02", 8), entry("N-GE-12", 9))
    found = score.compute(inputs(entries=own, projects=(first, second, third)), rules=RULES)
    assert [p.record for p in found.projects] == [9750, 9000, 10300]
    assert round(found.project_part) == 8979
    assert found.published == 9079
    assert found.grade is Grade.B, "an active serious item leaves at best a B"
    mild = msgspec.structs.replace(second, entries=(entry("N-GE-01", 5), entry("N-GE-02", 10)))
    again = score.compute(inputs(entries=own, projects=(first, mild, third)), rules=RULES)
    assert (again.published, again.grade) == (9079, Grade.A)


def test_w2_no_project_is_unrated() -> None:
    found = score.compute(inputs(entries=(entry("G-EN-03", 1),)), rules=RULES)
    assert found.published == 8200
    assert found.grade is Grade.UNRATED
    assert not found.rated


def test_w3_a_veto_is_a_d_whatever_the_score() -> None:
    only = project(1, area=100_00, days=74, quality=9500)
    codes = ("G-EN-01", "G-EN-02", "G-EN-03", "G-EN-08", "G-EN-06")
    good = tuple(entry(code, n) for n, code in enumerate(codes, start=1))
    found = score.compute(inputs(entries=(*good, entry("N-VS-01", 9)), projects=(only,)), rules=RULES)
    assert found.fold.good == 1600
    assert found.good == 1500
    assert found.published == 9250
    assert found.grade is Grade.D
    assert found.ceiling.code == "N-VS-01"


@pytest.mark.parametrize(
    ("published", "part"),
    [(8000, 500), (6000, 0), (5900, 0), (10000, 1000), (11200, 1000), (8754, 688)],
)
def test_w4_credit_part_of_a_tender(published: int, part: int) -> None:
    assert score.tender_part(published, rules=RULES) == part


def test_a_tender_asks_for_violations_and_evaluations_only() -> None:
    """Awards do not help in a tender: firms from elsewhere could not have them (BJ-OBE 25, FCR 9)."""
    own = (entry("G-EN-01", 1), entry("N-GE-12", 2))
    site = project(1, area=100_00, days=74, quality=9000, entries=(entry("G-PR-01", 3),))
    found = score.compute(inputs(entries=own, projects=(site,)), rules=RULES)
    assert found.published == 9000 // 2 + 10300 // 2 + 500 - 500
    assert found.tender == 9000 // 2 + 10000 // 2 - 500
