"""The certificate papers are signed with: self-issued, drawn with the platform's other keys.

PDF readers know no Ed25519, so papers have a key of their own (ECDSA on P-256). Nobody outside vouches for
its certificate; the platform's signing key does, for every one there ever was, in one public document.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from market.kernel import digest

NAME: Final = "物业服务市场平台文书签章"
LASTS: Final = timedelta(days=3_653)
"""How long a certificate is good; a rotation ends its use earlier, never what it signed."""
PURPOSE: Final = "paper-certificate"
_DOCUMENT_SIGNING: Final = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")


class PaperKey(msgspec.Struct, frozen=True, kw_only=True):
    """A private key with its certificate, both DER in hex; its printed form tells nothing."""

    private: str
    certificate: str
    since: str

    def __repr__(self) -> str:
        return "***"


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate, DER in hex, and when papers were signed with it; ``until`` is ``None`` for today's."""

    certificate: str
    since: str
    until: str | None = None

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the DER form, as every program shows it."""
        return fingerprint(bytes.fromhex(self.certificate))


class Vouched(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the public document: the certificate, and the platform's signature over its fingerprint."""

    certificate: str
    fingerprint: str
    since: str
    until: str | None
    key_id: str
    signature: str


class Certificates(msgspec.Struct, frozen=True):
    """What stands at ``/.well-known/market-papers.json``: the newest certificate first."""

    certificates: tuple[Vouched, ...]


def draw(at: datetime) -> PaperKey:
    """Draw a key and issue its certificate to itself, from an instant on."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at)
        .not_valid_after(at + LASTS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([_DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
        .sign(private, hashes.SHA256())
    )
    der = serialization.Encoding.DER
    return PaperKey(
        private=private.private_bytes(
            der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).hex(),
        certificate=made.public_bytes(der).hex(),
        since=digest.instant(at),
    )


def fingerprint(der: bytes) -> str:
    """Return the SHA-256 of a certificate in DER form, in hex."""
    return x509.load_der_x509_certificate(der).fingerprint(hashes.SHA256()).hex()


def pem(der_hex: str) -> str:
    """Return a certificate as PEM, which programs take."""
    one = x509.load_der_x509_certificate(bytes.fromhex(der_hex))
    return one.public_bytes(serialization.Encoding.PEM).decode()


def said(one: Issued) -> dict[str, Any]:
    """Return what the platform's key signs of a certificate."""
    return {"fingerprint": one.fingerprint, "since": one.since, "until": one.until}


def trusted(document: Sequence[Vouched], *, platform_key: str | None) -> tuple[bytes, ...]:
    """Return the certificates of the public document that the platform's key vouches for, in DER form.

    Args:
        platform_key: The platform's public key, known from elsewhere; ``None`` takes the document's word.
    """
    found = []
    for line in document:
        der = x509.load_pem_x509_certificate(line.certificate.encode()).public_bytes(
            serialization.Encoding.DER
        )
        own = Issued(certificate=der.hex(), since=line.since, until=line.until)
        if platform_key is None or digest.verify(PURPOSE, said(own), line.signature, platform_key):
            found.append(der)
    return tuple(found)
