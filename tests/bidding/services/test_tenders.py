"""Draft, filing, keyholders, announcement: who may, what is refused, what is logged."""

from datetime import timedelta

import msgspec
import pytest

from bidding.client import releasing
from bidding.domain.amending import amendment
from bidding.domain.procedure import Stage
from bidding.domain.sealed import wire
from bidding.queries import openings
from bidding.queries import rehearsals as queries
from bidding.queries import tenders as tender_queries
from bidding.services import documents, drafts, filings, keyholders, tenders
from market.kernel.actor import OutOfScopeError, Role, RoleNotPermittedError
from market.kernel.errors import FindingsError, TransitionError
from market.runtime import database, files
from tests import factories_bidding as make
from tests import factories_documents as papers
from tests import factories_parties as parties

pytestmark = pytest.mark.usefixtures("database")


async def _subject(act: str) -> str:
    rows = await database.fetch(
        "SELECT subject FROM runtime_audit_entry WHERE act = $1 ORDER BY id DESC LIMIT 1", act
    )
    return str(rows[0]["subject"])


async def test_an_incomplete_draft_is_refused_with_every_finding() -> None:
    world = await make.a_draft(content=papers.a_content(nature="", parts={}, decision=None))
    with pytest.raises(FindingsError) as refusal:
        await filings.file(number=world.number, by=world.tenderer, now=make.NOW)
    assert len(refusal.value.findings) == 9
    assert (await world.tender()).stage is Stage.DRAFT


async def test_a_returned_filing_is_revised_and_filed_again() -> None:
    world = await make.a_tender(at=Stage.FILED)
    with pytest.raises(filings.ReasonMissingError):
        await filings.give_back(number=world.number, note=" ", by=world.officer, now=make.NOW)
    await filings.give_back(number=world.number, note="缺少平面图", by=world.officer, now=make.NOW)
    content = (await world.tender()).content
    await drafts.revise(number=world.number, content=content, by=world.tenderer, now=make.NOW)
    await filings.file(number=world.number, by=world.tenderer, now=make.NOW)
    assert (await world.tender()).stage is Stage.FILED
    assert await _subject("bidding:tender:file") == content.digest()


async def test_a_document_is_added_by_its_bytes_and_never_by_naming_a_file() -> None:
    world = await make.a_draft()
    kept = await documents.add(
        number=world.number, name="图.txt", data=b"plan", by=world.tenderer, now=make.NOW
    )
    content = (await world.tender()).content
    stolen = msgspec.structs.replace(kept, name="x", digest="0" * 64)
    with pytest.raises(files.FileMissingError):
        await drafts.revise(
            number=world.number,
            content=msgspec.structs.replace(content, documents=(kept, stolen)),
            by=world.tenderer,
            now=make.NOW,
        )
    await drafts.revise(number=world.number, content=content, by=world.tenderer, now=make.NOW)
    assert (await world.tender()).content.documents == (kept,)
    with pytest.raises(files.FileMissingError):
        await make.a_draft(content=papers.a_content(documents=(kept,)))


async def test_an_officer_elsewhere_and_a_wrong_level_do_not_answer() -> None:
    world = await make.a_tender(at=Stage.FILED, prophase=True)
    street = await parties.an_officer(Role.STREET)
    with pytest.raises(filings.NotThisAuthorityError):
        await filings.accept(number=world.number, by=street, now=make.NOW)
    elsewhere = await parties.an_officer(Role.DISTRICT, "110106")
    with pytest.raises(OutOfScopeError):
        await filings.accept(number=world.number, by=elsewhere, now=make.NOW)
    with pytest.raises(RoleNotPermittedError):
        await filings.accept(number=world.number, by=world.tenderer, now=make.NOW)


async def test_nobody_tenders_for_another_area_or_by_another_procedure() -> None:
    world = await make.a_draft()
    other = await parties.a_community()
    with pytest.raises(drafts.NotYourCommunityError):
        await drafts.draft(
            procedure="owner-open",
            community=other,
            content=papers.a_content(),
            by=world.tenderer,
            now=make.NOW,
        )
    with pytest.raises(drafts.WrongProcedureError):
        await drafts.draft(
            procedure="prophase-open",
            community=other,
            content=papers.a_content(),
            by=world.tenderer,
            now=make.NOW,
        )


async def test_nothing_is_announced_before_every_keyholder_has_rehearsed() -> None:
    world = await make.a_tender(at=Stage.ACCEPTED)
    with pytest.raises(FindingsError):
        await tenders.publish(number=world.number, by=world.tenderer, now=make.NOW)
    await make.rehearse(world)
    tender = await tenders.publish(number=world.number, by=world.tenderer, now=make.NOW)
    assert tender.version_digest == await _subject("bidding:tender:publish")
    assert tender.version_digest == tender_queries.version_of(tender).digest
    assert tender.profile_version == "owner/2"
    with pytest.raises(TransitionError):
        await tenders.publish(number=world.number, by=world.tenderer, now=make.NOW)
    with pytest.raises(keyholders.KeyholdersFixedError):
        await make.rehearse(world)


async def test_a_deadline_only_moves_later() -> None:
    world = await make.a_tender(at=Stage.ACCEPTED)
    await make.rehearse(world)
    with pytest.raises(amendment.DeadlineEarlierError):
        await tenders.publish(
            number=world.number,
            by=world.tenderer,
            now=make.NOW,
            deadline=make.DEADLINE - timedelta(seconds=1),
        )
    later = make.DEADLINE + timedelta(days=1)
    tender = await tenders.publish(number=world.number, by=world.tenderer, now=make.NOW, deadline=later)
    assert tender.content.deadline == later


@pytest.mark.parametrize(
    ("places", "threshold", "problem"),
    [((0, 1, 2), 4, "number"), ((0, 0, 1), 2, "same-institution"), ((1, 2), 2, "tenderer-missing")],
)
async def test_keyholders_must_be_independent(places: tuple[int, ...], threshold: int, problem: str) -> None:
    world = await make.a_draft()
    key_ids = [world.holders[place][1].registered.id for place in places]
    with pytest.raises(keyholders.KeyholderChoiceError) as refusal:
        await keyholders.name(
            number=world.number, key_ids=key_ids, threshold=threshold, by=world.tenderer, now=make.NOW
        )
    assert refusal.value.context["problem"] == problem


async def test_the_supervising_authority_holds_a_key() -> None:
    world = await make.a_draft()
    other = await parties.a_witness()
    pair = await parties.keyholder_keys(other)
    chosen = [world.holders[0][1], world.holders[2][1], pair]
    with pytest.raises(keyholders.KeyholderChoiceError) as refusal:
        await keyholders.name(
            number=world.number,
            key_ids=[one.registered.id for one in chosen],
            threshold=2,
            by=world.tenderer,
            now=make.NOW,
        )
    assert refusal.value.context["problem"] == "authority-missing"


async def test_a_wrong_share_does_not_pass_the_rehearsal() -> None:
    world = await make.a_tender(at=Stage.ACCEPTED)
    await make.rehearse(world)
    rehearsal = await queries.of_tender(world.number)
    answer = releasing.answer_rehearsal(rehearsal, world.private_of(0))
    foreign = releasing.answer_rehearsal(rehearsal, world.private_of(1))
    mixed = msgspec.structs.replace(answer, shares=foreign.shares)
    with pytest.raises(keyholders.RehearsalError):
        await keyholders.answer_rehearsal(request=mixed, by=world.holders[0][0], now=make.NOW)
    with pytest.raises(keyholders.NotKeyholderError):
        await keyholders.answer_rehearsal(request=answer, by=world.holders[1][0], now=make.NOW)
    assert isinstance(rehearsal, wire.Rehearsal)
    assert len(rehearsal.answered) == 3


async def test_ending_a_tender_keeps_its_bids_shut() -> None:
    world = await make.a_tender(at=Stage.BIDDING, bids=3)
    await tenders.terminate(
        number=world.number, reason="项目变更", by=world.tenderer, now=make.ISSUE + timedelta(days=2)
    )
    tender = await world.tender()
    assert (tender.stage, tender.failure) == (Stage.TERMINATED, "ended-by-tenderer")
    with pytest.raises(openings.NotFrozenError):
        await openings.freeze_of(tender)
    again = await drafts.retender(number=world.number, by=world.tenderer, now=make.NOW)
    assert again != world.number
