"""Records of defences."""

import msgspec

from bidding.domain.outcome.defence import Held
from bidding.domain.sealed.transcript import Opening
from bidding.queries.service.offers import manager_of
from market.runtime import database


async def of_evaluation(evaluation_id: int) -> tuple[Held, ...]:
    """Return the defences that were held in one evaluation, in the order they were."""
    rows = await database.fetch(
        "SELECT commitment, appeared, speakers, minutes, record, held_at FROM bidding_defence"
        " WHERE evaluation = $1 ORDER BY id",
        evaluation_id,
    )
    return msgspec.convert(rows, tuple[Held, ...])


async def managers(tender_id: int) -> dict[str, str]:
    """Return whom each opened bid names as its project manager, by commitment; empty where nobody."""
    rows = await database.fetch(
        "SELECT commitment, opening FROM bidding_opened_bid WHERE tender = $1", tender_id
    )
    return {
        row["commitment"]: manager_of(msgspec.json.decode(row["opening"], type=Opening).readout.terms)
        for row in rows
    }
