"""What a keyholder's client does: check the frozen list, sign it, and open its shares; rehearse that before.

It signs and releases in one act, and only a list that the public log holds and that extends what this client
has seen before. Source: docs/sealing.md sections 1 and 4.2.
"""

import io
import secrets
from collections.abc import Sequence

import msgspec

from bidding.client import hpke, sealing
from bidding.client.keys import PrivateKeys
from bidding.domain.sealed import package, wire
from bidding.domain.sealed.encoding import plain
from bidding.domain.sealed.envelope import (
    EnvelopeShares,
    Header,
    ReleasedShare,
    TenderVersion,
    share_info,
    shares_digest,
    version_faults,
)
from bidding.domain.sealed.frozen_list import (
    Checkpoint,
    Keys,
    ReleaseMessage,
    checkpoint_signed,
    consistent,
    list_faults,
    proof_faults,
)
from bidding.domain.sealed.technical import marks_faults
from market.kernel import digest
from market.kernel.errors import NotPermittedError, RuleError


class ListRefusedError(RuleError):
    """The list must not be signed; ``context["faults"]`` names everything that is wrong with it."""

    code = "list-refused"


class NotAKeyholderError(NotPermittedError):
    """These keys are not among the keyholders of this tender's version."""

    code = "not-a-keyholder"


def list_problems(
    answer: wire.FrozenListAnswer,
    keys: Keys,
    *,
    seen: Checkpoint | None = None,
    path: Sequence[str] = (),
) -> list[str]:
    """Return why a keyholder must not sign this list; codes, empty when nothing speaks against it.

    Args:
        keys: The platform's keys, from outside.
        seen: The newest checkpoint this client has seen before.
        path: Consistency path from *seen* to the answer's checkpoint (the other way when *seen* is newer).
    """
    frozen, version = answer.frozen, answer.version
    faults = [
        *version_faults(version),
        *list_faults(frozen),
        *proof_faults(answer.proof, answer.checkpoint, keys),
    ]
    checks = {
        "list-digest": answer.digest == frozen.digest,
        "list-not-logged": answer.proof.leaf.entry.subject == frozen.digest,
        "list-before-bids": answer.proof.position >= frozen.checkpoint.size,
        "version": (frozen.version_digest, frozen.tender, frozen.deadline)
        == (version.digest, version.tender, version.deadline),
        "checkpoint-signature": checkpoint_signed(frozen.checkpoint, keys)
        and checkpoint_signed(answer.checkpoint, keys),
        "consistency": consistent(frozen.checkpoint, answer.checkpoint, answer.consistency),
        "seen": seen is None or _extends(seen, answer.checkpoint, path),
    }
    return faults + [code for code, holds in checks.items() if not holds]


def _extends(seen: Checkpoint, now: Checkpoint, path: Sequence[str]) -> bool:
    first, second = (seen, now) if seen.size <= now.size else (now, seen)
    return consistent(first, second, path)


def header_problems(answer: wire.FrozenListAnswer, headers: Sequence[Header]) -> list[str]:
    """Return where the headers are not those of the listed bids."""
    listed = [(bid.commitment, bid.lot, bid.kind) for bid in answer.frozen.bids]
    given = [(header.commitment, header.lot, header.kind) for header in headers]
    return [] if listed == given else ["headers"]


def release(
    answer: wire.FrozenListAnswer,
    headers: Sequence[Header],
    own: PrivateKeys,
    *,
    keys: Keys,
    seen: Checkpoint | None = None,
    path: Sequence[str] = (),
) -> wire.Release:
    """Sign the list and open this keyholder's shares of the envelopes on it, never of a price apart.

    A share that does not open is said so (``None``); the server records it and uses other subsets.

    Raises:
        NotAKeyholderError: The keys are not those of a keyholder of the version.
        ListRefusedError: Anything is wrong with the list or the headers; nothing has been signed.
    """
    faults = list_problems(answer, keys, seen=seen, path=path) + header_problems(answer, headers)
    if faults:
        raise ListRefusedError("the list is not signed: " + ", ".join(faults), faults=faults)
    return _signed(answer, [header for header in headers if header.kind != "price"], own)


def _signed(
    answer: wire.FrozenListAnswer,
    headers: Sequence[Header],
    own: PrivateKeys,
    marks: str | msgspec.UnsetType = msgspec.UNSET,
) -> wire.Release:
    key_id = _own_id(answer.version, own)
    shares = tuple(open_shares(header, own, key_id) for header in headers)
    message = ReleaseMessage(
        tender=answer.frozen.tender,
        freeze=answer.frozen.digest,
        key_id=key_id,
        shares_digest=shares_digest(shares),
        marks=marks,
    )
    return wire.Release(
        tender=message.tender,
        freeze=message.freeze,
        key_id=key_id,
        shares=shares,
        signature=digest.sign("release", plain(message), own.signing_private),
        marks=marks,
    )


def marks_problems(answer: wire.MarksAnswer, keys: Keys) -> list[str]:
    """Return why a keyholder must not sign these marks; codes, empty when nothing speaks against it."""
    marks, listed = answer.marks, answer.listed
    two = listed.version.two_envelopes
    if two is msgspec.UNSET:
        return ["envelopes"]
    prices = {bid.commitment: bid.lot for bid in listed.frozen.bids if bid.kind == "price"}
    said = {bid.commitment: (bid.lot, bid.price) for bid in marks.bids}
    checks = {
        "marks-list": (marks.tender, marks.freeze) == (listed.frozen.tender, listed.frozen.digest),
        "marks-not-logged": answer.proof.leaf.entry.subject == marks.digest,
        "marks-order": answer.proof.position > listed.proof.position,
        "marks-prices": all(prices.get(bid.price) == bid.lot for bid in marks.bids)
        and len({bid.price for bid in marks.bids}) == len(marks.bids),
    }
    faults = [*proof_faults(answer.proof, listed.checkpoint, keys), *marks_faults(marks, two, said)]
    return faults + [code for code, holds in checks.items() if not holds]


def release_prices(
    answer: wire.MarksAnswer,
    headers: Sequence[Header],
    own: PrivateKeys,
    *,
    keys: Keys,
    seen: Checkpoint | None = None,
    path: Sequence[str] = (),
) -> wire.Release:
    """Sign list and locked marks, and open this keyholder's shares of the prices of those who passed.

    Raises:
        NotAKeyholderError: The keys are not those of a keyholder of the version.
        ListRefusedError: Anything is wrong with list, headers or marks; nothing has been signed.
    """
    listed = answer.listed
    faults = [
        *list_problems(listed, keys, seen=seen, path=path),
        *header_problems(listed, headers),
        *marks_problems(answer, keys),
    ]
    if faults:
        raise ListRefusedError("the marks are not signed: " + ", ".join(faults), faults=faults)
    passed = answer.marks.passed
    chosen = [header for header in headers if header.commitment in passed]
    return _signed(listed, chosen, own, answer.marks.digest)


def _own_id(version: TenderVersion, own: PrivateKeys) -> str:
    pairs = {(keyholder.opening_key, keyholder.signing_key) for keyholder in version.keyholders}
    if (own.opening_key, own.signing_key) not in pairs:
        raise NotAKeyholderError("these keys are not among the keyholders")
    return digest.key_id(own.opening_key)


def open_shares(header: Header, own: PrivateKeys, key_id: str) -> EnvelopeShares:
    """Return this keyholder's shares of one envelope, decrypted."""
    bound, private = plain(header), own.opening_private
    shares = []
    for sealed in header.shares:
        if sealed.key_id != key_id:
            continue
        share = hpke.open_with(
            bytes.fromhex(sealed.sealed), private, share_info(bound, sealed.subset, key_id)
        )
        whole = share is not None and len(share) == 32  # noqa: PLR2004 - a share is 32 bytes
        shares.append(
            ReleasedShare(subset=sealed.subset, key_id=key_id, share=share.hex() if share and whole else None)
        )
    return EnvelopeShares(envelope=header.commitment, shares=tuple(shares))


def make_rehearsal(version: TenderVersion) -> wire.MakeRehearsal:
    """Return a test envelope for the keyholders of a draft; its content is random and its key forgotten."""
    two = version.two_envelopes is not msgspec.UNSET
    offer = sealing.Offer(
        lot=version.lots[0],
        kind="price" if two else "single",
        form="price/1" if two else "bid/1",
        bidder=package.Bidder(uscc="0" * 18, name="rehearsal"),
        price_fen=1 + secrets.randbelow(1 << 30),
        terms={},
    )
    throwaway = hpke.public_nobody_keeps()
    header = sealing.seal(offer, version=version, recovery_key=throwaway, out=io.BytesIO())
    return wire.MakeRehearsal(tender=version.tender, header=header)


def answer_rehearsal(rehearsal: wire.Rehearsal, own: PrivateKeys) -> wire.AnswerRehearsal:
    """Open this keyholder's shares of the test envelope and sign them.

    Raises:
        NotAKeyholderError: The keys are not those of a keyholder of the draft.
        ListRefusedError: There is no test envelope, or it is for another version.
    """
    header = rehearsal.header
    if header is None or header.version_digest != rehearsal.version.digest:
        raise ListRefusedError("there is no test envelope for this version", faults=["rehearsal"])
    key_id = _own_id(rehearsal.version, own)
    shares = open_shares(header, own, key_id)
    message = wire.rehearsal_message(
        tender=header.tender,
        envelope=header.commitment,
        key_id=key_id,
        shares_digest=shares_digest((shares,)),
    )
    signature = digest.sign("rehearsal", message, own.signing_private)
    return wire.AnswerRehearsal(tender=header.tender, key_id=key_id, shares=shares, signature=signature)
