"""How a bidder's act is kept: one hidden row, one held entry, and the signed word the bidder is given.

Nothing here decides; ``bids`` says what is kept and whether it was refused.
Source: docs/sealing.md section 3.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec

from bidding.domain import bid
from bidding.domain.bid import ActRecord, RefusalCode
from bidding.domain.procedure import BEFORE_FREEZE
from bidding.domain.sealed import package, receipt, wire
from bidding.domain.sealed.envelope import BidAct
from bidding.domain.sealed.transcript import REFUSED, SEALED, STOOD, WITHDRAWN
from bidding.domain.tender import Tender
from bidding.queries import bids as queries
from bidding.tables.bids import SealedRow
from market.kernel import digest
from market.kernel.actor import Actor
from market.runtime import audit, database, keys


def act_index(outcome: bid.Outcome | RefusalCode, act: BidAct, organisation: int) -> str:
    """Return the index that makes an act idempotent."""
    what = {"outcome": outcome.value, "action": act.action, "commitment": act.commitment}
    version = {"version": act.version_digest} if act.action == "stands" else {}
    return keys.current().blind(what | version | {"organisation": organisation})


_SEAL: Final = """
    WITH used AS (DELETE FROM bidding_upload WHERE id = $6)
    INSERT INTO bidding_sealed (id, blind_index, act_index, blob, blob_digest) VALUES ($1, $2, $3, $4, $5)
"""


async def keep(
    *, record: ActRecord, tender: Tender, by: Actor, now: datetime, upload: str = ""
) -> wire.BidAnswer:
    """Store an act as one hidden row with one held entry, and sign what the bidder is told.

    The upload of an accepted bid ends; after a refusal it may be gone on with.
    """
    index = act_index(record.refused or bid.Outcome.RECEIPT, record.act, record.organisation)
    if record.refused is not None and (known := await queries.by_act(index)) is not None:
        return answer(known)
    blob = keys.current().seal_blob(queries.even(msgspec.json.encode(record)))
    name = uuid4()
    place = queries.blind_index(tender=tender.number, lot=record.lot, organisation=record.organisation)
    used = UUID(upload) if upload and record.refused is None else None
    await database.execute(_SEAL, name, place, index, blob, digest.h("sealed", blob), used)
    entry = await audit.record(
        act=_name(record),
        by=by,
        subject=record.act.commitment,
        now=now,
        changed=[audit.row(SealedRow, name)],
        held=tender.stage in BEFORE_FREEZE,
        actor=package.actor_digest(record.actor_salt, record.uscc),
    )
    token = keys.current().jws(_word(record, entry))
    hidden = keys.current().seal_blob(queries.even(token.encode()))
    await database.execute(
        "UPDATE bidding_sealed SET entry = $2, token = $3 WHERE id = $1", name, entry.id, hidden
    )
    return wire.BidAnswer(outcome=record.outcome.value, token=token)


def _name(record: ActRecord) -> str:
    if record.refused is not None:
        return REFUSED
    if record.stands:
        return STOOD
    return WITHDRAWN if record.withdraws else SEALED


def _word(record: ActRecord, entry: audit.Entry) -> dict[str, Any]:
    word: dict[str, Any] = {
        "action": record.act.action,
        "tender": record.tender,
        "commitment": record.act.commitment,
        "received_at": digest.instant(record.received_at),
        "entry": entry.digest,
    }
    if record.refused is None:
        word["promise"] = receipt.PROMISE
    else:
        word |= {"code": record.refused.value, "rule": bid.RULES[record.refused]}
    if entry.body.get("demonstration"):
        word["demonstration"] = True
    return word


def answer(known: queries.Stored) -> wire.BidAnswer:
    """Return what the bidder was told when the act was kept."""
    return wire.BidAnswer(outcome=known.record.outcome.value, token=known.token)
