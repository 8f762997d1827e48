"""What is merged into each form: frozen values, complete, in the units of the rules."""

from datetime import date, datetime

import msgspec


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """One side as it stands in a document; people sign by hand and are not stored here."""

    name: str
    code: str
    address: str


class Community(msgspec.Struct, frozen=True, kw_only=True):
    """The area served. ``divisions`` runs from the city down to the residents' committee."""

    name: str
    divisions: tuple[str, ...]
    division_code: str
    gfa_centi: int
    households: int
    buildings: int
    completion_year: int | None


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """The owners' decision: totals by area (0.01 m²) and heads."""

    number: str
    decided_on: date
    area: int
    heads: int
    area_part: int
    heads_part: int
    area_yes: int
    heads_yes: int
    file_digest: str


class Particulars(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the two sides settle beside the core terms, within what the tender document leaves open.

    Attributes:
        penalty_bp: Daily default penalty, basis points of the amount in arrears.
        forum: ``court`` or the name of an arbitration commission.
    """

    service_room_centi: int = 0
    service_room_place: str = ""
    parking_spaces: int = 0
    green_centi: int = 0
    boundary: str = ""
    payment_day: int = 10
    manager_notice_days: int = 30
    rectify_days: int = 7
    penalty_bp: int = 3
    copies: int = 6
    forum: str = "court"
    subcontracts: str = ""


class ServiceContract1(msgspec.Struct, frozen=True, kw_only=True):
    """Everything version 1 of the service contract was made from: tender, bid, decision, particulars.

    Attributes:
        body: ``committee``, ``management`` or ``developer``: whom the first party stands for.
        annual_fen: Core term: the fee of a year as it was bid.
        level: Core term: service level 1 to 5; 0 where the tender document describes it in words.
        manager: Core term: registration number of the project manager.
    """

    number: str
    tender_number: str
    award_number: str
    tender_digest: str
    bid_commitment: str
    body: str
    client: Party
    provider: Party
    community: Community
    lot: str
    lot_area_centi: int
    decision: Decision | None
    annual_fen: int
    level: int
    service_text: str
    manager: str
    start_on: date
    end_on: date
    months: int
    awarded_on: date
    drawn_up_on: date
    particulars: Particulars


class ServiceItem(msgspec.Struct, frozen=True, kw_only=True):
    """One line of annexes 2 and 3.

    Attributes:
        area: Code of the service area, see ``wording.SERVICE_AREAS``.
        level: 1 to 5; 0 for an item the tender document describes in its own words.
        standard: Frequency and standard in words, at this level.
        price_fen: Fen a year as the bid asked; ``None`` where the bid priced no items.
    """

    code: str
    area: str
    name: str
    unit: str
    level: int
    standard: str
    price_fen: int | None


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """People of one kind stationed on the project, as the bid promised."""

    role: str
    count: int


class Prophase(msgspec.Struct, frozen=True, kw_only=True):
    """What a developer's contract says besides; blanks are filled in by hand.

    Attributes:
        presale_permit: Number of the presale permit; empty for homes sold when finished.
        sale_scheme: How the homes are sold, in words.
        inspection_from: First day of the acceptance inspection of common parts.
    """

    presale_permit: str = ""
    planned_delivery_on: date | None = None
    sale_scheme: str = ""
    inspection_from: date | None = None


class ServiceContract(ServiceContract1, frozen=True, kw_only=True):
    """Version 2: what is served and paid, item by item, from the frozen document and the winner's offer.

    Attributes:
        catalogue: Version of the service catalogue the items are drawn from.
        items: Every item at the level that is promised; empty only where the tender asked for none.
        offer_fen: Sum of the item prices; ``None`` where the bid priced no items.
        prophase: Set in a developer's contract.
    """

    catalogue: str
    items: tuple[ServiceItem, ...]
    offer_fen: int | None
    staff: tuple[Post, ...]
    prophase: Prophase | None

    def of_area(self, area: str) -> tuple[ServiceItem, ...]:
        """Return the items of one area."""
        return tuple(each for each in self.items if each.area == area)

    def area_fen(self, area: str) -> int:
        """Return the sum of an area, fen a year."""
        return sum(each.price_fen or 0 for each in self.of_area(area))


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """The authority's approval to choose by agreement (PMR 24)."""

    number: str
    authority: str
    approved_on: date


class AgreedContract(ServiceContract, frozen=True, kw_only=True):
    """A developer's contract that rests on an approval and an offer, not on a tender and a bid."""

    approval: Approval


class Renewal(msgspec.Struct, frozen=True, kw_only=True):
    """The contract that is renewed.

    Attributes:
        term: Its number in the register of service contracts.
        contract: Its own number; empty of one that was made elsewhere and stated.
        continued: It had gone on after its end without a decision (CC 948).
    """

    term: str
    contract: str
    start_on: date
    end_on: date
    continued: bool


class RenewedContract(ServiceContract, frozen=True, kw_only=True):
    """A contract that rests on the owners' decision to renew and on the contract before.

    What a tender and a bid would name is empty: there was neither. ``awarded_on`` is the day of the decision.
    """

    renewal: Renewal


class AwardNotice(msgspec.Struct, frozen=True, kw_only=True):
    """The notice to the winner."""

    number: str
    tender_number: str
    title: str
    lot: str
    issuer: Party
    winner: Party
    price_fen: int
    level: int
    months: int
    manager: str
    rank: int
    total: int
    decision_number: str
    decided_on: date | None
    sign_by: date
    issued_on: date


class ResultLetter1(msgspec.Struct, frozen=True, kw_only=True):
    """Everything version 1 of the letter to a bidder that did not win was made from.

    Attributes:
        own_points: Criterion (its id, or the title of the document) and points: its own marks, no others.
        rejected: Ground and clause when the bid was rejected; empty otherwise.
    """

    number: str
    tender_number: str
    title: str
    lot: str
    issuer: Party
    bidder: Party
    winner_name: str
    winner_price_fen: int
    rank: int | None
    own_points: tuple[tuple[str, int], ...]
    own_total: int | None
    rejected: str
    object_until: date
    security_fen: int
    issued_on: date


class ResultLetter(ResultLetter1, frozen=True, kw_only=True):
    """Version 2: of the winner not only the price.

    Attributes:
        winner_level: Service level 1 to 5; 0 where the tender document describes it in words.
        winner_manager: Registration number of the project manager; empty where none was named.
    """

    winner_level: int
    winner_months: int
    winner_manager: str


class BidReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """The printed receipt of a sealed bid: what the signed receipt says, for people.

    Attributes:
        token: The compact signed receipt itself, printed so that it can be checked from paper.
    """

    tender_number: str
    action: str
    commitment: str
    received_at: datetime
    deadline: datetime
    size: int
    entry_digest: str
    key_id: str
    token: str
