"""Objections: filed, made longer once, answered; upheld ones end the record in the same transaction."""

import secrets
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from credit.domain import objection, rating
from credit.domain.act import Act
from credit.domain.appraisal import recheck
from credit.domain.events import ObjectionAnswered, ObjectionFiled, ObjectionOverdue
from credit.domain.objection import LIFECYCLE, VERB_OF, Outcome, Stage, Verb
from credit.domain.permission import PERMISSIONS
from credit.domain.record import OwnRecordError
from credit.domain.rule_set import RuleSet
from credit.queries import cases, cycles, rule_sets
from credit.queries import objections as questions
from credit.queries.appraisal import rechecks as visits
from credit.queries.appraisal import sheets
from credit.services import decisions, records
from credit.services.appraisal import rechecks
from credit.services.records import need_reasons
from credit.supervision_tables import ObjectionRow
from market.kernel.actor import Actor, OutOfScopeError, Role
from market.kernel.digest import digest
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import audit, database, outbox, workdays


class Grounds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why somebody objects, and the paper that is new, if there is one."""

    grounds: Annotated[str, Meta(min_length=1, max_length=4000)]
    evidence_digest: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")] = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an objection is answered, and why."""

    outcome: Outcome
    reasons: Annotated[str, Meta(min_length=1, max_length=4000)]


async def file_to_record(*, record_id: int, grounds: Grounds, by: Actor, now: datetime) -> int:
    """Object to a record in force; from this moment it is shown as under objection, and counts on.

    Raises:
        NotObjectableError: It does not count.
        ObjectedBeforeError: The same fact was objected to, and there is no new evidence.
    """
    async with database.transaction():
        case = await cases.record(record_id, lock=True)
        _check_filer(case, by=by)
        objection.check_record(case.stage)
        records.check_ours(await records.item_of(case))
        count, papers = await questions.earlier(enterprise=case.enterprise, fact=case.fact)
        objection.check_again(earlier=count, known_evidence=papers, evidence=grounds.evidence_digest)
        values = {
            "record": case.id,
            "enterprise": case.enterprise,
            "answerer": case.officer,
            "division": case.division,
            "path": list(case.path),
            "fact": case.fact,
        }
        answerers = () if case.officer is None else (case.officer,)
        rules = await rule_sets.version(case.rule_set)
        return await _file(values, grounds, act=Act.OBJECTION_FILE, told=(answerers, rules), by=by, now=now)


def _check_filer(case: cases.Record, *, by: Actor) -> None:
    """Let the enterprise object to its own records, a committee to those of its community."""
    near = by.role is Role.COMMITTEE and by.covers(case.path)
    organisations = (by.organisation,) if near and by.organisation is not None else (case.enterprise,)
    PERMISSIONS[Act.OBJECTION_FILE].check(by, organisations=organisations, path=case.path)
    if by.role is Role.COMMITTEE and not near:
        raise OutOfScopeError("another community's record")


async def file_to_result(*, cycle_id: int, grounds: Grounds, by: Actor, now: datetime) -> int:
    """Object to one's own first result while it is shown.

    Raises:
        NotObjectableError: The time is over, or there is no such result.
    """
    async with database.transaction():
        case = await cycles.case(cycle_id, lock=True)
        enterprise = by.organisation or 0
        PERMISSIONS[Act.OBJECTION_CONTEST].check(by, organisations=(enterprise,))
        objection.check_result(case.public_until, preliminary=case.stage is rating.Stage.PRELIMINARY, now=now)
        if enterprise not in await cycles.shown(cycle_id):
            raise objection.NotObjectableError("no result", stage="none")
        organisation = await parties.organisation(enterprise)
        values = {
            "cycle": case.id,
            "enterprise": enterprise,
            "division": organisation.division,
            "path": list(organisation.path),
        }
        over = await parties.authorities_over(organisation.path[:2])
        answerers = tuple(authority.id for authority in over)
        rules = await rule_sets.version(case.rule_set)
        return await _file(
            values, grounds, act=Act.OBJECTION_CONTEST, told=(answerers, rules), by=by, now=now
        )


async def file_to_evaluation(*, evaluation_id: int, grounds: Grounds, by: Actor, now: datetime) -> int:
    """Object to the result of an evaluation of one's own project, within five working days of its release.

    Raises:
        NotReleasedError: It is not released.
        ObjectionOverError: The time is over.
        ObjectedBeforeError: It was objected to, and there is no new evidence.
    """
    async with database.transaction():
        case = await cases.evaluation_case(evaluation_id, lock=True)
        PERMISSIONS[Act.OBJECTION_DISPUTE].check(by, organisations=(case.enterprise,))
        recheck.check_released(case.stage)
        until = await visits.objection_until(case, await visits.of_evaluation(case.id))
        if until is not None:
            recheck.check_in_time(until, now=now)
        fact = f"evaluation:{case.id}"
        count, papers = await questions.earlier(enterprise=case.enterprise, fact=fact)
        objection.check_again(earlier=count, known_evidence=papers, evidence=grounds.evidence_digest)
        values = {
            "evaluation": case.id,
            "enterprise": case.enterprise,
            "division": case.division,
            "path": list(case.path),
            "fact": fact,
        }
        answerers = tuple(one.id for one in await parties.authorities_over(case.path[:2]))
        rules = await rule_sets.version(case.rule_set)
        return await _file(
            values, grounds, act=Act.OBJECTION_DISPUTE, told=(answerers, rules), by=by, now=now
        )


async def _settle_evaluation(
    case: questions.Case, outcome: Outcome, *, reasons: str, by: Actor, now: datetime
) -> list[audit.Changed]:
    """Order the new visit of an upheld objection, by a person who neither scored nor released.

    Raises:
        OwnRecordError: The same person did.
    """
    found = await cases.evaluation_case(case.evaluation or 0, lock=True)
    own = by.person is None or by.person in await sheets.scorers_of(found.id) or by.name == found.released_by
    if own:
        raise OwnRecordError("scorer, releaser and answerer are different people")
    if outcome is Outcome.UPHELD:
        await rechecks.begin(found, reasons, objection=case.id, by=by, now=now)
    return []


async def _file(
    values: dict[str, Any],
    grounds: Grounds,
    *,
    act: Act,
    told: tuple[tuple[int, ...], RuleSet],
    by: Actor,
    now: datetime,
) -> int:
    answerers, rules = told
    due = objection.due(now, rules=rules, days=await workdays.table())
    salt, text = secrets.token_hex(32), need_reasons(grounds.grounds, field="grounds")
    with database.translated():
        rows = await ObjectionRow.insert(
            ObjectionRow(
                **values,
                stage=Stage.FILED.value,
                salt=salt,
                grounds=text,
                grounds_digest=digest("credit-objection", {"salt": salt, "grounds": text}),
                evidence_digest=grounds.evidence_digest,
                filed_at=now,
                filed_by=by.name,
                due_at=due,
                next_due_at=due,
            )
        )
    number = int(rows[0]["id"])
    entry = await _record(number, act=act, by=by, now=now)
    event = ObjectionFiled(objection=number, enterprise=values["enterprise"], answerers=answerers, due_at=due)
    await outbox.publish(event, entry=entry)
    return number


async def extend(*, objection_id: int, reasons: str, by: Actor, now: datetime) -> None:
    """Make the time for an answer longer, once, with reasons."""
    async with database.transaction():
        case = await questions.case(objection_id, lock=True)
        questions.check_answerer(case, act=Act.OBJECTION_EXTEND, by=by)
        target = LIFECYCLE.after(case.stage, Verb.EXTEND)
        rules = await rule_sets.in_force(local_day(case.filed_at))
        due = objection.extended(case.due_at, now=now, rules=rules, days=await workdays.table())
        values: dict[Any, Any] = {
            ObjectionRow.stage: target.value,
            ObjectionRow.extended_at: now,
            ObjectionRow.extended_by: by.name,
            ObjectionRow.extension_reason: need_reasons(reasons),
            ObjectionRow.due_at: due,
            ObjectionRow.next_due_at: due,
        }
        await _update(case, values)
        await _record(case.id, act=Act.OBJECTION_EXTEND, by=by, now=now)


async def answer(*, objection_id: int, answer: Answer, by: Actor, now: datetime) -> None:
    """Uphold or reject an objection, with reasons; an upheld one revokes the record at once.

    Upheld against an evaluation, it orders a new visit by another pair, due in ten working days.

    Nobody answers for a record they drafted or submitted.

    Raises:
        NotAnswererError: Another authority answers.
        OwnRecordError: The same person drafted or submitted the record.
    """
    async with database.transaction():
        case = await questions.case(objection_id, lock=True)
        questions.check_answerer(case, act=Act.OBJECTION_ANSWER, by=by)
        target = LIFECYCLE.after(case.stage, VERB_OF[answer.outcome])
        reasons = need_reasons(answer.reasons)
        changed = []
        if case.record is not None:
            changed = await _settle(case.record, answer.outcome, reasons=reasons, by=by, now=now)
        if case.evaluation is not None:
            changed = await _settle_evaluation(case, answer.outcome, reasons=reasons, by=by, now=now)
        seal = {"salt": case.salt, "outcome": answer.outcome.value, "answer": reasons}
        values: dict[Any, Any] = {
            ObjectionRow.stage: target.value,
            ObjectionRow.answered_at: now,
            ObjectionRow.answered_by: by.name,
            ObjectionRow.answer: reasons,
            ObjectionRow.answer_digest: digest("credit-answer", seal),
            ObjectionRow.next_due_at: None,
        }
        await _update(case, values)
        entry = await _record(case.id, act=Act.OBJECTION_ANSWER, by=by, now=now, changed=changed)
        event = ObjectionAnswered(objection=case.id, enterprise=case.enterprise, outcome=answer.outcome.value)
        await outbox.publish(event, entry=entry)


async def _settle(
    record_id: int, outcome: Outcome, *, reasons: str, by: Actor, now: datetime
) -> list[audit.Changed]:
    case = await cases.record(record_id, lock=True)
    records.check_eyes(case, await records.item_of(case), by=by)
    if outcome is Outcome.REJECTED:
        return []
    return await decisions.strike(case=case, reasons=reasons, by=by, now=now)


async def remind(*, objection_id: int, by: Actor, now: datetime) -> None:
    """Tell the authority that its time is over; the answer is still owed."""
    async with database.transaction():
        case = await questions.case(objection_id, lock=True)
        PERMISSIONS[Act.OBJECTION_REMIND].check(by)
        await _update(case, {ObjectionRow.next_due_at: None})
        if case.stage not in objection.OPEN:
            return
        entry = await _record(case.id, act=Act.OBJECTION_REMIND, by=by, now=now)
        over = [] if case.answerer is not None else await parties.authorities_over(case.path[:2])
        answerers = (case.answerer,) if case.answerer is not None else tuple(one.id for one in over)
        await outbox.publish(ObjectionOverdue(objection=case.id, answerers=answerers), entry=entry)


async def _update(case: questions.Case, values: dict[Any, Any]) -> None:
    with database.translated():
        await ObjectionRow.update(values).where(ObjectionRow.id == case.id)


async def _record(
    number: int, *, act: Act, by: Actor, now: datetime, changed: list[audit.Changed] | None = None
) -> audit.Entry:
    return await audit.record(
        act=act,
        by=by,
        subject=f"credit-objection:{number}",
        now=now,
        changed=[audit.row(ObjectionRow, number), *(changed or [])],
    )
