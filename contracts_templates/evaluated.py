"""What is merged into the report of an evaluation committee."""

from datetime import date, datetime

import msgspec

from contracts_templates import wording
from contracts_templates.records import About


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A member of the committee and what it said to the report.

    Attributes:
        kind: Of ``wording.SEAT_KINDS``.
        name: Empty, like ``body``, before the award.
        signed_at: ``None`` for who said nothing, and for everybody while the report is being signed.
        dissent: Reasons in writing; empty for who signed.
    """

    ticket: str
    kind: str
    name: str
    body: str
    signed_at: datetime | None
    dissent: str


class Criterion(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the announced weight table; points are centi-points.

    Attributes:
        part: One of ``wording.PARTS``; ``group`` for a line with others under it.
        number: Such as ``2.1``; a line ``2.1.1`` stands under it.
        title: In the words of the tender document; empty for one of ``wording.CRITERIA``.
        standard: What brings how many points, where the document says so.
    """

    id: str
    part: str
    points: int
    number: str
    title: str
    standard: str

    @property
    def name(self) -> str:
        """What it is called."""
        return self.title or wording.CRITERIA.get(self.id, self.id)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """How one figure came about: formula of ``wording.FORMULAS``, its inputs as written, centi-points."""

    criterion: str
    formula: str
    inputs: tuple[tuple[str, str], ...]
    points: int


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """An effective bid in the order of the ranking.

    Attributes:
        rank: Of a candidate; ``None`` behind the last candidate.
        decided_by: What put a candidate before the next, of ``wording.DECIDED``; empty for the others.
    """

    rank: int | None
    name: str
    code: str
    commitment: str
    price_fen: int
    technical: int
    credit: int
    total: int
    decided_by: str
    lines: tuple[Line, ...]

    @property
    def price(self) -> int:
        """Points for the price, centi-points."""
        return self.total - self.technical - self.credit

    def of(self, wanted: Criterion, criteria: tuple[Criterion, ...]) -> int:
        """Return the points on one line of the table: its own, or of all that stands under it."""
        under = {one.id for one in criteria if f"{one.number}.".startswith(f"{wanted.number}.")}
        return sum(line.points for line in self.lines if line.criterion in under)


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """A bid the committee rejected; ``ground`` is one of ``wording.GROUNDS``.

    ``price_fen`` is ``None`` where the price was sealed apart and never opened.

    Attributes:
        agreed: Members who voted for it, ``against`` who did not; ``None`` where who proposed it has left.
    """

    name: str
    code: str
    commitment: str
    price_fen: int | None
    ground: str
    reasons: str
    agreed: int | None
    against: int | None


class LotReport(msgspec.Struct, frozen=True, kw_only=True):
    """The evaluation of one lot.

    Attributes:
        turn: 1, one more after each evaluation anew.
        maximum_fen: Highest admissible price a year, where there is one.
        going_on: Why too few effective bids still compete; empty where there were enough.
        snapshot: Digest of all it was computed from.
    """

    lot: str
    title: str
    turn: int
    maximum_fen: int | None
    going_on: str
    seed: str
    snapshot: str
    scored: tuple[Scored, ...]
    rejected: tuple[Rejected, ...]

    @property
    def candidates(self) -> tuple[Scored, ...]:
        """The recommended bids."""
        return tuple(one for one in self.scored if one.rank is not None)


class EvaluationReport(msgspec.Struct, frozen=True, kw_only=True):
    """The report of an evaluation committee over all lots.

    Attributes:
        published_at: ``None`` while it is being signed; then it is for the members only.
        last_day: Last day of publicity.
        disclosed: A winner is named, so names of members stand in it (BL 37).
        digest: What the members sign: the digests of the results of all lots.
        defence_minutes: Each bidder had to defend its bid; 0 where the document provides no defence.
    """

    number: str
    about: About
    opened_at: datetime
    criteria: tuple[Criterion, ...]
    members: tuple[Member, ...]
    lots: tuple[LotReport, ...]
    sign_until: datetime
    published_at: datetime | None
    last_day: date | None
    disclosed: bool
    digest: str
    defence_minutes: int

    @property
    def full(self) -> int:
        """Centi-points of all that is marked or computed."""
        return sum(one.points for one in self.criteria if one.part != "group")

    def called(self, criterion: str) -> str:
        """Return what a criterion is called."""
        return next((one.name for one in self.criteria if one.id == criterion), criterion)

    @property
    def dissents(self) -> tuple[Member, ...]:
        """The members who dissent."""
        return tuple(one for one in self.members if one.dissent)
