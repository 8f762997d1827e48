"""The pre-qualification document as part of the tender document: conditions, times, a limit of places."""

from datetime import datetime
from typing import Annotated, Final

import msgspec

from bidding.domain import rule_table
from bidding.domain.procedure import Profile
from market.kernel import digest

PROPOSED_ISSUE: Final = rule_table.current(Profile.OWNER).value("T06")
"""For how many days documents are issued where the tenderer sets nothing else; the same in both profiles."""

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Text = Annotated[str, msgspec.Meta(max_length=4000)]


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One published condition; applications are examined by these and by nothing else (BLR 18).

    Attributes:
        text: What an applicant must be or have.
        evidence: What shows it.
        points: Most centi-points it can earn where places are limited; met or not met is asked in any case.
    """

    id: Annotated[str, msgspec.Meta(pattern="^[a-z0-9-]{1,20}$")]
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
    evidence: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    points: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0


class Prequalification(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What applicants are called by.

    Attributes:
        issue_at: The document begins to be issued; applications are taken from then on.
        issue_days: For how many days it is issued (BLR 16).
        deadline: End of applying, some days after the end of issue (BLR 17).
        how_to_apply: Form and address of the application, in words.
        limit: How many are invited at most, should more qualify; 0 for no limit. What is not published here
            limits nobody (BTB 16).
    """

    issue_at: Moment | None = None
    issue_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = PROPOSED_ISSUE
    deadline: Moment | None = None
    how_to_apply: Text = ""
    limit: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0
    conditions: Annotated[tuple[Condition, ...], msgspec.Meta(max_length=50)] = ()

    def digest(self) -> str:
        """Return the digest of the document, as the report on the award names it (BTB 35)."""
        return digest.digest("prequalification", msgspec.to_builtins(self))
