"""Every route × every role: the real HTTP answer is the typed one of ``tests/data/permissions.csv``.

The table was typed from the permission matrix (BPR 6-10, 64; BL 5, 22; BLR 46), not from the code. Addresses
name records that do not exist and bodies are empty, so nothing is changed: who may act is told what is
missing (404, 400, 422 …), who may not is told that (401, 403, or the way to the sign-in page).
"""

import csv
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from market.kernel.actor import Actor, Role
from market.runtime.web import shell
from tests.matrix import lived
from tests.matrix.conftest import Browser

TYPED = {
    row["act"]: row
    for row in csv.DictReader(
        (Path(__file__).parents[1] / "data" / "permissions.csv").read_text(encoding="utf-8").splitlines()
    )
}

NO_ROUTE = {
    "credit:rules:read-draft": "the pages of versions, which ask it draft by draft",
    "bidding:ciphertexts:delete": "the clock",
    "bidding:alert:compare": "a delivery of the outbox",
    "credit:successor:raise": "a delivery of the outbox",
    "credit:manager:open": "a delivery of the outbox",
    "credit:manager:expire": "the clock",
    "bidding:contract:lapse": "the clock",
    "bidding:contract:reschedule": "the clock",
    "bidding:committee:screen": "the clock",
    "bidding:draw:complete": "the clock",
    "bidding:draw:turn": "the clock",
    "bidding:draw:void": "the clock",
    "bidding:evaluation:redo": "the answer to an objection, or the decision on a complaint",
    "bidding:tender:annul": "the decision on a complaint",
    "bidding:objection:lapse": "the clock",
    "bidding:complaint:lapse": "the clock",
    "bidding:remedy:reschedule": "the calendar, when a workday moves",
    "bidding:handover:lapse": "the clock",
    "bidding:handover:miss": "the clock",
    "bidding:handover:reschedule": "the clock",
    "bidding:term:remind": "the clock",
    "bidding:term:end": "the clock",
    "bidding:emergency:lapse": "the clock",
    "bidding:tender:close": "the clock",
    "bidding:tender:freeze": "the clock",
    "bidding:tender:issue": "the clock",
    "bidding:tender:open": "the clock",
    "bidding:prequal:close": "the clock",
    "bidding:prequal:issue": "the clock",
    "bidding:prequal:redo": "the answer to an objection that is upheld",
    "bidding:prices:open": "the clock",
    "bidding:security:enter": "the opening of the bids",
    "bidding:rehearsal:start": "the address of rehearsals, whose route names bidding:rehearsal:answer",
    "bidding:window:extend": "the calendar, when a workday moves",
    "credit:calendar:follow": "the calendar, when a workday moves",
    "credit:list:remind": "the clock",
    "credit:list:expire": "the clock",
    "credit:objection:remind": "the clock",
    "credit:evaluation:recheck-late": "the clock",
    "credit:repair:remind": "the clock",
    "credit:order:lapse": "the clock",
    "credit:inspection:call": "a delivery of the outbox",
    "credit:inspection:follow": "a delivery of the outbox",
    "credit:inspection:remind": "the clock",
    "credit:measure:follow": "a delivery of the outbox",
    "credit:measure:remind": "the clock",
    "credit:project:end": "the act that assigns the project to somebody else",
    "credit:record:expire": "the clock",
    "credit:record:remind": "the clock",
    "credit:instrument:remind": "the clock",
    "credit:assessment:lapse": "the clock",
    "credit:record:automatic": "a delivery of the outbox",
    "parties:second-factor:recover": "giving a recovery code, whose route names parties:second-factor:give",
    "parties:account:close": "nobody yet: no page closes an account",
    "parties:division:import": "the operator's command line",
}
"""Acts of the table that no route has, and who does them instead."""


def routes(browser: Browser) -> list[tuple[str, str, dict[str, Any]]]:
    assert browser.app is not None
    return shell.routes(browser.app)


def refused(answer: httpx.Response) -> bool:
    to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
    return answer.status_code in {401, 403} or to_sign_in


async def denials(browser: Browser, actor: Actor, column: str, accept: str) -> list[str]:
    """Return where the answer to an actor is not the one typed in a column."""
    browser.actor = actor
    wrong = []
    for method, template, opt in routes(browser):
        row = TYPED.get(str(opt.get("act")))
        if row is None or (accept == "text/html" and method != "GET"):
            continue
        path = re.sub(r"\{[^}]+\}", "424242", template)
        body: dict[str, Any] = {} if method == "GET" else {"json": {}}
        answer = await browser.ask(method, path, headers={"accept": accept}, **body)
        assert answer.status_code < 500, (method, template, answer.text)
        if refused(answer) is not (row[column] == "deny"):
            wrong.append(f"{column} {method} {template} {opt['act']}: {answer.status_code}")
    return wrong


async def test_every_route_has_a_typed_answer_and_every_typed_answer_a_route(browser: Browser) -> None:
    acts = {str(opt.get("act")) for _, _, opt in routes(browser)}
    assert sorted(acts - TYPED.keys()) == []
    assert sorted(TYPED.keys() - acts) == sorted(NO_ROUTE)


def test_every_answer_is_typed_for_every_role() -> None:
    columns = [*(role.value for role in lived.ROLES), "unmandated"]
    for act, row in TYPED.items():
        assert {row[column] for column in columns} <= {"allow", "deny"}, act


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
@pytest.mark.parametrize("role", lived.ROLES)
async def test_every_route_answers_every_role_as_typed(
    browser: Browser, world: lived.World, role: Role, accept: str
) -> None:
    assert not await denials(browser, world.people[role], role.value, accept)


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
async def test_who_is_signed_in_under_no_mandate_is_answered_as_typed(
    browser: Browser, world: lived.World, accept: str
) -> None:
    assert not await denials(browser, world.visitor, "unmandated", accept)
