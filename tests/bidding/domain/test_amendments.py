"""Amendments: only ever later, fifteen days where somebody must read, and every change named."""

from datetime import date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain import tender as tenders
from bidding.domain.amending import amendment, question
from bidding.domain.procedure import Stage
from bidding.domain.rule_table import RuleVersion
from bidding.domain.sealed.envelope import TenderVersion
from bidding.domain.tender import Content
from market.kernel.period import local_day
from market.kernel.workday import Workdays
from tests.bidding.domain.test_filing import NOW, OWNER, a_tender, whole

CALENDAR = Workdays(rest=frozenset(), work=frozenset(), years=frozenset(range(2025, 2029)))


def with_rule(rule_id: str, value: int) -> RuleVersion:
    rule = msgspec.structs.replace(OWNER.rule(rule_id), value=value)
    return msgspec.structs.replace(OWNER, rules={**OWNER.rules, rule_id: rule})


def issued(days: int) -> Content:
    return whole(issue_at=NOW - timedelta(days=10), deadline=NOW + timedelta(days=days))


def after(content: Content, *, now: datetime = NOW, rules: RuleVersion = OWNER) -> datetime:
    return amendment.deadline_after(content, now=now, rules=rules, workdays=CALENDAR)


def test_fifteen_days_before_the_deadline_nothing_moves_and_fourteen_days_before_it_does() -> None:
    inside, outside = issued(15), issued(14)
    assert after(inside) == inside.deadline
    assert outside.deadline is not None
    moved = after(outside)
    assert moved > outside.deadline
    assert (local_day(moved) - local_day(NOW)).days >= 15
    assert moved.timetz() == outside.deadline.timetz()


def test_another_number_of_days_turns_both_verdicts() -> None:
    assert after(issued(15), rules=with_rule("T09", 16)) != issued(15).deadline
    assert after(issued(14), rules=with_rule("T09", 14)) == issued(14).deadline


def test_a_new_last_day_on_a_rest_day_moves_on() -> None:
    saturday = NOW + timedelta(days=5)  # 15 days after Saturday, 7 March 2026 is a Sunday
    assert local_day(saturday).isoweekday() == 6
    moved = after(issued(10), now=saturday)
    assert local_day(moved) == date(2026, 3, 23)


def test_after_the_deadline_nothing_is_amended() -> None:
    with pytest.raises(amendment.DeadlinePassedError):
        after(issued(15), now=NOW + timedelta(days=15))


def amended(before: Content, **changes: object) -> Content:
    wanted = msgspec.structs.replace(before, **changes)
    return amendment.amended(before, wanted, now=NOW, rules=OWNER, workdays=CALENDAR)


def test_more_time_alone_needs_no_reading_time_and_a_changed_clause_does() -> None:
    before = issued(5)
    assert before.deadline is not None
    later = before.deadline + timedelta(days=1)
    assert amended(before, deadline=later).deadline == later
    changed = amended(before, contract_months=24)
    assert changed.deadline is not None
    assert (local_day(changed.deadline) - local_day(NOW)).days >= 15


def test_what_an_amendment_cannot_do() -> None:
    before = issued(20)
    assert before.deadline is not None
    for changes, refused in (
        ({"deadline": before.deadline - timedelta(microseconds=1)}, amendment.DeadlineEarlierError),
        ({"lots": ()}, amendment.FixedByNoticeError),
        ({"issue_at": NOW}, amendment.FixedByNoticeError),
        ({"decision": None}, amendment.FixedByNoticeError),
        ({}, amendment.NothingAmendedError),
    ):
        with pytest.raises(refused):
            amended(before, **changes)


def test_every_changed_field_is_named_once_with_both_values() -> None:
    before = issued(20)
    lot = msgspec.structs.replace(before.lots[0], maximum_price_fen=None)
    after_ = msgspec.structs.replace(
        before, contract_months=24, lots=(lot,), parts={**before.parts, "plan": "x"}
    )
    found = {one.field: (one.before, one.after) for one in amendment.changes(before, after_)}
    assert found == {
        "contract_months": ("36", "24"),
        "lots.1.maximum_price_fen": ("100", None),
        "parts.plan": ("text", "x"),
    }


@given(
    days=st.integers(min_value=1, max_value=60),
    moments=st.lists(st.integers(min_value=0, max_value=60 * 24 * 60), min_size=1, max_size=5),
)
def test_a_deadline_only_ever_moves_later_and_keeps_fifteen_days_from_each_clarification(
    days: int, moments: list[int]
) -> None:
    """Invariant 4."""
    content = issued(days)
    for minutes in sorted(moments):
        now = NOW + timedelta(minutes=minutes)
        if content.deadline is None or now >= content.deadline:
            break
        moved = after(content, now=now)
        assert moved >= content.deadline
        assert (local_day(moved) - local_day(now)).days >= 15
        content = msgspec.structs.replace(content, deadline=moved)


def test_the_last_day_for_questions_is_one_that_moves_no_deadline() -> None:
    tender = a_tender(stage=Stage.BIDDING, content=issued(20))
    last = question.last_day(tender, OWNER)
    assert last == local_day(NOW + timedelta(days=5))
    question.check_asking(tender, OWNER, now=NOW + timedelta(days=5))
    with pytest.raises(question.QuestionTooLateError):
        question.check_asking(tender, OWNER, now=NOW + timedelta(days=6))
    question.check_asking(tender, with_rule("T09", 14), now=NOW + timedelta(days=6))
    with pytest.raises(question.QuestionTooLateError):
        question.check_asking(tender, with_rule("T09", 16), now=NOW + timedelta(days=5))


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage not in question.ISSUED])
def test_nobody_asks_outside_the_time_between_announcement_and_deadline(stage: Stage) -> None:
    with pytest.raises(question.NotIssuedError):
        question.check_asking(a_tender(stage=stage, content=issued(20)), OWNER, now=NOW)


def _version(content: Content) -> TenderVersion:
    return tenders.version_of(a_tender(content=content), OWNER)


def test_any_clause_makes_another_version_and_the_deadline_alone_does_not() -> None:
    base = _version(issued(20))
    heavier = _version(msgspec.structs.replace(issued(20), contract_months=12))
    later = _version(msgspec.structs.replace(issued(20), deadline=NOW + timedelta(days=40)))
    assert not base.same_terms(heavier)
    assert base.same_terms(later)
    assert base.digest != later.digest


def test_a_tender_announced_before_terms_stood_in_the_version_keeps_the_version_it_had() -> None:
    whole_version = _version(issued(20))
    bare = msgspec.structs.replace(whole_version, documents=whole_version.documents[1:])
    old = a_tender(content=issued(20), version_digest=bare.digest)
    assert tenders.version_of(old, OWNER) == bare
