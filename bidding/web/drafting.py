"""The form in which a tenderer writes the tender document: flat fields, one lot, yuan and square metres."""

from datetime import date
from typing import Annotated, Any

import msgspec

from bidding.domain import scheme as schemes
from bidding.domain.committee.composition import Composition
from bidding.domain.lot import Lot
from bidding.domain.service.catalogue import Catalogue
from bidding.domain.service.table import Code
from bidding.domain.tender import Content, OwnersDecision
from bidding.web.requests import Moment, Request
from bidding.web.service import choosing
from market.kernel.errors import FindingsError
from market.parties import public as parties
from market.runtime.web import forms

Short = Annotated[str, msgspec.Meta(max_length=200)]
Text = Annotated[str, msgspec.Meta(max_length=20_000)]
Fen = Annotated[int, msgspec.Meta(ge=0, lt=2**53, extra={"form": "fen"})]
Centi = Annotated[int, msgspec.Meta(ge=0, lt=2**53, extra={"form": "centi"})]
Days = Annotated[int, msgspec.Meta(ge=0, le=3650)]
Criterion = Annotated[str, msgspec.Meta(max_length=40)]
Level = Annotated[int, msgspec.Meta(ge=0, le=5, extra={"source": "BTB 17"})]
Points = Annotated[str, msgspec.Meta(pattern=r"^\d{1,3}(\.\d{1,2})?$")]
"""Points as people write them; a criterion's own bound is checked with the whole table."""


class DecisionForm(Request, frozen=True, kw_only=True):
    """The owners' decision as the form asks for it."""

    matter: Short = ""
    decided_on: date | None = None
    carried: bool = False
    file_digest: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")] = ""
    pattern: Annotated[str, msgspec.Meta(pattern="^vote-(first|last)$")] = "vote-last"
    relaxes: tuple[Short, ...] = ()


class CommitteeForm(Request, frozen=True, kw_only=True):
    """The committee as the form asks for it; an unchecked box is left out of a form."""

    size: Annotated[int, msgspec.Meta(ge=1, le=31)] = 5
    representatives: Annotated[int, msgspec.Meta(ge=0, le=15)] = 0
    specialities: tuple[parties.Speciality, ...] = ()
    senior_only: bool = False


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
    issue_at: Moment | None = None
    issue_days: Days = 5
    deadline: Moment | None = None
    validity_days: Days = 90
    contract_months: Annotated[int, msgspec.Meta(ge=0, le=600)] = 36
    estimate_fen: Fen = 0
    bid_security_fen: Fen = 0
    price_limit_method: Text = ""
    ban_refuses: bool = False
    lot_title: Short = ""
    lot_area_centi: Centi = 0
    lot_maximum_fen: Fen = 0
    service_catalogue: Annotated[str, msgspec.Meta(max_length=40)] = ""
    service_level: Level = 0
    services: dict[Code, Level] = {}
    own: Annotated[tuple[choosing.OwnItem, ...], msgspec.Meta(max_length=50)] = ()
    parts: dict[str, Text] = {}
    weights: dict[Criterion, Points] = {}
    price_method: schemes.PriceMethod | None = None
    committee: CommitteeForm | None = None
    decision: DecisionForm = DecisionForm()

    def content(self, before: Content | None = None, catalogue: Catalogue | None = None) -> Content:
        """Return the tender document; files, further lots and what was not asked stay as they were.

        Args:
            before: The document so far.
            catalogue: The version item tables are drawn from; without it they stay as they were.

        Raises:
            FindingsError: The owners' decision is named without its day or its file.
        """
        same = {name: getattr(self, name) for name in _SAME}
        base = before or Content(title=self.title)
        return msgspec.structs.replace(
            base,
            **same,
            lots=self._lots(base, catalogue),
            scheme=self._scheme(base),
            committee=self._committee(base),
            decision=self._decision(base),
        )

    def _committee(self, before: Content) -> Composition:
        asked = self.committee
        if asked is None:
            return before.committee
        return msgspec.structs.replace(
            before.committee,
            size=asked.size,
            representatives=asked.representatives,
            specialities=tuple(each.value for each in asked.specialities),
            senior_only=asked.senior_only,
        )

    def _lots(self, before: Content, catalogue: Catalogue | None) -> tuple[Lot, ...]:
        choice = choosing.Choice(level=self.service_level, levels=self.services, own=self.own)
        if not self.lot_area_centi:
            return choosing.lots(before.lots, choice, catalogue)
        first = Lot(
            id="1",
            title=self.lot_title or self.title[:120],
            area_centi=self.lot_area_centi,
            maximum_price_fen=self.lot_maximum_fen or None,
            services=before.lots[0].services if before.lots else None,
        )
        return choosing.lots((first, *before.lots[1:]), choice, catalogue)

    def _scheme(self, before: Content) -> schemes.Scheme:
        """Return the weight table with the points that were asked for."""
        return msgspec.structs.replace(
            before.scheme,
            price_method=self.price_method or before.scheme.price_method,
            criteria=tuple(
                msgspec.structs.replace(one, points=_centi(self.weights[one.id]))
                if one.id in self.weights
                else one
                for one in before.scheme.criteria
            ),
        )

    def _decision(self, before: Content) -> OwnersDecision | None:
        asked = self.decision
        if not (asked.matter or asked.decided_on or asked.carried or asked.file_digest):
            return before.decision
        if asked.decided_on is None or not asked.file_digest:
            raise FindingsError(
                [
                    forms.FieldError("required", field=f"decision.{name}", rule="required", source="CC 278")
                    for name in ("decided_on", "file_digest")
                    if not getattr(asked, name)
                ]
            )
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


def _centi(text: str) -> int:
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int(f"{part:0<2}")


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
    services: choosing.ChoiceView
    missing: tuple[Any, ...] = ()
