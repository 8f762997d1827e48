"""Papers of an exit-list case: prior notice; decision and notice on repair in one act (GB22); removal."""

from datetime import date, datetime
from typing import Any, Final

from contracts_templates import credit_forms, credit_papers
from contracts_templates.numeral import day
from credit.domain import measure
from credit.domain.list_entry import Notice, Outcome, Stage
from credit.domain.remedy import removal
from credit.domain.rule_set import RuleSet
from credit.queries import cases, pages, rule_sets
from credit.queries.remedy import hearings, removals, repairs
from credit.services.paper.keeping import Kept, cited, issuer, keep
from credit.services.paper.of_record import terms
from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import audit

SUBJECT: Final = "列入物业服务企业退出名单"


async def notice(
    case: cases.ListEntry, told: Notice, *, letter: str, contact: str, by: Actor, now: datetime
) -> Kept:
    """Keep the prior notice of a case: facts, evidence, basis, intended term, rights (GB49; APL 44, 64)."""
    rules = await rule_sets.in_force(local_day(now))
    content = credit_papers.PriorNotice(
        **await _to(case, "GZ", by=by, now=now),
        subject=SUBJECT,
        facts=told.facts,
        evidence=await _evidence(case),
        law=cited(told.legal_basis, rules=rules),
        intended=f"{told.reasons}；拟列入退出名单，期限{told.months}个月",
        days=rules.whole("exit_statement"),
        hearing=True,
        contact=contact,
        letter=letter,
        deemed_days=rules.whole("deemed_service"),
        posted_on=local_day(now),
    )
    return await keep(credit_forms.PRIOR_NOTICE, content, entry_id=case.id, by=by, now=now)


async def spared(
    case: cases.ListEntry, *, said: tuple[Outcome, str, str], by: Actor, now: datetime
) -> list[audit.Changed]:
    """Keep the decision not to list; there is nothing to repair. What is listed gets its papers with service.

    Args:
        said: Outcome, number and file's digest of the decision.
    """
    outcome, number, file = said
    if outcome is Outcome.LISTED:
        return []
    content = await _decision(
        case, outcome=outcome, decision_no=number, file=file, decided_on=local_day(now), by=by, now=now
    )
    return [(await keep(credit_forms.LIST_DECISION, content, entry_id=case.id, by=by, now=now)).row]


async def listed(case: cases.ListEntry, *, ends: date, by: Actor, now: datetime) -> tuple[Kept, Kept]:
    """Keep the decision to list and the notice on repair: one act, one day of service for both."""
    rules = await rule_sets.in_force(local_day(now))
    content = await _decision(
        case,
        outcome=Outcome.LISTED,
        decision_no=case.decision_no,
        file=case.decision_digest,
        decided_on=local_day(case.decided_at or now),
        ends=ends,
        by=by,
        now=now,
    )
    made = await keep(credit_forms.LIST_DECISION, content, entry_id=case.id, by=by, now=now)
    on_repair = await _repair(case, ends=ends, rules=rules, decided=made.number, by=by, now=now)
    return made, await keep(credit_forms.REPAIR_NOTICE, on_repair, entry_id=case.id, by=by, now=now)


async def removed(case: cases.ListEntry, way: Stage, *, reasons: str, by: Actor, now: datetime) -> Kept:
    """Keep the notice that a place on the list ended: early, by its term, or because its ground fell."""
    assert case.listed_at is not None  # noqa: S101 - an entry in force was listed
    assert case.ends_on is not None  # noqa: S101 - and has its term
    content = credit_papers.RemovalNotice(
        **await _to(case, "YC", by=by, now=now),
        way=way.value,
        decision_no=case.decision_no,
        listed_on=local_day(case.listed_at),
        ends_on=case.ends_on,
        reasons=reasons,
        removed_on=local_day(now),
    )
    return await keep(credit_forms.REMOVAL_NOTICE, content, entry_id=case.id, by=by, now=now)


async def _decision(
    case: cases.ListEntry,
    *,
    outcome: Outcome,
    decision_no: str,
    file: str,
    decided_on: date,
    ends: date | None = None,
    by: Actor,
    now: datetime,
) -> credit_papers.ListDecision:
    rules = await rule_sets.in_force(local_day(now))
    head = await _to(case, "JD", by=by, now=now)
    heard = await hearings.find(case.id)
    stated = await pages.statements_of(entry_id=case.id)
    return credit_papers.ListDecision(
        **head,
        outcome=outcome.value,
        decision_no=decision_no,
        decision_digest=file,
        facts=case.facts,
        reasons=case.reasons,
        law=cited(case.legal_basis, rules=rules),
        statements=tuple(one.text for one in stated),
        heard_on=None if heard is None or heard.recorded_at is None else local_day(heard.held_at),
        reviewed=case.review,
        months=None if ends is None else case.months,
        listed_on=None if ends is None else local_day(now),
        ends_on=ends,
        effects=() if ends is None else _effects(by, rules=rules),
        lasting=case.lasting,
        notice_number="" if case.posted_at is None else f"GZ-T{case.id}-{local_day(case.posted_at):%Y%m%d}",
        notice_served_on=None if case.served_at is None else local_day(case.served_at),
        repair_number="" if ends is None else f"XF{head['number'][2:]}",
        decided_on=decided_on,
        served_on=local_day(now),
    )


def _effects(by: Actor, *, rules: RuleSet) -> tuple[tuple[str, str], ...]:
    found = measure.by_listing(by.role, rules=rules)
    return tuple((one.name_zh, cited(one.legal_basis, rules=rules)) for one in found)


async def _repair(
    case: cases.ListEntry, *, ends: date, rules: RuleSet, decided: str, by: Actor, now: datetime
) -> credit_papers.RepairNotice:
    answering = await repairs.answerers(case.path, None, None)
    return credit_papers.RepairNotice(
        **await _to(case, "XF", by=by, now=now),
        decision_number=decided,
        subject=SUBJECT,
        listing=True,
        possible=not case.lasting,
        open_from=None if case.lasting else removal.open_from(local_day(now), rules=rules),
        needed=removal.needed(await removals.ground(case)),
        authority=(await parties.organisation(answering[0])).name if answering else "",
        **terms(rules),
        ends_on=ends,
        served_on=local_day(now),
    )


async def _to(case: cases.ListEntry, kind: str, *, by: Actor, now: datetime) -> dict[str, Any]:
    enterprise = await parties.organisation(case.enterprise)
    return {
        "number": f"{kind}-T{case.id}-{local_day(now):%Y%m%d}",
        "issuer": await issuer(by, case.path),
        "addressee": enterprise.name,
        "addressee_code": enterprise.code,
        "salt": case.salt,
    }


async def _evidence(case: cases.ListEntry) -> tuple[str, ...]:
    if case.record is None:
        return ("立案时记载的事实材料",)
    record = await cases.record(case.record)
    if record.document_on is None:
        return ("立案时记载的事实材料",)
    paper = f"{record.document_no}（{day(record.document_on)}），文件摘要值 {record.file_digest[:32]}"
    return (f"信用记录 {record.item_code}：{paper}",)
