"""Papers of records and of the exit list: kept by the act they belong to, for those they concern."""

import pytest

from contracts_templates import credit_papers, stamp
from credit.queries import cases
from credit.queries.paper import papers
from credit.services import delistings
from market.kernel.actor import Actor
from market.kernel.errors import ConflictError
from market.kernel.period import local_day
from market.runtime import database
from tests import factories_credit as credit
from tests import factories_parties as parties

pytestmark = pytest.mark.usefixtures("database")

NOW, DAY = credit.NOW, credit.DAY


async def test_a_record_is_noticed_and_decided_on_paper_with_the_way_to_repair_on_the_same_day() -> None:
    world = await credit.a_world()
    number = await credit.a_record(world, "N-GE-01")
    case = await cases.record(number)
    noticed, decided, on_repair = await papers.of_record(number)
    assert [noticed.kind, decided.kind, on_repair.kind] == [
        "prior-notice",
        "record-decision",
        "repair-notice",
    ]
    assert (case.notice_digest, case.decision_digest) == (noticed.digest, decided.digest)
    assert decided.made_at == on_repair.made_at == case.decided_at
    said = {}
    for line in (noticed, decided, on_repair):
        found = await papers.paper(line.number, actor=world.enterprise.actor)
        form, content = papers.merged(found)
        assert stamp.content_digest(form, content) == line.digest
        said[line.kind] = content
    told, ruled, how = (said[line.kind] for line in (noticed, decided, on_repair))
    assert isinstance(told, credit_papers.PriorNotice)
    assert isinstance(ruled, credit_papers.RecordDecision)
    assert isinstance(how, credit_papers.RepairNotice)
    assert told.days == 5
    assert told.law.startswith("《")
    assert ruled.notice_number == told.number
    assert case.served_at is not None
    assert ruled.notice_served_on == local_day(case.served_at)
    assert (ruled.repair_number, how.decision_number) == (how.number, ruled.number)
    assert ruled.decided_on == how.served_on
    assert (ruled.expires_on, how.ends_on) == (case.expires_on, case.expires_on)
    assert ruled.shown


async def test_a_minor_item_is_decided_as_not_shown_and_good_information_needs_no_way_to_repair() -> None:
    world = await credit.a_world()
    minor = await papers.of_record(await credit.a_record(world, "N-MI-03"))
    _, ruled = papers.merged(await papers.paper(minor[1].number, actor=world.district))
    assert isinstance(ruled, credit_papers.RecordDecision)
    assert not ruled.shown
    assert ruled.severity == "minor"
    good = await papers.of_record(await credit.a_record(world, "G-PR-02"))
    assert [line.kind for line in good] == ["record-decision"]


async def test_papers_are_for_the_enterprise_and_its_authorities_and_are_never_changed() -> None:
    world = await credit.a_world()
    other = await parties.an_enterprise()
    line = (await papers.of_record(await credit.a_record(world, "N-GE-01")))[0]
    assert (await papers.paper(line.number, actor=world.city)).digest == line.digest
    for stranger in (other.actor, Actor.public()):
        with pytest.raises(papers.PaperUnknownError):
            await papers.paper(line.number, actor=stranger)
    with pytest.raises(ConflictError):
        await database.execute("UPDATE credit_paper SET content = '' WHERE number = $1", line.number)


async def test_leaving_the_list_brings_a_notice_that_says_why() -> None:
    world = await credit.a_world()
    number = await credit.a_listing(world)
    later = NOW + 60 * DAY
    await delistings.revoke(entry_id=number, reasons="所依据的决定被撤销", by=world.city, now=later)
    last = (await papers.of_listing(number))[-1]
    _, told = papers.merged(await papers.paper(last.number, actor=world.enterprise.actor))
    assert isinstance(told, credit_papers.RemovalNotice)
    assert (told.way, told.reasons, told.removed_on) == ("revoked", "所依据的决定被撤销", local_day(later))
    rows = await database.fetch(
        "SELECT i.table_name FROM runtime_audit_image i JOIN runtime_audit_entry e ON e.id = i.entry_id"
        " WHERE e.act = 'credit:list:revoke' AND i.table_name = 'credit_paper'"
    )
    assert len(rows) == 1, "the act's entry names its paper"
