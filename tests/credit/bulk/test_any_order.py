"""Invariant 12 for imports: the same facts, in whatever order and batches they come, make the same score."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credit.domain import score
from credit.domain.points import Entry
from credit.services.bulk import record_imports
from market.kernel.period import add_months
from market.runtime.database import fetch
from tests import factories_credit as credit
from tests.credit.bulk import sheets
from tests.credit.rules import RULES, inputs, project

pytestmark = pytest.mark.usefixtures("database")

CODES = ("N-GE-01", "N-GE-01", "N-SE-01", "N-MI-04", "G-PR-09", "G-PR-09", "N-GE-12", "N-GE-12", "G-EN-05")
DAYS = (1, 1, 2, 80)
FACTS = st.lists(
    st.tuples(st.sampled_from(CODES), st.sampled_from(DAYS), st.sampled_from(("", "", "停水"))),
    min_size=1,
    max_size=5,
    unique_by=lambda one: (one[0], one[2]) if one[2] else object(),
)


async def rows_of(world: credit.World, facts: list[tuple[str, int, str]]) -> list[dict[str, str]]:
    rows = []
    for number, (code, days, fact) in enumerate(facts):
        about = RULES.item(code).subject.value
        day = (credit.NOW.date() - timedelta(days=days)).isoformat()
        named = f"{fact}-{about}" if fact else ""
        place = {} if about == "PRJ" else {"community": ""}
        more = {"document_no": f"{number}", "fact_on": day, "document_on": day, "fact": named, **place}
        rows.append(await sheets.a_row(world, code, **more))
    return rows


async def scored(world: credit.World, rows: list[dict[str, str]], cuts: list[int]) -> Any:
    """Take rows over in batches, say what their records would score once decided, and take them back."""
    taken = []
    for start, end in zip([0, *cuts], [*cuts, len(rows)], strict=True):
        if rows[start:end]:
            data = sheets.as_csv(rows[start:end])
            taken.append((await record_imports.take_over(data=data, by=world.city, now=credit.NOW)).batch)
    made = await fetch("SELECT * FROM credit_record WHERE stage = 'draft' ORDER BY id")
    for number in taken:
        assert number is not None
        await record_imports.undo(batch_id=number, reasons="再来一次", by=world.city, now=credit.NOW)
    return _said(made)


def _said(made: list[dict[str, Any]]) -> Any:
    entries = [(row["community"], entry_of(row)) for row in made]
    site = project(
        1, area=100, days=184, quality=9_000, entries=tuple(e for place, e in entries if place is not None)
    )
    whole = inputs(entries=tuple(e for place, e in entries if place is None), projects=(site,))
    found = score.compute(msgspec.structs.replace(whole, at=credit.NOW), rules=RULES)
    folds = (found.fold, *(each.fold for each in found.projects))
    lines = sorted(
        (line.entry.code, line.entry.fact_on, line.factor, line.counted, line.why)
        for fold in folds
        for line in fold.lines
    )
    return (found.published, found.tender, found.grade, found.project_part, found.good), lines


def entry_of(row: dict[str, Any]) -> Entry:
    months = RULES.item(row["item_code"]).validity_months
    assert months is not None
    return Entry(
        record=row["id"],
        code=row["item_code"],
        fact=row["fact"],
        fact_on=row["fact_on"],
        effective_from=row["document_on"],
        expires_on=add_months(row["document_on"], months),
        known_at=credit.NOW,
        unit=f"project:{row['community']}",
    )


@given(facts=FACTS, chance=st.randoms(use_true_random=False))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_order_and_any_batches_make_the_same_score(
    facts: list[tuple[str, int, str]], chance: Any
) -> None:
    (first,) = await fetch("SELECT count(*) AS n FROM parties_community")
    world = _world.get("made") if first["n"] else None
    if world is None:
        world = _world["made"] = await credit.a_world()
    rows = await rows_of(world, facts)
    shuffled = chance.sample(rows, len(rows))
    cuts = sorted(chance.randint(0, len(rows)) for _ in range(2))
    one, other = await scored(world, rows, []), await scored(world, shuffled, cuts)
    assert len(one[1]) == len(rows)
    assert one == other


_world: dict[str, credit.World] = {}
