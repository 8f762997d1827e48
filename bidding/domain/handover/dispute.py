"""A contested line: said with reasons, mediated by the witness or referred to an assessment body.

It never keeps anybody on the site (H06); only the end of the handover waits until it is settled or referred.
"""

from enum import StrEnum

from market.kernel.errors import ConflictError, NotFoundError
from market.kernel.lifecycle import Lifecycle, Move


class LineContestedError(ConflictError):
    """The line is contested already."""

    code = "handover-line-contested"
    source = "BPR 76"


class DisputeUnknownError(NotFoundError):
    """There is no such dispute in this handover."""

    code = "handover-dispute-unknown"


class Stage(StrEnum):
    """Where a dispute stands."""

    OPEN = "open"
    REFERRED = "referred"
    SETTLED = "settled"


class Step(StrEnum):
    """What moves it."""

    REFER = "refer"
    SETTLE = "settle"


LIFECYCLE = Lifecycle(
    "dispute about a handover line",
    Stage.OPEN,
    (
        Move(Stage.OPEN, Step.REFER, Stage.REFERRED),
        Move(Stage.OPEN, Step.SETTLE, Stage.SETTLED),
        Move(Stage.REFERRED, Step.SETTLE, Stage.SETTLED),
    ),
)
