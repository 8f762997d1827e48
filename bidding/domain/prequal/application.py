"""Applications, their examination as a checklist, and who of the qualified is invited. All pure.

Who applies is known to the examiner and the supervising authority once applying has ended, and to nobody else
before the opening (BL 22). Each applicant is told its own result with the reasons (BLR 19).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec

from bidding.domain.entry.prequalification import Condition, Prequalification
from bidding.domain.rule_table import RuleVersion
from market.kernel import digest
from market.kernel.errors import InvalidInputError, MarketError, NotFoundError, NotPermittedError, RuleError

Statement = Annotated[str, msgspec.Meta(max_length=4000)]


class Outcome(StrEnum):
    """What became of an application."""

    QUALIFIED = "qualified"
    NOT_QUALIFIED = "not-qualified"
    BEYOND_LIMIT = "beyond-limit"


class ApplicationError(RuleError):
    """The application, or what is done with it, does not fit the document or the time."""

    code: ClassVar[str] = "application"
    source = "BLR 17"


class ApplyingNotOpenError(ApplicationError):
    """Applications are taken from the issue of the pre-qualification document to its deadline."""

    code: ClassVar[str] = "applying-not-open"
    source = "BLR 16, 17"


class ApplicationLateError(ApplicationError):
    """The time to apply is over."""

    code: ClassVar[str] = "application-late"
    source = "BLR 17"


class ApplicationIncompleteError(InvalidInputError):
    """An application says something to every condition, and to no other."""

    code: ClassVar[str] = "application-incomplete"
    source = "BLR 18"


class ApplicationUnknownError(NotFoundError):
    """There is no such application, or it is not the asker's."""

    code: ClassVar[str] = "application-unknown"


class TendererAppliesError(NotPermittedError):
    """The tenderer, or whom a tie to it would favour, is no applicant in its own tender."""

    code: ClassVar[str] = "tenderer-applies"
    source = "BLR 34"


class ChecklistError(InvalidInputError):
    """A checklist answers every published condition once, with a reason for what is not met in full."""

    code: ClassVar[str] = "checklist"
    source = "BLR 18, 19"


class ExaminationOpenError(RuleError):
    """An application is not examined yet; everybody gets a result at the same time."""

    code: ClassVar[str] = "examination-open"
    source = "BLR 19"


class ObjectionsRunError(RuleError):
    """The time to object to the results still runs."""

    code: ClassVar[str] = "prequal-objections-run"
    rules: ClassVar[tuple[str, ...]] = ("prequal-objection",)


class TooFewQualifiedError(RuleError):
    """Fewer qualified than the law asks for: the tender is held again."""

    code: ClassVar[str] = "too-few-qualified"
    source = "BLR 19"
    rules: ClassVar[tuple[str, ...]] = ("T03",)


class InvitedAlreadyError(RuleError):
    """The qualified are invited; the invitation goes out once."""

    code: ClassVar[str] = "qualified-invited"
    source = "BLR 19"


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file of an application; its bytes lie encrypted under ``id``."""

    id: str
    name: str
    media_type: str
    size: int
    digest: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The examiner's answer to one condition.

    Attributes:
        points: Centi-points, where places are limited.
    """

    condition: Annotated[str, msgspec.Meta(max_length=20)]
    met: bool = False
    reason: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    points: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """An application as it lies encrypted: who applies, what it says, and how it was examined.

    Attributes:
        salt: Hides the applicant's name in the log.
        statements: Condition -> what the applicant says to it.
        withdrawn_at: Taken back before the deadline.
    """

    tender: str
    organisation: int
    uscc: str
    salt: str
    applied_at: datetime
    statements: dict[str, str]
    files: tuple[File, ...] = ()
    withdrawn_at: datetime | None = None
    verdicts: tuple[Verdict, ...] = ()

    @property
    def points(self) -> int:
        """Centi-points of all conditions together."""
        return sum(one.points for one in self.verdicts)

    @property
    def qualifies(self) -> bool:
        """Whether every condition was found met."""
        return bool(self.verdicts) and all(one.met for one in self.verdicts)


def check_time(document: Prequalification | None, *, taking: bool, now: datetime) -> None:
    """Refuse an application outside its time.

    Args:
        taking: The tender stands where applications are taken.

    Raises:
        ApplicationLateError: At the deadline or after it.
        ApplyingNotOpenError: Before the issue, or in a tender without pre-qualification.
    """
    if document is not None and document.deadline is not None and now >= document.deadline:
        raise ApplicationLateError(deadline=digest.instant(document.deadline), field="prequalification")
    if not taking or document is None:
        raise ApplyingNotOpenError(field="prequalification")


def check_statements(document: Prequalification, statements: Mapping[str, str]) -> Iterator[MarketError]:
    """Yield a finding for each condition without a statement, and for each statement without a condition."""
    known = {one.id for one in document.conditions}
    for one in document.conditions:
        if not statements.get(one.id, "").strip():
            yield ApplicationIncompleteError(field=f"statements.{one.id}", problem="empty", condition=one.id)
    for name in sorted(set(statements) - known):
        yield ApplicationIncompleteError(field=f"statements.{name}", problem="unknown", condition=name)


def checklist_findings(document: Prequalification, verdicts: Sequence[Verdict]) -> Iterator[MarketError]:
    """Yield what is wrong with a checklist: a condition left out, asked twice or not published, no reason."""
    asked = [one.condition for one in verdicts]
    known = {one.id: one for one in document.conditions}
    for name in known:
        if asked.count(name) != 1:
            yield ChecklistError(field=f"verdicts.{name}", problem="once", condition=name)
    for one in verdicts:
        condition = known.get(one.condition)
        if condition is None:
            yield ChecklistError(
                field=f"verdicts.{one.condition}", problem="unknown", condition=one.condition
            )
        else:
            yield from _answer(document, condition, one)


def _answer(document: Prequalification, condition: Condition, one: Verdict) -> Iterator[ChecklistError]:
    most = condition.points if document.limit else 0
    if one.points > most or (one.points and not one.met):
        yield ChecklistError(field=f"verdicts.{condition.id}", problem="points", condition=condition.id)
    if not one.reason.strip() and (not one.met or one.points < most):
        yield ChecklistError(field=f"verdicts.{condition.id}", problem="reason", condition=condition.id)


def invited(document: Prequalification, applications: Iterable[Application]) -> frozenset[int]:
    """Return the organisations to invite: all that qualify, or the best where a published limit is passed.

    Whoever has as many points as the last one within the limit is invited too: equal applications are
    treated alike [interp BLR 32].
    """
    qualified = sorted((one for one in applications if one.qualifies), key=lambda one: -one.points)
    if document.limit and len(qualified) > document.limit:
        last = qualified[document.limit - 1].points
        qualified = [one for one in qualified if one.points >= last]
    return frozenset(one.organisation for one in qualified)


def outcome(application: Application, chosen: frozenset[int]) -> Outcome:
    """Return what an applicant is told."""
    if application.organisation in chosen:
        return Outcome.QUALIFIED
    return Outcome.BEYOND_LIMIT if application.qualifies else Outcome.NOT_QUALIFIED


def too_few(qualified: int, rules: RuleVersion) -> bool:
    """Say whether fewer qualified than a tender needs to go on (BLR 19)."""
    return qualified < rules.value("T03")
