"""Tender bans that an authority decided: recorded with their days, lifted with reasons (BL 53, 54, 60)."""

from datetime import date, datetime
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from credit.domain.act import Act
from credit.domain.permission import PERMISSIONS
from credit.tables import BanRow
from market.kernel.actor import Actor
from market.kernel.errors import InvalidInputError
from market.kernel.period import local_day
from market.parties import public as parties
from market.runtime import audit, database


class BanDatesError(InvalidInputError):
    """A ban ends after it starts, and its decision is written."""

    code: ClassVar[str] = "credit-ban-dates"
    source = "BL 53, 54, 60"


class Ban(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A decision that bars an enterprise from must-tender projects between two days.

    Attributes:
        to_on: First day it may bid again.
    """

    enterprise: Annotated[int, Meta(ge=1, lt=2**31)]
    from_on: date
    to_on: date
    decision_no: Annotated[str, Meta(min_length=1, max_length=80)]
    decided_on: date
    legal_basis: Annotated[str, Meta(min_length=1, max_length=120)]
    file_digest: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


async def record_ban(*, ban: Ban, by: Actor, now: datetime) -> int:
    """Record a ban that an authority decided; the platform decides none."""
    async with database.transaction():
        organisation = await parties.organisation(ban.enterprise)
        PERMISSIONS[Act.BAN_RECORD].check(by, path=organisation.path)
        if not ban.from_on < ban.to_on or ban.decided_on > local_day(now):
            raise BanDatesError("the days do not follow one another", field="to_on")
        rows = await BanRow.insert(
            BanRow(
                enterprise=ban.enterprise,
                division=organisation.division,
                from_on=ban.from_on,
                to_on=ban.to_on,
                decision_no=ban.decision_no,
                decided_on=ban.decided_on,
                legal_basis=ban.legal_basis,
                file_digest=ban.file_digest,
                recorded_at=now,
                recorded_by=by.name,
            )
        )
        number = int(rows[0]["id"])
        await audit.record(
            act=Act.BAN_RECORD,
            by=by,
            subject=f"credit-ban:{number}",
            now=now,
            changed=[audit.row(BanRow, number)],
        )
        return number
