"""The members decide on a proposed rejection."""

from datetime import datetime
from typing import Any

from bidding.domain.act import Act
from bidding.domain.outcome import rejecting
from bidding.queries import evaluations as queries
from bidding.services import evaluations
from bidding.tables.evaluations import RejectionVoteRow
from market.kernel import digest
from market.kernel.actor import Actor
from market.runtime import audit, database


async def vote(
    *, number: str, lot: str, proposal: int, agrees: bool, reasons: str = "", by: Actor, now: datetime
) -> None:
    """Vote on a rejection another member proposed; with more than half of all members the bid is rejected.

    Args:
        reasons: The dissent, in writing; may stay empty for who agrees (BLR 53).

    Raises:
        NotAMemberError: No seat on this committee.
        ProposalUnknownError: No such proposal in this lot, or its member has left.
        AlreadyVotedError: Decided, or voted before.
        DissentReasonsError: Against it without reasons.
        ReportMadeError: The report is made.
    """
    async with database.transaction():
        _, found, seat = await evaluations.at_work(Act.EVALUATION_VOTE, number, lot, by)
        proposals = {one.id: one for one in await queries.proposals(found.id)}
        if proposal not in proposals:
            raise rejecting.ProposalUnknownError("no such proposal", field="proposal", value=str(proposal))
        members = len(await queries.sitting(found.tender))
        rejecting.check_vote(proposals[proposal], seat.id, members, agrees=agrees, reasons=reasons)
        salt = audit.salt()
        given: dict[str, Any] = {"rejection": proposal, "agrees": agrees, "reasons": reasons.strip()}
        row = RejectionVoteRow(
            mandate=seat.mandate,
            **given,
            vote_digest=digest.digest("rejection-vote", {"seat": seat.pseudonym, "salt": salt, **given}),
            salt=salt,
            voted_at=now,
        )
        await row.save()
        rows = [audit.row(RejectionVoteRow, row.id)]
        await evaluations.record(Act.EVALUATION_VOTE, seat, rows, number=number, by=by, now=now)
