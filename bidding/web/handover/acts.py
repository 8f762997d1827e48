"""Acts of handovers as they arrive: read the body, make one call; pages and programs share them."""

from datetime import datetime

from litestar.enums import RequestEncodingType

from bidding.domain.handover import inventory
from bidding.queries.handover import records
from bidding.services.handover import fines, lines, pressing, starts, walks
from bidding.web.handover import asked
from bidding.web.routing import Asked
from market.kernel.actor import Actor
from market.runtime.web import attachments, forms

BODY = lines.LIMIT + (1 << 20)
"""Largest body with a file, bytes."""


async def start(request: Asked, number: str, by: Actor, now: datetime) -> records.Handover:
    """Begin the handover of a contract."""
    order = await forms.decode(request, asked.StartHandover)
    return await starts.start(
        contract_number=number,
        outgoing=order.outgoing,
        contract_end_on=order.contract_end_on,
        by=by,
        now=now,
    )


async def start_early(request: Asked, by: Actor, now: datetime) -> records.Handover:
    """Begin a handover before a new contract is signed."""
    order = await forms.decode(request, asked.StartEarly)
    return await starts.start_early(
        community=order.community,
        outgoing=order.outgoing,
        ground=order.ground,
        contract_end_on=order.contract_end_on,
        by=by,
        now=now,
    )


async def incoming(request: Asked, number: str, by: Actor, now: datetime) -> records.Handover:
    """Name the coming provider."""
    order = await forms.decode(request, asked.NameIncoming)
    return await starts.name_incoming(number=number, contract_number=order.contract_number, by=by, now=now)


async def step(request: Asked, number: str, by: Actor, now: datetime) -> records.Handover:
    """Take a step."""
    order = await forms.decode(request, asked.TakeStep)
    return await walks.advance(number=number, step=order.step, by=by, now=now)


async def enter(request: Asked, number: str, by: Actor, now: datetime) -> records.Handover:
    """Enter lines: JSON, or a page's form with a picture beside it."""
    kind, _ = request.content_type
    if kind not in {RequestEncodingType.URL_ENCODED, RequestEncodingType.MULTI_PART}:
        order = await forms.decode(request, asked.EnterLines)
        return await lines.enter(number=number, items=order.items, by=by, now=now)
    sent = await attachments.read(request)
    written = forms.convert(forms.nest(sent.beside), asked.EnterForm, written=True)
    return await lines.enter(number=number, items=written.filled(), photo=sent.data, by=by, now=now)


async def sign(request: Asked, number: str, by: Actor, now: datetime) -> records.Handover:
    """Sign lines."""
    order = await forms.decode(request, asked.SignLines)
    return await lines.sign(number=number, digests=order.digests, by=by, now=now)


async def contest(request: Asked, number: str, by: Actor, now: datetime) -> records.Handover:
    """Contest a line."""
    order = await forms.decode(request, asked.Contest)
    place = inventory.Place(order.line, order.copy)
    return await lines.contest(number=number, place=place, reasons=order.reasons, by=by, now=now)


async def mediate(request: Asked, number: str, case: int, by: Actor, now: datetime) -> records.Handover:
    """Settle or refer a dispute."""
    order = await forms.decode(request, asked.Mediate)
    return await lines.mediate(
        number=number, dispute_id=case, outcome=order.outcome, assessor=order.assessor, by=by, now=now
    )


async def order_by(request: Asked, number: str, by: Actor, now: datetime) -> records.Handover:
    """Order to correct."""
    sent = await attachments.read(request)
    order = forms.convert(forms.nest(sent.beside), asked.Order, written=True)
    return await pressing.order(
        number=number, direction=order.direction(), evidence=sent.data, by=by, now=now
    )


async def notify(request: Asked, number: str, by: Actor, now: datetime) -> records.Handover:
    """Serve the notice of a fine."""
    order = await forms.decode(request, asked.Notice)
    return await fines.notify(number=number, facts=order.facts, by=by, now=now)


async def state(request: Asked, number: str, by: Actor, now: datetime) -> records.Handover:
    """Make a statement."""
    order = await forms.decode(request, asked.Statement)
    return await fines.state(number=number, text=order.text, waived=order.waived, by=by, now=now)


async def fine(request: Asked, number: str, by: Actor, now: datetime) -> records.Handover:
    """Decide on a fine."""
    order = await forms.decode(request, asked.DecideFine)
    return await fines.fine(
        number=number,
        amount_fen=order.amount_fen,
        document_no=order.document_no,
        reasons=order.reasons,
        by=by,
        now=now,
    )


async def drop(request: Asked, number: str, by: Actor, now: datetime) -> records.Handover:
    """Drop a fine."""
    order = await forms.decode(request, asked.DropFine)
    return await fines.drop(number=number, reasons=order.reasons, by=by, now=now)
