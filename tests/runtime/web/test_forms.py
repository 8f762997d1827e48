"""JSON and forms decode into one struct; every refused field is named with its rule and source."""

from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from market.kernel.errors import FindingsError
from market.runtime.web import forms
from tests.runtime.web.conftest import Offer

Client = TestClient[Litestar]
GOOD: dict[str, Any] = {"name": "示例", "price": 305, "opens_at": "2027-03-01T02:00:00Z"}


def token(client: Client) -> dict[str, str]:
    client.get("/design")
    return {"x-csrftoken": client.cookies["csrftoken"]}


def findings(body: dict[str, Any]) -> set[tuple[str, str, str]]:
    with pytest.raises(FindingsError) as caught:
        forms.convert(body, Offer)
    return {(str(f.field), str(f.context["rule"]), f.source) for f in caught.value.findings}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"name": "x"}, ("name", "min-length", "api")),
        ({"name": "x" * 41}, ("name", "max-length", "api")),
        ({"name": 3}, ("name", "type", "api")),
        ({"price": 0}, ("price", "minimum", "BL 28")),
        ({"price": 10_001}, ("price", "maximum", "BL 28")),
        ({"price": "305"}, ("price", "type", "BL 28")),
        ({"opens_at": "2027-03-01T10:00:00"}, ("opens_at", "timezone", "api")),
        ({"opens_at": "yesterday"}, ("opens_at", "date", "api")),
        ({"role": "king"}, ("role", "choice", "api")),
        ({"tags": ["a", 2]}, ("tags.1", "type", "api")),
        ({"bribe": 1}, ("bribe", "unknown", "api")),
    ],
)
def test_each_bound_names_field_rule_and_source(
    change: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    assert findings(GOOD | change) == {expected}


def test_all_findings_come_at_once() -> None:
    assert {field for field, _, _ in findings({"name": "x", "bribe": 1})} == {
        "name",
        "price",
        "opens_at",
        "bribe",
    }


def test_a_form_says_the_same_as_json(client: Client) -> None:
    written = {"name": "示例", "price": "3.05", "opens_at": "2027-03-01T10:00", "sure": "on", "tags": "a"}
    from_form = client.post("/api/offers", data=written, headers=token(client))
    from_json = client.post("/api/offers", json=GOOD | {"sure": True, "tags": ["a"]}, headers=token(client))
    assert from_form.status_code == 201
    read = from_form.json()
    assert read.pop("opens_at") == "2027-03-01T10:00:00+08:00"
    same = from_json.json()
    assert same.pop("opens_at") == "2027-03-01T02:00:00Z"
    assert read == same


def test_blank_inputs_count_as_absent(client: Client) -> None:
    answer = client.post("/api/offers", data={"name": "", "role": ""}, headers=token(client))
    assert {(e["field"], e["rule"]) for e in answer.json()["errors"]} == {
        ("name", "required"),
        ("price", "required"),
        ("opens_at", "required"),
    }
    assert all(e["detail_zh"] != e["detail_en"] for e in answer.json()["errors"])


def test_dotted_names_nest() -> None:
    items = [("lots.1.area", "2"), ("lots.0.area", "1"), ("tags", "a"), ("tags", "b"), ("_csrf_token", "x")]
    assert forms.nest(items) == {"lots": [{"area": "1"}, {"area": "2"}], "tags": ["a", "b"]}


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "body-unreadable"),
        (b"[]", "application/json", 400, "body-unreadable"),
        (b"\xff\xfe", "application/json", 400, "body-unreadable"),
        (b"[" * 5000, "application/json", 400, "body-unreadable"),
        (b"<a/>", "application/xml", 400, "content-type"),
        (b'"' + b"x" * 30_000 + b'"', "application/json", 413, "body-too-large"),
    ],
)
def test_bodies_that_cannot_be_read(
    client: Client, content: bytes, kind: str, status: int, code: str
) -> None:
    answer = client.post("/api/offers", content=content, headers={**token(client), "content-type": kind})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
