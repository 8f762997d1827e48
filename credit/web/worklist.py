"""The work list of an authority's officer: everything this very person may do next, by its legal day."""

from collections.abc import AsyncIterator
from datetime import datetime

from credit.domain import list_entry
from credit.domain.act import Act
from credit.domain.instruments.instrument import Stage as Entry
from credit.domain.permission import PERMISSIONS
from credit.domain.rules.register import Measure
from credit.domain.versions import life
from credit.queries import cycles, evaluations, lists, objections, rule_sets, worklist
from credit.queries.appraisal import rechecks
from credit.queries.consequence import proposals
from credit.queries.instruments import pages as instruments
from credit.queries.remedy import repairs, reviews
from credit.queries.rules import drafts
from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.runtime.web import i18n
from market.runtime.web.i18n import t
from market.runtime.web.work import Task

_ON_RECORD = {
    Act.RECORD_COMPLETE: ("complete", "BPR 68"),
    Act.RECORD_TAKE_UP: ("review", "BPR 68"),
    Act.RECORD_POST_NOTICE: ("notify", "APL 44"),
    Act.RECORD_RECONSIDER: ("hear", "APL 45"),
    Act.RECORD_DECIDE: ("decide", "APL 62"),
}
"""Next act on a record -> what the desk calls it, and the clause it rests on."""

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


async def tasks(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    """Yield what waits for an officer, kind by kind; the page sorts it by its day."""
    if not PERMISSIONS[Act.RECORD_READ].allows_role(actor):
        return
    judged = (_records, _scorings, _evaluations, _rechecks, _cases, _hearings)
    asked = (_objections, _reviews, _repairs)
    for source in (*judged, *asked, _instruments, _measures, _bans, _surveys, _cycles, _rules):
        async for task in source(actor, now):
            yield task


async def _records(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    del now
    for found in await worklist.records(actor=actor):
        name, rule = _ON_RECORD[found.act]
        where = f" · {found.community_name}" if found.community_name else ""
        yield Task(
            title=t(f"credit.desk.{name}"),
            url=f"/credit/records/{found.id}",
            due_at=found.due_at,
            subject=f"{found.item_code} · {found.enterprise_name}{where}",
            rule=rule,
            kind="credit.kind.record",
        )


async def _scorings(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    """Yield open evaluations to whoever has not scored yet, and to the street once its part is whole."""
    del now
    for found in await worklist.scorings(actor=actor):
        yield Task(
            title=t("credit.act.credit.evaluation.submit" if found.submit else "credit.desk.score"),
            url=f"/credit/evaluations/{found.id}",
            subject=f"{found.cycle} · {found.enterprise_name} · {found.community_name}",
            rule="BPR 67",
            kind="credit.kind.evaluation",
        )


async def _evaluations(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    del now
    if not PERMISSIONS[Act.EVALUATION_RELEASE].allows_role(actor):
        return
    for found in await evaluations.submitted(within=actor.division or "", person=actor.person or 0):
        yield Task(
            title=t("credit.act.credit.evaluation.release"),
            url=f"/credit/evaluations/{found.id}",
            subject=f"{found.cycle} · {found.enterprise_name} · {found.community_name}",
            rule="BPR 67",
            kind="credit.kind.evaluation",
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
            rule="BPR 67",
            kind="credit.kind.evaluation",
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
                rule="BPR 68" if until is None or decided else "APL 62",
                kind="credit.kind.listing",
            )


async def _hearings(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    """Yield hearings that were asked for: to be called, or to be held and recorded."""
    del now
    for number, enterprise, held_at in await worklist.hearings(actor=actor):
        yield Task(
            title=t("credit.desk.hearing.call" if held_at is None else "credit.desk.hearing.hold"),
            url=f"/credit/list/{number}",
            due_at=held_at,
            subject=enterprise,
            rule="APL 64",
            kind="credit.kind.listing",
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
                rule="SH23",
                kind="credit.kind.objection",
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
            kind="credit.kind.objection",
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
                kind="credit.kind.repair",
            )


async def _instruments(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    """Yield noted annulments that wait for a second person, and annulled entries something rests on."""
    del now
    for act, stage in ((Act.INSTRUMENT_CONFIRM, Entry.NOTED), (Act.INSTRUMENT_FALL, Entry.ANNULLED)):
        if not PERMISSIONS[act].allows_role(actor):
            continue
        for found in await instruments.waiting(within=actor.division or "", stage=stage):
            yield Task(
                title=t(f"credit.act.{act.value.replace(':', '.')}"),
                url=f"/credit/instruments/{found.id}",
                subject=f"{found.number} · {found.enterprise_name}",
                rule="APL 48",
                kind="credit.kind.record",
            )


async def _measures(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    """Yield the measures proposed to the actor's level, with the day each is due."""
    del now
    if not PERMISSIONS[Act.MEASURE_ISSUE].allows_role(actor):
        return
    for found in await proposals.waiting(actor=actor):
        yield Task(
            title=t("credit.desk.measure"),
            url=f"/credit/measures#proposal-{found.id}",
            due_at=found.due_at,
            subject=f"{_name(found.measure)} · {found.enterprise_name}",
            rule=found.measure.legal_basis,
            kind="credit.kind.measure",
        )


def _name(one: Measure) -> str:
    return one.name_zh if i18n.locale() == i18n.CHINESE else one.name_en


async def _bans(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    """Yield misconduct in tenders for which an authority may ban; whether it does is its own decision."""
    for found in await worklist.bans(actor=actor, now=now):
        yield Task(
            title=t("credit.desk.ban"),
            url=f"/enterprises/{found.enterprise_code}/credit#ban",
            subject=f"{found.item_code} · {found.enterprise_name}",
            rule="BL 53",
            kind="credit.kind.measure",
        )


async def _surveys(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    """Yield running surveys with the end of their time."""
    del now
    for number, community, until in await worklist.surveys(actor=actor):
        yield Task(
            title=t("credit.desk.survey"),
            url=f"/credit/surveys/{number}",
            due_at=until,
            subject=community,
            rule="BPR 67",
            kind="credit.kind.evaluation",
        )


async def _cycles(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    """Yield the cycle that can be closed, and the one whose results were shown long enough."""
    if not PERMISSIONS[Act.CYCLE_CLOSE].allows_role(actor):
        return
    name = await cycles.closable(now)
    kind, rule = "credit.kind.cycle", "BPR 68"
    if name:
        yield Task(title=t("credit.cycle.close"), url="/credit/cycles", subject=name, kind=kind, rule=rule)
    shown = await cycles.preliminary()
    if shown is not None and shown.public_until <= now and not await cycles.open_objections(shown.id):
        yield Task(
            title=t("credit.cycle.publish"),
            url=f"/credit/cycles/{shown.id}",
            subject=shown.name,
            kind=kind,
            rule=rule,
        )


async def _rules(actor: Actor, now: datetime) -> AsyncIterator[Task]:
    """Yield drafts of the rules that wait for the actor's approval or for publication."""
    del now
    if not PERMISSIONS[Act.RULES_APPROVE].allows_role(actor):
        return
    for found in await drafts.lines(actor=actor):
        title = _ON_RULES.get(found.stage)
        if title and not (title == "approve" and actor.person in (*found.hands, found.approved_person)):
            yield Task(
                title=t(f"credit.rules.task.{title}"),
                url=f"/credit/rules/{found.id}",
                subject=found.purpose,
                rule="BPR 68",
                kind="credit.kind.rules",
            )
