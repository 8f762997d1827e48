"""Pages of the bid manager: sealing on one's own machine, one's own envelopes, the printed receipt."""

from datetime import datetime

import msgspec
from litestar import Controller, get
from litestar.response import Response

from bidding.domain.act import Act
from bidding.domain.lot import Lot
from bidding.domain.procedure import Stage
from bidding.domain.sealed import wire
from bidding.domain.settlement import custody
from bidding.domain.tender import Tender
from bidding.queries import my_bids, versions
from bidding.queries.settlement import custody as custody_queries
from bidding.web import receipts, tender_views
from bidding.web.amending import views as amending
from bidding.web.routing import opt
from market.kernel import digest
from market.kernel.actor import Actor
from market.parties import public as parties
from market.runtime import keys
from market.runtime.web import render

POSTS = 8
"""Rows for roles and heads; a table that does not grow needs no button and jumps nowhere."""


class SealView(msgspec.Struct, frozen=True, kw_only=True):
    """What the sealing panel needs; nothing in it is secret.

    Attributes:
        security: What the custodian confirmed of one's own bid security, or gave back.
        spare_keys: Below zero what is sealed now cannot be opened, and must be sealed anew.
    """

    tender: str
    title: str
    deadline: datetime | None
    open: bool
    uscc: str
    name: str
    signing_key: str
    signing_key_id: str
    platform_key: str
    lots: tuple[Lot, ...]
    supersedes: dict[str, str]
    two: bool = False
    spare_keys: int = 0
    security_fen: int = 0
    security_for_a: int = 100
    security: custody.Held | None = None
    levels: tuple[int, ...] = (1, 2, 3, 4, 5)
    posts: int = POSTS


class SignView(msgspec.Struct, frozen=True, kw_only=True):
    """What the panel needs that signs an act about a sealed bid: the envelope, and the key that signs.

    Attributes:
        action: ``withdraw`` or ``stands``.
        version_digest: The version the act speaks of: the envelope's own, or the present one.
        price: Commitment of the price envelope, where the bid is in two; ``commitment`` is the technical one.
        made_for: Number of the version the envelope was made for; ``present`` is today's.
        changes: What differs between the two, field by field.
    """

    action: str
    tender: str
    title: str
    lot: str
    commitment: str
    version_digest: str
    received_at: datetime
    open: bool
    signing_key: str
    signing_key_id: str
    price: str = ""
    made_for: int = 0
    present: int = 0
    changes: tuple[amending.ChangeLine, ...] = ()


class MyBidsView(msgspec.Struct, frozen=True, kw_only=True):
    """One's own sealed bids and when each was received; never content."""

    bids: tuple[tuple[wire.MyEnvelope, datetime], ...]


class BidPages(Controller):
    """What a bid manager reads. The sealing form has no action and its inputs no name."""

    include_in_schema = False

    @get("/tenders/{number:str}/bid", opt=opt(Act.BID_SUBMIT))
    async def seal(self, number: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show the page that seals."""
        tender = await tender_views.seen(number, actor)
        mine = await parties.organisation(actor.organisation or 0)
        key = await parties.signing_key_of(mine.id, now)
        view = SealView(
            tender=number,
            title=tender.content.title,
            deadline=tender.content.deadline,
            open=tender.stage is Stage.BIDDING,
            uscc=mine.code,
            name=mine.name,
            signing_key=key.key_hex if key else "",
            signing_key_id=key.id if key else "",
            platform_key=keys.current().public_hex,
            lots=tender.content.lots,
            supersedes=await my_bids.live_commitments(mine.id, tender),
            two=tender.in_two_envelopes,
            spare_keys=tender.spare_keys,
            security_fen=tender.content.bid_security_fen,
            security_for_a=tender.content.security_for_a,
            security=await custody_queries.of_bidder(tender, mine.id),
        )
        return render.page("bidding/bid.html", view)

    @get("/my/bids", opt=opt(Act.BID_READ_OWN))
    async def mine(self, actor: Actor, now: datetime) -> Response[bytes]:
        """Show one's own sealed bids."""
        del now
        found = await my_bids.envelopes(actor.organisation or 0)
        dated = tuple((one, digest.parse_instant(one.received_at)) for one in found)
        return render.page("bidding/my_bids.html", MyBidsView(bids=dated))

    @get("/my/bids/{commitment:str}/withdraw", opt=opt(Act.BID_WITHDRAW))
    async def withdrawing(self, commitment: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Say what withdrawing means, and let the bidder sign it on its own machine."""
        held = await my_bids.one(actor.organisation or 0, commitment)
        tender = await tender_views.seen(held.tender, actor)
        view = await _sign_view("withdraw", held, tender, actor, now)
        return render.page("bidding/withdraw.html", view)

    @get("/my/bids/{commitment:str}/stand", opt=opt(Act.BID_STAND))
    async def standing(self, commitment: str, actor: Actor, now: datetime) -> Response[bytes]:
        """Show what an amendment changed, and let the bidder sign that its bid stands."""
        held = await my_bids.one(actor.organisation or 0, commitment)
        tender = await tender_views.seen(held.tender, actor)
        announced = await versions.published(tender)
        made = next((one for one in announced if one.digest == held.version_digest), announced[0])
        view = msgspec.structs.replace(
            await _sign_view("stands", held, tender, actor, now),
            version_digest=announced[-1].digest,
            made_for=made.number,
            present=announced[-1].number,
            changes=amending.change_lines(made.content, announced[-1].content),
        )
        return render.page("bidding/stand.html", view)

    @get("/my/bids/{commitment:str}/receipt.pdf", opt=opt(Act.BID_READ_OWN))
    async def receipt(self, commitment: str, actor: Actor) -> Response[bytes]:
        """Return the receipt of one's own bid as a PDF."""
        body = await receipts.printed(commitment=commitment, organisation=actor.organisation or 0)
        return Response(
            body,
            media_type="application/pdf",
            headers={"content-disposition": f'attachment; filename="receipt-{commitment[:12]}.pdf"'},
        )


async def _sign_view(
    action: str, held: my_bids.Held, tender: Tender, actor: Actor, now: datetime
) -> SignView:
    key = await parties.signing_key_of(actor.organisation or 0, now)
    fits = {"withdraw": {"sealed", "outdated", "unopenable"}, "stands": {"outdated"}}
    return SignView(
        action=action,
        tender=held.tender,
        title=tender.content.title,
        lot=held.lot,
        commitment=held.technical or held.commitment,
        price=held.price,
        version_digest=held.version_digest,
        received_at=digest.parse_instant(held.received_at),
        open=tender.stage is Stage.BIDDING and held.state in fits[action],
        signing_key=key.key_hex if key else "",
        signing_key_id=key.id if key else "",
    )
