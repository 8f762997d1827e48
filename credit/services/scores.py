"""Publishing snapshots of scores."""

from datetime import datetime
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from credit.domain import snapshot
from credit.domain.events import GradePublished
from credit.domain.permission import PERMISSIONS, Act
from credit.queries import cache
from credit.tables import SnapshotRow
from market.kernel.actor import Actor
from market.kernel.digest import h
from market.kernel.errors import InvalidInputError
from market.parties import public as parties
from market.runtime import audit, database, outbox


class BasisMissingError(InvalidInputError):
    """A publication names the clause it rests on."""

    code: ClassVar[str] = "credit-basis-missing"
    source = "BPR 68"


class Publication(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the city publishes: one enterprise's score, with the clause it rests on."""

    enterprise: Annotated[int, Meta(ge=1, lt=2**31)]
    legal_basis: Annotated[str, Meta(min_length=1, max_length=120)]


async def publish(*, enterprise: int, legal_basis: str, by: Actor, now: datetime) -> int:
    """Publish an enterprise's score and grade as of now: a frozen snapshot with date, basis and signer.

    Tenders use the last published snapshot; a later rule set or record never changes it.
    """
    if not legal_basis.strip():
        raise BasisMissingError("a publication names its basis", field="legal_basis")
    async with database.transaction():
        organisation = await parties.organisation(enterprise)
        PERMISSIONS[Act.SCORE_PUBLISH].check(by, organisations=(enterprise,), path=organisation.path)
        found = await cache.refresh(enterprise=enterprise, now=now)
        body = found.body
        name = h("credit-snapshot", body)
        rows = await SnapshotRow.insert(
            SnapshotRow(
                enterprise=enterprise,
                as_of=now,
                rule_set=found.rules.version,
                inputs_digest=snapshot.inputs_digest(found.inputs),
                digest=name,
                body=body.decode(),
                score_centi=found.score.published,
                tender_centi=found.score.tender,
                grade=found.score.grade.value,
                legal_basis=legal_basis.strip(),
                published_at=now,
                published_by=by.name,
            )
        )
        number = int(rows[0]["id"])
        entry = await audit.record(
            act=Act.SCORE_PUBLISH,
            by=by,
            subject=f"credit-snapshot:{number}",
            now=now,
            changed=[audit.row(SnapshotRow, number)],
        )
        event = GradePublished(
            snapshot=number,
            enterprise=enterprise,
            grade=found.score.grade.value,
            score_centi=found.score.published,
            digest=name,
        )
        await outbox.publish(event, entry=entry)
        return number
