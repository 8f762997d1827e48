"""The client for programs: JSON of the server in, JSON for the server out; keys never leave it unwrapped.

What the commands do for people, one function each: key files, rehearsal, sealing, releasing, verifying.
Source: docs/sealing.md sections 1 to 4.
"""

import io
import os
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from bidding.client import drawing, noticing, offering, pairing, releasing, sealing, verifying, words
from bidding.client import keys as key_files
from bidding.client.keys import PrivateKeys
from bidding.domain.committee.draw import Party
from bidding.domain.sealed import package, receipt, wire
from bidding.domain.sealed.encoding import plain, read, write
from bidding.domain.sealed.envelope import Header, TenderVersion
from bidding.domain.sealed.transcript import Transcript
from bidding.domain.service.offer import ItemOffer, Offer, Post, Said
from market.kernel import digest

Body: TypeAlias = dict[str, object]
Trusted: TypeAlias = dict[str, str]
Holder: TypeAlias = Literal["keyholder", "bidder"]
Keys: TypeAlias = PrivateKeys


class Bid(msgspec.Struct, frozen=True, kw_only=True):
    """What a bidder offers for one lot, under a recovery key already registered.

    Attributes:
        items: Item code -> level and fen a year; with it the structured offer is complete, and stays with the
            committee after the opening.
        staff: Role -> people stationed on the project.
        manager: Registration number of the project manager.
        terms: What is read out beside price and manager.
    """

    lot: str
    code: str
    name: str
    price_fen: int
    terms: dict[str, str | int | bool | None]
    manager: str
    items: dict[str, tuple[int, int]]
    staff: dict[str, int]
    plan: str = ""
    other_terms: str = ""

    def offer(self) -> Offer:
        """Return the structured offer."""
        return Offer(
            form="offer/1",
            lot=self.lot,
            items=tuple(
                ItemOffer(code=code, level=level, price_fen=price)
                for code, (level, price) in self.items.items()
            ),
            staff=tuple(Post(role=role, count=count) for role, count in self.staff.items()),
            project_manager=self.manager,
            plan=self.plan,
            other_terms=self.other_terms,
        )


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed bid as the bidder keeps it: header, and the ciphertext to upload."""

    header: Header
    ciphertext: bytes

    @property
    def commitment(self) -> str:
        """What receipts and the frozen list name."""
        return self.header.commitment


class SealedPair(msgspec.Struct, frozen=True, kw_only=True):
    """A bid sealed in two envelopes: both headers, and both ciphertexts to upload."""

    pair: pairing.Pair
    ciphertexts: tuple[bytes, bytes]


def trusted(public_keys: list[str]) -> Trusted:
    """Return platform keys by id; the ids are recomputed."""
    return verifying.keys_of(public_keys)


def keys_in(folder: Path, name: str, *, holder: Holder) -> PrivateKeys:
    """Return a person's keys from their recovery file, made with its words when it is missing.

    The words lie beside the file, both readable by the owner only: right for a demonstration, where one
    machine plays everybody; a person keeps the words apart.
    """
    file, secret = folder / f"{name}.json", folder / f"{name}.words"
    if file.exists():
        return key_files.unwrap(key_files.read_file(file.read_bytes()), secret.read_text())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made, drawn = key_files.make(), words.draw()
    _keep(secret, drawn.encode())
    _keep(file, write(key_files.wrap(made, drawn, holder=holder, label=name)))
    return made


def _keep(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)


def bidder_registration(own: PrivateKeys, *, organisation: int, code: str) -> Body:
    """Return the body that registers an enterprise's keys."""
    made = key_files.prove_signing(own, organisation=organisation, code=code)
    return {name: made[name] for name in ("signing_key", "recovery_key", "proof")}


def keyholder_registration(own: PrivateKeys, *, organisation: int, institution: str) -> Body:
    """Return the body that registers a keyholder's keys."""
    made = key_files.prove_keyholder(own, organisation=organisation, institution=institution)
    return {name: made[name] for name in ("opening_key", "signing_key", "proof")}


def keyholder_id(own: PrivateKeys) -> str:
    """Return the id keyholders are named by."""
    return digest.key_id(own.opening_key)


def make_rehearsal(rehearsal: bytes) -> Body:
    """Return the tenderer's test envelope for the version the server states."""
    return plain(releasing.make_rehearsal(read(rehearsal, wire.Rehearsal).version))


def answer_rehearsal(rehearsal: bytes, own: PrivateKeys) -> Body:
    """Return a keyholder's answer to the test envelope."""
    return plain(releasing.answer_rehearsal(read(rehearsal, wire.Rehearsal), own))


def seal(
    bid: Bid, *, notice: bytes, own: PrivateKeys, keys: Trusted, supersedes: str | None = None
) -> Sealed:
    """Seal a bid for an announced tender, after checking that the log holds the notice's version.

    Raises:
        NoticeRefusedError: The notice is not what the public log holds.
        FindingsError: The items do not add up to the price, or are not those of the item table.
    """
    version, made, out = *_checked(bid, notice, keys), io.BytesIO()
    said = _said(bid, made)
    header = sealing.seal(
        pairing.single(said, supersedes), version=version, recovery_key=own.opening_key, out=out
    )
    return Sealed(header=header, ciphertext=out.getvalue())


def seal_pair(bid: Bid, *, notice: bytes, own: PrivateKeys, keys: Trusted) -> SealedPair:
    """Seal a bid in two envelopes: the plan with the name in one, the price in the other.

    Raises:
        NoticeRefusedError, FindingsError: As with one envelope.
    """
    version, made = _checked(bid, notice, keys)
    technical, price = io.BytesIO(), io.BytesIO()
    pair = pairing.seal(
        _said(bid, made), version=version, recovery_key=own.opening_key, technical=technical, price=price
    )
    return SealedPair(pair=pair, ciphertexts=(technical.getvalue(), price.getvalue()))


def _checked(bid: Bid, notice: bytes, keys: Trusted) -> tuple[TenderVersion, Offer]:
    version, made = noticing.check(read(notice, wire.Notice), keys), bid.offer()
    said = Said(lot=bid.lot, price_fen=bid.price_fen, project_manager=bid.manager)
    offering.check(made, said=said, asked=offering.tables(notice, version).get(bid.lot))
    return version, made


def _said(bid: Bid, made: Offer) -> pairing.Said:
    return pairing.Said(
        lot=bid.lot,
        bidder=package.Bidder(uscc=bid.code, name=bid.name),
        price_fen=bid.price_fen,
        terms=bid.terms | {"project_manager": bid.manager},
        offer=made,
    )


def finish_pair(sealed: SealedPair, *, uploads: tuple[str, str], own: PrivateKeys) -> Body:
    """Return the one signed act that submits both envelopes."""
    key_id = digest.key_id(own.signing_key)
    return plain(pairing.finish(sealed.pair, own.signing_private, uploads=uploads, key_id=key_id))


def finish(sealed: Sealed, *, upload: str, own: PrivateKeys) -> Body:
    """Return the signed act that submits or replaces."""
    act, signature = sealing.sign_bid(sealed.header, own.signing_private)
    return plain(
        wire.SubmitEnvelope(
            upload=upload,
            header=sealed.header,
            act=act,
            signature=signature,
            key_id=digest.key_id(own.signing_key),
        )
    )


def withdrawal(sealed: Sealed, *, own: PrivateKeys) -> Body:
    """Return the signed act that withdraws."""
    act, signature = sealing.sign_withdrawal(sealed.header, own.signing_private)
    return plain(wire.WithdrawEnvelope(act=act, signature=signature, key_id=digest.key_id(own.signing_key)))


def stand(sealed: Sealed, *, notice: bytes, own: PrivateKeys, keys: Trusted) -> Body:
    """Return the signed act that lets a bid stand for the version a checked notice announces.

    Raises:
        NoticeRefusedError: The notice is not what the public log holds.
    """
    version = noticing.check(read(notice, wire.Notice), keys)
    act, signature = sealing.sign_stand(sealed.header, version.digest, own.signing_private)
    return plain(wire.StandEnvelope(act=act, signature=signature, key_id=digest.key_id(own.signing_key)))


def release(frozen: bytes, *, headers: bytes, own: PrivateKeys, keys: Trusted) -> Body:
    """Check the frozen list, sign it and open one's shares.

    Raises:
        ListRefusedError: Anything is wrong with the list; nothing has been signed.
    """
    return plain(
        releasing.release(
            read(frozen, wire.FrozenListAnswer), read(headers, wire.Headers).headers, own, keys=keys
        )
    )


def release_prices(marks: bytes, *, headers: bytes, own: PrivateKeys, keys: Trusted) -> Body:
    """Check list and locked technical marks, sign them and open one's shares of the prices that passed.

    Raises:
        ListRefusedError: Anything is wrong with list or marks; nothing has been signed.
    """
    return plain(
        releasing.release_prices(
            read(marks, wire.MarksAnswer), read(headers, wire.Headers).headers, own, keys=keys
        )
    )


def verify_opening(transcript: bytes, *, keys: Trusted) -> list[str]:
    """Return everything in a transcript that does not hold, offline; empty when the opening is sound."""
    found = verifying.verify_opening(read(transcript, Transcript), keys)
    return [f"{mismatch.code} at {mismatch.where}" for mismatch in found]


def verify_receipt(token: str, *, transcript: bytes, keys: Trusted) -> list[str]:
    """Return why the list does not honour a receipt; empty when it does."""
    found = verifying.verify_receipt(token, keys, read(transcript, Transcript))
    return [f"{mismatch.code} at {mismatch.where}" for mismatch in found]


def read_refusal(token: str, *, keys: Trusted) -> Body:
    """Return what a signed refusal says.

    Raises:
        ForgedTokenError: The platform did not sign it.
    """
    return plain(receipt.read_refusal(token, keys))


def draw_nonce(*, tender: str, round: int, party: str) -> Body:  # noqa: A002 - the round of a draw
    """Return what a party of the draw keeps until the reveal: its nonce and the commitment to it."""
    return plain(drawing.make(tender=tender, round=round, party=Party(party)))
