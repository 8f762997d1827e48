"""A renewal over HTTP: the vote names the terms, the page says what is next, both sides sign by form."""

import pytest

from bidding.domain.vote.matter import Key
from bidding.web import workspace
from market.kernel import period
from market.kernel.actor import Actor
from tests import factories_votes as votes
from tests.bidding.tenure.test_renewals import START, WHOLE, decided
from tests.bidding.tenure.test_terms import END, NOW, Area, an_area
from tests.bidding.web.conftest import Browser
from tests.bidding.web.test_settlement import ok, page, send

pytestmark = pytest.mark.usefixtures("database")


async def count(browser: Browser, area: Area) -> None:
    """Count a vote whose terms must stand in the form that records it."""
    held = votes.held(period.local_day(NOW))
    counted = await browser.post(
        "/decisions/count",
        data={
            "matter": Key.RENEWAL.value,
            "community": str(area.community),
            "provider": area.provider.code,
            "price_fen": "3,600,000.50",
            "months": "24",
            "items": "E1-01 4",
            "decided_on": held.decided_on.isoformat(),
            "notice_on": held.notice_on.isoformat(),
            "reported_on": held.reported_on.isoformat(),
        },
        files={"ballots": ("选票.csv", votes.ballots(), "text/csv")},
    )
    assert counted.status_code == 200, counted.text[:2000]
    for kept in ('name="price_fen" value="3600000.50"', 'name="items" value="E1-01 4"'):
        assert kept in counted.text
    assert 'value="None"' not in counted.text


async def draw(browser: Browser, form: str) -> None:
    """Draw up the contract by its form, after terms that were not decided are refused."""
    fields = {
        "subject": "x",
        "price_fen": "3600000.00",
        "level": "3",
        "months": "24",
        "project_manager": WHOLE.project_manager,
        "start_on": START.isoformat(),
    }
    refused = await browser.post(f"/api{form}", json={**fields, "price_fen": 1, "level": 3, "months": 24})
    assert (refused.status_code, refused.json()["code"]) == (422, "renewal-terms-differ")
    subject = (await browser.get(form)).text.split('name="subject"')[1].split('value="')[1].split('"')[0]
    await send(browser, form, {**fields, "subject": subject})


async def sign(browser: Browser, drawn: str) -> None:
    """Sign as the provider by the contract's page, and file it."""
    path = f"/contracts/{drawn}"
    assert f'action="{path}/sign"' in await page(browser, path)
    digest = ok(await browser.get(f"/api{path}"), 200)["digest"]
    await send(browser, f"{path}/sign", {"digest": digest})
    signed = await page(browser, path)
    assert f'action="{path}/file"' in signed
    assert f'action="{path}/handover"' not in signed
    await send(browser, f"{path}/file", {})


async def test_committee_and_provider_renew_by_form_and_the_page_says_until_when(browser: Browser) -> None:
    area = await an_area()
    root, form = f"/communities/{area.community}/service", f"/service-terms/{area.number}/renewal"
    browser.now, browser.actor = NOW, area.committee
    await count(browser, area)
    assert form not in await page(browser, root)
    decision = await decided(area)
    assert "BJ-PM-7" in await page(browser, f"/decisions/{decision.number}")
    shown = await page(browser, root)
    assert f'href="{form}"' in shown
    assert decision.number in await page(browser, form)
    await draw(browser, form)
    view = ok(await browser.get(f"/api{root}"), 200)["terms"][0]["renewal"]
    assert (view["sign_by"], view["start_on"]) == (END.isoformat(), START.isoformat())
    assert not view["may_sign"]
    drawn = view["draft"]
    browser.actor = area.provider.actor
    assert f'href="/contracts/{drawn}"' in await page(browser, root)
    tasks = {task.url: task.rule for task in (await workspace.desk(browser.actor, NOW)).tasks}
    assert tasks[f"/contracts/{drawn}"] == "H01"
    await sign(browser, drawn)
    found = ok(await browser.get(f"/api{root}"), 200)["terms"]
    assert [(each["contract"], each["renewal"]) for each in found] == [(drawn, None), ("", None)]
    browser.actor = Actor.public()
    assert ok(await browser.get(f"/api/contracts/{drawn}"), 200)["renews"] == area.number
