"""What an officer or an enterprise has to do about credit."""

from collections.abc import AsyncIterator
from datetime import datetime

from credit.domain import list_entry
from credit.domain.grade import Grade
from credit.domain.permission import PERMISSIONS, Act
from credit.domain.record import Stage
from credit.domain.versions import life
from credit.queries import cycles, evaluations, lists, objections, pages, rule_sets, standing
from credit.queries.appraisal import rechecks
from credit.queries.remedy import repairs, reviews
from credit.queries.rules import drafts
from credit.web.oversight import desk as oversight_desk
from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.kernel.share import decimal
from market.parties import public as parties
from market.runtime.web.i18n import t
from market.runtime.web.work import Desk, Line, Shelf, Task

_ON_RECORD = {
    Stage.DRAFT: ("complete", Act.RECORD_COMPLETE),
    Stage.SUBMITTED: ("review", Act.RECORD_TAKE_UP),
    Stage.UNDER_REVIEW: ("notify", Act.RECORD_POST_NOTICE),
    Stage.STATEMENT_RECEIVED: ("hear", Act.RECORD_RECONSIDER),
    Stage.NOTICE_SERVED: ("decide", Act.RECORD_DECIDE),
    Stage.RE_REVIEW: ("decide", Act.RECORD_DECIDE),
}
"""Stage of a record -> what an officer does next, and by which act; a posted notice is served by itself."""

_ON_CASE = {
    list_entry.Stage.OPENED: Act.LIST_POST_NOTICE,
    list_entry.Stage.NOTICE_SERVED: Act.LIST_REVIEW,
    list_entry.Stage.LEGAL_REVIEW: Act.LIST_DECIDE,
    list_entry.Stage.DECIDED: Act.LIST_ENLIST,
}
"""Stage of an exit-list case -> the act that comes next."""

_ON_RULES = {
    life.Stage.SIMULATED: "approve",
    life.Stage.APPROVED_ONCE: "approve",
    life.Stage.APPROVED: "publish",
}
"""Stage of a draft of the rules -> what waits; whoever wrote in it does not approve."""

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
        (Act.EVALUATION_MARK, t("credit.desk.evaluations"), "/credit/evaluations"),
        (Act.EVALUATION_MODERATE, t("credit.moderation.title"), "/credit/moderation"),
        (Act.RECORDERS_COMPARE, t("credit.recorders.title"), "/credit/recorders"),
        (Act.SURVEY_READ, t("credit.surveys.title"), "/credit/surveys"),
        (Act.RECORD_READ_OWN, t("credit.desk.own"), "/credit/records/own"),
        (Act.LIST_OPEN, t("credit.desk.list"), "/credit/list/new"),
        (Act.ORDER_READ, t("credit.desk.orders"), "/credit/orders"),
        (Act.INSPECTION_READ, t("credit.desk.inspections"), "/credit/inspections"),
        (Act.OBJECTION_READ, t("credit.desk.objections"), "/credit/objections"),
        (Act.REPAIR_READ, t("credit.repair.list"), "/credit/repairs"),
        (Act.MEASURE_READ, t("credit.desk.measures"), "/credit/measures"),
        (Act.FIGURES_READ, t("credit.desk.figures"), "/credit/figures"),
        (Act.CYCLE_READ, t("credit.desk.cycles"), "/credit/cycles"),
        (Act.CYCLE_READ, t("credit.spread.title"), "/credit/distribution"),
        (Act.RULES_READ_DRAFT, t("credit.rules.versions"), "/rules/credit/versions"),
    )
    return [(label, url) for act, label, url in places if PERMISSIONS[act].allows_role(actor)]


async def _tasks(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    for task in await oversight_desk.tasks(actor, now):
        yield task
    if PERMISSIONS[Act.RECORD_READ_OWN].allows_role(actor):
        async for task in _answering(actor.organisation or 0):
            yield task
    if PERMISSIONS[Act.RECORD_READ].allows_role(actor):
        judged = (_records, _evaluations, _rechecks, _cases, _objections, _reviews, _repairs)
        for source in (*judged, _cycles, _rules):
            async for task in source(actor, now):
                yield task


async def _records(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    del now
    for record in await pages.open_records(within=actor.division or ""):
        name, act = _ON_RECORD.get(record.stage, ("", None))
        if act is not None and PERMISSIONS[act].allows_role(actor):
            yield _task(name, record)


async def _evaluations(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    del now
    if not PERMISSIONS[Act.EVALUATION_RELEASE].allows_role(actor):
        return
    for found in await evaluations.submitted(within=actor.division or "", person=actor.person or 0):
        yield Task(
            title=t("credit.act.credit.evaluation.release"),
            url=f"/credit/evaluations/{found.id}",
            subject=f"{found.cycle} · {found.enterprise_name} · {found.community_name}",
        )


async def _rechecks(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    """Yield the re-checks to whoever may score or decide them, with the day they are due."""
    del now
    if not PERMISSIONS[Act.EVALUATION_RESCORE].allows_role(actor):
        return
    for found in await rechecks.waiting(within=actor.division or ""):
        yield Task(
            title=t("credit.recheck.title"),
            url=f"/credit/rechecks/{found.id}",
            due_at=found.due_at,
            subject=f"{found.cycle} · {found.enterprise_name} · {found.community_name}",
        )


async def _cases(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    """Yield exit-list cases to whoever has the next act, with the day the city decides by."""
    rules = await rule_sets.in_force(local_day(now))
    for case in await lists.open_list_cases(within=actor.division or ""):
        act, until = _ON_CASE.get(case.stage), case.statement_until
        if act is not None and PERMISSIONS[act].allows_role(actor):
            decided = case.stage is list_entry.Stage.DECIDED
            yield Task(
                title=t("credit.desk.case"),
                url=f"/credit/list/{case.id}",
                due_at=None if until is None or decided else list_entry.decide_by(until, rules=rules),
                subject=case.enterprise_name,
            )


async def _objections(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    """Yield the objections that the actor's own authority answers."""
    del now
    if not PERMISSIONS[Act.OBJECTION_ANSWER].allows_role(actor):
        return
    for found in await objections.waiting(within=actor.division or ""):
        if objections.answers(found, by=actor):
            yield Task(
                title=t("credit.desk.objection"),
                url=f"/credit/objections/{found.id}",
                due_at=found.due_at,
                subject=found.enterprise_name,
            )


async def _reviews(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    """Yield the second answers that the actor's own authority owes."""
    del now
    if not PERMISSIONS[Act.OBJECTION_REVIEW].allows_role(actor):
        return
    for found in await reviews.waiting(by=actor):
        yield Task(
            title=t("credit.review.title"),
            url=f"/credit/objections/{found.objection}",
            due_at=found.due_at,
            rule="SH23",
        )


async def _repairs(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    """Yield the requests for repair that the actor's own authority decides."""
    del now
    if not PERMISSIONS[Act.REPAIR_DECIDE].allows_role(actor):
        return
    for found in await repairs.waiting(within=actor.division or ""):
        if repairs.answers(found, by=actor):
            yield Task(
                title=t("credit.repair.title"),
                url=f"/credit/repairs/{found.id}",
                due_at=found.due_at,
                subject=f"{found.item_code or t('credit.removal.title')} · {found.enterprise_name}",
                rule="NDRC36",
            )


async def _cycles(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    """Yield the cycle that can be closed, and the one whose results were shown long enough."""
    if not PERMISSIONS[Act.CYCLE_CLOSE].allows_role(actor):
        return
    name = await cycles.closable(now)
    if name:
        yield Task(title=t("credit.cycle.close"), url="/credit/cycles", subject=name)
    shown = await cycles.preliminary()
    if shown is not None and shown.public_until <= now and not await cycles.open_objections(shown.id):
        yield Task(title=t("credit.cycle.publish"), url=f"/credit/cycles/{shown.id}", subject=shown.name)


async def _rules(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    """Yield drafts of the rules that wait for the actor's approval or for publication."""
    del now
    if not PERMISSIONS[Act.RULES_APPROVE].allows_role(actor):
        return
    for found in await drafts.lines(actor=actor):
        title = _ON_RULES.get(found.stage)
        if title and not (title == "approve" and actor.person in (*found.hands, found.approved_person)):
            yield Task(
                title=t(f"credit.rules.task.{title}"), url=f"/credit/rules/{found.id}", subject=found.purpose
            )


async def _answering(enterprise: int) -> AsyncIterator[Task]:
    for record in await pages.own_records(enterprise):
        if record.stage in _TOLD:
            yield _task("state", record)
    for case in await lists.own_list_cases(enterprise):
        if case.stage in _CASE_TOLD:
            yield Task(
                title=t("credit.desk.own-case"),
                url=f"/credit/list/{case.id}",
                due_at=case.statement_until,
                rule="APL 45",
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


def _task(name: str, record: pages.RecordLine) -> Task:
    where = f" · {record.community_name}" if record.community_name else ""
    return Task(
        title=t(f"credit.desk.{name}"),
        url=f"/credit/records/{record.id}",
        due_at=record.next_due_at,
        subject=f"{record.item_code} · {record.enterprise_name}{where}",
    )
