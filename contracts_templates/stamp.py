"""What makes a printed page checkable: digest, place in the log, QR code."""

import msgspec
import segno

from contracts_templates import form as forms
from market.kernel import digest

QR_MILLIMETRES = 14


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """The footer of every page.

    Attributes:
        number: The document's own number.
        digest: Digest of form, version and all merged data: what the log keeps.
        checkpoint: Newest checkpoint of the log at that time, ``size · root``; empty before the first.
        verify_url: Address of the page that shows digest and log position.
    """

    number: str
    digest: str
    checkpoint: str
    verify_url: str


def content_digest(form: forms.Form, content: msgspec.Struct) -> str:
    """Return the digest of a document: form with its version and everything merged into it."""
    return digest.digest("document", {"form": form.name, "content": msgspec.to_builtins(content)})


def form_of(id: str, content: msgspec.Struct, made: str) -> forms.Form:  # noqa: A002 - the form's word
    """Return the version of a form that a document was made from: the one whose digest it has.

    Raises:
        LookupError: None has it: the content is not what was digested.
    """
    for form in forms.FORMS.values():
        if form.id == id and content_digest(form, content) == made:
            return form
    raise LookupError(f"no version of {id} has the digest {made}")


def qr(text: str) -> str:
    """Return a QR code as inline SVG, sized in the style sheet."""
    code = segno.make(text, error="m", micro=False)
    inline: str = code.svg_inline(border=2, svgclass="qr", lineclass=None, omitsize=True, title=text)
    return inline
