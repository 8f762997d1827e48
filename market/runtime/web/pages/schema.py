"""The OpenAPI document: what the framework derives, completed by request bodies and refusals.

A handler reads its body with ``forms.decode(request, Struct)``, from JSON or from a form; the framework does
not see that. So the struct is read from that very call; a route that reads otherwise says ``opt["body"]``.
One whose address is read with ``forms.query`` says ``opt["query"]``.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
from litestar import Litestar
from litestar.connection import Request
from litestar.openapi.plugins import JsonRenderPlugin

from market.runtime.web import forms, problems

_REFERENCE = "#/components/schemas/{name}"
_KINDS = ("application/json", "application/x-www-form-urlencoded")


class Description(JsonRenderPlugin):
    """Serves the completed document; it is written once, for routes do not change while a server runs."""

    _written: bytes | None = None

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Return the document as JSON."""
        if self._written is None:
            self._written = super().render(request, complete(request.app, openapi_schema))
        return self._written


def complete(app: Litestar, document: dict[str, Any]) -> dict[str, Any]:
    """Add the bodies and the refusals to a derived document; may be repeated on the same one."""
    found = {(method, path): struct for method, path, struct in bodies(app)}
    asked = dict(_queries(app))
    used: set[type[msgspec.Struct]] = {*found.values(), *asked.values(), problems.Problem}
    structs = sorted(used, key=lambda struct: (struct.__module__, struct.__qualname__))
    references, parts = msgspec.json.schema_components(structs, ref_template=_REFERENCE)
    reference = dict(zip(structs, references, strict=True))
    document.setdefault("components", {}).setdefault("schemas", {}).update(parts)
    refusal = {
        "description": "A refusal, by RFC 9457.",
        "content": {problems.MEDIA_TYPE: {"schema": reference[problems.Problem]}},
    }
    for path, item in document.get("paths", {}).items():
        for method, operation in item.items():
            if not isinstance(operation, dict) or "responses" not in operation:
                continue
            answers = {
                code: each for code, each in operation["responses"].items() if not code.startswith("4")
            }
            operation["responses"] = {**answers, "4XX": refusal, "503": refusal}
            if (method, path) in asked:
                struct = asked[method, path]
                known = parts[reference[struct]["$ref"].rpartition("/")[2]]["properties"]
                operation.setdefault("parameters", []).extend(_parameters(struct, known))
            if (method, path) in found:
                schema = reference[found[method, path]]
                content = {kind: {"schema": schema} for kind in _KINDS}
                operation["requestBody"] = {"required": True, "content": content}
    return document


def bodies(app: Litestar) -> Iterator[tuple[str, str, type[msgspec.Struct]]]:
    """Yield method, path and request struct of every route that reads a body."""
    for route in app.routes:
        for handler, _ in getattr(route, "route_handler_map", {}).values():
            struct = handler.opt.get("body") or decoded(handler.fn)
            if struct is not None:
                for method in handler.http_methods:
                    yield str(method).lower(), route.path_format, struct


def _queries(app: Litestar) -> Iterator[tuple[tuple[str, str], type[msgspec.Struct]]]:
    """Yield method and path of every route whose address is read as a struct, with that struct."""
    for route in app.routes:
        for handler, _ in getattr(route, "route_handler_map", {}).values():
            if "query" in handler.opt:
                yield from (
                    ((str(each).lower(), route.path_format), handler.opt["query"])
                    for each in handler.http_methods
                )


def _parameters(struct: type[msgspec.Struct], known: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the parameters of an address; what is left out is not sent, so nothing is null."""
    for name, schema in known.items():
        (kind, *_) = [each for each in schema.get("anyOf", [schema]) if each != {"type": "null"}]
        written = {"type": "number", "minimum": 0} if forms.is_decimal(struct, name) else kind
        yield {"name": name, "in": "query", "required": False, "schema": written}


def decoded(function: Any) -> type[msgspec.Struct] | None:  # noqa: ANN401 - any callable a route wraps
    """Return the struct a handler passes to ``forms.decode``."""
    return _read(inspect.unwrap(getattr(function, "func", function)))


@cache
def _read(function: Any) -> type[msgspec.Struct] | None:  # noqa: ANN401 - any callable a route wraps
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "forms.decode" and len(node.args) > 1:
            name, *rest = ast.unparse(node.args[1]).split(".")
            found = function.__globals__.get(name)
            for part in rest:
                found = getattr(found, part, None)
            if isinstance(found, type) and issubclass(found, msgspec.Struct):
                return found
    return None
