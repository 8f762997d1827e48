"""Drafting and signing the property service contract of an award."""

from datetime import date, datetime
from typing import ClassVar

import msgspec

from bidding.domain import events, suspension
from bidding.domain.act import Act
from bidding.domain.outcome import contract
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import CONTRACTING, Stage
from bidding.domain.settlement import cancellation
from bidding.domain.tender import Tender
from bidding.queries import awards, decisions
from bidding.queries import contracts as queries
from bidding.queries import tenders as tender_queries
from bidding.services import signatures, stages
from bidding.services.service import merging
from bidding.services.tenure import emergencies
from bidding.services.tenure import terms as tenures
from bidding.services.vote import following
from bidding.tables.contracts import ContractRow
from contracts_templates import content, stamp
from market.kernel.actor import Actor
from market.kernel.errors import TransitionError
from market.runtime import audit, database, marks, outbox


class NotAwardedError(TransitionError):
    """A contract follows an award."""

    code: ClassVar[str] = "contract-not-possible-in-stage"
    source = "BL 46"


async def draft(
    *,
    award_number: str,
    terms: contract.Terms,
    start_on: date,
    particulars: content.Particulars,
    prophase: content.Prophase | None = None,
    by: Actor,
    now: datetime,
) -> queries.Contract:
    """Draw up the contract of an award; with it the client has signed.

    Raises:
        CoreTermsDifferError: ``terms`` are not what bid and document promise; every difference is named.
        AlreadyCancelledError: The award is cancelled.
        NotAwardedError: The tender has ended, or is evaluated anew.
        SignedTooLateError: More than 30 days after the award notice.
        DecisionRevokedError: The street revoked a decision the contract rests on.
        DecisionMissingError: Owners' tender and the decision no longer stands.
        TermTooLongError: Prophase and longer than two years.
    """
    async with database.transaction():
        tender = await _tender(await awards.by_number(award_number))
        given = await awards.by_number(award_number)
        stages.check(Act.CONTRACT_DRAFT, by, tender)
        _check_open(given, tender)
        await _check(terms, given, tender, now)
        settled = merging.Settled(start_on=start_on, particulars=particulars, prophase=prophase)
        which, merged = await merging.service_contract(given, tender, settled, now)
        row = ContractRow(
            number=merged.number,
            award=given.id,
            tender=tender.id,
            organisation=tender.organisation,
            provider=given.organisation,
            community=tender.community,
            decision=given.decision,
            stage=contract.LIFECYCLE.initial.value,
            terms=msgspec.json.encode(terms).decode(),
            start_on=merged.start_on,
            end_on=merged.end_on,
            form=which.name,
            content=msgspec.json.encode(merged).decode(),
            digest=stamp.content_digest(which, merged),
            checkpoint=await marks.checkpoint(),
            drafted_at=now,
            drafted_by=by.name,
        )
        await row.save()
        await audit.record(
            act=Act.CONTRACT_DRAFT,
            by=by,
            subject=row.digest,
            now=now,
            changed=[audit.row(ContractRow, row.id)],
        )
        return await queries.by_number(row.number)


def _check_open(given: awards.Award, tender: Tender) -> None:
    if given.cancelled_at is not None:
        raise cancellation.AlreadyCancelledError(given.number, award=given.number)
    if tender.stage not in CONTRACTING:
        raise NotAwardedError(f"{tender.number} is {tender.stage}", stage=tender.stage.value)


async def _tender(given: awards.Award) -> Tender:
    return await tender_queries.locked((await tender_queries.by_id(given.tender)).number)


async def _check(terms: contract.Terms, given: awards.Award, tender: Tender, now: datetime) -> None:
    decided = await decisions.by_id(given.decision)
    following.refuse_revoked(tender, decided)
    contract.check(
        terms,
        contract.Award(
            winner=given.organisation,
            rank=given.rank,
            promised=given.terms,
            sign_by=given.sign_by,
            needs_decision=tender.procedure.decision_needed,
        ),
        owners_decision=decided,
        rules=tender_queries.rules_of(tender),
        now=now,
    )


async def sign(*, number: str, digest: str, by: Actor, now: datetime) -> queries.Contract:
    """Sign as the provider; the guards are asked again, and the tender is contracted when every lot is.

    Args:
        digest: Digest of the document the signer has read.

    Raises:
        OutOfScopeError: Not the winner.
        DigestDiffersError: Another document than the one drawn up.
        UnknownMoveError: Signed, or void as its award was cancelled.
        NotAwardedError: The tender has ended, or is evaluated anew.
        CoreTermsDifferError: See ``draft``; likewise the time and the decision.
    """
    async with database.transaction():
        found = await queries.by_number(number)
        PERMISSIONS[Act.CONTRACT_SIGN].check(by, organisations=(found.provider,), path=found.path)
        if found.tender is None:
            raise NotAwardedError(f"{number} renews a contract", stage=found.stage.value)
        tender = await tender_queries.locked((await tender_queries.by_id(found.tender)).number)
        found = await queries.by_number(number)
        suspension.check(Act.CONTRACT_SIGN, tender.suspensions)
        after = signatures.readable(found, digest)
        award_made = await awards.by_number(found.content.award_number)
        _check_open(award_made, tender)
        await _check(found.terms, award_made, tender, now)
        await signatures.bind(found, after, by=by, now=now)
        await _end(found, tender, by=by, now=now)
        return await queries.by_number(number)


async def _end(found: queries.Contract, tender: Tender, *, by: Actor, now: datetime) -> None:
    awarded = len(await awards.of_tender(tender.id))
    signed = sum(each.signed_at is not None for each in await queries.of_tender(tender.id))
    whole = tender.stage is Stage.AWARDED and signed == awarded
    end = stages.advance if whole else stages.keep
    watched = [
        await tenures.follow(found.id, by=by, now=now),
        *await emergencies.shorten(found.community, found.start_on, now=now),
    ]
    step = await end(
        tender=tender,
        act=Act.CONTRACT_SIGN,
        by=by,
        now=now,
        changes={},
        subject=found.digest,
        rows=[audit.row(ContractRow, found.id), *watched],
    )
    event = events.ContractSigned(
        **events.about(tender),
        contract_id=found.id,
        provider_id=found.provider,
    )
    await outbox.publish(event, entry=step.entry)
