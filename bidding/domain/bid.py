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
    NOT_QUALIFIED = "not-qualified"


RULES: Mapping[RefusalCode, str] = {
    RefusalCode.DEADLINE_PASSED: "BLR 36; BL 28",
    RefusalCode.NOT_SEALED: "BLR 36",
    RefusalCode.BARRED: "BL 53, 54; BLR 67, 68",
    RefusalCode.NOT_INVITED: "BL 10, 17",
    RefusalCode.NOT_QUALIFIED: "BLR 19, 36",
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


class StandsAlreadyError(BidError):
    """The bid stands for the present version without a word: it was made for it, or only the date moved."""

    code: ClassVar[str] = "bid-stands-already"
    source = "BL 23, 29"


class ResealNeededError(BidError):
    """The amendment changed keyholders or threshold: the old envelope would not open, a new one must come."""

    code: ClassVar[str] = "bid-reseal-needed"
    source = "BL 23, 29"


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

    @property
    def withdraws(self) -> bool:
        """Whether the act takes a bid back."""
        return self.act.action == "withdraw"

    @property
    def stands(self) -> bool:
        """Whether the act lets a bid stand for an amended tender."""
        return self.act.action == "stands"


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
        invited: The tenderer invited the bidder, as named or as qualified, or everybody may bid.
    """
    if received_at >= deadline:
        return RefusalCode.DEADLINE_PASSED
    if not invited:
        return RefusalCode.NOT_QUALIFIED if procedure.prequalified else RefusalCode.NOT_INVITED
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
        elif act.withdraws:
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


def check_stand(
    act: envelope.BidAct,
    current: ActRecord | None,
    *,
    version: envelope.TenderVersion,
    made_for: envelope.TenderVersion | None,
) -> None:
    """Refuse to let a bid stand that is not live, stands already, or could not be opened any more.

    Args:
        version: The present version of the tender.
        made_for: The version the live bid was made for.

    Raises:
        NotYoursError: No live bid has this commitment, or the act speaks of another version or bid.
        StandsAlreadyError: The version it was made for has the same terms.
        ResealNeededError: Keyholders or threshold are not the same any more.
    """
    header = current.header if current is not None else None
    if header is None or made_for is None or act.commitment != header.commitment:
        raise NotYoursError("no live bid has this commitment", field="act.commitment")
    if act.action != "stands" or act.supersedes is not None:
        raise NotYoursError("this does not let a bid stand", field="act.action")
    if act.version_digest != version.digest:
        raise NotYoursError("this is not the present version", field="act.version_digest")
    if made_for.same_terms(version):
        raise StandsAlreadyError(made_for=made_for.version, present=version.version)
    if not made_for.same_opening(version):
        raise ResealNeededError(made_for=made_for.version, present=version.version)


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """Where one envelope ends at the deadline.

    Attributes:
        why: ``None`` for a live bid, else why it is not opened.
        proving: The act whose log position stands on the list: the withdrawal's, else its own.
        stood: The act by which the bidder let it stand for the frozen version, where that was needed.
    """

    record: ActRecord
    why: Why | None
    proving: ActRecord
    stood: ActRecord | None = None


def settle(acts: Iterable[ActRecord], version_digests: frozenset[str]) -> list[Settled]:
    """Return for every accepted envelope of one organisation whether it is opened, and what proves it.

    Args:
        version_digests: Versions a bid may be made for: the frozen one and those with the same terms.
    """
    accepted = [act for act in acts if act.refused is None]
    counting = {one.header.commitment for one in live(accepted).values() if one.header is not None}
    withdrawals = {act.act.commitment: act for act in accepted if act.withdraws}
    stood = {a.act.commitment: a for a in accepted if a.stands and a.act.version_digest in version_digests}
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
        elif act.header.version_digest not in version_digests and commitment not in stood:
            why = "version"
        settled.append(
            Settled(
                record=act,
                why=why,
                proving=withdrawals.get(commitment, act),
                stood=stood.get(commitment) if why is None else None,
            )
        )
    return settled
