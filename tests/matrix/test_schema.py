"""The application against its own OpenAPI document, as several roles: whatever is asked, no failure of ours.

Schemathesis makes the requests from the document, valid and invalid ones, with a fixed seed. They are sent in
this process; the answers must be of a documented kind: JSON where JSON is said, a problem document for a no.
"""

import contextlib
from typing import Any, cast
from urllib.parse import quote

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from market.kernel.actor import Role
from tests.matrix import lived
from tests.matrix.conftest import Browser

ROLES = (Role.PUBLIC, Role.COMMITTEE, Role.ENTERPRISE, Role.DISTRICT, Role.CITY)
EXAMPLES = 3
"""Requests for each operation, mode and role."""

LEFT_OUT = {
    "/api/sign-out": "changes who asks",
    "/api/clock": "changes what time it is for everybody after it",
    "/schema/{path}": "the framework answers itself",
}

MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


def made(operation: Any, mode: GenerationMode) -> list[Any]:
    """Return requests for an operation, the same ones in every run."""
    found: list[Any] = []

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def keep(case: Any) -> None:
        found.append(case)

    with contextlib.suppress(Unsatisfiable):  # what takes no input cannot be asked wrongly
        keep()
    return found


async def cases(browser: Browser) -> list[Any]:
    """Return every operation's requests; each role sends all of them."""
    answer = await browser.ask("GET", "/schema/openapi.json")
    schema = schemathesis.openapi.from_dict(answer.json())
    operations: list[Any] = [cast("Any", result).ok() for result in schema.get_all_operations()]
    return [
        case
        for operation in operations
        if operation.path not in LEFT_OUT
        for mode in MODES
        for case in made(operation, mode)
    ]


async def sent(browser: Browser, case: Any) -> httpx.Response | None:
    """Send a request as schemathesis made it; ``None`` where HTTP itself cannot carry it."""
    path = case.path
    for name, value in (case.path_parameters or {}).items():
        path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
    body = case.body
    given_: dict[str, Any] = {}
    if not isinstance(body, schemathesis.core.NotSet):
        if (case.media_type or "").endswith("json"):
            given_["json"] = body
        else:
            given_["data"] = body if isinstance(body, dict) else {"value": str(body)}
    try:
        return await browser.ask(case.method, path, params=case.query or None, **given_)
    except (httpx.InvalidURL, UnicodeError, TypeError, ValueError):
        return None


def wrong(answer: httpx.Response) -> str:
    """Return what is wrong with an answer."""
    kind = answer.headers.get("content-type", "")
    if answer.status_code >= 500:
        return f"{answer.status_code} {answer.text[:200]}"
    if answer.status_code >= 400 and not kind.startswith("application/problem+json"):
        return f"{answer.status_code} as {kind}"
    if answer.status_code >= 400 and not {"code", "title", "detail_zh", "detail_en"} <= answer.json().keys():
        return f"{answer.status_code} without its reasons: {answer.text[:200]}"
    return ""


@pytest.mark.long
async def test_no_request_makes_the_application_fail(browser: Browser, world: lived.World) -> None:
    """One test for all roles: making the requests takes longer than sending them."""
    requests = await cases(browser)
    found = []
    for role in ROLES:
        browser.actor, asked = world.people[role], 0
        for case in requests:
            answer = await sent(browser, case)
            asked += answer is not None
            if answer is not None and (said := wrong(answer)):
                found.append(f"{role}: {case.method} {answer.request.url} {str(case.body)[:99]}: {said}")
        assert asked > 300
    assert not found, "\n".join(found)
