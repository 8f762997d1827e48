"""What a visit leaves: photographs, the record, and what follows from its flaws, all in one step."""

from datetime import datetime
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from contracts_templates import form, stamp
from contracts_templates import oversight as papers
from credit.domain.act import Act
from credit.domain.catalogue import Subject
from credit.domain.oversight import inspection
from credit.domain.oversight.inspection import LIFECYCLE, Found, Protocol, Pursuit, Verb
from credit.domain.oversight.order import Proposal
from credit.domain.record import Draft
from credit.domain.rule_set import RuleSet
from credit.oversight_tables import InspectionRow, OrderRow, PhotoRow
from credit.queries import rule_sets
from credit.queries.oversight import visits as questions
from credit.services import drafting
from credit.services.oversight import exif, orders, visits
from credit.tables import RecordRow
from market.kernel.actor import Actor
from market.kernel.digest import digest
from market.kernel.errors import InvalidInputError
from market.kernel.period import SHANGHAI, local_day
from market.runtime import audit, database, files, marks

LARGEST = 10 << 20
PICTURES = frozenset({"image/jpeg", "image/png"})


class PhotoTimeError(InvalidInputError):
    """A photograph carries its time, or the inspector enters it; it was taken by now."""

    code: ClassVar[str] = "credit-photo-time"
    source = "APL 47"


class Entered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the inspector says of a photograph; used where the file itself does not say."""

    indicator: Annotated[str, Meta(max_length=8)]
    taken_at: Annotated[datetime, Meta(tz=True)] | None = None
    latitude_micro: Annotated[int, Meta(ge=-90_000_000, le=90_000_000)] | None = None
    longitude_micro: Annotated[int, Meta(ge=-180_000_000, le=180_000_000)] | None = None


async def photograph(*, inspection_id: int, entered: Entered, data: bytes, by: Actor, now: datetime) -> int:
    """Keep a photograph of a visit with its time and place.

    Raises:
        PhotoTimeError: Neither file nor inspector says when, or it lies in the future.
        FileKindError: No picture.
    """
    own = exif.read(data)
    taken = own.taken_at or entered.taken_at
    if taken is None or taken > now:
        raise PhotoTimeError("when was it taken", field="taken_at")
    placed = own if own.latitude_micro is not None else entered
    async with database.transaction():
        found = await visits.carried(inspection_id, act=Act.INSPECTION_PHOTOGRAPH, by=by)
        LIFECYCLE.after(found.stage, Verb.HOLD)
        _check_line(entered.indicator, await rule_sets.in_force(local_day(found.planned_at)))
        stored = await files.put(data, limit=LARGEST, kinds=PICTURES)
        both = placed.latitude_micro is not None and placed.longitude_micro is not None
        rows = await PhotoRow.insert(
            PhotoRow(
                inspection=found.id,
                indicator=entered.indicator,
                file_digest=stored.digest,
                taken_at=taken,
                latitude_micro=placed.latitude_micro if both else None,
                longitude_micro=placed.longitude_micro if both else None,
                source="exif" if own.taken_at is not None else "entered",
                added_at=now,
                added_by=by.name,
            )
        )
        number = int(rows[0]["id"])
        changed = [audit.row(PhotoRow, number)]
        await visits.record(found.id, Act.INSPECTION_PHOTOGRAPH, changed, by=by, now=now)
        return number


def _check_line(name: str, rules: RuleSet) -> None:
    if name not in {one.id for one in rules.indicators}:
        raise inspection.ChecklistError("unknown line", field="indicator", line=name)


async def hold(*, inspection_id: int, protocol: Protocol, by: Actor, now: datetime) -> None:
    """Store what two inspectors saw; from now on the enterprise sees it and may make a statement.

    Raises:
        ChecklistError: An unknown line, a flaw without words, or nothing looked at.
        VisitDatesError: The visit lies in the future or before its window.
    """
    async with database.transaction():
        found = await visits.carried(inspection_id, act=Act.INSPECTION_HOLD, by=by)
        target = LIFECYCLE.after(found.stage, Verb.HOLD)
        rules = await rule_sets.in_force(local_day(found.planned_at))
        known = {one.id for one in rules.indicators}
        inspection.check_protocol(protocol, known=known, from_on=found.from_on, now=now)
        paper = await _paper(found, protocol, rules=rules, now=now)
        lines = msgspec.to_builtins(protocol.lines)
        values: visits.Values = {
            InspectionRow.visited_at: protocol.visited_at,
            InspectionRow.results: msgspec.json.encode(protocol.lines).decode(),
            InspectionRow.results_digest: digest("credit-visit", {"salt": found.salt, "lines": lines}),
            InspectionRow.summary: protocol.summary.strip(),
            InspectionRow.content: msgspec.json.encode(paper).decode(),
            InspectionRow.paper_digest: stamp.content_digest(form.INSPECTION, paper),
            InspectionRow.checkpoint: await marks.checkpoint(),
            InspectionRow.held_at: now,
            InspectionRow.held_by: by.name,
            InspectionRow.next_due_at: None,
        }
        await visits.tell(found, "credit.inbox.visit-held", to=found.enterprise, now=now)
        await visits.finish(found, target, values, act=Act.INSPECTION_HOLD, by=by, now=now)


async def _paper(
    found: questions.Case, protocol: Protocol, *, rules: RuleSet, now: datetime
) -> papers.InspectionRecord:
    checks = {one.id: one.check_zh for one in rules.indicators}
    photos = await questions.photos(found.id)
    flaws = inspection.flaws(protocol.lines)
    seen = [line for line in protocol.lines.values() if line.found is not Found.UNSEEN]
    first, second = (papers.Officer(name=o.name, certificate=o.certificate) for o in found.inspectors)
    return papers.InspectionRecord(
        number=number_of(found),
        authority=found.authority_name,
        enterprise=found.enterprise_name,
        enterprise_code=found.enterprise_code,
        community=found.community_name,
        visited_at=protocol.visited_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        unannounced=found.announced_at is None,
        inspectors=(first, second),
        all_lines=len(checks),
        good=len(seen) - len(flaws),
        unseen=len(checks) - len(seen),
        flaws=tuple(
            papers.Flaw(
                line=name,
                check=checks[name],
                note=note,
                photos=tuple(photo.file_digest for photo in photos if photo.indicator == name),
            )
            for name, note in sorted(flaws.items())
        ),
        summary=protocol.summary.strip(),
        made_on=local_day(now),
    )


def number_of(found: questions.Case) -> str:
    """Return the number the record of a visit bears."""
    return f"JC-{found.from_on.year}-{found.id}"


async def pursue(*, inspection_id: int, pursuits: dict[str, Pursuit], by: Actor, now: datetime) -> None:
    """Draft the records and propose the orders that follow from flaws, all of them or none.

    Each is a draft or a proposal: a second person decides on it. Two things about one flaw are one fact.

    Raises:
        PursuitError: No flaw of the checklist, or an order without its action.
    """
    async with database.transaction():
        found = await visits.carried(inspection_id, act=Act.INSPECTION_PURSUE, by=by)
        target = LIFECYCLE.after(found.stage, Verb.PURSUE)
        inspection.check_pursuits(pursuits, lines=found.results)
        photos = {one.indicator: one.file_digest for one in reversed(await questions.photos(found.id))}
        rows: list[audit.Changed] = []
        for name, one in sorted(pursuits.items()):
            rows += await _pursue(found, name, one, photo=photos.get(name, ""), by=by, now=now)
        values: visits.Values = {InspectionRow.pursued_at: now, InspectionRow.pursued_by: by.name}
        await visits.finish(
            found, target, values, act=Act.INSPECTION_PURSUE, by=by, now=now, rows=tuple(rows)
        )


async def _pursue(
    found: questions.Case, name: str, one: Pursuit, *, photo: str, by: Actor, now: datetime
) -> list[audit.Changed]:
    assert found.visited_at is not None  # noqa: S101 - a CHECK of the table: held means visited
    day, facts = local_day(found.visited_at), f"{name} {found.results[name].note.strip()}"
    origin, rows = f"inspection:{found.id}:{name}", list[audit.Changed]()
    if one.breach:
        proposal = Proposal(
            addressee=found.enterprise,
            community=found.community,
            breach=one.breach,
            found_on=day,
            facts=facts,
            action=one.action.strip(),
            evidence_digest=photo,
        )
        number = await orders.insert(proposal=proposal, origin=origin, by=by, now=now)
        rows.append(audit.row(OrderRow, number))
    if one.item_code:
        item = (await rule_sets.in_force(local_day(now))).item(one.item_code)
        draft = Draft(
            item_code=item.code,
            enterprise=found.enterprise,
            community=found.community if item.subject is Subject.PROJECT else None,
            fact_on=day,
            facts=facts,
            fact=origin,
            document_no=number_of(found) if photo else "",
            document_on=day if photo else None,
            file_digest=photo,
        )
        case = await drafting.insert(draft=draft, origin=origin, by=by, now=now)
        rows += [] if case is None else [audit.row(RecordRow, case.id)]
    return rows
