"""Cancelled awards: each ground, just before and just after the last day to sign, and what follows."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from bidding.domain import rule_table
from bidding.domain.outcome import award, evaluation
from bidding.domain.procedure import Profile
from bidding.domain.settlement import cancellation
from bidding.domain.settlement.cancellation import Ground
from market.kernel import period

LAST = date(2027, 4, 12)
ENDS = period.end_of_day(LAST)
OPEN = cancellation.Standing(sign_by=LAST, signed=False, cancelled=False, declined=False, security_due=True)
TICK = timedelta(microseconds=1)


def standing(**change: bool) -> cancellation.Standing:
    return msgspec.structs.replace(OPEN, **change)


PRINTED = """
refused-to-sign fault forfeits waits BLR 55, 74; BL 45
added-conditions fault forfeits waits evidence BLR 74; BL 46
no-performance-security fault forfeits waits BLR 55, 58, 74
gave-up-with-reason declined evidence BLR 55, 74
force-majeure evidence BLR 55; CC 180
proven-illegality evidence BLR 55
"""


def test_the_grounds_are_those_of_the_law() -> None:
    flags = {"at_fault": "fault", "forfeits": "forfeits", "waits": "waits", "declined": "declined"}
    flags["evidence"] = "evidence"
    printed = [
        " ".join([ground, *(word for name, word in flags.items() if getattr(basis, name)), basis.source])
        for ground, basis in cancellation.GROUNDS.items()
    ]
    assert printed == PRINTED.strip().splitlines()
    assert set(cancellation.GROUNDS) == set(Ground)


@pytest.mark.parametrize("ground", [Ground.REFUSED, Ground.CONDITIONS, Ground.NO_SECURITY])
def test_a_winner_may_sign_until_the_last_instant_of_the_last_day(ground: Ground) -> None:
    with pytest.raises(cancellation.TimeToSignRunningError) as refusal:
        cancellation.check(ground, OPEN, evidence="函", now=ENDS - TICK)
    assert refusal.value.context["last_day"] == "2027-04-12"
    assert cancellation.check(ground, OPEN, evidence="函", now=ENDS).forfeits


@pytest.mark.parametrize("ground", [Ground.REFUSED, Ground.CONDITIONS, Ground.NO_SECURITY])
def test_a_written_refusal_ends_the_wait(ground: Ground) -> None:
    early = datetime(2027, 3, 15, 2, tzinfo=UTC)
    assert cancellation.check(ground, standing(declined=True), evidence="函", now=early).at_fault


def test_a_good_reason_needs_the_winners_own_words_and_a_document_even_after_the_last_day() -> None:
    late = ENDS + timedelta(days=30)
    with pytest.raises(cancellation.RefusalMissingError):
        cancellation.check(Ground.EXCUSED, OPEN, evidence="函", now=late)
    with pytest.raises(cancellation.EvidenceMissingError):
        cancellation.check(Ground.EXCUSED, standing(declined=True), evidence=" ", now=late)
    basis = cancellation.check(Ground.EXCUSED, standing(declined=True), evidence="函", now=late)
    assert not basis.at_fault
    assert not basis.forfeits


@pytest.mark.parametrize("ground", [Ground.FORCE_MAJEURE, Ground.UNLAWFUL])
def test_force_majeure_and_proven_illegality_wait_for_nothing_but_their_document(ground: Ground) -> None:
    early = datetime(2027, 3, 15, 2, tzinfo=UTC)
    with pytest.raises(cancellation.EvidenceMissingError):
        cancellation.check(ground, OPEN, evidence="", now=early)
    assert not cancellation.check(ground, OPEN, evidence="文号 1", now=early).forfeits


def test_nobody_need_give_a_security_that_was_not_asked_for_or_is_given() -> None:
    with pytest.raises(cancellation.NoSecurityAskedError):
        cancellation.check(Ground.NO_SECURITY, standing(security_due=False), evidence="", now=ENDS)


@pytest.mark.parametrize("ground", list(Ground))
def test_a_signed_or_cancelled_award_is_not_cancelled(ground: Ground) -> None:
    late = ENDS + timedelta(days=30)
    with pytest.raises(cancellation.AlreadySignedError):
        cancellation.check(ground, standing(signed=True), evidence="函", now=late)
    with pytest.raises(cancellation.AlreadyCancelledError):
        cancellation.check(ground, standing(cancelled=True), evidence="函", now=late)


RANKED = tuple(
    evaluation.Candidate(rank=n, commitment=f"c{n}", total=9_000 - n, decided_by="total") for n in (1, 2, 3)
)
SHOWN = award.Publicity(
    published_at=datetime(2027, 3, 4, 2, tzinfo=UTC),
    last_day=date(2027, 3, 8),
    ends_at=period.end_of_day(date(2027, 3, 8)),
)


def choose(commitment: str, *, gone: set[str], skipped: str = "") -> evaluation.Candidate:
    return award.determine(
        award.Choice(
            winner=7, commitment=commitment, needs_decision=False, gone=frozenset(gone), skipped=skipped
        ),
        RANKED,
        shown=SHOWN,
        decision=None,
        barred=False,
        hindrances=award.Hindrances(),
        rules=rule_table.current(Profile.OWNER),
        now=SHOWN.ends_at,
    )


def test_the_next_in_rank_wins_without_reasons_once_the_better_ones_are_gone() -> None:
    with pytest.raises(award.RankSkippedError):
        choose("c2", gone=set())
    assert choose("c2", gone={"c1"}).rank == 2
    with pytest.raises(award.RankSkippedError):
        choose("c3", gone={"c1"})
    assert choose("c3", gone={"c1", "c2"}).rank == 3


def test_a_candidate_whose_award_was_cancelled_never_wins_again() -> None:
    with pytest.raises(award.CandidateGaveUpError):
        choose("c1", gone={"c1"}, skipped="理由")
    with pytest.raises(award.NotACandidateError):
        choose("c4", gone={"c1", "c2", "c3"})


@pytest.mark.parametrize(("turn", "printed"), [(1, "1"), (2, "1-2"), (3, "1-3")])
def test_numbers_say_which_award_of_the_lot_it_is(turn: int, printed: str) -> None:
    assert award.place("1", turn) == printed
