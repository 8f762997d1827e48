"""The form in which a tenderer writes the tender document: flat fields, one lot, yuan and square metres."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec

from bidding.domain.lot import Lot
from bidding.domain.tender import Content, OwnersDecision
from bidding.web.requests import Request

Short = Annotated[str, msgspec.Meta(max_length=200)]
Text = Annotated[str, msgspec.Meta(max_length=20_000)]
Fen = Annotated[int, msgspec.Meta(ge=0, lt=2**53, extra={"form": "fen"})]
Centi = Annotated[int, msgspec.Meta(ge=0, lt=2**53, extra={"form": "centi"})]
Days = Annotated[int, msgspec.Meta(ge=0, le=3650)]


class DecisionForm(Request, frozen=True, kw_only=True):
    """The owners' decision as the form asks for it."""

    matter: Short = ""
    decided_on: date | None = None
    carried: bool = False
    file_digest: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")] = ""
    pattern: Annotated[str, msgspec.Meta(pattern="^vote-(first|last)$")] = "vote-last"
    relaxes: tuple[Short, ...] = ()


class DraftForm(Request, frozen=True, kw_only=True):
    """POST /tenders and /tenders/{number}/revise."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    procedure: Annotated[str, msgspec.Meta(max_length=24)] = ""
    community: Annotated[int, msgspec.Meta(ge=0, lt=2**31)] = 0
    tenderer_address: Short = ""
    nature: Text = ""
    place: Short = ""
    how_to_get: Short = ""
    opening_place: Short = ""
    issue_at: datetime | None = None
    issue_days: Days = 5
    deadline: datetime | None = None
    validity_days: Days = 90
    contract_months: Annotated[int, msgspec.Meta(ge=0, le=600)] = 36
    estimate_fen: Fen = 0
    bid_security_fen: Fen = 0
    price_limit_method: Text = ""
    ban_refuses: bool = False
    lot_title: Short = ""
    lot_area_centi: Centi = 0
    lot_maximum_fen: Fen = 0
    parts: dict[str, Text] = {}
    decision: DecisionForm = DecisionForm()

    def content(self, before: Content | None = None) -> Content:
        """Return the tender document; files, weights and further lots stay as they were."""
        same = {name: getattr(self, name) for name in _SAME}
        base = before or Content(title=self.title)
        return msgspec.structs.replace(base, **same, lots=self._lots(base), decision=self._decision())

    def _lots(self, before: Content) -> tuple[Lot, ...]:
        if not self.lot_area_centi:
            return before.lots
        first = Lot(
            id="1",
            title=self.lot_title or self.title[:120],
            area_centi=self.lot_area_centi,
            maximum_price_fen=self.lot_maximum_fen or None,
        )
        return (first, *before.lots[1:])

    def _decision(self) -> OwnersDecision | None:
        asked = self.decision
        if asked.decided_on is None or not asked.file_digest:
            return None
        return OwnersDecision(
            matter=asked.matter,
            decided_on=asked.decided_on,
            carried=asked.carried,
            file_digest=asked.file_digest,
            pattern=asked.pattern,
            relaxes=asked.relaxes,
        )


_SAME = (
    "title",
    "tenderer_address",
    "nature",
    "place",
    "how_to_get",
    "opening_place",
    "issue_at",
    "issue_days",
    "deadline",
    "validity_days",
    "contract_months",
    "estimate_fen",
    "bid_security_fen",
    "price_limit_method",
    "ban_refuses",
    "parts",
)


class DraftView(msgspec.Struct, frozen=True, kw_only=True):
    """The draft editor.

    Attributes:
        number: ``None`` for a new tender.
        communities: Areas the tenderer may tender for.
    """

    number: str | None
    procedure: str
    communities: tuple[tuple[int, str], ...]
    content: Content
    decision_needed: bool
    missing: tuple[Any, ...] = ()
