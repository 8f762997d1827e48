"""Rule tables as data: every finding at once, exact round trips, readable differences, conditions."""

import io
import tomllib
from collections.abc import Callable

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from credit.domain import rule_set
from credit.domain.catalogue import Recorder
from credit.domain.cells import condition
from credit.domain.cells.cell import CatalogueError, WrongError
from credit.domain.cells.condition import FACTS, ConditionError, ConditionFactError
from credit.domain.rule_set import findings, load
from credit.domain.rules import difference, register, sheet
from credit.domain.rules.sheet import Sheets, Table
from credit.domain.versions import life
from credit.web.rules import files
from market.kernel.errors import MarketError
from tests.credit.rules import RULES

SHEETS = RULES.sheets


def changed(table: Table, key: str, **cells: str) -> Sheets:
    """Return the tables in force with other cells in one row."""
    row = SHEETS.row(table, key)
    assert row is not None
    names = sheet.names(table)
    return SHEETS.put(table, key, tuple(cells.get(n, text) for n, text in zip(names, row, strict=True)))


def said(found: tuple[MarketError, ...] | list[MarketError]) -> set[str]:
    """Return where and why: ``table.row.column:why`` of cells, ``table.key:why`` of rows."""
    return {f"{one.field}:{one.context.get('wrong', 'choice')}" for one in found}


def test_every_wrong_cell_of_every_table_is_found_at_once() -> None:
    wrong = SHEETS
    for table, key, cells in (
        (Table.ITEMS, "G-EN-01", {"flags": "LOWEST_ONLY"}),
        (Table.ITEMS, "N-GE-01", {"severity": "dreadful", "points_centi": "5.5"}),
        (Table.ITEMS, "N-SE-01", {"direction": "good"}),
        (Table.ITEMS, "N-SE-02", {"points_centi": "0"}),
        (Table.PARAMETERS, "base", {"value": "1e2"}),
        (Table.MEASURES, "rewards-stop", {"legal_basis": ""}),
        (Table.INDICATORS, "E1-1", {"methods": "D;D"}),
        (Table.SOURCES, "SRC", {"title_zh": " 空格"}),
    ):
        row = wrong.row(table, key)
        assert row is not None
        new = [cells.get(n, text) for n, text in zip(sheet.names(table), row, strict=True)]
        wrong = wrong.put(table, key, tuple(new))
    assert said(findings(wrong)) == {
        "items.2.flags:choice",
        "items.33.severity:choice",
        "items.33.points_centi:whole",
        "items.48.severity:direction",
        "items.48.code:direction",
        "items.49.points_centi:bounds",
        "parameters.2.value:number",
        "measures.13.legal_basis:no-basis",
        "indicators.2.methods:twice",
        "sources.2.title_zh:spaces",
    }
    with pytest.raises(CatalogueError) as refused:
        load(version=2, sheets=wrong, effective_from=RULES.effective_from, jurisdiction="110000")
    assert len(refused.value.findings) == 10


@pytest.mark.parametrize(
    ("table", "key", "cells", "why"),
    [
        (Table.INDICATORS, "E9-1", {"points_centi": "200"}, "areas.E9:area-sum"),
        (Table.INDICATORS, "E1-1", {"short_form": "no"}, "indicators.:short-form"),
        (Table.INDICATORS, "E1-1", {"area": "E10"}, "indicators.E1-1:unknown-area"),
        (Table.PARAMETERS, "quota_a", {"value": "21"}, "parameters.quota_a:sum-100"),
        (Table.PARAMETERS, "grade_b", {"value": "86.00"}, "parameters.grade_a:rising"),
        (Table.PARAMETERS, "exit_term_max", {"value": "37"}, "parameters.exit_term_max:most"),
        (Table.PARAMETERS, "exit_term_min", {"value": "11"}, "parameters.exit_term_min:least"),
        (Table.PARAMETERS, "publicity_minor", {"value": "2"}, "items.N-MI-01:validity"),
        (Table.PARAMETERS, "repeat_third", {"value": "5/2"}, "parameters.repeat_third:most"),
    ],
)
def test_rows_have_to_fit_together(table: Table, key: str, cells: dict[str, str], why: str) -> None:
    assert why in said(findings(changed(table, key, **cells)))


def test_the_law_s_own_bounds_are_allowed() -> None:
    assert not findings(changed(Table.PARAMETERS, "exit_term_min", value="12"))
    assert not findings(changed(Table.PARAMETERS, "exit_term_max", value="36"))
    assert not findings(changed(Table.PARAMETERS, "repeat_third", value="2"))


def test_a_later_version_retires_items_and_takes_no_parameter_away() -> None:
    assert not life.breaks(RULES, changed(Table.ITEMS, "N-MI-01", flags="REPAIRABLE;RETIRED"))
    broken = SHEETS.put(Table.ITEMS, "N-MI-01", None).put(Table.PARAMETERS, "base", None)
    assert said(life.breaks(RULES, broken)) == {"items.N-MI-01:retire", "parameters.base:needed"}
    assert said(life.breaks(RULES, changed(Table.ITEMS, "N-MI-03", subject="ENT"))) == {
        "items.N-MI-03:new-code"
    }
    assert said(life.breaks(RULES, changed(Table.PARAMETERS, "base", unit="days"))) == {
        "parameters.base:unit"
    }
    more = SHEETS.put(Table.PARAMETERS, "luck", ("luck", "1", "share", "design", ""))
    assert said(life.breaks(RULES, more)) == {"parameters.luck:unread"}


def test_version_one_goes_out_and_in_again_under_its_digest() -> None:
    for write in (files.as_toml, files.as_xlsx):
        assert files.read(write(SHEETS)) == SHEETS
        assert files.read(write(SHEETS)).digest == RULES.digest
    assert sheet.of_body(SHEETS.body) == SHEETS


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Cf", "Co", "Cn", "Zs")), min_size=1)


@given(st.data(), st.sampled_from(Table), st.sampled_from([files.as_toml, files.as_xlsx]))
@settings(max_examples=15, deadline=None)
def test_whatever_a_cell_says_comes_back(
    data: st.DataObject, table: Table, write: Callable[[Sheets], bytes]
) -> None:
    row = data.draw(st.sampled_from(SHEETS.of(table)))
    place = data.draw(st.integers(1, len(row) - 1))
    cells = (*row[:place], data.draw(TEXT), *row[place + 1 :])
    there = SHEETS.put(table, row[0], cells)
    again = files.read(write(there))
    assert (again, again.digest) == (there, there.digest)
    assert again.digest != SHEETS.digest or cells == row


def test_a_file_that_is_none_is_refused_whole() -> None:
    for data, why in ((b"[items", "no-toml"), (b"PK\x03\x04nothing", "no-workbook"), (b"\xff", "no-toml")):
        with pytest.raises(files.RulesFileError) as refused:
            files.read(data)
        assert refused.value.context["wrong"] == why


def test_every_fault_of_a_workbook_is_named_by_sheet_row_and_column() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        for table in [*Table][:-1]:
            page = book.add_worksheet(table.value)
            for place, name in enumerate(sheet.names(table)):
                page.write_string(0, place, name)
        more = len(sheet.names(Table.MEASURES))
        book.get_worksheet_by_name("measures").write_string(0, more, "colour")
        book.get_worksheet_by_name("measures").write_string(2, more, "red")
        book.get_worksheet_by_name("parameters").write_row(1, 0, ["base", 99.5, "points"])
        book.add_worksheet("luck")
    with pytest.raises(CatalogueError) as refused:
        files.read(stream.getvalue())
    assert said(list(refused.value.findings)) == {
        "None:unknown-table",
        "parameters.2.value:no-text",
        "measures.3.colour:unknown-column",
        "sources.:missing-table",
    }


def test_a_spreadsheet_that_made_whole_numbers_of_texts_is_read_all_the_same() -> None:
    text = files.as_toml(SHEETS).decode().replace('points_centi = "500"', "points_centi = 500")
    assert tomllib.loads(text)["items"][0]["points_centi"] == 500
    assert files.read(text.encode()) == SHEETS


def test_a_difference_is_told_row_by_row_and_cell_by_cell() -> None:
    new = changed(Table.ITEMS, "N-GE-01", points_centi="600", flags="").put(Table.SOURCES, "CD", None)
    new = new.put(Table.SOURCES, "NEW", ("NEW", "新规", "New rule"))
    assert [(c.kind, c.table.value, c.key) for c in difference.between(SHEETS, new)] == [
        ("changed", "items", "N-GE-01"),
        ("removed", "sources", "CD"),
        ("added", "sources", "NEW"),
    ]
    cells = difference.between(SHEETS, new)[0].cells
    assert [(c.column, c.before, c.after) for c in cells] == [
        ("points_centi", "500", "600"),
        ("flags", "REPAIRABLE", ""),
    ]
    assert difference.between(SHEETS, SHEETS) == ()
    moved = Sheets(**{**{t.value: SHEETS.of(t) for t in Table}, "sources": SHEETS.sources[::-1]})
    assert [c.kind for c in difference.between(SHEETS, moved)] == ["moved"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("amount_fen >", "condition-syntax"),
        ("luck > 1", "condition-fact"),
        ("1 > 0", "condition-fact"),
        ("amount_fen > 1.5", "condition-letters"),
        ("amount_fen > 1e3", "condition-letters"),
        ("amount_fen / 2 > 1", "condition-letters"),
        ("amount_fen + 1", "condition-answer"),
        ("death > 1", "condition-answer"),
        ("amount_fen * amount_fen > 1", "condition-answer"),
        ("size(death) > 1", "condition-operation"),
        ("__import__('os')", "condition-letters"),
    ],
)
def test_a_condition_that_could_fail_is_refused_when_it_is_read(text: str, why: str) -> None:
    with pytest.raises(WrongError, match=f"^{why}$"):
        condition.read(text)


@given(amount=st.integers(0, 10**13), late=st.integers(0, 36_500), death=st.booleans(), harm=st.booleans())
def test_a_condition_answers_exactly_for_every_fact(
    amount: int, late: int, *, death: bool, harm: bool
) -> None:
    one = condition.read("amount_fen > 500000 && (days_late >= 30 || death && !harm)")
    assert one is not None
    facts = {"amount_fen": amount, "days_late": late, "death": death, "harm": harm}
    assert one.holds(facts) is (amount > 500_000 and (late >= 30 or (death and not harm)))
    assert set(one.facts) == FACTS.keys()


def test_a_charity_counts_above_five_thousand_yuan_only() -> None:
    item = RULES.item("G-EN-09")
    condition.check(item.condition, {"amount_fen": 500_001}, item=item.code)
    with pytest.raises(ConditionError):
        condition.check(item.condition, {"amount_fen": 500_000}, item=item.code)
    with pytest.raises(ConditionFactError):
        condition.check(item.condition, {"amount_fen": None}, item=item.code)


def test_the_register_says_how_often_each_level_inspects() -> None:
    every = {m.key: [(i.level, i.every, i.unit.value) for i in m.frequency] for m in RULES.measures}
    assert every["inspection-a"] == [(Recorder.DISTRICT, 12, "m"), (Recorder.STREET, 6, "m")]
    assert every["inspection-b"] == [(Recorder.DISTRICT, 6, "m"), (Recorder.STREET, 3, "m")]
    assert every["inspection-c"] == [(Recorder.DISTRICT, 3, "m"), (Recorder.STREET, 1, "m")]
    assert every["inspection-d"] == [
        (Recorder.CITY, 3, "m"),
        (Recorder.DISTRICT, 1, "m"),
        (Recorder.STREET, 2, "w"),
    ]
    by_key = {m.key: m for m in RULES.measures}
    assert (by_key["interview-manager"].due_workdays, by_key["early-inspection"].due_workdays) == (10, 5)
    assert by_key["inspection-d"].every(Recorder.COMMUNITY) is None
    assert register.Force.RESTRICTION in {m.force for m in RULES.measures}


def test_a_longer_validity_than_the_class_may_show_is_found_for_each_class() -> None:
    for code, one_more in (("N-MI-01", "4"), ("N-GE-01", "13"), ("N-SE-01", "37"), ("N-VS-01", "37")):
        assert said(rule_set.findings(changed(Table.ITEMS, code, validity_months=one_more))) == {
            f"items.{code}:validity"
        }
