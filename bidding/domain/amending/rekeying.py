"""Other keyholders for an announced tender: when they may follow, who must stay, what has to be tried first.

A key that its holder reported opens nothing any more. While n − k are lost at most the others open the bids;
with more lost, other keyholders must follow before the deadline, and whoever has bid seals anew: an envelope
can be opened only by the keys it was sealed to. Source: docs/sealing.md 3 and 4.
"""

from collections.abc import Sequence
from typing import ClassVar

from bidding.domain.tender import Keyholder, Tender
from market.kernel.errors import RuleError


class NoKeyLostError(RuleError):
    """Every key is in force: other keyholders would only make bidders seal anew."""

    code: ClassVar[str] = "no-key-lost"


class KeyholderStaysError(RuleError):
    """A keyholder whose key is in force is left out: nobody is pushed out by somebody else's loss."""

    code: ClassVar[str] = "keyholder-stays"


class TooFewSuccessorsError(RuleError):
    """Fewer are named than must open: how many open stays what the notice said."""

    code: ClassVar[str] = "too-few-successors"


class SuccessorsMissingError(RuleError):
    """Nobody is named to follow."""

    code: ClassVar[str] = "successors-missing"


class SuccessorNotReadyError(RuleError):
    """Somebody named has not opened the test envelope, or lost the key since."""

    code: ClassVar[str] = "successor-not-ready"


class KeyRevokedError(RuleError):
    """The key was reported: nothing is opened or signed with it any more."""

    code: ClassVar[str] = "keyholder-key-revoked"


def lost(tender: Tender) -> tuple[Keyholder, ...]:
    """Return the keyholders whose keys were reported."""
    return tuple(holder for holder in tender.keyholders if holder.revoked_at is not None)


def check_key(holder: Keyholder) -> None:
    """Refuse a key that was reported.

    Raises:
        KeyRevokedError: As named.
    """
    if holder.revoked_at is not None:
        raise KeyRevokedError(
            f"{holder.institution} reported this key", field="key_id", at=holder.revoked_at.isoformat()
        )


def check_successors(tender: Tender, key_ids: Sequence[str]) -> None:
    """Refuse keyholders who may not follow: whoever can still open stays, and as many as before must open.

    Nobody is pushed out by somebody else's loss, and k stays what bidders were told [design].

    Raises:
        NoKeyLostError: No key was reported.
        KeyholderStaysError: A key in force is left out.
        TooFewSuccessorsError: Fewer are named than must open.
    """
    if not lost(tender):
        raise NoKeyLostError(f"every key of {tender.number} is in force", field="key_ids")
    staying = [one for one in tender.keyholders if one.revoked_at is None]
    out = [one.institution for one in staying if one.key_id not in key_ids]
    if out:
        raise KeyholderStaysError(field="key_ids", institutions=", ".join(out))
    if len(key_ids) < tender.threshold:
        raise TooFewSuccessorsError(field="key_ids", named=len(key_ids), k=tender.threshold)


def check_ready(successors: Sequence[Keyholder]) -> None:
    """Refuse to announce keyholders who were not tried.

    Raises:
        SuccessorsMissingError: Nobody is named.
        SuccessorNotReadyError: Of the first who was not tried.
    """
    if not successors:
        raise SuccessorsMissingError("nobody is named to follow", field="key_ids")
    for holder in successors:
        if holder.revoked_at is not None or not holder.rehearsed:
            raise SuccessorNotReadyError(field="key_ids", institution=holder.institution)
