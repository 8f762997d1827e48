"""What a tenderer does with invitations: name the invited before the tender is filed (BL 17)."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from bidding.domain import rule_table
from bidding.domain.act import Act
from bidding.domain.entry import invitation
from bidding.domain.procedure import Stage
from bidding.domain.tender import Tender
from bidding.queries import tenders as queries
from bidding.queries.entry import invitations
from bidding.services import stages
from bidding.tables.invitations import InvitationRow
from market.kernel.actor import Actor
from market.kernel.errors import FindingsError, RuleError
from market.parties import public as parties
from market.runtime import audit, database


class NotByInvitationError(RuleError):
    """The procedure is open: everybody may bid, nobody is invited."""

    code: ClassVar[str] = "not-by-invitation"
    source = "BL 10"


class InviteesFixedError(RuleError):
    """The tender is filed: whom it invites stands fast."""

    code: ClassVar[str] = "invitees-fixed"
    source = "BL 17"


async def name(*, number: str, codes: Sequence[str], by: Actor, now: datetime) -> Tender:
    """Name the enterprises a tender invites; an earlier list is replaced, until the tender is filed.

    Args:
        codes: Social credit codes.

    Raises:
        NotByInvitationError: The procedure is open.
        InviteesFixedError: The tender is filed.
        OrganisationUnknownError: A code is not in the register.
        FindingsError: Too few, twice named, or no admitted enterprise; carries every finding.
    """
    async with database.transaction():
        tender = await queries.locked(number)
        stages.check(Act.INVITEES_NAME, by, tender)
        if not tender.procedure.by_invitation:
            raise NotByInvitationError(f"{number} is open")
        if tender.stage not in {Stage.DRAFT, Stage.RETURNED}:
            raise InviteesFixedError(f"{number} is {tender.stage}", stage=tender.stage.value)
        named = [_invitee(await parties.organisation_by_code(code)) for code in codes]
        rules = rule_table.current(tender.procedure.profile)
        found = list(invitation.findings(named, rules, tenderer=tender.organisation))
        if found:
            raise FindingsError(found)
        row = await keep(tender, [one.organisation for one in named], by, now)
        step = await stages.keep(
            tender=tender,
            act=Act.INVITEES_NAME,
            by=by,
            now=now,
            changes={},
            rows=[audit.row(InvitationRow, row)],
        )
        return step.tender


def _invitee(one: parties.Organisation) -> invitation.Invitee:
    return invitation.Invitee(
        organisation=one.id,
        code=one.code,
        name=one.name,
        enterprise=one.kind is parties.OrganisationKind.ENTERPRISE,
        admitted=one.admitted,
    )


async def keep(tender: Tender, organisations: Sequence[int], by: Actor, now: datetime) -> int:
    """Store whom a tender invites, in place of an earlier list, and return the row; the caller records it."""
    blob, name_of = invitations.sealed(organisations)
    rows = await database.fetch(
        "INSERT INTO bidding_invitation (tender, blob, blob_digest, named_at, named_by)"
        " VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (tender) DO UPDATE SET blob = $2, blob_digest = $3, named_at = $4, named_by = $5"
        " RETURNING id",
        tender.id,
        blob,
        name_of,
        now,
        by.name,
    )
    return int(rows[0]["id"])
