"""Changing a signed contract: on the owners' decision, core terms kept, signed by both, filed again."""

from collections.abc import Mapping
from datetime import date, timedelta

import msgspec
import pytest

from bidding.domain.outcome import contract
from bidding.domain.outcome.decision import DecisionRevokedError
from bidding.domain.tenure import change
from bidding.domain.tenure.change import Stage
from bidding.domain.vote.matter import Key
from bidding.queries import contracts as contract_queries
from bidding.queries import decisions as decision_queries
from bidding.queries.tenure import changes as queries
from bidding.services import decisions, signatures
from bidding.services.settlement import contract_filings
from bidding.services.tenure import changes
from bidding.services.vote import counting, following
from contracts_templates import form, stamp
from market.kernel import period
from market.kernel.actor import Actor, OutOfScopeError, Role
from market.kernel.lifecycle import UnknownMoveError
from market.parties import public as registers
from market.runtime import verify
from tests import factories_awards as factory
from tests import factories_parties as parties
from tests import factories_votes as votes
from tests.bidding.services import test_selections as selections

pytestmark = pytest.mark.usefixtures("database")
MANAGER = {"project_manager": "BJ-PM-0456"}


async def decided(case: factory.Case, *, matter: Key = Key.CHANGE, lost: bool = False) -> str:
    """Record the owners' decision on the contract's provider, and return its number."""
    found = await case.contract()
    recorded = await decisions.record(
        order=counting.Order(
            matter=matter,
            community=found.community,
            provider=(await registers.organisation(found.provider)).code,
            held=votes.held(period.local_day(case.now)),
        ),
        ballots=votes.ballots(votes.LOST) if lost else votes.ballots(),
        protocol=votes.PROTOCOL,
        by=case.world.tenderer,
        now=case.now,
    )
    return recorded.number


async def draft(
    case: factory.Case,
    decision: str = "",
    values: Mapping[str, change.Value] = MANAGER,
    *,
    by: Actor | None = None,
    on: date | None = None,
    clauses: str = "",
    core: Mapping[str, object] | None = None,
) -> queries.Change:
    found = await case.contract()
    return await changes.draft(
        number=found.number,
        asked=msgspec.structs.replace(found.terms, **(core or {})),
        values=values,
        clauses=clauses,
        effective_on=on or period.local_day(case.now),
        decision=decision,
        by=by or case.world.tenderer,
        now=case.now,
    )


async def provider(case: factory.Case) -> Actor:
    return case.winner((await case.award()).commitment)


async def sign(case: factory.Case, drawn: queries.Change, *, by: Actor | None = None) -> queries.Change:
    actor = by or await provider(case)
    return await changes.sign(number=drawn.number, digest=drawn.digest, by=actor, now=case.now)


async def test_a_decided_change_is_signed_by_both_and_filed_again_within_fifteen_days() -> None:
    case = await factory.contracted()
    before = await case.contract()
    await contract_filings.file(number=before.number, by=await provider(case), now=case.now)
    decision = await decided(case)
    drawn = await draft(case, decision, MANAGER | {"payment_day": 15}, clauses="每季度召开一次恳谈会。")
    said = [(each.name, each.before, each.after) for each in drawn.content.lines]
    assert said == [
        ("project_manager", before.terms.project_manager, "BJ-PM-0456"),
        ("payment_day", "10", "15"),
    ]
    assert (drawn.decision_number, drawn.stage) == (decision, Stage.DRAFTED)
    assert drawn.digest == stamp.content_digest(form.SUPPLEMENT, drawn.content)
    assert (await case.contract()).terms == before.terms
    case.now += timedelta(days=2)
    with pytest.raises(change.EffectiveDayError):
        await sign(case, drawn)
    case.now -= timedelta(days=2)
    await sign(case, drawn)
    after = await case.contract()
    assert (after.stage, after.digest) == (contract.Stage.SIGNED, before.digest)
    assert after.terms == msgspec.structs.replace(before.terms, project_manager="BJ-PM-0456")
    assert after.file_by is not None
    assert (after.file_by - period.local_day(case.now)).days >= 15
    filing = await contract_filings.file(number=after.number, by=await provider(case), now=case.now)
    assert (filing.content.turn, filing.content.contract_number) == (2, drawn.number)
    assert filing.content.contract_digest == drawn.digest
    assert (await queries.agreed(after))["payment_day"] == 15
    assert [each for each in (await verify.verify()).findings if each.code != "migration-unsigned"] == []


@pytest.mark.parametrize(
    "core", [{"price_fen": 1}, {"level": 5}, {"months": 60}, {"subject": "x"}, {"levels": {"E1-01": 5}}]
)
async def test_no_core_term_is_agreed_away_though_the_owners_had_decided(core: dict[str, object]) -> None:
    case = await factory.contracted()
    with pytest.raises(change.CoreTermsKeptError) as refusal:
        await draft(case, await decided(case), core=core)
    (name,) = core
    found = msgspec.convert(refusal.value.context["differences"], list[contract.Difference])
    assert {each.term.partition(".")[0] for each in found} == {name}
    assert await queries.of_contract((await case.contract()).id) == []


async def test_without_a_decision_that_stands_nothing_is_drawn_up_and_a_revoked_one_stops_the_signature() -> (
    None
):
    case = await factory.contracted()
    for number in ("", await decided(case, lost=True), await decided(case, matter=Key.OTHER)):
        with pytest.raises(change.ChangeNotDecidedError):
            await draft(case, number)
    decision = await decided(case)
    drawn = await draft(case, decision)
    street = await parties.an_officer(Role.STREET)
    await following.revoke(number=decision, reasons="程序违法", by=street, now=case.now)
    with pytest.raises(DecisionRevokedError):
        await sign(case, drawn)
    with pytest.raises(DecisionRevokedError):
        await draft(case, decision)
    found = await decision_queries.by_number(decision)
    assert [each.number for each in await queries.carried_by(found.id)] == [drawn.number]


async def test_a_decision_carries_one_change_and_another_draft_voids_the_first() -> None:
    case = await factory.contracted()
    decision = await decided(case)
    first = await draft(case, decision)
    second = await draft(case, decision, {"payment_day": 20})
    assert [each.stage for each in await queries.of_contract((await case.contract()).id)] == [
        Stage.VOIDED,
        Stage.DRAFTED,
    ]
    with pytest.raises(UnknownMoveError):
        await sign(case, first)
    await sign(case, second)
    with pytest.raises(change.DecisionUsedError):
        await draft(case, decision, {"payment_day": 21})
    third = await draft(case, await decided(case), {"payment_day": 21})
    assert [(each.before, each.after) for each in third.content.lines] == [("20", "21")]


async def test_only_the_sides_act_on_the_very_document_within_the_term() -> None:
    case = await factory.contracted()
    decision = await decided(case)
    found = await case.contract()
    with pytest.raises(change.NothingChangedError):
        await draft(case, decision, {})
    for on in (period.local_day(case.now) - timedelta(days=1), found.end_on + timedelta(days=1)):
        with pytest.raises(change.EffectiveDayError):
            await draft(case, decision, on=on)
    with pytest.raises(OutOfScopeError):
        await draft(case, decision, by=(await parties.a_committee()).actor)
    drawn = await draft(case, decision, on=found.end_on)
    with pytest.raises(OutOfScopeError):
        await sign(case, drawn, by=(await parties.an_enterprise()).actor)
    with pytest.raises(signatures.DigestDiffersError):
        await changes.sign(number=drawn.number, digest="0" * 64, by=await provider(case), now=case.now)
    case.now = period.end_of_day(found.end_on)
    with pytest.raises(change.NotChangeableError):
        await sign(case, drawn)


async def test_a_developer_changes_its_contract_without_a_vote_and_keeps_the_core_terms() -> None:
    drawn, developer, party, now = await selections.an_agreed_contract()
    today = period.local_day(now)

    async def asked(terms: contract.Terms, values: Mapping[str, change.Value]) -> queries.Change:
        return await changes.draft(
            number=drawn.number,
            asked=terms,
            values=values,
            clauses="",
            effective_on=today,
            decision="",
            by=developer,
            now=now,
        )

    with pytest.raises(change.CoreTermsKeptError):
        await asked(msgspec.structs.replace(drawn.terms, price_fen=1), {})
    made = await asked(drawn.terms, {"rectify_days": 5})
    signed = await changes.sign(number=made.number, digest=made.digest, by=party, now=now)
    assert (signed.decision, signed.content.decision_number) == (None, "")
    assert (await contract_queries.by_number(drawn.number)).stage is contract.Stage.SIGNED
