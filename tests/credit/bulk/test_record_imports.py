"""Files of records: checked whole, taken over whole, once, and taken back whole while nobody decided."""

import asyncio
from datetime import date, timedelta

import pytest

from credit.domain.bulk import batch
from credit.domain.bulk.records import ImportRefusedError
from credit.domain.record import OwnRecordError, Stage
from credit.queries import cases
from credit.queries.bulk import record_imports as questions
from credit.services import decisions, notices, records
from credit.services.bulk import record_imports
from market.kernel.actor import Actor, Role
from market.kernel.errors import MarketError, TransitionError
from market.kernel.period import add_months
from market.runtime.database import fetch
from tests import factories_credit as credit
from tests import factories_parties as parties
from tests.credit.bulk import sheets

pytestmark = pytest.mark.usefixtures("database")
NOW = credit.NOW


async def many(world: credit.World, count: int) -> list[dict[str, str]]:
    return [await sheets.a_row(world, document_no=f"虚构字〔2026〕{n}号") for n in range(1, count + 1)]


async def stages() -> dict[str, int]:
    rows = await fetch("SELECT stage, count(*) AS n FROM credit_record GROUP BY stage")
    return {row["stage"]: row["n"] for row in rows}


async def found(data: bytes, by: Actor) -> list[tuple[str | None, str, str]]:
    judged = await questions.judged(data, by=by, now=NOW)
    return [(each.field, each.code, each.source) for each in judged.findings]


async def test_a_check_names_everything_by_row_and_column_and_writes_nothing() -> None:
    world = await credit.a_world()
    day = NOW.date()
    good = await sheets.a_row(world)
    other = await parties.an_officer(Role.DISTRICT, division="110108")
    rows = [
        {**good, "enterprise_code": good["enterprise_code"][:-1] + "I"},
        {**good, "enterprise_code": "91110105MA01000240"},
        {**good, "item_code": "N-XX-99"},
        {**good, "item_code": "N-VS-10", "community": ""},
        {**good, "document_no": "", "document_on": "", "file_digest": "abc"},
        {**good, "document_on": (day - timedelta(days=11)).isoformat(), "document_no": "7"},
        {**good, "fact_on": add_months(day, -25).isoformat(), "document_on": day.isoformat()},
        {**good, "item_code": "N-SE-01", "amount_fen": "12.5", "death": "vielleicht"},
        {**good, "community": "无此小区"},
        {**good, "document_no": "虚构字〔2026〕9号", "manager": "999999"},
        {**good, "fact_on": (day + timedelta(days=1)).isoformat()},
        good,
        good,
    ]
    findings = await found(sheets.as_csv(rows), world.district)
    assert findings == [
        ("rows.2.enterprise_code", "uscc-alphabet", "GB 32100-2015"),
        ("rows.3.enterprise_code", "credit-import-enterprise", ""),
        ("rows.4.item_code", "credit-item-unknown", ""),
        ("rows.5.item_code", "credit-below-recorder", "BPR 6-10"),
        ("rows.6.document_no", "credit-cell", "api"),
        ("rows.6.document_on", "credit-cell", "api"),
        ("rows.6.file_digest", "credit-cell", "api"),
        ("rows.7.document_on", "credit-record-dates", ""),
        ("rows.8.found_on", "credit-limitation", "APL 36"),
        ("rows.9.death", "credit-cell", "api"),
        ("rows.9.amount_fen", "credit-cell", "api"),
        ("rows.10.community", "credit-import-community", ""),
        ("rows.11.manager", "credit-import-manager", ""),
        ("rows.12.fact_on", "credit-record-dates", ""),
        ("rows.12.document_on", "credit-record-dates", ""),
        ("rows.14.fact", "credit-import-twice", ""),
    ]
    assert ("rows.2.community", "out-of-scope", "") in await found(sheets.as_csv([good]), other)
    with pytest.raises(ImportRefusedError) as refused:
        await record_imports.take_over(data=sheets.as_csv(rows), by=world.district, now=NOW)
    assert len(refused.value.findings) == len(findings)
    assert await stages() == {}


async def test_the_condition_of_an_item_is_asked_of_its_columns() -> None:
    world = await credit.a_world()
    row = await sheets.a_row(world, "G-EN-09", community="")
    data = {amount: sheets.as_csv([{**row, "amount_fen": amount}]) for amount in ("", "500000", "500001")}
    assert (await found(data[""], world.city))[0][:2] == ("rows.2.amount_fen", "credit-condition-fact")
    assert (await found(data["500000"], world.city))[0][:2] == ("rows.2.item_code", "credit-condition")
    assert await found(data["500001"], world.city) == []


async def test_what_is_taken_over_are_drafts_that_need_everything_a_typed_one_needs() -> None:
    world = await credit.a_world()
    rows = await many(world, 3)
    done = await record_imports.take_over(
        data=sheets.as_xlsx([dict(row) for row in rows]), submit=True, by=world.district, now=NOW
    )
    assert (done.taken, done.known, await stages()) == (3, (), {"submitted": 3})
    (first, *_) = await questions.lines(done.batch or 0)
    with pytest.raises(OwnRecordError):
        await records.take_up(record_id=first.record, by=world.district, now=NOW)
    await records.take_up(record_id=first.record, by=world.district_second, now=NOW)
    await notices.post_notice(record_id=first.record, letter="", by=world.district_second, now=NOW)
    with pytest.raises(MarketError):
        await decisions.decide(record_id=first.record, reasons="x", by=world.district_second, now=NOW)
    (entry,) = await fetch("SELECT body FROM runtime_audit_entry WHERE act = 'credit:record:import'")
    assert entry["body"].count('credit_record"') == 3


async def test_the_same_batch_twice_changes_nothing_and_says_so() -> None:
    world = await credit.a_world()
    data = sheets.as_csv(await many(world, 3))
    first = await record_imports.take_over(data=data, by=world.district, now=NOW)
    again = await record_imports.take_over(data=data, by=world.district, now=NOW)
    assert (again.batch, again.taken) == (first.batch, 0)
    assert [one.line for one in again.known] == [2, 3, 4]
    assert await stages() == {"draft": 3}


async def test_two_at_once_take_over_once() -> None:
    world = await credit.a_world()
    data = sheets.as_csv(await many(world, 3))
    both = await asyncio.gather(
        *(record_imports.take_over(data=data, by=world.district, now=NOW) for _ in range(2))
    )
    assert sorted(one.taken for one in both) == [0, 3]
    assert await stages() == {"draft": 3}


async def test_an_overlapping_batch_takes_the_new_rows_and_lists_the_known_ones() -> None:
    world = await credit.a_world()
    rows = await many(world, 4)
    first = await record_imports.take_over(data=sheets.as_csv(rows[:3]), by=world.district, now=NOW)
    more = await record_imports.take_over(data=sheets.as_csv(rows[::-1]), by=world.district, now=NOW)
    assert (more.taken, [(one.line, one.batch) for one in more.known]) == (
        1,
        [(3, first.batch), (4, first.batch), (5, first.batch)],
    )
    only_known = await record_imports.take_over(data=sheets.as_csv(rows[1:]), by=world.district, now=NOW)
    assert (only_known.batch, only_known.taken) == (None, 0)
    changed = sheets.as_csv([{**rows[0], "facts": "另有说法"}])
    assert [each[:2] for each in await found(changed, world.district)] == [
        ("rows.2.facts", "credit-import-changed")
    ]


async def test_a_fact_recorded_by_hand_is_not_taken_over_again() -> None:
    world = await credit.a_world()
    row = await sheets.a_row(world, fact="停水一日")
    typed = credit.a_draft(world, document_no=row["document_no"], fact_on=date.fromisoformat(row["fact_on"]))
    await records.draft(draft=typed, by=world.district, now=NOW)
    unnamed = sheets.as_csv([{**row, "fact": ""}])
    assert [each[:2] for each in await found(unnamed, world.district)] == [
        ("rows.2.document_no", "credit-fact-charged")
    ]
    named = credit.a_draft(world, "N-SE-08", fact="停水一日")
    await records.draft(draft=named, by=world.district, now=NOW)
    assert await found(sheets.as_csv([{**row, "document_no": "另一号"}]), world.district) == []
    same = {**row, "document_no": "另一号", "item_code": "N-SE-08"}
    assert [each[:2] for each in await found(sheets.as_csv([same]), world.district)] == [
        ("rows.2.fact", "credit-fact-charged")
    ]


async def test_a_batch_is_taken_back_whole_and_may_come_again() -> None:
    world = await credit.a_world()
    data = sheets.as_csv(await many(world, 3))
    first = await record_imports.take_over(data=data, submit=True, by=world.district, now=NOW)
    number = first.batch or 0
    with pytest.raises(batch.BatchForeignError):
        await record_imports.undo(batch_id=number, reasons="误传", by=world.city, now=NOW)
    await record_imports.undo(batch_id=number, reasons="误传", by=world.district_second, now=NOW)
    assert await stages() == {"withdrawn": 3}
    (line, *_) = await questions.lines(number)
    case = await cases.record(line.record)
    assert (case.stage, case.end_reason, case.ended_at) == (Stage.WITHDRAWN, "误传", NOW)
    with pytest.raises(TransitionError):
        await record_imports.undo(batch_id=number, reasons="误传", by=world.district, now=NOW)
    again = await record_imports.take_over(data=data, by=world.district, now=NOW)
    assert (again.taken, again.batch == number) == (3, False)
    assert await stages() == {"withdrawn": 3, "draft": 3}


async def test_a_batch_that_somebody_began_to_decide_on_is_not_taken_back() -> None:
    world = await credit.a_world()
    done = await record_imports.take_over(
        data=sheets.as_csv(await many(world, 3)), submit=True, by=world.district, now=NOW
    )
    lines = await questions.lines(done.batch or 0)
    await records.take_up(record_id=lines[1].record, by=world.district_second, now=NOW)
    with pytest.raises(batch.UndoRefusedError) as refused:
        await record_imports.undo(batch_id=done.batch or 0, reasons="误传", by=world.district, now=NOW)
    assert [(each.field, each.code) for each in refused.value.findings] == [
        ("rows.3.line", "credit-batch-moved")
    ]
    assert await stages() == {"submitted": 2, "under_review": 1}


async def test_another_file_than_the_checked_one_is_refused() -> None:
    world = await credit.a_world()
    data = sheets.as_csv(await many(world, 1))
    with pytest.raises(batch.BatchOtherFileError):
        await record_imports.take_over(data=data, checked="ab" * 32, by=world.district, now=NOW)
