"""What people and programs send: one struct for the form and the JSON of each act."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from bidding.domain.tender import Content

Note = Annotated[str, msgspec.Meta(max_length=2000)]
Number = Annotated[str, msgspec.Meta(pattern="^T[0-9]{10}[OP][0-9]{4,8}$")]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Points = Annotated[str, msgspec.Meta(pattern=r"^\d{1,3}(\.\d{1,2})?$")]
"""Points as people write them, with two decimals at most; ``centi`` reads them."""


def centi(written: str) -> int:
    """Return written points as centi-points."""
    whole, _, part = written.partition(".")
    return int(whole) * 100 + int(f"{part:0<2}")


Procedure = Annotated[
    str,
    msgspec.Meta(
        pattern="^(owner-(open|invited|prequalified)|prophase-(open|invited|prequalified|negotiated))$",
        extra={"source": "BL 10"},
    ),
]


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request body; unknown fields are refused."""


class NewTender(Request, frozen=True, kw_only=True):
    """POST /api/tenders."""

    procedure: Procedure
    community: Annotated[int, msgspec.Meta(ge=1, lt=2**31)]
    content: Content


class ReviseTender(Request, frozen=True, kw_only=True):
    """POST /api/tenders/{number}/revise."""

    content: Content


class Nothing(Request, frozen=True, kw_only=True):
    """The body of an act that needs no words."""


class Answer(Request, frozen=True, kw_only=True):
    """POST /api/tenders/{number}/accept and /return."""

    note: Note = ""


class Reason(Request, frozen=True, kw_only=True):
    """POST /api/tenders/{number}/terminate and /fail."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000, extra={"source": "BLR 31"})]


class Retender(Request, frozen=True, kw_only=True):
    """POST /api/tenders/{number}/retender: by another procedure if one is named."""

    procedure: Procedure | None = None


class AmendWith(Request, frozen=True, kw_only=True):
    """POST /tenders/{number}/amend/documents: why, beside the file."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000, extra={"source": "BL 23"})]


class Amend(AmendWith, frozen=True, kw_only=True):
    """POST /api/tenders/{number}/amendments: the whole document as it is to stand, and why."""

    content: Content


class Ask(Request, frozen=True, kw_only=True):
    """POST /api/tenders/{number}/questions."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=4000, extra={"source": "BLR 21"})]


class Clarify(Request, frozen=True, kw_only=True):
    """POST /api/tenders/{number}/clarifications: to all holders at once; which questions it answers."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=20_000, extra={"source": "BL 23"})]
    answers: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=200)] = ()


class Publish(Request, frozen=True, kw_only=True):
    """POST /api/tenders/{number}/publish; all instants only to set them anew."""

    issue_at: Moment | None = None
    deadline: Moment | None = None
    prequal_issue_at: Moment | None = None
    prequal_deadline: Moment | None = None


class NameKeyholders(Request, frozen=True, kw_only=True):
    """POST /api/tenders/{number}/keyholders: key ids in the order that fixes their numbers."""

    key_ids: Annotated[
        tuple[Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")], ...],
        msgspec.Meta(min_length=2, max_length=7),
    ]
    threshold: Annotated[int, msgspec.Meta(ge=2, le=7)] = 2


class NameSuccessors(Request, frozen=True, kw_only=True):
    """POST /api/tenders/{number}/successors: key ids of all who shall hold keys next, in their order."""

    key_ids: Annotated[
        tuple[Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")], ...],
        msgspec.Meta(min_length=2, max_length=7),
    ]


class Successors(msgspec.Struct, frozen=True, kw_only=True):
    """Who shall hold the keys of an announced tender from its next version on."""

    institutions: tuple[str, ...]


class NameInvitees(Request, frozen=True, kw_only=True):
    """POST /api/tenders/{number}/invitees: social credit codes of the invited enterprises."""

    codes: Annotated[
        tuple[Annotated[str, msgspec.Meta(pattern="^[0-9A-HJ-NPQRTUWXY]{18}$")], ...],
        msgspec.Meta(max_length=50, extra={"source": "BL 17"}),
    ]


class Resupply(Request, frozen=True, kw_only=True):
    """POST /api/envelopes/bytes: identical sealed bytes once more."""

    commitment: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    upload: Annotated[str, msgspec.Meta(max_length=40)]


class TenderNumber(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to what begins a tender or moves it."""

    number: str
    stage: str
