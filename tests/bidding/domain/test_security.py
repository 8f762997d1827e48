"""Securities: caps to the fen, interest rounded once, every security settled exactly once."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bidding.domain.settlement import cancellation, security
from bidding.domain.settlement.security import ForfeitGround, Instrument, Kind, Outcome
from market.kernel.workday import Workdays

PLAIN = Workdays(rest=frozenset(), work=frozenset(), years=frozenset(range(2020, 2040)))
DAY = date(2027, 3, 1)
USCC = "91110108MA01ABCD5T"
PAID = security.Payment(
    kind=Kind.BID,
    instrument=Instrument.TRANSFER,
    amount_fen=2_000_000,
    holder=USCC,
    basic_account=True,
    reference="HK-1",
    paid_on=DAY,
)
BID = security.Demand(kind=Kind.BID, asked=True, base=Fraction(100_000_000), percent=2)


def paid(**change: object) -> security.Payment:
    return msgspec.structs.replace(PAID, **change)


def test_a_bid_security_is_at_most_two_percent_of_the_estimate_to_the_fen() -> None:
    assert security.record(PAID, BID, today=DAY).payment == PAID
    with pytest.raises(security.SecurityTooHighError) as refusal:
        security.record(paid(amount_fen=2_000_001), BID, today=DAY)
    assert (refusal.value.context["most"], refusal.value.context["percent"]) == ("¥20,000.00", 2)
    wider = msgspec.structs.replace(BID, percent=3)
    assert security.record(paid(amount_fen=2_000_001), wider, today=DAY).settlement is None


def test_a_performance_security_is_at_most_ten_percent_of_the_whole_contract() -> None:
    amount = security.contract_amount(100_000_001, 36)  # three years
    demand = security.Demand(kind=Kind.PERFORMANCE, asked=True, base=amount, percent=10)
    assert demand.cap_fen == 30_000_000
    given_in = paid(kind=Kind.PERFORMANCE, amount_fen=30_000_000)
    assert security.record(given_in, demand, today=DAY).settlement is None
    with pytest.raises(security.SecurityTooHighError):
        security.record(paid(kind=Kind.PERFORMANCE, amount_fen=30_000_001), demand, today=DAY)


def test_what_the_document_does_not_ask_for_is_not_taken() -> None:
    with pytest.raises(security.SecurityNotAskedError):
        security.record(PAID, msgspec.structs.replace(BID, asked=False), today=DAY)


def test_nothing_is_paid_tomorrow() -> None:
    with pytest.raises(security.SecurityDayError):
        security.record(paid(paid_on=DAY + timedelta(days=1)), BID, today=DAY)


@given(st.fractions(0, 10**15), st.integers(0, 100))
def test_the_cap_is_the_highest_whole_amount_within_the_share(base: Fraction, percent: int) -> None:
    cap = security.Demand(kind=Kind.BID, asked=True, base=base, percent=percent).cap_fen
    assert cap * 100 <= base * percent < (cap + 1) * 100


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, []),
        ({"amount_fen": 1_999_999}, ["short"]),
        ({"holder": "91110108MA01ABCD6R"}, ["other-account"]),
        ({"basic_account": False}, ["not-basic-account"]),
        ({"basic_account": False, "instrument": Instrument.GUARANTEE}, []),
        (
            {"amount_fen": 1, "holder": "X" * 18, "basic_account": False},
            ["short", "other-account", "not-basic-account"],
        ),
    ],
)
def test_everything_to_look_at_is_named_at_once(change: dict[str, object], codes: list[str]) -> None:
    found = security.remarks(paid(**change), bidder=USCC, required_fen=2_000_000, basic_account=True)
    assert [each.code for each in found] == codes


def test_owners_may_do_without_the_basic_account() -> None:
    found = security.remarks(
        paid(basic_account=False), bidder=USCC, required_fen=2_000_000, basic_account=False
    )
    assert not list(found)


@pytest.mark.parametrize(
    ("amount", "days", "interest"),
    [
        (2_000_000, 0, 0),
        (2_000_000, 365, 2_000),  # 0.10 % a year
        (2_000_000, 30, 164),  # 164.38…
        (1_825_000, 1, 5),  # 5.0 exactly
        (182_500, 1, 0),  # 0.5 goes to the even neighbour
        (547_500, 1, 2),  # 1.5 goes to the even neighbour
    ],
)
def test_interest_is_exact_and_rounded_once_half_even(amount: int, days: int, interest: int) -> None:
    until = DAY + timedelta(days=days)
    assert security.interest(paid(amount_fen=amount), rate=10, until=until) == interest


def test_a_changed_rate_changes_the_interest() -> None:
    until = DAY + timedelta(days=365)
    assert security.interest(PAID, rate=11, until=until) == 2_200


def test_guarantee_letters_and_performance_securities_bear_no_interest() -> None:
    until = DAY + timedelta(days=365)
    assert security.interest(paid(instrument=Instrument.GUARANTEE), rate=10, until=until) == 0
    assert security.interest(paid(kind=Kind.PERFORMANCE), rate=10, until=until) == 0


@given(st.integers(1, 10**12), st.integers(0, 1_000), st.integers(0, 4_000))
def test_interest_is_within_half_a_fen_of_the_exact_amount(amount: int, rate: int, days: int) -> None:
    got = security.interest(paid(amount_fen=amount), rate=rate, until=DAY + timedelta(days=days))
    assert abs(got - Fraction(amount * rate * days, 3_650_000)) <= Fraction(1, 2)


def entry() -> security.Entry:
    return security.record(PAID, BID, today=DAY)


@pytest.mark.parametrize(
    ("ground", "revoked", "cancelled", "kept"),
    [
        (ForfeitGround.REVOKED, True, None, True),
        (ForfeitGround.REVOKED, False, None, False),
        (ForfeitGround.REVOKED, False, cancellation.Ground.REFUSED, False),
        (ForfeitGround.AWARD_REFUSED, False, cancellation.Ground.REFUSED, True),
        (ForfeitGround.AWARD_REFUSED, False, cancellation.Ground.CONDITIONS, True),
        (ForfeitGround.AWARD_REFUSED, False, cancellation.Ground.NO_SECURITY, True),
        (ForfeitGround.AWARD_REFUSED, False, cancellation.Ground.FORCE_MAJEURE, False),
        (ForfeitGround.AWARD_REFUSED, False, cancellation.Ground.EXCUSED, False),
        (ForfeitGround.AWARD_REFUSED, False, cancellation.Ground.UNLAWFUL, False),
        (ForfeitGround.AWARD_REFUSED, True, None, False),
    ],
)
def test_a_security_is_kept_only_on_the_grounds_of_the_law(
    ground: ForfeitGround, cancelled: cancellation.Ground | None, *, revoked: bool, kept: bool
) -> None:
    if kept:
        ended = security.forfeit(entry(), ground, revoked=revoked, cancelled=cancelled, on=DAY)
        assert (ended.outcome, ended.ground, ended.interest_fen) == (Outcome.FORFEITED, ground.value, 0)
    else:
        with pytest.raises(security.ForfeitureUnfoundedError):
            security.forfeit(entry(), ground, revoked=revoked, cancelled=cancelled, on=DAY)


def test_a_performance_security_is_never_kept_here() -> None:
    held = security.Entry(payment=paid(kind=Kind.PERFORMANCE))
    for ground in ForfeitGround:
        with pytest.raises(security.ForfeitureUnfoundedError):
            security.forfeit(held, ground, revoked=True, cancelled=cancellation.Ground.REFUSED, on=DAY)


@pytest.mark.parametrize("shift", [-1, 1])
def test_money_goes_back_after_it_came_and_not_tomorrow(shift: int) -> None:
    with pytest.raises(security.SecurityDayError):
        security.give_back(entry(), rate=10, on=DAY + timedelta(days=shift), today=DAY)


@pytest.mark.parametrize(
    ("days", "workdays", "last"),
    [(5, 5, date(2027, 3, 6)), (5, 3, date(2027, 3, 4)), (9, 5, date(2027, 3, 8)), (4, 5, date(2027, 3, 5))],
)
def test_the_stricter_of_two_laws_says_when_securities_go_back(days: int, workdays: int, last: date) -> None:
    assert security.return_by(DAY, days=days, workdays=workdays, table=PLAIN) == last


class Ledger(RuleBasedStateMachine):
    """One security under random acts: it is settled at most once, and what came in comes out."""

    @initialize(amount=st.integers(1, 2_000_000))
    def pay(self, amount: int) -> None:
        self.entry = security.record(paid(amount_fen=amount), BID, today=DAY)
        self.out: list[security.Settlement] = []

    @rule(days=st.integers(0, 400))
    def give_back(self, days: int) -> None:
        self._try(
            lambda: security.give_back(
                self.entry, rate=10, on=DAY + timedelta(days=days), today=DAY + timedelta(days=400)
            )
        )

    @rule(ground=st.sampled_from(ForfeitGround), revoked=st.booleans())
    def forfeit(self, ground: ForfeitGround, *, revoked: bool) -> None:
        self._try(
            lambda: security.forfeit(
                self.entry, ground, revoked=revoked, cancelled=cancellation.Ground.REFUSED, on=DAY
            )
        )

    def _try(self, act: Callable[[], security.Settlement]) -> None:
        settled = self.entry.settlement is not None
        try:
            ended = act()
        except security.SecuritySettledError:
            assert settled
        except security.ForfeitureUnfoundedError:
            assert not settled
        else:
            assert not settled
            self.out.append(ended)
            self.entry = msgspec.structs.replace(self.entry, settlement=ended)

    @invariant()
    def settled_once(self) -> None:
        if not hasattr(self, "entry"):
            return
        assert len(self.out) <= 1
        assert sum(each.principal_fen for each in self.out) in {0, self.entry.payment.amount_fen}


TestLedger = Ledger.TestCase
