"""Facts of a pre-qualification; whom they concern is told in the inbox and never shown (BL 22)."""

from datetime import datetime

from bidding.domain.events import Event


class ApplicantsExamined(Event, frozen=True, kw_only=True, tag=True):
    """The results of a pre-qualification are told, to each applicant its own (BLR 19).

    Attributes:
        applicants: Who is told; never shown.
        turn: Entry of the act: after a new examination everybody is told again.
    """

    applicants: tuple[int, ...]
    turn: int


class QualifiedInvited(Event, frozen=True, kw_only=True, tag=True):
    """The qualified were invited to bid.

    Attributes:
        invited: Who is told; never shown.
        deadline: Of bidding.
    """

    invited: tuple[int, ...]
    deadline: datetime
