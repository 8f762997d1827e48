"""What a change of the workday table does to windows that run, and to those that have closed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from credit import jobs
from credit.queries import cases
from credit.queries import cycles as shown
from credit.queries import objections as told
from credit.queries.consequence import proposals
from credit.services import calendars, cycles, notices, objections, records
from market.kernel.actor import Actor, RoleNotPermittedError
from market.kernel.period import local_day
from market.runtime import database, workdays
from tests import factories_credit as make

pytestmark = pytest.mark.usefixtures("database")


async def rest_on(day: date, *, now: datetime, city: Actor) -> None:
    await workdays.set_day(
        day=day,
        is_workday=False,
        name="临时放假",
        source="notice 1",
        by=city,
        now=now,
        recompute=[jobs.recompute],
    )


async def logged() -> list[str]:
    rows = await database.fetch("SELECT act FROM runtime_audit_entry WHERE act = 'credit:calendar:follow'")
    return [row["act"] for row in rows]


async def test_a_new_rest_day_moves_a_running_statement_window_and_its_reminder_by_a_day() -> None:
    world = await make.a_world()
    number = await make.a_served(world, make.a_draft(world))
    before = await cases.record(number)
    assert before.statement_until is not None
    await rest_on(date(2026, 3, 18), now=make.NOW + timedelta(hours=2), city=world.city)
    after = await cases.record(number)
    assert after.statement_until is not None
    assert after.statement_until > before.statement_until
    assert after.next_due_at == after.statement_until
    assert await logged() == ["credit:calendar:follow"]


async def test_a_new_rest_day_moves_the_day_a_posted_notice_counts_as_served() -> None:
    world = await make.a_world()
    number = await make.a_submitted(world, make.a_draft(world))
    await records.take_up(record_id=number, by=world.district_second, now=make.NOW)
    await notices.post_notice(record_id=number, letter="EMS 1", by=world.district_second, now=make.NOW)
    before = (await cases.record(number)).next_due_at
    await rest_on(date(2026, 3, 18), now=make.NOW, city=world.city)
    after = (await cases.record(number)).next_due_at
    assert before is not None
    assert after == before + make.DAY


async def test_a_window_that_has_closed_stays_closed() -> None:
    world = await make.a_world()
    number = await make.a_served(world, make.a_draft(world))
    until = (await cases.record(number)).statement_until
    assert until is not None
    await rest_on(local_day(make.NOW) + make.DAY, now=until + timedelta(hours=1), city=world.city)
    assert (await cases.record(number)).statement_until == until


async def test_a_change_elsewhere_in_the_year_touches_and_logs_nothing() -> None:
    world = await make.a_world()
    await make.a_served(world, make.a_draft(world))
    await rest_on(date(2026, 11, 24), now=make.NOW + timedelta(hours=2), city=world.city)
    assert await logged() == []


async def test_only_the_clockwork_follows_the_calendar() -> None:
    world = await make.a_world()
    with pytest.raises(RoleNotPermittedError):
        await calendars.follow(table=await workdays.table(), by=world.city, now=make.NOW)


async def test_a_new_rest_day_moves_the_answer_to_an_objection_and_the_publicity_of_results() -> None:
    world = await make.a_world()
    record = await make.a_record(world)
    closed = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
    closing = cycles.Closing(cycle="2026H1", legal_basis="BPR 68")
    number = await cycles.close(closing=closing, by=world.city, now=closed)
    grounds = objections.Grounds(grounds="x")
    objected = await objections.file_to_record(
        record_id=record, grounds=grounds, by=world.enterprise.actor, now=closed
    )
    due, until = (await told.case(objected)).due_at, (await shown.case(number)).public_until
    await rest_on(date(2026, 7, 8), now=closed + timedelta(hours=2), city=world.city)
    assert (await told.case(objected)).due_at - due == timedelta(days=1)
    assert (await told.case(objected)).next_due_at == due + timedelta(days=1)
    assert (await shown.case(number)).public_until - until == timedelta(days=1)
    await rest_on(date(2026, 7, 9), now=closed + timedelta(days=30), city=world.city)
    assert (await shown.case(number)).public_until - until == timedelta(days=1), "what has closed stays"


async def test_a_new_rest_day_moves_the_day_a_proposed_measure_is_due() -> None:
    world = await make.a_world()
    await make.a_record(world, "N-VS-02")
    at = make.NOW + 14 * make.DAY
    await make.followed(world, now=at)
    (before,) = await proposals.waiting(actor=world.street)
    await rest_on(date(2026, 3, 31), now=at, city=world.city)
    (after,) = await proposals.waiting(actor=world.street)
    assert before.due_on == date(2026, 4, 14)
    assert after.due_on == date(2026, 4, 15)
