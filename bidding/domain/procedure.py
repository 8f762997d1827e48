"""Procedures: how a tender may run, as values, and the lifecycle they share.

What differs by kind is a field. A further procedure that uses the same stages is one more entry of
``PROCEDURES``.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar, Final

import msgspec

from bidding.domain.act import Act
from market.kernel.actor import Role
from market.kernel.errors import NotFoundError
from market.kernel.lifecycle import Lifecycle, Move


class Stage(StrEnum):
    """Where a tender stands, from the draft to the end of its contract's start."""

    DRAFT = "draft"
    FILED = "filed"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    APPROVED = "approved"
    PUBLISHED = "published"
    PREQUAL_OPEN = "prequal-open"
    PREQUAL_REVIEW = "prequal-review"
    PREQUAL_DONE = "prequal-done"
    BIDDING = "bidding"
    CLOSED = "closed"
    OPENING = "opening"
    OPENED = "opened"
    EVALUATION = "evaluation"
    PRICE_OPENING = "price-opening"
    RANKED = "ranked"
    DECIDED = "decided"
    AWARDED = "awarded"
    CONTRACTED = "contracted"
    CONTRACT_FILED = "contract-filed"
    COMPLETED = "completed"
    FAILED = "failed"
    TERMINATED = "terminated"
    ANNULLED = "annulled"


LIFECYCLE: Final = Lifecycle(
    "tender",
    Stage.DRAFT,
    (
        Move(Stage.DRAFT, Act.TENDER_FILE, Stage.FILED),
        Move(Stage.FILED, Act.FILING_ACCEPT, Stage.ACCEPTED),
        Move(Stage.FILED, Act.FILING_RETURN, Stage.RETURNED),
        Move(Stage.FILED, Act.SELECTION_APPROVE, Stage.APPROVED),
        Move(Stage.RETURNED, Act.TENDER_DRAFT, Stage.DRAFT),
        Move(Stage.ACCEPTED, Act.TENDER_PUBLISH, Stage.PUBLISHED),
        Move(Stage.PUBLISHED, Act.TENDER_ISSUE, Stage.BIDDING),
        Move(Stage.PUBLISHED, Act.PREQUAL_ISSUE, Stage.PREQUAL_OPEN),
        Move(Stage.PREQUAL_OPEN, Act.PREQUAL_CLOSE, Stage.PREQUAL_REVIEW),
        Move(Stage.PREQUAL_REVIEW, Act.PREQUAL_CONCLUDE, Stage.PREQUAL_DONE),
        Move(Stage.PREQUAL_DONE, Act.PREQUAL_REDO, Stage.PREQUAL_REVIEW),  # an upheld objection
        Move(Stage.PREQUAL_DONE, Act.TENDER_FAIL, Stage.FAILED),  # fewer than three qualified (BLR 19)
        Move(Stage.PREQUAL_DONE, Act.TENDER_ISSUE, Stage.BIDDING),
        Move(Stage.BIDDING, Act.TENDER_CLOSE, Stage.CLOSED),
        Move(Stage.CLOSED, Act.TENDER_FREEZE, Stage.OPENING),
        Move(Stage.CLOSED, Act.TENDER_FAIL, Stage.FAILED),
        Move(Stage.OPENING, Act.TENDER_OPEN, Stage.OPENED),
        Move(Stage.OPENING, Act.TENDER_FAIL, Stage.FAILED),
        Move(Stage.OPENED, Act.EVALUATION_START, Stage.EVALUATION),
        Move(Stage.EVALUATION, Act.MARKS_LOCK, Stage.PRICE_OPENING),  # two envelopes
        Move(Stage.PRICE_OPENING, Act.PRICES_OPEN, Stage.EVALUATION),
        Move(Stage.PRICE_OPENING, Act.TENDER_FAIL, Stage.FAILED),
        Move(Stage.OPENED, Act.TENDER_FAIL, Stage.FAILED),  # the decision to tender is revoked (BPR 51)
        Move(Stage.EVALUATION, Act.EVALUATION_RANK, Stage.RANKED),
        Move(Stage.EVALUATION, Act.TENDER_FAIL, Stage.FAILED),
        Move(Stage.RANKED, Act.DECISION_RECORD, Stage.DECIDED),
        Move(Stage.DECIDED, Act.DECISION_RECORD, Stage.DECIDED),  # the next in rank, BLR 55
        Move(Stage.DECIDED, Act.AWARD_PUBLISH, Stage.AWARDED),
        Move(Stage.RANKED, Act.AWARD_PUBLISH, Stage.AWARDED),  # a developer's: no owners' decision
        Move(Stage.APPROVED, Act.SELECTION_CONCLUDE, Stage.AWARDED),
        Move(Stage.AWARDED, Act.CONTRACT_SIGN, Stage.CONTRACTED),
        Move(Stage.AWARDED, Act.AWARD_CANCEL, Stage.RANKED),  # the next in rank, or a new tender (BLR 55)
        Move(Stage.RANKED, Act.TENDER_FAIL, Stage.FAILED),  # nobody can win any more (BLR 55, 56)
        Move(Stage.DECIDED, Act.TENDER_FAIL, Stage.FAILED),
        Move(Stage.CONTRACTED, Act.CONTRACT_FILE, Stage.CONTRACT_FILED),
        Move(Stage.CONTRACT_FILED, Act.CONTRACT_RETURN, Stage.CONTRACTED),
        Move(Stage.CONTRACTED, Act.HANDOVER_CONFIRM, Stage.COMPLETED),  # filed late or never
        Move(Stage.CONTRACT_FILED, Act.HANDOVER_CONFIRM, Stage.COMPLETED),
        Move(Stage.ACCEPTED, Act.TENDER_TERMINATE, Stage.TERMINATED),
        Move(Stage.APPROVED, Act.TENDER_TERMINATE, Stage.TERMINATED),
        Move(Stage.PUBLISHED, Act.TENDER_TERMINATE, Stage.TERMINATED),
        Move(Stage.PREQUAL_OPEN, Act.TENDER_TERMINATE, Stage.TERMINATED),
        Move(Stage.PREQUAL_REVIEW, Act.TENDER_TERMINATE, Stage.TERMINATED),
        Move(Stage.PREQUAL_DONE, Act.TENDER_TERMINATE, Stage.TERMINATED),
        Move(Stage.BIDDING, Act.TENDER_TERMINATE, Stage.TERMINATED),
        Move(Stage.RANKED, Act.EVALUATION_REDO, Stage.EVALUATION),  # an upheld objection or complaint
        Move(Stage.DECIDED, Act.EVALUATION_REDO, Stage.EVALUATION),
        Move(Stage.PREQUAL_OPEN, Act.TENDER_ANNUL, Stage.ANNULLED),  # BLR 81, BL 64
        Move(Stage.PREQUAL_REVIEW, Act.TENDER_ANNUL, Stage.ANNULLED),
        Move(Stage.PREQUAL_DONE, Act.TENDER_ANNUL, Stage.ANNULLED),
        Move(Stage.BIDDING, Act.TENDER_ANNUL, Stage.ANNULLED),
        Move(Stage.CLOSED, Act.TENDER_ANNUL, Stage.ANNULLED),
        Move(Stage.OPENING, Act.TENDER_ANNUL, Stage.ANNULLED),
        Move(Stage.OPENED, Act.TENDER_ANNUL, Stage.ANNULLED),
        Move(Stage.EVALUATION, Act.TENDER_ANNUL, Stage.ANNULLED),
        Move(Stage.PRICE_OPENING, Act.TENDER_ANNUL, Stage.ANNULLED),
        Move(Stage.RANKED, Act.TENDER_ANNUL, Stage.ANNULLED),
        Move(Stage.DECIDED, Act.TENDER_ANNUL, Stage.ANNULLED),
        Move(Stage.AWARDED, Act.TENDER_ANNUL, Stage.ANNULLED),
    ),
)

BY_AGREEMENT: Final = (Move(Stage.AWARDED, Act.AWARD_CANCEL, Stage.APPROVED),)
"""Rows of a selection by agreement: without ranks it goes back to the approval, which stands (PMR 24)."""

AT_ONCE: Final = Move(Stage.PUBLISHED, Act.TENDER_ISSUE, Stage.BIDDING)
"""The row a procedure with pre-qualification does not walk: its documents wait for the qualified."""

PREQUAL: Final = frozenset({Stage.PREQUAL_OPEN, Stage.PREQUAL_REVIEW, Stage.PREQUAL_DONE})
BEFORE_PUBLICATION: Final = frozenset(
    {Stage.DRAFT, Stage.FILED, Stage.RETURNED, Stage.ACCEPTED, Stage.APPROVED}
)
BEFORE_FREEZE: Final = BEFORE_PUBLICATION | PREQUAL | {Stage.PUBLISHED, Stage.BIDDING, Stage.CLOSED}
SEALED_STAGES: Final = BEFORE_FREEZE | {Stage.OPENING}
AFTER_AWARD: Final = frozenset({Stage.AWARDED, Stage.CONTRACTED, Stage.CONTRACT_FILED, Stage.COMPLETED})
"""A winner is named: the names of the committee are public (BL 37)."""
STOPPED: Final = frozenset({Stage.FAILED, Stage.TERMINATED, Stage.ANNULLED})
"""Over without a contract; the tenderer may tender again."""
CONTRACTING: Final = frozenset({Stage.RANKED, Stage.DECIDED, Stage.AWARDED})
"""Where a standing award leads to its contract: with several lots some may still wait for their award."""


class FailureReason(StrEnum):
    """Why a tender failed (流标) or was ended."""

    LT3_BIDS = "lt3-bids"
    LT3_QUALIFIED = "lt3-qualified"
    NOT_OPENED = "not-opened"
    ALL_REJECTED = "all-rejected"
    NO_WINNER = "no-winner"
    DECISION_REVOKED = "decision-revoked"
    ENDED_BY_TENDERER = "ended-by-tenderer"
    ANNULLED = "annulled"
    RETENDER_ORDERED = "retender-ordered"


class Profile(StrEnum):
    """The body of rules a tender stands under; the two are never mixed."""

    OWNER = "owner"
    PROPHASE = "prophase"


class Procedure(msgspec.Struct, frozen=True, kw_only=True):
    """One way to tender.

    Attributes:
        tenderers: Roles that may run it.
        filing: Roles of the authority that answers the filing, and is the default supervising keyholder.
        supervising_level: Division level of the supervising authority.
        letter: The letter in tender numbers.
        decision_needed: An owners' decision must be on file before filing (BPR 34, 64).
        ban_refuses: A barred enterprise's bid is refused at receipt; elsewhere only where the tender
            document says so (BL 53, 54, BLR 67, 68: bans reach must-tender projects only).
        by_invitation: Only the enterprises the tenderer invited may bid (BL 10, 17).
        prequalified: Whoever wants to bid applies first, and only the qualified may bid (BLR 15-19).
        competitive: Sealed bids compete; a selection by agreement has none (PMR 24).
        path: The stages it walks; its lifecycle is the rows between them and the side stages.
        source: The clauses the procedure rests on.
    """

    key: str
    profile: Profile
    tenderers: frozenset[Role]
    filing: frozenset[Role]
    supervising_level: str
    letter: str
    decision_needed: bool
    ban_refuses: bool
    source: str
    by_invitation: bool = False
    prequalified: bool = False
    competitive: bool = True
    path: tuple[Stage, ...] = ()

    @property
    def lifecycle(self) -> Lifecycle[Stage, Act]:
        """The moves this procedure knows."""
        return LIFECYCLES[self.key]


_SIDE: Final = (Stage.RETURNED, Stage.FAILED, Stage.TERMINATED)
_QUALIFYING: Final = tuple(stage for stage in Stage if stage not in {*_SIDE, Stage.APPROVED})
_COMPETITIVE: Final = tuple(stage for stage in _QUALIFYING if stage not in PREQUAL)
_WITHOUT_VOTE: Final = tuple(stage for stage in _COMPETITIVE if stage is not Stage.DECIDED)

OWNER_OPEN: Final = Procedure(
    key="owner-open",
    profile=Profile.OWNER,
    tenderers=frozenset({Role.COMMITTEE}),
    filing=frozenset({Role.STREET, Role.DISTRICT}),
    supervising_level="street",
    letter="O",
    decision_needed=True,
    ban_refuses=False,
    source="BPR 64; BL 2, 10",
    path=_COMPETITIVE,
)
OWNER_INVITED: Final = msgspec.structs.replace(
    OWNER_OPEN, key="owner-invited", by_invitation=True, source="BPR 64; BL 2, 10, 17"
)
OWNER_PREQUALIFIED: Final = msgspec.structs.replace(
    OWNER_OPEN,
    key="owner-prequalified",
    prequalified=True,
    path=_QUALIFYING,
    source="BPR 64; BL 2, 10, 18; BLR 15-19",
)
PROPHASE_OPEN: Final = Procedure(
    key="prophase-open",
    profile=Profile.PROPHASE,
    tenderers=frozenset({Role.DEVELOPER}),
    filing=frozenset({Role.DISTRICT}),
    supervising_level="district",
    letter="P",
    decision_needed=False,
    ban_refuses=True,
    source="PMR 24; BL 3, 10; BPR 19",
    path=_WITHOUT_VOTE,
)
PROPHASE_INVITED: Final = msgspec.structs.replace(
    PROPHASE_OPEN, key="prophase-invited", by_invitation=True, source="PMR 24; BL 3, 10, 17; BLR 8; BPR 19"
)
PROPHASE_PREQUALIFIED: Final = msgspec.structs.replace(
    PROPHASE_OPEN,
    key="prophase-prequalified",
    prequalified=True,
    path=tuple(stage for stage in _QUALIFYING if stage is not Stage.DECIDED),
    source="PMR 24; BL 3, 10, 18; BLR 15-19; BPR 19",
)
PROPHASE_NEGOTIATED: Final = msgspec.structs.replace(
    PROPHASE_OPEN,
    key="prophase-negotiated",
    competitive=False,
    path=(
        Stage.DRAFT,
        Stage.FILED,
        Stage.APPROVED,
        Stage.AWARDED,
        Stage.CONTRACTED,
        Stage.CONTRACT_FILED,
        Stage.COMPLETED,
        Stage.ANNULLED,
    ),
    source="PMR 24; BPR 19",
)
PROCEDURES: Final[Mapping[str, Procedure]] = {
    p.key: p
    for p in (
        *(OWNER_OPEN, OWNER_INVITED, OWNER_PREQUALIFIED),
        *(PROPHASE_OPEN, PROPHASE_INVITED, PROPHASE_PREQUALIFIED, PROPHASE_NEGOTIATED),
    )
}


def _derived(procedure: Procedure) -> Lifecycle[Stage, Act]:
    """Return the rows between the stages of a procedure's path and the side stages."""
    walked = {*procedure.path, *(side for side in _SIDE if procedure.competitive or side is not Stage.FAILED)}
    rows = (
        *(move for move in LIFECYCLE.moves if move != AT_ONCE or not procedure.prequalified),
        *BY_AGREEMENT,
    )
    moves = tuple(move for move in rows if {move.source, move.target} <= walked)
    return Lifecycle(procedure.key, LIFECYCLE.initial, moves)


LIFECYCLES: Final[Mapping[str, Lifecycle[Stage, Act]]] = {p.key: _derived(p) for p in PROCEDURES.values()}
"""Procedure -> its lifecycle."""


class UnknownProcedureError(NotFoundError):
    """No procedure of this name is registered."""

    code: ClassVar[str] = "procedure-unknown"


def named(key: str) -> Procedure:
    """Return a registered procedure.

    Raises:
        UnknownProcedureError: The registry has no such entry.
    """
    try:
        return PROCEDURES[key]
    except KeyError:
        raise UnknownProcedureError(f"no procedure {key}", procedure=key) from None
