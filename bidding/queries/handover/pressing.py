"""Order and fine of a handover as values."""

from datetime import date, datetime

import msgspec

from contracts_templates import handover as papers
from market.runtime import database


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """The district's order to correct within a limit (rule H10), with the paper it prints as."""

    number: str
    facts: str
    action: str
    contact: str
    limit_on: date
    evidence: str
    content: papers.Rectification
    digest: str
    checkpoint: str
    ordered_at: datetime


class Fine(msgspec.Struct, frozen=True, kw_only=True):
    """Proceedings about a fine; ``amount_fen`` is set only by a decision.

    Attributes:
        notified_by: Pseudonym of the officer who served the notice; another one decides. With ``notified_at``
            and ``statement_until`` empty when the district dropped it without a notice.
    """

    suggested_fen: int
    facts: str
    notified_at: datetime | None
    notified_by: str | None
    statement_until: datetime | None
    statement: str
    waived: bool
    stated_at: datetime | None
    amount_fen: int | None
    document_no: str
    reasons: str
    decided_at: datetime | None


async def order_of(handover_id: int) -> Order | None:
    """Return the order of a handover, if the district gave one."""
    rows = await database.fetch(
        "SELECT number, facts, action, contact, limit_on, evidence, content, digest, checkpoint, ordered_at"
        " FROM bidding_handover_order WHERE handover = $1",
        handover_id,
    )
    for row in rows:
        content = msgspec.json.decode(row.pop("content"), type=papers.Rectification)
        return Order(content=content, **row)
    return None


async def fine_of(handover_id: int) -> Fine | None:
    """Return the proceedings about a fine, if a notice was served."""
    rows = await database.fetch(
        "SELECT suggested_fen, facts, notified_at, notified_by, statement_until, statement,"
        " waived, stated_at, amount_fen, document_no, reasons, decided_at"
        " FROM bidding_handover_fine WHERE handover = $1",
        handover_id,
    )
    return msgspec.convert(rows[0], Fine) if rows else None
