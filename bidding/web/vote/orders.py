"""What people and programs send of an owners' decision: one struct for the form and the JSON of each act."""

from datetime import date
from typing import Annotated

import msgspec

from bidding.domain.outcome.decision import Pattern
from bidding.domain.vote import renewal as renewals
from bidding.domain.vote.conduct import Conduct
from bidding.domain.vote.counting import NonVoters
from bidding.domain.vote.matter import Key
from bidding.services.vote.counting import Order
from bidding.web.requests import Request

Ballots = Annotated[
    bytes,
    msgspec.Meta(
        description="CSV, UTF-8 or GB 18030: building, number, choice; channel and delivered where needed",
        extra={"source": "CC 278"},
    ),
]
Protocol = Annotated[
    bytes, msgspec.Meta(description="The signed record of the vote", extra={"source": "BPR 37"})
]


class CountBallots(Request, frozen=True, kw_only=True):
    """POST …/decisions/count: what is decided, how the vote was held, the ballots; nothing is recorded."""

    matter: Annotated[Key, msgspec.Meta(extra={"source": "CC 278"})]
    community: Annotated[int, msgspec.Meta(ge=0, lt=2**31)] = 0
    tender: Annotated[str, msgspec.Meta(max_length=40)] = ""
    lot: Annotated[str, msgspec.Meta(max_length=4)] = ""
    commitment: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")] = ""
    pattern: Pattern = Pattern.VOTE_LAST
    relaxes: Annotated[
        tuple[Annotated[str, msgspec.Meta(max_length=20)], ...], msgspec.Meta(max_length=20)
    ] = ()
    provider: Annotated[str, msgspec.Meta(pattern="^([0-9A-HJ-NPQRTUWXY]{18})?$")] = ""
    price_fen: (
        Annotated[int, msgspec.Meta(ge=1, lt=2**53, extra={"source": "BPR 34", "form": "fen"})] | None
    ) = None
    months: Annotated[int, msgspec.Meta(ge=1, le=600, extra={"source": "BPR 34"})] | None = None
    level: Annotated[int, msgspec.Meta(ge=1, le=5, extra={"source": "BPR 34"})] | None = None
    project_manager: Annotated[str, msgspec.Meta(max_length=60, extra={"source": "BPR 34"})] = ""
    items: Annotated[
        str,
        msgspec.Meta(
            max_length=4000,
            pattern=renewals.ITEMS,
            description="Items whose level a renewal changes: E3-01 4, one a line; 0 leaves one out",
            extra={"source": "BPR 34"},
        ),
    ] = ""
    decided_on: Annotated[date, msgspec.Meta(extra={"source": "BPR 35"})]
    notice_on: Annotated[date, msgspec.Meta(extra={"source": "BPR 35"})]
    reported_on: Annotated[date, msgspec.Meta(extra={"source": "BPR 35"})]
    evote_reference: Annotated[str, msgspec.Meta(max_length=60)] = ""
    non_voters: NonVoters = NonVoters.NOT_PARTICIPATING
    clause: Annotated[str, msgspec.Meta(max_length=60)] = ""
    ballots: Ballots

    def order(self) -> Order:
        """Return it as the act takes it."""
        held = Conduct(**{name: getattr(self, name) for name in Conduct.__struct_fields__})
        own = {"held", "renewal"}
        same = {name: getattr(self, name) for name in Order.__struct_fields__ if name not in own}
        return Order(held=held, renewal=self.renewal(), **same)

    def renewal(self) -> renewals.Renewal | None:
        """Return the terms a vote to renew names; ``None`` where it names none."""
        named = renewals.Renewal(
            price_fen=self.price_fen,
            months=self.months,
            level=self.level,
            project_manager=self.project_manager,
            levels=renewals.items(self.items),
        )
        return None if named == renewals.Renewal() else named


class RecordDecision(CountBallots, frozen=True, kw_only=True):
    """POST …/decisions: the same with the protocol, recorded."""

    protocol: Protocol


class CheckBallots(Request, frozen=True, kw_only=True):
    """POST …/decisions/{number}/check: a ballot file to count again."""

    ballots: Ballots


class PostDecision(Request, frozen=True, kw_only=True):
    """POST …/decisions/{number}/posting."""

    posted_on: Annotated[date, msgspec.Meta(extra={"source": "BPR 37"})]


class RevokeDecision(Request, frozen=True, kw_only=True):
    """POST …/decisions/{number}/revocation."""

    reasons: Annotated[str, msgspec.Meta(min_length=1, max_length=2000, extra={"source": "BPR 51"})]
