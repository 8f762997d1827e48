"""The interface described for people: operations and refusals, rendered here, no foreign scripts."""

from typing import Any, cast

import msgspec
from litestar import Litestar, get
from litestar.connection import Request
from litestar.response import Response

from market.kernel.actor import PUBLIC_READ
from market.kernel.errors import MarketError
from market.runtime.web import i18n, problems, render
from market.runtime.web.pages import schema

_GROUPS = "reference-groups"
_METHODS = ("get", "post", "put", "patch", "delete")


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One operation of the interface."""

    method: str
    path: str
    anchor: str
    summary: str
    description: str
    parameters: tuple[tuple[str, str, bool], ...]
    body: tuple[tuple[str, str, bool], ...]
    answers: tuple[str, ...]


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The operations below one first part of the path."""

    name: str
    operations: tuple[Operation, ...]


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """One refusal: its code, its status, its title, the clause it rests on and the rules it may name."""

    code: str
    status: int
    title: str
    source: str
    rules: tuple[str, ...] = ()


class Operations(msgspec.Struct, frozen=True, kw_only=True):
    """The page of all operations."""

    groups: tuple[Group, ...]


class Refusals(msgspec.Struct, frozen=True, kw_only=True):
    """The page of all refusals."""

    refusals: tuple[Refusal, ...]


@get("/docs/api", opt={"permission": PUBLIC_READ, "act": "runtime:reference:read"}, include_in_schema=False)
async def operations(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Show every operation of the API."""
    return render.page("shell/api.html", Operations(groups=groups(request.app)))


@get(
    "/docs/errors", opt={"permission": PUBLIC_READ, "act": "runtime:reference:read"}, include_in_schema=False
)
async def errors() -> Response[bytes]:
    """Show every refusal."""
    return render.page("shell/errors.html", Refusals(refusals=refusals()))


def groups(app: Litestar) -> tuple[Group, ...]:
    """Return the operations of the OpenAPI document below ``/api``, by the noun that follows.

    Read once for an application: routes do not change while it runs.
    """
    if (known := app.state.get(_GROUPS)) is None:
        known = app.state[_GROUPS] = _groups(app)
    return cast("tuple[Group, ...]", known)


def _groups(app: Litestar) -> tuple[Group, ...]:
    described = schema.complete(app, app.openapi_schema.to_schema())
    parts: dict[str, Any] = described.get("components", {}).get("schemas", {})
    found: dict[str, list[Operation]] = {}
    for path, item in sorted(described.get("paths", {}).items()):
        if path.startswith("/api/"):
            noun = path.split("/")[2]
            found.setdefault(noun, []).extend(
                _operation(method, path, item[method], parts) for method in _METHODS if method in item
            )
    return tuple(Group(name=name, operations=tuple(members)) for name, members in found.items())


def refusals() -> tuple[Refusal, ...]:
    """Return every refusal of the loaded code, by code."""
    kinds: dict[str, type[MarketError]] = {}
    waiting: list[type[MarketError]] = [MarketError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if i18n.has(f"error.{kind.code}.title"):
            kinds.setdefault(kind.code, kind)
    return tuple(
        Refusal(
            code=code,
            status=next((status for known, status in problems.STATUS if issubclass(kind, known)), 400),
            title=i18n.t(f"error.{code}.title"),
            source=str(kind.source),
            rules=tuple(getattr(kind, "rules", ())),
        )
        for code, kind in sorted(kinds.items())
    )


def _operation(method: str, path: str, spec: dict[str, Any], parts: dict[str, Any]) -> Operation:
    """Return one operation as the page shows it."""
    content: dict[str, Any] = spec.get("requestBody", {}).get("content", {})
    body: dict[str, Any] = next((each.get("schema", {}) for each in content.values()), {})
    return Operation(
        method=method.upper(),
        path=path,
        anchor=f"{method}-{path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}",
        summary=str(spec.get("summary", "")),
        description=str(spec.get("description", "")),
        parameters=tuple(
            (str(each["name"]), _kind(each.get("schema", {})), bool(each.get("required")))
            for each in spec.get("parameters", ())
        ),
        body=_fields(_resolved(body, parts)),
        answers=tuple(sorted(spec.get("responses", {}))),
    )


def _fields(schema: dict[str, Any]) -> tuple[tuple[str, str, bool], ...]:
    """Return the fields of an object: name, kind, required."""
    required = set(schema.get("required", ()))
    return tuple((name, _kind(each), name in required) for name, each in schema.get("properties", {}).items())


def _resolved(schema: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with its outermost reference followed."""
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    found: dict[str, Any] = parts.get(name, {}) if name else schema
    return found


def _kind(schema: dict[str, Any]) -> str:
    """Return a field's type in one word, with its bounds."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("_")[2].rpartition("/")[2]
    variants = schema.get("oneOf") or schema.get("anyOf")
    if variants:
        return " | ".join(_kind(each) for each in variants)
    bounds = ("minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "pattern", "format")
    told = ", ".join(f"{name} {schema[name]}" for name in bounds if name in schema)
    kind = str(schema.get("type", "any"))
    if kind == "array":
        kind = f"[{_kind(schema.get('items', {}))}]"
    return f"{kind} ({told})" if told else kind
