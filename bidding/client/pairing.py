"""Sealing a bid in two envelopes: what is promised goes into one, money alone into the other.

Each is sealed with keys, ids and salts of its own; one ``finish`` sends both. Source: docs/sealing.md 2, 3.
"""

from collections.abc import Sequence
from typing import BinaryIO

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bidding.client import offering, sealing
from bidding.domain.sealed import package, wire
from bidding.domain.sealed.encoding import write
from bidding.domain.sealed.envelope import Header, TenderVersion
from bidding.domain.service import parts
from bidding.domain.service.offer import Offer
from market.kernel import digest


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a bid says, before it is put into one envelope or two.

    Attributes:
        files: Of the technical part, behind its offer. They must name no price.
        supersedes: The commitments of technical part and price that this bid replaces.
    """

    lot: str
    bidder: package.Bidder
    price_fen: int
    terms: dict[str, str | int | bool | None]
    offer: Offer | None = None
    files: Sequence[sealing.File] = ()
    supersedes: tuple[str, str] | None = None


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """The headers of a bid in two envelopes."""

    technical: Header
    price: Header


def single(said: Said, supersedes: str | None = None) -> sealing.Offer:
    """Return what goes into the one envelope of a bid: everything."""
    return sealing.Offer(
        lot=said.lot,
        kind="single",
        form="bid/1",
        bidder=said.bidder,
        price_fen=said.price_fen,
        terms=said.terms,
        files=[*([offering.file_of(said.offer)] if said.offer else []), *said.files],
        supersedes=supersedes,
    )


def offers(said: Said) -> tuple[sealing.Offer, sealing.Offer]:
    """Return what goes into either envelope: the name with the plan, and the price with what is read out."""
    first, second = said.supersedes or (None, None)
    promised: list[sealing.File] = []
    asked: list[sealing.File] = []
    if said.offer is not None:
        technical, price = parts.split(said.offer)
        promised, asked = [_file(write(technical))], [_file(write(price))]
    return (
        sealing.Offer(
            lot=said.lot,
            kind="technical",
            form="technical/1",
            bidder=said.bidder,
            price_fen=None,
            terms={},
            files=[*promised, *said.files],
            supersedes=first,
        ),
        sealing.Offer(
            lot=said.lot,
            kind="price",
            form="price/1",
            bidder=said.bidder,
            price_fen=said.price_fen,
            terms=said.terms,
            files=asked,
            supersedes=second,
        ),
    )


def _file(data: bytes) -> sealing.File:
    return sealing.bytes_of(data, name=package.OFFER, media_type=offering.MEDIA_TYPE)


def seal(
    said: Said, *, version: TenderVersion, recovery_key: str, technical: BinaryIO, price: BinaryIO
) -> Pair:
    """Seal both envelopes; their ciphertexts are written to *technical* and *price*.

    Raises:
        NotSealableError: As of one envelope; also where the tender takes one envelope only.
    """
    promised, asked = offers(said)
    return Pair(
        technical=sealing.seal(promised, version=version, recovery_key=recovery_key, out=technical),
        price=sealing.seal(asked, version=version, recovery_key=recovery_key, out=price),
    )


def finish(
    pair: Pair, private: Ed25519PrivateKey, *, uploads: tuple[str, str], key_id: str
) -> wire.SubmitPair:
    """Return the one ``finish`` of both envelopes, each commitment signed."""
    technical, price = (
        wire.SealedPart(upload=upload, header=header, act=act, signature=signature)
        for upload, header in zip(uploads, (pair.technical, pair.price), strict=True)
        for act, signature in [sealing.sign_bid(header, private)]
    )
    return wire.SubmitPair(technical=technical, price=price, key_id=key_id)


def withdraw(pair: Pair, private: Ed25519PrivateKey) -> wire.PairActs:
    """Return the signed acts that withdraw both envelopes."""
    signed = [sealing.sign_withdrawal(header, private) for header in (pair.technical, pair.price)]
    return _both([wire.SignedAct(act=act, signature=signature) for act, signature in signed], private)


def stand(pair: Pair, version_digest: str, private: Ed25519PrivateKey) -> wire.PairActs:
    """Return the signed acts that let both envelopes stand for another version."""
    signed = [sealing.sign_stand(header, version_digest, private) for header in (pair.technical, pair.price)]
    return _both([wire.SignedAct(act=act, signature=signature) for act, signature in signed], private)


def _both(acts: list[wire.SignedAct], private: Ed25519PrivateKey) -> wire.PairActs:
    return wire.PairActs(technical=acts[0], price=acts[1], key_id=digest.key_id(digest.public_of(private)))
