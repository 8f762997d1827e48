"""Trying, approving, publishing and withdrawing a version of the rule set.

Two people of the city approve, none of whom wrote in it; a version takes effect with a cycle to come.
"""

from collections.abc import Awaitable
from datetime import date, datetime
from typing import Annotated, Protocol

import msgspec
from msgspec import Meta

from credit.domain.act import Act
from credit.domain.cells import cell
from credit.domain.rule_set import RuleSet
from credit.domain.versions import life
from credit.domain.versions.life import Stage, Verb
from credit.queries import rule_sets
from credit.queries.rules import drafts as questions
from credit.queries.rules.drafts import Case
from credit.rule_tables import RuleSetRow
from credit.services import what_ifs
from credit.services.records import need_reasons
from credit.services.rules import drafts
from credit.services.rules.drafts import Values
from credit.services.scores import need_basis
from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.runtime import database


class Report(Protocol):
    """What a trial found: canonical JSON and its digest."""

    @property
    def digest(self) -> str:
        """Digest of the body."""

    def body(self) -> bytes:
        """Return the report as canonical JSON."""


class WhatIf(Protocol):
    """The port a trial asks: everybody's score as it would be under other rules."""

    def __call__(self, *, draft: RuleSet, now: datetime) -> Awaitable[Report]:
        """Return the report."""


class Publishing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The clause a version rests on, and its first day: the first day of a cycle to come."""

    legal_basis: Annotated[str, Meta(min_length=1, max_length=120)]
    effective_from: date


async def simulate(*, draft_id: int, what_if: WhatIf = what_ifs.simulate, by: Actor, now: datetime) -> None:
    """Try a draft on everybody's records of today, and keep the report beside it.

    Raises:
        CatalogueError: The draft has findings; a trial needs none.
        UnchangedError: It says nothing new.
    """
    async with database.transaction():
        case = await drafts.opened(draft_id, act=Act.RULES_SIMULATE, verb=Verb.SIMULATE, by=by)
        await _check_ready(case)
        report = await what_if(draft=case.rules(), now=now)
        values: Values = {
            **drafts.TRIAL,
            RuleSetRow.report: report.body().decode(),
            RuleSetRow.report_digest: report.digest,
            RuleSetRow.simulated_at: now,
            RuleSetRow.simulated_by: by.name,
        }
        await drafts.move(case, Verb.SIMULATE, values)
        await drafts.record(case.id, act=Act.RULES_SIMULATE, by=by, now=now)


async def _check_ready(case: Case) -> None:
    base = await rule_sets.version(case.base)
    cell.refuse(questions.findings(base, case.sheets))
    if case.digest == base.digest:
        raise life.UnchangedError("nothing differs", version=base.version)


async def approve(*, draft_id: int, by: Actor, now: datetime) -> None:
    """Approve a draft that was tried: the first approval, or the second, by another person.

    Raises:
        OwnWordsError: The actor wrote in it, or gave the first approval.
    """
    async with database.transaction():
        case = await drafts.opened(draft_id, act=Act.RULES_APPROVE, verb=Verb.APPROVE, by=by)
        life.check_approver(by.person, hands=case.hands, first=case.approved_person)
        values: Values = (
            {
                RuleSetRow.approved_at: now,
                RuleSetRow.approved_by: by.name,
                RuleSetRow.approved_person: by.person,
            }
            if case.stage is Stage.SIMULATED
            else {
                RuleSetRow.confirmed_at: now,
                RuleSetRow.confirmed_by: by.name,
                RuleSetRow.confirmed_person: by.person,
            }
        )
        await drafts.move(case, Verb.APPROVE, values)
        await drafts.record(case.id, act=Act.RULES_APPROVE, by=by, now=now)


async def send_back(*, draft_id: int, reasons: str, by: Actor, now: datetime) -> None:
    """Return a draft to those who wrote it, with reasons; trial and approvals are taken back."""
    async with database.transaction():
        case = await drafts.opened(draft_id, act=Act.RULES_RETURN, verb=Verb.RETURN, by=by)
        values: Values = {**drafts.TRIAL, RuleSetRow.return_reason: need_reasons(reasons)}
        await drafts.move(case, Verb.RETURN, values)
        await drafts.record(case.id, act=Act.RULES_RETURN, by=by, now=now)


async def publish(*, draft_id: int, publishing: Publishing, by: Actor, now: datetime) -> int:
    """Publish a draft that two people approved; return its version. Nothing of it changes from here on.

    Raises:
        BaseOutdatedError: A newer version was published since it was copied.
        EffectiveDayError: Its first day is not that of a cycle to come, or too soon.
        EffectiveOrderError: A published version takes effect on that day or later.
    """
    async with database.transaction():
        await database.lock("credit:rule-set")
        case = await drafts.opened(draft_id, act=Act.RULES_PUBLISH, verb=Verb.PUBLISH, by=by)
        latest = await questions.latest()
        if case.base != latest.version:
            raise life.BaseOutdatedError("a newer version stands", version=latest.version, base=case.base)
        await _check_ready(case)
        today = local_day(now)
        life.check_effective(
            publishing.effective_from,
            latest=latest,
            in_force=await rule_sets.in_force(today),
            today=today,
        )
        number = await _next_number()
        values: Values = {
            RuleSetRow.version: number,
            RuleSetRow.legal_basis: need_basis(publishing.legal_basis),
            RuleSetRow.effective_from: publishing.effective_from,
            RuleSetRow.published_at: now,
            RuleSetRow.published_by: by.name,
        }
        await drafts.move(case, Verb.PUBLISH, values)
        await drafts.record(case.id, act=Act.RULES_PUBLISH, by=by, now=now)
        return number


async def _next_number() -> int:
    """Return the number of the next version; that of a withdrawn one is not given again."""
    rows = await database.fetch(
        "SELECT coalesce(max(version), $1) + 1 AS next FROM credit_rule_set", rule_sets.FIRST
    )
    return int(rows[0]["next"])


async def withdraw(*, draft_id: int, reasons: str, by: Actor, now: datetime) -> None:
    """Withdraw a published version before it takes effect; it never was in force.

    Raises:
        InForceError: Its first day has come.
    """
    async with database.transaction():
        await database.lock("credit:rule-set")
        case = await drafts.opened(draft_id, act=Act.RULES_WITHDRAW, verb=Verb.WITHDRAW, by=by)
        if case.effective_from is None or local_day(now) >= case.effective_from:
            raise life.InForceError("in force", version=case.version)
        values: Values = {
            RuleSetRow.ended_at: now,
            RuleSetRow.ended_by: by.name,
            RuleSetRow.end_reason: need_reasons(reasons),
        }
        await drafts.move(case, Verb.WITHDRAW, values)
        await drafts.record(case.id, act=Act.RULES_WITHDRAW, by=by, now=now)
