"""A defence is recorded by a member of the committee."""

from datetime import datetime
from typing import Any, ClassVar

import msgspec

from bidding.domain.act import Act
from bidding.domain.outcome import defence
from bidding.queries import evaluations as queries
from bidding.queries.outcome import defences
from bidding.services import evaluations
from bidding.tables.evaluations import DefenceRow
from market.kernel import digest
from market.kernel.actor import Actor
from market.kernel.errors import RuleError
from market.runtime import audit, database


class RecordMissingError(RuleError):
    """The record of a defence says who answered, for how long, and what was asked and answered."""

    code: ClassVar[str] = "defence-record-missing"
    source = "BLR 49"


async def hold(
    *,
    number: str,
    lot: str,
    commitment: str,
    answers: defence.Answers | None,
    by: Actor,
    now: datetime,
) -> None:
    """Record the defence of the bid whose turn it is, or that its bidder was called and did not come.

    Args:
        answers: What was asked and answered; ``None`` for a bidder who did not come.

    Raises:
        NotAMemberError: No seat on this committee.
        NoDefenceError: The document provides none.
        AlreadyDefendedError: It is held.
        DefenceOutOfTurnError: Another bidder is next in the drawn order.
        RecordMissingError: The bidder appeared, and the record is empty.
        ReportMadeError: The report is made.
    """
    async with database.transaction():
        tender, found, seat = await evaluations.at_work(Act.EVALUATION_DEFEND, number, lot, by)
        found.entrant(commitment)
        defence.check_turn(
            commitment,
            tender.content.scheme,
            defence.order((each.commitment for each in found.entrants), found.seed),
            {one.commitment for one in await defences.of_evaluation(found.id)},
            {one.commitment for one in await queries.rejections(found)},
        )
        said = defence.Answers() if answers is None else answers
        lacking = next((name for name, value in msgspec.structs.asdict(said).items() if not value), None)
        if answers is not None and lacking:
            raise RecordMissingError("say what was asked and answered", field=lacking)
        salt = audit.salt()
        given: dict[str, Any] = {
            "commitment": commitment,
            "appeared": answers is not None,
            **msgspec.structs.asdict(said),
        }
        row = DefenceRow(
            evaluation=found.id,
            mandate=seat.mandate,
            **given,
            record_digest=digest.digest("defence", {"seat": seat.pseudonym, "salt": salt, **given}),
            salt=salt,
            held_at=now,
        )
        await row.save()
        rows = [audit.row(DefenceRow, row.id)]
        await evaluations.record(Act.EVALUATION_DEFEND, seat, rows, number=number, by=by, now=now)
