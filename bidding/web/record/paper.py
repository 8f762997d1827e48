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
        page: Where its QR code leads: what of it stands in the public log.
    """

    number: str
    form: str
    digest: str
    page: str


def verify(digest: str) -> str:
    """Return the page that says where a digest stands in the public log."""
    return f"/verify?digest={digest}"


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


async def pdf(which: form.Form, made: msgspec.Struct, *, number: str, page: str) -> Response[bytes]:
    """Return a record as PDF; its QR code leads to a page that shows what of it is logged."""
    latest = (await log.checkpoint()) if await log.size_now() else None
    return await papers.answer(
        which,
        made,
        number=number,
        digest=stamp.content_digest(which, made),
        checkpoint=f"{latest.size} · {latest.root}" if latest else "",
        page=page,
    )


def said(which: form.Form, made: msgspec.Struct, *, number: str, page: str) -> dict[str, str]:
    """Return the fields of ``Recorded``."""
    digest = stamp.content_digest(which, made)
    return {"number": number, "form": which.name, "digest": digest, "page": page}
