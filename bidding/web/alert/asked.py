"""What people and programs send about an alert: one struct for the form and the JSON of each act."""

from typing import Annotated

import msgspec

from bidding.domain.alert.disposal import Clause
from bidding.web.requests import Request

Reasons = Annotated[str, msgspec.Meta(min_length=1, max_length=4000, extra={"source": "BLR 40"})]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class Uphold(Request, frozen=True, kw_only=True):
    """POST …/uphold: as which fact, and why."""

    held_as: Clause
    reasons: Reasons


class Dismiss(Request, frozen=True, kw_only=True):
    """POST …/dismiss: why nothing is in it."""

    reasons: Reasons


class Refer(Request, frozen=True, kw_only=True):
    """POST …/refer: to whom, why, and what goes along."""

    addressee: Annotated[str, msgspec.Meta(min_length=1, max_length=200, extra={"source": "BLR 40"})]
    reasons: Reasons
    exhibits: Annotated[tuple[Line, ...], msgspec.Meta(min_length=1, max_length=50)]


class ReferForm(Request, frozen=True, kw_only=True):
    """The same from a page, one piece of evidence a line."""

    addressee: Annotated[str, msgspec.Meta(min_length=1, max_length=200, extra={"source": "BLR 40"})]
    reasons: Reasons
    exhibits: Annotated[str, msgspec.Meta(min_length=1, max_length=15_000, extra={"source": "BLR 40"})]

    def lines(self) -> tuple[str, ...]:
        """Return the list of evidence."""
        return tuple(line.strip()[:300] for line in self.exhibits.splitlines() if line.strip())[:50]


class AnswerReferral(Request, frozen=True, kw_only=True):
    """POST …/answer: what the other authority said."""

    reasons: Reasons
