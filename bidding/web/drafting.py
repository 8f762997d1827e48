"""The form in which a tenderer writes the tender document: flat fields, one lot, yuan and square metres."""

from datetime import date
from typing import Annotated, Any

import msgspec

from bidding.domain import scheme as schemes
from bidding.domain.committee.composition import Composition
from bidding.domain.entry.invitation import Approval
from bidding.domain.entry.prequalification import PROPOSED_ISSUE, Condition, Prequalification
from bidding.domain.entry.selection import Ground, Negotiation
from bidding.domain.lot import Lot
from bidding.domain.prices.terms import PROPOSED_THRESHOLD, TwoEnvelopes
from bidding.domain.procedure import Procedure
from bidding.domain.service.catalogue import Catalogue
from bidding.domain.service.table import Code
from bidding.domain.tender import PROPOSED_VALIDITY, Content
from bidding.web.outcome import weights as tables
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
Level = Annotated[int, msgspec.Meta(ge=0, le=5, extra={"source": "BTB 17"})]


class ApprovalForm(Request, frozen=True, kw_only=True):
    """The approval of an invited tender as the form asks for it."""

    ground: Annotated[str, msgspec.Meta(pattern="^(few-able|cost)?$")] = ""
    number: Annotated[str, msgspec.Meta(max_length=80)] = ""
    authority: Short = ""
    approved_on: date | None = None

    def approval(self) -> Approval | None:
        """Return the approval, ``None`` where nothing is filled in.

        Raises:
            FindingsError: Some of it is filled in, and not all.
        """
        parts = {name: getattr(self, name) for name in self.__struct_fields__}
        if not any(parts.values()):
            return None
        lacking = [name for name, value in parts.items() if not value]
        if lacking or self.approved_on is None:
            raise FindingsError(
                [
                    forms.FieldError("required", field=f"approval.{name}", rule="required", source="BLR 8")
                    for name in lacking
                ]
            )
        return Approval(
            ground=self.ground, number=self.number, authority=self.authority, approved_on=self.approved_on
        )


class NegotiationForm(Request, frozen=True, kw_only=True):
    """What is put forward for choosing by agreement, as the form asks for it."""

    ground: Annotated[str, msgspec.Meta(pattern="^(lt3-bidders|small-scale)?$")] = ""
    reason: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    possible_bidders: Annotated[int, msgspec.Meta(ge=0, le=1000)] | None = None

    def negotiation(self) -> Negotiation | None:
        """Return it, ``None`` where no ground is chosen."""
        if not self.ground:
            return None
        return Negotiation(
            ground=Ground(self.ground), reason=self.reason, possible_bidders=self.possible_bidders
        )


class ConditionForm(Request, frozen=True, kw_only=True):
    """A condition of the pre-qualification as the form asks for it; one without words is left out."""

    id: Annotated[str, msgspec.Meta(pattern="^[a-z0-9-]{1,20}$")]
    text: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    evidence: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    points: Annotated[int, msgspec.Meta(ge=0, le=10_000, extra={"form": "centi"})] = 0


class PrequalForm(Request, frozen=True, kw_only=True):
    """The pre-qualification as the form asks for it."""

    issue_at: Moment | None = None
    issue_days: Days = PROPOSED_ISSUE
    deadline: Moment | None = None
    how_to_apply: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    limit: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0
    conditions: Annotated[tuple[ConditionForm, ...], msgspec.Meta(max_length=50)] = ()

    def document(self) -> Prequalification | None:
        """Return the pre-qualification document, ``None`` where the form does not ask for one."""
        if self == PrequalForm():
            return None
        return Prequalification(
            issue_at=self.issue_at,
            issue_days=self.issue_days,
            deadline=self.deadline,
            how_to_apply=self.how_to_apply,
            limit=self.limit,
            conditions=tuple(
                Condition(id=one.id, text=one.text, evidence=one.evidence, points=one.points)
                for one in self.conditions
                if one.text.strip()
            ),
        )


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
    issue_days: Days = PROPOSED_ISSUE
    deadline: Moment | None = None
    validity_days: Days = PROPOSED_VALIDITY
    contract_months: Annotated[int, msgspec.Meta(ge=0, le=600)] = 36
    estimate_fen: Fen = 0
    bid_security_fen: Fen = 0
    security_for_a: Annotated[int, msgspec.Meta(ge=0, le=100)] = 100
    site_visit_at: Moment | None = None
    site_visit_place: Short = ""
    performance_percent: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
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
    weights: tables.Rows = ()
    defence_minutes: Annotated[int, msgspec.Meta(ge=0, le=240)] = 0
    price_method: schemes.PriceMethod | None = None
    committee: CommitteeForm | None = None
    decision: Annotated[str, msgspec.Meta(max_length=40)] = ""
    state_controlled: bool = False
    owners_invite: bool = False
    approval: ApprovalForm = ApprovalForm()
    negotiation: NegotiationForm = NegotiationForm()
    envelopes: Annotated[str, msgspec.Meta(pattern="^(single|two)?$")] = ""
    threshold_percent: Annotated[int, msgspec.Meta(ge=1, le=100)] = PROPOSED_THRESHOLD
    prequalification: PrequalForm = PrequalForm()

    def content(self, before: Content | None = None, catalogue: Catalogue | None = None) -> Content:
        """Return the tender document; files, further lots and what was not asked stay as they were.

        Args:
            before: The document so far.
            catalogue: The version item tables are drawn from; without it they stay as they were.
        """
        same = {name: getattr(self, name) for name in _SAME}
        base = before or Content(title=self.title)
        named = self.decision or base.decision
        return msgspec.structs.replace(
            base,
            **same,
            lots=self._lots(base, catalogue),
            scheme=self._scheme(base),
            committee=self._committee(base),
            decision=named,
            invitation_approval=self.approval.approval(),
            negotiation=self.negotiation.negotiation(),
            two_envelopes=self._envelopes(base),
            prequalification=self.prequalification.document() or base.prequalification,
        )

    def _envelopes(self, before: Content) -> TwoEnvelopes | None:
        if not self.envelopes:
            return before.two_envelopes
        return TwoEnvelopes(threshold_percent=self.threshold_percent) if self.envelopes == "two" else None

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
        """Return the weight table that was asked for; without rows it stays as it was."""
        rows = self.weights
        made = tables.scheme(before.scheme, rows, self.defence_minutes) if rows else before.scheme
        return msgspec.structs.replace(made, price_method=self.price_method or made.price_method)


class AmendForm(DraftForm, frozen=True, kw_only=True):
    """POST /tenders/{number}/amend: the whole document as it is to stand, and why."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000, extra={"source": "BL 23"})]


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
    "security_for_a",
    "site_visit_at",
    "site_visit_place",
    "performance_percent",
    "price_limit_method",
    "ban_refuses",
    "parts",
    "state_controlled",
    "owners_invite",
)


class DraftView(msgspec.Struct, frozen=True, kw_only=True):
    """The draft editor.

    Attributes:
        number: ``None`` for a new tender.
        procedures: What the tenderer may choose from, key and words; the first is proposed.
        communities: Areas the tenderer may tender for.
        amending: The tender is announced: saving makes a new version for everybody.
        qualifying: Applications are taken: the pre-qualification document may be amended as well.
        decisions: Numbers and labels of the standing decisions to tender of these owners.
    """

    number: str | None
    procedure: Procedure
    procedures: tuple[tuple[str, str], ...] = ()
    communities: tuple[tuple[int, str], ...]
    content: Content
    services: choosing.ChoiceView
    decisions: tuple[tuple[str, str], ...] = ()
    threshold: int = PROPOSED_THRESHOLD
    missing: tuple[Any, ...] = ()
    amending: bool = False
    qualifying: bool = False

    @property
    def weights(self) -> tuple[schemes.Node | None, ...]:
        """Rows of the weight table: those there are, then empty ones."""
        return tables.filled(self.content.scheme)
