"""Ratings of a cycle: closing computes everybody at once, publishing freezes everybody by one act."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from credit.domain import cycle as cycles
from credit.domain import rating
from credit.domain.act import Act
from credit.domain.events import CycleClosed, CyclePublished, EarlyWarning, GradePublished
from credit.domain.grade import Grade
from credit.domain.permission import PERMISSIONS
from credit.domain.rating import LIFECYCLE, CycleClosedError, Moment, Result, Stage, Verb
from credit.domain.rule_set import RuleSet
from credit.queries import cycles as questions
from credit.queries import everybody, rule_sets
from credit.queries.cycles import Case
from credit.services import exports, listings
from credit.services.ratings import freezing
from credit.services.ratings.freezing import Frozen
from credit.services.ratings.work import Work, alone
from credit.services.scores import need_basis
from credit.tables import CycleRow, ResultRow, SnapshotRow
from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import audit, database, outbox, workdays


class Closing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which cycle is closed, and the clause its ratings rest on."""

    cycle: Annotated[str, Meta(max_length=6)]
    legal_basis: Annotated[str, Meta(min_length=1, max_length=120)]


async def close(*, closing: Closing, by: Actor, now: datetime) -> int:
    """Close a cycle: everybody's score at its end, known now, is shown as a first result.

    Evaluations are rounded here, once. Scores come from columns, and from the exact engine where columns
    cannot tell (``engine``); closing twice is refused.

    Raises:
        CycleRunningError: The cycle is not over.
        CycleClosedError: It was closed before.
        CycleBusyError: Somebody closes it at this moment.
    """
    PERMISSIONS[Act.CYCLE_CLOSE].check(by)
    half = cycles.named(closing.cycle)
    rating.check_over(half, now=now)
    basis = need_basis(closing.legal_basis)
    async with alone(half.name):
        await _check_first(half.name)
        rules = await rule_sets.in_force(local_day(rating.as_of(half)))
        found = await _results(half, rules, now=now)
        with database.translated():
            rows = await CycleRow.insert(
                CycleRow(
                    stage=Stage.PRELIMINARY.value,
                    name=half.name,
                    as_of=rating.as_of(half),
                    rule_set=rules.version,
                    mode=rating.mode(rules).value,
                    enterprises=len(found),
                    results_digest=rating.results_digest(found),
                    closed_at=now,
                    closed_by=by.name,
                    public_until=rating.public_until(now, rules=rules, days=await workdays.table()),
                    legal_basis=basis,
                )
            )
        number = int(rows[0]["id"])
        await _store_results(number, found)
        entry = await audit.record(
            act=Act.CYCLE_CLOSE,
            by=by,
            subject=f"credit-cycle:{number}",
            now=now,
            changed=[audit.row(CycleRow, number)],
        )
        await outbox.publish(CycleClosed(cycle=number, name=half.name), entry=entry)
        return number


async def _check_first(name: str) -> None:
    for case in await questions.closed():
        if case.name == name:
            raise CycleClosedError(
                "the cycle is closed", field="cycle", cycle=name, at=case.closed_at.isoformat()
            )


async def _results(half: cycles.Cycle, rules: RuleSet, *, now: datetime) -> list[Result]:
    enterprises = await parties.enterprises()
    work = Work(half.name, total=len(enterprises), now=now)
    await work.step("score")
    moment = Moment.of_cycle(half, known=now, fallen=now)
    ordered, scored = await everybody.rated(enterprises, moment, rules=rules, note=work.scored)
    found = await everybody.letters(ordered, scored, rules=rules)
    await work.step("write", len(found))
    return found


async def _store_results(number: int, found: Sequence[Result]) -> None:
    rows = ((number, one.enterprise, one.score_centi, one.tender_centi, one.grade.value, "") for one in found)
    columns = ("cycle", "enterprise", "score_centi", "tender_centi", "grade", "digest")
    async with database.connection() as wire:
        await wire.copy_records_to_table(ResultRow._meta.tablename, records=rows, columns=columns)


async def publish(*, cycle_id: int, legal_basis: str = "", by: Actor, now: datetime) -> int:
    """Publish a cycle: one act freezes everybody's snapshot with date, basis and signer.

    What was known at closing counts, without records that fell since. Where an objection to a result was
    upheld, what is known now counts. Return how many snapshots there are.

    Raises:
        CyclePublicityError: The first results were not shown long enough.
        CycleObjectionsError: An objection to a result is unanswered.
        CycleBusyError: Somebody publishes it at this moment.
        EnginesDifferError: The two engines do not agree; nothing is published.
    """
    PERMISSIONS[Act.CYCLE_PUBLISH].check(by)
    async with alone((await questions.case(cycle_id)).name):
        case = await questions.case(cycle_id, lock=True)
        target = LIFECYCLE.after(case.stage, Verb.PUBLISH)
        waiting = await questions.open_objections(cycle_id)
        rating.check_publication(case.public_until, open_objections=waiting, now=now)
        basis = need_basis(legal_basis or case.legal_basis)
        before = await questions.last_scores(now)
        plan = await freezing.plan(case, now=now)
        work = Work(case.name, total=len(plan.there), now=now)
        found = await freezing.freeze(case, plan, basis=basis, signer=by.name, now=now, work=work)
        values: dict[Any, Any] = {
            CycleRow.published_at: now,
            CycleRow.published_by: by.name,
            CycleRow.legal_basis: basis,
            CycleRow.published_digest: rating.published_digest((one.code, one.digest) for one in found),
            CycleRow.stage: target.value,
        }
        with database.translated():
            await CycleRow.update(values).where(CycleRow.id == case.id)
        await work.step("bind", len(found))
        entry = await audit.record(
            act=Act.CYCLE_PUBLISH,
            by=by,
            subject=f"credit-cycle:{case.id}",
            now=now,
            changed=[
                audit.row(CycleRow, case.id),
                *(audit.row(SnapshotRow, one.snapshot) for one in found),
                *await exports.bind(cycle=case.id),
            ],
        )
        told = list(_told(case, found, before, rules=plan.rules))
        await outbox.publish_all(told, entry=entry)
        await _propose_listing(case, found, now=now)
        return len(found)


def _told(
    case: Case, found: Sequence[Frozen], before: dict[int, int], *, rules: RuleSet
) -> Iterator[msgspec.Struct]:
    yield CyclePublished(cycle=case.id, name=case.name, enterprises=len(found))
    for one in found:
        yield GradePublished(
            snapshot=one.snapshot,
            enterprise=one.enterprise,
            grade=one.grade.value,
            score_centi=one.score_centi,
            digest=one.digest,
        )
        last = before.get(one.enterprise)
        if last is not None and rating.alarm(last, one.score_centi, rules=rules):
            yield EarlyWarning(
                snapshot=one.snapshot,
                enterprise=one.enterprise,
                before_centi=last,
                after_centi=one.score_centi,
            )


async def _propose_listing(case: Case, found: Sequence[Frozen], *, now: datetime) -> None:
    """Open an exit-list case for whoever is graded D in two cycles running; the city still decides."""
    earlier = cycles.before(cycles.named(case.name)).name
    twice = await questions.graded_in(earlier, Grade.D)
    for one in found:
        if one.grade is Grade.D and one.enterprise in twice:
            facts = f"D {earlier}, D {case.name}"
            opening = listings.Opening(enterprise=one.enterprise, facts=facts)
            with suppress(listings.CaseOpenError):
                await listings.open_case(opening=opening, by=Actor.platform(), now=now)
