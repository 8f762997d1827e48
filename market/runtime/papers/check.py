"""Checking a signed PDF offline: is it the platform's, and is it whole."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

import msgspec
from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from market.kernel.errors import InvalidInputError
from market.runtime.papers.certificate import fingerprint


class PaperInvalidError(InvalidInputError):
    """A file is no PDF signed by the platform, or was changed since; ``why`` says what was found."""

    code: ClassVar[str] = "paper-invalid"


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A paper that holds.

    Attributes:
        signer: Name in the certificate.
        fingerprint: SHA-256 of the certificate.
        at: The instant the signature claims; nobody else vouches for it.
        reason: What the signature adds, e.g. that it is of a demonstration; empty for nothing.
    """

    signer: str
    fingerprint: str
    at: datetime
    reason: str


def check(pdf: bytes, *, certificates: Sequence[bytes]) -> Checked:
    """Check the one signature of a paper against the platform's certificates (DER); never ask the network.

    The library runs a loop of its own inside: from a coroutine, call this in a thread.

    Raises:
        PaperInvalidError: No PDF, not signed, signed with another certificate, or changed since.
    """
    try:
        one = _signature(PdfFileReader(io.BytesIO(pdf)).embedded_signatures)
        whole = _tight(pdf, one)
        found = _checked(one, certificates)
    except PaperInvalidError:
        raise
    except Exception as problem:  # a broken file breaks the reader in ways nobody can list
        raise PaperInvalidError("not a readable PDF", why="unreadable") from problem
    if not whole:
        raise PaperInvalidError("the place of the signature holds more than it", why="changed")
    return found


def _signature(found: Sequence[Any]) -> Any:  # noqa: ANN401 - untyped library
    if len(found) != 1:
        raise PaperInvalidError("a paper bears one signature", why="signatures", found=len(found))
    return found[0]


def _tight(pdf: bytes, one: Any) -> bool:  # noqa: ANN401 - untyped library
    """Say whether the only bytes a signature cannot cover, its own place, hold it and zeros alone."""
    start, length, rest, _ = (int(part) for part in one.sig_object["/ByteRange"])
    place = pdf[start + length : rest]
    written = cms.ContentInfo.load(one.pkcs7_content).dump()
    return bool(place == b"<" + written.hex().upper().encode().ljust(len(place) - 2, b"0") + b">")


def _checked(one: Any, certificates: Sequence[bytes]) -> Checked:  # noqa: ANN401 - untyped library
    der = one.signer_cert.dump()
    if der not in certificates:
        raise PaperInvalidError("another certificate", why="certificate", fingerprint=fingerprint(der))
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(der)],
        allow_fetching=False,
        moment=one.self_reported_timestamp,
        best_signature_time=one.self_reported_timestamp,
    )
    status = validate_pdf_signature(one, signer_validation_context=context)
    if not (status.intact and status.valid):
        raise PaperInvalidError("changed since it was signed", why="changed")
    if status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        raise PaperInvalidError("something was added since it was signed", why="added")
    if status.modification_level is not ModificationLevel.NONE or not status.trusted:
        raise PaperInvalidError("the signature is not good", why="untrusted")
    return Checked(
        signer=str(one.signer_cert.subject.native.get("common_name", "")),
        fingerprint=fingerprint(der),
        at=one.self_reported_timestamp,
        reason=str(one.sig_object.get("/Reason", "")),
    )
