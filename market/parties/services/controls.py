"""Who represents and who controls an enterprise: stated by itself, confirmed or corrected by its district."""

from datetime import date, datetime
from typing import Any

from market.kernel.actor import Actor
from market.kernel.period import local_day
from market.parties.control_tables import ControlRow
from market.parties.domain import control
from market.parties.domain.control import Control, ControlChanged, HolderKind, Statement
from market.parties.domain.permission import PERMISSIONS, Act
from market.parties.queries import controls as queries
from market.parties.queries import records
from market.runtime import audit, outbox
from market.runtime.database import lock, transaction


async def state(*, statement: Statement, by: Actor, now: datetime) -> int:
    """State who represents or controls one's own enterprise; the district confirms it.

    Raises:
        HolderError, DocumentNumberError, ControlDaysError: The statement cannot be right.
        RepresentativesError: Somebody else represents it on one of the days.
    """
    own = by.organisation or 0
    PERMISSIONS[Act.CONTROL_STATE].check(by, organisations=(own,))
    async with transaction():
        await _begin(own)
        return await _enter(own, statement, act=Act.CONTROL_STATE, by=by, now=now)


async def end(*, number: int, to_on: date, by: Actor, now: datetime) -> int:
    """State that somebody no longer represents or controls one's own enterprise, from a day on.

    Raises:
        ControlUnknownError: No such statement stands.
        ControlDaysError: The day lies before the beginning, or in the future.
    """
    async with transaction():
        before = await _standing(number, Act.CONTROL_END, by)
        control.check_days(before.from_on, to_on, today=local_day(now))
        return await _append(before, to_on=to_on, act=Act.CONTROL_END, by=by, now=now)


async def confirm(*, number: int, by: Actor, now: datetime) -> None:
    """Confirm a statement, as the district that looked at the papers.

    Raises:
        ControlUnknownError: No such statement stands.
        ConfirmedError: It is confirmed.
    """
    async with transaction():
        found = await _standing(number, Act.CONTROL_CONFIRM, by)
        if found.confirmed_at is not None:
            raise control.ConfirmedError("confirmed already", value=number)
        await ControlRow.update({ControlRow.confirmed_at: now, ControlRow.confirmed_by: by.name}).where(
            ControlRow.id == number
        )
        await _record(found.organisation, number, act=Act.CONTROL_CONFIRM, by=by, now=now)


async def correct(*, number: int, statement: Statement, by: Actor, now: datetime) -> int:
    """Put a right statement in the place of a wrong one, as the district; it is confirmed at once.

    Raises:
        ControlUnknownError: No such statement stands.
        HolderError, DocumentNumberError, ControlDaysError: The new one cannot be right.
        RepresentativesError: Somebody else represents it on one of the days.
    """
    async with transaction():
        before = await _standing(number, Act.CONTROL_CORRECT, by)
        return await _enter(
            before.organisation, statement, act=Act.CONTROL_CORRECT, by=by, now=now, replaces=number
        )


async def withdraw(*, number: int, by: Actor, now: datetime) -> int:
    """Take back a wrong statement without another in its place, as the district; the register keeps both.

    Raises:
        ControlUnknownError: No such statement stands.
    """
    async with transaction():
        before = await _standing(number, Act.CONTROL_WITHDRAW, by)
        return await _append(before, to_on=before.to_on, act=Act.CONTROL_WITHDRAW, by=by, now=now)


async def _begin(organisation: int) -> None:
    """Let statements of one enterprise take turns."""
    control.check_kind((await records.organisation(organisation)).kind)
    await lock(f"parties:control:{organisation}")


async def _standing(number: int, act: Act, by: Actor) -> Control:
    """Return a statement that stands, locked, after asking whether the actor may."""
    found = await queries.one(number)
    body = await records.organisation(found.organisation)
    PERMISSIONS[act].check(by, organisations=(body.id,), path=body.path)
    await _begin(body.id)
    return await queries.one(number)


async def _enter(
    organisation: int,
    statement: Statement,
    *,
    act: Act,
    by: Actor,
    now: datetime,
    replaces: int | None = None,
) -> int:
    holder, value = control.holder_of(statement)
    control.check_days(statement.from_on, statement.to_on, today=local_day(now))
    others = [each for each in await queries.of(organisation) if each.id != replaces]
    control.check_representatives(statement, others)
    said = {
        "organisation": organisation,
        "capacity": statement.capacity.value,
        "holder": holder.value,
        "identity": value if holder is HolderKind.ORGANISATION else queries.identity_of(value),
        "name": statement.name.strip(),
        "from_on": statement.from_on,
        "to_on": statement.to_on,
        "replaces": replaces,
    }
    return await _save(said, confirmed=act is Act.CONTROL_CORRECT, act=act, by=by, now=now)


async def _append(before: Control, *, to_on: date | None, act: Act, by: Actor, now: datetime) -> int:
    said = {
        "organisation": before.organisation,
        "capacity": before.capacity.value,
        "holder": before.holder.value,
        "identity": before.identity,
        "name": before.name,
        "from_on": before.from_on,
        "to_on": to_on,
        "replaces": before.id,
        "withdrawn": act is Act.CONTROL_WITHDRAW,
    }
    return await _save(said, confirmed=act is Act.CONTROL_WITHDRAW, act=act, by=by, now=now)


async def _save(said: dict[str, Any], *, confirmed: bool, act: Act, by: Actor, now: datetime) -> int:
    salt = audit.salt()
    row = ControlRow(
        **said,
        salt=salt,
        holder_digest=control.holder_digest(salt, name=said["name"], identity=said["identity"]),
        entered_at=now,
        entered_by=by.name,
        confirmed_at=now if confirmed else None,
        confirmed_by=by.name if confirmed else None,
    )
    await row.save()
    organisation = int(said["organisation"])
    entry = await _record(organisation, row.id, act=act, by=by, now=now)
    await outbox.publish(ControlChanged(organisation=organisation, entry=row.id), entry=entry)
    return row.id


async def _record(organisation: int, number: int, *, act: Act, by: Actor, now: datetime) -> audit.Entry:
    return await audit.record(
        act=act,
        by=by,
        subject=f"organisation:{organisation}",
        now=now,
        changed=[audit.row(ControlRow, number)],
    )
