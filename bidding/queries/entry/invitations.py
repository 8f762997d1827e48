"""Whom a tender invites, and which invitations an enterprise has."""

from collections.abc import Sequence

import msgspec

from bidding.domain.amending import question
from bidding.domain.entry.invitation import NotInvitedError, NotQualifiedError
from bidding.domain.procedure import Stage
from bidding.domain.tender import Tender
from bidding.queries import bids, tender_lists
from market.kernel import digest
from market.runtime import database, keys


def sealed(organisations: Sequence[int]) -> tuple[bytes, str]:
    """Return a list of organisations as it is stored, and the digest of that."""
    blob = keys.current().seal_blob(bids.even(msgspec.json.encode(sorted(organisations))))
    return blob, digest.h("invitees", blob)


async def invited(tender: Tender) -> frozenset[int] | None:
    """Return the organisations a tender invites; ``None`` where everybody may bid, empty before naming.

    After a pre-qualification these are the qualified; its own document is for everybody.
    """
    if not (tender.procedure.by_invitation or tender.procedure.prequalified) or question.qualifying(tender):
        return None
    rows = await database.fetch("SELECT blob FROM bidding_invitation WHERE tender = $1", tender.id)
    return _opened(rows[0]["blob"]) if rows else frozenset()


async def is_invited(tender: Tender, organisation: int | None) -> bool:
    """Say whether an organisation may have the documents: in an open tender everybody."""
    chosen = await invited(tender)
    return chosen is None or organisation in chosen


async def check_invited(tender: Tender, organisation: int | None) -> None:
    """Refuse an enterprise that was not invited.

    Raises:
        NotInvitedError: It was not, and the tender is by invitation.
        NotQualifiedError: It is not among the qualified of a pre-qualification.
    """
    if not await is_invited(tender, organisation):
        if tender.procedure.prequalified:
            raise NotQualifiedError(f"{tender.number} is for the qualified")
        raise NotInvitedError(f"{tender.number} is by invitation")


async def of_enterprise(organisation: int) -> tuple[tender_lists.TenderLine, ...]:
    """Return the announced tenders that still take bids and invite an enterprise, the newest first."""
    rows = await database.fetch(
        "SELECT t.number, i.blob FROM bidding_invitation i JOIN bidding_tender t ON t.id = i.tender"
        " WHERE t.stage = ANY($1) AND (t.stage <> $2 OR t.invited_at IS NOT NULL)",
        [Stage.PUBLISHED.value, Stage.PREQUAL_DONE.value, Stage.BIDDING.value],
        Stage.PREQUAL_DONE.value,
    )
    mine = [row["number"] for row in rows if organisation in _opened(row["blob"])]
    return tuple(await tender_lists.by_numbers(mine))


def _opened(blob: bytes) -> frozenset[int]:
    return frozenset(msgspec.json.decode(keys.current().open_blob(blob), type=list[int]))
