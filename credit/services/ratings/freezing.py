"""Everybody's snapshot, block by block: grades by columns, bytes by the exact engine, both agreeing."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import msgspec

from credit.domain import cycle as cycles
from credit.domain import rating, snapshot
from credit.domain.engine import gather, scoring
from credit.domain.grade import Grade
from credit.domain.rating import EnginesDifferError, Moment, Result
from credit.domain.rule_set import RuleSet
from credit.queries import cycles as questions
from credit.queries import everybody, rule_sets, scores
from credit.queries.cycles import Case
from credit.services.ratings.work import Work
from market.kernel.digest import h
from market.parties import public as parties
from market.runtime import database

Organisations = Sequence[parties.Organisation]


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """One enterprise's published snapshot, without its bytes."""

    snapshot: int
    enterprise: int
    code: str
    score_centi: int
    grade: Grade
    digest: str


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Whose snapshot is frozen at which moment.

    Attributes:
        closed: What was known at closing, without records that fell since.
        corrected: What is known now: of those whose objection was upheld.
    """

    there: Organisations
    anew: frozenset[int]
    closed: Moment
    corrected: Moment
    rules: RuleSet


async def plan(case: Case, *, now: datetime) -> Plan:
    """Return what a publication freezes: those whose first results were shown."""
    half = cycles.named(case.name)
    shown = await questions.shown(case.id)
    there = [one for one in await parties.enterprises() if one.id in shown]
    return Plan(
        there=there,
        anew=await questions.upheld(case.id),
        closed=Moment.of_cycle(half, known=case.closed_at, fallen=now),
        corrected=Moment.of_cycle(half, known=now, fallen=now),
        rules=await rule_sets.version(case.rule_set),
    )


async def results(plan: Plan, *, work: Work) -> tuple[Organisations, list[Result]]:
    """Return everybody's final score and grade by columns, by number of the enterprise."""
    there, scored = await everybody.rated(plan.there, plan.closed, rules=plan.rules, note=work.scored)
    places = [place for place, one in enumerate(there) if one.id in plan.anew]
    anew = [there[place] for place in places]
    exact = await scores.compute_all(anew, plan.corrected, rules=plan.rules)
    patches = {place: gather.values(one.score) for place, one in zip(places, exact, strict=True)}
    scored = scoring.patched(scored, patches) if patches else scored
    return there, await everybody.letters(there, scored, rules=plan.rules)


async def freeze(
    case: Case, plan: Plan, *, basis: str, signer: str, now: datetime, work: Work
) -> list[Frozen]:
    """Freeze everybody's snapshot and return them.

    Raises:
        EnginesDifferError: The exact engine says another score than the columns; nothing is published.
    """
    there, graded = await results(plan, work=work)
    letters = {one.enterprise: one for one in graded}
    made: list[Frozen] = []
    async for computed in _computed(plan, there):
        some = [_settled(one, letters[one.inputs.enterprise]) for one in computed]
        made += await _insert(case, some, basis=basis, signer=signer, now=now)
        await work.step("freeze", len(made))
    return made


async def _computed(plan: Plan, there: Organisations) -> AsyncIterator[list[scores.Computed]]:
    anew = [one for one in there if one.id in plan.anew]
    rest = [one for one in there if one.id not in plan.anew]
    for some, moment in ((rest, plan.closed), (anew, plan.corrected)):
        async for block in scores.blocks(some, moment, rules=plan.rules):
            yield block


def _settled(one: scores.Computed, result: Result) -> scores.Computed:
    """Return a score with its grade among all; the exact engine has to say what the columns said."""
    if (one.score.published, one.score.tender) != (result.score_centi, result.tender_centi):
        raise EnginesDifferError("the engines differ", code=result.code)
    score = msgspec.structs.replace(one.score, grade=result.grade)
    return msgspec.structs.replace(one, score=score, mode=rating.mode(one.rules))


async def _insert(
    case: Case, found: Sequence[scores.Computed], *, basis: str, signer: str, now: datetime
) -> list[Frozen]:
    """Insert a block of snapshots in one statement."""
    bodies = [one.body for one in found]
    digests = [h("credit-snapshot", body) for body in bodies]
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
        signer,
        [one.inputs.enterprise for one in found],
        [one.inputs.known for one in found],
        [snapshot.inputs_digest(one.inputs, rules=one.rules) for one in found],
        digests,
        [body.decode() for body in bodies],
        [one.score.published for one in found],
        [one.score.tender for one in found],
        [one.score.grade.value for one in found],
    )
    numbers = {row["enterprise"]: row["id"] for row in rows}
    return [
        Frozen(
            snapshot=numbers[one.inputs.enterprise],
            enterprise=one.inputs.enterprise,
            code=one.inputs.code,
            score_centi=one.score.published,
            grade=one.score.grade,
            digest=name,
        )
        for one, name in zip(found, digests, strict=True)
    ]
