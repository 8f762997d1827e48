"""What ``market bid`` does where a tender takes two envelopes: two folders in one, sent together.

``technical`` and ``price`` each hold what the folder of a bid in one envelope holds.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from bidding.client import pairing, sealing, talking
from bidding.client.keys import PrivateKeys
from bidding.client.terminal import keep, new_folder, read_as
from bidding.domain.sealed import wire
from bidding.domain.sealed.encoding import Exact, ShortId, Signature, write
from bidding.domain.sealed.envelope import PAIR, BidAct, Header, TenderVersion
from market.kernel import digest
from market.kernel.errors import RuleError

ENVELOPE: Final = "envelope.bin"
BID: Final = "bid.json"


class SealedBid(Exact, frozen=True, kw_only=True):
    """What a sealed envelope's folder holds beside the ciphertext."""

    header: Header
    act: BidAct
    signature: Signature
    key_id: ShortId


class HalfBidError(RuleError):
    """A folder holds one envelope of a bid in two; both are sent together or neither."""

    code = "half-a-bid"


def is_pair(folder: Path) -> bool:
    """Say whether a folder holds a bid in two envelopes."""
    return any((folder / kind).is_dir() for kind in PAIR)


def read_pair(folder: Path) -> tuple[SealedBid, SealedBid]:
    """Return both halves of a bid.

    Raises:
        HalfBidError: One is missing.
    """
    missing = [kind for kind in PAIR if not (folder / kind / BID).exists()]
    if missing:
        raise HalfBidError(f"{folder} lacks the {missing[0]} envelope", field=missing[0])
    technical, price = (read_as(folder / kind / BID, SealedBid) for kind in PAIR)
    return technical, price


def seal(said: pairing.Said, own: PrivateKeys, version: TenderVersion, out: Path) -> None:
    """Seal both envelopes into a new folder; nothing is sent."""
    new_folder(out)
    for kind in PAIR:
        new_folder(out / kind)
    with (
        (out / PAIR[0] / ENVELOPE).open("xb") as technical,
        (out / PAIR[1] / ENVELOPE).open("xb") as price,
    ):
        pair = pairing.seal(
            said, version=version, recovery_key=own.opening_key, technical=technical, price=price
        )
    for kind, header in zip(PAIR, (pair.technical, pair.price), strict=True):
        keep_signed(header, own, out / kind)


def keep_signed(header: Header, own: PrivateKeys, folder: Path) -> None:
    """Sign the act that submits an envelope and keep it beside the ciphertext."""
    act, signature = sealing.sign_bid(header, own.signing_private)
    key_id = digest.key_id(own.signing_key)
    keep(folder / BID, write(SealedBid(header=header, act=act, signature=signature, key_id=key_id)))
    click.echo(f"commitment {header.commitment}" + ("" if header.kind == "single" else f" ({header.kind})"))


def submit(folder: Path, market: talking.Market) -> wire.PairAnswer | None:
    """Upload both envelopes and send the one ``finish``."""
    parts = []
    for kind, made in zip(PAIR, read_pair(folder), strict=True):
        with (folder / kind / ENVELOPE).open("rb") as stream:
            upload = market.upload(stream)
        parts.append(
            wire.SealedPart(upload=upload, header=made.header, act=made.act, signature=made.signature)
        )
    key_id = read_pair(folder)[0].key_id
    body = wire.SubmitPair(technical=parts[0], price=parts[1], key_id=key_id)
    return market.post("/api/envelopes/pairs", body, wire.PairAnswer)


def withdraw(folder: Path, own: PrivateKeys, market: talking.Market) -> wire.PairAnswer | None:
    """Withdraw both envelopes."""
    body = pairing.withdraw(_pair(folder), own.signing_private)
    return market.post("/api/envelopes/pairs/withdrawals", body, wire.PairAnswer)


def stand(
    folder: Path, version_digest: str, own: PrivateKeys, market: talking.Market
) -> wire.PairAnswer | None:
    """Let both envelopes stand for another version."""
    body = pairing.stand(_pair(folder), version_digest, own.signing_private)
    return market.post("/api/envelopes/pairs/standings", body, wire.PairAnswer)


def _pair(folder: Path) -> pairing.Pair:
    technical, price = read_pair(folder)
    return pairing.Pair(technical=technical.header, price=price.header)


def superseded(given: Sequence[str]) -> tuple[str, str] | None:
    """Return what a bid in two envelopes replaces: technical part first, then the price; or nothing.

    Raises:
        UsageError: One of the two, or more.
    """
    if not given:
        return None
    if len(given) != len(PAIR):
        raise click.UsageError("name both envelopes: --supersedes TECHNICAL --supersedes PRICE")
    return given[0], given[1]
