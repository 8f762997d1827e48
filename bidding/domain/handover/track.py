"""The way of a handover: its stages, who takes which step, the last day to leave.

Pressure on a late provider runs beside this track (``pressure``), so being late never cuts the way back:
every line and every step stays possible until the end. A contested line is an overlay too (``dispute``).
"""

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum

from bidding.domain.handover.checklist import Party, Section
from market.kernel.errors import RuleError
from market.kernel.lifecycle import Lifecycle, Move
from market.kernel.workday import Workdays


class NotASignatoryError(RuleError):
    """This party has no signature on this line, or the step is another party's."""

    code = "handover-not-a-signatory"
    source = "BPR 76"


class LinesOpenError(RuleError):
    """Lines of the checklist are not signed by everybody; ``context`` counts them and names the first."""

    code = "handover-lines-open"
    source = "BPR 76, BPR 21, BPR 71"


class HandoverNotOpenError(RuleError):
    """Lines are entered and signed between the notice and the end of a handover."""

    code = "handover-not-open"
    source = "BPR 76"


class Stage(StrEnum):
    """Where a handover stands."""

    INITIATED = "initiated"
    NOTICE_SERVED = "notice-served"
    PLAN_AGREED = "plan-agreed"
    INSPECTED = "inspected"
    DOCUMENTS_TRANSFERRED = "documents-transferred"
    FUNDS_SETTLED = "funds-settled"
    SITE_EXITED = "site-exited"
    CLOSED = "closed"


class Step(StrEnum):
    """What moves a handover."""

    SERVE = "serve"
    AGREE = "agree"
    INSPECT = "inspect"
    TRANSFER = "transfer"
    SETTLE = "settle"
    LEAVE = "leave"
    CLOSE = "close"


LIFECYCLE = Lifecycle(
    "handover",
    Stage.INITIATED,
    (
        Move(Stage.INITIATED, Step.SERVE, Stage.NOTICE_SERVED),
        Move(Stage.NOTICE_SERVED, Step.AGREE, Stage.PLAN_AGREED),
        Move(Stage.PLAN_AGREED, Step.INSPECT, Stage.INSPECTED),
        Move(Stage.INSPECTED, Step.TRANSFER, Stage.DOCUMENTS_TRANSFERRED),
        Move(Stage.DOCUMENTS_TRANSFERRED, Step.SETTLE, Stage.FUNDS_SETTLED),
        Move(Stage.FUNDS_SETTLED, Step.LEAVE, Stage.SITE_EXITED),
        Move(Stage.SITE_EXITED, Step.CLOSE, Stage.CLOSED),
    ),
)
RUNNING = (
    Stage.NOTICE_SERVED,
    Stage.PLAN_AGREED,
    Stage.INSPECTED,
    Stage.DOCUMENTS_TRANSFERRED,
    Stage.FUNDS_SETTLED,
)
"""While the last day to leave counts."""

OPEN = (*RUNNING, Stage.SITE_EXITED)
"""While lines are entered, signed and contested."""

_BOTH = frozenset({Party.OLD, Party.COMMITTEE})
PARTY_OF: dict[Step, frozenset[Party]] = {
    step: _BOTH if step in {Step.TRANSFER, Step.SETTLE} else frozenset({Party.COMMITTEE}) for step in Step
}
NEEDS: dict[Step, frozenset[Section]] = {
    Step.TRANSFER: frozenset({Section.DOCUMENTS}),
    Step.SETTLE: frozenset({Section.MONEY}),
    Step.LEAVE: frozenset({Section.DOCUMENTS, Section.MONEY, Section.KEYS}),
    Step.CLOSE: frozenset(Section),
}


def exit_due(received_on: date, contract_end_on: date | None, workdays: Workdays, *, days: int) -> date:
    """Return the last day to leave: the later of receipt + 30 days and the contract's end.

    The statutory days end on a working day (CC 203); the contract's end is taken as it stands.

    Args:
        days: Rule H04.

    Source:
        BPR 76; CC 946; how they fit together is our reading, rule H13 [design].
    """
    statutory = workdays.add_days(received_on, days)
    return statutory if contract_end_on is None else max(statutory, contract_end_on)


def notice_until(received_on: date, *, days: int) -> date:
    """Return the sixtieth day of a dismissal notice (CC 946), shown beside the last day to leave.

    Args:
        days: Rule H13.notice; the contract may say otherwise, and the text of the notice counts then.
    """
    return received_on + timedelta(days=days)


def check_open(stage: Stage) -> None:
    """Refuse what belongs between the notice and the end.

    Raises:
        HandoverNotOpenError: Before or after.
    """
    if stage not in OPEN:
        raise HandoverNotOpenError(stage=stage.value)


def advance(stage: Stage, step: Step, *, party: Party, missing: Collection[str]) -> Stage:
    """Return the stage after a step of one party, or refuse.

    Args:
        missing: Signatures the step needs and lacks, as ``inventory.missing`` names them.

    Raises:
        NotASignatoryError: The step is not this party's.
        LinesOpenError: The step needs lines that are not signed.
        UnknownMoveError: The stage does not know the step.
    """
    target = LIFECYCLE.after(stage, step)
    if party not in PARTY_OF[step]:
        raise NotASignatoryError(line=step.value, party=party.value)
    if missing:
        raise LinesOpenError(count=len(missing), first=next(iter(missing)))
    return target
