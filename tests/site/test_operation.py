"""The operator's page: what needs a hand is shown, and the acts are audited and confirmed first."""

import json
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from credit.queries import cases
from credit.tables import RecordRow
from market.kernel.actor import Role
from market.kernel.errors import RuleError
from market.runtime import audit, clock, database, keys, log, outbox, schedule, verify
from tests import factories_credit as credit
from tests import factories_parties as make
from tests.bidding.web.conftest import Browser
from tests.pseudo import foreign_texts

SECRET = "投标报价 12,345,678 元"


class Happened(msgspec.Struct, frozen=True):
    """A fact."""

    name: str


class CannotBeToldError(RuleError):
    """A receiver's refusal, whose words must not reach the page."""

    code = "test-cannot-be-told"


async def cannot(event: Happened, now: datetime) -> None:
    del event, now
    raise CannotBeToldError(SECRET)


STOPPED = outbox.Subscriber("test-subscriber", Happened, cannot)


@pytest_asyncio.fixture(loop_scope="session")
async def operator(browser: Browser) -> AsyncIterator[Browser]:
    """An operator at the page of an installation that is a demonstration."""
    browser.actor = await make.an_actor(Role.OPERATOR)
    clock.use(demonstration=True)
    yield browser
    clock.use(demonstration=False)


async def a_stopped_subscriber() -> int:
    async with database.transaction():
        entry = await audit.record(
            act="test:act", by=await make.an_actor(Role.CITY), subject="x", now=make.NOW
        )
        await outbox.publish(Happened("x"), entry=entry)
    await log.sequence_all()
    await outbox.deliver([STOPPED])
    return int((await outbox.stopped())[0]["outbox_id"])


async def entries(act: str) -> list[dict[str, Any]]:
    rows = await database.fetch(
        "SELECT body, key_id FROM runtime_audit_entry WHERE act = $1 ORDER BY id", act
    )
    return [{**json.loads(row["body"]), "key_id": row["key_id"]} for row in rows]


async def shown(browser: Browser) -> dict[str, Any]:
    answer = await browser.get("/api/operation")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.OPERATOR, Role.PLATFORM}])
async def test_nobody_but_an_operator_sees_the_page(browser: Browser, role: Role) -> None:
    browser.actor = await make.an_actor(role)
    for path in ("/api/operation", "/operation", "/operation/keys", "/operation/clock"):
        answer = await browser.get(path, headers={"accept": "application/json"})
        assert answer.status_code in {401, 403}, path


async def test_a_stopped_subscriber_is_shown_with_code_tries_and_next_try_but_not_its_words(
    operator: Browser,
) -> None:
    await a_stopped_subscriber()
    (one,) = (await shown(operator))["stopped"]
    assert (one["subscriber"], one["reason"], one["failures"]) == (
        "test-subscriber",
        "test-cannot-be-told",
        1,
    )
    assert one["retry_at"] is not None
    page = (await operator.get("/operation")).text
    assert "test-cannot-be-told" in page
    assert SECRET not in page
    assert SECRET not in (await operator.get("/api/operation")).text


async def test_an_event_is_parked_with_a_reason_after_its_consequences_were_named(operator: Browser) -> None:
    number = await a_stopped_subscriber()
    page = (await operator.get("/operation")).text
    address = re.findall(r'href="(/operation/park[^"]+)"', page)[0].replace("&amp;", "&")
    assert 'name="reason"' in (await operator.get(address)).text
    fields = {"subscriber": "test-subscriber", "outbox_id": str(number)}
    short = await operator.post("/api/operation/park", json={**fields, "outbox_id": number, "reason": "x"})
    assert (short.status_code, short.json()["errors"][0]["field"]) == (400, "reason")
    done = await operator.post("/operation/park", data={**fields, "reason": "由区主管部门另行通知"})
    assert (done.status_code, done.headers["location"]) == (303, "/operation")
    found = await shown(operator)
    assert found["stopped"] == []
    assert [(one["outbox_id"], one["reason"]) for one in found["parked"]] == [
        (number, "由区主管部门另行通知")
    ]
    assert len(await entries(outbox.PARK)) == 1
    again = await operator.post(
        "/api/operation/park", json={**fields, "outbox_id": number, "reason": "once more"}
    )
    assert (again.status_code, again.json()["code"]) == (404, "nothing-to-park")


async def test_a_due_act_that_fails_is_shown_with_its_row_and_instant(operator: Browser) -> None:
    async def fail(*, id: int, now: datetime) -> None:  # noqa: A002 - the schedule's word
        del id, now
        raise ZeroDivisionError(SECRET)

    world = await credit.a_world()
    number = await credit.a_served(world, credit.a_draft(world))
    broken = schedule.Due("test:due", RecordRow, fail)
    due_at = (await cases.record(number)).next_due_at
    assert await schedule.run_due(broken, clock.wall_now()) == 0
    (one,) = (await shown(operator))["failing"]
    assert (one["due"], one["row_id"], one["failures"]) == ("test:due", str(number), 1)
    assert one["reason"] == "ZeroDivisionError"
    assert datetime.fromisoformat(one["due_at"]) == due_at
    assert SECRET not in (await operator.get("/operation")).text


async def test_held_entries_do_not_count_in_the_backlog(operator: Browser) -> None:
    await log.sequence_all()
    city = await make.an_actor(Role.CITY)
    before = await shown(operator)
    for number in range(3):
        await audit.record(act="test:held", by=city, subject=f"s{number}", now=make.NOW, held=True)
    after = await shown(operator)
    assert after["log"] == before["log"]
    await audit.record(act="test:act", by=city, subject="open", now=make.NOW)
    assert (await shown(operator))["log"]["backlog"] == before["log"]["backlog"] + 1


async def test_the_signing_key_rotates_once_and_the_entry_names_both_and_verifies(operator: Browser) -> None:
    old = keys.current().key_id
    assert old in (await operator.get("/operation/keys")).text
    first = await operator.post("/api/operation/keys", json={"retire": old})
    assert first.status_code == 200, first.text
    new = first.json()["key_id"]
    assert (first.json()["retired"], new) == (old, keys.current().key_id)
    assert new != old
    (entry,) = await entries("platform:keys:rotate")
    assert entry["subject"] == f"platform-key:{old}:{new}"
    assert entry["key_id"] == old, "the key that retires vouches for its successor"
    twice = await operator.post("/api/operation/keys", json={"retire": old})
    assert (twice.status_code, twice.json()["code"]) == (409, "key-retired")
    listed = [key["key_id"] for key in (await shown(operator))["keys"]]
    assert listed[:2] == [new, old]
    await log.sequence_all()
    report = await verify.verify()
    assert [one for one in report.findings if not one.code.startswith("migration")] == []


async def test_the_legal_clock_goes_forward_by_an_audited_act_after_a_warning(operator: Browser) -> None:
    assert 'name="to"' in (await operator.get("/operation/clock")).text
    operator.now = before = await clock.legal_now()
    target = (before + timedelta(days=2)).replace(microsecond=0)
    back = await operator.post("/operation/clock", data={"to": "2020-01-01T00:00"})
    assert back.status_code == 400
    done = await operator.post("/operation/clock", data={"to": target.isoformat()})
    assert done.status_code == 303, done.text
    assert timedelta(0) <= await clock.legal_now() - target < timedelta(seconds=30)
    assert (await shown(operator))["clocks"]["offset_seconds"] > 86_400
    (entry,) = await entries("platform:clock:advance")
    assert entry["demonstration"] is True


async def test_the_pages_speak_out_of_the_catalogues_alone(operator: Browser) -> None:
    number = await a_stopped_subscriber()
    pages = ("", "/keys", "/clock", f"/park?subscriber=test-subscriber&outbox_id={number}")
    for page in pages:
        mark = "&" if "?" in page else "?"
        answer = await operator.get(f"/operation{page}{mark}lang=x-pseudo")
        assert answer.status_code == 200
        assert foreign_texts(answer.text) == [], page
