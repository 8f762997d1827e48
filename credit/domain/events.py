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


class RecheckOrdered(msgspec.Struct, frozen=True, kw_only=True):
    """The district ordered a new visit by another pair."""

    recheck: int
    evaluation: int
    enterprise: int
    authorities: tuple[int, ...]


class EvaluationRechecked(msgspec.Struct, frozen=True, kw_only=True):
    """A re-check was decided: the result stands, or another one counts from now."""

    recheck: int
    evaluation: int
    enterprise: int
    outcome: str


class RecheckOverdue(msgspec.Struct, frozen=True, kw_only=True):
    """A re-check was not scored and decided in time."""

    recheck: int
    authorities: tuple[int, ...]


class GradePublished(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot of an enterprise's score and grade was published."""

    snapshot: int
    enterprise: int
    grade: str
    score_centi: int
    digest: str


class CycleClosed(msgspec.Struct, frozen=True, kw_only=True):
    """A cycle was closed; its first results are shown and may be objected to."""

    cycle: int
    name: str


class EarlyWarning(msgspec.Struct, frozen=True, kw_only=True):
    """A published score fell by ten points or more since the one before."""

    snapshot: int
    enterprise: int
    before_centi: int
    after_centi: int


class ObjectionFiled(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody objects; the authority that answers has five working days."""

    objection: int
    enterprise: int
    answerers: tuple[int, ...]
    due_at: datetime


class ObjectionOverdue(msgspec.Struct, frozen=True, kw_only=True):
    """An objection was not answered in time."""

    objection: int
    answerers: tuple[int, ...]


class ObjectionAnswered(msgspec.Struct, frozen=True, kw_only=True):
    """An objection was upheld or rejected."""

    objection: int
    enterprise: int
    outcome: str


class MeasureIssued(msgspec.Struct, frozen=True, kw_only=True):
    """An authority issued a measure against or in favour of an enterprise."""

    measure: int
    enterprise: int
    key: str


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
    RecheckOrdered,
    EvaluationRechecked,
    RecheckOverdue,
    GradePublished,
    CycleClosed,
    EarlyWarning,
    ObjectionFiled,
    ObjectionOverdue,
    ObjectionAnswered,
    MeasureIssued,
    EnterpriseListed,
)
