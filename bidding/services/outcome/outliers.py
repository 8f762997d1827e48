"""A member says why it marked unlike the others; no mark is changed by it."""

from datetime import datetime
from typing import Any

from bidding.domain.act import Act
from bidding.domain.outcome import outlier
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import Stage
from bidding.queries import evaluations as queries
from bidding.queries import seats as seat_queries
from bidding.queries import tenders as tender_queries
from bidding.queries.outcome import outliers
from bidding.services.committee import places
from bidding.services.evaluations import EvaluationNotRunningError
from bidding.tables.evaluations import MarkReasonRow
from market.kernel import digest
from market.kernel.actor import Actor
from market.runtime import audit, database


async def explain(
    *,
    number: str,
    lot: str,
    commitment: str,
    criterion: str = outlier.SHEET,
    reasons: str,
    by: Actor,
    now: datetime,
) -> None:
    """Give one's reasons for a mark or a sheet that lies apart, until the candidates are published.

    Args:
        criterion: ``SHEET`` for all marks of the bid together.

    Raises:
        NotAMemberError: No seat on this committee.
        EvaluationNotRunningError: The candidates are public.
        NotApartError: Nothing of this member lies apart there, or marks are still missing.
        AlreadyExplainedError: The reasons are given.
    """
    async with database.transaction():
        tender = await tender_queries.locked(number)
        PERMISSIONS[Act.EVALUATION_EXPLAIN].check(by, path=tender.path)
        seat = places.member(await seat_queries.of_tender(tender.id), by, number)
        found = await queries.of_lot(tender.id, lot)
        if tender.stage is not Stage.EVALUATION or found.published_at is not None:
            raise EvaluationNotRunningError(f"{number} is {tender.stage}", stage=tender.stage.value)
        place = (seat.id, commitment, criterion)
        known = {
            (one.distance.expert, one.distance.commitment, one.distance.criterion): one
            for one in await outliers.of_lot(found, tender)
        }
        if place not in known:
            raise outlier.NotApartError("nothing there lies apart", criterion=criterion)
        if known[place].reasons:
            raise outlier.AlreadyExplainedError("the reasons are given")
        given: dict[str, Any] = {"commitment": commitment, "criterion": criterion, "reasons": reasons.strip()}
        salt = audit.salt()
        row = MarkReasonRow(
            evaluation=found.id,
            mandate=seat.mandate,
            **given,
            reason_digest=digest.digest("mark-reason", {"seat": seat.pseudonym, "salt": salt, **given}),
            salt=salt,
            given_at=now,
        )
        await row.save()
        await audit.record(
            act=Act.EVALUATION_EXPLAIN,
            by=by,
            actor=seat.public_name,
            subject=f"tender:{number}",
            now=now,
            changed=[audit.row(MarkReasonRow, row.id)],
        )
