"""Facts the credit wing tells others."""

from datetime import date, datetime

import msgspec


class RecordOpened(msgspec.Struct, frozen=True, kw_only=True):
    """A draft was opened from another wing's fact; an authority of the path has to act."""

    record: int
    enterprise: int
    item_code: str
    path: tuple[str, ...]


class RecordEffective(msgspec.Struct, frozen=True, kw_only=True):
    """A decided record counts from now on."""

    record: int
    enterprise: int
    item_code: str
    severity: str
    expires_on: date | None


class EvaluationReleased(msgspec.Struct, frozen=True, kw_only=True):
    """A project's evaluation was released."""

    evaluation: int
    enterprise: int
    community: int
    quality_centi: int


class GradePublished(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot of an enterprise's score and grade was published."""

    snapshot: int
    enterprise: int
    grade: str
    score_centi: int
    digest: str


class EnterpriseListed(msgspec.Struct, frozen=True, kw_only=True):
    """The city put an enterprise on the exit list."""

    entry: int
    enterprise: int
    listed_at: datetime
    ends_on: date


EVENTS: tuple[type[msgspec.Struct], ...] = (
    RecordOpened,
    RecordEffective,
    EvaluationReleased,
    GradePublished,
    EnterpriseListed,
)
