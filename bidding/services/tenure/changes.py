"""Changing a signed contract: drawn up by the client on the owners' decision, signed by the provider.

The signature makes the contract one to be filed again (BPR 63); its core terms stay (BL 46).
"""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec

from bidding.domain import rule_table
from bidding.domain.act import Act
from bidding.domain.outcome import contract
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import Profile
from bidding.domain.settlement import contract_filing
from bidding.domain.tenure import change
from bidding.queries import contracts, decisions
from bidding.queries.tenure import changes as queries
from bidding.services import signatures
from bidding.tables.contracts import ContractRow
from bidding.tables.renewals import ChangeRow
from contracts_templates import form, stamp
from contracts_templates import settlement as papers
from market.kernel import period
from market.kernel.actor import Actor
from market.runtime import audit, database, marks, workdays


async def draft(
    *,
    number: str,
    asked: contract.Terms,
    values: Mapping[str, change.Value],
    clauses: str,
    effective_on: date,
    decision: str,
    by: Actor,
    now: datetime,
) -> queries.Change:
    """Draw up a change; with it the client has signed. A change nobody signed is void by the next.

    Args:
        number: Of the contract.
        asked: Core terms as the change would leave them.
        values: What of ``change.CHANGEABLE`` shall read otherwise.
        decision: Number of the owners' decision; of a developer's contract it is not looked at.

    Raises:
        NotChangeableError: The contract is not signed, or over.
        EffectiveDayError: The day lies before today or after the end.
        CoreTermsKeptError: A core term would differ.
        NothingChangedError: Nothing differs and no clause is added.
        ChangeNotDecidedError, DecisionRevokedError, DecisionUsedError: The decision does not carry it.
    """
    async with database.transaction():
        await database.lock(f"contract:{number}")
        found = await contracts.by_number(number)
        PERMISSIONS[Act.CHANGE_DRAFT].check(by, organisations=(found.organisation,), path=found.path)
        today = period.local_day(now)
        change.check_time(found.stage, end_on=found.end_on, effective_on=effective_on, today=today)
        change.check_core(found.terms, asked)
        before = await queries.agreed(found)
        after = before | dict(values)
        lines = tuple(change.lines(before, after))
        if not lines and not clauses.strip():
            raise change.NothingChangedError(field="clauses")
        decided = await _decided(found, decision)
        earlier = await queries.of_contract(found.id)
        changed = [await _void(each) for each in earlier if each.stage is change.Stage.DRAFTED]
        await _check_unused(decided)
        merged = _supplement(found, decided, lines, clauses, turn=len(earlier) + 1, on=(effective_on, today))
        row = ChangeRow(
            contract=found.id,
            turn=merged.turn,
            number=merged.number,
            decision=decided.id if decided else None,
            stage=change.LIFECYCLE.initial.value,
            effective_on=effective_on,
            after=msgspec.json.encode(after).decode(),
            clauses=clauses,
            form=form.SUPPLEMENT.name,
            content=msgspec.json.encode(merged).decode(),
            digest=stamp.content_digest(form.SUPPLEMENT, merged),
            checkpoint=await marks.checkpoint(),
            drafted_at=now,
            drafted_by=by.name,
        )
        await row.save()
        changed.append(audit.row(ChangeRow, row.id))
        await audit.record(act=Act.CHANGE_DRAFT, by=by, subject=row.digest, now=now, changed=changed)
        return await queries.by_number(row.number)


async def _decided(found: contracts.Contract, number: str) -> decisions.Recorded | None:
    """Return the owners' decision a change rests on; a developer's contract needs none."""
    if found.rules.profile is not Profile.OWNER:
        return None
    decided = await decisions.by_number(number) if number else None
    _check_decided(found, decided)
    return decided


def _check_decided(found: contracts.Contract, decided: decisions.Recorded | None) -> None:
    rules = rule_table.current(Profile.OWNER)
    change.check_decided(decided, community=found.community, provider=found.provider, rules=rules)


async def _check_unused(decided: decisions.Recorded | None) -> None:
    if decided is not None and await queries.carried_by(decided.id):
        raise change.DecisionUsedError(decided.number)


async def _void(earlier: queries.Change) -> audit.Changed:
    target = change.LIFECYCLE.after(earlier.stage, change.Step.VOID)
    await database.move(ChangeRow, id=earlier.id, expected=earlier.stage, to=target)
    return audit.row(ChangeRow, earlier.id)


def _supplement(
    found: contracts.Contract,
    decided: decisions.Recorded | None,
    lines: tuple[change.Line, ...],
    clauses: str,
    *,
    turn: int,
    on: tuple[date, date],
) -> papers.Supplement:
    signed = found.signed_at or found.drafted_at
    return papers.Supplement(
        number=f"{found.number}-S{turn}",
        turn=turn,
        contract_number=found.number,
        body=found.content.body,
        client=found.content.client,
        provider=found.content.provider,
        community=found.community_name,
        decision_number=decided.number if decided else "",
        decided_on=decided.decided_on if decided else None,
        contract_signed_on=period.local_day(signed),
        contract_digest=found.digest,
        effective_on=on[0],
        drawn_up_on=on[1],
        lines=tuple(papers.ChangedLine(**msgspec.structs.asdict(each)) for each in lines),
        clauses=clauses.strip(),
    )


async def sign(*, number: str, digest: str, by: Actor, now: datetime) -> queries.Change:
    """Sign a change as the provider: the contract reads so from its day on, and is filed again.

    Args:
        digest: Digest of the supplement the signer has read.

    Raises:
        ChangeUnknownError: There is none.
        OutOfScopeError: Not the provider.
        UnknownMoveError: Signed, or void.
        DigestDiffersError: Another supplement than the one drawn up.
        EffectiveDayError: The day it should take effect has passed.
        ChangeNotDecidedError, DecisionRevokedError: The decision no longer carries it.
    """
    async with database.transaction():
        drawn = await queries.by_number(number)
        await database.lock(f"contract:{drawn.contract}")
        drawn, found = await queries.by_number(number), await contracts.by_number(drawn.contract)
        PERMISSIONS[Act.CHANGE_SIGN].check(by, organisations=(found.provider,), path=found.path)
        after = change.LIFECYCLE.after(drawn.stage, change.Step.SIGN)
        if digest != drawn.digest:
            raise signatures.DigestDiffersError(field="digest", expected=drawn.digest)
        today = period.local_day(now)
        change.check_time(found.stage, end_on=found.end_on, effective_on=drawn.effective_on, today=today)
        if found.rules.profile is Profile.OWNER:
            _check_decided(found, await decisions.by_id(drawn.decision))
        await database.move(ChangeRow, id=drawn.id, expected=drawn.stage, to=after)
        await ChangeRow.update({ChangeRow.signed_at: now, ChangeRow.signed_by: by.name}).where(
            ChangeRow.id == drawn.id
        )
        await _reopen(found, drawn, now)
        rows = [audit.row(ChangeRow, drawn.id), audit.row(ContractRow, found.id)]
        await audit.record(act=Act.CHANGE_SIGN, by=by, subject=drawn.digest, now=now, changed=rows)
        return await queries.by_number(number)


async def _reopen(found: contracts.Contract, drawn: queries.Change, now: datetime) -> None:
    """Make a contract one to be filed again within the days of rule T43, its manager as agreed now."""
    target = contract.LIFECYCLE.after(found.stage, contract.Step.CHANGE)
    await database.move(ContractRow, id=found.id, expected=found.stage, to=target)
    file_by = contract.file_by(now, days=found.rules.value("T43"), workdays=await workdays.table())
    terms = msgspec.structs.replace(found.terms, project_manager=str(drawn.after["project_manager"]))
    await ContractRow.update(
        {
            ContractRow.terms: msgspec.json.encode(terms).decode(),
            ContractRow.file_by: file_by,
            ContractRow.overdue_at: None,
            ContractRow.next_due_at: contract_filing.overdue_from(target, file_by, overdue_at=None),
        }
    ).where(ContractRow.id == found.id)
