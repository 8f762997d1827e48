"""Papers of a record: prior notice; decision and notice on repair, made and served in one act (GB22)."""

from datetime import date, datetime
from typing import Any, Final

from contracts_templates import credit_forms, credit_papers
from contracts_templates.numeral import day
from credit.domain import hearing, visibility
from credit.domain.catalogue import Item
from credit.domain.record import Stage
from credit.domain.remedy import repair
from credit.domain.rule_set import RuleSet
from credit.queries import cases, pages, rule_sets
from credit.queries.remedy import repairs
from credit.services.paper.keeping import Kept, cited, issuer, keep
from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.kernel.share import decimal
from market.parties import public as parties

LAW: Final = "BPR 68"
"""What every record rests on: the authority keeps credit records of enterprises."""


async def notice(
    case: cases.Record, item: Item, *, letter: str, contact: str, by: Actor, now: datetime
) -> Kept:
    """Keep the prior notice of a record: facts, evidence, basis, what is intended, rights (APL 44, 45)."""
    rules = await rule_sets.version(case.rule_set)
    start = case.document_on or local_day(now)
    end = None if item.validity_months is None else hearing.expires_on(item, start)
    until = f"，至{day(end)}零时止" if end else ""
    content = credit_papers.PriorNotice(
        **await _to(case, "GZ", by=by, now=now),
        subject=_subject(item),
        facts=case.facts,
        evidence=_evidence(case),
        law=cited(_law(item), rules=rules),
        intended=f"认定为不良信用信息，扣{decimal(item.points)}分，自{day(start)}起{until}",
        days=rules.statement_workdays(item.severity),
        hearing=True,
        contact=contact,
        letter=letter,
        deemed_days=rules.whole("deemed_service"),
        posted_on=local_day(now),
    )
    return await keep(credit_forms.PRIOR_NOTICE, content, record_id=case.id, by=by, now=now)


async def decision(
    case: cases.Record,
    item: Item,
    *,
    reasons: str,
    start: date,
    end: date | None,
    light: bool,
    by: Actor,
    now: datetime,
) -> tuple[Kept, ...]:
    """Keep the decision on a record and, where it takes points or warns, the notice on repair with it."""
    rules = await rule_sets.version(case.rule_set)
    shown = visibility.Shown(
        stage=Stage.EFFECTIVE, document_on=case.document_on, expires_on=end, minor_reason="", light=light
    )
    head = await _to(case, "JD", by=by, now=now)
    repair_number = f"XF{head['number'][2:]}" if item.bad else ""
    content = credit_papers.RecordDecision(
        **head,
        subject=_subject(item),
        severity=shown.severity(item).value,
        facts=case.facts,
        evidence=_evidence(case),
        law=cited(_law(item), rules=rules),
        adverse=item.bad,
        warning=light,
        points_centi=item.points,
        effective_from=start,
        expires_on=end,
        shown=visibility.to_public(item, shown, rules=rules, on=local_day(now)),
        shown_until=visibility.public_until(item, shown, rules=rules),
        statements=await _statements(case),
        reasons=reasons,
        notice_number="" if case.posted_at is None else f"GZ-J{case.id}-{local_day(case.posted_at):%Y%m%d}",
        notice_served_on=None if case.served_at is None else local_day(case.served_at),
        repair_number=repair_number,
        decided_on=local_day(now),
    )
    made = await keep(credit_forms.RECORD_DECISION, content, record_id=case.id, by=by, now=now)
    if not item.bad:
        return (made,)
    on_repair = await _repair(case, item, rules=rules, end=end, decided=made.number, by=by, now=now)
    return made, await keep(credit_forms.REPAIR_NOTICE, on_repair, record_id=case.id, by=by, now=now)


async def _repair(
    case: cases.Record,
    item: Item,
    *,
    rules: RuleSet,
    end: date | None,
    decided: str,
    by: Actor,
    now: datetime,
) -> credit_papers.RepairNotice:
    possible = repair.repairable(item) and case.document_on is not None
    answering = await repairs.answerers(case.path, item, case.officer)
    authority = (await parties.organisation(answering[0])).name if answering else ""
    return credit_papers.RepairNotice(
        **await _to(case, "XF", by=by, now=now),
        decision_number=decided,
        subject=_subject(item),
        listing=False,
        possible=possible,
        open_from=repair.open_from(item, case.document_on, rules=rules)
        if possible and case.document_on is not None
        else None,
        needed=repair.needed(item),
        authority=authority,
        **terms(rules),
        ends_on=end,
        served_on=local_day(now),
    )


def terms(rules: RuleSet) -> dict[str, Any]:
    """Return the working days of a request and the months false material bars."""
    return {
        "accept_days": rules.whole("repair_accept"),
        "decide_days": rules.whole("repair_decide"),
        "longer_days": rules.whole("repair_extension"),
        "bar_months": rules.whole("repair_bar"),
    }


async def _to(case: cases.Record, kind: str, *, by: Actor, now: datetime) -> dict[str, Any]:
    enterprise = await parties.organisation(case.enterprise)
    return {
        "number": f"{kind}-J{case.id}-{local_day(now):%Y%m%d}",
        "issuer": await issuer(by, case.path),
        "addressee": enterprise.name,
        "addressee_code": enterprise.code,
        "salt": case.salt,
    }


async def _statements(case: cases.Record) -> tuple[str, ...]:
    return tuple(one.text for one in await pages.statements_of(record_id=case.id))


def _subject(item: Item) -> str:
    return f"{item.code} {item.name_zh}"


def _law(item: Item) -> str:
    return f"{item.source}; {LAW}" if item.source and not item.source.startswith(LAW) else LAW


def _evidence(case: cases.Record) -> tuple[str, ...]:
    if case.document_on is None:
        return ()
    return (f"{case.document_no}（{day(case.document_on)}），文件摘要值 {case.file_digest[:32]}",)
