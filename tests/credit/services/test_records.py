"""A record through its life: four eyes, notice, statement, decision, expiry; each act audited."""

from datetime import date, timedelta

import pytest

from credit import jobs
from credit.domain.act import Act
from credit.domain.hearing import StatementLateError, StatementWindowError
from credit.domain.permission import PERMISSIONS
from credit.domain.record import (
    BelowApproverError,
    BelowRecorderError,
    EvidenceMissingError,
    OwnRecordError,
    Stage,
    SystemItemError,
)
from credit.domain.remedy.limitation import FactChargedError
from credit.queries import cases, rule_sets, scores
from credit.services import decisions, notices, papers, records
from market.kernel.actor import Actor, OutOfScopeError, Role, RoleNotPermittedError
from market.kernel.lifecycle import UnknownMoveError
from market.kernel.period import end_of_day
from market.runtime import database
from tests import factories_credit as credit
from tests import factories_parties as parties

pytestmark = pytest.mark.usefixtures("database")

NOW, DAY = credit.NOW, credit.DAY
RULES = rule_sets.built_in()


async def acts_on(number: int) -> list[str]:
    rows = await database.fetch(
        "SELECT act FROM runtime_audit_entry WHERE subject = $1 ORDER BY id", f"credit-record:{number}"
    )
    return [row["act"] for row in rows]


async def test_a_record_counts_only_after_notice_window_and_decision() -> None:
    world = await credit.a_world()
    before = await scores.compute(world.enterprise.organisation, at=NOW, rules=RULES)
    number = await credit.a_served(world, credit.a_draft(world))
    served = await cases.record(number)
    assert served.statement_until == end_of_day(date(2026, 3, 23)), "five working days after Monday"
    with pytest.raises(StatementWindowError):
        await decisions.decide(record_id=number, reasons="x", by=world.district_second, now=NOW + 2 * DAY)
    during = await scores.compute(world.enterprise.organisation, at=NOW + 2 * DAY, rules=RULES)
    assert during.score.published == before.score.published
    at = served.statement_until
    await decisions.decide(record_id=number, reasons="事实清楚", by=world.district_second, now=at)
    decided = await cases.record(number)
    assert decided.stage is Stage.EFFECTIVE
    assert decided.effective_from == date(2026, 3, 6)
    assert decided.expires_on == date(2027, 3, 6)
    after = await scores.compute(world.enterprise.organisation, at=at, rules=RULES)
    assert before.score.published - after.score.published == 250, "five points, half of the composite"
    assert await acts_on(number) == [
        "credit:record:draft",
        "credit:record:submit",
        "credit:record:take-up",
        "credit:record:post-notice",
        "credit:record:serve",
        "credit:record:decide",
    ]
    told = await database.fetch("SELECT event_type FROM runtime_outbox ORDER BY id DESC LIMIT 1")
    assert told[0]["event_type"] == "credit.RecordEffective"


async def test_one_microsecond_before_the_window_ends_there_is_no_decision() -> None:
    world = await credit.a_world()
    number = await credit.a_served(world, credit.a_draft(world))
    until = (await cases.record(number)).statement_until
    assert until is not None
    early = until - timedelta(microseconds=1)
    with pytest.raises(StatementWindowError):
        await decisions.decide(record_id=number, reasons="x", by=world.district_second, now=early)


async def test_a_statement_is_weighed_before_the_decision() -> None:
    world = await credit.a_world()
    number = await credit.a_served(world, credit.a_draft(world))
    await notices.state(record_id=number, text="已补清运", by=world.enterprise.actor, now=NOW + DAY)
    with pytest.raises(UnknownMoveError):
        await decisions.decide(record_id=number, reasons="x", by=world.district_second, now=NOW + DAY)
    await notices.reconsider(record_id=number, by=world.district_second, now=NOW + 2 * DAY)
    await decisions.decide(
        record_id=number, reasons="理由不成立", by=world.district_second, now=NOW + 2 * DAY
    )
    assert (await cases.record(number)).stage is Stage.EFFECTIVE


async def test_a_late_statement_is_refused_and_a_stranger_may_not_state() -> None:
    world = await credit.a_world()
    number = await credit.a_served(world, credit.a_draft(world))
    until = (await cases.record(number)).statement_until
    assert until is not None
    with pytest.raises(StatementLateError):
        await notices.state(record_id=number, text="x", by=world.enterprise.actor, now=until)
    other = await parties.an_enterprise()
    with pytest.raises(OutOfScopeError):
        await notices.state(record_id=number, text="x", by=other.actor, now=NOW + DAY)


async def test_nobody_approves_what_they_drafted() -> None:
    world = await credit.a_world()
    number = await credit.a_submitted(world, credit.a_draft(world), by=world.street)
    with pytest.raises(OwnRecordError):
        await records.take_up(record_id=number, by=world.street, now=NOW)
    await records.take_up(record_id=number, by=world.street_second, now=NOW)


async def test_levels_draft_and_approve_what_is_theirs() -> None:
    world = await credit.a_world()
    with pytest.raises(BelowRecorderError):
        await records.draft(draft=credit.a_draft(world, "N-SE-01"), by=world.residents, now=NOW)
    serious = await credit.a_submitted(world, credit.a_draft(world, "N-SE-01"))
    with pytest.raises(BelowApproverError):
        await records.take_up(record_id=serious, by=world.street_second, now=NOW)
    with pytest.raises(SystemItemError):
        await records.draft(draft=credit.a_draft(world, "N-VS-12"), by=world.city, now=NOW)
    with pytest.raises(RoleNotPermittedError):
        await records.draft(draft=credit.a_draft(world), by=Actor(role=Role.EXPERT), now=NOW)


async def test_an_officer_writes_only_in_their_own_division() -> None:
    world = await credit.a_world()
    elsewhere = await parties.an_officer(Role.STREET, "110106001")
    with pytest.raises(OutOfScopeError):
        await records.draft(draft=credit.a_draft(world), by=elsewhere, now=NOW)


async def test_a_draft_without_its_document_is_not_submitted() -> None:
    world = await credit.a_world()
    bare = credit.a_draft(world, document_no="", document_on=None, file_digest="")
    number = await records.draft(draft=bare, by=world.street, now=NOW)
    with pytest.raises(EvidenceMissingError):
        await records.submit(record_id=number, by=world.street, now=NOW)
    await papers.complete(
        record_id=number,
        completion=papers.Completion(
            document_no="虚构字1号", document_on=NOW.date() - DAY, file_digest=credit.FILE
        ),
        by=world.street,
        now=NOW,
    )
    await records.submit(record_id=number, by=world.street, now=NOW)


async def test_one_fact_is_charged_at_one_subject() -> None:
    world = await credit.a_world()
    await records.draft(draft=credit.a_draft(world, fact="case-1"), by=world.street, now=NOW)
    again = credit.a_draft(world, "N-GE-12", fact="case-1")
    with pytest.raises(FactChargedError):
        await records.draft(draft=again, by=world.district, now=NOW)


async def test_a_posted_notice_with_a_letter_is_served_by_the_clock() -> None:
    world = await credit.a_world()
    number = await credit.a_submitted(world, credit.a_draft(world))
    await records.take_up(record_id=number, by=world.district_second, now=NOW)
    await notices.post_notice(record_id=number, letter="EMS 1", by=world.district_second, now=NOW)
    due = (await cases.record(number)).next_due_at
    assert due == end_of_day(date(2026, 3, 19))
    assert due is not None
    await jobs.record_due(id=number, now=due)
    served = await cases.record(number)
    assert (served.stage, served.served_by, served.served_at) == (Stage.NOTICE_SERVED, "platform", due)
    assert served.next_due_at == served.statement_until


async def test_a_notice_without_a_letter_waits_until_it_is_opened() -> None:
    world = await credit.a_world()
    number = await credit.a_submitted(world, credit.a_draft(world))
    await records.take_up(record_id=number, by=world.district_second, now=NOW)
    await notices.post_notice(record_id=number, letter="", by=world.district_second, now=NOW)
    assert (await cases.record(number)).next_due_at is None


async def test_reminders_come_twice_and_then_stop() -> None:
    world = await credit.a_world()
    number = await credit.a_served(world, credit.a_draft(world))
    for _ in range(2):
        due = (await cases.record(number)).next_due_at
        assert due is not None
        await jobs.record_due(id=number, now=due)
    assert (await cases.record(number)).next_due_at is None
    told = await database.fetch(
        "SELECT key FROM runtime_inbox WHERE organisation = $1", world.district.organisation
    )
    assert {row["key"] for row in told} == {"credit.inbox.window-closed", "credit.inbox.decision-overdue"}


async def test_expiry_and_revocation_end_the_effect() -> None:
    world = await credit.a_world()
    kept, struck = await credit.a_record(world), await credit.a_record(world, "N-GE-02")
    at = NOW + 20 * DAY
    with_both = await scores.compute(world.enterprise.organisation, at=at, rules=RULES)
    await decisions.revoke(record_id=struck, reasons="决定被撤销", by=world.district_second, now=at)
    assert (await cases.record(struck)).stage is Stage.REVOKED
    later = await scores.compute(world.enterprise.organisation, at=at + DAY, rules=RULES)
    assert later.score.published > with_both.score.published
    again = await scores.compute(world.enterprise.organisation, at=at - DAY, rules=RULES)
    assert again.score.published == with_both.score.published, "what was known then stays known then"
    due = (await cases.record(kept)).next_due_at
    assert due is not None
    await jobs.record_due(id=kept, now=due)
    assert (await cases.record(kept)).stage is Stage.EXPIRED


async def test_a_good_record_needs_no_notice() -> None:
    world = await credit.a_world()
    number = await credit.a_record(world, "G-EN-03", by=world.district)
    case = await cases.record(number)
    assert (case.stage, case.served_at) == (Stage.EFFECTIVE, None)


def test_every_act_has_a_permission() -> None:
    assert set(PERMISSIONS) == set(Act)
