"""What is done with filings: the tenderer files, the authority takes note or returns.

A filing is a filing, not an approval: the authority may not change lawful choices of the tenderer (BTB 41).
"""

from datetime import datetime
from typing import ClassVar

from bidding.domain import rule_table
from bidding.domain.act import Act
from bidding.domain.tender import Tender
from bidding.queries import tenders as queries
from bidding.queries.entry import findings
from bidding.services import stages
from bidding.tables.tenders import TenderRow
from market.kernel.actor import Actor
from market.kernel.errors import FindingsError, InvalidInputError, NotPermittedError
from market.runtime import database


class NotThisAuthorityError(NotPermittedError):
    """Another level of authority answers filings of this procedure (PMR 24; BPR 64)."""

    code: ClassVar[str] = "not-this-authority"
    source = "PMR 24; BPR 64"


class ReasonMissingError(InvalidInputError):
    """A return says why."""

    code: ClassVar[str] = "reason-missing"


async def file(*, number: str, by: Actor, now: datetime) -> Tender:
    """File the tender document with the authority (BPR 64; 2003 measures 11).

    Raises:
        FindingsError: The document is not complete or breaks a number; carries every finding.
    """
    async with database.transaction():
        tender = await queries.locked(number)
        stages.check(Act.TENDER_FILE, by, tender)
        tender.procedure.lifecycle.after(tender.stage, Act.TENDER_FILE)
        rules = rule_table.current(tender.procedure.profile)
        found = await findings.before_filing(tender, rules)
        if found:
            raise FindingsError(found)
        step = await stages.advance(
            tender=tender,
            act=Act.TENDER_FILE,
            by=by,
            now=now,
            subject=tender.content.digest(),
            changes={
                TenderRow.filed_at: now,
                TenderRow.filed_by: by.name,
                TenderRow.answered_at: None,
                TenderRow.answered_by: None,
                TenderRow.profile_version: rules.name,
            },
        )
        return step.tender


async def accept(*, number: str, note: str = "", by: Actor, now: datetime) -> Tender:
    """Take note of a filing; the tenderer may announce once the waiting time is over."""
    return await _answer(number=number, act=Act.FILING_ACCEPT, note=note, by=by, now=now)


async def give_back(*, number: str, note: str, by: Actor, now: datetime) -> Tender:
    """Return a filing with the reason; the tenderer revises and files again.

    Raises:
        ReasonMissingError: No reason is given.
    """
    if not note.strip():
        raise ReasonMissingError(field="note")
    return await _answer(number=number, act=Act.FILING_RETURN, note=note, by=by, now=now)


async def _answer(*, number: str, act: Act, note: str, by: Actor, now: datetime) -> Tender:
    async with database.transaction():
        tender = await queries.locked(number)
        stages.check(act, by, tender)
        if by.role not in tender.procedure.filing:
            raise NotThisAuthorityError(f"{by.role} does not answer {number}", role=by.role.value)
        changes: stages.Changes = {
            TenderRow.answered_at: now,
            TenderRow.answered_by: by.name,
            TenderRow.answer_note: note,
        }
        step = await stages.advance(tender=tender, act=act, by=by, now=now, changes=changes)
        return step.tender
