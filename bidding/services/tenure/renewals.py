"""Drawing up and signing the contract that renews another, on the owners' decision and without a tender."""

from datetime import date, datetime

import msgspec

from bidding.domain import rule_table
from bidding.domain.act import Act
from bidding.domain.outcome import contract
from bidding.domain.outcome.contract import Terms
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import Profile
from bidding.domain.tenure import renewal as renewals
from bidding.domain.tenure import term as terms
from bidding.domain.tenure.renewal import Renewed
from bidding.domain.tenure.term import Stage, Way
from bidding.queries import contracts as contract_queries
from bidding.queries.tenure import renewals as queries
from bidding.queries.tenure import terms as term_queries
from bidding.queries.tenure.renewals import Proposal
from bidding.services import signatures
from bidding.services.tenure import concerned, emergencies, renewed
from bidding.services.tenure import terms as tenures
from bidding.tables.contracts import ContractRow
from bidding.tables.renewals import RenewalRow
from contracts_templates import content, form, stamp
from market.kernel import period
from market.kernel.actor import Actor
from market.parties import public as parties
from market.runtime import audit, database, marks


async def draft(
    *,
    number: str,
    agreed: Terms,
    start_on: date,
    particulars: content.Particulars,
    by: Actor,
    now: datetime,
) -> contract_queries.Contract:
    """Draw up the contract that renews one of the register; with it the committee has signed for the owners.

    A draft that nobody signed is void as soon as another one is drawn up.

    Args:
        number: Of the contract that is renewed, in the register.
        agreed: Core terms, compared with those decided.

    Raises:
        DecisionRevokedError: The street revoked the decision to renew.
        RenewalNotDecidedError: The owners did not decide to renew with this provider.
        RenewalTermsDifferError: Core terms are not as decided; every difference is named.
        RenewalTermsMissingError: Nothing says what price or term was decided.
        RenewalGapError: It does not follow the old contract on its day.
        RenewalLateError: The old contract has ended and its end is not noted yet.
        RenewedError: A later contract is signed.
        UnknownMoveError: The old contract is ending, over or closed.
    """
    async with database.transaction():
        before = await term_queries.by_number(number)
        bodies = await parties.organisations_in(before.community)
        PERMISSIONS[Act.RENEWAL_DRAFT].check(by, organisations=bodies, path=before.path)
        given = await _proposal(number, now)
        sign_by = renewals.sign_by(given.before.term, start_on)
        base = Renewed(promised=given.renewed.promised, sign_by=sign_by)
        renewals.check(agreed, base, given.before.term, start_on, now)
        earlier = await queries.of_term(before.id)
        merged = await renewed.document(
            given,
            number=f"{number}-C{len(earlier) + 1}",
            client=by.organisation or 0,
            start_on=start_on,
            particulars=particulars,
            now=now,
        )
        changed = [await _void(each) for each in earlier if each.stage is contract.Stage.DRAFTED]
        row = await _row(merged, agreed, given, by=by, now=now)
        rests = RenewalRow(
            contract=row.id,
            term=before.id,
            decision=given.decided.id,
            promised=msgspec.json.encode(base.promised).decode(),
            sign_by=sign_by,
            profile_version=rule_table.current(Profile.OWNER).name,
        )
        await rests.save()
        changed += [audit.row(ContractRow, row.id), audit.row(RenewalRow, rests.id)]
        entry = await audit.record(act=Act.RENEWAL_DRAFT, by=by, subject=row.digest, now=now, changed=changed)
        await concerned.tell_of_term(before, "drawn", entry)
        return await contract_queries.by_number(row.number)


async def _proposal(number: str, now: datetime) -> Proposal:
    """Return what a renewal rests on, its register locked, the decision asked again whether it stands."""
    found = await term_queries.by_number(number)
    await database.lock(f"term:{found.community}")
    given = await queries.proposal(await term_queries.locked(number), period.local_day(now))
    way = terms.way_of(
        given.decided,
        community=given.before.community,
        provider=given.before.provider,
        rules=rule_table.current(Profile.OWNER),
    )
    if way is not Way.RENEW:
        raise renewals.RenewalNotDecidedError(field="decision")
    return given


async def _row(
    merged: content.RenewedContract, agreed: Terms, given: Proposal, *, by: Actor, now: datetime
) -> ContractRow:
    row = ContractRow(
        number=merged.number,
        organisation=by.organisation,
        provider=given.before.provider,
        community=given.before.community,
        decision=given.decided.id,
        stage=contract.LIFECYCLE.initial.value,
        terms=msgspec.json.encode(agreed).decode(),
        start_on=merged.start_on,
        end_on=merged.end_on,
        form=form.RENEWED_CONTRACT.name,
        content=msgspec.json.encode(merged).decode(),
        digest=stamp.content_digest(form.RENEWED_CONTRACT, merged),
        checkpoint=await marks.checkpoint(),
        drafted_at=now,
        drafted_by=by.name,
    )
    await row.save()
    return row


async def _void(earlier: queries.Found) -> audit.Changed:
    found = await contract_queries.by_number(earlier.contract)
    target = contract.LIFECYCLE.after(found.stage, contract.Step.VOID)
    await database.move(ContractRow, id=found.id, expected=found.stage, to=target)
    return audit.row(ContractRow, found.id)


async def sign(*, number: str, digest: str, by: Actor, now: datetime) -> contract_queries.Contract:
    """Sign a renewed contract as the provider; the guards are asked again, the register gets its successor.

    Args:
        digest: Digest of the document the signer has read.

    Raises:
        ContractUnknownError: None of this number renews another.
        OutOfScopeError: Not the provider.
        DigestDiffersError: Another document than the one drawn up.
        RenewalLateError: The last day to sign has passed.
        UnknownMoveError: Signed or void, or the old contract is ending, over or closed.
        DecisionRevokedError: See ``draft``; likewise the other guards.
    """
    async with database.transaction():
        found = await contract_queries.by_number(number)
        PERMISSIONS[Act.CONTRACT_SIGN].check(by, organisations=(found.provider,), path=found.path)
        base = await queries.of_contract(found.id)
        if base is None:
            raise contract_queries.ContractUnknownError(f"{number} renews nothing", value=number)
        await database.lock(f"term:{found.community}")
        found = await contract_queries.by_number(number)
        after = signatures.readable(found, digest)
        renewals.check_time(base.renewed, now)
        given = await _proposal(base.term, now)
        renewals.check(found.terms, given.renewed, given.before.term, found.start_on, now)
        await signatures.bind(found, after, by=by, now=now)
        changed = [
            audit.row(ContractRow, found.id),
            await tenures.follow(found.id, by=by, now=now),
            *await emergencies.shorten(found.community, found.start_on, now=now),
        ]
        if given.before.stage is Stage.CONTINUED:
            changed.append(await tenures.replace(given.before, now))
        entry = await audit.record(
            act=Act.CONTRACT_SIGN, by=by, subject=found.digest, now=now, changed=changed
        )
        await concerned.tell_of_term(given.before, "renewed", entry)
        return await contract_queries.by_number(number)
