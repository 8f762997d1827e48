"""Taking over a file of 12345 cases and taking it back; what projects' figures change is told as figures."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import msgspec

from credit.bulk_tables import CaseloadRow, CaseRow
from credit.domain import cycle as cycles
from credit.domain import figures
from credit.domain.act import Act
from credit.domain.bulk import batch
from credit.domain.bulk.caseload import Case, CasesRefusedError, Loaded
from credit.domain.bulk.counting import Counted, Key
from credit.domain.evaluation import Cases
from credit.domain.permission import PERMISSIONS
from credit.queries.bulk import caseloads as questions
from credit.services import records
from credit.supervision_tables import CaseBatchRow, CaseFigureRow
from market.kernel.actor import Actor
from market.kernel.digest import digest, h
from market.kernel.period import local_day
from market.runtime import audit, database

LOCK = "credit:caseloads"
COLUMNS = (
    "line",
    "case_no",
    "community",
    "enterprise",
    "unlinked",
    "received_at",
    "contacted_at",
    "called_back",
    "resolved",
    "satisfied",
    "excluded",
    "call",
    "content",
)
NONE = Cases(cases=0, responded=0, called_back=0, resolved=0, partly=0, satisfied=0)


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What taking a file of cases over has done.

    Attributes:
        batch: The batch that stands; ``None`` where every case stood already as the file tells it.
        taken: Cases this act stored, ``changed`` of them told anew.
        known: Lines that said nothing new.
        unlinked: Lines without project or enterprise, and why.
        projects: Projects and cycles whose figures changed.
    """

    batch: int | None
    taken: int
    changed: int
    known: tuple[int, ...]
    unlinked: tuple[tuple[int, str], ...]
    projects: int


async def take_over(*, data: bytes, checked: str = "", by: Actor, now: datetime) -> Outcome:
    """Store the cases of a file that say something new, linked to project and enterprise.

    A later batch may tell more of a case (call-back, result): the newest that stands counts.

    Raises:
        CasesRefusedError: Rows are wrong; every one is named, and nothing is stored.
        BatchOtherFileError: Another file was checked.
    """
    PERMISSIONS[Act.CASES_IMPORT].check(by, path=by.path)
    file_digest = h("file", data)
    batch.check_file(file_digest, checked=checked)
    async with database.transaction():
        await database.lock(LOCK)
        before = await questions.standing_file(file_digest)
        if before is not None:
            lines = tuple(case.line for case in await questions.cases_of(before.id))
            return Outcome(batch=before.id, taken=0, changed=0, known=lines, unlinked=(), projects=0)
        found = await questions.loaded(data, by=by, now=now)
        if found.findings:
            raise CasesRefusedError(found.findings)
        if not found.new:
            return _outcome(None, found, 0)
        early = await questions.told_early(_over(found.new, now=now), within=by.division or "")
        touched = await _communities(found.new) | {community for _, community, _ in early}
        earlier = await questions.figures_of(touched, now=now)
        number = await _store(found, file_digest, by=by, now=now)
        told = await _tell(number, touched, earlier, early, by=by, now=now)
        await audit.record(
            act=Act.CASES_IMPORT,
            by=by,
            subject=f"credit-caseload:{number}",
            now=now,
            changed=[audit.row(CaseloadRow, number), *told.rows],
        )
        return _outcome(number, found, told.projects)


class _Told(msgspec.Struct, frozen=True):
    rows: tuple[audit.Changed, ...]
    projects: int


def _outcome(number: int | None, found: Loaded, projects: int) -> Outcome:
    return Outcome(
        batch=number,
        taken=len(found.new),
        changed=found.changed,
        known=found.known,
        unlinked=found.unlinked,
        projects=projects,
    )


async def _communities(cases: Sequence[Case]) -> frozenset[int]:
    """Return the communities whose figures these cases may change: now theirs, or before."""
    own = {case.community for case in cases if case.community is not None}
    return frozenset(own) | await questions.communities_of([case.case_no for case in cases])


async def _store(found: Loaded, file_digest: str, *, by: Actor, now: datetime) -> int:
    with database.translated():
        stored = await CaseloadRow.insert(
            CaseloadRow(
                stage=batch.Stage.TAKEN.value,
                organisation=by.organisation,
                division=by.division or "",
                path=list(by.path),
                file_digest=file_digest,
                rows_digest=digest("credit-caseload", [[one.line, one.content] for one in found.new]),
                rows=len(found.new),
                known=len(found.known),
                unlinked=len(found.unlinked),
                imported_at=now,
                imported_by=by.name,
            )
        )
    number = int(stored[0]["id"])
    async with database.connection() as wire:
        await wire.copy_records_to_table(
            CaseRow._meta.tablename,
            columns=["caseload", *COLUMNS],
            records=[(number, *(getattr(one, name) for name in COLUMNS)) for one in found.new],
        )
    return number


def _over(cases: Sequence[Case], *, now: datetime) -> frozenset[str]:
    """Return the half-years of some cases that are over: these are the last to be told of them."""
    halves = {cycles.of(local_day(case.received_at)) for case in cases}
    return frozenset(half.name for half in halves if half.end <= local_day(now))


async def _tell(
    number: int,
    touched: Collection[int],
    earlier: Mapping[Key, Counted],
    early: Collection[Key],
    *,
    by: Actor,
    now: datetime,
) -> _Told:
    """Store the figures that changed, one import of figures for each cycle; what has no case left is void.

    Figures that were told before their half-year was over are told anew with the first file after it: what a
    cycle calls for rests on those alone.
    """
    later = await questions.figures_of(touched, now=now)
    changed: dict[str, list[tuple[Key, Cases]]] = defaultdict(list)
    for key in sorted({*earlier, *later}):
        after = later[key].net if key in later else NONE
        anew = key in early and key in later
        if anew or key not in later or key not in earlier or earlier[key].net != after:
            changed[key[2]].append((key, after))
    rows = [
        await _figures(number, cycle, found, gone=frozenset(earlier) - frozenset(later), by=by, now=now)
        for cycle, found in sorted(changed.items())
    ]
    return _Told(tuple(rows), sum(map(len, changed.values())))


async def _figures(
    number: int,
    cycle: str,
    found: Sequence[tuple[Key, Cases]],
    *,
    gone: frozenset[Key],
    by: Actor,
    now: datetime,
) -> audit.Changed:
    values = [
        (enterprise, community, *(getattr(counts, name) for name in figures.COUNTS))
        for (enterprise, community, _), counts in found
    ]
    stored = await CaseBatchRow.insert(
        CaseBatchRow(
            cycle=cycle,
            division=by.division or "",
            caseload=number,
            file_digest=digest("credit-case-figures", [[*each] for each in values]),
            rows=len(found),
            imported_at=now,
            imported_by=by.name,
        )
    )
    made = int(stored[0]["id"])
    async with database.connection() as wire:
        await wire.copy_records_to_table(
            CaseFigureRow._meta.tablename,
            columns=["batch", "enterprise", "community", *figures.COUNTS, "void"],
            records=[(made, *each, key in gone) for (key, _), each in zip(found, values, strict=True)],
        )
    return audit.row(CaseBatchRow, made)


async def undo(*, caseload_id: int, reasons: str, by: Actor, now: datetime) -> None:
    """Take a batch of cases back: what it told counts no longer, and figures are told anew.

    Raises:
        BatchForeignError: Another organisation took it over.
        TransitionError: It was taken back before.
    """
    async with database.transaction():
        await database.lock(LOCK)
        found = await questions.one(caseload_id, lock=True)
        PERMISSIONS[Act.CASES_UNDO].check(by, path=found.path)
        batch.check_own(found.organisation, by=by)
        why = records.need_reasons(reasons)
        to = batch.LIFECYCLE.after(found.stage, batch.Verb.UNDO)
        touched = await _communities(await questions.cases_of(caseload_id))
        earlier = await questions.figures_of(touched, now=now)
        await CaseloadRow.update(
            {CaseloadRow.undone_at: now, CaseloadRow.undone_by: by.name, CaseloadRow.undo_reason: why}
        ).where(CaseloadRow.id == caseload_id)
        await database.move(CaseloadRow, id=caseload_id, expected=found.stage, to=to)
        told = await _tell(caseload_id, touched, earlier, frozenset(), by=by, now=now)
        await audit.record(
            act=Act.CASES_UNDO,
            by=by,
            subject=f"credit-caseload:{caseload_id}",
            now=now,
            changed=[audit.row(CaseloadRow, caseload_id), *told.rows],
        )
