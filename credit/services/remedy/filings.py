"""Filing a request for repair of a record, or for early removal from the exit list: proofs and pledge."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from contracts_templates import credit_papers, form, stamp
from credit.domain.act import Act
from credit.domain.catalogue import Item
from credit.domain.events import RepairFiled
from credit.domain.permission import PERMISSIONS
from credit.domain.remedy import removal, repair
from credit.domain.remedy.repair import Proofs, Stage
from credit.domain.rule_set import RuleSet
from credit.queries import cases, rule_sets
from credit.queries.remedy import removals
from credit.queries.remedy import repairs as questions
from credit.services import records
from credit.services.records import need_reasons
from credit.supervision_tables import RepairRow
from market.kernel.actor import Actor
from market.kernel.digest import digest
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import audit, database, outbox, workdays

HEX = Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")]


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was put right, with which proofs; the pledge is made by filing.

    Attributes:
        correction_digest: Proof that the fact was put right and every duty done.
        refund_digest: Proof of refund, for items that ask for it.
        training_digest: Record of training, for serious and very serious items.
    """

    grounds: Annotated[str, Meta(min_length=1, max_length=4000)]
    correction_digest: HEX = ""
    refund_digest: HEX = ""
    training_digest: HEX = ""
    pledged: bool = False


async def file(*, record_id: int, request: Request, by: Actor, now: datetime) -> int:
    """Ask for the repair of one's own record; it counts until a decision.

    Raises:
        NotRepairableError: The item is not repairable, or the record not in force.
        RepairRefusedError: A condition is not met; every finding is named.
        ConflictError: A request for the record is open.
    """
    async with database.transaction():
        case = await cases.record(record_id, lock=True)
        PERMISSIONS[Act.REPAIR_FILE].check(by, organisations=(case.enterprise,))
        item = await records.item_of(case)
        repair.check_repairable(item, case.stage)
        rules, document = await rule_sets.version(case.rule_set), document_of(case)
        past = await questions.past(case, rules=rules, now=now)
        proofs = _proofs(request)
        repair.check_request(item, document_on=document, proofs=proofs, past=past, rules=rules, now=now)
        values = {
            RepairRow.record: case.id,
            RepairRow.item_code: case.item_code,
            RepairRow.officer: case.officer,
            RepairRow.division: case.division,
            RepairRow.path: list(case.path),
        }
        about = f"{item.code} {item.name_zh}", case.document_no, document
        filed = _Filed(request, values, item, about, rules)
        return await _store(
            filed, enterprise=case.enterprise, path=case.path, act=Act.REPAIR_FILE, by=by, now=now
        )


async def file_removal(*, entry_id: int, request: Request, by: Actor, now: datetime) -> int:
    """Ask to leave the exit list before the term is over; the entry stands until a decision.

    Raises:
        NotRemovableError: Not on the list, or on it for a ground without early removal.
        RepairRefusedError: A condition is not met; every finding is named.
        ConflictError: A request is open.
    """
    async with database.transaction():
        case = await cases.list_case(entry_id, lock=True)
        PERMISSIONS[Act.LIST_REMOVE].check(by, organisations=(case.enterprise,))
        removal.check_removable(case.stage, lasting=case.lasting)
        rules = await rule_sets.in_force(local_day(now))
        start, ground = listed_on(case), await removals.ground(case)
        past = await removals.past(case, rules=rules, now=now)
        proofs = _proofs(request)
        removal.check_request(ground, listed_on=start, proofs=proofs, past=past, rules=rules, now=now)
        values = {
            RepairRow.list_entry: case.id,
            RepairRow.item_code: "",
            RepairRow.division: case.division,
            RepairRow.path: list(case.path),
        }
        filed = _Filed(request, values, None, ("退出名单", case.decision_no, start), rules)
        return await _store(
            filed, enterprise=case.enterprise, path=case.path, act=Act.LIST_REMOVE, by=by, now=now
        )


class _Filed(msgspec.Struct, frozen=True):
    """A request with what it is about: what is pledged for, the document and its day."""

    request: Request
    values: dict[Any, Any]
    item: Item | None
    about: tuple[str, str, date]
    rules: RuleSet


def document_of(case: cases.Record) -> date:
    """Return the day of the document a record rests on; a record in force has one."""
    assert case.document_on is not None  # noqa: S101 - no record takes effect without its document
    return case.document_on


def listed_on(case: cases.ListEntry) -> date:
    """Return the day an entry was put on the list; an entry in force has one."""
    assert case.listed_at is not None  # noqa: S101 - an entry in force was listed
    return local_day(case.listed_at)


def _proofs(request: Request) -> Proofs:
    return Proofs(
        correction_digest=request.correction_digest,
        refund_digest=request.refund_digest,
        training_digest=request.training_digest,
        pledged=request.pledged,
    )


async def _store(
    filed: _Filed, *, enterprise: int, path: tuple[str, ...], act: Act, by: Actor, now: datetime
) -> int:
    officer = filed.values.get(RepairRow.officer)
    answerers = await questions.answerers(path, filed.item, officer)
    due = repair.accept_by(now, rules=filed.rules, days=await workdays.table())
    salt, text = audit.salt(), need_reasons(filed.request.grounds, field="grounds")
    pledge = await _pledge(filed, enterprise, answerers=answerers, now=now)
    with database.translated():
        rows = await RepairRow.insert(
            RepairRow(
                filed.values,
                stage=Stage.FILED.value,
                enterprise=enterprise,
                salt=salt,
                grounds=text,
                grounds_digest=digest("credit-repair", {"salt": salt, "grounds": text}),
                correction_digest=filed.request.correction_digest,
                refund_digest=filed.request.refund_digest,
                training_digest=filed.request.training_digest,
                pledge=msgspec.json.encode(pledge).decode(),
                pledge_digest=stamp.content_digest(form.REPAIR_PLEDGE, pledge),
                filed_at=now,
                filed_by=by.name,
                due_at=due,
                next_due_at=due,
            )
        )
    number = int(rows[0]["id"])
    entry = await audit.record(
        act=act,
        by=by,
        subject=f"credit-repair:{number}",
        now=now,
        changed=[audit.row(RepairRow, number)],
    )
    event = RepairFiled(repair=number, enterprise=enterprise, answerers=answerers, due_at=due)
    await outbox.publish(event, entry=entry)
    return number


async def _pledge(
    filed: _Filed, enterprise: int, *, answerers: tuple[int, ...], now: datetime
) -> credit_papers.RepairPledge:
    own, today = await parties.organisation(enterprise), local_day(now)
    authority = await parties.organisation(answerers[0]) if answerers else None
    item, document_no, document_on = filed.about
    entry = filed.values.get(RepairRow.list_entry)
    about = entry if entry is not None else filed.values[RepairRow.record]
    return credit_papers.RepairPledge(
        number=f"CN-{'T' if entry is not None else 'J'}{about}-{today:%Y%m%d}",
        enterprise=own.name,
        code=own.code,
        item=item,
        document_no=document_no,
        document_on=document_on,
        authority="" if authority is None else authority.name,
        pledged_on=today,
    )
