"""The one map from refusals to HTTP: RFC 9457 documents for programs, pages for people.

The texts come from the catalogues, ``error.<code>.title`` and ``error.<code>.detail``; a code without its own
text speaks with that of its nearest parent. Of an unexpected failure only a reference reaches the caller.
"""

import secrets
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import msgspec
import structlog
from litestar.connection import Request
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect, Response

from market.kernel.errors import (
    ConflictError,
    FindingsError,
    InvalidInputError,
    MarketError,
    NotFoundError,
    NotPermittedError,
    RuleError,
    TransitionError,
    UnavailableError,
)
from market.runtime import database
from market.runtime.web import forms, guards, i18n, render

MEDIA_TYPE = "application/problem+json"

STATUS: tuple[tuple[type[MarketError], int], ...] = (
    (NotFoundError, 404),
    (NotPermittedError, 403),
    (TransitionError, 409),
    (ConflictError, 409),
    (RuleError, 422),
    (InvalidInputError, 400),
    (UnavailableError, 503),
)
"""The map; the first class that fits counts."""

HTTP_CODES: Mapping[int, str] = {
    400: "bad-request",
    401: "sign-in-required",
    403: "form-expired",
    404: "page-not-found",
    405: "method-not-allowed",
    413: "body-too-large",
    415: "content-type",
    429: "too-many-requests",
    503: "unavailable",
}
"""Codes of what the framework itself refuses; its only 403 is a missing or stale form token."""

INTERNAL = "internal"

_log = structlog.get_logger("market.web")


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A refusal as callers read it.

    Attributes:
        type: Address of the explanation, ``/docs/errors#<code>``.
        title: What was refused, in the caller's language.
        status: HTTP status.
        detail: By which rule, with which numbers, and what would be accepted.
        code: Stable; it is API.
        detail_zh: The detail in Chinese, whatever the caller speaks.
        detail_en: The detail in English.
        field: The input it speaks of.
        rule: Which bound of the input was broken.
        source: The clause it rests on; ``"api"`` for the interface description.
        context: The values in the texts.
        errors: All findings, when there are several.
        reference: What to quote to the operator; only with status 500.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    detail_zh: str
    detail_en: str
    field: str | None = None
    rule: str | None = None
    source: str | None = None
    context: dict[str, Any] | None = None
    errors: tuple["Problem", ...] = ()
    reference: str | None = None


def status_of(error: MarketError) -> int:
    """Return the status of a refusal."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 400)


def describe(error: MarketError, *, status: int | None = None) -> Problem:
    """Return a refusal as a problem document in the caller's language."""
    chosen = status or status_of(error)
    rule = error.context.get("rule")
    text = {
        part: {locale: _text(error, part, locale=locale) for locale in (*i18n.LOCALES, i18n.PSEUDO)}
        for part in ("title", "detail")
    }
    findings = error.findings if isinstance(error, FindingsError) else ()
    return Problem(
        type=f"/docs/errors#{error.code}",
        title=text["title"][i18n.locale()],
        status=chosen,
        detail=text["detail"][i18n.locale()],
        code=error.code,
        detail_zh=text["detail"][i18n.CHINESE],
        detail_en=text["detail"][i18n.ENGLISH],
        field=error.field,
        rule=str(rule) if rule is not None else None,
        source=error.source or None,
        context=_plain(error.context) or None,
        errors=tuple(describe(finding, status=chosen) for finding in findings),
    )


def handle(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Answer any exception that left a handler."""
    refusal, status, headers = translate(error)
    if refusal is None:
        return _respond(request, _unexpected(request, error), headers)
    if _sign_in_helps(refusal) and not guards.current().signed_in:
        if wants_page(request) and request.method in {"GET", "HEAD"}:
            return _to_sign_in()
        status = 401
    return _respond(request, describe(refusal, status=status), headers)


def _sign_in_helps(refusal: MarketError) -> bool:
    """Say whether a visitor may overcome a refusal by signing in: 401, or the sign-in page."""
    return isinstance(refusal, NotPermittedError) and not isinstance(refusal, guards.UnnamedRouteError)


def translate(error: Exception) -> tuple[MarketError | None, int, dict[str, str]]:
    """Return the refusal an exception means, its status and headers; no refusal for a failure of ours."""
    if isinstance(error, MarketError):
        return error, status_of(error), {}
    if isinstance(error, msgspec.ValidationError):
        return forms.explain(error), 400, {}
    if isinstance(error, ValidationException):
        return _parameters(error), 400, {}
    if isinstance(error, HTTPException) and (error.status_code in HTTP_CODES or error.status_code < 500):  # noqa: PLR2004
        kept = {"allow", "retry-after"}
        headers = {k: v for k, v in (error.headers or {}).items() if k.lower() in kept}
        return FrameworkError(HTTP_CODES.get(error.status_code, "bad-request")), error.status_code, headers
    refusal = database.meaning(error)
    return refusal, status_of(refusal) if refusal is not None else 500, {}


def wants_page(request: Request[Any, Any, Any]) -> bool:
    """Say whether a person's browser asks: it accepts HTML, and the address is no API."""
    if request.scope["path"].startswith(("/api/", "/schema")):
        return False
    accept = request.headers.get("accept", "")
    return "text/html" in accept or "hx-request" in request.headers


class FrameworkError(MarketError):
    """A refusal of the framework under a code of ours; not raised, only described."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.__dict__["code"] = code


def _parameters(error: ValidationException) -> MarketError:
    """Return the framework's complaints about parameters as findings."""
    extra = error.extra if isinstance(error.extra, list) else []
    found: list[MarketError] = []
    for item in extra:
        message, key = (
            (str(item.get("message", "")), str(item.get("key", ""))) if isinstance(item, dict) else ("", "")
        )
        complaint = forms.explain(msgspec.ValidationError(message))
        complaint.field = key or complaint.field
        found.append(complaint)
    return FindingsError(found) if found else FrameworkError("bad-request")


def _unexpected(request: Request[Any, Any, Any], error: Exception) -> Problem:
    """Log a failure of ours by its route template and class, and return what the caller may know.

    The message of an exception can quote a value (a constraint names a key), so only its class and the
    lines of code are kept.
    """
    reference = secrets.token_hex(6)
    _log.error(
        "unexpected",
        reference=reference,
        route=request.scope.get("path_template") or "-",
        method=request.method,
        error=f"{type(error).__module__}.{type(error).__qualname__}",
        at=[*_lines(error)],
    )
    problem = describe(FrameworkError(INTERNAL), status=500)
    return msgspec.structs.replace(problem, reference=reference)


def _lines(error: BaseException) -> Iterator[str]:
    """Yield file:line of each frame, without source lines or values."""
    trace = error.__traceback__
    while trace is not None:
        yield f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
        trace = trace.tb_next


def _to_sign_in() -> Response[Any]:
    """Send a person to sign in, or to finish that, and back afterwards."""
    step = "/sign-in/code" if guards.current().pending is not None else "/sign-in"
    return Redirect(f"{step}?next={quote(guards.current().url, safe='')}", status_code=303)


def _respond(request: Request[Any, Any, Any], problem: Problem, headers: dict[str, str]) -> Response[Any]:
    """Return the document, the page, or the fragment above the form that htmx shows in place."""
    if not wants_page(request):
        return Response(
            msgspec.json.encode(problem), status_code=problem.status, media_type=MEDIA_TYPE, headers=headers
        )
    if request.headers.get("hx-request") and request.method not in {"GET", "HEAD"}:
        shown = {**headers, "HX-Retarget": "#problem", "HX-Reswap": "innerHTML show:#problem:top"}
        return render.page("shell/problem_fragment.html", problem, status=problem.status, headers=shown)
    return render.page("shell/problem.html", problem, status=problem.status, headers=headers)


def _text(error: MarketError, part: str, *, locale: str) -> str:
    """Return title or detail of the nearest class that has one; the detail of a field is that of its rule."""
    values = {
        name: _label(name, value, locale) if isinstance(value, str) else value
        for name, value in error.context.items()
    }
    if error.field is not None:
        values["field"] = _field_name(error.field, locale)
    if isinstance(error, forms.FieldError):
        own = f"error.{error.code}.{part}.{error.context.get('rule', 'type')}"
        if i18n.has(own):
            return i18n.text(own, values, locale=locale)
    codes = [error.code, *(kind.code for kind in type(error).__mro__ if issubclass(kind, MarketError))]
    known = next((code for code in codes if i18n.has(f"error.{code}.{part}")), MarketError.code)
    return i18n.text(f"error.{known}.{part}", values, locale=locale)


def _label(name: str, value: str, locale: str) -> str:
    """Return the words for a coded value; a part that is missing may be called by its field."""
    found = i18n.label(name, value, locale=locale)
    return i18n.label("field", value, locale=locale) if name == "part" and found == value else found


def _field_name(field: str, locale: str) -> str:
    """Return the name people know a field by (label ``field.<last part>``, then of any part), or its path."""
    parts = [part for part in reversed(field.split(".")) if not part.isdecimal()]
    named = ((part, i18n.label("field", part, locale=locale)) for part in parts)
    return next((name for part, name in named if name != part), field)


def _plain(context: Mapping[str, object]) -> dict[str, Any]:
    """Return the context as JSON values."""
    return {key: msgspec.to_builtins(value, enc_hook=str) for key, value in context.items()}
