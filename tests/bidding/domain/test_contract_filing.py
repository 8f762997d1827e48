"""Filing a contract: the last day, both authorities, returns, and the instant it is late."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain.outcome import contract
from bidding.domain.outcome.contract import Stage, Step
from bidding.domain.settlement import contract_filing
from market.kernel import period
from market.kernel.actor import Role
from market.kernel.lifecycle import UnknownMoveError
from market.kernel.workday import Workdays

PLAIN = Workdays(rest=frozenset(), work=frozenset(), years=frozenset(range(2020, 2040)))
AT = datetime(2027, 4, 20, 2, tzinfo=UTC)

MOVES = {
    (Stage.DRAFTED, Step.SIGN): Stage.SIGNED,
    (Stage.DRAFTED, Step.VOID): Stage.VOIDED,
    (Stage.SIGNED, Step.FILE): Stage.FILED,
    (Stage.FILED, Step.ACKNOWLEDGE): Stage.ACKNOWLEDGED,
    (Stage.FILED, Step.RETURN): Stage.RETURNED,
    (Stage.RETURNED, Step.FILE): Stage.FILED,
    (Stage.SIGNED, Step.CHANGE): Stage.SIGNED,
    (Stage.FILED, Step.CHANGE): Stage.SIGNED,
    (Stage.RETURNED, Step.CHANGE): Stage.SIGNED,
    (Stage.ACKNOWLEDGED, Step.CHANGE): Stage.SIGNED,
}


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("step", list(Step))
def test_every_stage_and_step_of_a_contract_is_a_move_or_a_refusal(stage: Stage, step: Step) -> None:
    wanted = MOVES.get((stage, step))
    if wanted is None:
        with pytest.raises(UnknownMoveError):
            contract.LIFECYCLE.after(stage, step)
    else:
        assert contract.LIFECYCLE.after(stage, step) is wanted


def test_every_stage_but_the_draft_and_the_void_binds_both_sides() -> None:
    assert set(Stage) - {Stage.DRAFTED, Stage.VOIDED} == contract.BINDING


def answer(authority: Role, *, received: bool = True) -> contract_filing.Answer:
    return contract_filing.Answer(authority=authority, received=received, reasons="", answered_at=AT)


def test_the_filing_is_complete_when_street_and_district_have_acknowledged_in_any_order() -> None:
    assert not contract_filing.acknowledge([], Role.STREET)
    assert not contract_filing.acknowledge([], Role.DISTRICT)
    assert contract_filing.acknowledge([answer(Role.STREET)], Role.DISTRICT)
    assert contract_filing.acknowledge([answer(Role.DISTRICT)], Role.STREET)


def test_an_authority_answers_once() -> None:
    with pytest.raises(contract_filing.CopyAnsweredError):
        contract_filing.acknowledge([answer(Role.STREET)], Role.STREET)
    with pytest.raises(contract_filing.CopyAnsweredError):
        contract_filing.give_back([answer(Role.STREET)], Role.STREET, "缺少附件")


def test_a_return_says_why() -> None:
    with pytest.raises(contract_filing.ReasonsMissingError):
        contract_filing.give_back([], Role.STREET, "  ")
    contract_filing.give_back([answer(Role.DISTRICT)], Role.STREET, "缺少附件")


@pytest.mark.parametrize(
    ("days", "last"),
    [(15, date(2027, 5, 5)), (14, date(2027, 5, 4)), (18, date(2027, 5, 10))],  # the 8th is a Saturday
)
def test_the_last_day_to_file_counts_from_the_day_after_signing(days: int, last: date) -> None:
    assert contract.file_by(AT, days=days, workdays=PLAIN) == last


def test_a_contract_is_late_from_the_first_instant_after_its_last_day_until_it_is_filed() -> None:
    last = date(2027, 5, 5)
    late = period.end_of_day(last)
    for stage in (Stage.SIGNED, Stage.RETURNED):
        assert contract_filing.overdue_from(stage, last, overdue_at=None) == late
        assert contract_filing.overdue_from(stage, last, overdue_at=late) is None
        assert contract_filing.overdue_from(stage, None, overdue_at=None) is None
    for stage in set(Stage) - {Stage.SIGNED, Stage.RETURNED}:
        assert contract_filing.overdue_from(stage, last, overdue_at=None) is None


def test_a_returned_filing_has_five_working_days_and_never_less_than_at_first() -> None:
    friday, far = date(2027, 4, 23), date(2027, 5, 5)
    assert contract_filing.again_by(friday, date(2027, 4, 20), workdays=5, table=PLAIN) == date(2027, 4, 30)
    assert contract_filing.again_by(friday, far, workdays=5, table=PLAIN) == far
    assert contract_filing.again_by(friday, date(2027, 4, 20), workdays=6, table=PLAIN) == date(2027, 5, 3)


@given(
    st.dates(date(2027, 1, 1), date(2030, 1, 1)),
    st.dates(date(2027, 1, 1), date(2030, 1, 1)),
    st.integers(0, 20),
)
def test_a_return_never_shortens_the_time_to_file(returned: date, first: date, workdays: int) -> None:
    assert contract_filing.again_by(returned, first, workdays=workdays, table=PLAIN) >= first
