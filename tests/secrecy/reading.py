"""Everything a viewer can ask: every route of the application, filled with what exists, and every link met.

Nothing here names a route; what the application has is asked. Acts run in a transaction that is rolled back,
so that every one of them can be tried by everybody, accepted or refused.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
import pypdf

from market.kernel.actor import Actor
from market.runtime import database as db
from market.runtime.web import shell
from market.runtime.web.pages import schema
from tests.secrecy.masking import RANDOM, mask
from tests.secrecy.script import Cast
from tests.secrecy.staging import Stage, Visitor

LINK = re.compile(r"(?:href|src|action|hx-get)=\"(/[^\"#]*)")
PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
CLAUSE = re.compile(r"(?<=^/rules\?id=)[^&]*")
"""Which clause of a law is pointed out: the rules are the same in all worlds, the page holds no data."""
NUMBER = re.compile(r"[0-9A-F]*[0-9][0-9A-Za-z]*")
DESCRIPTIONS = {"runtime:schema:read", "runtime:reference:read", "runtime:static:read"}
ABSENT = "/nowhere/at/all"
CLOSE = ("public", "tenderer")
"""Who looks closely: who knows nothing, and who would like to know most."""

ALIKE = 3
"""How many links of one shape (numbers aside) are followed; every route itself is asked in any case."""

WORDS = (
    "1", "a note of some words", "ab" * 16, "cd" * 32, "ef" * 64, "91110105MA0000001X", "2026-03-20",
    "2026-03-20T02:00:00.000000Z", "2026-03-20T02:00:00Z", "owner-open", "110105001024", "2026H1", "a-word",
)  # fmt: skip
"""Texts for fields: the first one that fits a field's pattern and length is taken."""


class _RolledBackError(Exception):
    pass


async def read(stage: Stage, cast: Cast, viewers: Collection[str] = ()) -> dict[str, str]:
    """Return what viewers get from every address: status, headers and body, random values masked.

    Who looks closely also follows the links that answers hold, and reads what describes the interface.
    """
    seen: dict[str, str] = {}
    for name, visitor in cast.views.items():
        if viewers and name not in viewers:
            continue
        met: Counter[str] = Counter()
        for address, answer in await crawl(stage, cast, visitor, closely=name in CLOSE):
            met[address] += 1
            seen[f"{name} GET {address} #{met[address]}"] = told(answer)
    return seen


async def crawl(
    stage: Stage, cast: Cast, visitor: Visitor, *, closely: bool
) -> list[tuple[str, httpx.Response]]:
    """Ask every GET route, then addresses that the answers link to, in the order met."""
    waiting, known, answers = [*addresses(stage, cast, closely=closely)], set[str](), []
    shapes: Counter[str] = Counter()
    while waiting:
        address = waiting.pop(0)
        if address in known:
            continue
        known.add(address)
        answer = await visitor.ask("GET", address, headers={"accept": accepted(address)})
        answers.append((mask(address), answer))
        if not closely or "html" not in answer.headers.get("content-type", ""):
            continue
        for link in (each.replace("&amp;", "&") for each in LINK.findall(answer.text)):
            shape = NUMBER.sub("#", CLAUSE.sub("#", RANDOM.sub("#", link)))
            if followed(link) and link not in known and shapes[shape] < ALIKE:
                shapes[shape] += 1
                waiting.append(link)
    return answers


def followed(link: str) -> bool:
    """Say whether a link is read on: not files that are the same for everybody, nor pages of other dates."""
    return not link.startswith(("/static/", "//")) and "lang=" not in link and "next=" not in link


def accepted(address: str) -> str:
    """Return what a browser or a program would accept there."""
    return "application/json" if urlsplit(address).path.startswith("/api/") else "text/html,*/*"


def addresses(stage: Stage, cast: Cast, *, closely: bool) -> Iterator[str]:
    """Yield every GET route, its parameters filled with what exists; and one that is no route."""
    for method, template, opt in shell.routes(stage.app):
        if method == "GET" and (closely or opt.get("act") not in DESCRIPTIONS):
            yield from filled(template, cast)[: 2 if closely else 1]
    yield ABSENT


def filled(template: str, cast: Cast) -> list[str]:
    """Return a template with each of the values its parameters may have, the most telling first."""
    names = PARAMETER.findall(template)
    if not names:
        return [template]
    if names[0] == "number" and "/tenders/" in template:
        numbers = [cast.tender.number, cast.others[0].number]
        return [PARAMETER.sub("1", template.replace("{number}", number, 1)) for number in numbers]
    return [PARAMETER.sub(value, template) for value in ("1", "110105")]


async def act(stage: Stage, cast: Cast, viewers: Collection[str] = ()) -> dict[str, str]:
    """Return what viewers are answered to every act, each rolled back; random values masked.

    The guard at the door refuses by role and looks at nothing else: of what it refuses, one is asked.
    """
    bodies = {(method.upper(), path): struct for method, path, struct in schema.bodies(stage.app)}
    seen: dict[str, str] = {}
    for name, visitor in cast.views.items():
        if viewers and name not in viewers:
            continue
        role, turned_away = cast.people.get(name, Actor.public()), 0
        for method, template, opt in shell.routes(stage.app):
            if method == "GET" or str(opt.get("act")).startswith("parties:session"):
                continue
            turned_away += not opt["permission"].allows_role(role)
            if not opt["permission"].allows_role(role) and turned_away > 1:
                continue
            address = filled(template, cast)[0]
            query = "?offset=0&name=a.pdf" if method == "PUT" or "documents" in address else ""
            body = example(bodies.get((method, template)), cast)
            answer = await tried(visitor, method, address + query, body)
            seen[f"{name} {method} {address}"] = told(answer)
    return seen


async def tried(visitor: Visitor, method: str, address: str, body: Any) -> httpx.Response:
    """Send an act and undo it."""
    answers: list[httpx.Response] = []
    try:
        async with db.transaction():
            answers.append(
                await visitor.ask(method, address, json=body, headers={"accept": accepted(address)})
            )
            raise _RolledBackError  # noqa: TRY301
    except _RolledBackError:
        return answers[0]


def told(answer: httpx.Response) -> str:
    """Return all an answer says, masked.

    Of a workbook its parts, which also say when it was made; of a paper its text, for a random digest in a
    picture makes the packed bytes longer or shorter.
    """
    kind = answer.headers.get("content-type", "")
    workbook, paper = answer.content.startswith(b"PK"), answer.content.startswith(b"%PDF-")
    headers = "\n".join(
        f"{name}: {', '.join(sorted(value.split(', '))) if name == 'allow' else value}"
        for name, value in sorted(answer.headers.items())
        if not ((workbook or paper) and name == "content-length")
    )
    readable = any(word in kind for word in ("text", "json", "javascript", "svg"))
    body = answer.text if readable else _packed(answer.content)
    return mask(f"{answer.status_code}\n{headers}\n\n{body}", times=workbook)


def _packed(content: bytes) -> str:
    if content.startswith(b"PK"):
        return _parts(content)
    if content.startswith(b"%PDF-"):
        pages = pypdf.PdfReader(io.BytesIO(content)).pages
        return "\n".join("".join(page.extract_text().split()) for page in pages)
    return f"{len(content)} bytes"


def _parts(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "\n".join(f"{name}: {packed.read(name).decode()}" for name in packed.namelist())


def example(struct: type[msgspec.Struct] | None, cast: Cast) -> Any:
    """Return a body that fits a request struct, as far as its schema says what fits."""
    if struct is None:
        return {}
    (reference,), parts = msgspec.json.schema_components([struct])
    return _value(reference, parts, cast, "")


def _value(spec: Mapping[str, Any], parts: Mapping[str, Any], cast: Cast, name: str) -> Any:
    while "$ref" in spec or "anyOf" in spec or "oneOf" in spec:
        spec = (
            parts[spec["$ref"].rpartition("/")[2]]
            if "$ref" in spec
            else (spec.get("anyOf") or spec["oneOf"])[0]
        )
    simple = {"boolean": True, "null": None, "integer": _number(spec), "number": _number(spec)}
    kind = str(spec.get("type", ""))
    if "enum" in spec or kind in simple:
        return spec["enum"][0] if "enum" in spec else simple[kind]
    if kind == "array":
        items = spec.get("items") or (spec.get("prefixItems") or [{}])[0]
        return [_value(items, parts, cast, name) for _ in range(int(spec.get("minItems", 0)))]
    if kind == "object":
        fields, needed = spec.get("properties", {}), spec.get("required", ())
        return {key: _value(fields[key], parts, cast, key) for key in fields if key in needed}
    return _word(spec, cast, name)


def _number(spec: Mapping[str, Any]) -> int:
    return max(1, int(spec.get("minimum", 1)), int(spec.get("exclusiveMinimum", 0)) + 1)


def _word(spec: Mapping[str, Any], cast: Cast, name: str) -> str:
    if name in {"tender", "number"}:
        return cast.tender.number
    fits = re.compile(spec.get("pattern", ""))
    least, most = int(spec.get("minLength", 0)), int(spec.get("maxLength", 10_000))
    return next((word for word in WORDS if least <= len(word) <= most and fits.search(word)), "1")
