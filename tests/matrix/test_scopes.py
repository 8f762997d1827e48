"""How far a permission reaches, over HTTP and on records that exist: one's own yes, another's no.

For each act somebody of the right role for whom the record is out of reach (another division, another
organisation) is refused with 403; somebody within reach is not. Sources: BPR 6-10 (own area), BL 5, 22.
"""

from typing import Any

import pytest

from bidding.domain.sealed import package
from market.kernel.actor import Actor, Role
from tests import factories_parties as parties
from tests.matrix import lived, samples
from tests.matrix.conftest import Browser

FAR_DISTRICT, FAR_STREET = "110106", "110106001"
NOTHING: dict[str, Any] = {}


async def answers(browser: Browser, actor: Actor, path: str, body: dict[str, Any]) -> tuple[int, str]:
    browser.actor = actor
    answer = await browser.ask("POST", path, json=body)
    return answer.status_code, answer.json().get("code", "")


@pytest.mark.parametrize(
    ("step", "body", "role"),
    [
        ("accept", NOTHING, Role.STREET),
        ("return", {"note": "缺少附件"}, Role.STREET),
        ("file", NOTHING, Role.COMMITTEE),
        ("retender", NOTHING, Role.COMMITTEE),
        ("terminate", {"reason": "需求变化"}, Role.COMMITTEE),
        ("publish", NOTHING, Role.COMMITTEE),
    ],
)
async def test_a_tender_is_moved_by_its_own_people_only(
    browser: Browser, world: lived.World, step: str, body: dict[str, Any], role: Role
) -> None:
    tender = world.tenders["opened"]
    near = tender.officer if role is Role.STREET else tender.tenderer
    far = await parties.an_officer(role, FAR_STREET) if role is Role.STREET else world.people[role]
    path = f"/api/tenders/{tender.number}/{step}"
    assert await answers(browser, far, path, body) == (403, "out-of-scope")
    status, code = await answers(browser, near, path, body)
    assert (status, code) not in {(403, "out-of-scope"), (403, "role-not-permitted")}
    assert 400 <= status < 500


@pytest.mark.parametrize(
    ("step", "body"),
    [("take-up", NOTHING), ("decide", {"reasons": "事实清楚"}), ("reject", {"reasons": "证据不足"})],
)
async def test_a_record_is_decided_within_its_own_division_only(
    browser: Browser, world: lived.World, step: str, body: dict[str, Any]
) -> None:
    path = f"/api/credit/records/{world.numbers['record'][2]}/{step}"
    far = await parties.an_officer(Role.DISTRICT, FAR_DISTRICT)
    status, code = await answers(browser, far, path, body)
    assert (status, code) in {(403, "out-of-scope"), (404, "credit-record-unknown")}
    status, code = await answers(browser, world.credit.district_second, path, body)
    assert status == 409, code


async def test_nobody_decides_on_the_own_submission(browser: Browser, world: lived.World) -> None:
    number = world.numbers["record"][0]
    path = f"/api/credit/records/{number}/take-up"
    status, code = await answers(browser, world.credit.district, path, NOTHING)
    assert 400 <= status < 500
    assert code != "out-of-scope"
    assert code not in {"transition", ""}


async def test_an_enterprise_answers_for_itself_only(browser: Browser, world: lived.World) -> None:
    path = f"/api/credit/records/{world.numbers['record'][1]}/state"
    other = world.tenders["opened"].bidders[0].party.actor
    assert (await answers(browser, other, path, {"text": "陈述"}))[0] in {403, 404}


async def test_the_exit_list_is_decided_by_the_city_only(browser: Browser, world: lived.World) -> None:
    path = f"/api/credit/list/{world.numbers['listing'][1]}/post-notice"
    body = {"facts": "a", "reasons": "a", "legal_basis": "BPR 68", "months": 12}
    refused = await answers(browser, world.credit.district, path, body)
    assert refused == (403, "role-not-permitted")


async def test_a_street_admits_committees_but_no_enterprises(browser: Browser, world: lived.World) -> None:
    body = {"kind": "enterprise", "name": "虚构有限公司", "division": parties.STREET}
    path = "/api/organisations/establish"
    assert (await answers(browser, world.people[Role.STREET], path, body))[0] in {400, 403, 422}


async def test_another_residential_area_is_no_place_to_tender(browser: Browser, world: lived.World) -> None:
    from bidding.web import requests  # noqa: PLC0415 - the body's own struct

    body = {**samples.fitting(requests.NewTender), "community": world.credit.community}
    status, code = await answers(browser, world.tenders["draft"].tenderer, "/api/tenders", body)
    assert (status, code) == (422, "not-your-community")


async def test_a_contract_is_signed_by_its_own_provider_only(browser: Browser, world: lived.World) -> None:
    number = f"{world.tenders['handover'].number}-C1"
    stranger = world.people[Role.ENTERPRISE]
    path, body = f"/api/contracts/{number}/sign", {"digest": "0" * 64}
    assert await answers(browser, stranger, path, body) == (403, "out-of-scope")


async def test_opened_bids_are_read_in_full_by_their_own_supervisor_only(
    browser: Browser, world: lived.World
) -> None:
    tender = world.tenders["opened"]
    assert tender.bidders[0].header is not None
    path = f"/api/tenders/{tender.number}/bids/{tender.bidders[0].header.commitment}/files/{package.OFFER}"
    far = await parties.an_officer(Role.STREET, FAR_STREET)
    rival, stranger = tender.bidders[1].party.actor, world.people[Role.COMMITTEE]
    for reader in (far, rival, stranger):
        browser.actor = reader
        assert (await browser.ask("GET", path)).status_code in {403, 404}
    for reader in (tender.officer, tender.tenderer, tender.bidders[0].party.actor):
        browser.actor = reader
        assert (await browser.ask("GET", path)).status_code == 200
