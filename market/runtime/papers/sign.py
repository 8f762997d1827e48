"""Signing a PDF so that any reader's program can tell who made it and whether a byte changed since.

PAdES baseline B-B (ETSI EN 319 142-1), added at the end of the file: what was set stays byte for byte, and
with it PDF/A and tags. Nothing is fetched: no time stamp, no revocation list.
"""

import io
from datetime import datetime
from typing import Any, Final

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from market.runtime.papers.certificate import NAME, PaperKey

FIELD: Final = "Platform"
DEMONSTRATION: Final = "演示环境，无法律效力"
"""Stands in the signature of every paper of a demonstration installation."""
_ROOM: Final = 4096


class _Signer(signers.PdfSigner):
    """The library's signer, told the time instead of looking at the clock, and keeping the file's version."""

    def __init__(self, told: signers.PdfSignatureMetadata, *, signer: signers.Signer, at: datetime) -> None:
        super().__init__(told, signer=signer)
        self._at = at

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._at
        return session

    def register_extensions(self, pdf_out: Any, *, md_algorithm: str) -> None:  # noqa: ANN401
        """Declare none: the file stays PDF 1.7, which PDF/A-2 is built on."""


def sign(pdf: bytes, *, key: PaperKey, at: datetime, demonstration: bool = False) -> bytes:
    """Return a PDF with the platform's invisible signature added.

    Args:
        at: The instant the signature claims; wall time, as the certificate's validity is.
        demonstration: Say in the signature that the paper is of a demonstration.
    """
    certificate = asn1_x509.Certificate.load(bytes.fromhex(key.certificate))
    signer = signers.SimpleSigner(
        signing_cert=certificate,
        signing_key=asn1_keys.PrivateKeyInfo.load(bytes.fromhex(key.private)),
        cert_registry=SimpleCertificateStore.from_certs([]),  # type: ignore[no-untyped-call]
    )
    told = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        name=NAME,
        reason=DEMONSTRATION if demonstration else None,
    )
    out = io.BytesIO()
    _Signer(told, signer=signer, at=at).sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out, bytes_reserved=_ROOM
    )
    return out.getvalue()
