"""Everybody re-scored in columns, beside the same arithmetic in SQL and beside COPY of the same rows out.

Rows stand in unlogged copies of the product's tables in a schema of their own; the product's own queries read
them through the search path. ``MARKET_BENCH_RECORDS`` says how many (2 000 000 for 50 000 enterprises), and
``MARKET_BENCH_EACH`` how many of one enterprise; ``bench.closing`` takes what does not fit memory at once.
"""

import os
from datetime import timedelta
from time import perf_counter

import numpy as np

from bench.results import Goal, verdict
from bench.world import Market
from credit.domain import cycle, rating
from credit.domain.engine import scoring
from credit.domain.engine.columns import Prepared
from credit.domain.engine.weights import UNCAPPED, weights
from credit.domain.rating import Moment
from credit.domain.rule_set import RuleSet
from credit.queries import columns as reading
from credit.queries import everybody, rule_sets, scores
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import database
from tests import factories_credit as make

RECORDS = int(os.environ.get("MARKET_BENCH_RECORDS", "200000"))
EACH = int(os.environ.get("MARKET_BENCH_EACH", "40"))
"""Records of one enterprise; it has two projects."""
AT_ONCE = 1_000_000  # rows of one statement: the pool gives each a minute
OWNERS = RECORDS // EACH
ROUNDS = 3
SOME = 250
FASTER, TIMES_COPY, DRAFT = 10.0, 3.0, 5.0
AT = make.NOW + timedelta(days=90)
FIRST = 1_000_000
CODES = (
    "N-GE-01",
    "N-GE-02",
    "N-GE-03",
    "N-MI-03",
    "N-MI-04",
    "N-SE-01",
    "N-SE-02",
    "G-PR-01",
    "G-PR-07",
    "G-PR-09",
    "N-GE-12",
    "N-GE-13",
    "G-EN-06",
    "G-EN-09",
    "N-MI-05",
    "N-SE-11",
)
"""Repeats, caps of an item, caps and counts of a half-year; what is told twice are two further items."""

COPIES = {
    "parties_organisation": (
        {"id": f"{FIRST} + n", "name": "t.name || n", "code": "'X' || lpad(n::text, 17, '0')"},
        "t.kind = 'enterprise'",
        OWNERS,
    ),
    "credit_project_assignment": (
        {
            "id": f"{FIRST} + n",
            "origin": "'bench:' || n",
            "enterprise": f"{FIRST} + 1 + (n - 1) / 2",
            "community": f"{FIRST} + n",
            "area_centi": "1000000 + n % 977 * 7919",
        },
        "true",
        2 * OWNERS,
    ),
    "credit_evaluation": (
        {
            "id": f"{FIRST} + n",
            "enterprise": f"{FIRST} + 1 + (n - 1) / 2",
            "community": f"{FIRST} + n",
            "quality_centi": "6000 + n * 7 % 4000",
        },
        "n % 9 > 0",
        2 * OWNERS,
    ),
    "credit_record": (
        {
            "id": f"{FIRST} + n",
            "enterprise": f"{FIRST} + 1 + (n - 1) / {EACH}",
            "community": f"{FIRST} + 1 + (n - 1) / {EACH} * 2 + n % {EACH} / {EACH // 2}",
            "item_code": "CASE n % 160 WHEN 158 THEN 'N-SE-04' WHEN 159 THEN 'N-SE-05'"
            f" ELSE ('{{{','.join(CODES)}}}'::text[])[1 + (n * 7919 % {len(CODES)})] END",
            "fact": "'bench-' || CASE n % 160 WHEN 159 THEN n - 1 ELSE n END",
            "fact_on": "date '2024-09-01' + (n * 48271 % 600)::int",
            "effective_from": "date '2024-09-01' + (n * 48271 % 600)::int",
            "expires_on": "date '2024-09-01' + (n * 48271 % 600 + 365)::int",
        },
        "true",
        RECORDS,
    ),
}
"""Table -> what differs in each copy of one row, which row or which copies, how many."""

SQL = """
WITH item (code, points, bad, own, cap, half_cap) AS (SELECT * FROM unnest($1::text[], $2::bigint[],
  $3::bool[], $4::bool[], $5::bigint[], $6::bigint[])),
known AS (SELECT r.*, i.points, i.bad, i.own, i.cap, i.half_cap,
  CASE WHEN i.own THEN 0 ELSE r.community END AS site,
  extract(year FROM effective_from)::int * 2 + (extract(month FROM effective_from) > 6)::int AS half
  FROM credit_record r JOIN item i ON i.code = r.item_code
  WHERE decided_at <= $7 AND (stage NOT IN ('repaired', 'revoked') OR ended_at > $7)),
repeated AS (SELECT *, CASE WHEN NOT bad THEN 2 ELSE 2
  + coalesce((lag(fact_on, 1) OVER w + interval '12 months' > fact_on)::int, 0)
  + coalesce((lag(fact_on, 2) OVER w + interval '12 months' > fact_on)::int, 0) END * points AS units
  FROM known
  WINDOW w AS (PARTITION BY enterprise, site, item_code ORDER BY fact_on, effective_from,
    sha256(convert_to(fact, 'UTF8')), id)),
active AS (SELECT *, row_number() OVER (PARTITION BY enterprise, site, bad, fact ORDER BY units DESC,
  fact_on, effective_from, item_code, id)
  AS place FROM repeated WHERE effective_from <= $8 AND $8 < expires_on),
halves AS (SELECT enterprise, site, item_code, bad, cap, least(sum(units), half_cap) AS units FROM active
  WHERE place = 1
  GROUP BY enterprise, site, item_code, bad, cap, half_cap, CASE WHEN half_cap < $9 THEN half END),
items AS (SELECT enterprise, site, bad, least(sum(units), cap) AS units FROM halves
  GROUP BY enterprise, site, item_code, bad, cap),
folds AS (SELECT enterprise, site, coalesce(sum(units) FILTER (WHERE NOT bad), 0) AS good,
  coalesce(sum(units) FILTER (WHERE bad), 0) AS bad FROM items GROUP BY enterprise, site),
sites AS (SELECT a.enterprise,
  a.area_centi::numeric * ($10::date - greatest(a.start_on, $11::date)) AS weight,
  coalesce(e.quality_centi, 8000) * 2
  + least(greatest(20000 + least(coalesce(f.good, 0), 2000) - coalesce(f.bad, 0), 0), 22000) AS part
  FROM credit_project_assignment a LEFT JOIN credit_evaluation e USING (enterprise, community)
  LEFT JOIN folds f ON f.enterprise = a.enterprise AND f.site = a.community),
means AS (SELECT enterprise, sum(part * weight) AS top, 4 * sum(weight) AS down FROM sites
  GROUP BY enterprise),
scores AS (SELECT m.enterprise, m.down, least(greatest(m.top
  + (least(coalesce(f.good, 0), 3000) - coalesce(f.bad, 0)) * m.down / 2, 0), 11500 * m.down) AS top
  FROM means m LEFT JOIN folds f ON f.enterprise = m.enterprise AND f.site = 0)
SELECT enterprise, (div(top, down) + CASE WHEN 2 * mod(top, down) > down OR (2 * mod(top, down) = down
  AND mod(div(top, down), 2) = 1) THEN 1 ELSE 0 END)::int AS score FROM scores ORDER BY enterprise
"""


async def _fill() -> None:
    """Copy the tables of one small world, so many times."""
    await database.execute("CREATE SCHEMA measured")
    for table, (changed, which, copies) in COPIES.items():
        began = perf_counter()
        rows = await database.fetch(
            "SELECT column_name FROM information_schema.columns WHERE table_name = $1"
            " AND table_schema = 'public' ORDER BY ordinal_position",
            table,
        )
        names = [row["column_name"] for row in rows]
        values = ", ".join(changed.get(name, f't."{name}"') for name in names)
        copied, kept = ("true", which) if which.startswith("n ") else (which, "true")
        await database.execute(f"CREATE UNLOGGED TABLE measured.{table} (LIKE public.{table})")
        one = f"SELECT * FROM public.{table} t WHERE {copied} ORDER BY id LIMIT 1"  # noqa: S608
        for first in range(1, copies + 1, AT_ONCE):
            series = f"generate_series({first}::bigint, {min(first + AT_ONCE - 1, copies)})"
            rows_made = f"SELECT {values} FROM ({one}) t, {series} n WHERE {kept}"  # noqa: S608
            await database.execute(f"INSERT INTO measured.{table} {rows_made}")
        if "enterprise" in names:
            await database.execute(f"CREATE INDEX ON measured.{table} (enterprise)")
        await database.execute(f"ANALYZE measured.{table}")
        print(f"      {table}: {copies:,} rows in {perf_counter() - began:.0f} s", flush=True)


def _items(rules: RuleSet) -> list[list[object]]:
    """Return what the SQL has to know of items, in half centi-points."""
    columns = weights(rules, [item.code for item in rules.items])
    assert columns.scale == 2
    own = [item.subject.value == "ENT" for item in rules.items]
    named = [item.code for item in rules.items]
    points, bad, caps, halves = (
        one.tolist() for one in (columns.points, columns.bad, columns.caps, columns.cycle_caps)
    )
    return [named, points, bad, own, caps, halves]


async def measure(market: Market) -> list[Goal]:
    """Measure arithmetic against SQL, and everything against COPY."""
    del market
    await a_small_world()
    async with database.transaction():
        await database.execute("SET LOCAL search_path = measured, public")
        return await _measured()


async def a_small_world() -> None:
    """Walk one record, one evaluation and one project through the acts, and copy them."""
    await make.an_evaluation(world := await make.a_world())
    await make.a_record(world)
    await _fill()


async def _measured() -> list[Goal]:
    rules = await rule_sets.version(1)
    moment = Moment.live(AT, cycle.of(local_day(AT)))
    began = perf_counter()
    city = await everybody.read(moment)
    prepared = scoring.prepared_for(city.columns, rules)
    print(f"      read and sorted in {perf_counter() - began:.1f} s", flush=True)
    ours = min(_arithmetic(prepared, rules) for _ in range(ROUNDS))
    found = scoring.score(prepared, rules)
    assert not found.hard.any()
    half = cycle.of(local_day(AT))
    asked = (*_items(rules), AT, local_day(AT), UNCAPPED, local_day(AT) + timedelta(days=1), half.start)
    began = perf_counter()
    rows = await database.fetch(SQL, *asked)
    bare = perf_counter() - began
    print(f"      SQL in {bare:.1f} s, columns in {ours:.2f} s", flush=True)
    order = np.argsort(city.columns.enterprises.id)
    assert [row["score"] for row in rows] == found.published[order].tolist(), "both give the same scores"
    whole = min([await everything(moment, rules) for _ in range(ROUNDS)])
    out = min([await _copied_out() for _ in range(ROUNDS)])
    print(f"      all in {whole:.2f} s, COPY out in {out:.2f} s", flush=True)
    size = f"{RECORDS:,} records of {OWNERS:,} enterprises"
    return [
        await _draft(moment, rules, city),
        Goal(
            name="score-everybody",
            goal=f"{size}: arithmetic at least {FASTER:.0f} × faster than SQL with the same scores",
            figure=round(bare / ours, 2),
            verdict=verdict(passed=bare / ours >= FASTER),
            ours_ms=round(ours * 1000, 3),
            bare_ms=round(bare * 1000, 3),
            against="the equivalent GROUP BY in PostgreSQL: repeats, caps, one count a fact, mean, rounding",
        ),
        Goal(
            name="everybody-end-to-end",
            goal=f"{size}: a cycle closed in at most {TIMES_COPY:.0f} × COPY of the same rows out",
            figure=round(whole / out, 2),
            verdict=verdict(passed=whole / out <= TIMES_COPY),
            ours_ms=round(whole * 1000, 3),
            bare_ms=round(out * 1000, 3),
            against="COPY of records, projects and evaluations as text, thrown away",
        ),
    ]


async def _draft(moment: Moment, rules: RuleSet, city: everybody.Everybody) -> Goal:
    """Measure a further rule set on columns that are read already, beside the exact engine from rows."""
    some = city.enterprises[:: max(1, OWNERS // SOME)]
    prepared = scoring.prepared_for(await reading.load(some, moment), rules)
    ours = min(_arithmetic(prepared, rules) for _ in range(ROUNDS))
    began = perf_counter()
    exact = await scores.compute_all(some, moment, rules=rules)
    bare = perf_counter() - began
    assert [one.score.published for one in exact] == scoring.score(prepared, rules).published.tolist()
    return Goal(
        name="what-if-draft",
        goal=f"{len(some):,} enterprises: a draft at least {DRAFT:.0f} × faster than a full re-score",
        figure=round(bare / ours, 2),
        verdict=verdict(passed=bare / ours >= DRAFT),
        ours_ms=round(ours * 1000, 3),
        bare_ms=round(bare * 1000, 3),
        against="the exact engine from rows, with the same scores",
    )


def _arithmetic(prepared: Prepared, rules: RuleSet) -> float:
    began = perf_counter()
    found = scoring.score(prepared, rules)
    scoring.grades(found, rules, prepared.columns.enterprises.code)
    return perf_counter() - began


async def everything(moment: Moment, rules: RuleSet) -> float:
    """Close a cycle as the product does; registers of enterprises are read before, as they are not scores."""
    enterprises = await parties.enterprises()
    names = ("enterprise", "score_centi", "tender_centi", "grade")
    made = "enterprise int, score_centi int, tender_centi int, grade text"
    await database.execute(f"CREATE TEMP TABLE scored ({made}) ON COMMIT DROP")
    began = perf_counter()
    ordered, scored = await everybody.rated(enterprises, moment, rules=rules)
    found = await everybody.letters(ordered, scored, rules=rules)
    rating.results_digest(found)
    rows = ((one.enterprise, one.score_centi, one.tender_centi, one.grade.value) for one in found)
    async with database.connection() as wire:
        await wire.copy_records_to_table("scored", records=rows, columns=names)
    taken = perf_counter() - began
    await database.execute("DROP TABLE scored")
    return taken


async def _copied_out() -> float:
    async def away(_: bytes) -> None:
        pass

    columns = (
        "id, enterprise, community, item_code, fact, fact_on, effective_from, expires_on, decided_at, stage"
    )
    began = perf_counter()
    async with database.connection() as wire:
        await wire.copy_from_query(f"SELECT {columns}, ended_at FROM credit_record", output=away)  # noqa: S608
        for table in ("credit_project_assignment", "credit_evaluation"):
            await wire.copy_from_table(table, output=away)
    return perf_counter() - began
