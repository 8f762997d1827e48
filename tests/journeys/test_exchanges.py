"""The page of examples: what is kept, what is shortened, what is never shown."""

from market.demonstration.exchanges import Heard, shortened, template
from market.demonstration.visitor import Exchange


def an_exchange(path: str, *, status: int = 200, answer: object = None) -> Exchange:
    body = {"login": "street", "password": "only for the demonstration"}
    return Exchange(login="street", method="POST", path=path, body=body, status=status, answer=answer)


def test_addresses_name_what_differs() -> None:
    assert template("/api/tenders/T2027110105O0008/lots/1/marks") == "/api/tenders/{number}/lots/{id}/marks"
    assert template("/api/contracts/T2027110105O0008-C1/sign") == "/api/contracts/{number}/sign"
    assert template("/api/credit/enterprises/91110105MA1446035C") == "/api/credit/enterprises/{number}"
    assert template("/api/credit/records/7/decide") == "/api/credit/records/{id}/decide"
    assert template(f"/api/uploads/{'ab' * 16}") == "/api/uploads/{key}"


def test_the_first_of_a_kind_is_kept_and_a_refusal_is_another_kind() -> None:
    heard = Heard()
    heard.listen(an_exchange("/api/credit/records/7/decide", status=422, answer={"code": "first"}))
    heard.listen(an_exchange("/api/credit/records/8/decide", status=422, answer={"code": "second"}))
    heard.listen(an_exchange("/api/credit/records/9/decide", answer={"done": True}))
    page = heard.page()
    assert page.count("## POST /api/credit/records/{id}/decide") == 2
    assert "first" in page
    assert "second" not in page


def test_no_password_is_shown() -> None:
    heard = Heard()
    heard.listen(an_exchange("/api/sign-in"))
    assert "only for the demonstration" not in heard.page()


def test_long_values_are_cut() -> None:
    assert shortened("ab" * 32) == "abababababab…"
    assert shortened([1, 2, 3, 4]) == [1, 2, "…"]
    assert shortened({"a": {"b": {"c": {"d": {"e": 1}}}}}) == {"a": {"b": {"c": {"d": {"…": "…"}}}}}
