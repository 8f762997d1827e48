"""What people and programs send about committees: one struct for the form and the JSON of each act."""

from typing import Annotated

import msgspec

from bidding.domain.committee.recusal import OwnGround
from bidding.web.requests import Request

Hex32 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Round = Annotated[int, msgspec.Meta(ge=1, lt=2**15)]
Reasons = Annotated[str, msgspec.Meta(min_length=1, max_length=2000, extra={"source": "BTB 28"})]


class Commit(Request, frozen=True, kw_only=True):
    """POST …/draw/commitments: the digest of a nonce only its maker knows."""

    round: Round
    commitment: Hex32


class Reveal(Request, frozen=True, kw_only=True):
    """POST …/draw/reveals: the nonce that was committed to."""

    round: Round
    nonce: Hex32


class Name(Request, frozen=True, kw_only=True):
    """POST …/committee/representatives: mandates of the tenderer's own people."""

    mandates: Annotated[
        tuple[Annotated[int, msgspec.Meta(ge=1, lt=2**31)], ...], msgspec.Meta(min_length=1, max_length=15)
    ]


class Leave(Request, frozen=True, kw_only=True):
    """POST …/committee/leave: why one gives up the own seat."""

    ground: OwnGround
    reasons: Reasons


class Recuse(Request, frozen=True, kw_only=True):
    """POST …/committee/recusals: the seat by its pseudonym, and the cause."""

    pseudonym: Hex32
    reasons: Reasons
