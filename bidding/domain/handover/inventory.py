"""What stands in a line of the list, who signed it, and what is still missing.

A line has one content that everybody signs: the signature covers the content's digest. Its author may correct
it by a new version, and whoever signed the old one signs again; nothing is overwritten. A party that sees it
otherwise contests the line (``dispute``).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from bidding.domain.handover import checklist, track
from bidding.domain.handover.checklist import Condition, Party, Section
from market.kernel import digest
from market.kernel.errors import ConflictError, InvalidInputError, MarketError, NotPermittedError, RuleError

MOST_COPIES = 60
"""Devices or buildings under one line."""


class LineConfirmedError(RuleError):
    """This party has signed this content already; a signature is not given twice."""

    code = "handover-line-confirmed"
    source = "BPR 76"


class NotYourEntryError(NotPermittedError):
    """Another party entered this line: sign it or contest it, but do not rewrite it."""

    code = "handover-not-your-entry"
    source = "BPR 76"


class EntryReplacedError(ConflictError):
    """The content to be signed is not what stands in the line now."""

    code = "handover-entry-replaced"
    source = "ESL 13"


class CopyError(InvalidInputError):
    """A line that may stand several times is numbered without gaps; others stand once."""

    code = "handover-copy"


class LineIncompleteError(InvalidInputError):
    """A defect without whoever puts it right and until when, or money without sum and cut-off date."""

    code = "handover-line-incomplete"
    source = "BPR 76"


class Responsible(StrEnum):
    """Who puts a defect right or makes up a missing document (rules H11, H19)."""

    OLD = "old"
    NEW = "new"
    COMMITTEE = "committee"
    DEVELOPER = "developer"


Short = Annotated[str, msgspec.Meta(max_length=120)]
Count = Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]
Fen = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53, extra={"form": "fen"})]
Hex32 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What a line says.

    Attributes:
        spec: Which thing exactly: title of a document, place, model.
        qty_expected: Pieces there should be; for prepaid fees, households concerned.
        maker: With ``warranty_until`` and ``inspected_on``: equipment only.
        amount_fen: Money lines: the sum at ``amount_on``, fen; negative if owed to the leaving provider.
        responsible: With ``fix_by``: who puts a defect or gap right, and its last day.
        photos: Digests of pictures kept for this handover.
    """

    condition: Condition
    spec: Short = ""
    qty_expected: Count | None = None
    qty_actual: Count | None = None
    maker: Short = ""
    warranty_until: date | None = None
    inspected_on: date | None = None
    amount_fen: Fen | None = None
    amount_on: date | None = None
    remark: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    responsible: Responsible | None = None
    fix_by: date | None = None
    photos: Annotated[tuple[Hex32, ...], msgspec.Meta(max_length=12)] = ()


class Place(msgspec.Struct, frozen=True, order=True):
    """A line, and which of several of its kind."""

    line: str
    copy: int = 1

    @property
    def name(self) -> str:
        """As it is named in findings: ``lifts`` or ``lifts#2``."""
        return self.line if self.copy == 1 else f"{self.line}#{self.copy}"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a line's content and its author."""

    id: int
    place: Place
    version: int
    party: Party
    content: Content
    digest: str
    entered_at: datetime


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """One party's signature under one content."""

    digest: str
    party: Party
    signed_at: datetime


def digest_of(handover: str, place: Place, version: int, party: Party, content: Content) -> str:
    """Return what a signature covers: handover, line, version, author and every word of the content."""
    return digest.digest(
        "handover-line",
        {
            "handover": handover,
            "line": place.line,
            "copy": place.copy,
            "version": version,
            "party": party.value,
            "content": msgspec.to_builtins(content),
        },
    )


def current(entries: Iterable[Entry]) -> dict[Place, Entry]:
    """Return the newest content of every line that has one, in the order of the list."""
    newest: dict[Place, Entry] = {}
    for entry in entries:
        if entry.place not in newest or entry.version > newest[entry.place].version:
            newest[entry.place] = entry
    order = {line.id: place for place, line in enumerate(checklist.LINES)}
    return dict(sorted(newest.items(), key=lambda each: (order[each[0].line], each[0].copy)))


def signers(entry: Entry, signatures: Iterable[Signature]) -> dict[Party, Signature]:
    """Return who signed this very content."""
    return {each.party: each for each in signatures if each.digest == entry.digest}


def missing(
    sections: Iterable[Section],
    entries: Iterable[Entry],
    signatures: Collection[Signature],
    excused: Collection[Place] = (),
) -> tuple[str, ...]:
    """Return what these sections lack, as ``line/party``.

    Args:
        excused: Lines whose dispute stands in for the signatures.
    """
    wanted = frozenset(sections)
    newest = current(entries)
    return tuple(
        f"{place.name}/{party}"
        for line in checklist.LINES
        if line.section in wanted
        for place in _places(line.id, newest)
        if place not in excused
        for party in line.parties
        if place not in newest or party not in signers(newest[place], signatures)
    )


def _places(line: str, newest: Mapping[Place, Entry]) -> list[Place]:
    return [place for place in newest if place.line == line] or [Place(line)]


def enter(
    place: Place, party: Party, content: Content, *, stage: track.Stage, entries: Iterable[Entry]
) -> tuple[int, list[MarketError]]:
    """Return the version a party's content becomes and what is wrong with the content, all of it.

    Raises:
        HandoverNotOpenError: Before the notice or after the end.
        NotASignatoryError: The party does not sign this line.
        NotYourEntryError: Another party entered it.
        CopyError: Neither an existing number nor the next.
    """
    track.check_open(stage)
    line = _line(place, party)
    newest = current(entries)
    copies = [each.copy for each in newest if each.line == place.line]
    last = min(len(copies) + 1, MOST_COPIES) if line.many else 1
    if not 1 <= place.copy <= last:
        raise CopyError("copies are numbered without gaps", field="copy", line=place.line, most=last)
    before = newest.get(place)
    if before is not None and before.party is not party:
        raise NotYourEntryError(line=place.name, party=before.party.value)
    return 1 if before is None else before.version + 1, [*_incomplete(line, place, content)]


def _line(place: Place, party: Party) -> checklist.Line:
    found = checklist.BY_ID.get(place.line)
    if found is None or party not in found.parties:
        raise track.NotASignatoryError(line=place.line, party=party.value, field="line")
    return found


def _incomplete(line: checklist.Line, place: Place, content: Content) -> Iterator[MarketError]:
    needed: tuple[str, ...] = ()
    if content.condition is not Condition.OK:
        needed += ("responsible", "fix_by")
    if line.section is Section.MONEY:
        needed += ("amount_fen", "amount_on")
    for name in needed:
        if getattr(content, name) is None:
            yield LineIncompleteError(
                f"{place.name} lacks {name}", field=name, line=place.name, lacks=name, source=line.source
            )


def sign(
    given: str,
    party: Party,
    *,
    stage: track.Stage,
    entries: Iterable[Entry],
    signatures: Iterable[Signature],
) -> Entry:
    """Return the entry a party may sign now, by the digest of what it has read.

    Raises:
        HandoverNotOpenError: Before the notice or after the end.
        EntryReplacedError: No line has this content now.
        NotASignatoryError: The party does not sign this line.
        LineConfirmedError: It has signed this content.
    """
    track.check_open(stage)
    entry = next((each for each in current(entries).values() if each.digest == given), None)
    if entry is None:
        raise EntryReplacedError("the line says something else now", field="digests")
    _line(entry.place, party)
    if party in signers(entry, signatures):
        raise LineConfirmedError(line=entry.place.name, party=party.value, field="digests")
    return entry


class Defect(msgspec.Struct, frozen=True, kw_only=True):
    """One row of section J: what is wrong, who puts it right, until when."""

    place: Place
    condition: Condition
    remark: str
    responsible: Responsible
    fix_by: date


def defects(entries: Iterable[Entry]) -> tuple[Defect, ...]:
    """Return the list of defects, derived from the lines."""
    return tuple(
        Defect(
            place=entry.place,
            condition=entry.content.condition,
            remark=entry.content.remark,
            responsible=entry.content.responsible,
            fix_by=entry.content.fix_by,
        )
        for entry in current(entries).values()
        if entry.content.responsible is not None and entry.content.fix_by is not None
        if entry.content.condition is not Condition.OK
    )
