"""Counting 12345 cases: repeated calls are one case; rates with and without what is excluded, exactly.

Source: J12345 32; numbers ``case_duplicate_days``, ``case_response_hours``, ``case_basically``.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import msgspec

from credit.domain import cycle
from credit.domain.bulk.caseload import Case
from credit.domain.evaluation import Cases
from credit.domain.rule_set import RuleSet
from market.kernel.period import local_day

Key = tuple[int, int, str]
"""Enterprise, community and name of the cycle."""


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """Calls of one caller about one matter of one project within the days of the rule: one case.

    Attributes:
        first: It decides project, cycle and whether the caller was contacted in time.
        opinion: The call whose caller last gave an opinion.
        excluded: Every call is.
    """

    first: Case
    n_calls: int
    opinion: Case | None
    excluded: bool


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of a project in a cycle: all cases, and those that are not excluded."""

    gross: Cases
    net: Cases


def merge(cases: Iterable[Case], *, rules: RuleSet) -> list[Merged]:
    """Return cases with repeated calls made one, whatever the order they come in.

    A call belongs to the case whose first call came at most so many days before.
    """
    window = timedelta(days=rules.whole("case_duplicate_days"))
    groups: dict[str, list[list[Case]]] = defaultdict(list)
    for case in sorted(cases, key=lambda one: (one.received_at, one.case_no)):
        open_ones = groups[case.call or f"alone:{case.case_no}"]
        if open_ones and _day(case) - _day(open_ones[-1][0]) <= window:
            open_ones[-1].append(case)
        else:
            open_ones.append([case])
    return [_merged(calls) for group in groups.values() for calls in group]


def figures(merged: Iterable[Merged], *, rules: RuleSet) -> dict[Key, Counted]:
    """Return the figures of every project and cycle that has a linked case."""
    found: dict[Key, list[Merged]] = defaultdict(list)
    for one in merged:
        first = one.first
        if first.enterprise is not None and first.community is not None:
            found[first.enterprise, first.community, cycle.of(_day(first)).name].append(one)
    return {key: counted(calls, rules=rules) for key, calls in found.items()}


def counted(merged: Sequence[Merged], *, rules: RuleSet) -> Counted:
    """Return the figures of some cases, gross and net of exclusions."""
    return Counted(
        gross=_count(merged, rules),
        net=_count([one for one in merged if not one.excluded], rules),
    )


def _count(merged: Sequence[Merged], rules: RuleSet) -> Cases:
    opinions = [one.opinion for one in merged if one.opinion is not None]
    satisfied = {"yes", "partly"} if rules.whole("case_basically") else {"yes"}
    return Cases(
        cases=len(merged),
        responded=sum(_responded(one.first, rules) for one in merged),
        called_back=len(opinions),
        resolved=sum(one.resolved == "yes" for one in opinions),
        partly=sum(one.resolved == "partly" for one in opinions),
        satisfied=sum(one.satisfied in satisfied for one in opinions),
    )


def _responded(case: Case, rules: RuleSet) -> bool:
    """Say whether the caller was contacted within the limit, to the second."""
    limit = timedelta(hours=rules.whole("case_response_hours"))
    return case.contacted_at is not None and case.contacted_at - case.received_at <= limit


def _merged(calls: Sequence[Case]) -> Merged:
    told = [one for one in calls if one.called_back and (one.resolved or one.satisfied)]
    return Merged(
        first=calls[0],
        n_calls=len(calls),
        opinion=told[-1] if told else None,
        excluded=all(one.excluded for one in calls),
    )


def _day(case: Case) -> date:
    received: datetime = case.received_at
    return local_day(received)
