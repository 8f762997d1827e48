"""Every refusal reaches programs as RFC 9457 and people as a page, in their language, without a leak."""

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from structlog.testing import capture_logs

from tests.runtime.web.conftest import TOKEN

Client = TestClient[Litestar]
PAGE = {"accept": "text/html"}


@pytest.mark.parametrize(
    ("kind", "status"),
    [("not-found", 404), ("rule", 422), ("transition", 409), ("conflict", 409), ("unavailable", 503)],
)
def test_the_map_gives_each_refusal_its_status(client: Client, kind: str, status: int) -> None:
    answer = client.get(f"/api/refuse/{kind}")
    body = answer.json()
    assert answer.status_code == body["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["code"] == kind
    assert body["type"] == f"/docs/errors#{kind}"
    assert body["detail"] == body["detail_zh"] != body["detail_en"]


def test_the_callers_language_is_spoken(client: Client) -> None:
    english = client.get("/api/refuse/rule", headers={"accept-language": "fr, en-GB;q=0.8, zh;q=0.5"}).json()
    assert english["detail"] == english["detail_en"]
    asked = client.get("/api/refuse/rule?lang=zh", headers={"accept-language": "en"}).json()
    assert asked["detail"] == asked["detail_zh"]
    kept = client.get("/api/refuse/rule", headers={"accept-language": "en"}).json()
    assert kept["detail"] == kept["detail_zh"], "the cookie set by ?lang= lasts"


def test_people_get_a_page_and_programs_a_document(client: Client) -> None:
    page = client.get("/page/refuse/conflict", headers=PAGE)
    assert page.status_code == 409
    assert page.headers["content-type"].startswith("text/html")
    assert 'role="alert"' in page.text
    assert client.get("/page/refuse/conflict").headers["content-type"] == "application/problem+json"


def test_htmx_gets_the_summary_in_place(client: Client) -> None:
    token = client.get("/design").cookies["csrftoken"]
    answer = client.post(
        "/offers", data={"name": "x"}, headers={"hx-request": "true", "x-csrftoken": token, **PAGE}
    )
    assert answer.status_code == 400
    assert answer.headers["hx-retarget"] == "#problem"
    assert "<html" not in answer.text
    assert 'data-field="price"' in answer.text


def test_a_failure_of_ours_leaks_nothing(client: Client) -> None:
    with capture_logs() as logs:
        page, document = client.get("/page/broken", headers=PAGE), client.get("/page/broken")
    assert page.status_code == document.status_code == 500
    assert "424242" not in page.text + document.text + repr(logs)
    assert document.json()["reference"] in repr(logs)
    assert "KeyError" not in page.text + document.text


def test_unknown_addresses_and_methods(client: Client) -> None:
    assert client.get("/nowhere").json()["code"] == "page-not-found"
    assert client.get("/nowhere", headers=PAGE).status_code == 404
    wrong = client.delete("/design")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method-not-allowed")
    assert "GET" in wrong.headers["allow"]


def test_a_parameter_of_the_wrong_type_names_its_field(client: Client) -> None:
    body = client.get("/api/number?size=x").json()
    assert body["status"] == 400
    assert body["errors"][0]["field"] == "size"
    assert body["errors"][0]["rule"] == "type"
    assert body["errors"][0]["source"] == "api"


def test_a_route_without_a_permission_is_closed_to_everybody(client: Client) -> None:
    refused = client.get("/page/unnamed")
    assert (refused.status_code, refused.json()["code"]) == (403, "route-without-permission")
    client.cookies.set("market_session", TOKEN)
    assert client.get("/page/unnamed").status_code == 403


def test_visitors_are_sent_to_sign_in_and_back(client: Client) -> None:
    page = client.get("/page/committee?x=1", headers=PAGE, follow_redirects=False)
    assert page.status_code == 303
    assert page.headers["location"] == "/sign-in?next=%2Fpage%2Fcommittee%3Fx%3D1"
    assert client.get("/page/committee").status_code == 401
    assert client.get("/api/district", headers=PAGE).status_code == 401


def test_the_wrong_role_is_refused(signed_in: Client) -> None:
    seen = signed_in.get("/page/committee", headers=PAGE)
    assert (seen.status_code, seen.headers["x-actor"]) == (200, "committee:7")
    refused = signed_in.get("/api/district")
    assert (refused.status_code, refused.json()["code"]) == (403, "role-not-permitted")
