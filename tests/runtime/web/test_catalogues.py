"""Every text exists in both languages, with the same placeholders, and none is there for nothing."""

import importlib
import pkgutil
import re
import string
from pathlib import Path

import pytest

from market.kernel.actor import Role
from market.kernel.errors import MarketError
from market.runtime.web import i18n

ROOT = Path(__file__).parents[3]
WEB = ROOT / "market" / "runtime" / "web"
LOCALE = ROOT / "market" / "runtime" / "locale"
CHINESE, ENGLISH = i18n.read(LOCALE / "zh_Hans.po"), i18n.read(LOCALE / "en.po")
QUOTED = re.compile(r"""["']((?:shell|kernel|error|field|law)\.[A-Za-z0-9_.-]+)""")
FRAMEWORK = {"bad-request", "form-expired", "internal", "sign-in-required", "too-many-requests"} | {
    "page-not-found",
    "method-not-allowed",
    "body-too-large",
}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def refusals() -> set[str]:
    """Return the codes of kernel and runtime."""
    for package in ("market.kernel", "market.runtime"):
        folder = ROOT / package.replace(".", "/")
        for module in pkgutil.walk_packages([str(folder)], f"{package}."):
            if "piccolo" not in module.name:
                importlib.import_module(module.name)
    found, waiting = {MarketError.code}, [MarketError]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if kind.__module__.startswith(("market.kernel", "market.runtime")):
                found.add(kind.code)
    return found


def test_both_languages_have_the_same_keys() -> None:
    assert CHINESE.keys() == ENGLISH.keys()


@pytest.mark.parametrize("key", sorted(CHINESE))
def test_both_languages_have_the_same_placeholders(key: str) -> None:
    here, there = placeholders(CHINESE[key]), placeholders(ENGLISH[key])
    if key != "shell.time.day":
        assert here == there
    assert not re.search(r"[!！]|Oops", CHINESE[key] + ENGLISH[key])


def test_every_refusal_has_a_title_and_a_detail() -> None:
    wanted = {f"error.{code}.{part}" for code in refusals() | FRAMEWORK for part in ("title", "detail")}
    assert wanted <= CHINESE.keys()


def test_every_role_has_a_name() -> None:
    assert {f"kernel.role.{role}" for role in Role} <= CHINESE.keys()


def test_no_key_is_missing_and_none_is_unused() -> None:
    sources = [p.read_text() for p in (*WEB.rglob("*.py"), *WEB.rglob("*.html"))]
    named = {key for text in sources for key in QUOTED.findall(text)}
    whole = {key for key in named if not key.endswith(".") and key.count(".") > 1}
    prefixes = {key for key in named if key.endswith(".")}
    partial = {key for key in whole if any(other.startswith(f"{key}.") for other in CHINESE)}
    assert whole - partial <= CHINESE.keys()
    prefixes |= partial | {
        "kernel.role.",
        "law.",
        "field.",
        "shell.month.",
        "shell.duration.",
        "error.",
        "mail.",
        "workbook.why.",
    }
    unused = {key for key in CHINESE if key not in named and not key.startswith(tuple(prefixes))}
    assert not unused
    codes = {key.split(".")[1] for key in CHINESE if key.startswith("error.")}
    assert codes == refusals() | FRAMEWORK
