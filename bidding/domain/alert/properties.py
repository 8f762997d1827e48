"""Who made a file, as far as it says so (PDF Info and XMP, OOXML properties), and its plain words.

The bytes are a bidder's and never trusted: nothing is executed or parsed as XML (no entities), a compressed
member is read only up to a limit, and whatever is malformed yields nothing instead of an error.
"""

import html
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Final

from bidding.domain.alert.material import Trace

MOST_DIRECTORY: Final = 1 << 20
"""Bytes of an archive's directory; all of it is read before its first member, whatever it claims to hold."""
MOST_MEMBER: Final = 4 << 20
"""Bytes of a compressed member that are read, unpacked; a longer one is not read at all."""
WINDOW: Final = 4 << 20
"""Bytes at each end of a PDF in which its properties are looked for."""
MOST_VALUE: Final = 200
MOST_TEXT: Final = 200_000
"""Characters of one bid that are compared."""

_FIELDS: Final = {
    "dc:creator": "person",
    "cp:lastModifiedBy": "person",
    "Author": "person",
    "Company": "company",
    "pdf:Producer": "tool",
    "xmp:CreatorTool": "tool",
    "Creator": "tool",
    "Producer": "tool",
    "xmpMM:DocumentID": "document-id",
}
GENERIC: Final = frozenset(
    {
        *("admin", "administrator", "user", "owner", "test", "unknown", "anonymous", "windows用户"),
        *("microsoftofficeuser", "officeuser", "pc", "dell", "lenovo", "hp", "thinkpad", "none", "null"),
        *("微软用户", "用户", "管理员", "未知", "匿名", "作者", "python-docx", "openpyxl"),
    }
)
"""Names that programs fill in by themselves: two bids that share one share nothing [design]."""

_PDF: Final = re.compile(
    rb"/(Author|Creator|Producer)\s{0,8}(?:\(((?:[^()\\]|\\.){0,400})\)|<([0-9A-Fa-f\s]{0,800})>)", re.DOTALL
)
_ELEMENT: Final = re.compile(
    r"<(dc:creator|cp:lastModifiedBy|Company|pdf:Producer|xmp:CreatorTool|xmpMM:DocumentID)\b[^<>]{0,200}>"
    r"(?:\s{0,80}<rdf:(?:Seq|Bag|Alt)[^<>]{0,80}>\s{0,80}<rdf:li[^<>]{0,80}>)?([^<]{1,400})<"
)
_ATTRIBUTE: Final = re.compile(r"\b(pdf:Producer|xmp:CreatorTool|xmpMM:DocumentID)=\"([^\"<]{1,400})\"")
_END: Final = re.compile(rb"PK\x05\x06")
_LONGEST_END: Final = (1 << 16) + 22
_ESCAPED: Final = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_TAG: Final = re.compile(r"<[^<>]{0,2000}>")
_OOXML_PROPERTIES: Final = ("docProps/core.xml", "docProps/app.xml")
_OOXML_WORDS: Final = ("word/document.xml", "xl/sharedStrings.xml")
_PLAIN: Final = (".txt", ".md", ".csv")


def traces(name: str, data: bytes) -> tuple[Trace, ...]:
    """Return what a file says of who made it; nothing for any other kind of file."""
    found = {
        Trace(field=_FIELDS[field], value=value, where=name)
        for field, raw in _properties(data)
        if (value := " ".join(raw.split())[:MOST_VALUE]) and _says_something(value)
    }
    return tuple(sorted(found))


def _says_something(value: str) -> bool:
    return "".join(value.split()).casefold() not in GENERIC


def words(name: str, data: bytes) -> str:
    """Return the words of a file where they can be had without a renderer: OOXML text, or plain text."""
    if data[:4] == b"PK\x03\x04":
        marked = " ".join(_members(data, _OOXML_WORDS))
        return html.unescape(_TAG.sub(" ", marked))[:MOST_TEXT]
    if name.casefold().endswith(_PLAIN):
        return data[:MOST_MEMBER].decode("utf-8", "replace")[:MOST_TEXT]
    return ""


def _properties(data: bytes) -> Iterator[tuple[str, str]]:
    if data[:5] == b"%PDF-":
        ends = data if len(data) <= 2 * WINDOW else data[:WINDOW] + b"\n" + data[-WINDOW:]
        for found in _PDF.finditer(ends):
            yield found[1].decode(), _pdf_text(found[2], found[3])
        yield from _marked(ends.decode("utf-8", "replace"))
    elif data[:4] == b"PK\x03\x04":
        for text in _members(data, _OOXML_PROPERTIES):
            yield from _marked(text)


def _marked(text: str) -> Iterator[tuple[str, str]]:
    for pattern in (_ELEMENT, _ATTRIBUTE):
        for found in pattern.finditer(text):
            yield found[1], html.unescape(found[2])


def _members(data: bytes, names: tuple[str, ...]) -> list[str]:
    if not _is_small(data):
        return []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = {one.filename: one for one in archive.infolist()}
            return [_member(archive, listed[name]) for name in names if name in listed]
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, NotImplementedError, OSError):
        return []


def _is_small(data: bytes) -> bool:
    """Say whether every end record the archive may be read by names a small directory, and none is ZIP64."""
    tail = data[-_LONGEST_END:]
    ends = [tail[one.start() :] for one in _END.finditer(tail)]
    return b"PK\x06\x07" not in tail and all(
        int.from_bytes(end[12:16], "little") <= MOST_DIRECTORY for end in ends
    )


def _member(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> str:
    if one.file_size > MOST_MEMBER or one.flag_bits & 1:
        return ""
    try:
        with archive.open(one) as stream:
            raw = stream.read(MOST_MEMBER + 1)
    except Exception:  # noqa: BLE001 - a bidder's bytes may break any of the unpackers in their own way
        return ""
    return raw.decode("utf-8", "replace") if len(raw) <= MOST_MEMBER else ""


def _pdf_text(literal: bytes | None, hexed: bytes | None) -> str:
    if literal is not None:
        raw = _ESCAPED.sub(_unescaped, literal)
    else:
        digits = b"".join((hexed or b"").split()).decode()
        raw = bytes.fromhex(digits + "0" * (len(digits) % 2))
    if raw[:2] == b"\xfe\xff":
        return raw[2:].decode("utf-16-be", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _unescaped(found: "re.Match[bytes]") -> bytes:
    said = found[1]
    if said.isdigit():
        return bytes([int(said, 8) & 0xFF])
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(said, said)
