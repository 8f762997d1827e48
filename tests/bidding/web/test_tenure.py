"""The service of an area over HTTP: the public page, forms and JSON, tasks, refusals, messages."""

from datetime import date, timedelta

import pytest

from bidding.domain.vote.matter import Key
from bidding.queries.handover import records as handovers
from bidding.services.tenure import ends
from bidding.web import workspace
from market.kernel import period
from market.kernel.actor import Actor, Role
from market.processes.public import SUBSCRIBERS
from market.runtime import database, log, outbox, workdays
from market.runtime.web.work import Task
from tests import factories_parties as parties
from tests.bidding.tenure.test_terms import END, NOW, PAPER, Area, an_appointment, an_area, decided
from tests.bidding.web.conftest import Browser
from tests.bidding.web.test_settlement import ok, page, send

pytestmark = pytest.mark.usefixtures("database")


async def tasks(browser: Browser, actor: Actor) -> dict[str, Task]:
    """Return an actor's tasks about the service of areas, by rule."""
    found = (await workspace.desk(actor, browser.now)).tasks
    return {task.rule: task for task in found if "/service" in task.url}


async def state(browser: Browser, area: Area) -> None:
    answer = await browser.post(
        f"/communities/{area.community}/service",
        data={"provider": area.provider.code, "start_on": "2024-01-01", "end_on": END.isoformat()},
        files={"file": ("合同.pdf", PAPER, "application/pdf")},
    )
    assert answer.status_code == 303, answer.text[:2000]


async def test_a_stated_contract_is_public_and_its_paper_is_not(browser: Browser) -> None:
    area = await an_area(stated=False)
    root = f"/communities/{area.community}/service"
    browser.actor, browser.now = area.committee, NOW
    assert f'action="{root}"' in await page(browser, root)
    await state(browser, area)
    paper = ok(await browser.get(f"/api{root}"), 200)["terms"][0]["document"]
    for reader, status in ((area.committee, 200), (area.provider.actor, 200), (Actor.public(), 401)):
        browser.actor = reader
        assert area.provider.name in await page(browser, root)
        assert (await browser.get(f"{root}/{paper}", headers={"accept": "*/*"})).status_code == status
    shown = ok(await browser.get(f"/api{root}"), 200)["terms"][0]
    assert (shown["document"], shown["decline_by"]) == ("", "2026-10-02")
    browser.actor = (await parties.a_committee()).actor
    assert (await browser.get(f"{root}/{paper}")).status_code == 404


async def test_each_side_has_its_task_when_it_is_due_and_not_before(browser: Browser) -> None:
    area = await an_area()
    street = await parties.an_officer(Role.STREET)
    browser.now = period.start_of_day(date(2026, 6, 29))
    for actor in (area.committee, street, area.provider.actor):
        assert await tasks(browser, actor) == {}
    browser.now = period.start_of_day(date(2026, 6, 30))
    assert (await tasks(browser, area.committee))["H01"].due_at == period.end_of_day(END)
    assert (await tasks(browser, street)).keys() == {"H01"}
    provider = (await tasks(browser, area.provider.actor))["H02"]
    assert provider.due_at == period.end_of_day(date(2026, 10, 2))
    browser.now = period.end_of_day(END)
    await ends.end(term_id=(await area.term()).id, by=Actor.platform(), now=browser.now)
    assert (await tasks(browser, area.committee)).keys() == {"H22"}
    browser.actor = area.provider.actor
    assert "/rules?id=H22" in await page(browser, f"/communities/{area.community}/service")


async def test_the_provider_declines_and_the_committee_settles_and_dismisses_by_form(
    browser: Browser,
) -> None:
    area = await an_area()
    root = f"/communities/{area.community}/service"
    browser.now, browser.actor = NOW, area.provider.actor
    await send(browser, f"/service-terms/{area.number}/refusal", {"reasons": "人手不足"})
    assert "人手不足" in await page(browser, root)
    assert "H02" not in await tasks(browser, area.provider.actor)
    browser.actor = Actor.public()
    assert "人手不足" not in await page(browser, root)
    browser.actor = area.committee
    tendering = await decided(area, Key.TENDER, provider="")
    await send(browser, f"/service-terms/{area.number}/settlement", {"decision": tendering.number})
    assert tendering.number in await page(browser, root)
    answer = await browser.post(
        f"/api/service-terms/{area.number}/dismissal", json={"decision": tendering.number}
    )
    assert answer.json()["code"] == "term-decision"
    dismissal = await decided(area, Key.DISMISSAL)
    shown = ok(
        await browser.post(f"/api/service-terms/{area.number}/dismissal", json={"decision": dismissal.number})
    )
    assert shown["handover"]
    ending = shown["terms"][0]
    today = period.local_day(NOW)
    assert ending["ends_on"] == (today + timedelta(days=60)).isoformat()
    exit_on = (await workdays.table()).add_days(today, 30)  # the day the handover names too (CC 203)
    assert ending["exit_on"] == exit_on.isoformat()
    handed = await handovers.by_number(shown["handover"])
    assert handed.exit_due_on in {None, exit_on}
    assert "/rules?id=H13" in await page(browser, root)


async def test_emergency_service_is_posted_and_asks_for_the_owners_decision_while_it_lasts(
    browser: Browser,
) -> None:
    area = await an_area(stated=False)
    root = f"/communities/{area.community}/service"
    street = await parties.an_officer(Role.STREET)
    browser.now, browser.actor = NOW, street
    assert f'action="/communities/{area.community}/emergency"' in await page(browser, root)
    asked = an_appointment(area.provider)
    body = {
        **{name: getattr(asked, name) for name in ("provider", "reasons", "content", "fees")},
        "ground": asked.ground.value,
        "services": ["water", "lifts"],
        "start_on": asked.start_on.isoformat(),
        "end_on": asked.end_on.isoformat(),
    }
    wrong = await browser.post(f"/api/communities/{area.community}/emergency", json={**body, "services": []})
    assert [each["field"] for each in wrong.json()["errors"]] == ["services"]
    await send(browser, f"/communities/{area.community}/emergency", body)
    for actor in (street, area.committee):
        assert (await tasks(browser, actor))["H12"].due_at == period.end_of_day(asked.end_on)
    browser.actor = Actor.public()
    shown = await page(browser, root)
    for words in (asked.reasons, asked.content, asked.fees, area.provider.name):
        assert words in shown
    found = ok(await browser.get(f"/api{root}"), 200)["emergencies"][0]
    assert found["standing"]["barred"] is False
    browser.actor = street
    await send(browser, f"/emergencies/{found['number']}/end", {"reasons": "新物业已进场"})
    for actor in (street, area.committee):
        assert "H12" not in await tasks(browser, actor)
    await log.sequence_all()
    for _ in range(2):
        await outbox.deliver(SUBSCRIBERS)
    rows = await database.fetch(
        "SELECT key FROM runtime_inbox WHERE organisation = $1 AND key LIKE '%.emergency-%' ORDER BY id",
        area.provider.organisation,
    )
    assert [row["key"] for row in rows] == [
        "process.told.emergency-appointed",
        "process.told.emergency-ended",
    ]
