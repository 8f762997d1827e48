"""What people and programs send about an area's service: one struct for the form and the JSON of each act."""

from datetime import date
from typing import Annotated

import msgspec

from bidding.domain.tenure import emergency
from bidding.web.requests import Request

Code = Annotated[str, msgspec.Meta(pattern="^[0-9A-HJ-NPQRTUWXY]{18}$")]
Decision = Annotated[str, msgspec.Meta(min_length=1, max_length=40, extra={"source": "CC 278"})]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=2000, extra={"source": "BPR 77"})]
Reasons = Annotated[str, msgspec.Meta(min_length=1, max_length=2000, extra={"source": "CC 947"})]


class StateTerm(Request, frozen=True, kw_only=True):
    """POST /api/communities/{number}/service: multipart, the contract as ``file``."""

    provider: Code
    start_on: date
    end_on: date


class OnDecision(Request, frozen=True, kw_only=True):
    """POST …/settlement and …/dismissal: number of the owners' decision it rests on."""

    decision: Decision


class Decline(Request, frozen=True, kw_only=True):
    """POST …/refusal: the provider's words."""

    reasons: Reasons


class Appoint(Request, frozen=True, kw_only=True):
    """POST /api/communities/{number}/emergency: whom, for what, until when; all of it is posted."""

    provider: Code
    ground: emergency.Ground
    reasons: Words
    services: Annotated[
        tuple[emergency.Service, ...], msgspec.Meta(max_length=20, extra={"source": "BPR 77"})
    ] = ()
    content: Words
    fees: Words
    start_on: date
    end_on: date

    def appointment(self) -> emergency.Appointment:
        """Return it as the act takes it."""
        return emergency.Appointment(**{name: getattr(self, name) for name in self.__struct_fields__})


class EndEmergency(Request, frozen=True, kw_only=True):
    """POST /api/emergencies/{number}/end."""

    reasons: Words
