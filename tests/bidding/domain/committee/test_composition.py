"""How a committee may be made up, and who may not sit on one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain import rule_table
from bidding.domain.committee import composition, recusal
from bidding.domain.committee import seat as seats
from bidding.domain.committee.composition import Composition
from bidding.domain.committee.recusal import Field, Former, Ground, Ties
from bidding.domain.committee.seat import Kind, Seat, State
from bidding.domain.procedure import Profile
from tests.bidding.rule_pairs import changed

OWNER, PROPHASE = rule_table.current(Profile.OWNER), rule_table.current(Profile.PROPHASE)
BOTH = (OWNER, PROPHASE)
NONE: frozenset[str] = frozenset()


def wrong(size: int, reps: int, rules: rule_table.RuleVersion = PROPHASE, *relaxed: str) -> list[str]:
    """Return the codes of what is wrong with a composition."""
    made = Composition(size=size, representatives=reps)
    return [one.code for one in composition.findings(made, rules, frozenset(relaxed))]


@pytest.mark.parametrize("rules", [OWNER, PROPHASE])
def test_five_is_enough_three_and_six_are_not(rules: rule_table.RuleVersion) -> None:
    assert wrong(5, 1, rules) == []
    assert wrong(3, 1, rules) == ["too-small"]
    assert wrong(6, 2, rules) == ["even"]


@pytest.mark.parametrize("rules", [OWNER, PROPHASE])
def test_two_thirds_are_experts_to_the_seat(rules: rule_table.RuleVersion) -> None:
    assert wrong(9, 3, rules) == []
    assert wrong(9, 4, rules) == ["too-few-experts"]
    assert wrong(5, 2, rules) == ["too-few-experts"]


def test_owners_may_decide_on_three_members_and_on_half_of_the_seats() -> None:
    assert wrong(3, 1, OWNER, "T26") == []
    assert wrong(1, 0, OWNER, "T26") == ["too-small"]
    assert wrong(5, 2, OWNER, "T27") == []
    assert wrong(5, 3, OWNER, "T27") == ["too-few-experts"]


def test_no_decision_relaxes_a_prophase_committee() -> None:
    assert wrong(3, 1, PROPHASE, "T26", "T27") == ["too-small"]
    assert wrong(5, 2, PROPHASE, "T26", "T27") == ["too-few-experts"]


@given(st.integers(1, 31), st.integers(0, 15))
def test_what_passes_in_a_prophase_tender_is_odd_large_enough_and_two_thirds_experts(
    size: int, reps: int
) -> None:
    made = Composition(size=size, representatives=reps)
    passes = size % 2 == 1 and size >= 5 and made.experts * 3 >= size * 2
    assert (wrong(size, reps) == []) is passes


def test_a_changed_value_flips_the_verdict() -> None:
    assert wrong(5, 1, changed(PROPHASE, "T26", 7)) == ["too-small"]
    assert wrong(5, 2, changed(PROPHASE, "T27", 1)) == []  # of thirds


def test_the_share_of_experts_and_of_the_owners_seats_say_the_same() -> None:
    assert OWNER.share("T28") == 1 - OWNER.share("T27")


def test_what_owners_relax_yields_to_the_floor_of_the_rule_and_the_finding_names_it() -> None:
    (found,) = composition.findings(Composition(size=5, representatives=3), OWNER, frozenset({"T27"}))
    assert (found.rule, found.value, found.per, found.got) == ("T27", 1, 2, 2)
    (found,) = composition.findings(Composition(size=5, representatives=2), OWNER, NONE)
    assert (found.rule, found.value, found.per, found.got) == ("T27", 2, 3, 3)


def test_years_and_title_bind_a_prophase_tender_whatever_its_document_says() -> None:
    loose = Composition(senior_only=False)
    assert composition.asks_senior(loose, PROPHASE)
    assert not composition.asks_senior(loose, OWNER)
    assert composition.asks_senior(Composition(), OWNER)
    asked = [composition.years_asked(made, rules) for made in (loose, Composition()) for rules in BOTH]
    assert asked == [0, 8, 8, 8]
    assert composition.years_asked(loose, changed(PROPHASE, "T30", 9)) == 9


FIELD = Field(bidders=frozenset({"BIDDER"}), tenderer="TENDERER", authorities=frozenset({"STREET"}))
OPENED = date(2026, 3, 31)


def ground(ties: Ties, rules: rule_table.RuleVersion = OWNER) -> Ground | None:
    """Return the ground against somebody on the day of the opening."""
    return recusal.ground_of(ties, FIELD, on=OPENED, rules=rules)


def test_each_tie_is_a_ground_and_none_is_none() -> None:
    assert ground(Ties(bodies=("OWN",))) is None
    assert ground(Ties(bodies=("OWN", "BIDDER"))) is Ground.EMPLOYER_BIDS
    assert ground(Ties(bodies=("TENDERER",))) is Ground.EMPLOYER_TENDERS
    assert ground(Ties(bodies=("TENDERER",), represents=True)) is None
    assert ground(Ties(bodies=("TENDERER", "STREET"), represents=True)) is Ground.EMPLOYER_SUPERVISES
    assert ground(Ties(bodies=("OWN",), registered=False)) is Ground.OFF_REGISTER


def test_a_former_employer_counts_for_three_years_to_the_day() -> None:
    def left(on: date, rules: rule_table.RuleVersion = OWNER, code: str = "BIDDER") -> Ground | None:
        return ground(Ties(bodies=("OWN",), former=(Former(code=code, until=on),)), rules)

    assert left(date(2023, 4, 1)) is Ground.FORMER_EMPLOYER_BIDS
    assert left(date(2023, 3, 31)) is None
    assert left(date(2023, 3, 31), changed(OWNER, recusal.EMPLOYER_RULE, 4)) is Ground.FORMER_EMPLOYER_BIDS
    assert left(date(2026, 3, 1), code="OTHER") is None
    assert left(date(2024, 2, 29)) is Ground.FORMER_EMPLOYER_BIDS


def a_seat(number: int, state: State, *, round_: int = 1, kind: Kind = Kind.EXPERT) -> Seat:
    """Return a seat."""
    return Seat(
        id=number,
        round=round_,
        place=number,
        kind=kind,
        state=state,
        drawn_as=state,
        mandate=number,
        pseudonym=f"{number:064x}",
        salt="",
    )


def test_the_next_reserve_in_order_follows() -> None:
    held = [a_seat(3, State.RESERVE), a_seat(2, State.RESERVE), a_seat(1, State.MEMBER)]
    assert (heir := seats.heir(held)) is not None
    assert heir.id == 2
    assert seats.heir(held, barred=frozenset({2, 3})) is None
    assert seats.heir([a_seat(9, State.RESERVE, round_=1), a_seat(1, State.RESERVE, round_=2)]) == a_seat(
        9, State.RESERVE
    )


@given(st.integers(0, 6), st.integers(0, 3))
def test_a_committee_is_complete_when_every_seat_is_held(experts: int, reps: int) -> None:
    wanted = Composition(size=5, representatives=1)
    held = [a_seat(n + 1, State.MEMBER) for n in range(experts)]
    held += [a_seat(n + 10, State.MEMBER, kind=Kind.REPRESENTATIVE) for n in range(reps)]
    if (experts, reps) == (4, 1):
        seats.check_complete(wanted, held)
    else:
        with pytest.raises(seats.CommitteeIncompleteError):
            seats.check_complete(wanted, held)
