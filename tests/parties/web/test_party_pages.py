"""Pages and JSON of the parties over HTTP: journeys, refusals, and every route by every role."""

import csv
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from litestar import Litestar

from market.kernel.actor import Role
from market.parties import public
from market.parties.domain import uscc
from market.parties.domain.permission import PERMISSIONS
from market.runtime.database import fetch
from market.runtime.web import shell, traffic
from tests import factories_parties as make

pytestmark = pytest.mark.usefixtures("database")

TYPED = {
    row["act"]: row
    for row in csv.DictReader(
        (Path(__file__).parents[2] / "data" / "permissions.csv").read_text(encoding="utf-8").splitlines()
    )
}
OWN_FACTOR = {act.value for act in PERMISSIONS if act.value.startswith("parties:second-factor:")} - {
    "parties:second-factor:reset"
}
REFUSED = ("role-not-permitted", "no-account")
ROLES = [role for role in Role if role is not Role.PLATFORM]


@pytest.fixture
async def app() -> Litestar:
    await make.a_world()
    return shell.application(
        parts=shell.Parts(routes=public.ROUTES, templates=[public.TEMPLATES], locales=[public.LOCALE]),
        options=shell.Options(
            secret="x" * 32, secure=False, limits=traffic.Limits(signed_in=0, visitor=0, sign_in=0)
        ),
        actor_of=public.actor_of,
    )


class Browser(httpx.AsyncClient):
    """A client that brings the form token along."""

    async def send_json(self, path: str, body: object) -> httpx.Response:
        await self.get("/sign-in")
        return await self.post(path, json=body, headers={"x-csrftoken": self.cookies.get("csrftoken") or ""})

    async def send_form(self, path: str, fields: dict[str, str]) -> httpx.Response:
        token = re.findall(r'name="_csrf_token" value="([^"]+)"', (await self.get("/sign-in")).text)[0]
        return await self.post(path, data={**fields, "_csrf_token": token}, headers={"accept": "text/html"})

    async def sign_in(self, login: str) -> httpx.Response:
        """Sign in, with the second factor where it is owed."""
        answer = await self.send_json("/api/sign-in", {"login": login, "password": make.PASSWORD})
        if answer.json().get("owed") in {"code", "enrol"}:
            rows = await fetch("SELECT id FROM parties_account WHERE login = $1", login)
            code = await make.passcode(rows[0]["id"])
            answer = await self.send_json("/api/sign-in/code", {"passcode": code})
        return answer


def browser(app: Litestar) -> Browser:
    return Browser(transport=httpx.ASGITransport(app=cast("Any", app)), base_url="http://localhost")


@pytest.fixture
async def visitor(app: Litestar) -> AsyncIterator[Browser]:
    async with browser(app) as client:
        yield client


async def login_of(account: int) -> str:
    rows = await fetch("SELECT login FROM parties_account WHERE id = $1", account)
    return str(rows[0]["login"])


async def test_an_enterprise_registers_is_admitted_and_signs_in_with_forms_alone(app: Litestar) -> None:
    district = await make.an_officer(Role.DISTRICT)
    assert district.person is not None
    async with browser(app) as client:
        fields = {
            "kind": "enterprise",
            "name": "虚构新物业有限公司",
            "division": make.DISTRICT,
            "code": uscc.synthetic(make.DISTRICT, 777),
            "person_name": "试验员甲",
            "login": "new.person",
            "password": make.PASSWORD,
        }
        answer = await client.send_form("/register", fields)
        assert answer.status_code == 303
        address = answer.headers["location"]
        number = address.rsplit("/", 1)[1]
        answer = await client.send_form("/sign-in", {"login": "new.person", "password": make.PASSWORD})
        assert answer.headers["location"] == "/mandate"
    async with browser(app) as officer:
        await officer.sign_in(await login_of(district.person))
        assert "虚构新物业有限公司" in (await officer.get("/admissions")).text
        assert (await officer.send_form(f"/organisations/{number}/admit", {})).status_code == 303
    async with browser(app) as client:
        answer = await client.send_form(
            "/sign-in", {"login": "new.person", "password": make.PASSWORD, "next": address}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, address)
        me = (await client.get("/api/me")).json()
        assert (me["actor"]["role"], me["actor"]["organisation"]) == ("enterprise", int(number))
        assert "试验员甲" in (await client.get("/organisation")).text
        assert "试验员甲" not in (await client.get(address)).text


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "https://evil.example", "evil"])
async def test_signing_in_leads_nowhere_else(visitor: Browser, path: str) -> None:
    party = await make.an_enterprise()
    answer = await visitor.send_form(
        "/sign-in", {"login": party.login, "password": make.PASSWORD, "next": path}
    )
    assert answer.headers["location"] == "/workspace"


async def test_the_session_is_new_at_sign_in_and_gone_at_sign_out(visitor: Browser) -> None:
    party = await make.an_enterprise()
    visitor.cookies.set("market_session", "a" * 64, domain="localhost")
    answer = await visitor.sign_in(party.login)
    token = answer.cookies.get("market_session")
    assert token not in {None, "a" * 64}
    assert (await visitor.get("/api/me")).json()["account"] == party.actor.person
    await visitor.send_json("/api/sign-out", {})
    assert (await visitor.get("/api/me")).json()["account"] is None
    replayed = await visitor.get("/api/me", headers={"cookie": f"market_session={token}"})
    assert replayed.json()["account"] is None


async def test_a_wrong_password_is_refused_in_both_languages(visitor: Browser) -> None:
    party = await make.an_enterprise()
    answer = await visitor.send_json("/api/sign-in", {"login": party.login, "password": "wrong"})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (401, "sign-in-refused")
    assert problem["detail_zh"] != problem["detail_en"]
    assert "market_session" not in answer.cookies


async def test_a_mandate_is_chosen_and_switched(visitor: Browser) -> None:
    first, second = await make.an_enterprise(), await make.an_enterprise()
    grant = public.Grant(organisation=second.organisation, role=Role.ENTERPRISE, holder=first.login)
    other = await public.grant_mandate(grant=grant, by=second.actor, now=make.NOW)
    await visitor.sign_in(first.login)
    me = (await visitor.get("/api/me")).json()
    assert (me["actor"]["role"], len(me["mandates"])) == ("public", 2)
    page = await visitor.get("/mandate")
    assert first.name in page.text
    assert second.name in page.text
    assert (await visitor.send_form("/mandate", {"mandate": str(other)})).status_code == 303
    assert (await visitor.get("/api/me")).json()["actor"]["organisation"] == second.organisation
    answer = await visitor.send_json("/api/mandate", {"mandate": 99_999})
    assert (answer.status_code, answer.json()["code"]) == (404, "mandate-unknown")


async def test_the_division_browser_leads_from_the_city_to_a_residential_area(visitor: Browser) -> None:
    number = await make.a_community("翠屏里")
    await make.an_enterprise()
    page = await visitor.get("/divisions")
    for code, name in ((make.DISTRICT, "朝阳区"), (make.STREET, "建外街道"), (make.COMMUNITY, "南郎家园")):
        assert f'href="/divisions/{code}"' in page.text
        page = await visitor.get(f"/divisions/{code}")
        assert page.status_code == 200
        assert name in page.text
    assert f'href="/communities/{number}"' in page.text
    assert "翠屏里" in (await visitor.get(f"/communities/{number}?lang=en")).text
    assert (await visitor.get("/divisions/999999")).status_code == 404
    counted = (await visitor.get(f"/api/divisions/{make.DISTRICT}")).json()["line"]
    assert (counted["communities"], counted["enterprises"]) == (1, 1)


async def test_findings_of_a_unit_list_come_back_all_at_once(visitor: Browser) -> None:
    committee = await make.a_committee()
    home = (await public.organisation(committee.organisation)).community
    await visitor.sign_in(committee.login)
    headers = {"x-csrftoken": visitor.cookies.get("csrftoken") or "", "content-type": "text/csv"}
    bad = "building,number,area,owner\n1,1,x,A\n1,2,0,A\n"
    answer = await visitor.post(f"/api/communities/{home}/units", content=bad.encode(), headers=headers)
    assert 400 <= answer.status_code < 500
    assert [finding["field"] for finding in answer.json()["errors"]] == ["rows.2.area", "rows.3.area"]
    good = bad.replace(",x,", ",88.5,").replace(",0,", ",60,")
    answer = await visitor.post(f"/api/communities/{home}/units", content=good.encode(), headers=headers)
    assert answer.status_code == 201


async def test_a_search_is_paged_by_its_own_addresses(visitor: Browser) -> None:
    for _ in range(5):
        await make.an_enterprise()
    seen, address = [], "/api/organisations?q=虚构物业&limit=2"
    while address:
        answer = (await visitor.get(address)).json()
        seen += [line["id"] for line in answer["items"]]
        address = answer["more"]
    assert len(seen) == len(set(seen)) == 5


def test_the_typed_answers_and_the_table_are_the_same() -> None:
    for act, permission in PERMISSIONS.items():
        if act.value in {"parties:account:open", "parties:session:switch"} | OWN_FACTOR:
            continue  # inside other acts, without a route; for the signed-in, whom no role tells apart
        typed = {role for role in ROLES if TYPED[act.value][role.value] == "allow"}
        assert typed == permission.roles - {Role.PLATFORM}, act


@pytest.mark.parametrize("role", ROLES)
async def test_every_route_answers_every_role_as_typed(app: Litestar, role: Role) -> None:
    actor = await make.an_actor(role)
    routes = [row for row in shell.routes(app) if str(row[2].get("act", "")).startswith("parties:")]
    assert len(routes) > 40
    async with browser(app) as client:
        for method, template, opt in routes:
            if actor.person is not None:
                await client.sign_in(await login_of(actor.person))
            else:
                await client.get("/sign-in")
            path = re.sub(r"\{[^}]+\}", "424242", template)
            headers = {"x-csrftoken": client.cookies.get("csrftoken") or "", "accept": "application/json"}
            answer = await client.request(
                method, path, headers=headers, json={} if method == "POST" else None
            )
            refused = any(f'"code":"{code}"' in answer.text for code in REFUSED)
            assert refused is (TYPED[opt["act"]][role.value] == "deny"), (method, template, answer.text)
            assert answer.status_code < 500, (method, template, answer.text)


async def test_a_street_registers_a_residential_area_with_the_form_and_finds_it_by_two_signs(
    visitor: Browser,
) -> None:
    street = await make.an_officer(Role.STREET)
    assert street.person is not None
    await visitor.sign_in(await login_of(street.person))
    assert f'value="{make.STREET}"' in (await visitor.get("/communities/new")).text
    fields = {
        "name": "碧水庄园",
        "division": make.COMMUNITY,
        "households": "320",
        "gfa_centi": "41,250.5",
        "buildings": "8",
    }
    answer = await visitor.send_form("/communities", fields)
    assert answer.status_code == 303, answer.text
    number = int(answer.headers["location"].rsplit("/", 1)[1])
    found = (await visitor.get("/api/communities?q=碧水")).json()
    assert [(line["id"], line["gfa_centi"]) for line in found] == [(number, 4_125_050)]
    page = await visitor.get("/communities?q=bszy", headers={"accept": "text/html"})
    assert f'href="/communities/{number}"' in page.text
    assert "碧水庄园" in (await visitor.get("/communities/export/csv?q=bishui")).text
    assert "碧水庄园" not in (await visitor.get("/communities/export/csv?q=shuibi")).text
    assert "confirm" not in (await visitor.get(f"/communities/{number}")).text
    refused = await visitor.send_form("/communities", {**fields, "name": "别处", "division": "110106001001"})
    assert refused.status_code == 403
