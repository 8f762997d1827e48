"""Signing in with the second factor, in the browser and as JSON: each step a new session, none skipped."""

import re
from typing import Any

import httpx
import pytest
from litestar import Litestar

from market import app as roof
from market.demonstration.factors import Secrets
from market.kernel.actor import Role
from market.parties import public
from market.parties.domain import second_factor
from market.parties.services import mandates
from market.runtime import clock, keys, settings
from tests import factories_parties as make
from tests.parties.web.test_party_pages import Browser, app, browser, login_of, visitor

__all__ = ["app", "visitor"]

pytestmark = pytest.mark.usefixtures("database")

PASSWORD = {"password": make.PASSWORD}


@pytest.fixture
async def login(app: Litestar) -> str:
    """A street officer's, who has no second factor yet."""
    del app
    person = (await make.an_officer(Role.STREET)).person
    assert person is not None
    return await login_of(person)


def shown(secret: str, ahead: int = 0) -> str:
    return second_factor.code_at(secret, second_factor.step_at(clock.wall_now()) + ahead)


def cookie(answer: httpx.Response) -> str:
    return str(answer.cookies["market_session"])


async def enrolled(client: Browser, login: str) -> tuple[str, list[str]]:
    """Enrol as a program does; return the secret and the recovery codes."""
    await client.send_json("/api/sign-in", {"login": login, **PASSWORD})
    secret = (await client.send_json("/api/second-factor/begin", {})).json()["secret"]
    answer = await client.send_json("/api/second-factor/confirm", {"passcode": shown(secret)})
    assert answer.status_code == 200, answer.text
    return secret, answer.json()["recovery_codes"]


async def test_who_must_have_one_enrols_with_forms_alone(visitor: Browser, login: str) -> None:
    answer = await visitor.send_form("/sign-in", {"login": login, **PASSWORD, "next": "/divisions"})
    assert answer.headers["location"] == "/sign-in/code?next=%2Fdivisions"
    first = cookie(answer)
    answer = await visitor.get(answer.headers["location"])
    assert answer.headers["location"] == "/second-factor?next=%2Fdivisions"
    page = await visitor.get(answer.headers["location"])
    assert "必须启用两步验证" in page.text
    assert page.headers["cache-control"] == "no-store"
    page = await visitor.send_form("/second-factor", {"next": "/divisions"})
    assert "<svg" in page.text.split("factor-picture")[1]
    secret = "".join(re.findall(r"<code>(\w{4})</code>", page.text))
    assert len(secret) == 32
    page = await visitor.send_form(
        "/second-factor/confirm", {"passcode": shown(secret), "next": "/divisions"}
    )
    assert page.status_code == 200, page.text
    codes = re.findall(r"<code>(\w{4}-\w{4}-\w{4})</code>", page.text)
    assert len(codes) == 10
    assert page.headers["cache-control"] == "no-store"
    assert 'href="/divisions"' in page.text
    assert cookie(page) != first
    me = (await visitor.get("/api/me")).json()
    assert (me["actor"]["role"], me["strong"], me["owed"]) == ("street", True, "nothing")
    assert (await visitor.get("/second-factor/confirm")).headers["location"] == "/second-factor"
    page = await visitor.get("/second-factor")
    assert not any(hidden in page.text for hidden in (secret, codes[0]))


async def test_a_recovery_code_signs_in_with_forms_alone(app: Litestar, visitor: Browser, login: str) -> None:
    _, codes = await enrolled(visitor, login)
    async with browser(app) as again:
        answer = await again.send_form("/sign-in", {"login": login, **PASSWORD, "next": "/divisions"})
        page = await again.get(answer.headers["location"])
        assert 'name="passcode"' in page.text
        answer = await again.send_form("/sign-in/code", {"passcode": codes[0], "next": "/divisions"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/divisions")
        assert (await again.get("/api/second-factor")).json()["remaining"] == 9


async def test_programs_do_the_same_in_json(app: Litestar, visitor: Browser, login: str) -> None:
    answer = await visitor.send_json("/api/sign-in", {"login": login, **PASSWORD})
    assert answer.json()["owed"] == "enrol"
    secret, _ = await enrolled(visitor, login)
    async with browser(app) as again:
        answer = await again.send_json("/api/sign-in", {"login": login, **PASSWORD})
        assert (answer.json()["owed"], answer.json()["account"]) == ("code", None)
        refused = await again.send_json("/api/sign-in/code", {"passcode": shown(secret, -1)})
        assert (refused.status_code, refused.json()["code"]) == (401, "second-factor-refused")
        answer = await again.send_json("/api/sign-in/code", {"passcode": shown(secret, 1)})
        assert (answer.json()["strong"], answer.json()["actor"]["role"]) == (True, "street")
        once_more = await again.send_json("/api/sign-in/code", {"passcode": shown(secret, 1)})
        assert (once_more.status_code, once_more.json()["code"]) == (409, "second-factor-not-asked")


async def test_half_signed_in_is_nobody_but_for_the_next_step(visitor: Browser, login: str) -> None:
    await visitor.send_json("/api/sign-in", {"login": login, **PASSWORD})
    me = (await visitor.get("/api/me")).json()
    assert (me["account"], me["actor"]["role"], me["mandates"], me["owed"]) == (None, "public", [], "enrol")
    page = await visitor.get("/admissions", headers={"accept": "text/html"})
    assert page.headers["location"] == "/sign-in/code?next=%2Fadmissions"
    mandate = {"mandate": 1}
    for path, body in (
        ("/api/mandate", mandate),
        ("/api/password", {"present": make.PASSWORD, "fresh": "quite another phrase"}),
        ("/api/communities", {}),
        ("/api/second-factor/reset", {"login": login, "reason": "lost it"}),
    ):
        answer = await visitor.send_json(path, body)
        assert answer.status_code == 401, (path, answer.text)
    await visitor.send_json("/api/sign-out", {})
    assert (await visitor.send_json("/api/second-factor/begin", {})).status_code == 401


async def test_half_signed_in_cannot_replace_or_remove_a_factor_in_force(
    app: Litestar, visitor: Browser, login: str
) -> None:
    await enrolled(visitor, login)
    async with browser(app) as thief:
        await thief.send_json("/api/sign-in", {"login": login, **PASSWORD})
        for verb in ("begin", "remove", "recovery-codes"):
            answer = await thief.send_json(f"/api/second-factor/{verb}", {"present": make.PASSWORD})
            assert answer.json()["code"] == "second-factor-needed", verb
        answer = await thief.send_json("/api/second-factor/confirm", {"passcode": "123456"})
        assert answer.json()["code"] == "second-factor-not-begun"
        page = await thief.get("/second-factor")
        assert page.headers["location"] == "/sign-in/code"


async def test_the_session_is_new_at_every_step_and_the_old_ones_are_dead(
    app: Litestar, visitor: Browser, login: str
) -> None:
    planted = "a" * 64
    visitor.cookies.set("market_session", planted, domain="localhost")
    half = cookie(await visitor.send_json("/api/sign-in", {"login": login, **PASSWORD}))
    secret = (await visitor.send_json("/api/second-factor/begin", {})).json()["secret"]
    answer = await visitor.send_json("/api/second-factor/confirm", {"passcode": shown(secret)})
    whole = cookie(answer)
    assert len({planted, half, whole}) == 3
    async with browser(app) as thief:
        for token in (planted, half):
            got = await thief.get("/api/me", headers={"cookie": f"market_session={token}"})
            assert (got.json()["account"], got.json()["owed"]) == (None, "nothing")
        got = await thief.get("/api/me", headers={"cookie": f"market_session={whole}"})
        assert got.json()["strong"]


async def test_a_mandate_given_later_asks_for_it_before_it_is_used(visitor: Browser) -> None:
    party, city = await make.an_enterprise(), await make.an_officer(Role.CITY)
    await visitor.sign_in(party.login)
    assert city.organisation is not None
    grant = public.Grant(organisation=city.organisation, role=Role.CITY, holder=party.login)
    mandate = await public.grant_mandate(grant=grant, by=city, now=make.NOW)
    answer = await visitor.send_json("/api/mandate", {"mandate": mandate})
    assert (answer.status_code, answer.json()["code"]) == (403, "second-factor-needed")
    secret = (await visitor.send_json("/api/second-factor/begin", {})).json()["secret"]
    await visitor.send_json("/api/second-factor/confirm", {"passcode": shown(secret)})
    me = (await visitor.get("/api/me")).json()
    assert (me["actor"]["role"], me["strong"]) == ("enterprise", True)
    answer = await visitor.send_json("/api/mandate", {"mandate": mandate})
    assert (answer.json()["actor"]["role"], answer.json()["strong"]) == ("city", True)


async def test_where_the_wanted_mandate_ended_nothing_is_put_in_force_and_no_codes_are_drawn(
    visitor: Browser,
) -> None:
    street, city = await make.an_officer(Role.STREET), await make.an_officer(Role.CITY)
    account, wanted = street.person or 0, {"mandate": street.mandate}
    login = await login_of(account)
    await visitor.send_json("/api/sign-in", {"login": login, **PASSWORD, **wanted})
    secret = (await visitor.send_json("/api/second-factor/begin", {})).json()["secret"]
    await mandates.revoke_below(mandate_id=street.mandate or 0, by=city, now=make.NOW)
    answer = await visitor.send_json("/api/second-factor/confirm", {"passcode": shown(secret)})
    assert answer.json()["code"] == "mandate-unknown"
    assert (await visitor.get("/api/second-factor")).json()["since"] is None


async def test_a_recovery_code_is_not_spent_where_the_wanted_mandate_ended(
    app: Litestar, visitor: Browser
) -> None:
    street, city = await make.an_officer(Role.STREET), await make.an_officer(Role.CITY)
    login = await login_of(street.person or 0)
    _, codes = await enrolled(visitor, login)
    async with browser(app) as again:
        await again.send_json("/api/sign-in", {"login": login, **PASSWORD, "mandate": street.mandate})
        await mandates.revoke_below(mandate_id=street.mandate or 0, by=city, now=make.NOW)
        answer = await again.send_json("/api/sign-in/code", {"passcode": codes[0]})
        assert answer.json()["code"] == "mandate-unknown"
        assert (await again.get("/api/second-factor")).json()["remaining"] == 10


async def test_who_need_not_have_one_signs_in_without_and_may_take_and_leave_it(visitor: Browser) -> None:
    party = await make.an_enterprise()
    answer = await visitor.send_json("/api/sign-in", {"login": party.login, **PASSWORD})
    assert (answer.json()["owed"], answer.json()["strong"]) == ("nothing", False)
    secret = (await visitor.send_json("/api/second-factor/begin", {})).json()["secret"]
    await visitor.send_json("/api/second-factor/confirm", {"passcode": shown(secret)})
    answer = await visitor.send_json("/api/sign-in", {"login": party.login, **PASSWORD})
    assert answer.json()["owed"] == "code"
    await visitor.send_json("/api/sign-in/code", {"passcode": shown(secret, 1)})
    assert "停用两步验证" in (await visitor.get("/second-factor")).text
    answer = await visitor.send_json("/api/second-factor/remove", {"present": make.PASSWORD})
    assert answer.status_code == 200
    assert (await visitor.get("/api/me")).json()["strong"] is False


async def test_a_chair_enrols_before_registering_a_keyholders_key(visitor: Browser) -> None:
    committee = await make.a_committee()
    await visitor.sign_in(committee.login)
    answer = await visitor.send_json("/api/keys/keyholder", {})
    assert (answer.status_code, answer.json()["code"]) == (403, "second-factor-needed")
    secret = (await visitor.send_json("/api/second-factor/begin", {})).json()["secret"]
    await visitor.send_json("/api/second-factor/confirm", {"passcode": shown(secret)})
    assert (await visitor.send_json("/api/keys/keyholder", {})).status_code == 400


async def test_a_lost_factor_is_reset_from_above_with_the_form(app: Litestar, login: str) -> None:
    district = await make.an_officer(Role.DISTRICT)
    assert district.person is not None
    async with browser(app) as lost, browser(app) as above:
        await enrolled(lost, login)
        await above.sign_in(await login_of(district.person))
        assert 'name="reason"' in (await above.get("/second-factor/reset")).text
        fields = {"login": login, "reason": "手机遗失，已当面核对证件"}
        answer = await above.send_form("/second-factor/reset", fields)
        assert answer.status_code == 303
        assert login in (await above.get(answer.headers["location"])).text
        assert (await lost.get("/api/me")).json()["account"] is None
        answer = await lost.send_json("/api/sign-in", {"login": login, **PASSWORD})
        assert answer.json()["owed"] == "enrol"


@pytest.mark.parametrize("demonstration", ["0", "1"])
async def test_the_present_code_is_shown_in_a_demonstration_only(
    visitor: Browser, login: str, tmp_path: Any, demonstration: str
) -> None:
    secret, _ = await enrolled(visitor, login)
    given = settings.load({"MARKET_DATA": str(tmp_path), "MARKET_DEMO": demonstration})
    Secrets(given.demo.keys).keep(login, secret)
    ring = keys.current()
    roof.compose(given)
    keys.use(ring)
    await visitor.send_form("/sign-in", {"login": login, **PASSWORD})
    page = (await visitor.get("/sign-in/code")).text
    possible = {shown(secret, ahead) for ahead in (0, 1)}
    assert any(code in page for code in possible) is (demonstration == "1")
    assert ("演示环境，当前验证码" in page) is (demonstration == "1")


async def test_secrets_of_the_demonstration_are_read_by_their_owner_only(tmp_path: Any) -> None:
    kept = Secrets(tmp_path / "keys")
    kept.keep("street", "JBSWY3DP")
    assert kept.of("street") == "JBSWY3DP"
    assert kept.of("city") is None
    assert (tmp_path / "keys" / "street.second-factor").stat().st_mode & 0o777 == 0o600
