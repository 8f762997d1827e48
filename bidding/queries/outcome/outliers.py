"""What lies apart in the evaluation of a lot, under pseudonyms, with the reasons its members gave."""

import msgspec

from bidding.domain.outcome import outlier
from bidding.domain.outcome.outlier import Distance
from bidding.domain.tender import Tender
from bidding.queries import evaluations, tenders
from market.runtime import database


class Apart(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet or a mark that lies apart.

    Attributes:
        mandate: Whose it is; not for other eyes before the award.
        reasons: Empty while the member has given none.
    """

    distance: Distance
    mandate: int
    pseudonym: str
    reasons: str


async def of_lot(found: evaluations.Evaluation, tender: Tender) -> tuple[Apart, ...]:
    """Return what lies apart among those who sit now; nothing while a mark is missing."""
    rejected = {each.commitment for each in await evaluations.rejections(found)}
    measured = outlier.distances(
        await evaluations.marks(found.id),
        tender.content.scheme,
        experts=await evaluations.sitting(tender.id),
        bids=[each.commitment for each in found.entrants if each.commitment not in rejected],
    )
    apart = outlier.apart(measured, outlier.limit(tenders.rules_of(tender)))
    if not apart:
        return ()
    seats = await database.fetch(
        "SELECT id, mandate, pseudonym FROM bidding_seat WHERE tender = $1 AND state = 'member'", tender.id
    )
    holders = {row["id"]: row for row in seats}
    given = await _reasons(found.id)
    return tuple(
        Apart(
            distance=one,
            mandate=(holder := holders[one.expert])["mandate"],
            pseudonym=holder["pseudonym"],
            reasons=given.get((holder["mandate"], one.commitment, one.criterion), ""),
        )
        for one in apart
    )


async def _reasons(evaluation_id: int) -> dict[tuple[int, str, str], str]:
    rows = await database.fetch(
        "SELECT mandate, commitment, criterion, reasons FROM bidding_mark_reason WHERE evaluation = $1",
        evaluation_id,
    )
    return {(row["mandate"], row["commitment"], row["criterion"]): row["reasons"] for row in rows}
