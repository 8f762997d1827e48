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


class CyclePublished(msgspec.Struct, frozen=True, kw_only=True):
    """A cycle's ratings were published for everybody by one act; each enterprise's grade is told beside."""

    cycle: int
    name: str
    enterprises: int


class EarlyWarning(msgspec.Struct, frozen=True, kw_only=True):
    """A published score fell by ten points or more since the one before."""

    snapshot: int
    enterprise: int
    before_centi: int
    after_centi: int


class ObjectionFiled(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody objects; the authority that answers has five working days, the second level fifteen.

    Attributes:
        level: 2 when the next level up is asked after a rejection.
    """

    objection: int
    enterprise: int
    answerers: tuple[int, ...]
    due_at: datetime
    level: int = 1


class ObjectionOverdue(msgspec.Struct, frozen=True, kw_only=True):
    """An objection was not answered in time."""

    objection: int
    answerers: tuple[int, ...]
    level: int = 1


class ObjectionAnswered(msgspec.Struct, frozen=True, kw_only=True):
    """An objection was upheld or rejected."""

    objection: int
    enterprise: int
    outcome: str
    level: int = 1


class RepairFiled(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise asks for the repair of a record; the authority accepts in three working days."""

    repair: int
    enterprise: int
    answerers: tuple[int, ...]
    due_at: datetime


class RepairOverdue(msgspec.Struct, frozen=True, kw_only=True):
    """A request for repair was not accepted or not decided in time."""

    repair: int
    answerers: tuple[int, ...]
    due_at: datetime


class RepairMoved(msgspec.Struct, frozen=True, kw_only=True):
    """A request for repair was accepted, declined, given more time, or decided.

    Attributes:
        record: ``None`` when it asks for early removal from the exit list.
        false_material: It was refused because what it brought is false.
        decided_on: Day of the act, in Beijing.
    """

    repair: int
    record: int | None
    enterprise: int
    item_code: str
    stage: str
    false_material: bool
    decided_on: date


class MeasureIssued(msgspec.Struct, frozen=True, kw_only=True):
    """An authority issued a measure against or in favour of an enterprise."""

    measure: int
    enterprise: int
    key: str


class MeasuresFollowed(msgspec.Struct, frozen=True, kw_only=True):
    """Measures of an enterprise followed a publication by themselves.

    Attributes:
        began: Names of those that began.
        fell: A fall of the score called one of them.
    """

    snapshot: int
    enterprise: int
    grade: str
    fell: bool
    began: tuple[str, ...]


class MeasureOverdue(msgspec.Struct, frozen=True, kw_only=True):
    """Nobody decided on a proposed measure within its time."""

    proposal: int
    enterprise: int
    key: str
    issuers: tuple[int, ...]


class OrderMissed(msgspec.Struct, frozen=True, kw_only=True):
    """After the limit of an order two inspectors found it not obeyed.

    Attributes:
        item_code: Item whose evidence this is; empty where the addressee has no credit record.
        file_digest: Digest of the recheck's paper; may be empty.
    """

    order: int
    number: str
    addressee: int
    community: int
    item_code: str
    due_on: date
    rechecked_on: date
    file_digest: str


class ProjectMoved(msgspec.Struct, frozen=True, kw_only=True):
    """A project changed hands, began, ended or got another risk; plans of inspections follow.

    Attributes:
        enterprises: Whose projects it concerns, before and after.
    """

    community: int
    enterprises: tuple[int, ...]


class EnterpriseListed(msgspec.Struct, frozen=True, kw_only=True):
    """The city put an enterprise on the exit list."""

    entry: int
    enterprise: int
    listed_at: datetime
    ends_on: date


class ListCaseOverdue(msgspec.Struct, frozen=True, kw_only=True):
    """The city did not decide an exit-list case within its time."""

    entry: int
    deciders: tuple[int, ...]


class EnterpriseDelisted(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the exit list ended before or with its term: expired, removed early or revoked."""

    entry: int
    enterprise: int
    stage: str


EVENTS: tuple[type[msgspec.Struct], ...] = (
    RecordOpened,
    RecordEffective,
    EvaluationReleased,
    RecheckOrdered,
    EvaluationRechecked,
    RecheckOverdue,
    GradePublished,
    CycleClosed,
    CyclePublished,
    EarlyWarning,
    ObjectionFiled,
    ObjectionOverdue,
    ObjectionAnswered,
    RepairFiled,
    RepairOverdue,
    RepairMoved,
    MeasureIssued,
    MeasuresFollowed,
    MeasureOverdue,
    OrderMissed,
    ProjectMoved,
    EnterpriseListed,
    ListCaseOverdue,
    EnterpriseDelisted,
)
