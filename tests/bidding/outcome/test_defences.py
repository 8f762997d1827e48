"""Defences: an order anybody can repeat, a record, and marks that wait for it."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bidding.domain import scheme as schemes
from bidding.domain.outcome import defence, marking
from bidding.queries.outcome import defences as queries
from bidding.services import evaluations
from bidding.services.committee import places, reports
from bidding.services.outcome import defences
from market.kernel.actor import Actor
from market.runtime import database
from tests import factories_awards as factory
from tests import factories_documents as documents
from tests import factories_parties as parties
from tests.bidding.web.conftest import Browser, browser

__all__ = ["browser"]

THEN = datetime(2027, 3, 1, tzinfo=UTC)
SCHEME = schemes.Scheme(
    criteria=(
        schemes.Criterion(id="plan", part=schemes.Part.EXPERT, points=6_500),
        schemes.Criterion(id="price", part=schemes.Part.PRICE, points=2_500),
        schemes.Criterion(id="defence", part=schemes.Part.EXPERT, points=1_000, defended=True),
    ),
    defence=schemes.Defence(minutes=20),
)
SAID = defence.Answers(speakers="张某，项目负责人", minutes=18, record="问：夜间值守；答：两人一班。")


@given(st.sets(st.text("abcdef0123456789", min_size=4, max_size=8), min_size=1, max_size=8), st.text())
def test_the_order_depends_on_bids_and_seed_alone(bids: set[str], seed: str) -> None:
    drawn = defence.order(sorted(bids), seed)
    assert drawn == defence.order(sorted(bids, reverse=True), seed)
    assert sorted(drawn) == sorted(bids)


def test_another_seed_may_draw_another_order_and_the_seed_of_the_record_always_the_same() -> None:
    bids = [letter * 64 for letter in "abcdef"]
    assert len({defence.order(bids, str(seed)) for seed in range(20)}) > 10
    assert defence.order(bids, "1") == defence.order(bids, "1")


def test_a_turn_passes_over_who_was_heard_or_rejected_and_nobody_is_heard_out_of_turn() -> None:
    drawn = ("a", "b", "c")
    assert defence.turn(drawn, (), ()) == "a"
    assert defence.turn(drawn, ("a",), ("b",)) == "c"
    assert defence.turn(drawn, ("a", "c"), ("b",)) is None
    defence.check_turn("c", SCHEME, drawn, {"a"}, {"b"})
    with pytest.raises(defence.DefenceOutOfTurnError) as refused:
        defence.check_turn("c", SCHEME, drawn, {"a"}, ())
    assert refused.value.context["place"] == 2
    with pytest.raises(defence.AlreadyDefendedError):
        defence.check_turn("a", SCHEME, drawn, {"a"}, ())
    with pytest.raises(defence.NoDefenceError):
        defence.check_turn("a", schemes.DEFAULT, drawn, (), ())


def test_what_is_heard_is_marked_after_the_defence_and_absence_brings_nothing() -> None:
    here = defence.Held(commitment="a", appeared=True, held_at=THEN)
    away = msgspec.structs.replace(here, appeared=False)
    defence.check_heard(["plan"], {"plan": 5}, SCHEME, None)
    with pytest.raises(defence.DefenceNotHeldError):
        defence.check_heard(["defence"], {"defence": 0}, SCHEME, None)
    defence.check_heard(["defence"], {"defence": 1}, SCHEME, here)
    defence.check_heard(["defence"], {"defence": 0}, SCHEME, away)
    with pytest.raises(defence.AbsentMarkedError):
        defence.check_heard(["defence"], {"defence": 1}, SCHEME, away)


async def hold(
    case: factory.Case, commitment: str, *, by: Actor, answers: defence.Answers | None = SAID
) -> None:
    """Record a defence."""
    await defences.hold(
        number=case.number, lot="1", commitment=commitment, answers=answers, by=by, now=case.now
    )


async def mark(case: factory.Case, by: Actor, commitment: str, points: dict[str, int]) -> None:
    """Mark one sheet."""
    await evaluations.mark(
        number=case.number, lot="1", commitment=commitment, points=points, by=by, now=case.now
    )


@pytest.mark.usefixtures("database")
async def test_bidders_are_heard_in_the_drawn_order_then_marked_then_reported(browser: Browser) -> None:
    case = await factory.evaluated(content=documents.a_content(scheme=SCHEME))
    found, (one, *others) = await case.found(), case.experts
    first, second, third = defence.order([each.commitment for each in found.entrants], found.seed)
    with pytest.raises(defence.DefenceNotHeldError):
        await mark(case, one, first, {"defence": 500})
    with pytest.raises(marking.SheetsMixedError):
        await mark(case, one, first, {"plan": 6_000, "defence": 500})
    with pytest.raises(defence.DefenceOutOfTurnError):
        await hold(case, second, by=one)
    with pytest.raises(places.NotAMemberError):
        await hold(case, first, by=await parties.an_expert())
    with pytest.raises(defences.RecordMissingError):
        await hold(case, first, by=one, answers=msgspec.structs.replace(SAID, record=""))
    await hold(case, first, by=one)
    await _recorded_on_the_page(browser, case, others[0], second)
    await hold(case, third, by=others[1], answers=None)
    with pytest.raises(defence.AbsentMarkedError):
        await mark(case, one, third, {"defence": 1})
    await _mark_all_but_one(case, {first: 900, second: 700, third: 0})
    with pytest.raises(marking.UnmarkedCriterionError):
        await reports.make(number=case.number, by=case.world.tenderer, now=case.now)
    await mark(case, others[-1], third, {"defence": 0})
    with pytest.raises(evaluations.AlreadyMarkedError):
        await mark(case, one, first, {"defence": 1_000})
    await factory.report(case)
    result = (await case.found()).result
    assert result is not None
    brought = {each.commitment: dict(each.points)["defence"] for each in result.scored}
    assert brought == {first: 900, second: 700, third: 0}
    await _the_log_keeps_no_answer()


async def _the_log_keeps_no_answer() -> None:
    rows = await database.fetch("SELECT body FROM runtime_audit_entry WHERE act LIKE '%:defend'")
    assert len(rows) == 3
    assert not any("夜间" in str(row["body"]) for row in rows)


async def _mark_all_but_one(case: factory.Case, heard: dict[str, int]) -> None:
    """Leave out the last member's mark for the last defence."""
    for member in case.experts:
        for place, (bid, points) in enumerate(heard.items(), start=1):
            await mark(case, member, bid, {"plan": 6_000})
            if member != case.experts[-1] or place < len(heard):
                await mark(case, member, bid, {"defence": points})


async def _recorded_on_the_page(browser: Browser, case: factory.Case, member: Actor, second: str) -> None:
    page, path = f"/tenders/{case.number}/evaluation", f"/api/tenders/{case.number}/defences"
    browser.actor, browser.now = Actor.public(), case.now
    shown = (await browser.get(path)).json()
    assert [line["state"] for line in shown] == ["held", "next", "later"]
    assert {line["held"] is None for line in shown} == {True}
    assert "夜间" not in (await browser.get(page)).text
    browser.actor = member
    text = (await browser.get(page)).text
    assert "夜间值守" in text
    assert f'id="defence-{second[:12]}"' in text
    form = {"lot": "1", "commitment": second, "appeared": "true", "speakers": "李某", "minutes": "20"}
    answer = await browser.post(f"{page}/defences", data=form)
    assert "defence-record-missing" in answer.text or answer.status_code == 422
    answer = await browser.post(f"{page}/defences", data=form | {"record": "问答"})
    assert answer.status_code == 303
    assert [one.commitment for one in await queries.of_evaluation((await case.found()).id)][1] == second
