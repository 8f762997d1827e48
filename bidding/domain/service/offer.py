"""The structured offer, first file of a bid's documents: a price and a level for every item, people, plan.

It is sealed with the bid and read only after the opening, by those who read the bid in full. What is read out
is the total: where the sum of the items is another, the read-out counts and the difference is a finding.
Source: BL 36; BLR 51; docs/sealing.md 2.1.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Final, Literal

import msgspec

from bidding.domain.sealed.encoding import Count, Exact, read
from bidding.domain.service.table import Code, Level, ServiceTable

FORM: Final = "offer/1"


class ItemOffer(Exact, frozen=True, kw_only=True):
    """What is asked for one item: fen a year for the whole lot; and the level that is promised for it."""

    code: Code
    level: Level
    price_fen: Count


class Post(Exact, frozen=True, kw_only=True):
    """People of one kind who are stationed on the project; roles and heads, never names."""

    role: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    count: Annotated[int, msgspec.Meta(ge=1, le=9999)]


class Offer(Exact, frozen=True, kw_only=True):
    """An offer for one lot.

    Attributes:
        project_manager: Registration number, never a name; the same as in the read-out.
        other_terms: What the bidder asks for otherwise than the document has it; empty as a rule.
    """

    form: Literal["offer/1"]
    lot: Annotated[str, msgspec.Meta(pattern="^[1-9][0-9]?$")]
    items: Annotated[tuple[ItemOffer, ...], msgspec.Meta(max_length=200)]
    staff: Annotated[tuple[Post, ...], msgspec.Meta(max_length=60)]
    project_manager: Annotated[str, msgspec.Meta(max_length=60)]
    plan: Annotated[str, msgspec.Meta(max_length=20_000)]
    other_terms: Annotated[str, msgspec.Meta(max_length=5_000)]

    @property
    def total_fen(self) -> int:
        """The sum of the item prices, fen a year."""
        return sum(each.price_fen for each in self.items)

    @property
    def heads(self) -> int:
        """How many people are offered."""
        return sum(each.count for each in self.staff)

    def item(self, code: str) -> ItemOffer | None:
        """Return what is offered for an item."""
        return next((each for each in self.items if each.code == code), None)


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What the read-out of the same bid says, and the term the document asks for.

    Attributes:
        months: Term the read-out names, ``None`` where it is silent.
    """

    lot: str
    price_fen: int
    project_manager: str
    months: int | None = None
    document_months: int | None = None


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Where an offer is not what document or read-out say; information for those who decide.

    Attributes:
        code: One of ``CODES``.
    """

    code: str
    item: str = ""
    asked: str = ""
    offered: str = ""


CODES: Final = (
    "missing",
    "malformed",
    "sum",
    "lot",
    "manager",
    "term",
    "item-missing",
    "item-unknown",
    "item-twice",
    "level-lower",
    "other-terms",
)
BLOCKING: Final = frozenset({"sum", "lot", "manager", "item-missing", "item-unknown", "item-twice"})
"""What a bidder's own program refuses to seal: slips, never choices."""


def parse(data: bytes) -> Offer:
    """Read an offer.

    Raises:
        MalformedError: It is not one.
    """
    return read(data, Offer)


def findings(offer: Offer, said: Said, table: ServiceTable | None) -> tuple[Finding, ...]:
    """Return where an offer differs from its read-out and from the tender document; all of it."""
    found = [*_of_readout(offer, said)]
    if table is not None:
        found += _of_table(offer.items, table)
    if offer.other_terms.strip():
        found.append(Finding(code="other-terms", offered=offer.other_terms.strip()[:200]))
    return tuple(found)


def _of_readout(offer: Offer, said: Said) -> Iterator[Finding]:
    if offer.total_fen != said.price_fen:
        yield Finding(code="sum", asked=str(said.price_fen), offered=str(offer.total_fen))
    if offer.lot != said.lot:
        yield Finding(code="lot", asked=said.lot, offered=offer.lot)
    if said.project_manager and offer.project_manager != said.project_manager:
        yield Finding(code="manager", asked=said.project_manager, offered=offer.project_manager)
    if None not in (said.months, said.document_months) and said.months != said.document_months:
        yield Finding(code="term", asked=str(said.document_months), offered=str(said.months))


def _of_table(items: Sequence[ItemOffer], table: ServiceTable) -> Iterator[Finding]:
    seen: set[str] = set()
    for each in items:
        line = table.line(each.code)
        if each.code in seen:
            yield Finding(code="item-twice", item=each.code)
        elif line is None:
            yield Finding(code="item-unknown", item=each.code)
        elif each.level < line.level:
            yield Finding(code="level-lower", item=each.code, asked=str(line.level), offered=str(each.level))
        seen.add(each.code)
    for line in table.lines:
        if line.code not in seen:
            yield Finding(code="item-missing", item=line.code, asked=str(line.level))
