"""Who sees what of objections, complaints and reports, as one table.

Before the opening nobody may learn who deals with a tender (BL 22, BTB 20): an objector's name is then for
itself and for the authority. A reporter's name is for nobody (BTB 44).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from bidding.domain.remedy.complaint import Complaint, State
from bidding.domain.remedy.objection import KINDS, Objection
from bidding.domain.tender import Tender
from market.kernel.actor import Actor, Role


class Viewer(StrEnum):
    """In which position somebody looks."""

    OWN = "own"
    AUTHORITY = "authority"
    TENDERER = "tenderer"
    PUBLIC = "public"


class Part(StrEnum):
    """What there is to see."""

    OBJECTION = "objection"
    OBJECTION_TEXT = "objection-text"
    OBJECTOR = "objector"
    COMPLAINT = "complaint"
    COMPLAINT_TEXT = "complaint-text"
    COMPLAINANT = "complainant"
    DECISION = "decision"
    REPORT = "report"
    REPORTER = "reporter"


class When(StrEnum):
    """From when on."""

    ALWAYS = "always"
    OPENED = "opened"
    ACCEPTED = "accepted"
    DECIDED = "decided"
    NEVER = "never"


_ALWAYS, _NEVER = When.ALWAYS, When.NEVER
_VIEWERS: Final = (Viewer.OWN, Viewer.AUTHORITY, Viewer.TENDERER, Viewer.PUBLIC)
_ROWS: Final[Mapping[Part, tuple[When, When, When, When]]] = {
    Part.OBJECTION: (_ALWAYS, _ALWAYS, _ALWAYS, _ALWAYS),  # kind, when, answer and reasons
    Part.OBJECTION_TEXT: (_ALWAYS, _ALWAYS, _ALWAYS, _NEVER),  # the tenderer must answer it
    Part.OBJECTOR: (_ALWAYS, _ALWAYS, When.OPENED, _NEVER),
    Part.COMPLAINT: (_ALWAYS, _ALWAYS, When.ACCEPTED, When.DECIDED),
    Part.COMPLAINT_TEXT: (_ALWAYS, _ALWAYS, _NEVER, _NEVER),  # with request and evidence
    Part.COMPLAINANT: (_ALWAYS, _ALWAYS, _NEVER, _NEVER),
    Part.DECISION: (_ALWAYS, _ALWAYS, When.DECIDED, When.DECIDED),  # BTB 45: decisions are public
    Part.REPORT: (_ALWAYS, _ALWAYS, _NEVER, _NEVER),
    Part.REPORTER: (_ALWAYS, _NEVER, _NEVER, _NEVER),
}
TABLE: Final[Mapping[Part, Mapping[Viewer, When]]] = {
    part: dict(zip(_VIEWERS, row, strict=True)) for part, row in _ROWS.items()
}


def viewer(tender: Tender, actor: Actor, *, own: bool) -> Viewer:
    """Return the position an actor looks from; the supervising authorities are those over the project."""
    if own:
        return Viewer.OWN
    supervising = tender.procedure.filing | {Role.CITY, Role.DISTRICT}
    if actor.role in supervising and actor.covers(tender.path):
        return Viewer.AUTHORITY
    if actor.role in tender.procedure.tenderers and actor.organisation == tender.organisation:
        return Viewer.TENDERER
    return Viewer.PUBLIC


def sees(part: Part, who: Viewer, tender: Tender, complaint: Complaint | None = None) -> bool:
    """Say whether somebody in a position sees a part now."""
    match TABLE[part][who]:
        case When.ALWAYS:
            return True
        case When.OPENED:
            return tender.opened_at is not None
        case When.ACCEPTED:
            return complaint is not None and complaint.accepted_at is not None
        case When.DECIDED:
            return complaint is not None and complaint.state is State.DECIDED
        case When.NEVER:
            return False


def of_objection(found: Objection, tender: Tender, actor: Actor) -> Viewer:
    """Return the position an actor looks at an objection from."""
    own = actor.role is Role.ENTERPRISE and actor.organisation == found.organisation
    return viewer(tender, actor, own=own)


def knows_of(found: Objection, tender: Tender, actor: Actor) -> bool:
    """Say whether an objection is shown at all: an applicant's to its result is not public yet (BL 22)."""
    if not KINDS[found.kind].applicants_only or tender.opened_at is not None:
        return True
    return of_objection(found, tender, actor) is not Viewer.PUBLIC


def of_complaint(found: Complaint, tender: Tender, actor: Actor) -> Viewer:
    """Return the position an actor looks at a complaint from."""
    return viewer(tender, actor, own=actor.organisation == found.organisation)
