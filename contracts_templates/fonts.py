"""The two faces of every document: static Noto Serif SC (宋体) and Noto Sans SC (黑体)."""

from pathlib import Path
from typing import ClassVar, Final

import pylopdf_fonts_zh_cn

from market.kernel.errors import UnavailableError

BODY: Final = "Market Serif"
HEADING: Final = "Market Sans"
_TABLE_ENTRY = 16
_HEADER = 12


class VariableFontError(UnavailableError):
    """A variable font was given: it costs many seconds per document instead of a fraction of one."""

    code: ClassVar[str] = "font-variable"


class FontMissingError(UnavailableError):
    """A font file is not where the package should have put it."""

    code: ClassVar[str] = "font-missing"


def tables(path: Path) -> frozenset[str]:
    """Return the names of the tables of an OpenType file (only its directory is read)."""
    with path.open("rb") as file:
        count = int.from_bytes(file.read(_HEADER)[4:6], "big")
        directory = file.read(count * _TABLE_ENTRY)
    return frozenset(
        directory[at : at + 4].decode("latin-1") for at in range(0, len(directory), _TABLE_ENTRY)
    )


def checked(path: Path) -> Path:
    """Return a font's path, or refuse it.

    Raises:
        FontMissingError: No such file.
        VariableFontError: It has a variation table.
    """
    if not path.is_file():
        raise FontMissingError(f"font file missing: {path.name}", name=path.name)
    if "fvar" in tables(path):
        raise VariableFontError(f"variable font: {path.name}", name=path.name)
    return path


def faces() -> str:
    """Return the ``@font-face`` rules for both families."""
    pairs = (
        (BODY, checked(pylopdf_fonts_zh_cn.serif_path())),
        (HEADING, checked(pylopdf_fonts_zh_cn.sans_path())),
    )
    return "\n".join(
        f'@font-face {{ font-family: "{family}"; src: url("{path.resolve().as_uri()}"); }}'
        for family, path in pairs
    )
