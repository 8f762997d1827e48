"""The catalogues of all packages together: both languages, same placeholders, nothing missing or too many."""

import importlib
import pkgutil
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar

from market.kernel.errors import MarketError
from market.runtime.web import i18n
from market.runtime.web.pages import schema
from tests.matrix import samples

ROOT = Path(__file__).parents[2]
PACKAGES = ("market", "bidding", "credit", "contracts_templates")
FOLDERS = sorted(path.parent for name in PACKAGES for path in (ROOT / name).rglob("zh_Hans.po"))
CALL = re.compile(r"""\bt\(\s*(f?)["']([^"'{}]+)(["'{])\s*([~,)]?)""")
QUOTED = re.compile(r"""["'](\w+(?:\.[\w-]+)+)["']""")
STEM = re.compile(r"""["'](\w+\.(?:[\w.-]+[.-])?)(?:["']|\{)""")
MAY_BE_EMPTY = {"shell.duration.join"}
ONE_LANGUAGE = {"shell.time.day"}
"""Texts whose languages need different parts of a value."""

TECHNICAL = {
    *("act", "action", "bidder_tag", "called_back", "ciphertext_digest", "content_key", "envelope"),
    *("envelope_id", "freeze", "header", "id", "k", "key_commitment", "key_id", "outbox_id", "padded_size"),
    *("partly", "payload_digest", "policy", "recovery", "rest", "retire", "sealed", "share", "shares"),
    *("subject", "subscriber", "subset", "suite", "supersedes", "version_digest"),
}
"""Fields that only programs write; a refusal names them as the interface does."""

FRAMEWORK = {
    "bad-request",
    "body-too-large",
    "form-expired",
    "internal",
    "method-not-allowed",
    "page-not-found",
    "sign-in-required",
    "too-many-requests",
}
"""Codes of refusals the framework itself makes."""


def texts(language: str) -> dict[str, str]:
    return {key: text for folder in FOLDERS for key, text in i18n.read(folder / f"{language}.po").items()}


CHINESE, ENGLISH = texts("zh_Hans"), texts("en")


def sources() -> Iterator[str]:
    for name in PACKAGES:
        for path in (
            *(ROOT / name).rglob("*.py"),
            *(ROOT / name).rglob("*.html"),
            *(ROOT / name).rglob("*.js"),
        ):
            if "piccolo" not in str(path):
                yield path.read_text(encoding="utf-8")


def refusals(of: type[MarketError] = MarketError) -> set[str]:
    ours = {of.code} if of.__module__.startswith(PACKAGES) else set()
    return ours.union(*(refusals(kind) for kind in of.__subclasses__()))


@pytest.fixture(scope="module")
def codes() -> set[str]:
    """Every code of a refusal, all modules imported."""
    for name in PACKAGES:
        for module in pkgutil.walk_packages([str(ROOT / name)], f"{name}."):
            if "piccolo" not in module.name:
                importlib.import_module(module.name)
    return refusals()


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_package_has_both_languages() -> None:
    assert len(FOLDERS) >= 6
    for folder in FOLDERS:
        chinese, english = i18n.read(folder / "zh_Hans.po"), i18n.read(folder / "en.po")
        assert chinese.keys() == english.keys(), folder
        empty = [
            key
            for key, text in (*chinese.items(), *english.items())
            if not text.strip() and key not in MAY_BE_EMPTY
        ]
        assert not empty, folder


def test_no_key_has_two_homes() -> None:
    every = [key for folder in FOLDERS for key in i18n.read(folder / "en.po")]
    assert sorted({key for key in every if every.count(key) > 1}) == []


def test_both_languages_have_the_same_placeholders() -> None:
    different = {
        key
        for key in CHINESE.keys() - ONE_LANGUAGE
        if placeholders(CHINESE[key]) != placeholders(ENGLISH[key])
    }
    assert sorted(different) == []


def test_every_text_that_is_asked_for_exists() -> None:
    missing = set()
    for text in sources():
        for dynamic, key, end, after in CALL.findall(text):
            stem = end == "{" or after == "~" or key.endswith(".") or (dynamic and end == "{")
            known = any(other.startswith(key) for other in CHINESE) if stem else key in CHINESE
            if not known:
                missing.add(key)
    assert sorted(missing) == []


def test_no_text_is_left_over(codes: set[str]) -> None:
    exact, stems = (
        set(),
        {
            "law.",
            "field.",
            "rule.",
            "bidding.wrong.",
            "credit.wrong.",
            "workbook.why.",
            "error.field-invalid.detail.",
        },
    )
    for text in sources():
        exact |= set(QUOTED.findall(text))
        stems |= {stem for stem in STEM.findall(text) if stem.count(".") > 1}
    stems |= {f"{key}." for key in exact}
    used = {key for key in CHINESE if key in exact or key.startswith(tuple(stems))}
    used |= {f"error.{code}.{part}" for code in codes | FRAMEWORK for part in ("title", "detail")}
    assert sorted(CHINESE.keys() - used) == []


def test_every_refusal_has_a_title_and_a_detail_and_no_other_has(codes: set[str]) -> None:
    wanted = {f"error.{code}.{part}" for code in codes | FRAMEWORK for part in ("title", "detail")}
    assert sorted(wanted - CHINESE.keys()) == []
    spoken = {key.split(".")[1] for key in CHINESE if key.startswith("error.")}
    assert sorted(spoken - codes - FRAMEWORK) == []


def test_every_field_that_can_be_refused_has_a_name(application: Litestar) -> None:
    structs = {struct for _, _, struct in schema.bodies(application)}
    names = {path.split(".")[-1] for struct in structs for path, _ in samples.spoiled(struct)}
    unnamed = {name for name in names - TECHNICAL - {"", "not_a_field"} if f"field.{name}" not in CHINESE}
    assert sorted(unnamed) == []
