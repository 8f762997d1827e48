"""Suspension: no step forward while it stands, and no window of bidders gets shorter by it (invariant 5)."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain import rule_table, schedule, suspension
from bidding.domain.act import Act
from bidding.domain.outcome import award
from bidding.domain.procedure import LIFECYCLE, Profile, Stage
from bidding.domain.suspension import Cause, Suspension
from market.kernel import period
from market.kernel.workday import Workdays
from tests.bidding.domain.test_filing import a_tender

PLAIN = Workdays(rest=frozenset(), work=frozenset(), years=frozenset(range(2020, 2040)))
START = datetime(2027, 3, 4, 2, tzinfo=UTC)  # Thursday, 10:00 in Beijing
HOUR = timedelta(hours=1)
RULES = rule_table.current(Profile.OWNER)


def a_suspension(since: datetime = START, lifted_at: datetime | None = None, **more: object) -> Suspension:
    base = Suspension(cause=Cause.OBJECTION, origin="T-O1", reasons="", since=since, lifted_at=lifted_at)
    return msgspec.structs.replace(base, **more)


@pytest.mark.parametrize("act", sorted({move.act for move in LIFECYCLE.moves}))
def test_only_what_ends_a_tender_or_turns_it_back_is_possible_while_suspended(act: Act) -> None:
    if act in {Act.TENDER_TERMINATE, Act.TENDER_ANNUL, Act.EVALUATION_REDO, Act.PREQUAL_REDO}:
        suspension.check(act, [a_suspension()])
        return
    with pytest.raises(suspension.TenderSuspendedError) as refusal:
        suspension.check(act, [a_suspension()])
    assert (refusal.value.source, refusal.value.context["origin"]) == ("BLR 22, 54", "T-O1")
    assert suspension.waits(act, [a_suspension()])
    suspension.check(act, [a_suspension(lifted_at=START)])
    assert not suspension.waits(act, [a_suspension(lifted_at=START)])


def test_a_refusal_names_the_oldest_reason_and_its_clause() -> None:
    order = a_suspension(START - HOUR, cause=Cause.ORDER, origin="T-S1")
    with pytest.raises(suspension.TenderSuspendedError) as refusal:
        suspension.check(Act.AWARD_PUBLISH, [a_suspension(), order])
    assert (refusal.value.source, refusal.value.context["origin"]) == ("BLR 62", "T-S1")


@pytest.mark.parametrize("stage", list(Stage))
def test_a_tender_is_suspended_from_the_issue_of_its_documents_to_the_contract(stage: Stage) -> None:
    before = {Stage.DRAFT, Stage.FILED, Stage.RETURNED, Stage.ACCEPTED, Stage.APPROVED, Stage.PUBLISHED}
    over = {
        Stage.CONTRACTED,
        Stage.CONTRACT_FILED,
        Stage.COMPLETED,
        Stage.FAILED,
        Stage.TERMINATED,
        Stage.ANNULLED,
    }
    if stage in before | over:
        with pytest.raises(suspension.NotSuspendableError):
            suspension.suspendable(stage)
    else:
        suspension.suspendable(stage)


@pytest.mark.parametrize("stage", list(Stage))
def test_the_clock_does_nothing_while_suspended_and_goes_on_when_lifted(stage: Stage) -> None:
    tender = a_tender(
        stage=stage,
        window_ends_at=START,
        failed_at=START,
        suspensions=(a_suspension(START - HOUR),),
    )
    if stage not in suspension.SUSPENDABLE:
        assert not tender.suspended
        return
    assert schedule.next_due_at(tender, RULES) is None
    late = START + timedelta(days=400)
    lifted = msgspec.structs.replace(tender, suspensions=(a_suspension(START - HOUR, late),))
    never = msgspec.structs.replace(tender, suspensions=())
    plain = schedule.next_due_at(never, RULES)
    assert schedule.next_due_at(lifted, RULES) == (None if plain is None else max(plain, late))


def test_without_suspension_the_public_period_is_the_plain_count() -> None:
    for day in range(14):
        published = START + timedelta(days=day)
        plain = award.publicity(published, days=3, workdays=PLAIN).last_day
        assert suspension.last_day(period.local_day(published), days=3, stack=(), workdays=PLAIN) == plain


def test_a_day_suspended_in_part_does_not_count() -> None:
    first = period.local_day(START)  # Thursday: Friday, Saturday, Sunday, so Monday
    monday = date(2027, 3, 8)
    assert suspension.last_day(first, days=3, stack=(), workdays=PLAIN) == monday
    friday = START + timedelta(days=1)
    short = (a_suspension(friday, friday + timedelta(microseconds=1)),)
    assert suspension.last_day(first, days=3, stack=short, workdays=PLAIN) == monday  # Sat, Sun, Mon
    over_weekend = (a_suspension(friday, friday + timedelta(days=2)),)
    assert suspension.last_day(first, days=3, stack=over_weekend, workdays=PLAIN) == date(2027, 3, 10)


def test_what_was_over_before_the_suspension_is_not_opened_again() -> None:
    tuesday = START + timedelta(days=5)
    stack = (a_suspension(tuesday, tuesday + timedelta(days=9)),)
    assert suspension.last_day(period.local_day(START), days=3, stack=stack, workdays=PLAIN) == date(
        2027, 3, 8
    )


def test_an_end_cannot_be_told_while_it_stands_still() -> None:
    with pytest.raises(ValueError, match="stands still"):
        suspension.last_day(period.local_day(START), days=3, stack=(a_suspension(),), workdays=PLAIN)


spans = st.lists(
    st.tuples(st.integers(0, 240), st.integers(0, 120)).map(
        lambda pair: a_suspension(START + pair[0] * HOUR, START + (pair[0] + pair[1]) * HOUR)
    ),
    max_size=5,
)


@given(spans, st.integers(1, 10))
def test_suspension_never_shortens_a_window(stack: list[Suspension], days: int) -> None:
    first = period.local_day(START)
    last = suspension.last_day(first, days=days, stack=stack, workdays=PLAIN)
    free = [
        day
        for n in range(1, (last - first).days + 1)
        if not suspension.touches(stack, day := first + timedelta(days=n))
    ]
    assert len(free) >= days
    assert last >= suspension.last_day(first, days=days, stack=(), workdays=PLAIN)
    assert PLAIN.is_workday(last)
    assert not suspension.touches(stack, last)


@given(spans, st.integers(0, 400))
def test_time_that_stood_still_counts_once_however_suspensions_overlap(
    stack: list[Suspension], hours: int
) -> None:
    end = START + hours * HOUR
    stood = {
        n
        for n in range(hours)
        if any(
            one.since <= START + n * HOUR and (one.lifted_at or end) >= START + (n + 1) * HOUR
            for one in stack
        )
    }
    assert suspension.stood_still(stack, START, end) == len(stood) * HOUR


@given(spans)
def test_the_unbroken_stretch_begins_at_a_suspension_and_has_no_gap(stack: list[Suspension]) -> None:
    until = START + 500 * HOUR
    closed = [*stack, a_suspension(START + 200 * HOUR)]
    begin = suspension.stretch(closed, until)
    assert begin <= START + 200 * HOUR
    assert suspension.stood_still(closed, begin, until) == until - begin
