"""The package inside an envelope: what is read out, the documents, and the digests over both.

``salt_r ‖ length ‖ readout ‖ salt_d ‖ length ‖ documents ‖ zero bytes``; lengths are 8 bytes big-endian.
Without the salts a price could be guessed from its digest. Source: docs/sealing.md section 2.1 and 2.2.
"""

import hashlib
import re
from typing import Any, Final

from bidding.domain.sealed.encoding import (
    Count,
    Digest,
    Exact,
    MalformedError,
    Name,
    Salt,
    plain_list,
    read_canonical,
    shape,
)
from bidding.domain.sealed.envelope import Kind, padded_size
from market.kernel import digest

SALT: Final = 32
LENGTH: Final = 8
OFFER: Final = "offer.json"
_USCC: Final = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")

FORMS: Final[dict[str, tuple[Kind, bool]]] = {
    "bid/1": ("single", True),
    "technical/1": ("technical", False),
    "price/1": ("price", True),
}
"""Form -> the kind of envelope it belongs in and whether it names a price."""


class Bidder(Exact, frozen=True, kw_only=True):
    """Who bids: social credit code and name."""

    uscc: str
    name: Name


class Readout(Exact, frozen=True, kw_only=True):
    """What the law says is read out at the opening (BL 36).

    Attributes:
        price_fen: Null in an envelope that names no price.
        terms: The answers the tender's form asks for; scalars only. None in a technical envelope, of which
            the name alone is read out; they come with the price.
    """

    form: Name
    salt_b: Salt
    bidder: Bidder
    price_fen: Count | None
    terms: dict[str, str | int | bool | None]


class ManifestItem(Exact, frozen=True, kw_only=True):
    """One file of the documents; ``digest`` is H("file", …)."""

    name: Name
    media_type: Name
    size: Count
    digest: Digest


class Package(Exact, frozen=True, kw_only=True):
    """A package taken apart."""

    salt_r: bytes
    readout: bytes
    salt_d: bytes
    documents: bytes

    @property
    def readout_digest(self) -> bytes:
        """H("readout", salt_r ‖ readout)."""
        return digest.h_bytes("readout", self.salt_r + self.readout)

    @property
    def documents_digest(self) -> bytes:
        """H("documents", salt_d ‖ documents)."""
        return digest.h_bytes("documents", self.salt_d + self.documents)

    @property
    def payload_digest(self) -> str:
        """H("payload", readout_digest ‖ documents_digest), in hex: it stands in the header."""
        return payload_digest(self.readout_digest, self.documents_digest)


def payload_digest(readout_digest: bytes, documents_digest: bytes) -> str:
    """H("payload", readout_digest ‖ documents_digest), in hex."""
    return digest.h("payload", readout_digest + documents_digest)


def bidder_tag(salt_b: str, uscc: str) -> str:
    """H("bidder", salt_b ‖ USCC): which bidder an envelope is of, to whoever has the salt."""
    return digest.h("bidder", bytes.fromhex(salt_b) + uscc.encode("ascii", "replace"))


def actor_digest(salt: str, uscc: str) -> str:
    """H("actor", salt ‖ USCC): the actor of a held log entry."""
    return digest.h("actor", bytes.fromhex(salt) + uscc.encode("ascii", "replace"))


def prefix(length: int) -> bytes:
    """Return a length as it stands in a package."""
    return length.to_bytes(LENGTH, "big")


def manifest_bytes(items: list[ManifestItem]) -> bytes:
    """Return a manifest as it opens the documents: its length, then its canonical JSON.

    Raises:
        MalformedError: The structured offer is not the first file, or two files have one name.
    """
    check_manifest(items)
    text = digest.canonical(plain_list(items))
    return prefix(len(text)) + text


def check_manifest(items: list[ManifestItem]) -> None:
    """Refuse a manifest whose first file is not the offer, or that names a file twice."""
    if not items or items[0].name != OFFER:
        raise MalformedError("the structured offer comes first", field="documents.0")
    if len({item.name for item in items}) != len(items):
        raise MalformedError("two files have one name", field="documents")


def _field(data: bytes, at: int) -> tuple[bytes, int]:
    size = int.from_bytes(data[at : at + LENGTH], "big")
    start, end = at + LENGTH, at + LENGTH + size
    if end > len(data):
        raise MalformedError("a length points beyond the package")
    return data[start:end], end


def parse(data: bytes) -> Package:
    """Take a padded package apart.

    Raises:
        MalformedError: A length lies outside, the padding is not the smallest, or not all zero.
    """
    readout, end = _field(data, SALT)
    salt_d = data[end : end + SALT]
    documents, body = _field(data, end + SALT)
    if len(data) != padded_size(body) or data.count(0, body) != len(data) - body:
        raise MalformedError("a package is padded with the fewest zero bytes")
    return Package(salt_r=data[:SALT], readout=readout, salt_d=salt_d, documents=documents)


def read_readout(data: bytes, kind: Kind) -> Readout:
    """Read what is read out, in canonical JSON and after its form.

    Raises:
        MalformedError: Not canonical, an unknown form, a form for another envelope, no price or one too many.
    """
    readout = read_canonical(data, Readout)
    faults = readout_faults(readout, kind)
    if faults:
        raise MalformedError("the read-out does not follow its form: " + ", ".join(faults))
    return readout


def readout_faults(readout: Readout, kind: Kind) -> list[str]:
    """Return where a read-out does not follow its form; codes, empty when it does."""
    wanted, priced = FORMS.get(readout.form, (None, False))
    checks = {
        "form": wanted == kind,
        "price": (readout.price_fen or 0) > 0 if priced else readout.price_fen is None,
        "terms": not readout.terms or wanted != "technical",
        "code": _USCC.fullmatch(readout.bidder.uscc) is not None,
    }
    return [code for code, holds in checks.items() if not holds]


def split_documents(documents: bytes) -> list[tuple[ManifestItem, bytes]]:
    """Return the files of the documents with their manifest lines; none when there are no documents.

    Raises:
        MalformedError: The manifest is malformed, or sizes or digests differ from the files.
    """
    if not documents:
        return []
    text, at = _field(documents, 0)
    lines: Any = _canonical_list(text)
    items = shape(lines, list[ManifestItem])
    check_manifest(items)
    files = []
    for item in items:
        content = documents[at : at + item.size]
        at += item.size
        if len(content) != item.size or digest.h("file", content) != item.digest:
            raise MalformedError("a file differs from its manifest line", field=item.name)
        files.append((item, content))
    if at != len(documents):
        raise MalformedError("bytes stand behind the last file")
    return files


def _canonical_list(text: bytes) -> object:
    try:
        return digest.parse_canonical(text)
    except digest.NotCanonicalError as problem:
        raise MalformedError("the manifest is not canonical") from problem


def running(purpose: str) -> "hashlib._Hash":
    """Return a hash that has taken in the prefix of H(purpose, …), for bytes that come in parts."""
    return hashlib.sha256(digest.bound(purpose, None)[: -len(b"null")])
