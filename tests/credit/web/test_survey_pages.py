"""The survey over HTTP: street and household, pages in the catalogues' words, JSON, what stays unseen."""

from datetime import timedelta

import pytest

from credit.domain.survey.questionnaire import QUESTIONS
from credit.services import evaluations
from market.kernel.actor import Actor
from tests import factories_credit as credit
from tests import pseudo
from tests.credit.survey.test_surveys import the_list
from tests.credit.web.conftest import Browser

pytestmark = pytest.mark.usefixtures("database")
MARKS = {f"answer.{name}": "4" for name in QUESTIONS} | {"answer.lifts": "2"}


async def in_words(browser: Browser, path: str, by: object = None) -> str:
    page = await browser.get(f"{path}{'&' if '?' in path else '?'}lang=x-pseudo", by)  # type: ignore[arg-type]
    assert page.status_code == 200, (path, page.text[-3000:])
    assert pseudo.foreign_texts(page.text) == [], path
    return str(page.text)


async def begun(browser: Browser, world: credit.World) -> str:
    """Draw a survey through the evaluation's page; return the survey's address."""
    opening = evaluations.Opening(
        enterprise=world.enterprise.organisation, community=world.community, cycle="2026H1"
    )
    number = await evaluations.open_evaluation(opening=opening, by=world.street, now=credit.NOW)
    page = f"/credit/evaluations/{number}"
    await in_words(browser, page, world.street)
    files = {"file": ("households.csv", the_list(), "text/csv")}
    made = await browser.fill(f"{page}/survey", world.street, {}, files=files)
    assert made.status_code == 303, made.text
    return str(made.headers["location"])


async def answered(browser: Browser, token: str) -> None:
    """Fill a household's form, first too quickly."""
    form = await browser.get(f"/survey?token={token}")
    hidden = {
        name: form.text.split(f'name="{name}" value="')[1].split('"')[0] for name in ("started", "stamp")
    }
    filled = {"token": token, **hidden, **MARKS}
    early = await browser.fill("/survey", Actor.public(), filled)
    assert early.status_code == 422
    browser.now += timedelta(seconds=45)
    done = await browser.fill("/survey", Actor.public(), filled)
    assert done.headers["location"] == "/survey/thanks", done.text
    assert (await browser.get(f"/survey?token={token}")).status_code == 409


async def test_a_survey_is_drawn_printed_answered_and_closed_through_forms(browser: Browser) -> None:
    world = await credit.a_world()
    here = await begun(browser, world)
    for path in (here, "/credit/surveys", f"{here}/letters"):
        await in_words(browser, path, world.street)
    letters = (await browser.get(f"{here}/letters", world.street)).text
    assert letters.count('class="letter"') == 40
    for path in ("/survey", "/survey/thanks"):
        await in_words(browser, path)
    await answered(browser, letters.split('class="token" translate="no">')[1].split("<")[0])
    running = (await browser.read(f"/api{here}", world.district)).json()
    assert (running["came"], running["means"], running["score_centi"], running["asked"]) == (1, [], None, [])
    assert (await browser.read(f"/api{here}", world.enterprise.actor)).status_code == 403
    assert (await browser.get(f"{here}/letters", world.district)).status_code == 403
    browser.now += timedelta(days=31)
    closed = await browser.fill(f"{here}/close", world.street, {})
    assert closed.status_code == 303, closed.text
    await in_words(browser, here, world.street)
    shown = (await browser.read(f"/api{here}", world.district)).json()
    assert (shown["score_centi"], shown["doubtful"]) == (7_167, True)


async def test_the_json_form_takes_the_token_in_the_body(browser: Browser) -> None:
    await credit.a_world()
    answer = await browser.send("/api/credit/survey-forms", Actor.public(), {"token": "AAAA-BBBB"})
    assert answer.status_code == 404
    assert answer.json()["code"] == "credit-survey-token"
