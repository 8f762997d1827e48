"""What people and programs send in a pre-qualification."""

from typing import Annotated

import msgspec

from bidding.domain.prequal.application import Statement, Verdict
from bidding.web.requests import Moment, Request

Key = Annotated[str, msgspec.Meta(pattern="^[a-z0-9-]{1,20}$")]
Points = Annotated[int, msgspec.Meta(ge=0, le=10_000, extra={"form": "centi"})]


class Apply(Request, frozen=True, kw_only=True):
    """POST …/application: what the applicant says to each condition."""

    statements: Annotated[dict[Key, Statement], msgspec.Meta(max_length=50, extra={"source": "BLR 18"})]


class Answered(Request, frozen=True, kw_only=True):
    """One line of a checklist; an unchecked box is left out of a form and means not met."""

    condition: Key
    met: bool = False
    reason: Annotated[str, msgspec.Meta(max_length=2000, extra={"source": "BLR 19"})] = ""
    points: Points = 0


class Examine(Request, frozen=True, kw_only=True):
    """POST …/applications/{id}/examination: the whole checklist."""

    verdicts: Annotated[tuple[Answered, ...], msgspec.Meta(max_length=50, extra={"source": "BLR 18"})]

    def checklist(self) -> tuple[Verdict, ...]:
        """Return it as the rules see it."""
        return tuple(
            Verdict(condition=one.condition, met=one.met, reason=one.reason, points=one.points)
            for one in self.verdicts
        )


class Invite(Request, frozen=True, kw_only=True):
    """POST …/qualified: both instants only to set them anew."""

    issue_at: Moment | None = None
    deadline: Moment | None = None
