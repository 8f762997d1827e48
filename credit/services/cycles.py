"""Ratings of a cycle: closing computes everybody at once, publishing freezes everybody by one act."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from credit.domain import cycle as cycles
from credit.domain import rating, snapshot
from credit.domain.events import CycleClosed, EarlyWarning, GradePublished
from credit.domain.grade import Grade
from credit.domain.permission import PERMISSIONS, Act
from credit.domain.rating import LIFECYCLE, Moment, Stage, Verb
from credit.queries import cycles as questions
from credit.queries import rule_sets, scores
from credit.queries.cycles import Case
from credit.services import exports, listings
from credit.services.scores import need_basis
from credit.tables import CycleRow, ResultRow, SnapshotRow
from market.kernel.actor import Actor
from market.kernel.digest import digest, h
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import audit, database, outbox, workdays


class Closing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which cycle is closed, and the clause its ratings rest on."""

    cycle: Annotated[str, Meta(max_length=6)]
    legal_basis: Annotated[str, Meta(min_length=1, max_length=120)]


async def close(*, closing: Closing, by: Actor, now: datetime) -> int:
    """Close a cycle: everybody's score at its end, known now, is shown as a first result.

    Evaluations are rounded here, once. Closing twice is refused.

    Raises:
        CycleRunningError: The cycle is not over.
        ConflictError: It was closed before.
    """
    PERMISSIONS[Act.CYCLE_CLOSE].check(by)
    half = cycles.named(closing.cycle)
    rating.check_over(half, now=now)
    async with database.transaction():
        rules = await rule_sets.in_force(local_day(rating.as_of(half)))
        everybody = await parties.enterprises()
        found = await _graded(everybody, Moment.of_cycle(half, known=now, fallen=now))
        with database.translated():
            rows = await CycleRow.insert(
                CycleRow(
                    stage=Stage.PRELIMINARY.value,
                    name=half.name,
                    as_of=rating.as_of(half),
                    rule_set=rules.version,
                    mode=rating.mode(rules).value,
                    enterprises=len(found),
                    results_digest=_whole(found),
                    closed_at=now,
                    closed_by=by.name,
                    public_until=rating.public_until(now, rules=rules, days=await workdays.table()),
                    legal_basis=need_basis(closing.legal_basis),
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


async def _graded(
    enterprises: Sequence[parties.Organisation], moment: Moment
) -> list[tuple[scores.Computed, bytes]]:
    """Return scores with grades by the rule set's mode, and their bytes."""
    rules = await rule_sets.in_force(local_day(moment.at))
    return _settle(await scores.compute_all(enterprises, moment, rules=rules))


def _settle(found: Sequence[scores.Computed]) -> list[tuple[scores.Computed, bytes]]:
    if not found:
        return []
    rules = found[0].rules
    letters = rating.graded([(one.inputs.code, one.score) for one in found], rules=rules)
    settled = []
    for one, letter in zip(found, letters, strict=True):
        score = msgspec.structs.replace(one.score, grade=letter)
        final = msgspec.structs.replace(one, score=score, mode=rating.mode(rules))
        settled.append((final, final.body))
    return settled


def _whole(found: Sequence[tuple[scores.Computed, bytes]]) -> str:
    """Return one digest over everybody's result, in the order of social credit codes."""
    named = sorted((one.inputs.code, h("credit-snapshot", body)) for one, body in found)
    return digest("credit-cycle", [list(pair) for pair in named])


async def _store_results(number: int, found: Sequence[tuple[scores.Computed, bytes]]) -> None:
    rows = [
        (
            number,
            one.inputs.enterprise,
            one.score.published,
            one.score.tender,
            one.score.grade.value,
            h("credit-snapshot", body),
        )
        for one, body in found
    ]
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
    """
    PERMISSIONS[Act.CYCLE_PUBLISH].check(by)
    async with database.transaction():
        case = await questions.case(cycle_id, lock=True)
        target = LIFECYCLE.after(case.stage, Verb.PUBLISH)
        waiting = await questions.open_objections(cycle_id)
        rating.check_publication(case.public_until, open_objections=waiting, now=now)
        found = await _final(case, now=now)
        basis = need_basis(legal_basis or case.legal_basis)
        before = await questions.last_scores(now)
        values: dict[Any, Any] = {
            CycleRow.published_at: now,
            CycleRow.published_by: by.name,
            CycleRow.legal_basis: basis,
            CycleRow.published_digest: _whole(found),
            CycleRow.stage: target.value,
        }
        with database.translated():
            await CycleRow.update(values).where(CycleRow.id == case.id)
        numbers = await _freeze(case, found, basis=basis, by=by, now=now)
        entry = await audit.record(
            act=Act.CYCLE_PUBLISH,
            by=by,
            subject=f"credit-cycle:{case.id}",
            now=now,
            changed=[
                audit.row(CycleRow, case.id),
                *(audit.row(SnapshotRow, n) for n in numbers.values()),
                *await exports.bind(cycle=case.id),
            ],
        )
        await _tell(found, numbers, before, entry=entry)
        await _propose_listing(case, found, now=now)
        return len(numbers)


async def _final(case: Case, *, now: datetime) -> list[tuple[scores.Computed, bytes]]:
    half = cycles.named(case.name)
    everybody = await parties.enterprises()
    rules = await rule_sets.version(case.rule_set)
    anew = await questions.upheld(case.id)
    shown = await questions.shown(case.id)
    there = [one for one in everybody if one.id in shown]
    closed = Moment.of_cycle(half, known=case.closed_at, fallen=now)
    corrected = Moment.of_cycle(half, known=now, fallen=now)
    computed = {
        one.inputs.enterprise: one
        for moment, chosen in (
            (closed, [one for one in there if one.id not in anew]),
            (corrected, [one for one in there if one.id in anew]),
        )
        for one in await scores.compute_all(chosen, moment, rules=rules)
    }
    return _settle([computed[one.id] for one in there])


async def _freeze(
    case: Case, found: Sequence[tuple[scores.Computed, bytes]], *, basis: str, by: Actor, now: datetime
) -> dict[int, int]:
    """Insert all snapshots in one statement; return enterprise -> snapshot."""
    rows = await database.fetch(
        "INSERT INTO credit_snapshot (cycle, as_of, rule_set, legal_basis, published_at, published_by,"
        " enterprise, known_at, inputs_digest, digest, body, score_centi, tender_centi, grade)"
        " SELECT $1, $2, $3, $4, $5, $6, * FROM unnest($7::int[], $8::timestamptz[], $9::text[],"
        " $10::text[], $11::text[], $12::int[], $13::int[], $14::text[]) RETURNING id, enterprise",
        case.id,
        case.as_of,
        case.rule_set,
        basis,
        now,
        by.name,
        [one.inputs.enterprise for one, _ in found],
        [one.inputs.known for one, _ in found],
        [snapshot.inputs_digest(one.inputs, rules=one.rules) for one, _ in found],
        [h("credit-snapshot", body) for _, body in found],
        [body.decode() for _, body in found],
        [one.score.published for one, _ in found],
        [one.score.tender for one, _ in found],
        [one.score.grade.value for one, _ in found],
    )
    return {row["enterprise"]: row["id"] for row in rows}


async def _tell(
    found: Sequence[tuple[scores.Computed, bytes]],
    numbers: dict[int, int],
    before: dict[int, int],
    *,
    entry: audit.Entry,
) -> None:
    for one, body in found:
        enterprise, score = one.inputs.enterprise, one.score.published
        event = GradePublished(
            snapshot=numbers[enterprise],
            enterprise=enterprise,
            grade=one.score.grade.value,
            score_centi=score,
            digest=h("credit-snapshot", body),
        )
        await outbox.publish(event, entry=entry)
        if enterprise in before and rating.alarm(before[enterprise], score, rules=one.rules):
            warning = EarlyWarning(
                snapshot=numbers[enterprise],
                enterprise=enterprise,
                before_centi=before[enterprise],
                after_centi=score,
            )
            await outbox.publish(warning, entry=entry)


async def _propose_listing(
    case: Case, found: Sequence[tuple[scores.Computed, bytes]], *, now: datetime
) -> None:
    """Open an exit-list case for whoever is graded D in two cycles running; the city still decides."""
    earlier = cycles.before(cycles.named(case.name)).name
    twice = await questions.graded_in(earlier, Grade.D)
    for one, _ in found:
        if one.score.grade is Grade.D and one.inputs.enterprise in twice:
            facts = f"D {earlier}, D {case.name}"
            opening = listings.Opening(enterprise=one.inputs.enterprise, facts=facts)
            with suppress(listings.CaseOpenError):
                await listings.open_case(opening=opening, by=Actor.platform(), now=now)
