"""A signed paper: whole, the platform's, and broken by any changed byte, by our check and another."""

import functools
import io
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pypdf
import pytest
from click.testing import CliRunner
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts_templates import render
from market.runtime import keys
from market.runtime.papers import certificate, sign, verbs
from market.runtime.papers.check import PaperInvalidError, check
from tests.contracts_templates.samples import DOCUMENTS, a_stamp

AT = datetime(2027, 3, 1, 2, 0, tzinfo=UTC)
KEY = certificate.draw(AT)
OWN = (bytes.fromhex(KEY.certificate),)


@functools.cache
def plain() -> bytes:
    """Return a receipt as it is set; once in a process, for setting takes a second."""
    which, values = next((f, v) for f, v in DOCUMENTS if f.id == "bid-receipt")
    return render.pdf(which, values, a_stamp(which, values))


@functools.cache
def signed(*, demonstration: bool = False) -> bytes:
    """Return it signed."""
    return sign.sign(plain(), key=KEY, at=AT, demonstration=demonstration)


def test_a_signed_paper_holds_and_names_its_signer() -> None:
    found = check(signed(), certificates=OWN)
    assert found.signer == certificate.NAME
    assert found.fingerprint == certificate.fingerprint(OWN[0])
    assert found.at == AT
    assert not found.reason
    assert check(signed(demonstration=True), certificates=OWN).reason == sign.DEMONSTRATION


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_changed_byte_breaks_the_signature(draw: st.DataObject) -> None:
    made = signed()
    place = draw.draw(st.integers(0, len(made) - 1))
    other = draw.draw(st.integers(1, 255))
    changed = bytes([*made[:place], made[place] ^ other, *made[place + 1 :]])
    with pytest.raises(PaperInvalidError):
        check(changed, certificates=OWN)


@pytest.mark.parametrize("tail", [b"\n", b"\n%%EOF\n"])
def test_what_is_added_behind_the_signature_is_refused(tail: bytes) -> None:
    with pytest.raises(PaperInvalidError):
        check(signed() + tail, certificates=OWN)


def test_an_unsigned_paper_a_strangers_and_no_paper_are_refused() -> None:
    stranger = certificate.draw(AT)
    with pytest.raises(PaperInvalidError) as refused:
        check(sign.sign(plain(), key=stranger, at=AT), certificates=OWN)
    assert refused.value.context["why"] == "certificate"
    with pytest.raises(PaperInvalidError) as refused:
        check(plain(), certificates=OWN)
    assert refused.value.context["why"] == "signatures"
    with pytest.raises(PaperInvalidError):
        check(b"no paper", certificates=OWN)


def test_signing_adds_and_leaves_what_pdf_a_asks_for() -> None:
    made = signed()
    assert made.startswith(plain()), "what was set stays byte for byte"
    added = made[len(plain()) :]
    assert b"/ETSI.CAdES.detached" in added
    assert re.search(rb"/Rect\s*\[\s*0 0 0 0\s*\]", added), "an annotation without area needs no appearance"
    flags = int(re.search(rb"/F (\d+)", added)[1])  # type: ignore[index]
    assert flags & 4, "printed"
    assert not flags & 0b10_0011, "not hidden, not invisible, not kept from view"
    assert b"/NeedAppearances" not in added
    assert b"/Version" not in added, "PDF/A-2 is built on PDF 1.7"
    root: Any = pypdf.PdfReader(io.BytesIO(made)).trailer["/Root"]
    said = root["/Metadata"].get_object().get_data().decode()
    assert 'pdfaid:part="2"' in said
    assert 'pdfaid:conformance="A"' in said


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler's pdfsig is not installed")
def test_another_program_finds_the_signature_good_and_a_changed_one_bad(tmp_path: Path) -> None:
    made, paper = signed(), tmp_path / "paper.pdf"

    def told(data: bytes) -> str:
        paper.write_bytes(data)
        return subprocess.run(["pdfsig", paper], capture_output=True, text=True, check=False).stdout  # noqa: S603, S607

    good = told(made)
    assert "Signature is Valid." in good
    assert "Total document signed" in good
    assert "ETSI.CAdES.detached" in good
    place = made.index(b"%PDF-1.7") + 7
    assert "Signature is Valid." not in told(made[:place] + b"6" + made[place + 1 :])


def test_the_command_checks_offline_against_what_the_platforms_key_vouches_for(tmp_path: Path) -> None:
    ring = keys.PlatformKeys.load(tmp_path / "keys", at=AT)
    made = sign.sign(plain(), key=ring.paper(), at=AT)
    ring.rotate(at=AT)
    vouched = msgspec.json.encode(certificate.Certificates(ring.certificates()))
    (tmp_path / "paper.pdf").write_bytes(made)
    (tmp_path / "papers.json").write_bytes(vouched)
    asked = ["verify", str(tmp_path / "paper.pdf"), "--certificates", str(tmp_path / "papers.json")]
    told = CliRunner().invoke(verbs.paper, [*asked, "--platform-key", ring.public_hex])
    assert told.exit_code == 0, told.output
    assert "No byte was changed since." in told.output
    assert "taken at its word" not in told.output
    stranger = keys.PlatformKeys.load(tmp_path / "other", at=AT).public_hex
    told = CliRunner().invoke(verbs.paper, [*asked, "--platform-key", stranger])
    assert isinstance(told.exception, PaperInvalidError), "a certificate nobody vouches for does not count"
    (tmp_path / "paper.pdf").write_bytes(made[:-1])
    assert CliRunner().invoke(verbs.paper, asked).exit_code


def test_the_certificate_is_for_signing_documents_and_nothing_else() -> None:
    own = x509.load_der_x509_certificate(OWN[0])
    usage = own.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert not own.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert KEY.private not in repr(KEY)
