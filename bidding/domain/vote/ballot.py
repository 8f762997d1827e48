"""Ballots as a file: one row for each unit, read against the unit list, with everything that is wrong.

Readings of the law: an owner of several units is one head, so its ballots must agree; where they contradict
each other nobody can say how the head voted, and the rows are a finding that people resolve before anything
is counted (SPC1 9). A unit left out of the file took no part. Abstaining is taking part, not in favour.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import ClassVar, Final

import msgspec

from market.kernel.errors import FindingsError, InvalidInputError

YES: Final = "yes"
NO: Final = "no"
ABSTAIN: Final = "abstain"
NONE: Final = "none"

CHOICES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("yes", "y", "同意", "赞成"), YES),
    **dict.fromkeys(("no", "n", "反对", "不同意"), NO),
    **dict.fromkeys(("abstain", "弃权"), ABSTAIN),
    **dict.fromkeys(("none", "", "未参与", "未表决", "未投票"), NONE),
}
CHANNELS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("", "paper", "纸质", "书面"), "paper"),
    **dict.fromkeys(("e-vote", "evote", "电子", "电子投票"), "e-vote"),
}
DELIVERED: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("1", "yes", "y", "true", "是", "已送达"), True),
    **dict.fromkeys(("", "0", "no", "n", "false", "否", "未送达"), False),
}
COLUMNS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("building", "楼栋"), "building"),
    **dict.fromkeys(("number", "房号"), "number"),
    **dict.fromkeys(("choice", "表决意见", "意见"), "choice"),
    **dict.fromkeys(("channel", "表决方式", "方式"), "channel"),
    **dict.fromkeys(("delivered", "送达"), "delivered"),
    **dict.fromkeys(("area", "面积"), "area"),
}
"""Heading -> what it means; areas are the unit list's, a column of them is for people and is not read."""

REQUIRED: Final = ("building", "number", "choice")
MOST_BYTES: Final = 5 << 20


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit of the list: where, how large (0.01 m²), and the number of the head that owns it."""

    building: str
    number: str
    area_centi: int
    head: int


class Ballot(msgspec.Struct, frozen=True, kw_only=True):
    """What was said for one unit: a word of ``CHOICES``, or the rank of a candidate.

    Attributes:
        line: Row of the file.
        delivered: The ballot was provably delivered to the owner.
    """

    line: int
    unit: Unit
    choice: str
    channel: str = "paper"
    delivered: bool = False

    def __repr__(self) -> str:
        """Keep the choice out of every log."""
        return f"Ballot(line={self.line})"


class BallotFileError(InvalidInputError):
    """The file lacks a heading, or has no rows."""

    code: ClassVar[str] = "ballot-file"


class BallotError(InvalidInputError):
    """A row cannot be counted."""

    code: ClassVar[str] = "ballot-row"
    source = "CC 278; SPC1 8, 9"


class UnitUnknownError(BallotError):
    """The unit list in force on the day of the decision has no such unit."""

    code: ClassVar[str] = "ballot-unit-unknown"


class UnitTwiceError(BallotError):
    """A unit stands in two rows."""

    code: ClassVar[str] = "ballot-unit-twice"


class ChoiceUnreadableError(BallotError):
    """A choice is no word of the ballot and no rank of a candidate."""

    code: ClassVar[str] = "ballot-choice"


class MarkUnreadableError(BallotError):
    """The channel or the mark of delivery cannot be read."""

    code: ClassVar[str] = "ballot-mark"


class OwnerContradictsError(BallotError):
    """The ballots of one owner contradict each other."""

    code: ClassVar[str] = "ballot-owner-contradicts"
    source = "SPC1 9"


class QuestionMixedError(BallotError):
    """Some rows say yes or no, others name a candidate: they answer two different questions."""

    code: ClassVar[str] = "ballot-question-mixed"


def read(
    rows: Iterable[Sequence[str]], units: Sequence[Unit], *, ranks: Collection[str] = ()
) -> tuple[list[Ballot], list[BallotError]]:
    """Return the ballots of a file, and a finding for everything wrong in any row.

    Args:
        rows: Cells, the headings first.
        units: The whole list.
        ranks: Ranks of the candidates a ballot may name instead of saying yes.

    Raises:
        BallotFileError: A heading is missing, or there are no rows.
    """
    heading, *body = [[cell.strip() for cell in row] for row in rows] or [[]]
    names = [COLUMNS.get(name.lower(), "") for name in heading]
    missing = [name for name in REQUIRED if name not in names]
    filled = [(line, row) for line, row in enumerate(body, start=2) if any(row)]
    if missing or not filled:
        raise BallotFileError(f"missing: {missing}", field="ballots", missing=", ".join(missing))
    known = {(unit.building, unit.number): unit for unit in units}
    ballots: list[Ballot] = []
    findings: list[BallotError] = []
    seen: set[tuple[str, str]] = set()
    for line, row in filled:
        cells = dict(zip(names, row, strict=False))
        place = (cells.get("building", ""), cells.get("number", ""))
        wrong = [*_place(line, place, known, seen), *_marks(line, cells, ranks)]
        seen.add(place)
        findings += wrong
        if not wrong:
            ballots.append(_ballot(line, cells, known[place]))
    return ballots, [*findings, *_contradictions(ballots), *_mixed(ballots)]


def _place(
    line: int, place: tuple[str, str], known: Mapping[tuple[str, str], Unit], seen: set[tuple[str, str]]
) -> Iterator[BallotError]:
    if place not in known:
        yield _finding(UnitUnknownError, line, "number")
    elif place in seen:
        yield _finding(UnitTwiceError, line, "number")


def _marks(line: int, cells: Mapping[str, str], ranks: Collection[str]) -> Iterator[BallotError]:
    choice = cells.get("choice", "").lower()
    if choice not in CHOICES and choice not in ranks:
        yield _finding(ChoiceUnreadableError, line, "choice")
    if cells.get("channel", "").lower() not in CHANNELS:
        yield _finding(MarkUnreadableError, line, "channel")
    if cells.get("delivered", "").lower() not in DELIVERED:
        yield _finding(MarkUnreadableError, line, "delivered")


def _ballot(line: int, cells: Mapping[str, str], unit: Unit) -> Ballot:
    choice = cells["choice"].lower()
    return Ballot(
        line=line,
        unit=unit,
        choice=CHOICES.get(choice, choice),
        channel=CHANNELS[cells.get("channel", "").lower()],
        delivered=DELIVERED[cells.get("delivered", "").lower()],
    )


def _contradictions(ballots: Sequence[Ballot]) -> Iterator[BallotError]:
    first: dict[int, Ballot] = {}
    for one in ballots:
        if one.choice == NONE:
            continue
        before = first.setdefault(one.unit.head, one)
        if before.choice != one.choice:
            yield _finding(OwnerContradictsError, one.line, "choice", other=before.line)


def _mixed(ballots: Sequence[Ballot]) -> Iterator[BallotError]:
    if names_candidates(ballots):
        yield from (
            _finding(QuestionMixedError, one.line, "choice") for one in ballots if one.choice in {YES, NO}
        )


def _finding(kind: type[BallotError], line: int, column: str, *, other: int = 0) -> BallotError:
    """Name row and column, never the cell: a choice is secret."""
    field = f"ballots.{line}.{column}"
    return kind(f"line {line}, {column}", field=field, line=line, column=column, other=other)


def names_candidates(ballots: Iterable[Ballot]) -> bool:
    """Say whether the ballots chose among candidates, not between yes and no."""
    return any(one.choice.isdecimal() for one in ballots)


def refuse(findings: Sequence[BallotError]) -> None:
    """Refuse ballots in which anything is wrong, with every finding.

    Raises:
        FindingsError: At least one row is wrong.
    """
    if findings:
        raise FindingsError(list(findings))
