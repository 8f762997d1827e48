"""What a bid act is, when it counts, and when it is refused; pure, and without any content.

A refusal that must be remembered (late, unsealed, barred, uninvited) is a value with a code; what nobody
needs to remember (a broken request, a wrong key) is raised. Source: BL 28, 29; BLR 35, 36; docs/sealing.md 3.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

import msgspec

from bidding.domain.procedure import Procedure
from bidding.domain.sealed import envelope
from bidding.domain.sealed.frozen_list import Why
from bidding.domain.standing import Standing
from market.kernel.errors import ConflictError, RuleError


class Outcome(StrEnum):
    """What became of a bid act."""

    RECEIPT = "receipt"
    REFUSAL = "refusal"


class RefusalCode(StrEnum):
    """Why a bid act is refused and remembered."""

    DEADLINE_PASSED = "deadline-passed"
    NOT_SEALED = "not-sealed"
    BARRED = "barred"
    NOT_INVITED = "not-invited"


RULES: Mapping[RefusalCode, str] = {
    RefusalCode.DEADLINE_PASSED: "BLR 36; BL 28",
    RefusalCode.NOT_SEALED: "BLR 36",
    RefusalCode.BARRED: "BL 53, 54; BLR 67, 68",
    RefusalCode.NOT_INVITED: "BL 10, 17",
}


class BidError(RuleError):
    """A bid act the rules do not know in this place."""

    code: ClassVar[str] = "bid"
    source = "BL 28, 29"


class BiddingNotOpenError(BidError):
    """The documents are not issued yet, or the tender has ended without bids."""

    code: ClassVar[str] = "bidding-not-open"


class SignatureError(BidError):
    """The bid act is not signed by the key registered for the bidder."""

    code: ClassVar[str] = "bid-signature"


class NotYoursError(BidError):
    """The act supersedes or withdraws something that is not the bidder's live bid."""

    code: ClassVar[str] = "bid-not-live"


class BidExistsError(ConflictError):
    """The bidder has a live bid for this lot: a new one must say that it replaces it (BLR 51)."""

    code: ClassVar[str] = "bid-exists"
    source = "BL 29; BLR 51"


class ActRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The content of a sealed row: everything about one bid act, encrypted until the freeze.

    Attributes:
        organisation: Who acted; ``uscc`` is its code at that time.
        actor_salt: Opens the log's actor H("actor", salt ‖ USCC).
        parts: Digests under which the file store holds the sealed bytes, in their order.
        refused: Set when the act was refused.
    """

    tender: str
    lot: str
    organisation: int
    uscc: str
    act: envelope.BidAct
    signature: str
    signing_key: str
    key_id: str
    actor_salt: str
    received_at: datetime
    header: envelope.Header | None = None
    parts: tuple[str, ...] = ()
    refused: RefusalCode | None = None
    rule: str = ""

    @property
    def outcome(self) -> Outcome:
        """Receipt or refusal."""
        return Outcome.RECEIPT if self.refused is None else Outcome.REFUSAL


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """What arrived with ``finish``, measured by the server.

    Attributes:
        size: Bytes of the upload; ``digest`` is H("ciphertext", …) over them.
    """

    header: envelope.Header
    act: envelope.BidAct
    size: int
    digest: str
    received_at: datetime


def seal_faults(arrival: Arrival, version: envelope.TenderVersion, *, recovery_needed: bool) -> list[str]:
    """Return why an envelope is not sealed as required; codes, empty when it is."""
    header = arrival.header
    faults = envelope.header_faults(header, version, recovery_needed=recovery_needed)
    faults += envelope.act_faults(arrival.act, header)
    if arrival.size != envelope.ciphertext_size(header.padded_size):
        faults.append("size")
    if arrival.digest != header.ciphertext_digest:
        faults.append("ciphertext-digest")
    return faults


def refusal(
    *,
    received_at: datetime,
    deadline: datetime,
    faults: Iterable[str] = (),
    standing: Standing | None = None,
    procedure: Procedure,
    document_bans: bool = False,
    invited: bool = True,
) -> RefusalCode | None:
    """Return why an act must be refused, else ``None``; late means not strictly before the deadline.

    Args:
        standing: The bidder's, where it matters; withdrawals are taken from everybody.
        document_bans: The tender document says that banned and listed enterprises are refused.
        invited: The tenderer invited the bidder, or everybody may bid.
    """
    if received_at >= deadline:
        return RefusalCode.DEADLINE_PASSED
    if not invited:
        return RefusalCode.NOT_INVITED
    if standing and standing.excluded(by_ban=procedure.ban_refuses, by_document=document_bans):
        return RefusalCode.BARRED
    if any(True for _ in faults):
        return RefusalCode.NOT_SEALED
    return None


def live(acts: Iterable[ActRecord]) -> dict[tuple[str, str], ActRecord]:
    """Return the bid that counts for each lot and kind of envelope, given all acts of one organisation."""
    standing: dict[tuple[str, str], ActRecord] = {}
    for act in sorted(acts, key=lambda one: one.received_at):
        if act.refused is not None:
            continue
        if act.header is not None:
            standing[act.lot, act.header.kind] = act
        else:
            standing = {place: bid for place, bid in standing.items() if not _withdraws(act, bid)}
    return standing


def _withdraws(act: ActRecord, bid: ActRecord) -> bool:
    return bid.header is not None and act.act.commitment == bid.header.commitment


def check_succession(act: envelope.BidAct, current: ActRecord | None) -> None:
    """Refuse a second bid beside a live one, and acts upon anything but the live bid.

    Raises:
        BidExistsError: There is a live bid and the act does not name it.
        NotYoursError: The act names something that is not the bidder's live bid.
    """
    commitment = current.header.commitment if current is not None and current.header is not None else None
    if act.action == "withdraw":
        if act.commitment != commitment:
            raise NotYoursError("no live bid has this commitment", field="act.commitment")
    elif act.supersedes is None and commitment is not None:
        raise BidExistsError("a live bid must be named and replaced", field="act.supersedes")
    elif act.supersedes != commitment:
        raise NotYoursError("no live bid has this commitment", field="act.supersedes")


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """Where one envelope ends at the deadline.

    Attributes:
        why: ``None`` for a live bid, else why it is not opened.
        proving: The act whose log position stands on the list: the withdrawal's, else its own.
    """

    record: ActRecord
    why: Why | None
    proving: ActRecord


def settle(acts: Iterable[ActRecord], version_digests: frozenset[str]) -> list[Settled]:
    """Return for every accepted envelope of one organisation whether it is opened, and what proves it.

    Args:
        version_digests: Versions a bid may be made for: the frozen one and those with the same terms.
    """
    accepted = [act for act in acts if act.refused is None]
    counting = {one.header.commitment for one in live(accepted).values() if one.header is not None}
    withdrawals = {act.act.commitment: act for act in accepted if act.header is None}
    settled = []
    for act in accepted:
        if act.header is None:
            continue
        commitment = act.header.commitment
        why: Why | None = None
        if commitment in withdrawals:
            why = "withdrawn"
        elif commitment not in counting:
            why = "superseded"
        elif act.header.version_digest not in version_digests:
            why = "version"
        settled.append(Settled(record=act, why=why, proving=withdrawals.get(commitment, act)))
    return settled
