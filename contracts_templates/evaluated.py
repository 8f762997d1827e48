"""What is merged into the report of an evaluation committee."""

from datetime import date, datetime

import msgspec

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
    """A line of the announced weight table; ``part`` is one of ``wording.PARTS``, points are centi-points."""

    id: str
    part: str
    points: int


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

    def of(self, criterion: str) -> int:
        """Return the points on one criterion."""
        return next(line.points for line in self.lines if line.criterion == criterion)


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """A bid the committee rejected; ``ground`` is one of ``wording.GROUNDS``.

    ``price_fen`` is ``None`` where the price was sealed apart and never opened.
    """

    name: str
    code: str
    commitment: str
    price_fen: int | None
    ground: str
    reasons: str


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

    @property
    def dissents(self) -> tuple[Member, ...]:
        """The members who dissent."""
        return tuple(one for one in self.members if one.dissent)
