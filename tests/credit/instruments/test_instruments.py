"""Entries that records rest on: what may rest on them, who annuls them, and what falls with them."""

from datetime import date, datetime

import msgspec
import pytest

from credit.domain import list_entry, record
from credit.domain.instruments import instrument
from credit.domain.instruments.instrument import (
    InstrumentAnnulledError,
    InstrumentBasisError,
    InstrumentDatesError,
    InstrumentEnteredError,
    InstrumentForeignError,
    InstrumentKindError,
    InstrumentNotEffectiveError,
    InstrumentReplacedError,
    Kind,
    OwnAnnulmentError,
    Stage,
    Standing,
    StillStandsError,
)
from credit.queries import cases, pages, scores
from credit.queries.instruments import cases as entries_of
from credit.queries.instruments import pages as register
from credit.services import decisions, listings, notices, papers, records
from credit.services.instruments import annulments, entries, falling
from credit.tables import ListEntryRow
from market.kernel.actor import Actor
from market.kernel.errors import FindingsError, NotPermittedError, TransitionError
from market.kernel.period import local_day, start_of_day
from market.runtime import inbox
from market.runtime.database import fetch
from market.runtime.workdays import table
from tests import factories_credit as credit
from tests import factories_parties as parties
from tests.credit.rules import RULES
from tests.factories_instruments import an_annulment, an_entry, an_instrument, annulled

NOW, DAY = credit.NOW, credit.DAY
TODAY = local_day(NOW)
STANDS = Standing(kind=Kind.PENALTY, stage=Stage.STANDING, enterprise=1, community=None, effective_on=TODAY)


def against(item: str = "N-GE-01", *, community: int | None = None, **changed: object) -> list[type]:
    try:
        instrument.check_rests(
            msgspec.structs.replace(STANDS, **changed),
            RULES.item(item),
            enterprise=1,
            community=community,
            now=NOW,
        )
    except FindingsError as refusal:
        return [type(each) for each in refusal.findings]
    return []


def test_a_record_rests_on_an_entry_that_stands_fits_and_is_about_its_subject() -> None:
    assert against() == against(community=7) == []
    assert against(stage=Stage.NOTED) == against(stage=Stage.ANNULLED) == [InstrumentAnnulledError]
    assert against(effective_on=TODAY + DAY) == [InstrumentNotEffectiveError]
    assert against("G-EN-03") == [InstrumentKindError]
    assert against("G-EN-03", kind=Kind.HONOUR) == []
    assert against(kind=Kind.HONOUR) == [InstrumentKindError]
    assert against(enterprise=2) == [InstrumentForeignError]
    assert against(enterprise=2, stage=Stage.ANNULLED) == [InstrumentAnnulledError, InstrumentForeignError]


pytestmark = pytest.mark.usefixtures("database")


async def test_entries_are_judged_and_stand_once() -> None:
    world = await credit.a_world()
    wrong = an_entry(world, issued_on=TODAY + DAY, effective_on=TODAY, legal_basis=" ")
    with pytest.raises(FindingsError) as refusal:
        await entries.enter(entry=wrong, by=world.district, now=NOW)
    found = [type(each) for each in refusal.value.findings]
    assert found == [InstrumentDatesError, InstrumentDatesError, InstrumentBasisError]
    number = await entries.enter(entry=an_entry(world), by=world.district, now=NOW)
    with pytest.raises(InstrumentEnteredError):
        await entries.enter(entry=an_entry(world), by=world.district, now=NOW)
    for reader in (world.city, world.residents):
        with pytest.raises(NotPermittedError):
            await entries.enter(entry=an_entry(world, number="x"), by=reader, now=NOW)
    correction = an_entry(world, facts="更正", replaces=number)
    with pytest.raises(InstrumentReplacedError):
        await entries.enter(entry=msgspec.structs.replace(correction, number="y"), by=world.district, now=NOW)
    await annulled(world, number, now=NOW)
    second = await entries.enter(entry=correction, by=world.district, now=NOW)
    assert (await entries_of.instrument(second)).replaces == number


async def test_an_annulment_needs_a_document_between_issue_and_today_and_two_people() -> None:
    world = await credit.a_world()
    number = await entries.enter(entry=an_entry(world), by=world.district, now=NOW)
    for day in (TODAY - 11 * DAY, TODAY + DAY):
        note = an_annulment(annulled_on=day)
        with pytest.raises(InstrumentDatesError):
            await annulments.note(instrument_id=number, annulment=note, by=world.district, now=NOW)
    await annulments.note(instrument_id=number, annulment=an_annulment(), by=world.district, now=NOW)
    with pytest.raises(OwnAnnulmentError):
        await annulments.confirm(instrument_id=number, by=world.district, now=NOW)
    with pytest.raises(StillStandsError):
        await falling.fall(instrument_id=number, by=world.district, now=NOW)
    second = world.district_second
    await annulments.decline(instrument_id=number, reasons="不是同一决定", by=second, now=NOW)
    case = await entries_of.instrument(number)
    assert (case.stage, case.next_due_at) == (Stage.STANDING, None)
    with pytest.raises(TransitionError):
        await annulments.confirm(instrument_id=number, by=second, now=NOW)


async def test_three_working_days_from_the_note_and_not_from_the_confirmation() -> None:
    await credit.a_world()
    days = await table()
    # A Monday; the third working day after it is the Thursday, whose last instant is Friday's first.
    assert instrument.falls_by(NOW, rules=RULES, days=days) == start_of_day(date(2026, 3, 20))
    longer = msgspec.structs.replace(RULES, values={**RULES.values, "annulment": 4})
    assert instrument.falls_by(NOW, rules=longer, days=days) > instrument.falls_by(
        NOW, rules=RULES, days=days
    )


async def a_resting(world: credit.World, number: int, code: str = "N-VS-01", *, now: datetime = NOW) -> int:
    """Return a record in force that rests on an entry."""
    return await credit.a_record(
        world, code, now=now, document_no="", document_on=None, file_digest="", instrument_id=number
    )


async def stages_of_cases(resting: int) -> list[str]:
    rows = await ListEntryRow.select(ListEntryRow.stage).where(ListEntryRow.record == resting)
    return [row["stage"] for row in rows]


async def test_what_rests_on_an_annulled_entry_falls_when_nobody_revoked_it_in_time() -> None:
    world = await credit.a_world()
    entry = an_entry(world, community=world.community, legal_basis="BPR 97")
    number = await entries.enter(entry=entry, by=world.district, now=NOW)
    resting = await a_resting(world, number)
    case = await cases.record(resting)
    assert (case.document_no, case.document_on) == (entry.number, entry.issued_on)
    typed = await credit.a_record(world)
    assert await stages_of_cases(resting) == [list_entry.Stage.OPENED.value]
    later = NOW + 14 * DAY
    note = an_annulment(annulled_on=local_day(later))
    await annulments.note(instrument_id=number, annulment=note, by=world.district, now=later)
    await annulments.confirm(instrument_id=number, by=world.district_second, now=later + DAY)
    due = (await entries_of.instrument(number)).next_due_at
    assert due == start_of_day(local_day(later) + 4 * DAY)
    assert (await cases.record(resting)).stage is record.Stage.EFFECTIVE
    await falling.act_due(id=number, now=due)
    assert (await cases.record(resting)).stage is record.Stage.REVOKED
    assert (await cases.record(typed)).stage is record.Stage.EFFECTIVE
    assert await stages_of_cases(resting) == [list_entry.Stage.NOT_LISTED.value]
    told = {message.key for message in await inbox.messages(world.enterprise.organisation)}
    assert {"credit.inbox.instrument-annulled", "credit.inbox.instrument-fallen"} <= told
    view = await register.instrument_view(number, actor=world.city, now=due)
    assert (view.fallen_at, [one.stage for one in view.records]) == (due, [record.Stage.REVOKED])


async def score_of(world: credit.World, at: datetime) -> int:
    rows = await fetch(
        "SELECT score_centi FROM credit_score WHERE enterprise = $1", world.enterprise.organisation
    )
    computed = await scores.compute(world.enterprise.organisation, at=at, rules=RULES)
    assert [row["score_centi"] for row in rows] == [computed.score.published]
    return computed.score.published


async def test_a_listing_ends_and_the_score_rises_in_the_act_that_lets_its_ground_fall() -> None:
    world = await credit.a_world()
    number = await an_instrument(world)
    await a_resting(world, number)
    entry_id = (await ListEntryRow.select(ListEntryRow.id))[0]["id"]
    at = NOW + 14 * DAY
    await listings.post_notice(entry_id=entry_id, notice=credit.A_NOTICE, by=world.city, now=at)
    await listings.serve(entry_id=entry_id, by=world.enterprise.actor, now=at)
    until = (await cases.list_case(entry_id)).statement_until
    assert until is not None
    await listings.review(entry_id=entry_id, text="未陈述", by=world.district_second, now=until)
    decision = listings.Decision(outcome=list_entry.Outcome.LISTED, decision_no="1", file_digest="a")
    await listings.decide(entry_id=entry_id, decision=decision, by=world.city, now=until)
    await listings.enlist(entry_id=entry_id, by=world.city, now=until)
    before = await score_of(world, until)
    await annulled(world, number, now=until)
    await falling.fall(instrument_id=number, by=world.district, now=until)
    assert (await cases.list_case(entry_id)).stage is list_entry.Stage.REVOKED
    assert before < await score_of(world, until)


async def test_what_is_not_decided_is_refused_while_noted_and_rejected_when_it_falls() -> None:
    world = await credit.a_world()
    number = await an_instrument(world)
    blank = credit.a_draft(world, document_no="", document_on=None, file_digest="")
    draft = msgspec.structs.replace(blank, instrument_id=number)
    heard = await credit.a_served(world, draft)
    waits = await records.draft(draft=draft, by=world.district, now=NOW)
    own = world.enterprise.actor
    await notices.state(record_id=heard, text="不实", with_hearing=False, by=own, now=NOW + DAY)
    later = NOW + 2 * DAY
    note = an_annulment(annulled_on=local_day(later))
    await annulments.note(instrument_id=number, annulment=note, by=world.district, now=later)
    with pytest.raises(InstrumentAnnulledError):
        await records.submit(record_id=waits, by=world.district, now=later)
    with pytest.raises(FindingsError):
        await records.draft(draft=draft, by=world.district, now=later)
    await annulments.confirm(instrument_id=number, by=world.district_second, now=later)
    await falling.fall(instrument_id=number, by=Actor.platform(), now=later)
    assert [(await cases.record(each)).stage for each in (heard, waits)] == [record.Stage.REJECTED] * 2


async def test_an_authority_takes_it_back_at_once_and_the_clock_finds_nothing_left() -> None:
    world = await credit.a_world()
    number = await an_instrument(world)
    resting = await a_resting(world, number, "N-SE-01")
    later = NOW + 20 * DAY
    await annulled(world, number, now=later)
    with pytest.raises(NotPermittedError):
        await falling.fall(instrument_id=number, by=world.street, now=later)
    assert await falling.fall(instrument_id=number, by=world.district, now=later) == [resting]
    assert (await cases.record(resting)).ended_at == later
    due = (await entries_of.instrument(number)).next_due_at
    assert due is None
    assert await falling.fall(instrument_id=number, by=Actor.platform(), now=later + 5 * DAY) == []


async def test_a_revoked_record_leaves_the_clock_only_the_rest() -> None:
    world = await credit.a_world()
    number = await an_instrument(world)
    resting = await a_resting(world, number, "N-SE-01")
    later = NOW + 20 * DAY
    await annulled(world, number, now=later)
    await decisions.revoke(record_id=resting, reasons="决定已撤销", by=world.district_second, now=later)
    assert await falling.fall(instrument_id=number, by=Actor.platform(), now=later + 5 * DAY) == []


async def test_the_authorities_are_asked_when_nobody_confirms_and_nothing_falls() -> None:
    world = await credit.a_world()
    number = await an_instrument(world)
    resting = await a_resting(world, number, "N-SE-01")
    later = NOW + 20 * DAY
    note = an_annulment(annulled_on=local_day(later))
    await annulments.note(instrument_id=number, annulment=note, by=world.district, now=later)
    due = (await entries_of.instrument(number)).next_due_at
    assert due is not None
    await falling.act_due(id=number, now=due)
    assert (await cases.record(resting)).stage is record.Stage.EFFECTIVE
    told = {message.key for message in await inbox.messages(world.district.organisation or 0)}
    assert "credit.inbox.annulment-waits" in told
    await annulments.confirm(instrument_id=number, by=world.district_second, now=due + DAY)
    assert (await entries_of.instrument(number)).next_due_at == due + DAY


async def test_an_honour_counts_from_its_award_and_a_typed_document_takes_its_place() -> None:
    world = await credit.a_world()
    honour = an_entry(world, kind=Kind.HONOUR, legal_basis="", effective_on=TODAY - 5 * DAY)
    number = await entries.enter(entry=honour, by=world.district, now=NOW)
    resting = await a_resting(world, number, "G-EN-03")
    assert (await cases.record(resting)).effective_from == honour.issued_on
    draft = credit.a_draft(world, "G-EN-03", document_no="", document_on=None, file_digest="")
    made = await records.draft(draft=draft, by=world.district, now=NOW)
    view = await pages.record_view(made, actor=world.district, now=NOW)
    assert [one.id for one in view.entries] == [number]
    await entries.rest(record_id=made, instrument_id=number, by=world.district, now=NOW)
    assert (await cases.record(made)).instrument == number
    paper = papers.Completion(document_no="另文", document_on=honour.issued_on, file_digest=credit.FILE)
    await papers.complete(record_id=made, completion=paper, by=world.district, now=NOW)
    assert (await cases.record(made)).instrument is None


async def test_the_public_sees_an_entry_only_while_a_record_on_it_shows() -> None:
    world = await credit.a_world()
    number = await an_instrument(world)
    public = Actor.public()
    with pytest.raises(entries_of.InstrumentUnknownError):
        await register.instrument_view(number, actor=public, now=NOW)
    resting = await a_resting(world, number, "N-SE-01")
    later = NOW + 20 * DAY
    seen = await register.instrument_view(number, actor=public, now=later)
    assert ([one.id for one in seen.records], seen.details, seen.offered) == ([resting], None, ())
    stranger = (await parties.an_enterprise()).actor
    assert (await register.instrument_view(number, actor=stranger, now=later)).details is None
    own = await register.instrument_view(number, actor=world.enterprise.actor, now=later)
    assert own.details is not None
    await annulled(world, number, now=later)
    with pytest.raises(entries_of.InstrumentUnknownError):
        await register.instrument_view(number, actor=public, now=later)
