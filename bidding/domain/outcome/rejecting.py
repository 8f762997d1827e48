"""A bid is rejected by the committee: one member proposes it, the majority of the members decides."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

import msgspec

from bidding.domain.outcome.evaluation import Ground, Rejection
from market.kernel.errors import ConflictError, NotFoundError, RuleError


class ProposalUnknownError(NotFoundError):
    """Nobody who sits now has proposed this."""

    code: ClassVar[str] = "rejection-unknown"
    source = "BLR 51"


class AlreadyProposedError(ConflictError):
    """A rejection of this bid is proposed or decided already, or this ground found no majority."""

    code: ClassVar[str] = "rejection-already-proposed"
    source = "BLR 51"


class AlreadyVotedError(ConflictError):
    """This member has voted, or proposed it; a vote is not changed, and none is taken on what is decided."""

    code: ClassVar[str] = "rejection-already-voted"
    source = "BLR 51, 53"


class DissentReasonsError(RuleError):
    """Who is against a rejection says why, in writing."""

    code: ClassVar[str] = "rejection-dissent-reasons"
    source = "BLR 53"


class RejectionOpenError(RuleError):
    """The members have not decided on a rejection that is proposed."""

    code: ClassVar[str] = "rejection-open"
    source = "BLR 51, 53"


class State(StrEnum):
    """What has become of a proposal."""

    OPEN = "open"
    CARRIED = "carried"
    LOST = "lost"


class Vote(msgspec.Struct, frozen=True, kw_only=True):
    """What one member said to a proposal; ``reasons`` are its dissent where it is against."""

    seat: int
    agrees: bool
    reasons: str = ""
    voted_at: datetime


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A rejection one member proposed.

    Attributes:
        evidence: Where in the bid or elsewhere the facts stand.
        seat: Of who proposed it and so agrees.
        votes: Of the other members who sit now.
    """

    id: int
    commitment: str
    ground: Ground
    reasons: str
    evidence: str
    seat: int
    proposed_at: datetime
    votes: tuple[Vote, ...] = ()

    @property
    def agreed(self) -> int:
        """Members for it, with the one who proposed it."""
        return 1 + sum(vote.agrees for vote in self.votes)

    @property
    def against(self) -> int:
        """Members against it."""
        return sum(not vote.agrees for vote in self.votes)

    def state(self, members: int) -> State:
        """Return whether more than half of all members are for it, or can no longer be."""
        if 2 * self.agreed > members:
            return State.CARRIED
        return State.LOST if 2 * (members - self.against) <= members else State.OPEN

    def spoke(self, seat: int) -> bool:
        """Say whether a member has proposed it or voted on it."""
        return seat == self.seat or any(vote.seat == seat for vote in self.votes)

    @property
    def rejection(self) -> Rejection:
        """What the committee says when it is carried."""
        return Rejection(commitment=self.commitment, ground=self.ground, reasons=self.reasons)


def carried(proposals: Sequence[Proposal], members: int) -> tuple[Rejection, ...]:
    """Return the bids the committee has rejected, by commitment."""
    found = {one.commitment: one.rejection for one in proposals if one.state(members) is State.CARRIED}
    return tuple(found[name] for name in sorted(found))


def check_new(commitment: str, ground: Ground, proposals: Collection[Proposal], members: int) -> None:
    """Refuse a second proposal for a bid while one is open or carried, and a ground that was voted down.

    Raises:
        AlreadyProposedError: ``context`` says what the earlier one is.
    """
    for one in proposals:
        state = one.state(members)
        if one.commitment == commitment and (state is not State.LOST or one.ground is ground):
            raise AlreadyProposedError("proposed before", state=state.value, field="ground")


def check_vote(found: Proposal, seat: int, members: int, *, agrees: bool, reasons: str) -> None:
    """Refuse a vote on what is decided, a second one, and dissent without reasons.

    Raises:
        AlreadyVotedError: Decided, or this member has spoken.
        DissentReasonsError: Against it, and no reasons.
    """
    if found.state(members) is not State.OPEN or found.spoke(seat):
        raise AlreadyVotedError("decided, or voted before")
    if not agrees and not reasons.strip():
        raise DissentReasonsError("say why", field="reasons")


def check_decided(lot: str, proposals: Collection[Proposal], members: int) -> None:
    """Refuse a report while a proposal waits for votes.

    Raises:
        RejectionOpenError: ``context`` names the lot and how many wait.
    """
    still = sum(one.state(members) is State.OPEN for one in proposals)
    if still:
        raise RejectionOpenError(f"{still} proposals are open", lot=lot, open=still)
