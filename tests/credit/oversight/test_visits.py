"""Inspections on real rows: silent until held, two inspectors, a checklist, findings pursued in one step."""

from datetime import date, timedelta
from io import BytesIO

import msgspec
import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from credit.domain.oversight import inspection, order
from credit.domain.oversight.inspection import Found, Line, Protocol, Pursuit, Stage
from credit.domain.record import BelowRecorderError
from credit.queries import cases
from credit.queries.oversight import orders as order_questions
from credit.queries.oversight import visits as questions
from credit.services.oversight import exif, orders, protocols, visits
from credit.web import desk
from market.kernel.actor import Actor, Role
from market.kernel.period import end_of_day
from market.runtime import database, files
from tests import factories_credit as credit
from tests import factories_oversight as oversight
from tests import factories_parties as parties
from tests.credit.web.conftest import Browser, browser  # noqa: F401 - the fixture

pytestmark = pytest.mark.usefixtures("database")

NOW, DAY = credit.NOW, credit.DAY
TODAY = NOW.date()
MONDAY = date(2026, 3, 23)


async def an_open_visit(world: credit.World) -> int:
    """Return a planned visit that may be announced: of two, one is."""
    found = await oversight.a_plan(world.street)
    await database.execute("UPDATE credit_inspection SET unannounced = (id <> $1)", found[0].id)
    return found[0].id


async def messages(organisation: int) -> list[str]:
    rows = await database.fetch(
        "SELECT key FROM runtime_inbox WHERE organisation = $1 ORDER BY id", organisation
    )
    return [row["key"] for row in rows]


async def seen_by_enterprise(browser: Browser, world: credit.World) -> list[str]:  # noqa: F811
    """Return everything an enterprise and the public can ask that could tell of a visit."""
    own = world.enterprise.actor
    paths = ("/credit/inspections", "/credit/records/own", f"/enterprises/{world.enterprise.code}/credit")
    answers = [(await browser.get(path, by)).text for path in paths for by in (own, None)]
    answers.append((await browser.read("/api/credit/inspections", own)).text)
    tasks = (await desk.desk(own, NOW)).tasks
    told = await messages(world.enterprise.organisation)
    letters = await database.fetch("SELECT count(*) AS n FROM runtime_mail")
    return [*answers, repr(tasks), repr(told), repr(letters)]


async def test_an_unannounced_visit_shows_to_the_enterprise_nowhere_until_it_was_held(
    browser: Browser,  # noqa: F811
) -> None:
    world = await credit.a_world()
    before = await seen_by_enterprise(browser, world)
    await oversight.a_plan(world.street)
    number = await oversight.a_silent_visit(world)
    assert await seen_by_enterprise(browser, world) == before, "planned"
    street = world.street
    await visits.name(inspection_id=number, naming=oversight.naming(MONDAY), by=street, now=NOW)
    assert await seen_by_enterprise(browser, world) == before, "inspectors named, day set"
    for path in (f"/api/credit/inspections/{number}", "/api/credit/inspections/99999"):
        assert (await browser.read(path, world.enterprise.actor)).status_code == 404
    other = next(c.id for c in await questions.of_authority(street.organisation or 0) if c.id != number)
    await visits.cancel(inspection_id=other, reasons="人员不足", by=street, now=NOW)
    await visits.act_due(id=number, now=NOW)
    assert await seen_by_enterprise(browser, world) == before, "another cancelled, the clock reminded"
    with pytest.raises(inspection.UnannouncedError):
        await visits.announce(inspection_id=number, by=street, now=NOW)
    with pytest.raises(questions.InspectionUnknownError):
        await visits.state(inspection_id=number, text="x", by=world.enterprise.actor, now=NOW)


async def test_the_database_refuses_to_announce_what_is_unannounced() -> None:
    world = await credit.a_world()
    number = await oversight.a_silent_visit(world)
    sql = "UPDATE credit_inspection SET announced_at = now(), announced_by = 'x' WHERE id = $1"
    with pytest.raises(database.RecordInvalidError):
        await database.fetch(sql, number)


async def test_an_announced_visit_is_told_three_working_days_ahead_and_keeps_its_day() -> None:
    world = await credit.a_world()
    number, by = await an_open_visit(world), world.street
    thursday = date(2026, 3, 19)
    for late in (thursday - timedelta(days=1),):
        await visits.name(inspection_id=number, naming=oversight.naming(late), by=by, now=NOW)
        with pytest.raises(inspection.AnnounceLateError):
            await visits.announce(inspection_id=number, by=by, now=NOW)
    await visits.name(inspection_id=number, naming=oversight.naming(thursday), by=by, now=NOW)
    assert await questions.of_enterprise(world.enterprise.organisation) == []
    await visits.announce(inspection_id=number, by=by, now=NOW)
    assert await messages(world.enterprise.organisation) == ["credit.inbox.visit-announced"]
    (task,) = [t for t in (await desk.desk(world.enterprise.actor, NOW)).tasks if "inspections" in t.url]
    assert task.due_at == end_of_day(thursday)
    with pytest.raises(inspection.AnnouncedError):
        await visits.name(inspection_id=number, naming=oversight.naming(MONDAY), by=by, now=NOW)
    with pytest.raises(inspection.AnnouncedError):
        await visits.announce(inspection_id=number, by=by, now=NOW)


async def test_two_inspectors_of_the_planning_authority_go_on_a_day_to_come() -> None:
    world = await credit.a_world()
    number = await oversight.a_silent_visit(world)
    good = oversight.naming(TODAY)
    same = msgspec.structs.replace(good, second=oversight.FIRST)
    with pytest.raises(order.OneInspectorError):
        await visits.name(inspection_id=number, naming=same, by=world.street, now=NOW)
    past = oversight.naming(TODAY - DAY)
    with pytest.raises(inspection.VisitDatesError):
        await visits.name(inspection_id=number, naming=past, by=world.street, now=NOW)
    with pytest.raises(inspection.NotInspectingError):
        await visits.name(inspection_id=number, naming=good, by=world.district, now=NOW)
    await visits.name(inspection_id=number, naming=good, by=world.street, now=NOW)


async def test_a_record_of_a_visit_is_seen_by_the_enterprise_which_may_state() -> None:
    world = await credit.a_world()
    number = await oversight.a_held_visit(world)
    own = world.enterprise.actor
    view = await questions.view(number, actor=own)
    assert view.visit.stage is Stage.HELD
    assert view.visit.results["E5-1"].note == "垃圾两日未清运"
    assert await messages(world.enterprise.organisation) == ["credit.inbox.visit-held"]
    await visits.state(inspection_id=number, text="已于当日清运", by=own, now=NOW)
    assert [one.text for one in (await questions.view(number, actor=own)).statements] == ["已于当日清运"]
    stranger = (await parties.an_enterprise()).actor
    with pytest.raises(questions.InspectionUnknownError):
        await questions.view(number, actor=stranger)
    paper = questions.paper(await questions.case(number))
    assert (paper.good, len(paper.flaws), paper.unseen, paper.all_lines) == (1, 2, 40, 43)


@pytest.mark.parametrize(
    "lines",
    [
        {},
        {"E1-1": Line(found=Found.UNSEEN)},
        {"E1-1": Line(found=Found.FLAW, note=" ")},
        {"E0-9": Line(found=Found.OK)},
    ],
)
async def test_a_checklist_that_says_nothing_is_refused(lines: dict[str, Line]) -> None:
    world = await credit.a_world()
    number = await oversight.a_silent_visit(world)
    await visits.name(inspection_id=number, naming=oversight.naming(TODAY), by=world.street, now=NOW)
    protocol = Protocol(visited_at=NOW, lines=lines)
    with pytest.raises(inspection.ChecklistError):
        await protocols.hold(inspection_id=number, protocol=protocol, by=world.street, now=NOW)
    later = Protocol(visited_at=NOW + timedelta(microseconds=1), lines={"E1-1": Line(found=Found.OK)})
    with pytest.raises(inspection.VisitDatesError):
        await protocols.hold(inspection_id=number, protocol=later, by=world.street, now=NOW)


async def test_findings_become_drafts_and_proposals_in_one_step_or_not_at_all() -> None:
    world = await credit.a_world()
    number = await oversight.a_held_visit(world)
    by = world.street
    both = {
        "E5-1": Pursuit(item_code="N-GE-01", breach="service", action="每日清运"),
        "E2-2": Pursuit(breach="safety", action="排查并加固"),
    }
    wrong = {**both, "E1-1": Pursuit(item_code="N-GE-01")}
    with pytest.raises(inspection.PursuitError):
        await protocols.pursue(inspection_id=number, pursuits=wrong, by=by, now=NOW)
    too_high = {**both, "E2-2": Pursuit(item_code="N-SE-04")}
    with pytest.raises(BelowRecorderError):
        await protocols.pursue(inspection_id=number, pursuits=too_high, by=by, now=NOW)
    assert await database.fetch("SELECT 1 FROM credit_order") == [], "all or nothing"
    await protocols.pursue(inspection_id=number, pursuits=both, by=by, now=NOW)
    (drafted,) = await database.fetch("SELECT id FROM credit_record")
    case = await cases.record(drafted["id"])
    assert (case.item_code, case.stage.value, case.fact) == ("N-GE-01", "draft", f"inspection:{number}:E5-1")
    found = await order_questions.waiting(within=world.street.division or "")
    assert {one.breach for one in found} == {"service", "safety"}
    with pytest.raises(order.OwnOrderError):
        await orders.issue(order_id=found[0].id, issue=oversight.issue(), by=by, now=NOW)
    await orders.issue(order_id=found[0].id, issue=oversight.issue(), by=world.street_second, now=NOW)


async def test_a_visit_not_held_in_its_window_is_asked_for() -> None:
    world = await credit.a_world()
    found = await oversight.a_plan(world.street)
    first = found[0]
    assert first.next_due_at == end_of_day(first.due_on)
    await visits.act_due(id=first.id, now=first.next_due_at)
    assert await messages(world.street.organisation or 0) == ["credit.inbox.visit-overdue"]
    assert (await questions.case(first.id)).next_due_at is None


def a_picture(*, carries: bool) -> bytes:
    """Return a small photograph, with the time and place a telephone writes or without."""
    stream, picture = BytesIO(), Image.new("RGB", (8, 8))
    tags = Image.Exif()
    if carries:
        tags.get_ifd(0x8769)[0x9003] = "2026:03:16 09:30:00"
        degrees = (IFDRational(39), IFDRational(54), IFDRational(36))
        tags.get_ifd(0x8825).update({1: "N", 2: degrees, 3: "E", 4: (IFDRational(116), 24, 0)})
    picture.save(stream, "JPEG", exif=tags)
    return stream.getvalue()


def test_a_photograph_says_when_and_where_in_beijing_time_and_microdegrees() -> None:
    own = exif.read(a_picture(carries=True))
    assert own.taken_at == NOW - timedelta(minutes=30)
    assert (own.latitude_micro, own.longitude_micro) == (39_910_000, 116_400_000)
    for plain in (a_picture(carries=False), b"\xff\xd8\xff\xe0no picture", b""):
        assert exif.read(plain) == exif.Carried()


async def test_a_photograph_without_a_time_needs_one_and_its_own_time_wins(
    browser: Browser,  # noqa: F811
) -> None:
    del browser  # gives the file store
    world = await credit.a_world()
    number = await oversight.a_silent_visit(world)
    await visits.name(inspection_id=number, naming=oversight.naming(TODAY), by=world.street, now=NOW)
    bare = protocols.Entered(indicator="E5-1")
    told = protocols.Entered(indicator="E5-1", taken_at=NOW - DAY)
    plain, full = a_picture(carries=False), a_picture(carries=True)

    async def add(entered: protocols.Entered, data: bytes, by: Actor = world.street) -> int:
        return await protocols.photograph(inspection_id=number, entered=entered, data=data, by=by, now=NOW)

    with pytest.raises(protocols.PhotoTimeError):
        await add(bare, plain)
    with pytest.raises(protocols.PhotoTimeError):
        await add(msgspec.structs.replace(told, taken_at=NOW + DAY), plain)
    with pytest.raises(inspection.ChecklistError):
        await add(msgspec.structs.replace(told, indicator="E0-9"), plain)
    with pytest.raises(files.FileKindError):
        await add(told, b"%PDF-1.4\n")
    await add(told, plain)
    await add(told, full)
    entered, own = await questions.photos(number)
    assert (entered.source, entered.taken_at, entered.latitude_micro) == ("entered", NOW - DAY, None)
    assert (own.source, own.taken_at) == ("exif", NOW - timedelta(minutes=30))
    assert own.latitude_micro == 39_910_000


async def test_no_lower_or_other_authority_reads_an_authoritys_visits_elsewhere() -> None:
    world = await credit.a_world()
    number = await oversight.a_silent_visit(world)
    far = await parties.an_officer(Role.STREET, "110106001")
    for reader in (far, world.residents, Actor.public()):
        with pytest.raises(questions.InspectionUnknownError):
            await questions.view(number, actor=reader)
    assert (await questions.view(number, actor=world.district)).offered == ()
