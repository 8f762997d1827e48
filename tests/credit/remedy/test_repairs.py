"""Credit repair: conditions inside and outside, deciders, effect, false material, the clock."""

from datetime import date, datetime, timedelta

import msgspec
import pytest

from credit import jobs
from credit.domain.catalogue import Flag, Severity
from credit.domain.events import RepairMoved
from credit.domain.measure import measures_for
from credit.domain.record import Stage as RecordStage
from credit.domain.remedy import repair
from credit.domain.remedy.refusals import (
    FalseMaterialError,
    NotRepairableError,
    NotRepairerError,
    ProofMissingError,
    RepairBarredError,
    RepairEarlyError,
    RepairLateError,
    RepairLimitError,
    RepairRefusedError,
    RepeatedSinceError,
)
from credit.domain.remedy.repair import Outcome, Past, Proofs, Stage
from credit.queries import cases, pages, scores
from credit.queries import measures as acts
from credit.queries.remedy import repairs as questions
from credit.services import decisions, measures
from credit.services.remedy import filings, repairs
from market.kernel.actor import Actor, OutOfScopeError
from market.kernel.errors import ConflictError, TransitionError
from market.kernel.period import add_months, end_of_day, start_of_day
from market.processes import false_material_costs_credit
from market.runtime import database
from tests import factories_credit as credit
from tests import factories_parties as parties
from tests.credit.rules import RULES

NOW, DAY = credit.NOW, credit.DAY
WHOLE = Proofs(correction_digest="a", refund_digest="a", training_digest="a", pledged=True)
CLEAN = Past(repeated=False, repairs=0, barred_until=None)
FOUND = date(2026, 3, 6)
REQUEST = filings.Request(
    grounds="已清运并建立台账",
    correction_digest=credit.FILE,
    refund_digest=credit.FILE,
    training_digest=credit.FILE,
    pledged=True,
)


def found(code: str, *, on: date, proofs: Proofs = WHOLE, past: Past = CLEAN) -> list[type[Exception]]:
    try:
        repair.check_request(
            RULES.item(code), document_on=FOUND, proofs=proofs, past=past, rules=RULES, now=start_of_day(on)
        )
    except RepairRefusedError as refusal:
        return [type(each) for each in refusal.findings]
    return []


@pytest.mark.parametrize(
    ("code", "months"), [("N-MI-04", 0), ("N-GE-01", 3), ("N-SE-09", 12), ("N-VS-01", 18), ("N-VS-02", 18)]
)
def test_a_repair_is_asked_for_once_the_shortest_publicity_is_over(code: str, months: int) -> None:
    start = add_months(FOUND, months)
    assert found(code, on=start) == []
    if months:
        assert found(code, on=start - DAY) == [RepairEarlyError]


def test_a_very_serious_item_without_a_veto_waits_as_long_as_a_serious_one() -> None:
    item = msgspec.structs.replace(RULES.item("N-VS-02"), flags=frozenset({Flag.REPAIRABLE}))
    assert repair.open_from(item, FOUND, rules=RULES) == add_months(FOUND, 12)


@pytest.mark.parametrize(
    ("code", "lacks"),
    [
        ("N-GE-01", {"correction_digest", "pledged"}),
        ("N-GE-02", {"correction_digest", "pledged", "refund_digest"}),
        ("N-SE-09", {"correction_digest", "pledged", "training_digest"}),
        ("N-SE-05", {"correction_digest", "pledged", "refund_digest", "training_digest"}),
    ],
)
def test_every_item_asks_for_its_own_proofs_and_all_that_lack_are_named(code: str, lacks: set[str]) -> None:
    bare = Proofs(correction_digest="", refund_digest="", training_digest="", pledged=False)
    with pytest.raises(RepairRefusedError) as refusal:
        repair.check_request(
            RULES.item(code),
            document_on=FOUND,
            proofs=bare,
            past=CLEAN,
            rules=RULES,
            now=start_of_day(add_months(FOUND, 18)),
        )
    assert {each.field for each in refusal.value.findings} == lacks
    assert {type(each) for each in refusal.value.findings} == {ProofMissingError}


def test_repetition_limit_and_bar_stand_against_a_request() -> None:
    on = add_months(FOUND, 3)
    assert found("N-GE-01", on=on, past=msgspec.structs.replace(CLEAN, repairs=1)) == []
    assert found("N-GE-01", on=on, past=msgspec.structs.replace(CLEAN, repairs=2)) == [RepairLimitError]
    assert found("N-GE-01", on=on, past=msgspec.structs.replace(CLEAN, barred_until=on)) == []
    barred = msgspec.structs.replace(CLEAN, barred_until=on + DAY)
    assert found("N-GE-01", on=on, past=barred) == [RepairBarredError]
    repeated = msgspec.structs.replace(CLEAN, repeated=True)
    assert found("N-GE-01", on=on - DAY, past=repeated) == [RepairEarlyError, RepeatedSinceError]
    assert repair.limit_since(date(2029, 6, 6), rules=RULES) == date(2026, 6, 6)
    assert repair.barred_until(date(2026, 6, 6), rules=RULES) == date(2027, 6, 6)


def test_a_changed_number_flips_the_verdict() -> None:
    longer = msgspec.structs.replace(
        RULES, values={**RULES.values, "repair_after_general": RULES.exact("repair_bar")}
    )
    item, on = RULES.item("N-GE-01"), add_months(FOUND, 3)
    assert repair.open_from(item, FOUND, rules=RULES) == on
    assert repair.open_from(item, FOUND, rules=longer) > on


def test_who_found_it_repairs_it_and_the_city_the_gravest() -> None:
    very = RULES.item("N-VS-01")
    assert very.severity is Severity.VERY_SERIOUS
    for item, officer in ((RULES.item("N-GE-01"), 7), (very, 7)):
        with pytest.raises(NotRepairerError):
            repair.check_decider(item, by=Actor.public(), officer=officer)


pytestmark = pytest.mark.usefixtures("database")


LONG_AGO = date(2024, 9, 6)
"""Eighteen months and more before the requests of these tests."""


async def a_request(
    world: credit.World, code: str = "N-GE-01", *, at: datetime, fact_on: date = FOUND
) -> tuple[int, int]:
    record = await credit.a_record(world, code, fact_on=fact_on)
    return record, await filings.file(record_id=record, request=REQUEST, by=world.enterprise.actor, now=at)


def in_months(count: int) -> datetime:
    """Return ten in the morning so many months after the document of a record made by the factory."""
    return start_of_day(add_months(FOUND, count)) + timedelta(hours=10)


async def score_at(world: credit.World, at: datetime) -> int:
    return (await scores.compute(world.enterprise.organisation, at=at, rules=RULES)).score.published


async def test_a_granted_repair_ends_the_record_lifts_the_score_and_hides_it() -> None:
    world = await credit.a_world()
    at = in_months(3)
    record, number = await a_request(world, at=at)
    case = await questions.case(number)
    assert (case.stage, case.due_at) == (Stage.FILED, end_of_day(date(2026, 6, 10))), "three working days"
    snapshot = await credit.published(world, now=at)
    before = await scores.snapshot_bytes(snapshot)
    charged = await score_at(world, at)
    by = world.district_second
    await repairs.accept(repair_id=number, by=by, now=at)
    assert (await questions.case(number)).due_at == end_of_day(date(2026, 6, 22)), "ten, Duanwu rests"
    ruling = repairs.Ruling(outcome=Outcome.GRANTED, reasons="经核查已整改")
    await repairs.decide(repair_id=number, ruling=ruling, by=by, now=at + DAY)
    kept = await cases.record(record)
    assert (kept.stage, kept.end_reason) == (RecordStage.REPAIRED, "经核查已整改")
    assert await score_at(world, at + DAY) > charged
    assert await score_at(world, at) == charged, "what was known then stays"
    assert await scores.snapshot_bytes(snapshot) == before
    with pytest.raises(cases.CreditRecordUnknownError):
        await pages.record_view(record, actor=Actor.public(), now=at + DAY)
    assert (await pages.record_view(record, actor=world.enterprise.actor, now=at + DAY)).repair is not None
    with pytest.raises(TransitionError):
        await repairs.decide(repair_id=number, ruling=ruling, by=by, now=at + DAY)


async def test_a_request_waits_for_its_day_and_one_at_a_time_is_open() -> None:
    world = await credit.a_world()
    record = await credit.a_record(world)
    early = start_of_day(add_months(FOUND, 3)) - timedelta(microseconds=1)
    with pytest.raises(RepairRefusedError):
        await filings.file(record_id=record, request=REQUEST, by=world.enterprise.actor, now=early)
    stranger = await parties.an_enterprise()
    with pytest.raises(OutOfScopeError):
        await filings.file(record_id=record, request=REQUEST, by=stranger.actor, now=in_months(3))
    await filings.file(record_id=record, request=REQUEST, by=world.enterprise.actor, now=in_months(3))
    with pytest.raises(ConflictError):
        await filings.file(record_id=record, request=REQUEST, by=world.enterprise.actor, now=in_months(3))
    final = await credit.a_record(world, "N-SE-10")
    with pytest.raises(NotRepairableError):
        await filings.file(record_id=final, request=REQUEST, by=world.enterprise.actor, now=in_months(12))


async def test_the_authority_that_decided_repairs_and_the_city_a_very_serious_record() -> None:
    world = await credit.a_world()
    _, number = await a_request(world, at=in_months(3))
    for other in (world.street, world.city):
        with pytest.raises(NotRepairerError):
            await repairs.accept(repair_id=number, by=other, now=in_months(3))
    await repairs.accept(repair_id=number, by=world.district, now=in_months(3))
    _, grave = await a_request(world, "N-VS-01", at=in_months(3), fact_on=LONG_AGO)
    with pytest.raises(NotRepairerError):
        await repairs.accept(repair_id=grave, by=world.district, now=in_months(3))
    await repairs.accept(repair_id=grave, by=world.city, now=in_months(3))


async def test_false_material_bars_the_enterprise_and_drafts_a_record() -> None:
    world = await credit.a_world()
    at = in_months(3)
    record, number = await a_request(world, at=at)
    by = world.district_second
    await repairs.accept(repair_id=number, by=by, now=at)
    both = repairs.Ruling(outcome=Outcome.GRANTED, reasons="x", false_material=True)
    with pytest.raises(FalseMaterialError):
        await repairs.decide(repair_id=number, ruling=both, by=by, now=at)
    ruling = repairs.Ruling(outcome=Outcome.REFUSED, reasons="收据系伪造", false_material=True)
    await repairs.decide(repair_id=number, ruling=ruling, by=by, now=at)
    assert (await cases.record(record)).stage is RecordStage.EFFECTIVE
    assert (await questions.case(number)).barred_until == date(2027, 6, 6)
    with pytest.raises(RepairRefusedError):
        await filings.file(record_id=record, request=REQUEST, by=world.enterprise.actor, now=at + 30 * DAY)
    (told,) = await database.fetch(
        "SELECT body FROM runtime_outbox WHERE event_type = 'credit.RepairMoved' AND body LIKE '%refused%'"
    )
    event = msgspec.json.decode(told["body"], type=RepairMoved)
    for _ in range(2):
        await false_material_costs_credit.receive(event, at)
    rows = await database.fetch("SELECT stage FROM credit_record WHERE item_code = 'N-GE-13'")
    assert [row["stage"] for row in rows] == ["draft"], "told twice, drafted once; nothing counts yet"


async def test_a_refusal_without_fault_may_be_followed_by_a_new_request() -> None:
    world = await credit.a_world()
    at = in_months(3)
    record, number = await a_request(world, at=at)
    await repairs.decline(repair_id=number, reasons="证明不清晰", by=world.district_second, now=at)
    again = await filings.file(record_id=record, request=REQUEST, by=world.enterprise.actor, now=at + DAY)
    assert again != number


async def test_the_same_item_by_a_later_fact_stops_a_repair_even_after_it_was_accepted() -> None:
    world = await credit.a_world()
    at = in_months(3)
    _, number = await a_request(world, at=at)
    by = world.district_second
    await repairs.accept(repair_id=number, by=by, now=at)
    await credit.a_record(world, now=at, fact_on=FOUND + DAY)
    ruling = repairs.Ruling(outcome=Outcome.GRANTED, reasons="x")
    with pytest.raises(RepairRefusedError):
        await repairs.decide(repair_id=number, ruling=ruling, by=by, now=at + 14 * DAY)


async def test_two_repairs_of_an_item_are_the_most_there_are() -> None:
    world = await credit.a_world()
    by, at = world.district_second, in_months(3)
    for _ in range(2):
        _, number = await a_request(world, at=at)
        await repairs.accept(repair_id=number, by=by, now=at)
        ruling = repairs.Ruling(outcome=Outcome.GRANTED, reasons="x")
        await repairs.decide(repair_id=number, ruling=ruling, by=by, now=at)
    with pytest.raises(RepairRefusedError) as refusal:
        await a_request(world, at=at)
    assert [type(each) for each in refusal.value.findings] == [RepairLimitError]


async def test_the_time_is_made_longer_once_and_the_clock_names_what_is_late() -> None:
    world = await credit.a_world()
    at, by = in_months(3), world.district_second
    _, number = await a_request(world, at=at)
    due = (await questions.case(number)).due_at
    await jobs.repair_due(id=number, now=due)
    assert (await questions.case(number)).next_due_at is None
    await repairs.accept(repair_id=number, by=by, now=due + DAY)
    last = (await questions.case(number)).due_at
    with pytest.raises(RepairLateError):
        await repairs.extend(repair_id=number, reasons="需现场核查", by=by, now=last)
    just = last - timedelta(microseconds=1)
    await repairs.extend(repair_id=number, reasons="需现场核查", by=by, now=just)
    assert (await questions.case(number)).due_at > last
    with pytest.raises(TransitionError):
        await repairs.extend(repair_id=number, reasons="再延", by=by, now=just)
    told = await database.fetch("SELECT 1 FROM runtime_outbox WHERE event_type = 'credit.RepairOverdue'")
    assert len(told) == 1


async def test_a_revoked_record_takes_its_request_with_it() -> None:
    world = await credit.a_world()
    record, number = await a_request(world, at=in_months(3))
    await decisions.revoke(record_id=record, reasons="x", by=world.district_second, now=in_months(3) + DAY)
    assert (await questions.case(number)).stage is Stage.LAPSED


async def test_measures_that_only_the_record_called_for_are_lifted_in_the_same_act() -> None:
    world = await credit.a_world()
    at = in_months(3)
    record, number = await a_request(world, "N-VS-02", at=at, fact_on=LONG_AGO)
    await credit.followed(world, now=at)
    called = {
        m.key
        for m in measures_for(
            (await scores.compute(world.enterprise.organisation, at=at, rules=RULES)).score.grade,
            listed=False,
            rules=RULES,
        )
    }
    assert "interview-manager" in called
    issue = measures.Issue(
        enterprise=world.enterprise.organisation,
        key="interview-manager",
        from_on=at.date(),
        to_on=at.date() + 90 * DAY,
        reasons="C 级约谈",
    )
    measure_id = await measures.issue(issue=issue, by=world.street, now=at)
    await repairs.accept(repair_id=number, by=world.city, now=at)
    ruling = repairs.Ruling(outcome=Outcome.GRANTED, reasons="已改正")
    await repairs.decide(repair_id=number, ruling=ruling, by=world.city, now=at)
    rows = await database.fetch("SELECT lifted_at, lift_reason FROM credit_measure WHERE id = $1", measure_id)
    assert (rows[0]["lifted_at"], rows[0]["lift_reason"]) == (at, "已改正")
    ended = {m.key: m.end_cause for m in await acts.ended(world.enterprise.organisation, now=at)}
    assert ended == {"inspection-c": "record", "interview-manager": "record"}, "what began by itself too"
    assert (await cases.record(record)).stage is RecordStage.REPAIRED


async def test_the_database_refuses_a_grant_that_was_never_accepted() -> None:
    world = await credit.a_world()
    _, number = await a_request(world, at=in_months(3))
    with pytest.raises(ConflictError):
        await database.execute("UPDATE credit_repair SET stage = 'granted' WHERE id = $1", number)
