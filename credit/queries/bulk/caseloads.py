"""12345 cases as batches that stand tell them: what a file would bring, the figures and rates that follow."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from credit.domain import cycle as cycles
from credit.domain import figures
from credit.domain.bulk import batch, caseload, counting
from credit.domain.bulk.caseload import Case, Loaded, Told
from credit.domain.bulk.cells import Row
from credit.domain.bulk.counting import Counted, Key
from credit.domain.bulk.linking import Links, Place, Service
from credit.domain.bulk.records import LARGEST_FILE, MOST_LISTED, MOST_ROWS
from credit.domain.evaluation import Cases
from credit.domain.figures import Rates
from credit.domain.rule_set import RuleSet
from credit.queries import rule_sets
from credit.queries.bulk import tables
from market.kernel.actor import Actor
from market.kernel.errors import MarketError
from market.kernel.period import local_day, start_of_day
from market.runtime import database, keys


class Caseload(msgspec.Struct, frozen=True, kw_only=True):
    """A batch of cases that was taken over."""

    id: int
    stage: batch.Stage
    organisation: int
    organisation_name: str
    path: tuple[str, ...]
    file_digest: str
    rows: int
    known: int
    unlinked: int
    imported_at: datetime
    undone_at: datetime | None
    undo_reason: str


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """Figures with their rates, gross and net of exclusions."""

    gross: Cases
    net: Cases
    gross_rates: Rates
    net_rates: Rates


class ProjectSummary(msgspec.Struct, frozen=True, kw_only=True):
    """The same of one project in one cycle."""

    community: int
    community_name: str
    enterprise: int
    enterprise_name: str
    cycle: str
    summary: Summary


class UnlinkedCase(msgspec.Struct, frozen=True):
    """A case without project or enterprise, and why."""

    line: int
    case_no: str
    why: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A batch with what its cases say by themselves.

    Attributes:
        calls: Rows of the batch; ``cases`` after repeated calls were made one.
        reasons: Why cases have no project or enterprise, with how many.
        excluded: Reasons of exclusion, with how many rows.
    """

    caseload: Caseload
    calls: int
    cases: int
    reasons: dict[str, int]
    unlinked: tuple[UnlinkedCase, ...]
    excluded: dict[str, int]
    whole: Summary
    projects: tuple[ProjectSummary, ...]


_CASELOAD = (
    "SELECT b.id, b.stage, b.organisation, o.name AS organisation_name, b.path, b.file_digest, b.rows,"
    " b.known, b.unlinked, b.imported_at, b.undone_at, b.undo_reason FROM credit_caseload b"
    " JOIN parties_organisation o ON o.id = b.organisation"
)
_COLUMNS = (
    "c.line, c.case_no, c.community, c.enterprise, c.unlinked, c.received_at, c.contacted_at, c.called_back,"
    " c.resolved, c.satisfied, c.excluded, c.call, c.content"
)
_STANDING = (
    f"SELECT DISTINCT ON (c.case_no) {_COLUMNS} FROM credit_case c"  # noqa: S608 - our own columns
    " JOIN credit_caseload b ON b.id = c.caseload WHERE b.stage = 'taken' AND c.case_no IN"
    " (SELECT case_no FROM credit_case WHERE community = ANY($1)) ORDER BY c.case_no, c.caseload DESC"
)
"""Of each case that ever was of these communities, what the newest batch that stands says."""


async def loaded(data: bytes, *, by: Actor, now: datetime) -> Loaded:
    """Say what a file of cases would bring; writes nothing.

    Raises:
        WorkbookError, SheetError, TableError: The file as a whole cannot be read.
    """
    rows, findings = await tables.read(
        data, caseload.COLUMNS, sheet=caseload.SHEET, limit=LARGEST_FILE, rows=MOST_ROWS
    )
    links = await _links(by.division or "")
    cases, wrong = await asyncio.to_thread(_read, rows, links, now)
    told = await _told([case.case_no for case in cases])
    new, changed, known, conflicts = await asyncio.to_thread(_compare, cases, told, by)
    return Loaded(
        rows=len(rows),
        new=tuple(new),
        changed=changed,
        known=tuple(known),
        findings=tuple(sorted((*findings, *wrong, *conflicts), key=_line)),
    )


def _line(finding: MarketError) -> int:
    return int(str(finding.context.get("line", 0)))


def _read(rows: Sequence[Row], links: Links, now: datetime) -> tuple[list[Case], list[MarketError]]:
    return caseload.read(rows, link=links.of, blind=keys.current().blind, now=now)


def _compare(
    cases: Sequence[Case], told: dict[str, Told], by: Actor
) -> tuple[list[Case], int, list[int], list[MarketError]]:
    return caseload.compare(cases, told, by=by)


async def _links(division: str) -> Links:
    places = await database.fetch(
        "SELECT c.id, c.code, c.name, c.address FROM parties_community c"
        " JOIN parties_division d ON d.code = c.division WHERE d.path @> ARRAY[$1]::varchar[]",
        division,
    )
    services = await database.fetch(
        "SELECT a.community, a.enterprise, a.start_on, a.end_on FROM credit_project_assignment a"
        " WHERE a.community = ANY($1)",
        [row["id"] for row in places],
    )
    return Links(msgspec.convert(places, list[Place]), msgspec.convert(services, list[Service]))


async def _told(numbers: Sequence[str]) -> dict[str, Told]:
    rows = await database.fetch(
        "SELECT DISTINCT ON (c.case_no) c.case_no, c.content, c.caseload, b.path FROM credit_case c"
        " JOIN credit_caseload b ON b.id = c.caseload WHERE b.stage = 'taken' AND c.case_no = ANY($1)"
        " ORDER BY c.case_no, c.caseload DESC",
        numbers,
    )
    return {row["case_no"]: msgspec.convert(row, Told) for row in rows}


async def communities_of(numbers: Sequence[str]) -> frozenset[int]:
    """Return the communities that any batch ever told of these cases."""
    rows = await database.fetch(
        "SELECT DISTINCT community FROM credit_case WHERE case_no = ANY($1) AND community IS NOT NULL",
        numbers,
    )
    return frozenset(row["community"] for row in rows)


async def figures_of(communities: Collection[int], *, now: datetime) -> dict[Key, Counted]:
    """Return the figures of some communities as all batches that stand make them."""
    rows = await database.fetch(_STANDING, sorted(communities))
    rules = await rule_sets.in_force(local_day(now))
    found = await asyncio.to_thread(_figures, msgspec.convert(rows, list[Case]), rules)
    return {key: value for key, value in found.items() if key[1] in communities}


def _figures(cases: Sequence[Case], rules: RuleSet) -> dict[Key, Counted]:
    return counting.figures(counting.merge(cases, rules=rules), rules=rules)


async def told_early(halves: Collection[str], *, within: str) -> frozenset[Key]:
    """Return projects of a division whose cases were last told as figures before their half-year was over."""
    found: set[Key] = set()
    for half in map(cycles.named, halves):
        rows = await database.fetch(
            "SELECT f.enterprise, f.community FROM credit_case_figure f JOIN credit_case_batch b"
            " ON b.id = f.batch JOIN parties_community c ON c.id = f.community JOIN parties_division d"
            " ON d.code = c.division WHERE b.cycle = $1 AND b.caseload IS NOT NULL"
            " AND d.path @> ARRAY[$2]::varchar[] GROUP BY f.enterprise, f.community"
            " HAVING max(b.imported_at) < $3",
            half.name,
            within,
            start_of_day(half.end),
        )
        found |= {(row["enterprise"], row["community"], half.name) for row in rows}
    return frozenset(found)


async def standing_file(file_digest: str) -> Caseload | None:
    """Return the batch of a file that was taken over and stands."""
    rows = await database.fetch(f"{_CASELOAD} WHERE b.file_digest = $1 AND b.stage = 'taken'", file_digest)
    return msgspec.convert(rows[0], Caseload) if rows else None


async def one(number: int, *, lock: bool = False) -> Caseload:
    """Return a batch.

    Raises:
        BatchUnknownError: There is none.
    """
    suffix = " FOR UPDATE OF b" if lock else ""
    rows = await database.fetch(f"{_CASELOAD} WHERE b.id = $1{suffix}", number)
    if not rows:
        raise batch.BatchUnknownError(f"no batch {number}", batch=number)
    return msgspec.convert(rows[0], Caseload)


async def within(division: str, *, limit: int = 50) -> list[Caseload]:
    """Return the newest batches of a division and those below it."""
    rows = await database.fetch(
        f"{_CASELOAD} WHERE b.path @> ARRAY[$1]::varchar[] ORDER BY b.id DESC LIMIT $2", division, limit
    )
    return msgspec.convert(rows, list[Caseload])


async def cases_of(number: int) -> list[Case]:
    """Return the cases of a batch in the order of the file."""
    rows = await database.fetch(
        f"SELECT {_COLUMNS} FROM credit_case c WHERE c.caseload = $1 ORDER BY c.line",  # noqa: S608
        number,
    )
    return msgspec.convert(rows, list[Case])


async def report(found: Caseload, *, now: datetime) -> Report:
    """Return a batch with the rates of its cases, whole and by project."""
    cases, rules = await cases_of(found.id), await rule_sets.in_force(local_day(now))
    merged = await asyncio.to_thread(counting.merge, cases, rules=rules)
    by_project = await asyncio.to_thread(counting.figures, merged, rules=rules)
    names = await _names(by_project)
    return Report(
        caseload=found,
        calls=len(cases),
        cases=len(merged),
        unlinked=tuple(UnlinkedCase(c.line, c.case_no, c.unlinked) for c in cases if c.unlinked)[
            :MOST_LISTED
        ],
        reasons=_counts([case.unlinked for case in cases]),
        excluded=_counts([case.excluded for case in cases]),
        whole=_summary(counting.counted(merged, rules=rules), rules),
        projects=tuple(
            ProjectSummary(
                community=key[1],
                community_name=names["community", key[1]],
                enterprise=key[0],
                enterprise_name=names["enterprise", key[0]],
                cycle=key[2],
                summary=_summary(counts, rules),
            )
            for key, counts in sorted(by_project.items())
        ),
    )


def _counts(words: Sequence[str]) -> dict[str, int]:
    return {word: words.count(word) for word in sorted(set(words)) if word}


def _summary(counts: Counted, rules: RuleSet) -> Summary:
    return Summary(
        gross=counts.gross,
        net=counts.net,
        gross_rates=figures.rates(counts.gross, rules=rules),
        net_rates=figures.rates(counts.net, rules=rules),
    )


async def _names(wanted: Collection[Key]) -> dict[tuple[str, int], str]:
    communities = await database.fetch(
        "SELECT id, name FROM parties_community WHERE id = ANY($1)", [key[1] for key in wanted]
    )
    enterprises = await database.fetch(
        "SELECT id, name FROM parties_organisation WHERE id = ANY($1)", [key[0] for key in wanted]
    )
    return {
        **{("community", row["id"]): row["name"] for row in communities},
        **{("enterprise", row["id"]): row["name"] for row in enterprises},
    }
