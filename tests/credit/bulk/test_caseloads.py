"""Files of 12345 cases: linked by place and day, counted once, told as figures, and taken back."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest

from credit.domain.bulk import batch
from credit.domain.bulk.caseload import CasesRefusedError
from credit.domain.evaluation import Cases
from credit.queries import figures
from credit.queries.bulk import caseloads as questions
from credit.services import assignments
from credit.services import figures as typed
from credit.services.bulk import caseloads
from market.kernel.actor import Actor, Role
from market.runtime.database import fetch
from tests import factories_credit as credit
from tests import factories_parties as parties

pytestmark = pytest.mark.usefixtures("database")
NOW = credit.NOW
CALLER = "13800000000"


def a_case(world: credit.World, number: int, **more: str) -> dict[str, str]:
    return {
        "case_no": f"12345-{number}",
        "community": str(world.community),
        "received_at": "2026-03-02 10:00",
        "contacted_at": "2026-03-02 12:00",
        "called_back": "yes",
        "resolved": "yes",
        "satisfied": "yes",
        "caller": f"{CALLER}{number}",
        "matter": "电梯",
        **more,
    }


def as_csv(rows: list[dict[str, str]]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, sorted({name for row in rows for name in row}))
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


async def counted(world: credit.World) -> Cases | None:
    return await figures.of_project(
        enterprise=world.enterprise.organisation, community=world.community, cycle="2026H1"
    )


async def test_cases_become_the_figures_of_their_project_without_the_excluded_ones() -> None:
    world = await credit.a_world()
    rows = [
        a_case(world, 1),
        a_case(world, 2, resolved="partly", satisfied="basically"),
        a_case(world, 3, contacted_at="2026-03-03 10:00:01", resolved="no", satisfied="no"),
        a_case(world, 4, called_back="no", resolved="", satisfied=""),
        a_case(world, 5, resolved="no", satisfied="no", excluded="not-duty"),
        a_case(world, 6, community="无此小区"),
    ]
    done = await caseloads.take_over(data=as_csv(rows), by=world.district, now=NOW)
    assert (done.taken, done.unlinked, done.projects) == (6, ((7, "no-place"),), 1)
    assert await counted(world) == Cases(
        cases=4, responded=3, called_back=3, resolved=1, partly=1, satisfied=2
    )
    report = await questions.report(await questions.one(done.batch or 0), now=NOW)
    whole = report.whole
    assert (report.caseload.unlinked, report.reasons, report.excluded) == (
        1,
        {"no-place": 1},
        {"not-duty": 1},
    )
    assert (whole.gross.cases, whole.net.cases) == (6, 5)
    assert (whole.gross_rates.resolution, whole.net_rates.resolution) == (4000, 5000)


async def test_nothing_stored_tells_who_called() -> None:
    world = await credit.a_world()
    await caseloads.take_over(data=as_csv([a_case(world, 1)]), by=world.district, now=NOW)
    for table in ("credit_case", "credit_caseload", "runtime_audit_entry", "runtime_audit_image"):
        assert CALLER not in str(await fetch(f"SELECT * FROM {table}")), table  # noqa: S608


async def test_calls_within_thirty_days_are_one_case_and_the_last_opinion_counts() -> None:
    world = await credit.a_world()
    same = {"caller": CALLER, "contacted_at": ""}
    rows = [
        a_case(world, 1, **same, received_at="2026-01-05 23:00", resolved="no", satisfied="no"),
        a_case(world, 2, **same, received_at="2026-02-04 01:00"),
        a_case(world, 3, **same, received_at="2026-02-05 01:00"),
        a_case(world, 4, **same, received_at="2026-02-05 01:00", matter="保洁"),
    ]
    done = await caseloads.take_over(data=as_csv(rows[::-1]), by=world.district, now=NOW)
    found = await counted(world)
    assert found is not None
    assert (found.cases, found.resolved) == (3, 3)
    report = await questions.report(await questions.one(done.batch or 0), now=NOW)
    assert (report.calls, report.cases) == (4, 3)


async def test_a_case_goes_to_who_served_on_the_day_of_the_event() -> None:
    world = await credit.a_world()
    other = await parties.an_enterprise()
    await assignments.end_project(
        enterprise=world.enterprise.organisation,
        community=world.community,
        end_on=date(2026, 3, 2),
        by=Actor.platform(),
        now=NOW,
    )
    await assignments.assign_project(
        assignment=assignments.Assignment(
            enterprise=other.organisation,
            community=world.community,
            area_centi=1,
            start_on=date(2026, 3, 2),
            origin="test:later",
        ),
        by=Actor.platform(),
        now=NOW,
    )
    rows = [
        a_case(world, 1, received_at="2026-03-01 23:59", contacted_at=""),
        a_case(world, 2, received_at="2026-03-02 00:00", contacted_at=""),
        a_case(world, 3, received_at="2025-06-30 23:59", contacted_at=""),
    ]
    done = await caseloads.take_over(data=as_csv(rows), by=world.district, now=NOW)
    cases = await questions.cases_of(done.batch or 0)
    assert [(one.enterprise, one.unlinked) for one in cases] == [
        (world.enterprise.organisation, ""),
        (other.organisation, ""),
        (None, "nobody"),
    ]


async def test_an_address_names_its_community() -> None:
    world = await credit.a_world()
    (place,) = await fetch("SELECT name FROM parties_community WHERE id = $1", world.community)
    rows = [
        a_case(world, 1, community="", address=f"朝阳区某路 3 号{place['name']}2 号楼"),
        a_case(world, 2, community="", address="朝阳区某路 3 号"),
    ]
    loaded = await questions.loaded(as_csv(rows), by=world.city, now=NOW)
    assert [one.community for one in loaded.new] == [world.community, None]


async def test_the_same_file_twice_changes_nothing_and_a_later_one_tells_more() -> None:
    world = await credit.a_world()
    open_case = a_case(world, 1, called_back="no", resolved="", satisfied="")
    data = as_csv([open_case, a_case(world, 2)])
    first = await caseloads.take_over(data=data, by=world.district, now=NOW)
    again = await caseloads.take_over(data=data, by=world.district, now=NOW)
    assert (again.batch, again.taken, again.known) == (first.batch, 0, (2, 3))
    later = as_csv([a_case(world, 1), a_case(world, 2), a_case(world, 3)])
    more = await caseloads.take_over(data=later, by=world.district, now=NOW)
    assert (more.taken, more.changed, more.known) == (2, 1, (3,))
    found = await counted(world)
    assert found == Cases(cases=3, responded=3, called_back=3, resolved=3, partly=0, satisfied=3)
    await caseloads.undo(caseload_id=more.batch or 0, reasons="误传", by=world.district, now=NOW)
    found = await counted(world)
    assert found == Cases(cases=2, responded=2, called_back=1, resolved=1, partly=0, satisfied=1)


async def test_taken_back_whole_the_figures_are_as_they_were_before() -> None:
    world = await credit.a_world()
    heading = "小区,诉求,响应,回访,解决,部分解决,满意\n"
    data = f"{heading}{world.community},9,9,9,9,0,9\n".encode()
    await typed.import_figures(cycle="2026H1", data=data, by=world.district, now=NOW)
    before = await counted(world)
    cases = as_csv([a_case(world, 1)])
    done = await caseloads.take_over(data=cases, by=world.district, now=NOW)
    assert (await counted(world)) != before
    with pytest.raises(batch.BatchForeignError):
        await caseloads.undo(caseload_id=done.batch or 0, reasons="误传", by=world.city, now=NOW)
    await caseloads.undo(caseload_id=done.batch or 0, reasons="误传", by=world.district, now=NOW)
    assert await counted(world) == before
    again = await caseloads.take_over(data=cases, by=world.district, now=NOW + timedelta(hours=1))
    assert again.taken == 1


async def test_everything_wrong_is_named_and_nothing_is_stored() -> None:
    world = await credit.a_world()
    rows = [
        a_case(world, 1, contacted_at="2026-03-02 09:59"),
        a_case(world, 2, called_back="no"),
        a_case(world, 3, received_at="2026-03-02"),
        a_case(world, 4, excluded="weil"),
        a_case(world, 5, received_at="2026-03-17 10:00", contacted_at=""),
        a_case(world, 1),
    ]
    with pytest.raises(CasesRefusedError) as refused:
        await caseloads.take_over(data=as_csv(rows), by=world.district, now=NOW)
    assert [(each.field, each.code) for each in refused.value.findings] == [
        ("rows.2.contacted_at", "credit-case-order"),
        ("rows.3.resolved", "credit-case-opinion"),
        ("rows.3.satisfied", "credit-case-opinion"),
        ("rows.4.received_at", "credit-cell"),
        ("rows.5.excluded", "credit-cell"),
        ("rows.6.received_at", "credit-case-order"),
        ("rows.7.case_no", "credit-case-twice"),
    ]
    assert await fetch("SELECT 1 FROM credit_case") == []


async def test_another_division_does_not_tell_a_case_anew() -> None:
    world = await credit.a_world()
    await caseloads.take_over(data=as_csv([a_case(world, 1)]), by=world.district, now=NOW)
    other = await parties.an_officer(Role.DISTRICT, division="110108")
    loaded = await questions.loaded(as_csv([a_case(world, 1, resolved="no")]), by=other, now=NOW)
    assert [each.code for each in loaded.findings] == ["credit-case-foreign"]


async def test_the_first_file_after_a_half_year_tells_its_figures_anew() -> None:
    world = await credit.a_world()
    during = await caseloads.take_over(data=as_csv([a_case(world, 1)]), by=world.district, now=NOW)
    other = await parties.a_community()
    after = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
    elsewhere = a_case(world, 2, community=str(other), received_at="2026-06-30 10:00", contacted_at="")
    done = await caseloads.take_over(data=as_csv([elsewhere]), by=world.district, now=after)
    assert (during.projects, done.unlinked, done.projects) == (1, ((2, "nobody"),), 1)
    rows = await fetch("SELECT imported_at FROM credit_case_batch WHERE cycle = '2026H1' ORDER BY id")
    assert [row["imported_at"] for row in rows] == [NOW, after]
    again = a_case(world, 3, community=str(other), received_at="2026-06-30 10:00", contacted_at="")
    assert (await caseloads.take_over(data=as_csv([again]), by=world.district, now=after)).projects == 0
