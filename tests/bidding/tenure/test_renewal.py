"""What a renewed contract must say, when it begins, until when it is signed: pure rules."""

import itertools
from datetime import date, timedelta

import msgspec
import pytest

from bidding.domain.outcome.contract import Terms
from bidding.domain.tenure import duty, renewal
from bidding.domain.tenure.renewal import Renewed
from bidding.domain.tenure.term import Stage, Successor, Term, Way
from bidding.domain.vote import renewal as voted
from bidding.domain.vote.matter import Key
from bidding.domain.vote.renewal import Renewal
from bidding.queries.service import catalogues
from market.kernel import period
from market.kernel.lifecycle import UnknownMoveError
from tests.bidding.tenure.test_rules import END, RULES, a_term

FIRST = END + timedelta(days=1)
OLD = Terms(
    subject="全区",
    price_fen=1_000_000,
    level=3,
    months=36,
    project_manager="BJ-PM-1",
    levels={"E1-01": 3, "E3-01": 2, "X-1": 0},
)


def decided(**changes: object) -> Term:
    return a_term(settled=Way.RENEW, **changes)


def check(agreed: Terms, before: Term, start_on: date, day: date, sign_by: date = END) -> None:
    base = Renewed(promised=OLD, sign_by=sign_by)
    renewal.check(agreed, base, before, start_on, period.start_of_day(day))


def test_what_the_decision_names_is_agreed_and_the_rest_stays() -> None:
    named = {"price_fen": 7, "months": 12, "level": 5, "project_manager": "BJ-PM-2"}
    for count in range(len(named) + 1):
        for names in itertools.combinations(named, count):
            changes = {name: named[name] for name in names}
            decision = msgspec.structs.replace(Renewal(), **changes)
            found = renewal.promised(decision, OLD, subject="别处")
            assert found == msgspec.structs.replace(OLD, **changes)


def test_items_are_raised_left_out_and_added_and_own_items_stay() -> None:
    named = Renewal(levels=voted.items("E1-01 5\nE3-01=0, E4-02: 1"))
    assert renewal.promised(named, OLD, subject="").levels == {"E1-01": 5, "X-1": 0, "E4-02": 1}


def test_a_stated_contract_is_renewed_on_named_price_and_term_only() -> None:
    whole = Renewal(price_fen=5, months=12)
    assert renewal.promised(whole, None, subject="全区").subject == "全区"
    for missing in (msgspec.structs.replace(whole, price_fen=None), Renewal(price_fen=5), None):
        with pytest.raises(renewal.RenewalTermsMissingError):
            renewal.promised(missing, None, subject="全区")


def test_terms_are_voted_on_with_a_renewal_and_items_are_of_the_catalogue() -> None:
    known = {each.code for each in catalogues.first().items}
    assert [*voted.findings(Renewal(levels={"E1-01": 2}), Key.RENEWAL, known)] == []
    (strange,) = voted.findings(Renewal(levels={"E8-99": 2}), Key.RENEWAL, known)
    assert isinstance(strange, voted.RenewalItemError)
    (other,) = voted.findings(Renewal(months=12), Key.TENDER, ())
    assert isinstance(other, voted.RenewalMatterError)


def test_it_begins_the_day_after_the_old_end_and_on_no_other() -> None:
    check(OLD, decided(), FIRST, END)
    for wrong in (END, FIRST + timedelta(days=1)):
        with pytest.raises(renewal.RenewalGapError):
            check(OLD, decided(), wrong, END)


def test_h01_it_is_signed_on_the_last_day_of_the_old_contract_and_not_the_day_after() -> None:
    assert renewal.sign_by(decided(), FIRST) == END
    check(OLD, decided(), FIRST, END)
    with pytest.raises(renewal.RenewalLateError):
        check(OLD, decided(), FIRST, FIRST)


def test_what_continued_is_renewed_from_the_day_it_is_signed_at_the_earliest() -> None:
    before = decided(stage=Stage.CONTINUED)
    today = END + timedelta(days=40)
    assert renewal.first_day(before, today) == renewal.sign_by(before, today) == today
    check(OLD, before, today + timedelta(days=5), today, sign_by=today + timedelta(days=5))
    with pytest.raises(renewal.RenewalGapError):
        check(OLD, before, today - timedelta(days=1), today, sign_by=today)


def test_every_difference_to_the_decision_is_named() -> None:
    other = msgspec.structs.replace(OLD, price_fen=1_000_001, levels=OLD.levels | {"E3-01": 1})
    with pytest.raises(renewal.RenewalTermsDifferError) as refused:
        check(other, decided(), FIRST, END)
    assert refused.value.context["terms"] == "price_fen, levels.E3-01"


def test_only_what_is_served_decided_and_not_followed_is_renewed() -> None:
    renewal.check_open(decided())
    assert renewal.possible(decided())
    assert renewal.possible(decided(stage=Stage.CONTINUED))
    refusals: list[tuple[Term, type[Exception]]] = [
        (a_term(), renewal.RenewalNotDecidedError),
        (a_term(settled=Way.REPLACE), renewal.RenewalNotDecidedError),
        (decided(successor=Successor.SAME), renewal.RenewedError),
        *((decided(stage=stage), UnknownMoveError) for stage in (Stage.ENDING, Stage.OVER, Stage.CLOSED)),
    ]
    for term, error in refusals:
        assert not renewal.possible(term)
        with pytest.raises(error):
            renewal.check_open(term)


def test_what_continued_and_was_decided_is_still_to_be_signed_again() -> None:
    asked = {each.what: each.until for each in duty.duties(decided(stage=Stage.CONTINUED), RULES)}
    assert asked == {"sign-again": None}
