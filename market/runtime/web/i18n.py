"""Texts in the reader's language: catalogues with symbolic keys, Chinese first.

Every package with texts has ``locale/zh_Hans.po`` and ``locale/en.po``; all are merged at start, without a
compile step. A key is looked up at the moment of use, so one process speaks both languages at once.
"""

import contextlib
import contextvars
import importlib.resources
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from babel.messages.pofile import read_po

CHINESE = "zh_Hans"
ENGLISH = "en"
PSEUDO = "x-pseudo"
"""Turns every catalogue text into ⟦…⟧, so that a test sees any text that comes from elsewhere."""

LOCALES = (CHINESE, ENGLISH)
TAGS: Mapping[str, str] = {CHINESE: "zh-Hans", ENGLISH: "en", PSEUDO: "x-pseudo"}
"""Locale -> language tag of BCP 47, as it stands in ``<html lang>`` and ``Content-Language``."""

_locale: contextvars.ContextVar[str] = contextvars.ContextVar("market_locale", default=CHINESE)


class _Texts(msgspec.Struct):
    """The merged catalogues of this process, locale -> key -> text."""

    by_locale: dict[str, dict[str, str]]
    by_label: dict[str, str] = {}


_texts = _Texts(by_locale={locale: {} for locale in LOCALES})


def read(path: Path) -> dict[str, str]:
    """Return one catalogue file as key -> text, untranslated and fuzzy entries left out."""
    with path.open("rb") as stream:
        catalogue = read_po(stream, abort_invalid=True)
    return {
        message.id: message.string
        for message in catalogue
        if isinstance(message.id, str)
        and message.id
        and isinstance(message.string, str)
        and message.string
        and not message.fuzzy
    }


def folder(package: Path | str) -> Path:
    """Return the catalogue folder of a package given by dotted name, or the path itself."""
    if isinstance(package, Path):
        return package
    return Path(str(importlib.resources.files(package))) / "locale"


def load(packages: Sequence[Path | str]) -> None:
    """Replace this process's catalogues by those of ``packages``; of two texts for a key the first counts."""
    merged: dict[str, dict[str, str]] = {locale: {} for locale in LOCALES}
    for locale in LOCALES:
        for package in packages:
            path = folder(package) / f"{locale}.po"
            for key, text in (read(path) if path.is_file() else {}).items():
                merged[locale].setdefault(key, text)
    _texts.by_locale = merged
    _texts.by_label = {
        ".".join(key.split(".")[-2:]): key for key in sorted(merged[CHINESE], key=len, reverse=True)
    }


def label(name: str, value: str, *, locale: str) -> str:
    """Return the words for a coded value, e.g. ("stage", "draft"), or the value itself.

    Labels stand as ``<package>.<name>.<value>``; whoever asks need not know the package. Of several keys
    the shortest counts.
    """
    key = _texts.by_label.get(f"{name}.{value}")
    return value if key is None else text(key, {}, locale=locale).strip("⟦⟧")


def titled(name: str, value: str) -> str:
    """Return the words of ``label`` in the running request's language, as a text of the page."""
    key = _texts.by_label.get(f"{name}.{value}")
    return value if key is None else t(key)


def has(key: str) -> bool:
    """Say whether the key has a text in the first language."""
    return key in _texts.by_locale[CHINESE]


def locale() -> str:
    """Return the locale of the running request."""
    return _locale.get()


def tag() -> str:
    """Return the language tag of the running request."""
    return TAGS[_locale.get()]


@contextlib.contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Use ``locale`` for every text inside the block."""
    token = _locale.set(locale)
    try:
        yield
    finally:
        _locale.reset(token)


def t(key: str, /, **args: object) -> str:
    """Return the text of ``key`` in the current language, its ``{placeholders}`` filled from ``args``.

    An unknown key comes back as itself: ugly, visible, and found by the pseudo-locale run.
    """
    return text(key, args, locale=_locale.get())


def text(key: str, args: Mapping[str, object], *, locale: str) -> str:
    """Return the text of ``key`` in a named language; a missing argument leaves its placeholder standing."""
    source = CHINESE if locale == PSEUDO else locale
    found = _texts.by_locale[source].get(key)
    if found is None:
        return key
    filled = found.format_map(_Lenient(args)) if "{" in found else found
    return f"⟦{filled}⟧" if locale == PSEUDO else filled


class _Lenient(dict[str, object]):
    """Arguments of a text; what nobody gave stays visible as ``{name}`` instead of failing the page."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def choose(*, asked: str | None, kept: str | None, accepted: str, pseudo: bool = False) -> str:
    """Return the locale for a request: the address first, then the cookie, then the browser, then Chinese.

    Args:
        asked: The ``lang`` parameter of the address.
        kept: The language cookie.
        accepted: The ``Accept-Language`` header.
        pseudo: Whether the pseudo-locale may be asked for.
    """
    for wish in (asked, kept):
        chosen = _known(wish, pseudo=pseudo)
        if chosen is not None:
            return chosen
    return next(filter(None, (_known(wish, pseudo=False) for wish in _ranked(accepted))), CHINESE)


def _known(wish: str | None, *, pseudo: bool) -> str | None:
    """Return the locale a language tag means here, ``None`` when we do not speak it."""
    if not wish:
        return None
    low = wish.strip().lower().replace("_", "-")
    if low == PSEUDO:
        return PSEUDO if pseudo else None
    return {"zh": CHINESE, "en": ENGLISH}.get(low.split("-", 1)[0])


def _ranked(accepted: str) -> list[str]:
    """Return the tags of an ``Accept-Language`` header, the most wanted first, unreadable ones left out."""
    wishes: list[tuple[float, int, str]] = []
    for place, item in enumerate(accepted[:200].split(",")):
        name, _, quality = item.partition(";")
        with contextlib.suppress(ValueError):
            weight = float(quality.strip().removeprefix("q=")) if quality else 1.0
            if weight > 0:
                wishes.append((-weight, place, name))
    return [name for _, _, name in sorted(wishes)]
