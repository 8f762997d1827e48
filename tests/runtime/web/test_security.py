"""Headers, form tokens, session cookies, rate limits, 304 and the access log."""

from datetime import timedelta

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from structlog.testing import capture_logs

from market.runtime.session_tables import SessionRow
from market.runtime.web import session, traffic
from market.runtime.web.session import Policy, Session
from tests.runtime.web.conftest import NOW, TOKEN, an_application

Client = TestClient[Litestar]
POLICY = Policy(absolute=timedelta(hours=12), idle=timedelta(hours=1))


@pytest.mark.parametrize(
    "path", ["/design", "/nowhere", "/static/market.css", "/api/refuse/rule", "/page/broken"]
)
def test_every_answer_carries_the_policies(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/design", "/docs/api", "/docs/errors", "/nowhere"])
def test_pages_have_nothing_inline_and_nothing_from_elsewhere(client: Client, path: str) -> None:
    html = client.get(path, headers={"accept": "text/html"}).text
    assert "style=" not in html
    assert "<style" not in html
    assert " onclick" not in html
    assert "http://" not in html.replace("http://www.w3.org", "")
    assert "https://" not in html
    assert all("src=" in part.split(">")[0] for part in html.split("<script")[1:])


def test_a_post_without_a_token_is_refused(client: Client) -> None:
    answer = client.post("/api/offers", json={})
    assert (answer.status_code, answer.json()["code"]) == (403, "form-expired")
    page = client.post("/offers", data={"a": "b"}, headers={"accept": "text/html"})
    assert page.status_code == 403
    assert page.headers["content-type"].startswith("text/html")


def test_a_form_brings_its_token_back(client: Client) -> None:
    html = client.get("/design").text
    token = html.split('name="_csrf_token" value="')[1].split('"')[0]
    assert len(token) == 128
    assert client.post("/offers", data={"_csrf_token": token, "name": "x"}).status_code == 400


def test_signed_in_pages_are_kept_nowhere(signed_in: Client) -> None:
    assert signed_in.get("/design").headers["cache-control"] == "no-store"
    signed_in.cookies.set("market_session", "b" * 64)
    assert signed_in.get("/design").headers["cache-control"] == "private, no-cache"


def test_a_page_that_did_not_change_is_not_sent_again(client: Client) -> None:
    client.get("/docs/errors")
    first = client.get("/docs/errors")
    again = client.get("/docs/errors", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/docs/errors?lang=en", headers={"if-none-match": first.headers["etag"]})
    assert other.status_code == 200


def test_the_access_log_has_templates_only(client: Client) -> None:
    with capture_logs() as logs:
        client.get("/api/refuse/rule?tender=4711")
        client.get("/tenders/4711")
    assert [entry["route"] for entry in logs] == ["/api/refuse/{kind}", "-"]
    assert "4711" not in repr(logs)
    assert "/refuse/rule" not in repr(logs)


def test_who_asks_too_often_is_told_how_long_to_wait() -> None:
    app = an_application(limits=traffic.Limits(visitor=2, loopback=True))
    with TestClient(app) as client:
        statuses = [client.get("/docs/errors").status_code for _ in range(3)]
        refused = client.get("/docs/errors")
        assert statuses == [200, 200, 429]
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert refused.json()["code"] == "too-many-requests"
        assert client.get("/static/market.css").status_code == 200


def test_a_bucket_fills_again() -> None:
    buckets = traffic.Buckets(size=2)
    assert [buckets.wait("a", 60, at=0.0) for _ in range(60)] == [0] * 60
    assert buckets.wait("a", 60, at=0.0) == 1
    assert buckets.wait("a", 60, at=1.0) == 0
    buckets.wait("b", 60, at=1.0)
    buckets.wait("c", 60, at=1.0)
    assert buckets.wait("a", 60, at=1.0) == 0, "the longest unused was forgotten"


@pytest.mark.usefixtures("database")
async def test_a_session_is_found_by_its_token_only() -> None:
    token = await session.open_for(
        Session(account_id=3, mandate_id=5, strong=True), replacing=None, wall=NOW, policy=POLICY
    )
    found = await session.find(token, NOW, policy=POLICY)
    assert found == Session(account_id=3, mandate_id=5, strong=True)
    stored = await SessionRow.select()
    assert token not in repr(stored)
    assert await session.find(stored[0]["token_hash"], NOW, policy=POLICY) is None
    assert await session.find(TOKEN, NOW, policy=POLICY) is None


@pytest.mark.usefixtures("database")
async def test_log_in_gives_a_new_token_and_ends_the_old() -> None:
    old = await session.open_for(Session(account_id=3), replacing=TOKEN, wall=NOW, policy=POLICY)
    assert old != TOKEN
    new = await session.open_for(Session(account_id=3, strong=True), replacing=old, wall=NOW, policy=POLICY)
    assert await session.find(old, NOW, policy=POLICY) is None
    await session.close(new)
    assert await session.find(new, NOW, policy=POLICY) is None


@pytest.mark.usefixtures("database")
async def test_a_session_ends_by_pause_and_by_age() -> None:
    token = await session.open_for(Session(account_id=3), replacing=None, wall=NOW, policy=POLICY)
    assert await session.find(token, NOW + timedelta(hours=1), policy=POLICY) is None
    for minutes in range(50, 12 * 60, 50):
        assert await session.find(token, NOW + timedelta(minutes=minutes), policy=POLICY)
    assert await session.find(token, NOW + timedelta(hours=12), policy=POLICY) is None


def test_passwords_are_tried_slowly_however_the_address_is_spelled() -> None:
    app = an_application(limits=traffic.Limits(sign_in=1, loopback=True))
    with TestClient(app) as client:
        codes = [
            client.post(path).status_code for path in ("/sign-in", "/sign-in/", "/sign-in//", "/api//sign-in")
        ]
    assert codes[0] != 429
    assert codes[1:] == [429, 429, 429]
