"""What an officer or an enterprise has to do about credit."""

from collections.abc import AsyncIterator
from datetime import datetime

from credit.domain import list_entry
from credit.domain.act import Act
from credit.domain.grade import Grade
from credit.domain.permission import PERMISSIONS
from credit.domain.record import Stage
from credit.queries import lists, pages, standing
from credit.web import worklist
from credit.web.assessment import desk as assessment_desk
from credit.web.oversight import desk as oversight_desk
from credit.web.remedy import desk as remedy_desk
from market.kernel.actor import Actor
from market.kernel.share import decimal
from market.parties import public as parties
from market.runtime.web.i18n import t
from market.runtime.web.work import Desk, Line, Shelf, Task

_TOLD = frozenset({Stage.NOTICE_POSTED, Stage.NOTICE_SERVED})
_CASE_TOLD = frozenset({list_entry.Stage.NOTICE_POSTED, list_entry.Stage.NOTICE_SERVED})


async def desk(actor: Actor, now: datetime) -> Desk:
    """Return what waits for an actor in the credit wing, where to go, and how an enterprise stands."""
    own = actor.organisation if PERMISSIONS[Act.RECORD_READ_OWN].allows_role(actor) else None
    return Desk(
        tasks=tuple([task async for task in _tasks(actor, now)]),
        places=tuple(_places(actor)),
        shelves=() if own is None else (await _standing(own, now),),
    )


def _places(actor: Actor) -> list[tuple[str, str]]:
    places = (
        (Act.RECORD_READ, t("credit.desk.records"), "/credit/records"),
        (Act.RECORD_DRAFT, t("credit.desk.new"), "/credit/records/new"),
        (Act.INSTRUMENT_READ, t("credit.instrument.list"), "/credit/instruments"),
        (Act.RECORD_IMPORT, t("credit.import.title"), "/credit/record-imports"),
        (Act.EVALUATION_MARK, t("credit.desk.evaluations"), "/credit/evaluations"),
        (Act.EVALUATION_MODERATE, t("credit.moderation.title"), "/credit/moderation"),
        (Act.ASSESSMENT_READ, t("credit.assessment.list"), "/credit/assessments"),
        (Act.ASSESSOR_LIST, t("credit.assessor.list"), "/credit/assessors"),
        (Act.ASSESSOR_DECLARE, t("credit.assessor.list"), "/credit/assessors"),
        (Act.RECORDERS_COMPARE, t("credit.recorders.title"), "/credit/recorders"),
        (Act.SURVEY_READ, t("credit.surveys.title"), "/credit/surveys"),
        (Act.RECORD_READ_OWN, t("credit.desk.own"), "/credit/records/own"),
        (Act.LIST_OPEN, t("credit.desk.list"), "/credit/list/new"),
        (Act.ORDER_READ, t("credit.desk.orders"), "/credit/orders"),
        (Act.INSPECTION_READ, t("credit.desk.inspections"), "/credit/inspections"),
        (Act.OBJECTION_READ, t("credit.desk.objections"), "/credit/objections"),
        (Act.REPAIR_READ, t("credit.repair.list"), "/credit/repairs"),
        (Act.MANAGER_READ, t("credit.manager.title"), "/credit/managers"),
        (Act.MEASURE_READ, t("credit.desk.measures"), "/credit/measures"),
        (Act.FIGURES_READ, t("credit.desk.figures"), "/credit/figures"),
        (Act.FIGURES_READ, t("credit.cases.title"), "/credit/cases"),
        (Act.CYCLE_WATCH, t("credit.course.title"), "/credit/cycles/course"),
        (Act.CYCLE_READ, t("credit.desk.cycles"), "/credit/cycles"),
        (Act.CYCLE_READ, t("credit.spread.title"), "/credit/distribution"),
        (Act.RULES_READ_DRAFT, t("credit.rules.versions"), "/rules/credit/versions"),
    )
    return [(label, url) for act, label, url in places if PERMISSIONS[act].allows_role(actor)]


async def _tasks(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    on_the_ground = (*await oversight_desk.tasks(actor, now), *await assessment_desk.tasks(actor))
    for task in (*on_the_ground, *await remedy_desk.tasks(actor, now)):
        yield task
    if PERMISSIONS[Act.RECORD_READ_OWN].allows_role(actor):
        async for task in _answering(actor.organisation or 0, now):
            yield task
    async for task in worklist.tasks(actor, now):
        yield task


async def _answering(enterprise: int, now: datetime) -> AsyncIterator[Task]:
    for task in await remedy_desk.answering(enterprise, now):
        yield task
    for record in await pages.own_records(enterprise):
        if record.stage in _TOLD:
            where = f" · {record.community_name}" if record.community_name else ""
            yield Task(
                title=t("credit.desk.state"),
                url=f"/credit/records/{record.id}",
                due_at=record.next_due_at,
                subject=f"{record.item_code}{where}",
                rule="APL 45",
                kind="credit.kind.record",
            )
    for case in await lists.own_list_cases(enterprise):
        if case.stage in _CASE_TOLD:
            yield Task(
                title=t("credit.desk.own-case"),
                url=f"/credit/list/{case.id}",
                due_at=case.statement_until,
                rule="APL 45",
                kind="credit.kind.listing",
            )


async def _standing(enterprise: int, now: datetime) -> Shelf:
    """Return how an enterprise stands: its grade as a tender reads it, a listing, bans."""
    own, facts = await parties.organisation(enterprise), await standing.standing_facts(enterprise, now)
    page, graded = f"/enterprises/{own.code}/credit", facts.grade is not Grade.UNRATED
    lines = [
        Line(
            name=own.name,
            url=page,
            state=t("credit.desk.graded", grade=facts.grade.value) if graded else t("credit.grade.unrated"),
            note="" if facts.score_centi is None else decimal(facts.score_centi),
        )
    ]
    if facts.listing is not None:
        until = facts.listing.ends_on.isoformat()
        state = t("credit.enterprise.listed")
        url = f"/credit/list/{facts.listing.id}"
        lines.append(Line(name=facts.listing.decision_no, url=url, state=state, note=until, stopped=True))
    for ban in facts.bans:
        term = f"{ban.from_on.isoformat()} – {ban.to_on.isoformat()}"
        state = t("credit.enterprise.banned")
        lines.append(Line(name=ban.decision_no, url=page, state=state, note=term, stopped=True))
    return Shelf(title=t("credit.desk.standing"), lines=tuple(lines))
