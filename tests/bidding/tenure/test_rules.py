"""The end of a service contract and emergency service, to the day."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bidding.domain import rule_table
from bidding.domain.outcome.decision import Decision
from bidding.domain.procedure import Profile
from bidding.domain.rule import RuleVersion
from bidding.domain.tenure import duty, emergency
from bidding.domain.tenure import term as terms
from bidding.domain.tenure.duty import Side
from bidding.domain.tenure.emergency import Appointment, Ground, Service
from bidding.domain.tenure.term import Stage, Step, Successor, Task, Term, Way
from bidding.domain.vote.matter import Key
from market.kernel import period
from market.kernel.errors import FindingsError
from tests import factories_votes as votes

RULES = rule_table.current(Profile.OWNER)
START, END = date(2024, 1, 1), date(2026, 12, 31)
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


def a_term(**changes: object) -> Term:
    return msgspec.structs.replace(Term(stage=Stage.RUNNING, start_on=START, end_on=END), **changes)


def changed(**values: int) -> RuleVersion:
    """Return the owners' rules with other values."""
    ids = {name.replace("_", "."): value for name, value in values.items()}
    rules = {
        name: msgspec.structs.replace(each, value=ids.get(name, each.value))
        for name, each in RULES.rules.items()
    }
    return msgspec.structs.replace(RULES, rules=rules)


def asked(term: Term, side: Side, today: date, rules: RuleVersion = RULES) -> set[str]:
    return {each.what for each in duty.duties(term, rules) if each.side is side and each.since <= today}


def test_h01_the_owners_decision_is_asked_for_from_six_months_before_the_end() -> None:
    first = date(2026, 6, 30)
    assert "decide" not in asked(a_term(), Side.COMMITTEE, first - timedelta(days=1))
    assert "decide" in asked(a_term(), Side.COMMITTEE, first)
    assert "see-to-decision" in asked(a_term(), Side.STREET, first)
    assert (period.start_of_day(first), Task.REMIND) in set(terms.due(a_term(), RULES))
    later = changed(H01=5)
    assert "decide" not in asked(a_term(), Side.COMMITTEE, first, later)
    assert "decide" in asked(a_term(), Side.COMMITTEE, date(2026, 7, 31), later)


def test_h01_a_decision_or_a_signed_successor_ends_the_asking_and_a_revoked_one_does_not() -> None:
    assert "decide" not in asked(a_term(settled=Way.REPLACE), Side.COMMITTEE, END)
    assert "decide" not in asked(a_term(successor=Successor.OTHER), Side.COMMITTEE, END)
    assert "sign-again" in asked(a_term(settled=Way.RENEW), Side.PROVIDER, END)
    assert "sign-again" not in asked(a_term(settled=Way.RENEW, successor=Successor.SAME), Side.PROVIDER, END)


def test_h01_is_not_asked_of_a_developer_before_there_are_owners_to_ask() -> None:
    prophase = rule_table.current(Profile.PROPHASE)
    assert asked(a_term(), Side.COMMITTEE, END, prophase) == set()
    assert {task for _, task in terms.due(a_term(), prophase)} == {Task.END}


def test_h02_the_ninetieth_day_before_the_end_is_in_time_and_the_day_after_is_late() -> None:
    last = date(2026, 10, 2)
    assert (END - last).days == 90
    assert not terms.declined_late(last, END, RULES)
    assert terms.declined_late(last + timedelta(days=1), END, RULES)
    assert not terms.declined_late(last + timedelta(days=1), END, changed(H02=89))


def test_h03_what_continued_ends_sixty_days_after_a_notice() -> None:
    term = a_term(stage=Stage.CONTINUED)
    notice = date(2027, 3, 1)
    assert terms.notice_end(term, notice, RULES) == date(2027, 4, 30)
    for longer in (changed(H22=61), changed(H03=61)):
        assert terms.notice_end(term, notice, longer) == date(2027, 5, 1)
    ending = a_term(stage=Stage.ENDING, ends_on=date(2027, 4, 30))
    assert [*terms.due(ending, RULES)] == [(period.end_of_day(date(2027, 4, 30)), Task.END)]


def test_a_dismissal_before_the_end_has_sixty_days_and_never_outlives_the_term() -> None:
    assert terms.notice_end(a_term(), date(2026, 3, 1), RULES) == date(2026, 4, 30)
    assert terms.notice_end(a_term(), END - timedelta(days=59), RULES) == END


def test_h22_without_a_decision_the_service_continues_and_the_decision_stays_overdue() -> None:
    assert terms.at_end(a_term()) is Step.CONTINUE
    assert terms.at_end(a_term(settled=Way.RENEW)) is Step.CONTINUE
    continued = a_term(stage=Stage.CONTINUED)
    found = next(each for each in duty.duties(continued, RULES) if each.what == "decide")
    assert (found.rule, found.until) == ("H22", END)
    assert found.late(END + timedelta(days=1))
    assert not found.late(END)
    assert "decide" not in asked(a_term(stage=Stage.CONTINUED, settled=Way.REPLACE), Side.COMMITTEE, END)


@pytest.mark.parametrize(
    ("change", "step"),
    [
        ({"successor": Successor.SAME}, Step.CLOSE),
        ({"successor": Successor.OTHER}, Step.EXPIRE),
        ({"settled": Way.REPLACE}, Step.EXPIRE),
        ({"declined_on": END}, Step.EXPIRE),
        ({"stage": Stage.ENDING}, Step.EXPIRE),
    ],
)
def test_the_end_comes_to_what_was_said_before(change: dict[str, object], step: Step) -> None:
    assert terms.at_end(a_term(**change)) is step


def test_whoever_serves_after_the_end_serves_on_and_is_stated_as_such() -> None:
    assert terms.begin(END, END) is Stage.RUNNING
    assert terms.begin(END, END + timedelta(days=1)) is Stage.CONTINUED
    assert asked(a_term(stage=Stage.OVER), Side.PROVIDER, END) == {"serve-on"}


def a_decision(matter: Key, **changes: object) -> Decision:
    plain = Decision(
        id=1,
        number="D1",
        matter=matter,
        community=7,
        decided_on=END,
        figures=votes.FIGURES,
        unit_list=1,
        file_digest="",
    )
    return msgspec.structs.replace(plain, **changes)


def test_only_a_standing_decision_of_this_area_on_this_provider_settles_or_dismisses() -> None:
    renew = a_decision(Key.RENEWAL, covers=5)
    assert terms.way_of(renew, community=7, provider=5, rules=RULES) is Way.RENEW
    assert terms.way_of(a_decision(Key.TENDER), community=7, provider=5, rules=RULES) is Way.REPLACE
    dismissal = a_decision(Key.DISMISSAL, covers=5)
    assert terms.way_of(dismissal, community=7, provider=5, rules=RULES) is Way.REPLACE
    terms.check_dismissal(dismissal, community=7, provider=5, rules=RULES)
    revoked = period.start_of_day(END)
    for wrong in (
        a_decision(Key.RENEWAL, covers=6),
        a_decision(Key.RENEWAL, covers=5, community=8),
        a_decision(Key.RENEWAL, covers=5, revoked_at=revoked),
        a_decision(Key.FUND_USE),
    ):
        with pytest.raises(terms.TermDecisionError):
            terms.way_of(wrong, community=7, provider=5, rules=RULES)
    for wrong in (
        renew,
        a_decision(Key.DISMISSAL, covers=6),
        a_decision(Key.DISMISSAL, covers=5, revoked_at=revoked),
    ):
        with pytest.raises(terms.TermDecisionError):
            terms.check_dismissal(wrong, community=7, provider=5, rules=RULES)


def an_appointment(start_on: date, end_on: date, **changes: object) -> Appointment:
    plain = Appointment(
        provider="",
        ground=Ground.LEFT,
        reasons="撤离",
        services=(Service.WATER, Service.GARBAGE),
        content="供水、清运",
        fees="每平方米一元",
        start_on=start_on,
        end_on=end_on,
    )
    return msgspec.structs.replace(plain, **changes)


def test_h12_six_months_to_the_day_and_not_one_more() -> None:
    first, last = date(2026, 8, 31), date(2027, 2, 27)
    assert emergency.last_day(first, begin=first, contracts=(), months=6) == last
    emergency.check(an_appointment(first, last), last=last, months=6, today=first)
    beyond = an_appointment(first, last + timedelta(days=1))
    with pytest.raises(FindingsError) as refused:
        emergency.check(beyond, last=last, months=6, today=first)
    assert [type(each) for each in refused.value.findings] == [emergency.EmergencyTooLongError]
    assert emergency.last_day(first, begin=first, contracts=(), months=7) == date(2027, 3, 30)
    emergency.check(beyond, last=date(2027, 3, 30), months=7, today=first)


def test_emergency_service_never_runs_into_a_contract_that_is_signed() -> None:
    first, begins = date(2026, 8, 31), date(2026, 10, 1)
    assert emergency.last_day(first, begin=first, contracts=(START, begins), months=6) == date(2026, 9, 30)


def test_another_enterprise_does_not_make_the_six_months_begin_anew_and_a_contract_between_does() -> None:
    first, second = date(2026, 1, 1), date(2026, 5, 1)
    assert emergency.gap_begin(second, emergencies=(first,), contracts=(START,)) == first
    assert emergency.gap_begin(second, emergencies=(first,), contracts=(date(2026, 4, 1),)) == second
    assert emergency.served(first, first)
    assert not emergency.served(first, first - timedelta(days=1))


def test_all_that_is_wrong_with_an_appointment_is_said_at_once() -> None:
    wrong = an_appointment(END, END - timedelta(days=1), services=(), fees=" ", content="")
    with pytest.raises(FindingsError) as refused:
        emergency.check(wrong, last=END, months=6, today=END + timedelta(days=1))
    assert [each.field for each in refused.value.findings] == [
        "services",
        "content",
        "fees",
        "start_on",
        "end_on",
    ]


@given(start=DAYS, end=DAYS, contract=DAYS, today=DAYS)
def test_a_signed_contract_only_ever_shortens(start: date, end: date, contract: date, today: date) -> None:
    last = emergency.shortened(start, max(start, end), contract_start=contract, today=today)
    assert start <= last <= max(start, end)


class Bridge(RuleBasedStateMachine):
    """An area whose street appoints again and again, with any dates, while contracts come now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.today = date(2026, 1, 1)
        self.all: list[tuple[date, date]] = []
        self.active = False
        self.contracts: list[date] = []

    @precondition(lambda self: not self.active)
    @rule(wait=st.integers(0, 40), days=st.integers(1, 400))
    def appoint(self, wait: int, days: int) -> None:
        start, months = self.today + timedelta(days=wait), RULES.value("H12")
        begin = emergency.gap_begin(
            start, emergencies=[first for first, _ in self.all], contracts=self.contracts
        )
        last = emergency.last_day(start, begin=begin, contracts=self.contracts, months=months)
        wanted = an_appointment(start, start + timedelta(days=days - 1))
        try:
            emergency.check(wanted, last=last, months=months, today=self.today)
        except FindingsError:
            return
        self.active = True
        self.all.append((wanted.start_on, wanted.end_on))

    @rule(days=st.integers(1, 120))
    def wait(self, days: int) -> None:
        self.today += timedelta(days=days)
        due = emergency.due(emergency.Stage.ACTIVE, self.all[-1][1]) if self.active else None
        self.active = due is not None and due > period.start_of_day(self.today)

    @rule(ahead=st.integers(0, 60))
    def sign(self, ahead: int) -> None:
        begins = self.today + timedelta(days=ahead)
        self.contracts.append(begins)
        if self.active:
            start, end = self.all[-1]
            self.all[-1] = (start, emergency.shortened(start, end, contract_start=begins, today=self.today))

    @precondition(lambda self: self.active)
    @rule()
    def stop(self) -> None:
        self.active = False
        start, end = self.all.pop()
        if emergency.served(start, self.today):
            self.all.append((start, min(end, self.today)))

    def _gap(self, day: date) -> int:
        return sum(begins <= day for begins in self.contracts)

    @invariant()
    def no_gap_is_bridged_for_longer_than_six_months_in_all(self) -> None:
        for gap in {self._gap(start) for start, _ in self.all}:
            spans = [each for each in self.all if self._gap(each[0]) == gap]
            first, last = min(start for start, _ in spans), max(end for _, end in spans)
            assert last < period.add_months(first, 6)

    @invariant()
    def the_decision_to_hire_is_asked_for_while_one_is_active(self) -> None:
        if not self.active:
            assert emergency.duties(emergency.Stage.ENDED, self.today, self.today) == ()
            return
        start, end = self.all[-1]
        found = emergency.duties(emergency.Stage.ACTIVE, start, end)
        assert {(each.side, each.what) for each in found} == {
            (Side.COMMITTEE, "hire"),
            (Side.STREET, "see-to-hiring"),
        }
        assert {each.until for each in found} == {end}


TestBridge = Bridge.TestCase
TestBridge.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
