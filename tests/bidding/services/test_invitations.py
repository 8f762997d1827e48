"""Tenders by invitation: who may be invited, who may bid, and that nobody learns the names."""

import json
from datetime import timedelta

import msgspec
import pytest

from bidding.domain import rule_table
from bidding.domain.entry import invitation
from bidding.domain.procedure import Profile, Stage
from bidding.domain.remedy.objection import Kind
from bidding.domain.sealed import receipt
from bidding.queries import openings
from bidding.queries.entry import invitations as queries
from bidding.services import bids, filings
from bidding.services.amending import questions
from bidding.services.entry import invitations
from bidding.tables.invitations import InvitationRow
from market.kernel.actor import Actor, OutOfScopeError
from market.kernel.errors import FindingsError
from market.runtime import database, log, workdays
from tests import factories_bidding as make
from tests import factories_parties as parties
from tests import factories_remedies as remedies

pytestmark = pytest.mark.usefixtures("database")


async def _codes(number: int) -> tuple[str, ...]:
    return tuple([(await parties.an_enterprise()).code for _ in range(number)])


def _problems(refused: pytest.ExceptionInfo[FindingsError]) -> list[object]:
    return [one.context["problem"] for one in refused.value.findings]


@pytest.mark.parametrize(("number", "fits"), [(2, False), (3, True)])
async def test_at_least_three_are_invited(number: int, fits: bool) -> None:  # noqa: FBT001
    world = await make.a_draft(invited=())
    codes = await _codes(number)
    if fits:
        await invitations.name(number=world.number, codes=codes, by=world.tenderer, now=make.NOW)
        assert len(await queries.invited(await world.tender()) or ()) == number
    else:
        with pytest.raises(FindingsError) as refused:
            await invitations.name(number=world.number, codes=codes, by=world.tenderer, now=make.NOW)
        assert _problems(refused) == ["too-few"]
        with pytest.raises(FindingsError):
            await filings.file(number=world.number, by=world.tenderer, now=make.NOW)


async def test_all_that_is_wrong_with_a_list_is_said_at_once() -> None:
    world = await make.a_draft(invited=())
    first, _ = codes = await _codes(2)
    mine = await database.fetch(
        "SELECT code FROM parties_organisation WHERE id = $1", world.tenderer.organisation
    )
    with pytest.raises(FindingsError) as refused:
        await invitations.name(
            number=world.number, codes=(*codes, first, mine[0]["code"]), by=world.tenderer, now=make.NOW
        )
    assert _problems(refused) == ["twice", "tenderer"]


async def test_the_list_is_replaced_until_the_tender_is_filed_and_by_nobody_else() -> None:
    world = await make.a_draft(invited=await _codes(3))
    other = await _codes(4)
    await invitations.name(number=world.number, codes=other, by=world.tenderer, now=make.NOW)
    assert len(await queries.invited(await world.tender()) or ()) == 4
    stranger = await make.a_draft()
    with pytest.raises(OutOfScopeError):
        await invitations.name(number=world.number, codes=other, by=stranger.tenderer, now=make.NOW)
    with pytest.raises(invitations.NotByInvitationError):
        await invitations.name(number=stranger.number, codes=other, by=stranger.tenderer, now=make.NOW)
    await filings.file(number=world.number, by=world.tenderer, now=make.NOW)
    with pytest.raises(invitations.InviteesFixedError):
        await invitations.name(number=world.number, codes=other, by=world.tenderer, now=make.NOW)


async def test_what_is_stored_and_logged_tells_neither_who_nor_how_many() -> None:
    lengths = set()
    for number in (3, 20):
        world = await make.a_draft(invited=await _codes(number))
        tender = await world.tender()
        rows = await database.fetch("SELECT * FROM bidding_invitation WHERE tender = $1", tender.id)
        lengths.add(len(rows[0]["blob"]))
    assert len(lengths) == 1
    await log.sequence_all()
    entries = await database.fetch(
        "SELECT body::text AS body FROM runtime_audit_entry WHERE body::text LIKE '%bidding:invitees:name%'"
    )
    assert len(entries) == 2
    bodies = [json.loads(one["body"]) for one in entries]
    assert len({tuple(sorted(body)) for body in bodies}) == 1
    sizes = [
        [len(body[key]) for key in sorted(body) if isinstance(body[key], list | dict)] for body in bodies
    ]
    assert sizes[0] == sizes[1]
    assert set(InvitationRow.audited.fields) == {"id", "tender", "blob_digest"}


async def test_only_the_invited_bid_and_others_are_refused_in_writing() -> None:
    people = [await make.a_bidder() for _ in range(3)]
    world = await make.a_tender(at=Stage.BIDDING, bids=0, invited=tuple(one.party.code for one in people))
    for one in people:
        assert (await make.submit(world, one)).outcome == "receipt"
    stranger = await make.a_bidder()
    make.seal(stranger, await world.tender())
    answer = await bids.submit(
        request=await make.submission(stranger),
        by=stranger.party.actor,
        now=make.ISSUE + timedelta(hours=1),
        standing_of=make.good_standing,
    )
    told = receipt.read_refusal(answer.token, make.trusted())
    assert (answer.outcome, told.code, told.rule) == ("refusal", "not-invited", "BL 10, 17")


async def test_only_the_invited_collect_the_documents_ask_on_them_and_object_to_them() -> None:
    await workdays.seed(by=Actor.platform(), now=parties.NOW)
    codes = await _codes(2)
    guest, stranger = await parties.an_enterprise(), (await parties.an_enterprise()).actor
    world = await make.a_tender(at=Stage.BIDDING, bids=0, invited=(*codes, guest.code))
    now = make.ISSUE + timedelta(hours=1)

    async def each(by: Actor) -> list[str]:
        refused = []
        for name, act in (
            ("collect", questions.collect(number=world.number, by=by, now=now)),
            ("ask", questions.ask(number=world.number, text="?", by=by, now=now)),
            ("object", remedies.object_to(world.number, Kind.DOCUMENT, by=by, now=now)),
        ):
            try:
                await act
            except invitation.NotInvitedError:
                refused.append(name)
        return refused

    assert await each(stranger) == ["collect", "ask", "object"]
    assert await each(guest.actor) == []


async def test_an_invited_tender_walks_to_its_opening_and_counts_the_refusal() -> None:
    people = [await make.a_bidder() for _ in range(3)]
    codes = tuple(one.party.code for one in people)
    world = await make.a_tender(at=Stage.BIDDING, bids=0, prophase=True, invited=codes)
    issue = (await world.tender()).content.issue_at or make.ISSUE
    for one in (*people, await make.a_bidder()):
        await make.submit(world, one, now=issue + timedelta(hours=1))
    world.bidders = people
    await make.walk(world, Stage.OPENED)
    tender = await world.tender()
    frozen = (await openings.freeze_of(tender)).frozen
    assert (len(frozen.bids), frozen.refusals, len(await openings.opened_bids(tender))) == (3, 1, 3)


async def test_an_enterprise_finds_the_letters_written_to_it_alone() -> None:
    people = [await make.a_bidder() for _ in range(3)]
    world = await make.a_tender(at=Stage.PUBLISHED, bids=0, invited=tuple(one.party.code for one in people))
    mine = await queries.of_enterprise(people[0].party.organisation)
    assert [line.number for line in mine] == [world.number]
    assert await queries.of_enterprise((await make.a_bidder()).party.organisation) == ()


def test_the_number_of_invitees_is_the_tables() -> None:
    rules = rule_table.current(Profile.OWNER)
    people = [
        invitation.Invitee(organisation=n, code=str(n), name=str(n), enterprise=True, admitted=True)
        for n in range(2)
    ]
    assert [one.context["got"] for one in invitation.findings(people, rules, tenderer=9)] == [2]
    two = msgspec.structs.replace(rules.rule("T02"), value=2)
    changed = msgspec.structs.replace(rules, rules={**rules.rules, "T02": two})
    assert list(invitation.findings(people, changed, tenderer=9)) == []
    shut = msgspec.structs.replace(people[0], admitted=False)
    found = invitation.findings([shut, people[1]], changed, tenderer=9)
    assert [one.context["problem"] for one in found] == ["no-enterprise"]
