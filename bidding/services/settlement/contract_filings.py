"""What is done with a signed contract: file it, acknowledge or return a copy, note that it is late."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

import msgspec
from piccolo.columns import Column

from bidding.domain import events
from bidding.domain.act import Act
from bidding.domain.outcome import contract
from bidding.domain.outcome.contract import Step
from bidding.domain.permission import PERMISSIONS
from bidding.domain.procedure import LIFECYCLE
from bidding.domain.settlement import contract_filing
from bidding.domain.tender import Tender
from bidding.queries import contracts
from bidding.queries import tenders as tender_queries
from bidding.queries.settlement import contract_filings as queries
from bidding.queries.tenure import changes
from bidding.services import stages
from bidding.tables.contracts import ContractRow
from bidding.tables.settlement import ContractAnswerRow, ContractFilingRow
from contracts_templates import form, stamp
from contracts_templates import settlement as papers
from market.kernel import period
from market.kernel.actor import Actor
from market.kernel.errors import TransitionError
from market.kernel.workday import Workdays
from market.parties import public as parties
from market.runtime import audit, database, marks, outbox, workdays

Changes = Mapping[Column | str, Any]


class NotFiledError(TransitionError):
    """An authority answers for what was filed."""

    code: ClassVar[str] = "contract-not-filed"
    source = "BPR 63"


async def file(*, number: str, by: Actor, now: datetime) -> queries.Filing:
    """File a signed contract with street and district, or file it again after a return.

    The duty is the provider's (BPR 63); the client may do it for both.

    Raises:
        OutOfScopeError: Neither side of the contract.
        UnknownMoveError: Not signed, or filed already.
    """
    async with database.transaction():
        found = await contracts.by_number(number)
        tender = await _locked(found)
        sides = (found.provider, found.organisation)
        PERMISSIONS[Act.CONTRACT_FILE].check(by, organisations=sides, path=found.path)
        found = await contracts.by_number(number)
        target = contract.LIFECYCLE.after(found.stage, Step.FILE)
        await database.move(ContractRow, id=found.id, expected=found.stage, to=target)
        merged = await _receipt(found, tender, by=by, now=now)
        row = ContractFilingRow(
            contract=found.id,
            turn=merged.turn,
            number=merged.number,
            organisation=by.organisation,
            form=form.FILING_RECEIPT.name,
            content=msgspec.json.encode(merged).decode(),
            digest=stamp.content_digest(form.FILING_RECEIPT, merged),
            checkpoint=await marks.checkpoint(),
            filed_at=now,
            filed_by=by.name,
        )
        await row.save()
        await _store(found.id, {})
        rows = [audit.row(ContractFilingRow, row.id), audit.row(ContractRow, found.id)]
        await _end(Act.CONTRACT_FILE, tender, found, rows, by=by, now=now)
        return await queries.by_number(merged.number)


async def _locked(found: contracts.Contract) -> Tender | None:
    """Hold the tender of a contract to the end of the transaction; of a renewed one, itself."""
    if found.tender is None:
        await database.lock(f"contract:{found.number}")
        return None
    return await tender_queries.locked((await tender_queries.by_id(found.tender)).number)


async def _receipt(
    found: contracts.Contract, tender: Tender | None, *, by: Actor, now: datetime
) -> papers.FilingReceipt:
    if found.signed_at is None or found.file_by is None:
        raise NotFiledError(found.number, stage=found.stage.value)
    last = await changes.last_signed(found.id)
    turn = len(await queries.of_contract(found.id)) + 1
    places = {each.level: each.name for each in await parties.lineage(found.path[-1])}
    filer = await parties.organisation(by.organisation or 0)
    return papers.FilingReceipt(
        number=f"{found.number}-F{turn}",
        turn=turn,
        contract_number=last.number if last else found.number,
        tender_number=tender.number if tender else "",
        client=found.content.client,
        provider=found.content.provider,
        community=found.community_name,
        street=places.get(parties.DivisionLevel.STREET, ""),
        district=places.get(parties.DivisionLevel.DISTRICT, ""),
        price_fen=found.terms.price_fen,
        level=found.terms.level,
        start_on=found.start_on,
        end_on=found.end_on,
        signed_on=period.local_day((last and last.signed_at) or found.signed_at),
        filed_at=now,
        filed_by=filer.name,
        file_by=found.file_by,
        in_time=period.local_day(now) <= found.file_by,
        contract_digest=last.digest if last else found.digest,
    )


async def _store(contract_id: int, changes: Changes) -> None:
    """Store columns of a contract, then what is due next, computed from what is stored."""
    if changes:
        await ContractRow.update(dict(changes)).where(ContractRow.id == contract_id)
    changed = await contracts.by_id(contract_id)
    due = contract_filing.overdue_from(changed.stage, changed.file_by, overdue_at=changed.overdue_at)
    await ContractRow.update({ContractRow.next_due_at: due}).where(ContractRow.id == contract_id)


async def _end(
    act: Act,
    tender: Tender | None,
    found: contracts.Contract,
    rows: Sequence[audit.Changed],
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Record the act, with the tender's move where all its contracts are filed, or one no longer is."""
    if tender is None:
        await audit.record(act=act, by=by, subject=found.digest, now=now, changed=rows)
        return
    moves = (tender.stage, act) in {(move.source, move.act) for move in LIFECYCLE.moves}
    if moves and act is Act.CONTRACT_FILE:
        moves = await _all_filed(tender)
    end = stages.advance if moves else stages.keep
    await end(tender=tender, act=act, by=by, now=now, changes={}, subject=found.digest, rows=rows)


async def _all_filed(tender: Tender) -> bool:
    filed = {contract.Stage.FILED, contract.Stage.ACKNOWLEDGED, contract.Stage.VOIDED}
    return all(each.stage in filed for each in await contracts.of_tender(tender.id))


async def acknowledge(*, number: str, by: Actor, now: datetime) -> queries.Filing:
    """Acknowledge one's own copy as street or district; with the last one the filing is complete.

    Raises:
        NotFiledError: Nothing is filed.
        CopyAnsweredError: Answered already.
    """
    async with database.transaction():
        tender, found, filing = await _filed(Act.CONTRACT_ACKNOWLEDGE, number, by)
        last = contract_filing.acknowledge(filing.answers, by.role)
        rows = [await _answer(filing, received=True, reasons="", by=by, now=now)]
        if last:
            target = contract.LIFECYCLE.after(found.stage, Step.ACKNOWLEDGE)
            await database.move(ContractRow, id=found.id, expected=found.stage, to=target)
            rows.append(audit.row(ContractRow, found.id))
        await _end(Act.CONTRACT_ACKNOWLEDGE, tender, found, rows, by=by, now=now)
        return await queries.by_number(filing.number)


async def _filed(
    act: Act, number: str, by: Actor
) -> tuple[Tender | None, contracts.Contract, queries.Filing]:
    tender = await _locked(await contracts.by_number(number))
    found = await contracts.by_number(number)
    PERMISSIONS[act].check(by, path=found.path)
    if found.stage is not contract.Stage.FILED:
        raise NotFiledError(number, stage=found.stage.value)
    return tender, found, (await queries.of_contract(found.id))[-1]


async def _answer(
    filing: queries.Filing, *, received: bool, reasons: str, by: Actor, now: datetime
) -> audit.Changed:
    row = ContractAnswerRow(
        filing=filing.id,
        authority=by.role.value,
        received=received,
        reasons=reasons,
        answered_at=now,
        answered_by=by.name,
    )
    await row.save()
    return audit.row(ContractAnswerRow, row.id)


async def give_back(*, number: str, reasons: str, by: Actor, now: datetime) -> queries.Filing:
    """Return a filing with reasons; it is filed again, within some working days at the earliest.

    Raises:
        NotFiledError: Nothing is filed.
        CopyAnsweredError: Answered already.
        ReasonsMissingError: No reasons.
    """
    async with database.transaction():
        tender, found, filing = await _filed(Act.CONTRACT_RETURN, number, by)
        contract_filing.give_back(filing.answers, by.role, reasons)
        rows = [await _answer(filing, received=False, reasons=reasons, by=by, now=now)]
        target = contract.LIFECYCLE.after(found.stage, Step.RETURN)
        await database.move(ContractRow, id=found.id, expected=found.stage, to=target)
        until = contract_filing.again_by(
            period.local_day(now),
            found.file_by or period.local_day(now),
            workdays=found.rules.value("T43.again"),
            table=await workdays.table(),
        )
        await _store(found.id, {ContractRow.file_by: until})
        rows.append(audit.row(ContractRow, found.id))
        await _end(Act.CONTRACT_RETURN, tender, found, rows, by=by, now=now)
        return await queries.by_number(filing.number)


async def lapse(*, contract_id: int, by: Actor, now: datetime) -> None:
    """Note that a contract was not filed in time; other wings hear of it, once.

    Args:
        now: The due instant, the first of the day after the last.
    """
    async with database.transaction():
        PERMISSIONS[Act.CONTRACT_LAPSE].check(by)
        await _locked(await contracts.by_id(contract_id))
        found = await contracts.by_id(contract_id)
        late = contract_filing.overdue_from(found.stage, found.file_by, overdue_at=found.overdue_at)
        if late is None or found.file_by is None or now < late:
            raise contract_filing.NotOverdueError(found.number)
        await _store(found.id, {ContractRow.overdue_at: now})
        entry = await audit.record(
            act=Act.CONTRACT_LAPSE,
            by=by,
            subject=found.digest,
            now=now,
            changed=[audit.row(ContractRow, found.id)],
        )
        event = events.ContractFilingOverdue(
            contract_id=found.id,
            contract=found.number,
            organisation_id=found.organisation,
            provider_id=found.provider,
            community_id=found.community,
            file_by=found.file_by,
            path=found.path,
        )
        await outbox.publish(event, entry=entry)


async def lapse_due(*, id: int, now: datetime) -> None:  # noqa: A002 - the scheduler's word
    """Do what the clock asks of a contract."""
    await lapse(contract_id=id, by=Actor.platform(), now=now)


async def reschedule(*, table: Workdays, by: Actor, now: datetime) -> None:
    """Set the last day to file of every signed contract anew after the calendar changed."""
    async with database.transaction():
        PERMISSIONS[Act.CONTRACT_RESCHEDULE].check(by)
        rows = []
        for contract_id in await contracts.unfiled_ids():
            found = await contracts.by_id(contract_id)
            until = await _until(found, table)
            if until is not None and until != found.file_by:
                await _store(found.id, {ContractRow.file_by: until})
                rows.append(audit.row(ContractRow, found.id))
        if rows:
            await audit.record(act=Act.CONTRACT_RESCHEDULE, by=by, subject="calendar", now=now, changed=rows)


async def _until(found: contracts.Contract, table: Workdays) -> date | None:
    if found.signed_at is None:
        return None
    rules = found.rules
    last = await changes.last_signed(found.id)
    signed = (last and last.signed_at) or found.signed_at
    until = contract.file_by(signed, days=rules.value("T43"), workdays=table)
    returned = [
        answer
        for filing in await queries.of_contract(found.id)
        for answer in filing.answers
        if not answer.received
    ]
    for answer in returned:
        day = period.local_day(answer.answered_at)
        until = contract_filing.again_by(day, until, workdays=rules.value("T43.again"), table=table)
    return until
