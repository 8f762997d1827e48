"""Emergency service: the street appoints it; it ends by the street, a new contract or the clock (BPR 77)."""

from datetime import date, datetime

import msgspec

from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS
from bidding.domain.tenure import emergency
from bidding.queries.tenure import emergencies as queries
from bidding.services.tenure import concerned
from bidding.services.tenure.terms import NoProviderError
from bidding.tables.tenures import EmergencyRow
from market.kernel import period
from market.kernel.actor import Actor
from market.parties import public as parties
from market.runtime import audit, database


async def appoint(*, community: int, asked: emergency.Appointment, by: Actor, now: datetime) -> queries.Found:
    """Appoint an enterprise for an area that is suddenly without service.

    Raises:
        EmergencyRunsError: The area has emergency service already.
        NoProviderError: Not an enterprise.
        FindingsError: Dates, length, services or words; everything at once.
    """
    async with database.transaction():
        place = await parties.community(community)
        PERMISSIONS[Act.EMERGENCY_APPOINT].check(by, path=place.path)
        await database.lock(f"term:{community}")
        earlier = await queries.of_community(community)
        if running := [each for each in earlier if each.stage is emergency.Stage.ACTIVE]:
            raise emergency.EmergencyRunsError(number=running[0].number, field="community")
        serving = await parties.organisation_by_code(asked.provider)
        if serving.kind is not parties.OrganisationKind.ENTERPRISE:
            raise NoProviderError(field="provider", name=serving.name)
        emergency.check(
            asked,
            last=await queries.last_of(community, asked.start_on),
            months=queries.months(),
            today=period.local_day(now),
        )
        row = EmergencyRow(
            number=f"YJ-{community}-{len(earlier) + 1}",
            community=community,
            street=by.organisation,
            provider=serving.id,
            ground=asked.ground.value,
            reasons=asked.reasons,
            services=msgspec.json.encode(asked.services).decode(),
            content=asked.content,
            fees=asked.fees,
            start_on=asked.start_on,
            end_on=asked.end_on,
            stage=emergency.LIFECYCLE.initial.value,
            appointed_at=now,
            appointed_by=by.name,
            next_due_at=emergency.due(emergency.LIFECYCLE.initial, asked.end_on),
        )
        await row.save()
        return await _told(Act.EMERGENCY_APPOINT, row.id, "appointed", by=by, now=now)


async def end(*, number: str, reasons: str, by: Actor, now: datetime) -> queries.Found:
    """End an emergency service as the street, before its last day.

    Raises:
        WordsMissingError: No reasons.
        UnknownMoveError: It has ended.
    """
    async with database.transaction():
        found = await queries.locked(number)
        PERMISSIONS[Act.EMERGENCY_END].check(by, path=found.path)
        if not reasons.strip():
            raise emergency.WordsMissingError(field="reasons")
        await _move(found, emergency.Step.END)
        await EmergencyRow.update(
            {
                EmergencyRow.why: emergency.Why.STREET.value,
                EmergencyRow.ended_at: now,
                EmergencyRow.ended_by: by.name,
                EmergencyRow.end_reasons: reasons,
                EmergencyRow.next_due_at: None,
            }
        ).where(EmergencyRow.id == found.id)
        return await _told(Act.EMERGENCY_END, found.id, "ended", by=by, now=now)


async def lapse(*, emergency_id: int, by: Actor, now: datetime) -> None:
    """End an emergency service whose last day has passed; nothing prolongs it.

    Args:
        now: The due instant, the first of the day after the last.
    """
    async with database.transaction():
        PERMISSIONS[Act.EMERGENCY_LAPSE].check(by)
        found = await queries.by_id(emergency_id)
        await _move(found, emergency.Step.LAPSE)
        await EmergencyRow.update(
            {
                EmergencyRow.ended_at: now,
                EmergencyRow.ended_by: by.name,
                EmergencyRow.next_due_at: None,
            }
        ).where(EmergencyRow.id == found.id)
        await _told(Act.EMERGENCY_LAPSE, found.id, "ended", by=by, now=now)


async def lapse_due(*, id: int, now: datetime) -> None:  # noqa: A002 - the scheduler's word
    """Do what the clock asks of an emergency service."""
    await lapse(emergency_id=id, by=Actor.platform(), now=now)


async def shorten(community: int, contract_start: date, *, now: datetime) -> list[audit.Changed]:
    """Let emergency service end with the day before a new contract begins, in the signature's transaction."""
    rows = []
    for found in await queries.of_community(community):
        last = emergency.shortened(
            found.start_on, found.end_on, contract_start=contract_start, today=period.local_day(now)
        )
        if found.stage is emergency.Stage.ACTIVE and last < found.end_on:
            await EmergencyRow.update(
                {
                    EmergencyRow.end_on: last,
                    EmergencyRow.why: emergency.Why.CONTRACT.value,
                    EmergencyRow.next_due_at: emergency.due(found.stage, last),
                }
            ).where(EmergencyRow.id == found.id)
            rows.append(audit.row(EmergencyRow, found.id))
    return rows


async def _move(found: queries.Found, step: emergency.Step) -> None:
    target = emergency.LIFECYCLE.after(found.stage, step)
    await database.move(EmergencyRow, id=found.id, expected=found.stage, to=target)


async def _told(act: Act, emergency_id: int, what: str, *, by: Actor, now: datetime) -> queries.Found:
    changed = [audit.row(EmergencyRow, emergency_id)]
    subject = f"emergency:{emergency_id}"
    entry = await audit.record(act=act, by=by, subject=subject, now=now, changed=changed)
    found = await queries.by_id(emergency_id)
    await concerned.tell_of_emergency(found, what, entry)
    return found
