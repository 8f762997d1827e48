"""Publicity, owners' decision, award and contract guards: each number just inside and just outside."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain import rule_table
from bidding.domain.outcome import award, contract, decision, evaluation
from bidding.domain.procedure import Profile
from bidding.domain.vote.matter import Figures, Key
from market.kernel.workday import Workdays
from tests.bidding.rule_pairs import changed

OWNER, PROPHASE = (rule_table.current(each) for each in (Profile.OWNER, Profile.PROPHASE))
PLAIN = Workdays(rest=frozenset(), work=frozenset(), years=frozenset(range(2020, 2040)))
THURSDAY = datetime(2027, 3, 4, 2, tzinfo=UTC)  # 10:00 in Beijing
FIGURES = Figures(
    area=9_000_000, heads=900, area_part=6_000_000, heads_part=600, area_yes=3_000_100, heads_yes=301
)
RANKED = tuple(
    evaluation.Candidate(rank=n, commitment=f"c{n}", total=9_000 - n, decided_by="total") for n in (1, 2, 3)
)


def a_decision(**change: object) -> decision.Decision:
    whole = decision.Decision(
        id=1,
        number="D1",
        matter=Key.WINNER,
        community=1,
        tender="T",
        covers=7,
        decided_on=date(2027, 3, 8),
        figures=FIGURES,
        unit_list=1,
        file_digest="00" * 32,
    )
    return msgspec.structs.replace(whole, **change)


@pytest.mark.parametrize(
    "change",
    [
        {"covers": 8},
        {"covers": None},
        {"matter": Key.TENDER},
        {"unit_list": None},
        {"revoked_at": THURSDAY},
        {"figures": msgspec.structs.replace(FIGURES, heads_yes=300)},
    ],
)
def test_only_a_counted_carried_unrevoked_decision_on_this_winner_allows_it(
    change: dict[str, object],
) -> None:
    assert decision.allows(a_decision(), OWNER, winner=7, rank=2)
    assert not decision.allows(a_decision(**change), OWNER, winner=7, rank=2)
    assert not decision.allows(None, OWNER, winner=7, rank=2)


def test_a_vote_first_covers_the_first_in_rank_and_nobody_after_it() -> None:
    first = a_decision(matter=Key.TENDER, covers=None, pattern=decision.Pattern.VOTE_FIRST)
    assert decision.allows(first, OWNER, winner=7, rank=1)
    assert not decision.allows(first, OWNER, winner=7, rank=2)
    last = msgspec.structs.replace(first, pattern=decision.Pattern.VOTE_LAST)
    assert not decision.allows(last, OWNER, winner=7, rank=1)
    other = msgspec.structs.replace(first, matter=Key.OTHER)
    assert not decision.allows(other, OWNER, winner=7, rank=1)


def test_publicity_is_three_full_days_and_moves_off_a_weekend() -> None:
    shown = award.publicity(THURSDAY, days=3, workdays=PLAIN)  # Friday, Saturday, Sunday → Monday
    assert shown.last_day == date(2027, 3, 8)
    assert shown.ends_at == datetime(2027, 3, 8, 16, tzinfo=UTC)
    assert award.publicity(THURSDAY - timedelta(days=3), days=3, workdays=PLAIN).last_day == date(2027, 3, 4)


def determine(**change: object) -> evaluation.Candidate:
    """Award to rank 1 of an owners' tender as all guards want it, with changes."""
    shown = award.publicity(THURSDAY, days=3, workdays=PLAIN)
    choice = award.Choice(winner=7, commitment="c1", needs_decision=True)
    arguments: dict[str, object] = {
        "shown": shown,
        "decision": a_decision(),
        "barred": False,
        "hindrances": award.Hindrances(),
        "rules": OWNER,
        "now": shown.ends_at,
    }
    fields = {key: change.pop(key) for key in tuple(change) if key in award.Choice.__struct_fields__}
    candidates = change.pop("candidates", RANKED)
    assert isinstance(candidates, Sequence)
    return award.determine(
        msgspec.structs.replace(choice, **fields),
        candidates,
        **{**arguments, **change},  # type: ignore[arg-type]
    )


def test_an_award_waits_for_the_last_instant_of_the_publicity() -> None:
    ends = award.publicity(THURSDAY, days=3, workdays=PLAIN).ends_at
    assert determine(now=ends).rank == 1
    with pytest.raises(award.PublicityRunningError):
        determine(now=ends - timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"commitment": "c4"}, award.NotACandidateError),
        ({"candidates": ()}, award.NotACandidateError),
        ({"decision": None}, award.DecisionMissingError),
        ({"decision": a_decision(covers=8)}, award.DecisionMissingError),
        ({"commitment": "c2"}, award.RankSkippedError),
        ({"barred": True}, award.CandidateBarredError),
        ({"hindrances": award.Hindrances(objections=1)}, award.ObjectionUnansweredError),
        ({"hindrances": award.Hindrances(rechecks=1)}, award.RecheckOpenError),
        ({"hindrances": award.Hindrances(excluded=frozenset({"c1"}))}, award.CandidateExcludedError),
    ],
)
def test_each_guard_of_the_award_refuses(change: dict[str, object], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        determine(**change)


def test_passing_over_an_excluded_candidate_needs_no_further_reason_but_any_other_does() -> None:
    gone = award.Hindrances(excluded=frozenset({"c1"}))
    assert determine(commitment="c2", hindrances=gone).rank == 2
    with pytest.raises(award.RankSkippedError):
        determine(commitment="c3", hindrances=gone)


def test_the_second_may_win_with_a_reason_and_a_developer_needs_no_owners_decision() -> None:
    assert determine(commitment="c2", skipped="rank 1 withdrew").rank == 2
    assert determine(needs_decision=False, decision=None).rank == 1


def test_in_a_developers_tender_no_reason_passes_over_who_is_left_and_who_is_gone_stands_in_no_way() -> None:
    developers: dict[str, Any] = {"needs_decision": False, "decision": None, "rules": PROPHASE}
    assert determine(**developers).rank == 1
    for reason in ("", "rank 1 withdrew"):
        with pytest.raises(award.RankBindingError):
            determine(commitment="c2", skipped=reason, **developers)
    assert determine(commitment="c2", gone=frozenset({"c1"}), **developers).rank == 2
    excluded = award.Hindrances(excluded=frozenset({"c1"}))
    assert determine(commitment="c2", hindrances=excluded, **developers).rank == 2
    assert (award.order_binds(OWNER), award.order_binds(PROPHASE)) == (False, True)


@given(
    commitment=st.sampled_from(["c1", "c2", "c3", "c9"]),
    needs=st.booleans(),
    covers=st.sampled_from([None, 7, 8]),
    seconds=st.integers(-100_000, 100_000),
    barred=st.booleans(),
)
def test_an_award_implies_candidate_publicity_over_and_a_covering_decision(
    *,
    commitment: str,
    needs: bool,
    covers: int | None,
    seconds: int,
    barred: bool,
) -> None:
    ends = award.publicity(THURSDAY, days=3, workdays=PLAIN).ends_at
    given_decision = None if covers is None else a_decision(covers=covers)
    try:
        winner = determine(
            commitment=commitment,
            needs_decision=needs,
            decision=given_decision,
            now=ends + timedelta(seconds=seconds),
            barred=barred,
            skipped="gave up",
        )
    except (
        award.NotACandidateError,
        award.PublicityRunningError,
        award.DecisionMissingError,
        award.CandidateBarredError,
    ):
        allowed = commitment != "c9" and seconds >= 0 and (not needs or covers == 7) and not barred
        assert not allowed
    else:
        assert winner in RANKED
        assert seconds >= 0
        assert not barred
        assert covers == 7 or not needs


def test_everybody_is_told_at_once_and_sees_only_the_own_marks() -> None:
    scored = tuple(
        evaluation.Scored(
            commitment=f"c{n}",
            price_fen=n,
            points=(("plan", n),),
            technical=n,
            credit=0,
            total=n,
            lines=(),
        )
        for n in (2, 1)
    )
    result = evaluation.Result(lot="1", scored=scored, rejections=(), candidates=(), seed="", digest="")
    told = award.notices(
        result, winner="c2", bidders={"c1": 11, "c2": 12, "c3": 13}, object_until=date(2027, 3, 8)
    )
    assert [(n.organisation, n.won, n.rank, n.own_total) for n in told] == [
        (11, False, 2, 1),
        (12, True, 1, 2),
        (13, False, None, None),
    ]
    assert all(n.object_until == date(2027, 3, 8) for n in told)


def test_the_report_is_due_in_fifteen_days_and_only_owners_may_do_without() -> None:
    due = award.report_by(THURSDAY, days=OWNER.required("T41"), workdays=PLAIN)
    assert due == date(2027, 3, 19)
    assert award.report_by(THURSDAY, days=14, workdays=PLAIN) == date(2027, 3, 18)
    relaxed = frozenset({"T41"})
    assert award.report_by(THURSDAY, days=OWNER.required("T41", relaxed), workdays=PLAIN) is None
    assert award.report_by(THURSDAY, days=PROPHASE.required("T41", relaxed), workdays=PLAIN) == due


def test_nobody_is_published_when_all_are_rejected() -> None:
    with pytest.raises(award.NoCandidateError):
        award.publishable(())
    award.publishable(RANKED)


TERMS = contract.Terms(
    subject="示例小区 120,000 m²", price_fen=300_000_000, level=3, months=24, project_manager="BJ-PM-001"
)


def sign(
    terms: contract.Terms = TERMS,
    *,
    rules: rule_table.RuleVersion = OWNER,
    now: datetime = THURSDAY,
    **change: object,
) -> None:
    award_made = contract.Award(
        winner=7, rank=1, promised=TERMS, sign_by=date(2027, 4, 3), needs_decision=True
    )
    covering = change.pop("owners_decision", a_decision())
    contract.check(
        terms,
        msgspec.structs.replace(award_made, **change),
        owners_decision=covering,  # type: ignore[arg-type]
        rules=rules,
        now=now,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("subject", "示例小区二期"),
        ("price_fen", 300_000_001),
        ("level", 2),
        ("months", 23),
        ("project_manager", "BJ-PM-002"),
    ],
)
def test_a_core_term_that_differs_from_the_bid_is_refused_by_name(name: str, value: object) -> None:
    sign()
    changed = msgspec.structs.replace(TERMS, **{name: value})
    with pytest.raises(contract.CoreTermsDifferError) as refusal:
        sign(changed)
    assert refusal.value.context["differences"] == [
        {
            "term": name,
            "promised": str(getattr(TERMS, name)),
            "contract": str(value),
            "source": "BL 46",
        }
    ]


@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.sampled_from("ab"))
def test_no_difference_means_equal_terms(price: int, level: int, months: int, other: int, name: str) -> None:
    one = contract.Terms(subject="s", price_fen=price, level=level, months=months, project_manager=name)
    two = contract.Terms(subject="s", price_fen=other, level=level, months=months, project_manager="a")
    assert (not list(contract.differences(one, two))) == (one == two)


def test_thirty_days_to_sign_and_not_an_instant_more() -> None:
    last = datetime(2027, 4, 3, 16, tzinfo=UTC)
    sign(now=last - timedelta(microseconds=1))
    with pytest.raises(contract.SignedTooLateError):
        sign(now=last)
    assert award.sign_by(THURSDAY, days=30, workdays=PLAIN) == date(2027, 4, 5)  # the 3rd is a Saturday


def test_a_prophase_contract_runs_two_years_at_most() -> None:
    long = msgspec.structs.replace(TERMS, months=25)
    developers: dict[str, Any] = {"needs_decision": False, "owners_decision": None}
    sign(rules=PROPHASE, **developers)
    with pytest.raises(contract.TermTooLongError) as refusal:
        sign(long, promised=long, rules=PROPHASE, **developers)
    assert refusal.value.context == {"months": 25, "maximum": 24}
    sign(long, promised=long, rules=changed(PROPHASE, "prophase-term", 25), **developers)
    sign(long, promised=long)


def test_an_owners_contract_without_a_standing_decision_is_refused() -> None:
    with pytest.raises(award.DecisionMissingError):
        sign(owners_decision=None)
    with pytest.raises(award.DecisionMissingError):
        sign(owners_decision=a_decision(revoked_at=THURSDAY))
    sign(owners_decision=None, needs_decision=False)


def test_the_bid_is_read_out_into_core_terms_and_the_document_gives_the_term() -> None:
    assert contract.promised(
        subject="s",
        price_fen=5,
        document_months=36,
        answers={"level": 4, "project_manager": "PM-9", "months": 12},
    ) == contract.Terms(subject="s", price_fen=5, level=4, months=36, project_manager="PM-9")
    silent = contract.promised(subject="s", price_fen=5, document_months=36, answers={"level": True})
    assert (silent.level, silent.project_manager) == (0, "")


def test_a_term_ends_the_day_before_its_anniversary() -> None:
    assert contract.end_on(date(2027, 3, 1), 24) == date(2029, 2, 28)


def test_filing_counts_from_signing() -> None:
    assert contract.file_by(THURSDAY, days=15, workdays=PLAIN) == date(2027, 3, 19)
