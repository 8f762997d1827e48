"""Every route × every role that must be strong: refused without the second factor, and told where to go.

Which routes lead to the second factor, or out, is typed here, not read from the code.
"""

import re
from typing import Any

import httpx
import pytest

from market.kernel.actor import Role
from market.runtime.web import shell
from tests.matrix import lived
from tests.matrix.conftest import Browser
from tests.matrix.test_permissions import TYPED

MUST = (Role.CITY, Role.DISTRICT, Role.STREET, Role.COMMUNITY, Role.WITNESS, Role.OPERATOR)
THRESHOLD = {
    "parties:session:open",
    "parties:session:close",
    "parties:session:switch",
    "parties:second-factor:read",
    "parties:second-factor:give",
    "parties:second-factor:begin",
    "parties:second-factor:confirm",
    "parties:second-factor:remove",
    "parties:second-factor:renew-codes",
    "parties:mail-address:confirm",
    "parties:mail-address:stop",
}
KEYHOLDING_AND_RESETS = {
    "parties:second-factor:reset",
    "parties:keyholder-key:register",
    "parties:keyholder-key:revoke",
    "bidding:rehearsal:answer",
    "bidding:release",
}


async def asked(browser: Browser, method: str, template: str, accept: str) -> httpx.Response:
    path = re.sub(r"\{[^}]+\}", "424242", template)
    body: dict[str, Any] = {} if method == "GET" else {"json": {}}
    return await browser.ask(method, path, headers={"accept": accept}, **body)


def routes(browser: Browser) -> list[tuple[str, str, str]]:
    assert browser.app is not None
    named = [(method, template, str(opt.get("act"))) for method, template, opt in shell.routes(browser.app)]
    return [row for row in named if row[2] in TYPED and not row[1].startswith("/static/")]


def needed(answer: httpx.Response) -> bool:
    return answer.status_code == 403 and answer.json()["code"] == "second-factor-needed"


@pytest.mark.parametrize("role", MUST)
async def test_without_the_second_factor_every_route_is_refused(
    browser: Browser, world: lived.World, role: Role
) -> None:
    browser.actor, browser.strong = world.people[role], False
    wrong, refusals = [], 0
    try:
        for method, template, act in routes(browser):
            answer = await asked(browser, method, template, "application/json")
            wanted = act not in THRESHOLD and TYPED[act][role.value] == "allow"
            refusals += wanted
            if needed(answer) is not wanted:
                wrong.append(f"{method} {template} {act}: {answer.status_code}")
    finally:
        browser.strong = True
    assert wrong == []
    assert refusals > 50


@pytest.mark.parametrize("role", [role for role in lived.ROLES if role not in {*MUST, Role.PUBLIC}])
async def test_others_need_it_for_keyholding_and_resets_and_for_nothing_else(
    browser: Browser, world: lived.World, role: Role
) -> None:
    browser.actor, browser.strong = world.people[role], False
    wrong = []
    try:
        for method, template, act in routes(browser):
            answer = await asked(browser, method, template, "application/json")
            wanted = act in KEYHOLDING_AND_RESETS and TYPED[act][role.value] == "allow"
            if needed(answer) is not wanted:
                wrong.append(f"{method} {template} {act}: {answer.status_code}")
    finally:
        browser.strong = True
    assert wrong == []


async def test_the_page_of_the_refusal_leads_to_the_second_factor(
    browser: Browser, world: lived.World
) -> None:
    browser.actor, browser.strong = world.people[Role.STREET], False
    try:
        page = await asked(browser, "GET", "/workspace", "text/html")
        assert page.status_code == 403
        assert 'href="/second-factor"' in page.text
        assert "两步验证" in page.text
        assert (await asked(browser, "GET", "/second-factor", "text/html")).status_code == 200
        answer = await asked(browser, "GET", "/api/me", "application/json")
        assert answer.json()["context"]["where"] == "/second-factor"
    finally:
        browser.strong = True
