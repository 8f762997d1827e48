"""What is handed over, line by line, and who signs each line: data, not code."""

from enum import StrEnum

import msgspec


class Section(StrEnum):
    """A part of the handover list; titles stand in the catalogue."""

    DOCUMENTS = "documents"
    PREMISES = "premises"
    EQUIPMENT = "equipment"
    KEYS = "keys"
    STAFF = "staff"
    MONEY = "money"
    DISPUTES = "disputes"
    PERSONAL_DATA = "personal-data"


class Party(StrEnum):
    """Who signs: the leaving and the coming provider, the committee, the witness (street, community)."""

    OLD = "old"
    NEW = "new"
    COMMITTEE = "committee"
    WITNESS = "witness"


class Condition(StrEnum):
    """What was found."""

    OK = "ok"
    DEFECT = "defect"
    MISSING = "missing"


THREE = (Party.OLD, Party.NEW, Party.COMMITTEE)
ALL = (*THREE, Party.WITNESS)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to hand over. Its words are ``bidding.checklist.line.<id>`` in the catalogue.

    Attributes:
        many: Whether it may stand several times: one entry for every device or building.
    """

    id: str
    section: Section
    parties: tuple[Party, ...]
    source: str
    many: bool = False


def _lines(
    section: Section, source: str, names: tuple[str, ...], parties: tuple[Party, ...] = THREE
) -> tuple[Line, ...]:
    many = section in {Section.PREMISES, Section.EQUIPMENT}
    return tuple(Line(id=name, section=section, parties=parties, source=source, many=many) for name in names)


LINES: tuple[Line, ...] = (
    *_lines(
        Section.DOCUMENTS,
        "BPR 21",
        ("boundary", "as-built-drawings", "technical-files", "quality-guarantee", "other-delivery-papers"),
        ALL,
    ),
    *_lines(
        Section.DOCUMENTS,
        "BPR 71",
        (
            "common-part-files",
            "equipment-records",
            "water-tank-reports",
            "decoration-files",
            "owner-register",
            "utility-agreements",
            "other-owner-papers",
        ),
        ALL,
    ),
    *_lines(Section.PREMISES, "BPR 76, BPR 77", ("common-parts", "service-rooms"), ALL),
    *_lines(
        Section.EQUIPMENT,
        "BPR 77",
        ("lifts", "pumps", "fire-protection", "power", "cctv", "gates", "charging"),
    ),
    *_lines(Section.KEYS, "BPR 76", ("keys", "meters", "tools-materials")),
    *_lines(Section.STAFF, "BPR 76", ("staff", "subcontracts")),
    *_lines(
        Section.MONEY,
        "BPR 76; SPC2 3",
        ("prepaid-fees", "collected-for-others", "deposits", "public-revenue", "fund-proof", "unpaid-bills"),
        ALL,
    ),
    *_lines(Section.DISPUTES, "BPR 76", ("running-disputes",)),
    *_lines(Section.DISPUTES, "CC 946", ("dismissal-loss",)),
    *_lines(Section.PERSONAL_DATA, "PIPL 13; [design]", ("personal-data", "personal-data-deletion")),
)
BY_ID = {line.id: line for line in LINES}
