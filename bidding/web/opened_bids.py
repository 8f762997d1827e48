"""Opened bids: the read-out for everybody, the full text for those who evaluate and supervise."""

import msgspec
from litestar import Controller, get
from litestar.response import Response

from bidding.domain.act import Act
from bidding.domain.sealed import package, transcript
from bidding.queries import openings
from bidding.web import tender_views
from bidding.web.routing import opt
from market.kernel.actor import Actor
from market.kernel.errors import NotFoundError, NotPermittedError
from market.runtime import apart


class FullTextError(NotPermittedError):
    """The full text of an opened bid is for its bidder, the committee and the supervising authority."""

    code = "full-text"
    source = "BL 44; BLR 49"


class FileUnknownError(NotFoundError):
    """The bid has no such file."""

    code = "bid-file-unknown"


class BidFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of an opened bid."""

    name: str
    media_type: str
    size: int
    digest: str


class PriceEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """The price of a bid in two envelopes, once it is opened; its files as those of the bid."""

    commitment: str
    files: tuple[BidFile, ...]


class OpenedBid(msgspec.Struct, frozen=True, kw_only=True):
    """An opened bid as far as the asker may read it; ``files`` is empty for the public."""

    number: str
    lot: str
    commitment: str
    opening: transcript.Opening
    files: tuple[BidFile, ...]
    price: PriceEnvelope | msgspec.UnsetType = msgspec.UNSET


class OpenedBidApi(Controller):
    """Opened bids for those who evaluate, supervise or bid."""

    path = "/api/tenders/{number:str}/bids"
    tags = ["openings"]

    @get(opt=opt(Act.OPENING_READ))
    async def listed(self, number: str, actor: Actor) -> list[OpenedBid]:
        """Return the opened bids; file lists only to those who may read them."""
        tender = await tender_views.seen(number, actor)
        opened = await openings.opened_bids(tender)
        readable = await tender_views.read_in_full(opened, tender, actor)
        return [_shown(one, full=one.commitment in readable) for one in opened]

    @get("/{commitment:str}/files/{name:str}", opt=opt(Act.BID_READ_OPENED))
    async def file(self, number: str, commitment: str, name: str, actor: Actor) -> Response[bytes]:
        """Return one file of an opened bid.

        Raises:
            FullTextError: The asker neither evaluates nor supervises this tender, nor is it its bid.
            FileUnknownError: The bid has no such file.
        """
        tender = await tender_views.seen(number, actor)
        opened = await openings.opened_bids(tender)
        readable = await tender_views.read_in_full(opened, tender, actor)
        for one in opened:
            if commitment in one.openings:
                if one.commitment not in readable:
                    raise FullTextError(f"{actor.role} does not read {commitment[:12]}")
                price = one.price if one.price and one.price.commitment == commitment else None
                return await _file(price.plaintext if price else one.plaintext, name)
        raise FileUnknownError("no such opened bid")


def _shown(one: openings.OpenedBid, *, full: bool) -> OpenedBid:
    return OpenedBid(
        number=one.number,
        lot=one.lot,
        commitment=one.commitment,
        opening=one.opening,
        files=tuple(msgspec.convert(item, BidFile) for item in one.manifest) if full else (),
        price=msgspec.UNSET
        if one.price is None
        else PriceEnvelope(
            commitment=one.price.commitment,
            files=tuple(msgspec.convert(item, BidFile) for item in one.price.manifest) if full else (),
        ),
    )


async def _file(plaintext: str, name: str) -> Response[bytes]:
    for item, content in package.split_documents(await apart.read(plaintext)):
        if item.name == name:
            return Response(
                content,
                media_type="application/octet-stream",
                headers={"content-disposition": "attachment", "x-content-type-options": "nosniff"},
            )
    raise FileUnknownError("no such file in this bid")
