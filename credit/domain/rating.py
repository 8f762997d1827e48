"""Ratings of a cycle: closed for everybody at once, shown first, then published by one act.

Source: BJ-EVAL26 (half-years, results published); how long a first result is shown is our own proposal.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

import msgspec

from credit.domain import grade
from credit.domain.cycle import Cycle
from credit.domain.grade import Grade, Ranked
from credit.domain.rule_set import RuleSet
from credit.domain.score import Score
from market.kernel.digest import digest
from market.kernel.errors import ConflictError, RuleError
from market.kernel.lifecycle import Lifecycle, Move
from market.kernel.period import end_of_day, local_day, start_of_day
from market.kernel.workday import Workdays


class Stage(StrEnum):
    """Where a cycle's ratings stand."""

    PRELIMINARY = "preliminary"
    PUBLISHED = "published"


class Verb(StrEnum):
    """What moves a cycle on."""

    PUBLISH = "publish"


LIFECYCLE: Lifecycle[Stage, Verb] = Lifecycle(
    "ratings of a cycle", Stage.PRELIMINARY, (Move(Stage.PRELIMINARY, Verb.PUBLISH, Stage.PUBLISHED),)
)


class Mode(StrEnum):
    """How scores become letters before ceilings."""

    ABSOLUTE = "absolute"
    QUOTA = "quota"


class CycleRunningError(RuleError):
    """A cycle is closed after its last day."""

    code: ClassVar[str] = "credit-cycle-running"
    source = "BJ-EVAL26"


class CyclePublicityError(RuleError):
    """First results are shown for their whole time before they are published."""

    code: ClassVar[str] = "credit-cycle-publicity"
    source = "BJ-EVAL26"


class CycleObjectionsError(RuleError):
    """While an objection to a result is unanswered, nothing is published."""

    code: ClassVar[str] = "credit-cycle-objections"
    source = "BJ-EVAL26"


class CycleClosedError(ConflictError):
    """A cycle is closed once."""

    code: ClassVar[str] = "credit-cycle-closed"
    source = "BJ-EVAL26"


class CycleBusyError(ConflictError):
    """Somebody closes or publishes the cycle at this moment."""

    code: ClassVar[str] = "credit-cycle-busy"


class EnginesDifferError(ConflictError):
    """Both engines compute every published score; where they differ, nothing is published."""

    code: ClassVar[str] = "credit-engines-differ"


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One enterprise's first result."""

    enterprise: int
    code: str
    score_centi: int
    tender_centi: int
    grade: Grade


def results_digest(results: Iterable[Result]) -> str:
    """Return one digest over everybody's first result, in the order of social credit codes."""
    rows = sorted([one.code, one.score_centi, one.tender_centi, one.grade.value] for one in results)
    return digest("credit-results", rows)


def published_digest(named: Iterable[tuple[str, str]]) -> str:
    """Return one digest over everybody's snapshot: pairs of social credit code and digest of the bytes."""
    return digest("credit-cycle", [list(pair) for pair in sorted(named)])


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """What a score is computed of: valid at one instant, known by another, fallen by a third.

    Attributes:
        at: Records, areas and days are those of this instant.
        known: Decisions and evaluations are those known by this instant.
        fallen: Records repaired or revoked by this instant no longer count.
        until_cycle: Evaluations of later cycles do not count.
    """

    at: datetime
    known: datetime
    fallen: datetime
    until_cycle: str

    @staticmethod
    def live(at: datetime, running: Cycle) -> "Moment":
        """Return the moment of everything as known at one instant."""
        return Moment(at=at, known=at, fallen=at, until_cycle=running.name)

    @staticmethod
    def of_cycle(cycle: Cycle, *, known: datetime, fallen: datetime) -> "Moment":
        """Return a cycle's end, as known when it was closed and without what fell since."""
        return Moment(at=as_of(cycle), known=known, fallen=fallen, until_cycle=cycle.name)


def as_of(cycle: Cycle) -> datetime:
    """Return the last instant of a cycle."""
    return start_of_day(cycle.end) - timedelta(microseconds=1)


def check_over(cycle: Cycle, *, now: datetime) -> None:
    """Refuse to close a cycle that still runs.

    Raises:
        CycleRunningError: Its last day is not over.
    """
    if now <= as_of(cycle):
        raise CycleRunningError("the cycle runs", field="cycle", cycle=cycle.name)


def public_until(closed_at: datetime, *, rules: RuleSet, days: Workdays) -> datetime:
    """Return when first results have been shown long enough, and objections to them end."""
    return end_of_day(days.add_workdays(local_day(closed_at), rules.whole("cycle_publicity")))


def check_publication(until: datetime, *, open_objections: int, now: datetime) -> None:
    """Refuse to publish too early.

    Raises:
        CyclePublicityError: The results were not shown long enough.
        CycleObjectionsError: An objection to a result is unanswered.
    """
    if now < until:
        raise CyclePublicityError("shown too short a time", until=until.isoformat())
    if open_objections:
        raise CycleObjectionsError("objections are open", open=open_objections)


def mode(rules: RuleSet) -> Mode:
    """Return the mode a rule set selects: fixed thresholds, or shares of the ranking."""
    return Mode.QUOTA if rules.exact("grade_by_quota") else Mode.ABSOLUTE


def graded(scores: Sequence[tuple[str, Score]], *, rules: RuleSet) -> list[Grade]:
    """Return the grade of every score by the rule set's mode, after ceilings, in the order given.

    Only rated enterprises take part in a ranking; the others would fill its shares.

    Args:
        scores: Social credit code and score.
    """
    if mode(rules) is Mode.ABSOLUTE:
        return [score.grade for _, score in scores]
    ranked = [
        Ranked(
            code=code,
            score=score.published,
            bad_items=len(score.active_bad),
            weight=sum(project.weight for project in score.projects),
        )
        for code, score in scores
        if score.rated
    ]
    letters = grade.by_quota(ranked, rules=rules)
    return [
        grade.settle(letters.get(code, Grade.D), score.ceiling, rated=score.rated) for code, score in scores
    ]


def alarm(before: int, after: int, *, rules: RuleSet) -> bool:
    """Say whether a score fell so far that an early look is due: ten points or more."""
    return before - after >= rules.whole("trend_alarm")
