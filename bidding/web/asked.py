"""What people and programs send after the opening: one struct for the form and the JSON of each act."""

from datetime import date
from typing import Annotated

import msgspec

from bidding.domain.outcome import contract, evaluation
from bidding.domain.service.table import Code, Level
from bidding.web import requests
from bidding.web.requests import Note, Request, centi
from contracts_templates.content import Particulars, Prophase

Hex32 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Identity = Annotated[int, msgspec.Meta(ge=1, lt=2**31)]
Points = Annotated[int, msgspec.Meta(ge=0, le=10_000, extra={"source": "BLR 49"})]
Written = Annotated[requests.Points, msgspec.Meta(extra={"source": "BLR 49"})]
Criterion = Annotated[str, msgspec.Meta(max_length=40)]
Reasons = Annotated[str, msgspec.Meta(min_length=1, max_length=2000, extra={"source": "BLR 51"})]


class Marks(Request, frozen=True, kw_only=True):
    """POST …/marks: all marks of one member for one bid, centi-points."""

    commitment: Hex32
    points: dict[Criterion, Points]


class MarksForm(Request, frozen=True, kw_only=True):
    """The same from a page, in points with two decimals."""

    lot: Annotated[str, msgspec.Meta(pattern="^[1-9][0-9]?$")]
    commitment: Hex32
    points: dict[Criterion, Written] = {}

    def centi(self) -> dict[str, int]:
        """Return the marks in centi-points."""
        return {name: centi(text) for name, text in self.points.items()}


class Reject(Request, frozen=True, kw_only=True):
    """POST …/rejections: what one member proposes to the others."""

    commitment: Hex32
    ground: evaluation.Ground
    reasons: Reasons
    evidence: Annotated[str, msgspec.Meta(max_length=2000, extra={"source": "BLR 51"})] = ""


class RejectForm(Reject, frozen=True, kw_only=True):
    """The same from a page."""

    lot: Annotated[str, msgspec.Meta(pattern="^[1-9][0-9]?$")]


class Report(Request, frozen=True, kw_only=True):
    """POST …/report: why fewer than three effective bids still compete, where that is so."""

    going_on: Note = ""


class SignReport(Request, frozen=True, kw_only=True):
    """POST …/signatures: the digest of the report that was read; reasons make it a dissent."""

    digest: Hex32
    dissent: Note = ""


class Publish(Request, frozen=True, kw_only=True):
    """POST …/award: whom, and why not the first in rank where it is another."""

    commitment: Hex32
    skipped: Note = ""


class Renew(Request, frozen=True, kw_only=True):
    """POST /api/service-terms/{number}/renewal: core terms as decided, and what both sides settle besides."""

    subject: Annotated[str, msgspec.Meta(max_length=200, extra={"source": "BL 46"})]
    price_fen: Annotated[int, msgspec.Meta(ge=1, lt=2**53, extra={"source": "BL 46", "form": "fen"})]
    level: Annotated[int, msgspec.Meta(ge=0, le=5, extra={"source": "BL 46"})]
    months: Annotated[int, msgspec.Meta(ge=1, le=600, extra={"source": "BL 46"})]
    project_manager: Annotated[str, msgspec.Meta(max_length=60, extra={"source": "BL 46"})] = ""
    start_on: date
    service_room_place: Annotated[str, msgspec.Meta(max_length=100)] = ""
    boundary: Annotated[str, msgspec.Meta(max_length=300)] = ""
    payment_day: Annotated[int, msgspec.Meta(ge=1, le=28)] = 10
    rectify_days: Annotated[int, msgspec.Meta(ge=1, le=90)] = 7
    penalty_bp: Annotated[int, msgspec.Meta(ge=0, le=30)] = 3
    levels: Annotated[dict[Code, Level] | None, msgspec.Meta(extra={"source": "BL 46"})] = None

    def terms(self, promised: contract.Terms) -> contract.Terms:
        """Return the core terms, to be compared with the promised ones; levels not named are as promised."""
        levels = promised.levels if self.levels is None else self.levels
        return contract.Terms(**{name: getattr(self, name) for name in contract.SINGLE}, levels=levels)

    def particulars(self, before: Particulars = Particulars()) -> Particulars:  # noqa: B008 - frozen
        """Return what the two sides settle besides; what is not asked is as it was."""
        return msgspec.structs.replace(
            before,
            service_room_place=self.service_room_place,
            boundary=self.boundary,
            payment_day=self.payment_day,
            rectify_days=self.rectify_days,
            penalty_bp=self.penalty_bp,
        )


class Draft(Renew, frozen=True, kw_only=True):
    """POST /api/awards/{number}/contract: core terms as promised, and what the document leaves open."""

    presale_permit: Annotated[str, msgspec.Meta(max_length=60, extra={"source": "BPR 19"})] = ""
    planned_delivery_on: date | None = None
    sale_scheme: Annotated[str, msgspec.Meta(max_length=100)] = ""
    inspection_from: date | None = None

    def prophase(self) -> Prophase:
        """Return what a developer's contract says besides."""
        return Prophase(
            presale_permit=self.presale_permit,
            planned_delivery_on=self.planned_delivery_on,
            sale_scheme=self.sale_scheme,
            inspection_from=self.inspection_from,
        )


class Sign(Request, frozen=True, kw_only=True):
    """POST /api/contracts/{number}/sign: the digest of the document that was read."""

    digest: Hex32
