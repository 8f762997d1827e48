"""Pages of ``docs/`` that are written by ``make docs``, so that they cannot lag behind the code."""

from pathlib import Path

from market.runtime import settings
from market.runtime.web import i18n
from market.runtime.web.pages import reference

NOTE = "<!-- Written by `make docs`; change the code or the catalogues instead. -->\n"


def errors() -> str:
    """Return ``errors.md``: every refusal with its titles in both languages, its status and its clause."""
    by_locale = {}
    for locale in ("zh_Hans", "en"):
        with i18n.speaking(locale):
            by_locale[locale] = reference.refusals()
    lines = [NOTE, "# Errors\n", "Codes are part of the interface: stable, unique, never reused.\n"]
    for chinese, english in zip(by_locale["zh_Hans"], by_locale["en"], strict=True):
        source = f" · {english.source}" if english.source else ""
        lines.append(
            f"## {english.code}\n\n{english.title} · {chinese.title} · HTTP {english.status}{source}\n"
        )
    return "\n".join(lines)


def operator_settings() -> str:
    """Return ``settings.md``: what an operator may set."""
    rows = [f"| `{name}` | {text} |" for name, text in settings.NAMES.items()]
    return "\n".join(
        [
            NOTE,
            "# Settings\n",
            "Read once from the environment.\n",
            "| variable | meaning |",
            "|---|---|",
            *rows,
            "",
        ]
    )


def stale(folder: Path, pages: dict[str, str]) -> list[str]:
    """Return the names of pages whose file says something else."""
    return [
        name
        for name, text in pages.items()
        if not (folder / name).exists() or (folder / name).read_text() != text
    ]
