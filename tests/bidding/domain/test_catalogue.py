"""The service catalogue and item tables: read whole or refused with every finding; levels never fall."""

from datetime import date, timedelta
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain.service import catalogue, table
from bidding.domain.service.catalogue import Catalogue, Mark
from bidding.queries.service import catalogues
from market.kernel.errors import FindingsError
from market.runtime.web import export

FIRST = catalogues.first()
ROWS = [list(catalogue.cells(each)) for each in FIRST.items]
TODAY = date(2027, 3, 1)


def as_text(rows: list[list[str]]) -> str:
    return export.as_csv(catalogue.COLUMNS, rows).decode()


def changed(line: int, **cells: str) -> list[list[str]]:
    """Return the rows with some cells of one line changed."""
    rows = [list(row) for row in ROWS]
    for name, value in cells.items():
        rows[line][catalogue.COLUMNS.index(name)] = value
    return rows


def wrongs(rows: list[list[str]]) -> list[tuple[object, object, object]]:
    with pytest.raises(FindingsError) as refusal:
        catalogue.parse(as_text(rows))
    return [
        (one.context["line"], one.context["column"], one.context["wrong"]) for one in refusal.value.findings
    ]


def test_the_packaged_catalogue_has_forty_items_and_every_area() -> None:
    assert len(FIRST.items) >= catalogue.LEAST_ITEMS
    assert {each.area for each in FIRST.items} == set(catalogue.AREAS)
    assert len({each.code for each in FIRST.items}) == len(FIRST.items)
    assert all(each.source or each.mark in (Mark.DESIGN, Mark.MEMORY) for each in FIRST.items)


@pytest.mark.parametrize("item", FIRST.items, ids=lambda item: item.code)
def test_no_level_asks_for_less_than_the_one_below(item: catalogue.Item) -> None:
    counts = [item.per_year(level) for level in catalogue.LEVELS]
    assert all(count is None for count in counts) or counts == sorted(counts, key=lambda count: count or 0)
    assert len(set(item.standards)) > 1, "five levels of one and the same standard are no levels"


@pytest.mark.parametrize(
    ("minimum", "times"),
    [("1/day", 365), ("2/week", 104), ("1/month", 12), ("3/quarter", 12), ("4/year", 4)],
)
def test_least_frequencies_are_counted_by_the_year(minimum: str, times: int) -> None:
    assert catalogue.per_year(minimum) == Fraction(times)


@pytest.mark.parametrize("minimum", ["", "0/day", "daily", "1/hour", "1/day ", "-1/day"])
def test_what_is_no_frequency_is_none(minimum: str) -> None:
    assert catalogue.per_year(minimum) is None


def test_what_is_downloaded_is_read_back_to_the_letter() -> None:
    assert catalogue.parse(as_text(ROWS)) == FIRST.items


def test_every_wrong_line_is_named_at_once() -> None:
    rows = changed(0, code="E9-01", name_en="")
    rows[3] = list(changed(3, minimum_3="often", mark="sure")[3])
    rows.append(list(ROWS[5]))
    assert set(wrongs(rows)) == {
        (2, "code", "form"),
        (2, "area", "form"),
        (2, "name_en", "form"),
        (5, "minimum_3", "form"),
        (5, "minimum_3", "incomplete"),
        (5, "mark", "form"),
        (len(rows) + 1, "code", "twice"),
    }


def test_a_level_that_asks_for_less_than_the_one_below_is_refused() -> None:
    line = next(
        place for place, row in enumerate(ROWS) if row[catalogue.COLUMNS.index("minimum_1")] == "1/week"
    )
    assert wrongs(changed(line, minimum_2="1/month")) == [(line + 2, "minimum_2", "monotone")]


def test_a_cut_file_is_refused() -> None:
    kept = [row for row in ROWS if row[1] != "E8"][: catalogue.LEAST_ITEMS - 1]
    found = {wrong for _, _, wrong in wrongs(kept)}
    assert found == {"area-empty", "too-few"}
    assert catalogue.parse(as_text(ROWS[:2] + ROWS[2:]))


def test_a_file_without_its_columns_names_each() -> None:
    with pytest.raises(FindingsError) as refusal:
        catalogue.parse("code,area\nE1-01,E1\n")
    assert len(refusal.value.findings) == len(catalogue.COLUMNS) - 2


def a_version(number: int, effective_on: date, rows: list[list[str]] | None = None) -> Catalogue:
    items = catalogue.parse(as_text(rows or ROWS))
    return Catalogue(name=f"beijing/{number}", effective_on=effective_on, items=items)


def test_the_version_of_a_day_is_the_latest_in_force() -> None:
    versions = [
        a_version(1, TODAY),
        a_version(2, TODAY + timedelta(days=2)),
        a_version(3, TODAY + timedelta(days=2)),
    ]
    assert catalogue.in_force(versions, TODAY).name == "beijing/1"
    assert catalogue.in_force(versions, TODAY + timedelta(days=1)).name == "beijing/1"
    assert catalogue.in_force(versions, TODAY + timedelta(days=2)).name == "beijing/3"
    with pytest.raises(catalogue.CatalogueUnknownError):
        catalogue.in_force(versions, TODAY - timedelta(days=1))


def test_a_version_must_say_something_new_and_take_effect_after_today() -> None:
    other = catalogue.parse(as_text(changed(0, name_en="Something else")))

    def check(items: tuple[catalogue.Item, ...], on: date, latest_on: date = TODAY) -> None:
        catalogue.check_publication(items, latest=a_version(1, latest_on), effective_on=on, today=TODAY)

    check(other, TODAY + timedelta(days=1))
    with pytest.raises(catalogue.CatalogueTooEarlyError):
        check(other, TODAY)
    check(other, TODAY + timedelta(days=9), TODAY + timedelta(days=9))
    with pytest.raises(catalogue.CatalogueTooEarlyError):
        check(other, TODAY + timedelta(days=8), TODAY + timedelta(days=9))
    with pytest.raises(catalogue.CatalogueSameError):
        check(FIRST.items, TODAY + timedelta(days=1))


def test_every_difference_of_two_versions_is_listed() -> None:
    rows = changed(0, name_en="Other", minimum_1="1/week", minimum_2="1/week", minimum_3="1/week")
    gone = rows.pop(1)
    added = list(ROWS[0])
    added[0] = "E1-99"
    found = catalogue.changes(FIRST.items, catalogue.parse(as_text([*rows, added])))
    assert {(one.kind, one.code, one.column) for one in found} == {
        ("changed", "E1-01", "name_en"),
        ("changed", "E1-01", "minimum_1"),
        ("changed", "E1-01", "minimum_2"),
        ("changed", "E1-01", "minimum_3"),
        ("removed", gone[0], ""),
        ("added", "E1-99", ""),
    }
    assert catalogue.changes(FIRST.items, FIRST.items) == ()


CODES = [each.code for each in FIRST.items]
OWN = table.Line(code="X-01", area="E7", name="夜间护送", unit="次", level=0, standard="二十二时后应业主要求")


@given(st.integers(1, 5), st.dictionaries(st.sampled_from(CODES), st.integers(0, 5)))
def test_a_chosen_table_has_every_item_at_its_level_and_no_finding(
    level: int, levels: dict[str, int]
) -> None:
    made = table.choose(FIRST, level=level, levels=levels, own=[OWN])
    wanted = {code: levels.get(code, level) for code in CODES if levels.get(code, level)}
    assert {line.code: line.level for line in made.lines} == {**wanted, "X-01": 0}
    assert list(table.findings(made, FIRST)) == []
    for line in made.lines:
        item = FIRST.item(line.code)
        assert item is None or line.standard == item.standard(line.level)


def test_a_line_that_is_not_the_catalogues_is_named() -> None:
    good = table.choose(FIRST, level=3).lines[0]

    def wrong(**change: object) -> list[object]:
        line = msgspec.structs.replace(good, **change)
        made = table.ServiceTable(catalogue=FIRST.name, level=3, lines=(line,))
        return [one.context["wrong"] for one in table.findings(made, FIRST)]

    assert wrong() == []
    assert wrong(standard="每年一次") == ["altered"]
    assert wrong(level=4) == ["altered"]
    assert wrong(level=0) == ["level"]
    assert wrong(code="E1-99") == ["unknown"]
    assert wrong(code="X-01") == ["level"]
    twice = table.ServiceTable(catalogue=FIRST.name, level=3, lines=(good, good))
    assert [one.context["wrong"] for one in table.findings(twice, FIRST)] == ["twice"]
