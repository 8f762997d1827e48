"""A machine that walks handovers at random: parties, authorities, clock jumps; the invariants never break."""

import contextlib
from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bidding.domain.handover import checklist, dispute, inventory, pressure, track
from bidding.domain.handover.checklist import Party, Section
from bidding.domain.handover.track import Stage, Step
from market.kernel import period
from market.kernel.errors import MarketError
from tests.bidding.handover.test_rules import DAYS, ENTRIES, MONDAY, PLAIN, signed


class Walk(RuleBasedStateMachine):
    """Random parties, authorities and clock jumps; the invariants never break."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage.INITIATED
        self.pressure = pressure.Stage.IN_TIME
        self.today = MONDAY
        self.due: date | None = None
        self.limit: date | None = None
        self.left: date | None = None
        self.signatures: list[inventory.Signature] = []
        self.contested: dict[inventory.Place, dispute.Stage] = {}
        self.history: list[pressure.Step] = []

    @property
    def standing(self) -> pressure.Standing:
        return pressure.Standing(pressure=self.pressure, exit_due_on=self.due, limit_on=self.limit)

    def excused(self, *, closing: bool) -> set[inventory.Place]:
        return {p for p, s in self.contested.items() if not closing or s is not dispute.Stage.OPEN}

    @rule(step=st.sampled_from(list(Step)), party=st.sampled_from(list(Party)))
    def step(self, step: Step, party: Party) -> None:
        needs = track.NEEDS.get(step, frozenset())
        missing = inventory.missing(needs, ENTRIES, self.signatures, self.excused(closing=step is Step.CLOSE))
        with contextlib.suppress(MarketError):
            self.stage = track.advance(self.stage, step, party=party, missing=missing)
            if step is Step.SERVE:
                self.due = track.exit_due(self.today, None, PLAIN, days=DAYS)
            if step is Step.LEAVE:
                self.left = self.today
                if pressure.LIFECYCLE.allows(self.pressure, pressure.Step.COMPLY):
                    self.press(pressure.Step.COMPLY)

    def press(self, step: pressure.Step) -> None:
        self.pressure = pressure.LIFECYCLE.after(self.pressure, step)
        self.history.append(step)

    @rule(
        step=st.sampled_from(
            [
                pressure.Step.REMIND,
                pressure.Step.ORDER,
                pressure.Step.NOTIFY,
                pressure.Step.FINE,
                pressure.Step.DROP,
            ]
        ),
        days=st.integers(1, 20),
    )
    def authority(self, step: pressure.Step, days: int) -> None:
        with contextlib.suppress(MarketError):
            self.press(step)
            if step is pressure.Step.ORDER:
                self.limit = self.today + timedelta(days=days)

    @rule(days=st.integers(1, 45))
    def time_passes(self, days: int) -> None:
        for _ in range(days):
            self.today += timedelta(days=1)
            for at, step in pressure.due(self.standing):
                if at <= period.start_of_day(self.today):
                    self.press(step)

    @rule(section=st.sampled_from(list(Section)))
    def sign_a_section(self, section: Section) -> None:
        for each in ENTRIES:
            known = checklist.BY_ID[each.place.line]
            for party in known.parties if known.section is section else ():
                with contextlib.suppress(MarketError):
                    inventory.sign(
                        each.digest, party, stage=self.stage, entries=ENTRIES, signatures=self.signatures
                    )
                    self.signatures += signed(each, party)

    @rule(each=st.sampled_from(ENTRIES), step=st.sampled_from([None, *dispute.Step]))
    def contest_or_mediate(self, each: inventory.Entry, step: dispute.Step | None) -> None:
        if step is None:
            self.contested[each.place] = dispute.Stage.OPEN
        elif each.place in self.contested:
            with contextlib.suppress(MarketError):
                self.contested[each.place] = dispute.LIFECYCLE.after(self.contested[each.place], step)

    @invariant()
    def the_fine_is_days_after_the_later_date_and_never_without_an_order(self) -> None:
        if self.due is None:
            return
        until = self.left or self.today
        fine = pressure.fine_suggested(
            exit_due_on=self.due, limit_on=self.limit, until=until, per_day_fen=1_000_000
        )
        if pressure.Step.ORDER not in self.history:
            assert fine == 0
        else:
            assert self.limit is not None
            assert fine == max(0, (until - max(self.due, self.limit)).days) * 1_000_000
        if pressure.Step.MISS not in self.history and self.left is None:
            assert fine == 0

    @invariant()
    def nobody_is_fined_without_order_missed_limit_and_notice_in_that_order(self) -> None:
        if pressure.Step.FINE in self.history:
            chain = [pressure.Step.LAPSE, pressure.Step.ORDER, pressure.Step.MISS, pressure.Step.NOTIFY]
            assert [each for each in self.history if each in chain] == chain

    @invariant()
    def closed_means_every_line_signed_or_its_dispute_over(self) -> None:
        if self.stage is Stage.CLOSED:
            over = {p for p, s in self.contested.items()}
            assert inventory.missing(Section, ENTRIES, self.signatures, over) == ()

    @invariant()
    def being_late_never_closes_the_way_on(self) -> None:
        assert self.stage is Stage.CLOSED or track.LIFECYCLE.available(self.stage)


TestWalk = Walk.TestCase
