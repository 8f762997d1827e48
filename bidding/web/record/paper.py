"""What the records share: the head, the digest, and the answers as PDF and as JSON.

A record is computed from what is stored and no longer changes, as receipts are; nothing is kept beside it.
"""

import msgspec
from litestar.response import Response

from bidding.domain.tender import Tender
from bidding.web import papers
from contracts_templates import content, form, records, stamp
from market.kernel.errors import NotFoundError
from market.parties import public as parties
from market.runtime import log


class RecordMissingError(NotFoundError):
    """What the record would be of has not taken place."""

    code = "record-missing"


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """What every record says of itself over JSON.

    Attributes:
        form: Form and version whose template prints it.
        digest: Of form and content; it stands on every page of the PDF.
        proof: What of it stands in the public log: where its QR code leads.
    """

    number: str
    form: str
    digest: str
    proof: str


async def about(tender: Tender, version_digest: str) -> records.About:
    """Return the head of a record."""
    tenderer = await parties.organisation(tender.organisation)
    return records.About(
        number=tender.number,
        title=tender.content.title,
        community=(await parties.community(tender.community)).name,
        tenderer=content.Party(
            name=tenderer.name, code=tenderer.code, address=tender.content.tenderer_address
        ),
        version_digest=version_digest,
    )


async def pdf(which: form.Form, made: msgspec.Struct, *, number: str, proof: str) -> Response[bytes]:
    """Return a record as PDF; its QR code leads to the place of its proof in the public log."""
    latest = (await log.checkpoint()) if await log.size_now() else None
    return await papers.answer(
        which,
        made,
        number=number,
        digest=stamp.content_digest(which, made),
        checkpoint=f"{latest.size} · {latest.root}" if latest else "",
        page=f"/verify?digest={proof}",
    )


def said(which: form.Form, made: msgspec.Struct, *, number: str, proof: str) -> dict[str, str]:
    """Return the fields of ``Recorded``."""
    digest = stamp.content_digest(which, made)
    return {"number": number, "form": which.name, "digest": digest, "proof": proof}
