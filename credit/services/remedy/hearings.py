"""Hearings of exit-list cases: called seven working days ahead, recorded by who did not open the case."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from credit.domain import list_entry
from credit.domain.act import Act
from credit.domain.list_entry import Stage
from credit.domain.record import OwnRecordError
from credit.queries import rule_sets
from credit.queries.remedy import hearings as questions
from credit.services import listings
from credit.services.records import need_reasons
from credit.supervision_tables import HearingRow
from market.kernel.actor import Actor
from market.kernel.digest import digest
from market.kernel.period import local_day
from market.runtime import audit, database, workdays


class Call(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When and where a hearing is held."""

    held_at: Annotated[datetime, Meta(tz=True)]
    place: Annotated[str, Meta(min_length=1, max_length=200)]


class Minutes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The record of a hearing: what was said, who came, and the signed file."""

    minutes: Annotated[str, Meta(min_length=1, max_length=4000)]
    file_digest: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    attended: bool = False


async def call(*, entry_id: int, call: Call, by: Actor, now: datetime) -> None:
    """Call the hearing an enterprise asked for; it is told at once.

    Raises:
        HearingNotAskedError: Nobody asked, it is too early or too late in the case.
        HearingDateError: Less than seven working days ahead (APL 64).
        ConflictError: It was called before.
    """
    async with database.transaction():
        case = await listings.opened(entry_id, act=Act.LIST_CALL_HEARING, by=by)
        if case.stage is not Stage.NOTICE_SERVED or not await questions.asked(case.id):
            raise list_entry.HearingNotAskedError("no hearing was asked for", stage=case.stage.value)
        rules = await rule_sets.in_force(local_day(now))
        list_entry.check_call(call.held_at, now=now, rules=rules, days=await workdays.table())
        with database.translated():
            rows = await HearingRow.insert(
                HearingRow(
                    list_entry=case.id,
                    salt=audit.salt(),
                    held_at=call.held_at,
                    place=call.place.strip(),
                    called_at=now,
                    called_by=by.name,
                )
            )
        await listings.tell(case, "credit.inbox.hearing", now=now)
        await _record(case.id, int(rows[0]["id"]), act=Act.LIST_CALL_HEARING, by=by, now=now)


async def hear(*, entry_id: int, minutes: Minutes, by: Actor, now: datetime) -> None:
    """Record the hearing that was held; who opened the case does not preside (APL 64).

    Raises:
        HearingNotAskedError: None was called, or it is recorded already.
        HearingDateError: It was not held yet.
        OwnRecordError: The same person opened the case.
    """
    async with database.transaction():
        case = await listings.opened(entry_id, act=Act.LIST_HEAR, by=by)
        if by.person is None or by.person == case.opened_person:
            raise OwnRecordError("proposer and chair are two people")
        found = await questions.find(case.id, lock=True)
        if found is None or found.recorded_at is not None:
            raise list_entry.HearingNotAskedError("no hearing is open", stage=case.stage.value)
        if now < found.held_at:
            raise list_entry.HearingDateError(
                "not held yet", field="minutes", first=local_day(found.held_at).isoformat()
            )
        text = need_reasons(minutes.minutes, field="minutes")
        values: dict[Any, Any] = {
            HearingRow.attended: minutes.attended,
            HearingRow.minutes: text,
            HearingRow.minutes_digest: digest("credit-hearing", {"salt": found.salt, "minutes": text}),
            HearingRow.file_digest: minutes.file_digest,
            HearingRow.recorded_at: now,
            HearingRow.recorded_by: by.name,
        }
        await HearingRow.update(values).where(HearingRow.id == found.id)
        await _record(case.id, found.id, act=Act.LIST_HEAR, by=by, now=now)


async def _record(entry: int, number: int, *, act: Act, by: Actor, now: datetime) -> None:
    await audit.record(
        act=act,
        by=by,
        subject=f"credit-list-entry:{entry}",
        now=now,
        changed=[audit.row(HearingRow, number)],
    )
