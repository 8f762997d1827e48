"""The handover: clock, checklist, confirmations; a machine that walks it at random."""

import contextlib
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bidding.domain.outcome import checklist, handover
from bidding.domain.outcome.checklist import Party, Section
from bidding.domain.outcome.handover import Stage, Step
from market.kernel.errors import MarketError
from market.kernel.lifecycle import UnknownMoveError
from market.kernel.workday import Workdays

PLAIN = Workdays(rest=frozenset(), work=frozenset(), years=frozenset(range(2020, 2040)))
AT = datetime(2027, 3, 1, tzinfo=UTC)
MONDAY = date(2027, 3, 1)


def a_handover(stage: Stage = Stage.NOTICE_SERVED, end: date | None = None) -> handover.Handover:
    return handover.Handover(
        stage=stage, received_on=None if stage is Stage.INITIATED else MONDAY, contract_end_on=end
    )


def signed(line: checklist.Line, party: Party) -> handover.Confirmation:
    return handover.Confirmation(
        line=line.id, party=party, condition=checklist.Condition.OK, remark="", confirmed_at=AT
    )


EVERYTHING = tuple(signed(line, party) for line in checklist.LINES for party in line.parties)


def test_exit_is_due_thirty_days_after_receipt_or_at_the_end_of_the_contract() -> None:
    assert handover.exit_due(MONDAY, None, PLAIN) == date(2027, 3, 31)
    assert handover.exit_due(MONDAY, date(2027, 3, 30), PLAIN) == date(2027, 3, 31)
    assert handover.exit_due(MONDAY, date(2027, 4, 1), PLAIN) == date(2027, 4, 1)
    # the thirtieth day is a Saturday: the statutory period ends on Monday, the contract's end never moves
    assert handover.exit_due(date(2027, 3, 4), None, PLAIN) == date(2027, 4, 5)
    assert handover.exit_due(MONDAY, date(2027, 4, 3), PLAIN) == date(2027, 4, 3)


def test_it_becomes_overdue_at_the_first_instant_of_the_day_after() -> None:
    assert list(handover.due(a_handover(), PLAIN)) == [(datetime(2027, 3, 31, 16, tzinfo=UTC), Step.LAPSE)]


@pytest.mark.parametrize("stage", list(Stage))
def test_only_a_running_handover_has_a_clock(stage: Stage) -> None:
    assert bool(list(handover.due(a_handover(stage), PLAIN))) == (stage in handover.RUNNING)


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("step", list(Step))
def test_every_stage_and_step_is_a_move_or_a_refusal(stage: Stage, step: Step) -> None:
    party = next(iter(handover.PARTY_OF[step]), None)
    known = (stage, step) in {(m.source, m.act) for m in handover.LIFECYCLE.moves}
    if party is None:
        assert handover.LIFECYCLE.allows(stage, step) == known
    elif known:
        target = handover.advance(stage, step, party=party, done=EVERYTHING)
        assert target == handover.LIFECYCLE.after(stage, step)
    else:
        with pytest.raises(UnknownMoveError):
            handover.advance(stage, step, party=party, done=EVERYTHING)


def test_a_lapse_is_the_clocks_and_nobody_elses() -> None:
    for party in Party:
        with pytest.raises(handover.NotASignatoryError):
            handover.advance(Stage.INSPECTED, Step.LAPSE, party=party, done=EVERYTHING)


@pytest.mark.parametrize("step", [Step.TRANSFER, Step.SETTLE, Step.LEAVE, Step.CLOSE])
def test_each_missing_signature_of_a_needed_section_holds_the_step_up(step: Step) -> None:
    source = next(move.source for move in handover.LIFECYCLE.moves if move.act is step)
    for gap in EVERYTHING:
        rest = [each for each in EVERYTHING if each is not gap]
        needed = checklist.BY_ID[gap.line].section in handover.NEEDS[step]
        if needed:
            with pytest.raises(handover.LinesOpenError) as refusal:
                handover.advance(source, step, party=Party.COMMITTEE, done=rest)
            assert refusal.value.context == {"count": 1, "first": f"{gap.line}/{gap.party}"}
        else:
            handover.advance(source, step, party=Party.COMMITTEE, done=rest)


def test_the_list_holds_the_five_and_the_seven_documents_of_the_regulation() -> None:
    by_source = [line.source for line in checklist.LINES if line.section is Section.DOCUMENTS]
    assert (by_source.count("BPR 21"), by_source.count("BPR 71")) == (5, 7)
    assert len(checklist.BY_ID) == len(checklist.LINES)
    assert {line.section for line in checklist.LINES} == set(Section)


def test_nobody_signs_twice_or_for_a_line_that_is_not_theirs() -> None:
    line = next(each for each in checklist.LINES if Party.WITNESS not in each.parties)
    with pytest.raises(handover.NotASignatoryError):
        handover.confirm(line.id, Party.WITNESS, stage=Stage.INSPECTED, done=())
    with pytest.raises(handover.NotASignatoryError):
        handover.confirm("no-such-line", Party.OLD, stage=Stage.INSPECTED, done=())
    assert handover.confirm(line.id, Party.OLD, stage=Stage.INSPECTED, done=()) is line
    with pytest.raises(handover.LineConfirmedError):
        handover.confirm(line.id, Party.OLD, stage=Stage.INSPECTED, done=[signed(line, Party.OLD)])
    for stage in (Stage.INITIATED, Stage.CLOSED):
        with pytest.raises(handover.HandoverNotOpenError):
            handover.confirm(line.id, Party.OLD, stage=stage, done=())


@given(st.integers(-5, 60), st.none() | st.integers(-5, 60), st.integers(-5, 90))
def test_the_fine_counts_from_the_later_date_and_never_without_an_order(
    due: int, limit: int | None, left: int
) -> None:
    fine = handover.fine_suggested(
        exit_due_on=MONDAY + timedelta(days=due),
        order_limit_on=None if limit is None else MONDAY + timedelta(days=limit),
        left_on=MONDAY + timedelta(days=left),
    )
    days = 0 if limit is None else max(0, left - max(due, limit))
    assert fine == days * 10_000 * 100


@given(st.dates(date(2021, 1, 1), date(2038, 1, 1)), st.none() | st.integers(-400, 400))
def test_exit_is_never_earlier_than_either_clock(received: date, offset: int | None) -> None:
    end = None if offset is None else received + timedelta(days=offset)
    last = handover.exit_due(received, end, PLAIN)
    assert last >= received + timedelta(days=30)
    assert end is None or last >= end


class Walk(RuleBasedStateMachine):
    """Random parties try random steps and signatures; the invariants never break."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage.INITIATED
        self.done: list[handover.Confirmation] = []
        self.lapsed = False

    @rule(step=st.sampled_from(list(Step)), party=st.sampled_from(list(Party)))
    def step(self, step: Step, party: Party) -> None:
        with contextlib.suppress(MarketError):
            self.stage = handover.advance(self.stage, step, party=party, done=self.done)

    @rule(line=st.sampled_from(checklist.LINES), party=st.sampled_from(list(Party)))
    def confirm(self, line: checklist.Line, party: Party) -> None:
        with contextlib.suppress(MarketError):
            handover.confirm(line.id, party, stage=self.stage, done=self.done)
            self.done.append(signed(line, party))

    @rule(section=st.sampled_from(list(Section)))
    def confirm_a_section(self, section: Section) -> None:
        for line in checklist.LINES:
            for party in line.parties if line.section is section else ():
                self.confirm(line, party)

    @rule()
    def the_clock_strikes(self) -> None:
        for _, step in handover.due(a_handover(self.stage), PLAIN):
            assert not self.lapsed
            self.stage = handover.LIFECYCLE.after(self.stage, step)
            self.lapsed = True

    @invariant()
    def closed_means_every_line_signed_by_everybody(self) -> None:
        if self.stage is Stage.CLOSED:
            assert handover.missing(Section, self.done) == ()

    @invariant()
    def nobody_signed_twice(self) -> None:
        pairs = [(each.line, each.party) for each in self.done]
        assert len(pairs) == len(set(pairs))


TestWalk = Walk.TestCase
