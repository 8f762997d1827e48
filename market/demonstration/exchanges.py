"""The page of examples: one real exchange of every kind, in the order in which the story needs them."""

import json
import re
from typing import Final

from market.demonstration.visitor import Exchange, Json

HEADING: Final = """<!-- Written by `market demo --exchanges docs/api.md`; long values are shortened. -->

# The interface by example

Every request below was made by `market demo` against a running server; the whole description is at `/schema`.
Whoever is signed in sends the session cookie and, with everything but GET, the value of the cookie
`csrftoken` as the header `x-csrftoken`.
"""
SECRET: Final = frozenset({"password", "_csrf_token", "secret", "otpauth", "recovery_codes"})
NAMED: Final = (
    (re.compile(r"T\d{10}[OP]\d{4,8}-[AC]\d+|T\d{10}[OP]\d{4,8}|\b[0-9A-Z]{18}\b"), "{number}"),
    (re.compile(r"(?<=/)\d+(?=/|$)"), "{id}"),
    (re.compile(r"(?<=/)[0-9a-f]{32,64}(?=/|$)"), "{key}"),
)
LONGEST: Final = 60
MOST: Final = 2
DEEPEST: Final = 4
SHOWN: Final = 12


class Heard:
    """What was said, the first time of every kind."""

    def __init__(self) -> None:
        self._first: dict[str, Exchange] = {}

    def listen(self, exchange: Exchange) -> None:
        """Keep an exchange if it is the first of its kind; a refusal is another kind than a success."""
        kind = f"{exchange.method} {template(exchange.path)} {exchange.status}"
        self._first.setdefault(kind, exchange)

    def page(self) -> str:
        """Return the page in Markdown."""
        return "\n".join([HEADING, *map(_section, self._first.values())]).rstrip() + "\n"


def template(path: str) -> str:
    """Return a path with what differs from case to case named instead."""
    for pattern, name in NAMED:
        path = pattern.sub(name, path)
    return path


def _section(exchange: Exchange) -> str:
    who = exchange.login.split("-")[0] or "anybody"
    lines = [
        f"## {exchange.method} {template(exchange.path)}",
        "",
        f"By {who}; answered {exchange.status}.",
        "",
    ]
    for name, value in (("Request", exchange.body), ("Answer", exchange.answer)):
        if value not in (None, {}):
            text = json.dumps(shortened(value), ensure_ascii=False, indent=2)
            lines += [f"{name}:", "", "```json", text, "```", ""]
    return "\n".join(lines)


def shortened(value: Json, *, depth: int = 0) -> Json:
    """Return a value without secrets, in which digests, long texts, long lists and depths are cut."""
    if isinstance(value, str):
        return value if len(value) <= LONGEST else f"{value[:SHOWN]}…"
    if isinstance(value, dict):
        if depth >= DEEPEST:
            return {"…": "…"}
        return {
            name: "…" if name in SECRET else shortened(each, depth=depth + 1) for name, each in value.items()
        }
    if isinstance(value, list):
        kept = [shortened(each, depth=depth + 1) for each in value[:MOST]]
        return kept if len(value) <= MOST else [*kept, "…"]
    return value
