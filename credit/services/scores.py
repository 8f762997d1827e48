"""Publishing one enterprise's snapshot between cycles; ``cycles`` publishes everybody's."""

from datetime import datetime
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from credit.domain import snapshot
from credit.domain.act import Act
from credit.domain.events import GradePublished
from credit.domain.permission import PERMISSIONS
from credit.queries import cache, cycles
from credit.services import exports
from credit.tables import SnapshotRow
from market.kernel.actor import Actor
from market.kernel.digest import h
from market.kernel.errors import InvalidInputError, RuleError
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


class UnderPublicityError(RuleError):
    """While first results of a cycle are shown, nobody is published past them."""

    code: ClassVar[str] = "credit-under-publicity"
    source = "BJ-EVAL26"


def need_basis(text: str) -> str:
    """Return the clause a publication rests on.

    Raises:
        BasisMissingError: It names none.
    """
    if not text.strip():
        raise BasisMissingError("a publication names its basis", field="legal_basis")
    return text.strip()


async def publish(*, enterprise: int, legal_basis: str, by: Actor, now: datetime) -> int:
    """Publish one enterprise anew between two cycles: what was decided or fell must not wait a half-year.

    A frozen snapshot as of now, with date, basis and signer. Tenders use the last published snapshot; a later
    rule set or record never changes it.

    Raises:
        UnderPublicityError: First results of a cycle are shown and may still be objected to.
    """
    basis = need_basis(legal_basis)
    async with database.transaction():
        if await cycles.preliminary() is not None:
            raise UnderPublicityError("a cycle's results are shown")
        organisation = await parties.organisation(enterprise)
        PERMISSIONS[Act.SCORE_PUBLISH].check(by, organisations=(enterprise,), path=organisation.path)
        found = await cache.refresh(enterprise=enterprise, now=now)
        body = found.body
        name = h("credit-snapshot", body)
        rows = await SnapshotRow.insert(
            SnapshotRow(
                enterprise=enterprise,
                as_of=now,
                known_at=now,
                rule_set=found.rules.version,
                inputs_digest=snapshot.inputs_digest(found.inputs, rules=found.rules),
                digest=name,
                body=body.decode(),
                score_centi=found.score.published,
                tender_centi=found.score.tender,
                grade=found.score.grade.value,
                legal_basis=basis,
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
            changed=[audit.row(SnapshotRow, number), *await exports.bind(snapshot=number)],
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
