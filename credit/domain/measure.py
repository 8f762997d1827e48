"""What follows from a grade or a listing: a register of measures, each with authority and basis.

A measure without a basis in law is advice or information only (GB49). Issuing and lifting measures as acts
comes with the publication cycle; here stands what each grade means.
"""

from enum import StrEnum

import msgspec

from credit.domain.catalogue import Recorder
from credit.domain.grade import Grade


class Trigger(StrEnum):
    """What calls a measure."""

    GRADE_A = "A"
    GRADE_B = "B"
    GRADE_C = "C"
    GRADE_D = "D"
    LISTED = "listed"
    BANNED = "banned"


class Force(StrEnum):
    """How strongly a measure binds; only a basis in law restricts."""

    INSPECTION = "inspection"
    INCENTIVE = "incentive"
    ADVICE = "advice"
    DUTY = "duty"
    RESTRICTION = "restriction"


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One measure; its text is ``credit.measure.<key>`` in the catalogue.

    Attributes:
        authorities: Who issues it; empty when it is the owners' or the tenderer's choice.
    """

    key: str
    trigger: Trigger
    force: Force
    authorities: tuple[Recorder, ...]
    legal_basis: str


_LOCAL = (Recorder.DISTRICT, Recorder.STREET)
_ALL = (Recorder.CITY, Recorder.DISTRICT, Recorder.STREET)


def _measure(
    key: str, trigger: Trigger, force: Force, legal_basis: str, authorities: tuple[Recorder, ...] = ()
) -> Measure:
    return Measure(key=key, trigger=trigger, force=force, authorities=authorities, legal_basis=legal_basis)


MEASURES: tuple[Measure, ...] = (
    _measure("inspection-a", Trigger.GRADE_A, Force.INSPECTION, "BPR 68; BJ-DRAFT23", _LOCAL),
    _measure("recommended", Trigger.GRADE_A, Force.INCENTIVE, "BPR 68", (Recorder.CITY,)),
    _measure("bid-security-waiver", Trigger.GRADE_A, Force.INCENTIVE, "BLR 26"),
    _measure("inspection-b", Trigger.GRADE_B, Force.INSPECTION, "BPR 68", _LOCAL),
    _measure("inspection-c", Trigger.GRADE_C, Force.INSPECTION, "BPR 68", _LOCAL),
    _measure("interview-manager", Trigger.GRADE_C, Force.DUTY, "BPR 68", _LOCAL),
    _measure("inspection-d", Trigger.GRADE_D, Force.INSPECTION, "BPR 68; BJ-DRAFT23", _ALL),
    _measure("interview-representative", Trigger.GRADE_D, Force.DUTY, "BPR 68", (Recorder.DISTRICT,)),
    _measure("no-new-projects-advice", Trigger.GRADE_D, Force.ADVICE, "", ()),
    _measure("shown-as-listed", Trigger.LISTED, Force.ADVICE, "BPR 68", (Recorder.CITY,)),
    _measure("rewards-stop", Trigger.LISTED, Force.DUTY, "BPR 68", (Recorder.CITY,)),
    _measure("tender-ban", Trigger.BANNED, Force.RESTRICTION, "BL 53, 54, 60", (Recorder.DISTRICT,)),
)


def measures_for(letter: Grade, *, listed: bool) -> tuple[Measure, ...]:
    """Return the measures in force for a grade and a listing, in register order."""
    wanted = {letter.value} | ({Trigger.LISTED.value} if listed else set())
    return tuple(m for m in MEASURES if m.trigger.value in wanted)
