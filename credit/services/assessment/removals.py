"""Removal of a body for a false report: notice, service, statement, decision by another person.

What it reported is struck, evaluations that were released with its report go to a re-check, and nothing is
recorded against the enterprises: the fault is the body's (BPR 67).
"""

import secrets
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from credit.assessment_tables import AssessorRemovalRow, AssessorRow
from credit.domain.act import Act
from credit.domain.appraisal import recheck
from credit.domain.assessment import body, report
from credit.domain.assessment.body import LIFECYCLE, PENDING, REMOVAL, Removal, RemovalVerb, Verb
from credit.domain.evaluation import Stage as At
from credit.domain.permission import PERMISSIONS
from credit.queries import cases, rule_sets
from credit.queries.appraisal import rechecks as again
from credit.queries.assessment import bodies as queries
from credit.queries.assessment import reports as reported
from credit.services.appraisal import rechecks
from credit.services.assessment import bodies, reports
from credit.services.records import need_reasons
from market.kernel.actor import Actor
from market.kernel.digest import digest
from market.kernel.errors import InvalidInputError
from market.kernel.period import local_day
from market.runtime import audit, database, workdays

Values = dict[Any, Any]


class Accusation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which report is false, what shows it, and the paper behind it."""

    assessment: Annotated[int, Meta(ge=1, lt=2**31)]
    facts: Annotated[str, Meta(min_length=1, max_length=4000)]
    file_digest: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Outcome(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether the body is removed, and why."""

    removed: bool
    reasons: Annotated[str, Meta(min_length=1, max_length=4000)]


async def accuse(*, assessor_id: int, accusation: Accusation, by: Actor, now: datetime) -> int:
    """Post the notice that a body is to be removed for a false report, with facts and rights (APL 44).

    Raises:
        RemovalRunsError: A removal is being decided.
        InvalidInputError: The report is not this body's, or does not count.
    """
    async with database.transaction():
        found = await _opened(assessor_id, act=Act.ASSESSOR_ACCUSE, by=by)
        LIFECYCLE.after(found.stage, Verb.REMOVE)
        if any(one.stage in PENDING for one in await queries.removals(found.id)):
            raise body.RemovalRunsError("one is being decided", assessor=found.id)
        named = await reported.case(accusation.assessment)
        if named.assessor != found.id or named.stage is not report.Stage.DELIVERED:
            raise InvalidInputError("not a report of this body", field="assessment")
        rules = await rule_sets.in_force(local_day(now))
        salt = secrets.token_hex(32)
        with database.translated():
            rows = await AssessorRemovalRow.insert(
                AssessorRemovalRow(
                    stage=Removal.POSTED.value,
                    assessor=found.id,
                    assessment=named.id,
                    salt=salt,
                    facts=accusation.facts,
                    facts_digest=digest("credit-assessor-removal", {"salt": salt, "facts": accusation.facts}),
                    file_digest=accusation.file_digest,
                    posted_at=now,
                    posted_by=by.name,
                    posted_person=by.person,
                    next_due_at=body.served_by(now, rules=rules, days=await workdays.table()),
                )
            )
        number = int(rows[0]["id"])
        await bodies.tell(found, "credit.inbox.assessor-notice", to=found.organisation, now=now)
        await _record(number, found, act=Act.ASSESSOR_ACCUSE, by=by, now=now)
        return number


async def serve(*, assessor_id: int, by: Actor, now: datetime) -> None:
    """Open the notice; from now the body may state its case. Unopened it is served by the clock."""
    async with database.transaction():
        found = await _opened(assessor_id, act=Act.ASSESSOR_SERVE, by=by)
        case = await _pending(found)
        rules = await rule_sets.in_force(local_day(now))
        until = body.state_until(now, rules=rules, days=await workdays.table())
        values: Values = {
            AssessorRemovalRow.served_at: now,
            AssessorRemovalRow.served_by: by.name,
            AssessorRemovalRow.statement_until: until,
            AssessorRemovalRow.next_due_at: None,
        }
        await _move(case, RemovalVerb.SERVE, values)
        await _record(case.id, found, act=Act.ASSESSOR_SERVE, by=by, now=now)


async def state(*, assessor_id: int, text: str, by: Actor, now: datetime) -> None:
    """State one's case, once; the decision weighs it (APL 45 by analogy).

    Raises:
        RemovalWindowError: The window has closed, or it was stated already.
    """
    async with database.transaction():
        found = await _opened(assessor_id, act=Act.ASSESSOR_STATE, by=by)
        case = await _pending(found)
        body.check_state(None if case.stated_at else case.statement_until, now=now)
        said = need_reasons(text, field="text")
        values: Values = {
            AssessorRemovalRow.statement: said,
            AssessorRemovalRow.statement_digest: digest(
                "credit-assessor-statement", {"salt": case.salt, "text": said}
            ),
            AssessorRemovalRow.stated_at: now,
            AssessorRemovalRow.stated_by: by.name,
        }
        await _move(case, RemovalVerb.STATE, values)
        await _record(case.id, found, act=Act.ASSESSOR_STATE, by=by, now=now)


async def decide(*, assessor_id: int, outcome: Outcome, by: Actor, now: datetime) -> list[int]:
    """Remove the body or keep it; return the re-checks that its reports call for.

    Raises:
        RemovalWindowError: It may still state its case.
        OwnRemovalError: The same person gave the notice.
    """
    async with database.transaction():
        found = await _opened(assessor_id, act=Act.ASSESSOR_DECIDE, by=by)
        case = await _pending(found)
        body.check_decision(
            case.statement_until,
            stated=case.stated_at is not None,
            by=by,
            posted_person=case.posted_person,
            now=now,
        )
        reasons = need_reasons(outcome.reasons)
        values: Values = {
            AssessorRemovalRow.decided_at: now,
            AssessorRemovalRow.decided_by: by.name,
            AssessorRemovalRow.reasons: reasons,
            AssessorRemovalRow.next_due_at: None,
        }
        await _move(case, RemovalVerb.REMOVE if outcome.removed else RemovalVerb.KEEP, values)
        begun = await _remove(found, reasons, by=by, now=now) if outcome.removed else ([], [])
        await bodies.tell(found, "credit.inbox.assessor-decided", to=found.organisation, now=now)
        await _record(case.id, found, act=Act.ASSESSOR_DECIDE, by=by, now=now, also=begun[1])
        return begun[0]


async def _remove(
    found: queries.Body, reasons: str, *, by: Actor, now: datetime
) -> tuple[list[int], list[audit.Changed]]:
    """Take a body off, strike its reports, and send what was released with them to a re-check."""
    await AssessorRow.update(
        {
            AssessorRow.stage: LIFECYCLE.after(found.stage, Verb.REMOVE).value,
            AssessorRow.removed_at: now,
            AssessorRow.removed_by: by.name,
        }
    ).where(AssessorRow.id == found.id)
    changed, begun = [audit.row(AssessorRow, found.id)], []
    for commission in await reported.of_body(found.id):
        visit = await cases.evaluation_case(commission.evaluation, lock=True)
        changed.append(await reports.leave(commission, report.Verb.STRIKE, reasons=reasons, by=by, now=now))
        delivered = commission.stage is report.Stage.DELIVERED
        running = [one for one in await again.of_evaluation(visit.id) if one.stage is recheck.Stage.ORDERED]
        if delivered and visit.stage is At.RELEASED and not running:
            begun.append(await rechecks.ordered(visit, reasons, by=by, now=now))
    return begun, changed


async def act_due(*, id: int, now: datetime) -> None:  # noqa: A002 - the schedule's word
    """Serve a notice that nobody opened."""
    case = await queries.removal(id)
    await serve(assessor_id=case.assessor, by=Actor.platform(), now=now)


async def _opened(number: int, *, act: Act, by: Actor) -> queries.Body:
    found = await queries.body(number, lock=True)
    PERMISSIONS[act].check(by, organisations=(found.organisation,), path=found.path)
    return found


async def _pending(found: queries.Body) -> queries.RemovalCase:
    cases_ = await queries.removals(found.id)
    if not cases_ or cases_[-1].stage not in PENDING:
        raise queries.AssessorUnknownError("no removal is being decided", assessor=found.id)
    return await queries.removal(cases_[-1].id, lock=True)


async def _move(case: queries.RemovalCase, verb: RemovalVerb, values: Values) -> None:
    target = REMOVAL.after(case.stage, verb)
    with database.translated():
        await AssessorRemovalRow.update({**values, AssessorRemovalRow.stage: target.value}).where(
            AssessorRemovalRow.id == case.id
        )


async def _record(
    number: int,
    found: queries.Body,
    *,
    act: Act,
    by: Actor,
    now: datetime,
    also: list[audit.Changed] | None = None,
) -> None:
    await audit.record(
        act=act,
        by=by,
        subject=f"credit-assessor:{found.id}",
        now=now,
        changed=[audit.row(AssessorRemovalRow, number), *(also or [])],
    )
