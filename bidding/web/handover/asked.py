"""What people and programs send in a handover: one struct for the form and the JSON of each act."""

from datetime import date
from typing import Annotated

import msgspec

from bidding.domain.handover import inventory, track
from bidding.domain.handover.checklist import Condition
from bidding.services.handover import lines, pressing, starts
from bidding.web.requests import Request

Hex32 = inventory.Hex32
Identity = Annotated[int, msgspec.Meta(ge=1, lt=2**31)]
Name = Annotated[str, msgspec.Meta(max_length=40)]
Number = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
Fine = Annotated[int, msgspec.Meta(ge=1, lt=2**53, extra={"source": "BPR 97", "form": "fen"})]
Yuan = Annotated[str, msgspec.Meta(pattern=r"^-?\d{1,12}(\.\d{1,2})?$")]


class StartHandover(Request, frozen=True, kw_only=True):
    """POST /api/contracts/{number}/handover."""

    outgoing: Identity
    contract_end_on: date | None = None


class StartEarly(Request, frozen=True, kw_only=True):
    """POST /api/handovers: begin before a new contract is signed."""

    community: Identity
    outgoing: Identity
    ground: starts.Ground
    contract_end_on: date | None = None


class NameIncoming(Request, frozen=True, kw_only=True):
    """POST …/incoming: the signed contract of the coming provider."""

    contract_number: Name


class TakeStep(Request, frozen=True, kw_only=True):
    """POST …/steps."""

    step: track.Step


class EnterLines(Request, frozen=True, kw_only=True):
    """POST /api/handovers/{number}/lines."""

    items: Annotated[tuple[lines.Item, ...], msgspec.Meta(min_length=1, max_length=200)]


class LineForm(Request, frozen=True, kw_only=True):
    """One line as a page sends it; without a condition the line is left as it is.

    Attributes:
        amount: Yuan with up to two decimals.
    """

    line: Name
    copy: Annotated[int, msgspec.Meta(ge=1, le=inventory.MOST_COPIES)] = 1
    condition: Condition | None = None
    spec: inventory.Short = ""
    qty_expected: inventory.Count | None = None
    qty_actual: inventory.Count | None = None
    maker: inventory.Short = ""
    warranty_until: date | None = None
    inspected_on: date | None = None
    amount: Yuan | None = None
    amount_on: date | None = None
    remark: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    responsible: inventory.Responsible | None = None
    fix_by: date | None = None
    photos: tuple[Hex32, ...] | Hex32 = ()

    def item(self, condition: Condition) -> lines.Item:
        """Return the line to enter."""
        photos = (self.photos,) if isinstance(self.photos, str) else self.photos
        content = inventory.Content(
            condition=condition,
            spec=self.spec,
            qty_expected=self.qty_expected,
            qty_actual=self.qty_actual,
            maker=self.maker,
            warranty_until=self.warranty_until,
            inspected_on=self.inspected_on,
            amount_fen=None if self.amount is None else _fen(self.amount),
            amount_on=self.amount_on,
            remark=self.remark,
            responsible=self.responsible,
            fix_by=self.fix_by,
            photos=photos,
        )
        return lines.Item(line=self.line, copy=self.copy, content=content)


def _fen(yuan: str) -> int:
    whole, _, part = yuan.partition(".")
    return int(f"{whole}{part:0<2}")


class EnterForm(Request, frozen=True, kw_only=True):
    """The lines of one section, or one line, as a page sends them."""

    items: Annotated[tuple[LineForm, ...], msgspec.Meta(min_length=1, max_length=200)]

    def filled(self) -> tuple[lines.Item, ...]:
        """Return the lines somebody filled in."""
        return tuple(each.item(each.condition) for each in self.items if each.condition is not None)


class SignLines(Request, frozen=True, kw_only=True):
    """POST …/signatures: digests of the contents that were read."""

    digests: Annotated[tuple[Hex32, ...], msgspec.Meta(min_length=1, max_length=400)]


class Contest(Request, frozen=True, kw_only=True):
    """POST …/disputes."""

    line: Name
    copy: Annotated[int, msgspec.Meta(ge=1, le=inventory.MOST_COPIES)] = 1
    reasons: Words


class Mediate(Request, frozen=True, kw_only=True):
    """POST …/disputes/{id}: settled, or referred to an assessment body."""

    outcome: Words
    assessor: Identity | None = None


class Order(Request, frozen=True, kw_only=True):
    """POST …/order: multipart, the evidence as ``file``."""

    number: Number
    facts: Words
    action: Words
    limit_on: date
    contact: Annotated[str, msgspec.Meta(max_length=200)] = ""

    def direction(self) -> pressing.Direction:
        """Return what the order says."""
        return pressing.Direction(**{name: getattr(self, name) for name in self.__struct_fields__})


class Notice(Request, frozen=True, kw_only=True):
    """POST …/notice: facts and reasons of the fine that is considered (APL 44)."""

    facts: Words


class Statement(Request, frozen=True, kw_only=True):
    """POST …/statement: words, or the waiver of them."""

    text: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    waived: bool = False


class DecideFine(Request, frozen=True, kw_only=True):
    """POST …/fine."""

    amount_fen: Fine
    document_no: Number
    reasons: Words


class DropFine(Request, frozen=True, kw_only=True):
    """POST …/drop."""

    reasons: Words
