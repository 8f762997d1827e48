"""Every field of every request struct, spoiled in every way its type knows: refused, explained, not stored.

A finding names the field, the rule that was broken, where the rule stands, and says so in both languages.
"""

import re
from typing import Any

import msgspec

from market.kernel.actor import Actor, Permission, Role
from market.runtime.database import fetch
from market.runtime.web import forms, shell
from market.runtime.web.pages import schema
from tests.matrix import lived, samples
from tests.matrix.conftest import Browser

CHINESE = re.compile(r"[\u4e00-\u9fff]")

Route = tuple[str, str, type[msgspec.Struct]]

NO_STRUCT = {
    "/api/communities/{number}/units": "a CSV file",
    "/communities/{number}/units": "a CSV file",
    "/api/credit/records/{number}/document": "a file beside the fields",
    "/credit/records/{number}/document": "a file beside the fields",
    "/api/tenders/{number}/documents": "a file",
    "/tenders/{number}/documents": "a file",
    "/tenders/{number}/amend/documents": "a file and a reason",
    "/tenders/{number}/retender": "the name of a procedure, where it changes",
    "/api/uploads/{upload}": "sealed bytes",
    "/api/rehearsals": "two structs, chosen by ``step``",
}
"""Routes that read a body which is not one struct."""


async def counts() -> dict[str, int]:
    """Return how many rows every table has."""
    tables = [
        row["tablename"] for row in await fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    ]
    counted = " UNION ALL ".join(f"SELECT '{name}' AS name, count(*) AS n FROM \"{name}\"" for name in tables)  # noqa: S608
    return {row["name"]: row["n"] for row in await fetch(counted)}


def reading(browser: Browser) -> list[Route]:
    """Return every route that reads a struct, the JSON interface first."""
    assert browser.app is not None
    found = [(method.upper(), path, struct) for method, path, struct in schema.bodies(browser.app)]
    return sorted(found, key=lambda row: (not row[1].startswith("/api/"), row[1]))


def permissions(browser: Browser) -> dict[tuple[str, str], Permission]:
    assert browser.app is not None
    return {(method, path): opt["permission"] for method, path, opt in shell.routes(browser.app)}


def who_may(world: lived.World, permission: Permission) -> Actor:
    """Return somebody whom the route lets in."""
    return next(world.people[role] for role in (*lived.ROLES, Role.PUBLIC) if role in permission.roles)


def complaint(answer: Any, field: str) -> str:
    """Return what is wrong with a refusal of one field; nothing when all is said."""
    if not 400 <= answer.status_code < 500 or answer.status_code in {401, 403, 404}:
        return f"status {answer.status_code} {answer.text[:200]}"
    problem = answer.json()
    findings = [one for one in problem.get("errors") or [problem] if _about(one.get("field"), field)]
    if not findings:
        return f"no finding for {field}: {answer.text[:300]}"
    one = findings[0]
    lacking = [part for part in ("rule", "source", "code", "detail_zh", "detail_en") if not one.get(part)]
    if lacking:
        return f"{lacking} not said: {one}"
    if not CHINESE.search(one["detail_zh"]) or CHINESE.search(re.sub(r"[“\"].*?[”\"]", "", one["detail_en"])):
        return f"language: {one['detail_zh']} / {one['detail_en']}"
    return ""


def _about(named: str | None, field: str) -> bool:
    """Say whether a finding names the field; below a mapping only the mapping's own name is expected."""
    if named is None:
        return False
    plain = ".".join(part for part in named.split(".") if not part.isdecimal())
    return plain.startswith(field.removesuffix("...")) if field.endswith("...") else plain == field


def of(struct: type[msgspec.Struct]) -> str:
    return f"{struct.__module__}.{struct.__qualname__}"


KEEPERS = {"decode_with_file", "decode_with_files"}
"""Forms with files: their fields are decoded as a struct; the act itself is tried as JSON."""


async def test_every_route_that_writes_reads_a_struct_or_says_why_not(browser: Browser) -> None:
    assert browser.app is not None
    reads = {path for _, path, _ in reading(browser)}
    wrong = []
    for method, path, _ in shell.routes(browser.app):
        if method == "GET" or path in reads or path in NO_STRUCT:
            continue
        browser.actor = Actor.public()
        function = handler(browser, method, path)
        names = set(function.__code__.co_names)
        kept = names & KEEPERS or ("papers",) in function.__code__.co_consts  # decode(..., papers=...)
        if not kept and names & {"body", "json", "form", "stream", "decode"}:
            wrong.append((method, path))
    assert wrong == []


def handler(browser: Browser, method: str, path: str) -> Any:
    assert browser.app is not None
    for route in browser.app.routes:
        if route.path_format == path:
            found = getattr(route, "route_handler_map", {})
            return getattr(found[method][0].fn, "func", found[method][0].fn)
    raise AssertionError(path)


async def test_the_samples_fit(browser: Browser) -> None:
    for struct in {struct for _, _, struct in reading(browser)}:
        body = samples.fitting(struct)
        assert not [*forms._findings(body, struct, strict=True)], struct


async def test_every_spoiled_field_is_refused_and_explained_and_nothing_is_written(
    browser: Browser, world: lived.World
) -> None:
    may, tried, wrong = permissions(browser), set(), []
    before = await counts()
    for method, template, struct in reading(browser):
        whole = struct not in tried
        tried.add(struct)
        browser.actor = who_may(world, may[method, template])
        path = re.sub(r"\{[^}]+\}", "424242", template)
        for field, body in samples.spoiled(struct) if whole else [("not_a_field", {"not_a_field": 1})]:
            answer = await browser.ask(method, path, json=body, headers={"accept": "application/json"})
            if said := complaint(answer, field):
                wrong.append(f"{method} {template} {struct.__name__}.{field} = {str(body)[:120]}: {said}")
    assert len(tried) > 40
    assert not wrong, "\n".join(wrong)
    assert await counts() == before
