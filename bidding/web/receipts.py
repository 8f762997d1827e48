"""The printed receipt of a sealed bid."""

from bidding.queries import my_bids
from bidding.queries import tenders as queries
from contracts_templates import answer, content, form, stamp
from market.kernel import digest
from market.kernel.errors import NotFoundError
from market.runtime import keys, log
from market.runtime.web import render


class ReceiptUnknownError(NotFoundError):
    """No bid of one's own has this commitment."""

    code = "receipt-unknown"


async def printed(*, commitment: str, organisation: int) -> bytes:
    """Return the receipt of one's own bid as a PDF.

    Raises:
        ReceiptUnknownError: No bid of this organisation has the commitment.
    """
    for one in await my_bids.envelopes(organisation):
        if one.commitment == commitment:
            return await _pdf(one.tender, one.receipt, one.padded_size)
    raise ReceiptUnknownError("no such bid of yours")


async def _pdf(number: str, token: str, size: int) -> bytes:
    claims = keys.current().verify_jws(token)
    deadline = (await queries.by_number(number)).content.deadline
    if deadline is None:
        raise ReceiptUnknownError("no such bid of yours")
    values = content.BidReceipt(
        tender_number=number,
        action=claims["action"],
        commitment=claims["commitment"],
        received_at=digest.parse_instant(claims["received_at"]),
        deadline=deadline,
        size=size,
        entry_digest=claims["entry"],
        key_id=keys.current().key_id,
        token=token,
    )
    latest = (await log.checkpoint()) if await log.size_now() else None
    mark = stamp.Stamp(
        number=values.commitment[:16],
        digest=stamp.content_digest(form.BID_RECEIPT, values),
        checkpoint=f"{latest.size} · {latest.root}" if latest else "",
        verify_url=render.absolute(f"/verify?digest={values.commitment}"),
    )
    return await answer.signed(form.BID_RECEIPT, values, mark)
