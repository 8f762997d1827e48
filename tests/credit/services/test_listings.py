"""The exit list: notice, window, review, the city's decision, term; and automatic drafts."""

from datetime import date, datetime, timedelta

import msgspec
import pytest

from contracts_templates import credit_papers
from credit import jobs, public
from credit.domain.list_entry import ListWindowError, Outcome, Stage, TermError
from credit.domain.record import OwnRecordError
from credit.domain.record import Stage as RecordStage
from credit.queries import case_page, cases, standing
from credit.queries.paper import papers as kept
from credit.services import listings, papers, records
from credit.services.bans import Ban, BanDatesError, record_ban
from market.kernel.actor import Actor, RoleNotPermittedError
from market.kernel.errors import ConflictError
from market.kernel.period import add_months, local_day, start_of_day
from market.runtime import database
from tests import factories_credit as credit

pytestmark = pytest.mark.usefixtures("database")

NOW, DAY = credit.NOW, credit.DAY
LISTED = listings.Decision(
    outcome=Outcome.LISTED,
    decision_no="1",
    file_digest=credit.FILE,
)


async def a_reviewed(world: credit.World, months: int = 12) -> tuple[int, timedelta]:
    opening = listings.Opening(enterprise=world.enterprise.organisation, facts="x")
    number = await listings.open_case(opening=opening, by=world.district, now=NOW)
    notice = msgspec.structs.replace(credit.A_NOTICE, months=months)
    await listings.post_notice(entry_id=number, notice=notice, by=world.city, now=NOW)
    await listings.serve(entry_id=number, by=world.enterprise.actor, now=NOW)
    until = (await cases.list_case(number)).statement_until
    assert until is not None
    with pytest.raises(ListWindowError):
        await listings.review(entry_id=number, text="x", by=world.district, now=until - timedelta(seconds=1))
    await listings.review(entry_id=number, text="x", by=world.district, now=until)
    return number, until - NOW


async def test_an_enterprise_is_listed_after_notice_window_and_decision() -> None:
    world = await credit.a_world()
    number = await credit.a_listing(world)
    entry = await cases.list_case(number)
    assert (entry.stage, entry.ends_on) == (Stage.LISTED, date(2027, 3, 24))
    at = NOW + 20 * DAY
    assert (await standing.standing_facts(world.enterprise.organisation, at)).listed
    assert not (await standing.standing_facts(world.enterprise.organisation, NOW)).listed
    assert entry.next_due_at is not None
    await jobs.list_entry_due(id=number, now=entry.next_due_at)
    assert (await cases.list_case(number)).stage is Stage.EXPIRED


async def test_after_an_earlier_listing_a_longer_term_is_proposed() -> None:
    world = await credit.a_world()
    number = await credit.a_listing(world)
    over = (await cases.list_case(number)).next_due_at
    assert over is not None
    await jobs.list_entry_due(id=number, now=over)
    opening = listings.Opening(enterprise=world.enterprise.organisation, facts="x")
    again = await listings.open_case(opening=opening, by=world.district, now=over)

    async def proposed(now: datetime) -> int | None:
        return (await case_page.case_view(again, actor=world.city, now=now)).usual_months

    entry = await cases.list_case(number)
    assert entry.listed_at is not None
    last = start_of_day(add_months(local_day(entry.listed_at), 60))
    assert (await proposed(over), await proposed(last), await proposed(last + DAY)) == (24, 24, 12)


async def test_the_city_alone_decides_and_not_who_proposed() -> None:
    world = await credit.a_world()
    number, window = await a_reviewed(world)
    with pytest.raises(RoleNotPermittedError):
        await listings.decide(entry_id=number, decision=LISTED, by=world.district_second, now=NOW + window)
    opening = listings.Opening(enterprise=world.enterprise.organisation, facts="x")
    with pytest.raises(listings.CaseOpenError):
        await listings.open_case(opening=opening, by=world.city, now=NOW)


async def test_who_opened_a_case_does_not_decide_it() -> None:
    world = await credit.a_world()
    opening = listings.Opening(enterprise=world.enterprise.organisation, facts="x")
    number = await listings.open_case(opening=opening, by=world.city, now=NOW)
    with pytest.raises(OwnRecordError):
        await listings.decide(entry_id=number, decision=LISTED, by=world.city, now=NOW)


@pytest.mark.parametrize(
    ("told", "months", "fits"),
    [(36, 11, False), (36, 12, True), (36, 36, True), (36, 37, False), (12, 13, False), (24, 12, True)],
)
async def test_a_term_lies_between_one_and_three_years_and_is_no_longer_than_announced(
    told: int, months: int, *, fits: bool
) -> None:
    world = await credit.a_world()
    number, window = await a_reviewed(world, months=told)
    decision = msgspec.structs.replace(LISTED, months=months)
    if fits:
        await listings.decide(entry_id=number, decision=decision, by=world.city, now=NOW + window)
        return
    with pytest.raises(TermError):
        await listings.decide(entry_id=number, decision=decision, by=world.city, now=NOW + window)


async def test_decision_and_repair_notice_are_served_in_one_act_on_one_day() -> None:
    world = await credit.a_world()
    number, window = await a_reviewed(world)
    await listings.decide(entry_id=number, decision=LISTED, by=world.city, now=NOW + window)
    assert [one.kind for one in await kept.of_listing(number)] == ["prior-notice"], "nothing is served yet"
    day = NOW + window + DAY
    await listings.enlist(entry_id=number, by=world.city, now=day)
    _, decided, on_repair = await kept.of_listing(number)
    assert (decided.kind, on_repair.kind) == ("list-decision", "repair-notice")
    assert decided.made_at == on_repair.made_at == day
    case = await cases.list_case(number)
    assert case.repair_notice_digest == on_repair.digest
    _, said = kept.merged(await kept.paper(decided.number, actor=world.enterprise.actor))
    _, how = kept.merged(await kept.paper(on_repair.number, actor=world.enterprise.actor))
    assert isinstance(said, credit_papers.ListDecision)
    assert isinstance(how, credit_papers.RepairNotice)
    assert (said.repair_number, how.decision_number) == (on_repair.number, decided.number)
    assert said.served_on == how.served_on == local_day(day)
    assert (said.listed_on, said.ends_on) == (local_day(day), case.ends_on)
    assert said.effects, "each effect stands with its basis"
    assert all("条" in basis for _, basis in said.effects)


async def test_the_database_refuses_a_listing_without_its_papers() -> None:
    """The same rule holds for whoever reaches the table by another way."""
    world = await credit.a_world()
    number, _ = await a_reviewed(world)
    with pytest.raises(ConflictError):
        await database.execute(
            "UPDATE credit_list_entry SET listed_at = now(), listed_by = 'x' WHERE id = $1", number
        )


async def test_an_overdue_handover_opens_one_draft_and_takes_no_points() -> None:
    world = await credit.a_world()
    before = await standing.standing_facts(world.enterprise.organisation, NOW)
    bare = credit.a_draft(world, "N-SE-09", document_no="", document_on=None, file_digest="")
    cause = public.Cause(origin="handover-overdue:7", draft=bare)
    first = await public.record_automatic(cause=cause, by=Actor.platform(), now=NOW)
    assert first is not None
    assert await public.record_automatic(cause=cause, by=Actor.platform(), now=NOW) is None
    assert (await cases.record(first)).stage is RecordStage.DRAFT
    assert await standing.standing_facts(world.enterprise.organisation, NOW) == before
    await papers.complete(
        record_id=first,
        completion=papers.Completion(
            document_no="责令字1号", document_on=NOW.date(), file_digest=credit.FILE
        ),
        by=world.district,
        now=NOW,
    )
    await records.submit(record_id=first, by=world.district, now=NOW)
    with pytest.raises(OwnRecordError):
        await records.take_up(record_id=first, by=world.district, now=NOW)
    await records.take_up(record_id=first, by=world.district_second, now=NOW)


async def test_a_ban_holds_between_its_days() -> None:
    world = await credit.a_world()
    ban = Ban(
        enterprise=world.enterprise.organisation,
        from_on=NOW.date(),
        to_on=NOW.date() + 10 * DAY,
        decision_no="1",
        decided_on=NOW.date(),
        legal_basis="BL 53",
        file_digest=credit.FILE,
    )
    await record_ban(ban=ban, by=world.district, now=NOW)
    enterprise = world.enterprise.organisation
    assert [len((await standing.standing_facts(enterprise, NOW + n * DAY)).bans) for n in (-1, 0, 9, 10)] == [
        0,
        1,
        1,
        0,
    ]
    with pytest.raises(BanDatesError):
        await record_ban(ban=msgspec.structs.replace(ban, to_on=ban.from_on), by=world.district, now=NOW)


async def test_the_database_refuses_a_decision_without_hearing() -> None:
    """APL 62 holds for whoever reaches the table by another way."""
    world = await credit.a_world()
    number = await credit.a_submitted(world, credit.a_draft(world))
    with pytest.raises(ConflictError):
        await database.execute(
            "UPDATE credit_record SET decided_at = now(), decided_by = 'city:9' WHERE id = $1", number
        )


async def test_the_database_refuses_two_managers_of_one_community_at_once() -> None:
    world = await credit.a_world()
    with pytest.raises(ConflictError):
        await database.execute(
            "INSERT INTO credit_project_assignment (origin, enterprise, community, area_centi, start_on,"
            " assigned_at, assigned_by) VALUES ('x', $1, $2, 1, '2026-01-01', now(), 'x')",
            world.enterprise.organisation,
            world.community,
        )
