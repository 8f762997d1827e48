"""The register of experts: entered and ended by its authority, kept up to date by the expert."""

from datetime import datetime

import msgspec

from market.kernel.actor import Actor
from market.parties.domain import expert
from market.parties.domain.permission import PERMISSIONS, Act
from market.parties.queries import experts as queries
from market.parties.queries import records
from market.parties.tables import ExpertRow, MandateRow
from market.runtime import audit
from market.runtime.database import lock, transaction


async def enter(*, mandate: int, profile: expert.Profile, by: Actor, now: datetime) -> None:
    """Enter an expert who holds this authority's mandate.

    Raises:
        NotAnExpertMandateError: The mandate is no expert's, or not in force.
        ExpertExistsError: It is entered already.
        DivisionUnknownError: There is no such home district.
    """
    async with transaction():
        row = await MandateRow.objects().get(MandateRow.id == mandate)
        if row is None:
            raise expert.NotAnExpertMandateError(f"no mandate {mandate}", field="mandate", role="")
        PERMISSIONS[Act.EXPERT_ENTER].check(by, organisations=(row.organisation,))
        expert.check_mandate(row.role, row.valid_from, row.valid_to, now)
        await records.division(profile.district)
        if await ExpertRow.exists().where(ExpertRow.mandate == mandate):
            raise expert.ExpertExistsError(f"mandate {mandate}", field="mandate")
        salt = audit.salt()
        entry = ExpertRow(
            mandate=mandate,
            profile=msgspec.json.encode(profile).decode(),
            salt=salt,
            profile_digest=profile.digest(salt),
            entered_at=now,
            entered_by=by.name,
            declared_at=now,
        )
        await entry.save()
        await _record(Act.EXPERT_ENTER, entry.id, mandate, by=by, now=now)


async def declare(*, ties: expert.Ties, keep: bool = False, by: Actor, now: datetime) -> None:
    """Let an expert state anew whom they work and worked for (BTB 28); drawn seats follow from it.

    Args:
        keep: Former employers declared before stay, those of ``ties`` are added.

    Raises:
        ExpertUnknownError: The expert is not entered, or no longer.
        TooManyFormerError: With what is kept there are too many former employers.
    """
    PERMISSIONS[Act.EXPERT_DECLARE].check(by)
    async with transaction():
        found = await _in_force(by.mandate or 0, now)
        if keep:
            former = expert.joined(found.profile.former, ties.former)
            ties = msgspec.structs.replace(ties, former=former)
        stated = {name: getattr(ties, name) for name in expert.Ties.__struct_fields__}
        profile = msgspec.structs.replace(found.profile, **stated)
        salt = audit.salt()
        changed = (
            await ExpertRow.update(
                {
                    ExpertRow.profile: msgspec.json.encode(profile).decode(),
                    ExpertRow.salt: salt,
                    ExpertRow.profile_digest: profile.digest(salt),
                    ExpertRow.declared_at: now,
                }
            )
            .where(ExpertRow.mandate == found.mandate)
            .returning(ExpertRow.id)
        )
        await _record(Act.EXPERT_DECLARE, changed[0]["id"], found.mandate, by=by, now=now)


async def end(*, mandate: int, by: Actor, now: datetime) -> None:
    """Take an expert off the roster; the entry stays, ended.

    Raises:
        ExpertUnknownError: No such entry in force.
    """
    async with transaction():
        found = await _in_force(mandate, now)
        PERMISSIONS[Act.EXPERT_END].check(by, organisations=(found.organisation,))
        changed = (
            await ExpertRow.update({ExpertRow.ended_at: now, ExpertRow.ended_by: by.name})
            .where(ExpertRow.mandate == mandate)
            .returning(ExpertRow.id)
        )
        await _record(Act.EXPERT_END, changed[0]["id"], mandate, by=by, now=now)


async def _in_force(mandate: int, now: datetime) -> expert.Expert:
    """Return an entry in force; nobody else changes it until the transaction ends."""
    await lock(f"parties:expert:{mandate}")
    found = await queries.by_mandate(mandate, now)
    if found.ended_at is not None:
        raise expert.ExpertUnknownError(f"mandate {mandate} has left the register", value=mandate)
    return found


async def _record(act: Act, row: int, mandate: int, *, by: Actor, now: datetime) -> None:
    await audit.record(
        act=act, by=by, subject=f"mandate:{mandate}", now=now, changed=[audit.row(ExpertRow, row)]
    )
