"""The draw as pure functions: reproducible, indifferent to order, not to be steered, no employer twice."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain import rule_table
from bidding.domain.act import Act
from bidding.domain.committee import draw as draws
from bidding.domain.committee.draw import Draw, Party, PartyAct, Stage, Ticket
from bidding.domain.committee.eligibility import Candidate, Filters, eligible
from bidding.domain.procedure import Profile
from market.kernel.errors import TransitionError
from tests.bidding.rule_pairs import changed

RULES = rule_table.current(Profile.OWNER)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
HEX = st.binary(min_size=32, max_size=32).map(bytes.hex)
FILTERS = Filters(
    rosters=("110000",), specialities=(), districts=(), years=8, senior=True, employers=("TENDERER",)
)
TICKETS = st.lists(
    st.builds(Ticket, pseudonym=HEX, employer=st.sampled_from("abcdefghij")),
    unique_by=lambda one: one.pseudonym,
    max_size=20,
)


def the_seed(**changes: object) -> str:
    """Return a seed of fixed inputs, some of them changed."""
    given_: dict[str, object] = {
        "tender": "T1",
        "version": "aa" * 32,
        "round": 1,
        "roster": "bb" * 32,
        "filters": FILTERS,
        "nonces": {Party.TENDERER: "01" * 32, Party.PLATFORM: "02" * 32},
    }
    return draws.seed(**{**given_, **changes})  # type: ignore[arg-type]


@given(TICKETS, HEX, st.randoms(use_true_random=False))
def test_swapping_roster_order_changes_nothing(tickets: list[Ticket], seed: str, random: object) -> None:
    swapped = list(tickets)
    random.shuffle(swapped)  # type: ignore[attr-defined]
    assert draws.order(tickets, seed) == draws.order(swapped, seed)
    assert draws.roster_digest(tickets) == draws.roster_digest(swapped)


@given(TICKETS, HEX, st.integers(0, 12))
def test_nobody_is_drawn_twice_and_no_employer_either(tickets: list[Ticket], seed: str, number: int) -> None:
    employers = {one.pseudonym: one.employer for one in tickets}
    chosen = draws.choose(draws.order(tickets, seed), number)
    assert len(chosen) == min(number, len(set(employers.values())))
    assert len({employers[name] for name in chosen}) == len(chosen)


@given(TICKETS, HEX)
def test_who_is_taken_out_of_the_roster_moves_nobody_past_another(tickets: list[Ticket], seed: str) -> None:
    ordered = draws.order(tickets, seed)
    for out in tickets:
        rest = draws.order([one for one in tickets if one is not out], seed)
        assert rest == tuple(one for one in ordered if one is not out)


@pytest.mark.parametrize(
    "change",
    [
        {"tender": "T2"},
        {"version": "ab" * 32},
        {"round": 2},
        {"roster": "bc" * 32},
        {"filters": msgspec.structs.replace(FILTERS, years=7)},
        {"nonces": {Party.TENDERER: "01" * 32, Party.PLATFORM: "03" * 32}},
        {"nonces": {Party.AUTHORITY: "01" * 32, Party.PLATFORM: "02" * 32}},
    ],
)
def test_everything_fixed_or_revealed_moves_the_seed(change: dict[str, object]) -> None:
    assert the_seed() == the_seed()
    assert the_seed(**change) != the_seed()


def test_a_commitment_binds_party_tender_and_round() -> None:
    base = {"tender": "T1", "round": 1, "party": Party.TENDERER, "nonce": "01" * 32}
    first = draws.commitment(**base)  # type: ignore[arg-type]
    for change in ({"tender": "T2"}, {"round": 2}, {"party": Party.AUTHORITY}, {"nonce": "02" * 32}):
        assert draws.commitment(**{**base, **change}) != first  # type: ignore[arg-type]
    act = PartyAct(party=Party.AUTHORITY, commitment=first, committed_at=NOW)
    with pytest.raises(draws.RevealError):
        draws.check_reveal("01" * 32, act=act, tender="T1", round=1)


def a_candidate(**changes: object) -> Candidate:
    """Return an expert whom the filters let pass."""
    base = Candidate(
        expert=1,
        roster="110000",
        employer="OWN",
        district="110105",
        specialities=("law",),
        years=8,
        senior=True,
    )
    return msgspec.structs.replace(base, **changes)


@pytest.mark.parametrize(
    ("change", "passes"),
    [
        ({}, True),
        ({"years": 7}, False),
        ({"senior": False}, False),
        ({"employer": "TENDERER"}, False),
        ({"others": ("TENDERER",)}, False),
        ({"roster": "110106"}, False),
    ],
)
def test_each_filter_lets_pass_or_refuses(
    change: dict[str, object],
    passes: bool,  # noqa: FBT001 - a parameter of the table above
) -> None:
    assert eligible(a_candidate(**change), FILTERS) is passes


def test_a_changed_value_of_the_years_flips_the_verdict() -> None:
    young = a_candidate(years=7)
    assert not eligible(young, FILTERS)
    assert eligible(young, msgspec.structs.replace(FILTERS, years=7))
    assert not eligible(a_candidate(), msgspec.structs.replace(FILTERS, specialities=("finance",)))
    assert not eligible(a_candidate(), msgspec.structs.replace(FILTERS, districts=("110106",)))


def test_a_main_draw_needs_seats_and_reserves_of_different_employers_a_supplementary_one_seats() -> None:
    seven = [Ticket(pseudonym=f"{n:064x}", employer=str(n)) for n in range(7)]
    assert draws.enough(seven, RULES, kind="main", seats=5)
    assert not draws.enough(seven[:6], RULES, kind="main", seats=5)
    assert not draws.enough([*seven[:6], seven[5]], RULES, kind="main", seats=5)
    assert draws.enough(seven[:5], RULES, kind="supplementary", seats=5)
    one = changed(RULES, "T29.reserves", 1)
    assert (draws.reserves(RULES), draws.reserves(one)) == (2, 1)
    assert draws.enough(seven[:6], one, kind="main", seats=5)


def test_the_times_to_commit_and_to_reveal_are_the_tables() -> None:
    assert draws.commit_until(NOW, RULES) == NOW + timedelta(hours=12)
    assert draws.commit_until(NOW, changed(RULES, "T29.commit", 11)) == NOW + timedelta(hours=11)
    assert draws.reveal_until(NOW, RULES) == NOW + timedelta(hours=6)
    assert draws.reveal_until(NOW, changed(RULES, "T29.reveal", 7)) == NOW + timedelta(hours=7)


def a_round(*acts: PartyAct, stage: Stage = Stage.COMMITTING, **changes: object) -> Draw:
    """Return a round with what its parties have done."""
    base = Draw(
        id=1,
        tender=1,
        round=1,
        kind="main",
        stage=stage,
        version_digest="aa" * 32,
        filters=FILTERS,
        roster=(),
        roster_digest="bb" * 32,
        employer_salt="",
        seats=5,
        reserves=2,
        parties=tuple(Party),
        begun_at=NOW,
        commit_until=NOW + timedelta(hours=12),
        reveal_until=NOW + timedelta(hours=18),
        acts=acts,
    )
    return msgspec.structs.replace(base, **changes)


def done(party: Party, hour: int, *, revealed: int | None = None) -> PartyAct:
    """Return what a party did at an hour."""
    return PartyAct(
        party=party,
        commitment="00" * 32,
        committed_at=NOW + timedelta(hours=hour),
        nonce=None if revealed is None else "00" * 32,
        revealed_at=None if revealed is None else NOW + timedelta(hours=revealed),
    )


def test_the_platform_commits_first_and_reveals_last() -> None:
    own, people = done(Party.PLATFORM, 0), (done(Party.TENDERER, 1), done(Party.AUTHORITY, 2))
    assert [*draws.due(a_round())] == [(NOW, Act.DRAW_COMMIT)]
    assert [*draws.due(a_round(own))] == [(NOW + timedelta(hours=12), Act.DRAW_VOID)]
    assert [*draws.due(a_round(own, people[0]))] == [(NOW + timedelta(hours=12), Act.DRAW_TURN)]
    assert [*draws.due(a_round(own, *people))] == [(NOW + timedelta(hours=2), Act.DRAW_TURN)]
    half = a_round(own, done(Party.TENDERER, 1, revealed=13), people[1], stage=Stage.REVEALING)
    assert [*draws.due(half)] == [(NOW + timedelta(hours=18), Act.DRAW_VOID)]
    assert draws.withholding(half) == (Party.AUTHORITY,)
    whole = a_round(
        own,
        done(Party.TENDERER, 1, revealed=13),
        done(Party.AUTHORITY, 2, revealed=14),
        stage=Stage.REVEALING,
    )
    assert [*draws.due(whole)] == [(NOW + timedelta(hours=14), Act.DRAW_COMPLETE)]
    assert draws.next_due_at(a_round(stage=Stage.DRAWN)) is None


def test_who_withheld_stays_out_but_the_platform_never_draws_alone() -> None:
    one = a_round(stage=Stage.VOID, withheld=(Party.TENDERER,))
    assert draws.parties_after([one]) == (Party.AUTHORITY, Party.PLATFORM)
    both = a_round(stage=Stage.VOID, withheld=(Party.AUTHORITY,))
    assert set(draws.parties_after([one, both])) == set(Party)


MOVES = {
    (Stage.COMMITTING, Act.DRAW_COMMIT): Stage.COMMITTING,
    (Stage.COMMITTING, Act.DRAW_TURN): Stage.REVEALING,
    (Stage.COMMITTING, Act.DRAW_VOID): Stage.VOID,
    (Stage.REVEALING, Act.DRAW_REVEAL): Stage.REVEALING,
    (Stage.REVEALING, Act.DRAW_COMPLETE): Stage.DRAWN,
    (Stage.REVEALING, Act.DRAW_VOID): Stage.VOID,
}


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("act", [act for act in Act if act.startswith("bidding:draw:")])
def test_every_stage_and_act_of_a_draw_is_a_move_or_a_refusal(stage: Stage, act: Act) -> None:
    wanted = MOVES.get((stage, act))
    if wanted is None:
        with pytest.raises(TransitionError):
            draws.LIFECYCLE.after(stage, act)
    else:
        assert draws.LIFECYCLE.after(stage, act) is wanted
