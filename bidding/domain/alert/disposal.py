"""What is done about an alert: founded, unfounded, or referred to another authority and answered.

A founded alert rejects nothing by itself: it names the ground of BLR 51(7), and the rejection is an act of
the committee. What was found need not be what was deemed: BLR 39 and 41 know collusion no detector sees.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import ClassVar, Final

from bidding.domain.procedure import SEALED_STAGES, Stage
from bidding.domain.tender import Tender
from market.kernel.actor import Actor, Role
from market.kernel.errors import NotPermittedError, TransitionError
from market.kernel.lifecycle import Lifecycle, Move


class State(StrEnum):
    """Where an alert stands."""

    RAISED = "raised"
    FOUNDED = "founded"
    UNFOUNDED = "unfounded"
    REFERRED = "referred"
    ANSWERED = "answered"


class Step(StrEnum):
    """What moves it."""

    UPHOLD = "uphold"
    DISMISS = "dismiss"
    REFER = "refer"
    ANSWER = "answer"


LIFECYCLE = Lifecycle(
    "alert about opened bids",
    State.RAISED,
    (
        Move(State.RAISED, Step.UPHOLD, State.FOUNDED),
        Move(State.RAISED, Step.DISMISS, State.UNFOUNDED),
        Move(State.RAISED, Step.REFER, State.REFERRED),
        Move(State.REFERRED, Step.ANSWER, State.ANSWERED),
        Move(State.ANSWERED, Step.UPHOLD, State.FOUNDED),
        Move(State.ANSWERED, Step.DISMISS, State.UNFOUNDED),
        Move(State.ANSWERED, Step.REFER, State.REFERRED),
    ),
)

OPEN: Final = (State.RAISED, State.ANSWERED)
"""States in which somebody has to decide."""


class Clause(StrEnum):
    """What a founded alert is held to be: deemed collusion, among bidders, or with the tenderer."""

    DEEMED_PREPARER = "BLR 40(1)"
    DEEMED_AGENT = "BLR 40(2)"
    DEEMED_MEMBER = "BLR 40(3)"
    DEEMED_CONTENT = "BLR 40(4)"
    DEEMED_MIXED = "BLR 40(5)"
    DEEMED_ACCOUNT = "BLR 40(6)"
    AGREED_TERMS = "BLR 39(1)"
    AGREED_WINNER = "BLR 39(2)"
    AGREED_WITHDRAWAL = "BLR 39(3)"
    IN_CONCERT = "BLR 39(4)"
    OTHER_JOINT = "BLR 39(5)"
    OPENED_EARLY = "BLR 41(1)"
    LEAKED = "BLR 41(2)"
    HINTED_PRICE = "BLR 41(3)"
    TOLD_TO_CHANGE = "BLR 41(4)"
    HINTED_HELP = "BLR 41(5)"
    OTHER_CONCERT = "BLR 41(6)"


class AlertsClosedError(NotPermittedError):
    """Alerts are for the seated committee and the authority that supervises the tender."""

    code: ClassVar[str] = "alerts-closed"
    source = "BL 44; BLR 40"


class CommitteeAtRestError(TransitionError):
    """The committee decides on alerts while it evaluates; at other times the authority does."""

    code: ClassVar[str] = "alert-committee-at-rest"
    source = "BLR 40, 51"


def reads(tender: Tender, actor: Actor, committee: Collection[int]) -> bool:
    """Say whether an actor reads the alerts of a tender: a seated expert or its supervising authority.

    The tenderer does not, nor its representatives, whom BLR 41 may be about.
    """
    if tender.opened_at is None or tender.stage in SEALED_STAGES:
        return False
    if actor.role in tender.procedure.filing:
        return actor.covers(tender.path)
    return actor.role is Role.EXPERT and actor.mandate in committee


def check(tender: Tender, actor: Actor, committee: Collection[int]) -> None:
    """Refuse who may not decide on an alert of this tender now.

    Raises:
        AlertsClosedError: Neither seated nor supervising.
        CommitteeAtRestError: A member of the committee outside the evaluation.
    """
    if not reads(tender, actor, committee):
        raise AlertsClosedError(f"{actor.role} has no part in {tender.number}")
    if actor.role is Role.EXPERT and tender.stage is not Stage.EVALUATION:
        raise CommitteeAtRestError(f"{tender.number} is {tender.stage}", stage=tender.stage.value)
