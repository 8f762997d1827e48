"""How measures follow a published grade: what begins, what ends, what stays, what is proposed.

What a published rule names as a consequence (how often somebody inspects, whether the city
recommends, what owners are told) follows from the publication and ends with it. What binds waits for an
authority (APL 44).
"""

from collections.abc import Collection, Sequence
from enum import StrEnum

import msgspec

from credit.domain.grade import Grade
from credit.domain.measure import measures_for
from credit.domain.rule_set import RuleSet
from credit.domain.rules.register import Force, Measure, Trigger


class End(StrEnum):
    """Why a measure or a proposal ended, beside its day."""

    GRADE = "grade"
    RENEWED = "renewed"
    RECORD = "record"
    LISTING = "listing"
    PERSON = "person"


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """What a publication calls for: by itself, and of a person."""

    automatic: tuple[Measure, ...]
    proposed: tuple[Measure, ...]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A measure that began by itself, or an open proposal."""

    id: int
    key: str
    trigger: Trigger


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What a publication changes: measures that begin, and rows that end with their reason."""

    begin: tuple[Measure, ...]
    end: tuple[tuple[int, End], ...]


_BY_GRADE = frozenset({Trigger.GRADE_A, Trigger.GRADE_B, Trigger.GRADE_C, Trigger.GRADE_D})


def called(letter: Grade, *, listed: bool, warned: bool, rules: RuleSet) -> Called:
    """Return what a grade and a fall call for, without rewards for who is on the exit list.

    What a listing brings is issued by the act that lists.
    """
    found = [
        one
        for one in measures_for(letter, listed=False, warned=warned, rules=rules)
        if not (listed and one.force is Force.INCENTIVE)
    ]
    return Called(
        automatic=tuple(one for one in found if one.automatic),
        proposed=tuple(one for one in found if not one.automatic),
    )


def follow(standing: Sequence[Standing], wanted: Sequence[Measure], *, anew: bool) -> Change:
    """Return how measures that began by themselves follow a publication.

    A publication between two cycles leaves what it calls for too; that of a cycle begins everything anew, so
    that each rests on the last rating. What a fall called for ends by its own day.

    Args:
        anew: The publication closes a cycle.
    """
    keys = {one.key for one in wanted}
    graded = [one for one in standing if one.trigger in _BY_GRADE]
    end = [
        (one.id, End.RENEWED if one.key in keys else End.GRADE)
        for one in graded
        if anew or one.key not in keys
    ]
    kept = set() if anew else {one.key for one in graded}
    return Change(begin=tuple(one for one in wanted if one.key not in kept), end=tuple(end))


def propose(standing: Sequence[Standing], wanted: Sequence[Measure], *, in_force: Collection[str]) -> Change:
    """Return how open proposals follow a publication: one that is still called for keeps its time.

    Args:
        in_force: Names of measures an authority issued and that still run; they are not proposed again.
    """
    keys = {one.key for one in wanted}
    there = {one.key for one in standing} | set(in_force)
    return Change(
        begin=tuple(one for one in wanted if one.key not in there),
        end=tuple((one.id, End.GRADE) for one in standing if one.key not in keys),
    )
