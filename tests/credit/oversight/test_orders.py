"""Orders to correct: two people, two inspectors, a limit from service, and no point lost by the clock."""

from datetime import date, timedelta

import msgspec
import pytest

from credit import jobs
from credit.domain.events import OrderMissed
from credit.domain.oversight import order
from credit.domain.oversight.order import Outcome, Stage
from credit.queries import cases, rule_sets, scores
from credit.queries.oversight import breaches
from credit.queries.oversight import orders as questions
from credit.services.oversight import orders, rechecks
from market.kernel.actor import Actor, OutOfScopeError, Role, RoleNotPermittedError
from market.kernel.errors import ConflictError, TransitionError
from market.kernel.period import end_of_day
from market.processes import a_missed_correction_costs_credit as process
from market.runtime import database
from tests import factories_credit as credit
from tests import factories_oversight as oversight
from tests import factories_parties as parties

pytestmark = pytest.mark.usefixtures("database")

NOW, DAY = credit.NOW, credit.DAY
JUST = timedelta(microseconds=1)
RULES = rule_sets.built_in()
LAST = date(2026, 3, 26)
"""Ten days after service on Monday, 16 March: a Thursday."""
DUE = end_of_day(LAST)


async def stage(number: int) -> Stage:
    return (await questions.case(number)).stage


async def test_an_order_is_proposed_from_below_issued_by_a_street_and_known_to_its_addressee_then() -> None:
    world = await credit.a_world()
    number = await oversight.a_proposal(world)
    for other in (world.enterprise.actor, (await parties.an_enterprise()).actor):
        with pytest.raises(questions.OrderUnknownError):
            await questions.order_view(number, actor=other)
    with pytest.raises(RoleNotPermittedError):
        await orders.issue(order_id=number, issue=oversight.issue(), by=world.residents, now=NOW)
    await orders.issue(order_id=number, issue=oversight.issue(), by=world.street, now=NOW)
    view = await questions.order_view(number, actor=world.enterprise.actor)
    assert (view.order.stage, view.order.issuer_role, view.breach.law) == (Stage.POSTED, "street", "BPR 68")
    told = await database.fetch(
        "SELECT key FROM runtime_inbox WHERE organisation = $1", world.enterprise.organisation
    )
    assert [row["key"] for row in told] == ["credit.inbox.order"]


async def test_nobody_issues_or_declines_what_they_proposed() -> None:
    world = await credit.a_world()
    number = await oversight.a_proposal(world, by=world.street)
    with pytest.raises(order.OwnOrderError):
        await orders.issue(order_id=number, issue=oversight.issue(), by=world.street, now=NOW)
    with pytest.raises(order.OwnOrderError):
        await orders.decline(order_id=number, reasons="x", by=world.street, now=NOW)
    await orders.decline(order_id=number, reasons="事实不清", by=world.street_second, now=NOW)
    assert await stage(number) is Stage.DECLINED


async def test_two_inspectors_stand_behind_an_order() -> None:
    world = await credit.a_world()
    number = await oversight.a_proposal(world)
    one = oversight.issue(second=msgspec.structs.replace(oversight.SECOND, certificate="ZF-0001"))
    with pytest.raises(order.OneInspectorError):
        await orders.issue(order_id=number, issue=one, by=world.street, now=NOW)
    await orders.issue(order_id=number, issue=oversight.issue(), by=world.street, now=NOW)


async def test_an_order_has_one_to_ninety_days() -> None:
    most = RULES.whole("order_days_most")
    assert most == 90
    order.check_days(1, rules=RULES)
    order.check_days(most, rules=RULES)
    for days in (0, most + 1):
        with pytest.raises(order.OrderDaysError):
            order.check_days(days, rules=RULES)


async def test_the_limit_runs_from_service_and_an_end_on_a_rest_day_moves_on() -> None:
    world = await credit.a_world()
    thursday = await oversight.a_served_order(world, days=10)
    saturday = await oversight.a_served_order(world, days=12)
    assert (await questions.case(thursday)).due_on == LAST
    assert (await questions.case(saturday)).due_on == date(2026, 3, 30), "a Saturday moves to Monday"


async def test_an_order_is_served_when_opened_or_three_working_days_after_a_letter() -> None:
    world = await credit.a_world()
    silent = await oversight.a_posted_order(world)
    assert (await questions.case(silent)).next_due_at is None, "without a letter nothing is deemed"
    number = await oversight.a_posted_order(world, letter="EMS 1")
    due = (await questions.case(number)).next_due_at
    assert due == end_of_day(date(2026, 3, 19))
    await rechecks.act_due(id=number, now=due)
    assert await stage(number) is Stage.SERVED


async def test_a_reply_and_a_recheck_by_two_inspectors_close_an_order() -> None:
    world = await credit.a_world()
    number = await oversight.a_served_order(world)
    own = world.enterprise.actor
    await rechecks.state(order_id=number, text="照明已于当日报修", by=own, now=NOW)
    await rechecks.reply(order_id=number, text="已修复", file_digest=credit.FILE, by=own, now=NOW + DAY)
    not_yet = oversight.recheck(Outcome.NOT_CORRECTED)
    await rechecks.recheck(order_id=number, recheck=not_yet, by=world.street, now=NOW + 2 * DAY)
    assert await stage(number) is Stage.SERVED, "before the limit it just runs on"
    await rechecks.reply(order_id=number, text="已全部修复", by=own, now=NOW + 3 * DAY)
    done = oversight.recheck(Outcome.CORRECTED)
    same = msgspec.structs.replace(done, second=oversight.FIRST)
    with pytest.raises(order.OneInspectorError):
        await rechecks.recheck(order_id=number, recheck=same, by=world.street, now=NOW + 4 * DAY)
    await rechecks.recheck(order_id=number, recheck=done, by=world.street, now=NOW + 4 * DAY)
    view = await questions.order_view(number, actor=own)
    assert view.order.stage is Stage.CLOSED
    kinds = [entry.kind.value for entry in view.entries]
    assert kinds == ["statement", "reply", "recheck", "reply", "recheck"]
    assert (view.order.next_due_at, view.offered) == (None, ())


async def test_the_clock_alone_misses_nothing_and_a_recheck_after_the_limit_opens_one_draft() -> None:
    world = await credit.a_world()
    before = (await scores.compute(world.enterprise.organisation, at=DUE + 30 * DAY, rules=RULES)).score
    number = await oversight.a_served_order(world)
    found = await questions.case(number)
    assert found.next_due_at == DUE
    await rechecks.act_due(id=number, now=DUE)
    assert await stage(number) is Stage.OVERDUE
    assert await database.fetch("SELECT 1 FROM credit_record") == []
    missed = oversight.recheck(Outcome.NOT_CORRECTED, file_digest=credit.FILE)
    await rechecks.recheck(order_id=number, recheck=missed, by=world.street, now=DUE + DAY)
    assert await stage(number) is Stage.MISSED
    (row,) = await database.fetch("SELECT body FROM runtime_outbox WHERE event_type = 'credit.OrderMissed'")
    event = msgspec.json.decode(row["body"], type=OrderMissed)
    for _ in range(2):
        await process.receive(event, DUE + DAY)
    (drafted,) = await database.fetch("SELECT id FROM credit_record")
    case = await cases.record(drafted["id"])
    assert (case.item_code, case.stage.value, case.fact_on) == ("N-GE-09", "draft", LAST)
    assert case.evidence is not None
    assert case.evidence.document_on == date(2026, 3, 28)
    after = await scores.compute(world.enterprise.organisation, at=DUE + 30 * DAY, rules=RULES)
    assert after.score.published == before.published


async def test_a_recheck_at_the_limit_is_a_miss_even_before_the_clock_has_ticked() -> None:
    world = await credit.a_world()
    number = await oversight.a_served_order(world)
    missed = oversight.recheck(Outcome.NOT_CORRECTED)
    await rechecks.recheck(order_id=number, recheck=missed, by=world.street, now=DUE)
    found = await questions.case(number)
    assert (found.stage, found.overdue_at) == (Stage.MISSED, DUE)
    told = await database.fetch("SELECT 1 FROM runtime_outbox WHERE event_type = 'credit.OrderMissed'")
    assert len(told) == 1


async def test_a_recheck_one_microsecond_before_the_limit_misses_nothing() -> None:
    world = await credit.a_world()
    number = await oversight.a_served_order(world)
    late = oversight.recheck(Outcome.NOT_CORRECTED)
    await rechecks.recheck(order_id=number, recheck=late, by=world.street, now=DUE - JUST)
    assert await stage(number) is Stage.SERVED
    assert await database.fetch("SELECT 1 FROM runtime_outbox WHERE event_type = 'credit.OrderMissed'") == []


async def test_corrected_late_is_corrected() -> None:
    world = await credit.a_world()
    number = await oversight.a_served_order(world)
    await rechecks.act_due(id=number, now=DUE)
    done = oversight.recheck(Outcome.CORRECTED)
    await rechecks.recheck(order_id=number, recheck=done, by=world.street, now=DUE + DAY)
    assert await stage(number) is Stage.CLOSED


async def test_a_late_recheck_is_asked_for_once() -> None:
    world = await credit.a_world()
    number = await oversight.a_served_order(world)
    await rechecks.act_due(id=number, now=DUE)
    again = (await questions.case(number)).next_due_at
    assert again == end_of_day(date(2026, 4, 3)), "five working days after the limit"
    await rechecks.act_due(id=number, now=again)
    assert (await questions.case(number)).next_due_at is None
    keys = await database.fetch(
        "SELECT key FROM runtime_inbox WHERE organisation = $1 ORDER BY id", world.street.organisation
    )
    assert [row["key"] for row in keys] == ["credit.inbox.order-overdue", "credit.inbox.order-recheck-late"]


async def test_a_limit_is_made_longer_once_and_while_it_runs() -> None:
    world = await credit.a_world()
    number = await oversight.a_served_order(world)
    by = world.street
    with pytest.raises(order.OrderDaysError):
        await orders.extend(order_id=number, days=31, reasons="待采购", by=by, now=NOW)
    with pytest.raises(order.OrderNotRunningError):
        await orders.extend(order_id=number, days=5, reasons="待采购", by=by, now=DUE)
    await orders.extend(order_id=number, days=30, reasons="待采购", by=by, now=DUE - JUST)
    assert (await questions.case(number)).due_on == date(2026, 4, 27), "Saturday, 25 April, moves on"
    with pytest.raises(order.OrderExtendedError):
        await orders.extend(order_id=number, days=1, reasons="再延", by=by, now=DUE - JUST)


async def test_a_level_below_the_issuer_does_not_carry_an_order_on_and_one_above_does() -> None:
    world = await credit.a_world()
    number = await oversight.a_proposal(world)
    await orders.issue(order_id=number, issue=oversight.issue(), by=world.district, now=NOW)
    with pytest.raises(order.OrderLevelError):
        await orders.withdraw(order_id=number, reasons="x", by=world.street, now=NOW)
    far = await parties.an_officer(Role.DISTRICT, "110106")
    with pytest.raises(OutOfScopeError):
        await orders.withdraw(order_id=number, reasons="x", by=far, now=NOW)
    await orders.withdraw(order_id=number, reasons="认定有误", by=world.city, now=NOW)
    assert await stage(number) is Stage.WITHDRAWN


async def test_the_item_of_a_missed_order_is_one_whose_evidence_an_order_and_a_recheck_are() -> None:
    items = {one.missed_item for one in breaches.every().values()} - {""}
    assert items == {"N-GE-09", "N-GE-03"}
    for code in items:
        assert RULES.item(code).evidence in {"order + recheck", "order + check"}
    assert breaches.named("publicity").missed_item == "N-GE-03"


async def test_a_developer_is_ordered_by_its_own_breaches_and_gets_no_draft() -> None:
    world = await credit.a_world()
    developer = await parties.an_actor(Role.DEVELOPER)
    assert developer.organisation is not None
    with pytest.raises(order.OrderAddresseeError):
        await oversight.a_proposal(world, addressee=developer.organisation)
    with pytest.raises(order.OrderAddresseeError):
        await oversight.a_proposal(world, breach="developer-rooms")
    number = await oversight.a_proposal(world, addressee=developer.organisation, breach="developer-rooms")
    await orders.issue(order_id=number, issue=oversight.issue(), by=world.district, now=NOW)
    await orders.serve(order_id=number, by=developer, now=NOW)
    await rechecks.lapse(order_id=number, by=Actor.platform(), now=DUE)
    missed = oversight.recheck(Outcome.NOT_CORRECTED)
    await rechecks.recheck(order_id=number, recheck=missed, by=world.district, now=DUE + DAY)
    (row,) = await database.fetch("SELECT body FROM runtime_outbox WHERE event_type = 'credit.OrderMissed'")
    await process.receive(msgspec.json.decode(row["body"], type=OrderMissed), DUE + DAY)
    assert await database.fetch("SELECT 1 FROM credit_record") == []


async def test_a_number_names_one_order_of_an_authority_and_what_has_ended_stays_ended() -> None:
    world = await credit.a_world()
    first, second = await oversight.a_proposal(world), await oversight.a_proposal(world)
    paper = oversight.issue()
    await orders.issue(order_id=first, issue=paper, by=world.street, now=NOW)
    with pytest.raises(ConflictError):
        await orders.issue(order_id=second, issue=paper, by=world.street, now=NOW)
    await orders.withdraw(order_id=first, reasons="认定有误", by=world.street, now=NOW)
    with pytest.raises(TransitionError):
        await orders.serve(order_id=first, by=world.enterprise.actor, now=NOW)


async def test_the_clock_knows_orders() -> None:
    assert "credit:order" in {due.name for due in jobs.DUE}
