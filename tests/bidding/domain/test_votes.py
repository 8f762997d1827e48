"""Owners' votes: ballots read with every finding, counting as the law counts, the conduct of a vote."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain import rule_table
from bidding.domain.procedure import Profile
from bidding.domain.vote import ballot, conduct, counting, matter
from bidding.domain.vote.counting import NonVoters
from bidding.domain.vote.matter import MATTERS, Figures, Key
from market.kernel.errors import FindingsError
from market.kernel.workday import Workdays
from tests.bidding.rule_pairs import changed

RULES = rule_table.current(Profile.OWNER)
PLAIN = Workdays(rest=frozenset(), work=frozenset(), years=frozenset(range(2020, 2040)))
DAY = date(2027, 3, 8)


def w5(**change: int) -> Figures:
    """Return the vote of the worked test W5 at its exact bounds: A = 90 000 m², H = 900."""
    base = Figures(
        area=9_000_000, heads=900, area_part=6_000_000, heads_part=600, area_yes=3_000_100, heads_yes=301
    )
    return msgspec.structs.replace(base, **change)


@pytest.mark.parametrize(
    ("key", "change", "verdict"),
    [
        (Key.WINNER, {}, True),  # 30 001 m² and 301 of exactly two thirds
        (Key.WINNER, {"area_yes": 3_000_000}, False),  # half of the area is not more than half
        (Key.WINNER, {"heads_yes": 300}, False),
        (Key.WINNER, {"area_part": 5_999_900}, False),  # 59 999 m² take part
        (Key.WINNER, {"heads_part": 599}, False),
        (Key.FUND_RAISE, {"area_yes": 4_500_000, "heads_yes": 450}, True),  # exactly three quarters
        (Key.FUND_RAISE, {"area_yes": 4_499_900, "heads_yes": 450}, False),
        (Key.FUND_RAISE, {"area_yes": 4_500_000, "heads_yes": 449}, False),
        (Key.FUND_RAISE, {}, False),
    ],
)
def test_w5_at_its_bounds(key: Key, change: dict[str, int], *, verdict: bool) -> None:
    assert matter.carried(w5(**change), MATTERS[key], RULES) is verdict


@pytest.mark.parametrize(
    ("key", "change", "name", "value"),
    [
        (Key.WINNER, {"area_part": 5_999_900}, "vote-participation", 1),  # of thirds
        (Key.WINNER, {"area_yes": 3_000_000}, "vote-ordinary", 0),  # of halves
        (Key.FUND_RAISE, {}, "vote-special", 2),  # of quarters
    ],
)
def test_another_share_turns_the_verdict(key: Key, change: dict[str, int], name: str, value: int) -> None:
    assert not matter.carried(w5(**change), MATTERS[key], RULES)
    assert matter.carried(w5(**change), MATTERS[key], changed(RULES, name, value))


def test_the_matters_are_those_of_the_civil_code_with_their_shares() -> None:
    printed = [
        f"{m.item} {m.key} {'>' if m.strict else '>='} {RULES.share(m.approval)} {m.silence_counts}"
        for m in MATTERS.values()
    ]
    assert printed == [
        "1 rules > 1/2 True",
        "2 regulations > 1/2 True",
        "3 committee > 1/2 True",
        "4 tender > 1/2 True",
        "4 winner > 1/2 True",
        "4 renewal > 1/2 True",
        "4 dismissal > 1/2 True",
        "4 change > 1/2 True",
        "5 fund-use > 1/2 True",
        "6 fund-raise >= 3/4 False",
        "7 rebuild >= 3/4 False",
        "8 common-parts >= 3/4 False",
        "9 other > 1/2 True",
    ]


@pytest.mark.parametrize(
    "change", [{"area_yes": 6_000_001}, {"heads_part": 901}, {"area_yes": -1}, {"heads": 0}]
)
def test_impossible_figures_are_refused(change: dict[str, int]) -> None:
    with pytest.raises(matter.ImpossibleFiguresError):
        matter.carried(w5(**change), MATTERS[Key.WINNER], RULES)


def test_every_test_shows_its_operands_and_the_reduced_fraction() -> None:
    shown = [(one.name, one.exact, one.share) for one in matter.tests(w5(), MATTERS[Key.WINNER], RULES)]
    assert shown == [
        ("part-area", "2/3", "2/3"),
        ("part-heads", "2/3", "2/3"),
        ("yes-area", "30001/60000", "1/2"),
        ("yes-heads", "301/600", "1/2"),
    ]


def units(*heads: int, area: int = 100_00) -> list[ballot.Unit]:
    """Return a unit for each head, numbered from 1."""
    return [
        ballot.Unit(building="1", number=str(n), area_centi=area, head=head)
        for n, head in enumerate(heads, start=1)
    ]


HEADING = ["building", "number", "choice", "channel", "delivered"]


def rows(*said: str) -> list[list[str]]:
    """Return ballots for units 1, 2, …; each ``choice``, then ``/channel``, then ``/delivered``."""
    return [HEADING, *(["1", str(n), *one.split("/")] for n, one in enumerate(said, start=1))]


def read(listed: Sequence[ballot.Unit], *said: str, ranks: str = "") -> list[ballot.Ballot]:
    ballots, findings = ballot.read(rows(*said), listed, ranks=frozenset(ranks))
    assert findings == []
    return ballots


def test_abstaining_takes_part_and_is_not_in_favour_and_leaving_out_takes_no_part() -> None:
    listed = units(1, 2, 3, 4)
    found = counting.count(listed, read(listed, "同意", "弃权", "未参与")).figures
    assert (found.area_part, found.heads_part, found.area_yes, found.heads_yes) == (200_00, 2, 100_00, 1)
    assert (found.area, found.heads) == (400_00, 4)


def test_several_units_of_one_head_are_one_head_with_all_their_area() -> None:
    listed = units(1, 1, 1, 2)
    found = counting.count(listed, read(listed, "yes", "yes", "yes", "no")).figures
    assert (found.heads, found.heads_part, found.heads_yes) == (2, 2, 1)
    assert (found.area_part, found.area_yes) == (400_00, 300_00)


def test_of_a_head_that_voted_for_one_unit_the_others_add_no_area() -> None:
    listed = units(1, 1, 2)
    found = counting.count(listed, read(listed, "yes", "none", "no")).figures
    assert (found.heads_part, found.area_part) == (2, 200_00)


def test_every_wrong_row_is_named_by_row_and_column_at_once() -> None:
    listed = units(1, 2, 3, 3)
    body = [
        ["1", "1", "yes", "pigeon", ""],
        ["1", "2", "perhaps", "", "who knows"],
        ["1", "2", "yes", "", ""],
        ["9", "9", "yes", "", ""],
        ["1", "3", "yes", "", ""],
        ["1", "4", "no", "", ""],
    ]
    _, findings = ballot.read([HEADING, *body], listed)
    assert [(one.code, one.field) for one in findings] == [
        ("ballot-mark", "ballots.2.channel"),
        ("ballot-choice", "ballots.3.choice"),
        ("ballot-mark", "ballots.3.delivered"),
        ("ballot-unit-twice", "ballots.4.number"),
        ("ballot-unit-unknown", "ballots.5.number"),
        ("ballot-owner-contradicts", "ballots.7.choice"),
    ]
    assert "perhaps" not in "".join(str(one) for one in findings), "a choice is secret"
    with pytest.raises(FindingsError):
        ballot.refuse(findings)


@pytest.mark.parametrize(
    "body", [[], [HEADING], [["building", "number"], ["1", "1"]], [HEADING, ["", "", ""]]]
)
def test_a_file_without_rows_or_headings_is_refused(body: list[list[str]]) -> None:
    with pytest.raises(ballot.BallotFileError):
        ballot.read(body, units(1))


def test_a_ballot_does_not_show_its_choice_in_a_log() -> None:
    listed = units(1)
    assert "yes" not in repr(read(listed, "yes"))


def test_ballots_may_name_candidates_by_rank_and_each_counts_for_its_own() -> None:
    listed = units(1, 2, 3, 4)
    ballots = read(listed, "1", "2", "1", "弃权", ranks="12")
    assert ballot.names_candidates(ballots)
    first, second = (counting.count(listed, ballots, favour=rank).figures for rank in "12")
    assert (first.heads_yes, second.heads_yes, first.heads_part) == (2, 1, 4)
    _, findings = ballot.read(rows("3"), listed, ranks=frozenset("12"))
    assert [one.code for one in findings] == ["ballot-choice"]
    _, findings = ballot.read(rows("1", "yes"), listed, ranks=frozenset("12"))
    assert [one.code for one in findings] == ["ballot-question-mixed"]


def test_silent_owners_join_the_majority_only_when_delivered_and_never_against_half() -> None:
    listed = units(*range(1, 11))
    said = ["yes"] * 4 + ["no"] * 2 + ["none/paper/yes"] * 2 + ["none/paper/no", "none"]
    ballots = read(listed, *said)
    absent = counting.count(listed, ballots)
    assert (absent.figures.heads_part, absent.silent_heads) == (6, 0)
    joined = counting.count(listed, ballots, non_voters=NonVoters.COUNT_WITH_MAJORITY)
    assert (joined.figures.heads_part, joined.figures.heads_yes, joined.silent_heads) == (8, 6, 2)
    tied = read(listed, *(["yes"] * 3 + ["no"] * 3 + ["none/paper/yes"] * 2))
    half = counting.count(listed, tied, non_voters=NonVoters.COUNT_WITH_MAJORITY)
    assert (half.figures.heads_part, half.figures.heads_yes) == (8, 3)


CHOICES = st.sampled_from(["yes", "no", "abstain", "none"])


@st.composite
def lists(draw: st.DrawFn) -> tuple[list[ballot.Unit], list[list[str]]]:
    """Return a unit list whose heads own several units, and ballots on which each head agrees with itself."""
    heads = draw(st.lists(st.integers(1, 12), min_size=1, max_size=30))
    areas = draw(st.lists(st.integers(1, 300_00), min_size=len(heads), max_size=len(heads)))
    said = {head: draw(CHOICES) for head in set(heads)}
    listed = [
        ballot.Unit(building="b", number=str(n), area_centi=area, head=head)
        for n, (head, area) in enumerate(zip(heads, areas, strict=True))
    ]
    return listed, [["b", unit.number, said[unit.head]] for unit in listed]


@given(lists(), st.integers(2, 1_000), st.data(), st.sampled_from(list(Key)))
def test_scaling_areas_and_the_order_of_rows_change_no_verdict(
    made: tuple[list[ballot.Unit], list[list[str]]], factor: int, chance: st.DataObject, key: Key
) -> None:
    listed, body = made
    heading = ["building", "number", "choice"]
    first, findings = ballot.read([heading, *body], listed)
    assert findings == []
    before = counting.count(listed, first).figures
    scaled = [msgspec.structs.replace(unit, area_centi=unit.area_centi * factor) for unit in listed]
    scaled = chance.draw(st.permutations(scaled))
    body = chance.draw(st.permutations(body))
    again, _ = ballot.read([heading, *body], scaled)
    after = counting.count(scaled, again).figures
    assert after.area_part == before.area_part * factor
    assert (after.heads, after.heads_part, after.heads_yes) == (
        before.heads,
        before.heads_part,
        before.heads_yes,
    )
    assert matter.carried(after, MATTERS[key], RULES) is matter.carried(before, MATTERS[key], RULES)


@given(lists())
def test_counts_stay_within_each_other(made: tuple[list[ballot.Unit], list[list[str]]]) -> None:
    listed, body = made
    ballots, _ = ballot.read([["building", "number", "choice"], *body], listed)
    for policy in NonVoters:
        found = counting.count(listed, ballots, non_voters=policy).figures
        assert 0 <= found.area_yes <= found.area_part <= found.area
        assert 0 <= found.heads_yes <= found.heads_part <= found.heads


@given(st.integers(1, 40), st.integers(1, 10))
def test_the_developers_unsold_units_are_one_head_however_many(unsold: int, sold: int) -> None:
    listed = units(*[0] * unsold, *range(1, sold + 1))
    found = counting.count(listed, read(listed, *["yes"] * len(listed))).figures
    assert (found.heads, found.heads_yes) == (sold + 1, sold + 1)
    assert found.area_yes == (unsold + sold) * 100_00


def held(**change: object) -> conduct.Conduct:
    whole = conduct.Conduct(decided_on=DAY, notice_on=DAY - timedelta(days=15), reported_on=DAY)
    return msgspec.structs.replace(whole, **change)


def found(
    key: Key = Key.WINNER, *, evotes: int = 0, earliest: date | None = None, **change: object
) -> list[str]:
    """Return what makes a vote of today unlawful."""
    rules = change.pop("rules", RULES)
    assert isinstance(rules, rule_table.RuleVersion)
    return [
        one.code
        for one in conduct.findings(
            held(**change), MATTERS[key], rules, today=DAY, earliest=earliest, evotes=evotes
        )
    ]


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, []),
        ({"notice_on": DAY - timedelta(days=14)}, ["vote-notice-short"]),
        ({"earliest": DAY - timedelta(days=15)}, []),
        ({"earliest": DAY - timedelta(days=14)}, ["vote-notice-too-early"]),
        ({"reported_on": DAY + timedelta(days=1)}, ["vote-not-reported"]),
        ({"evotes": 1}, ["vote-reference-missing"]),
        ({"evotes": 1, "evote_reference": "E-7"}, []),
        ({"non_voters": NonVoters.COUNT_WITH_MAJORITY}, ["vote-silence"]),
        ({"non_voters": NonVoters.COUNT_WITH_MAJORITY, "clause": "7"}, []),
        ({"key": Key.REBUILD, "non_voters": NonVoters.COUNT_WITH_MAJORITY, "clause": "7"}, ["vote-silence"]),
        ({"decided_on": DAY + timedelta(days=1)}, ["decision-date"]),
    ],
)
def test_a_vote_is_held_by_the_rules_or_every_breach_is_named(
    change: dict[str, object], codes: list[str]
) -> None:
    assert found(**change) == codes  # type: ignore[arg-type]


def test_the_fifteen_days_are_the_rules() -> None:
    shorter = changed(RULES, conduct.NOTICE_RULE, 14)
    assert found(notice_on=DAY - timedelta(days=14), rules=shorter) == []


def test_owners_relax_house_rules_and_no_statutory_one() -> None:
    assert list(conduct.relaxation_findings(("T08",), RULES)) == []
    wrong = conduct.relaxation_findings(("T08", "T01", "T09", "vote-notice", "X"), RULES)
    assert [one.context["rule"] for one in wrong] == ["T01", "T09", "vote-notice", "X"]


def test_a_decision_is_posted_within_three_days_and_challenged_within_a_year() -> None:
    assert conduct.post_by(date(2027, 3, 8), RULES, PLAIN) == date(2027, 3, 11)
    assert conduct.post_by(date(2027, 3, 11), RULES, PLAIN) == date(2027, 3, 15)  # the 14th is a Sunday
    assert conduct.challenge_until(date(2027, 3, 11), RULES) == date(2028, 3, 11)
    two, four = changed(RULES, "vote-challenge", 2), changed(RULES, "vote-posting", 4)
    assert conduct.challenge_until(date(2027, 3, 11), two) == date(2029, 3, 11)
    assert conduct.post_by(date(2027, 3, 8), four, PLAIN) == date(2027, 3, 12)
