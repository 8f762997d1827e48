"""Guessing: from the dump, the file store and even the opened blobs, with all but the price known, no price.

A hundred thousand candidate prices around the true one; nothing stored is a digest computable from one of
them. The control shows that the same search finds the price as soon as the salts are known.
"""

import hashlib
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from bidding.client import recovering, sealing
from bidding.domain.sealed import opening, package, wire
from bidding.domain.sealed.encoding import plain
from bidding.queries import bids as sealed
from bidding.services import bids
from market.kernel import digest
from market.runtime import database as db
from tests import factories_bidding as make
from tests.secrecy import keeping, script, searching
from tests.secrecy.conftest import Staging

CANDIDATES = 100_000
HEX = re.compile(r"[0-9a-f]{64,}")
MARK = 999_999_999_999
"""Stands in canonical JSON where a candidate price is put."""

Digests = Callable[[int], Iterator[bytes]]


@pytest.mark.parametrize("files", [False, True], ids=["empty documents", "documents"])
async def test_no_stored_value_is_a_digest_of_a_candidate_price(staging: Staging, files: bool) -> None:  # noqa: FBT001
    async with staging() as stage:
        cast = await script.gather(stage)
        bidder = cast.enterprises[0]
        offer = await _submit(cast, bidder, files=files)
        stored = await _stored(stage.url, stage.folder)
        assert len(stored) > 60_000
        known = _guessing(offer, bidder, salt_r=bytes(32), salt_d=b"")
        for price in range(bidder.price_fen - CANDIDATES // 2, bidder.price_fen + CANDIDATES // 2):
            assert stored.isdisjoint(known(price)), price
        salts = _true_salts(bidder)
        told = _guessing(offer, bidder, salt_r=salts.salt_r, salt_d=salts.salt_d)
        found = [
            price
            for price in range(bidder.price_fen - 50, bidder.price_fen + 50)
            if not stored.isdisjoint(told(price))
        ]
        assert found == [bidder.price_fen]


async def _submit(cast: script.Cast, bidder: make.Bidder, *, files: bool) -> sealing.Offer:
    """Submit a bid, with or without documents, and return what was sealed."""
    whole = [sealing.bytes_of(b'{"staff": 12}', name=package.OFFER, media_type="application/json")]
    offer = sealing.Offer(
        lot="1",
        kind="single",
        form="bid/1",
        bidder=package.Bidder(uscc=bidder.party.code, name=bidder.party.name),
        price_fen=bidder.price_fen,
        terms={"term_months": 36},
        files=whole if files else [],
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "Offer", lambda **_: offer)
        make.seal(bidder, await cast.tender.tender())
    answer = await bids.submit(
        request=await make.submission(bidder),
        by=bidder.party.actor,
        now=make.ISSUE,
        standing_of=make.good_standing,
    )
    assert isinstance(answer, wire.BidAnswer)
    assert answer.outcome == "receipt"
    return offer


async def _stored(url: str, folder: Path) -> set[bytes]:
    """Return every 32-byte value that the operator can read: in rows, opened blobs, tokens, files."""
    text = await keeping.dump(url)
    for row in await db.fetch("SELECT id FROM bidding_sealed"):
        (act,) = (await sealed.by_ids([row["id"]])).values()
        payload = act.token.split(".")[1]
        text += msgspec.json.encode(act.record).decode()
        text += urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()
    found = {
        bytes.fromhex(run[at : at + 64])
        for run in HEX.findall(text)
        for at in range(0, len(run) - 63, 1 if len(run) == 65 else 2)
    }
    for _, data in searching.files_below(folder):
        found |= {data[at : at + 32] for at in range(len(data) - 31)}
    return found


def _guessing(offer: sealing.Offer, bidder: make.Bidder, *, salt_r: bytes, salt_d: bytes) -> Digests:
    """Return what yields every digest that whoever knows all but the price would try."""
    assert bidder.header is not None
    items = [sealing._manifest_item(file) for file in offer.files]
    content = b"".join(file.open().read() for file in offer.files)
    documents = (package.manifest_bytes(items) if items else b"") + content
    sums = [
        digest.h_bytes("documents", salt_d + documents),
        digest.h_bytes("documents", bytes(32) + documents),
    ]
    true_salt = _true_salts(bidder) if salt_d else None
    salt_b = msgspec.json.decode(true_salt.readout)["salt_b"] if true_salt else None
    templates = [
        digest.canonical(
            {
                "form": offer.form,
                "salt_b": salt,
                "bidder": plain(offer.bidder),
                "price_fen": MARK,
                "terms": dict(offer.terms),
            }
        ).split(str(MARK).encode())
        for salt in ([salt_b] if salt_b else [bidder.header.bidder_tag, "0" * 64])
    ]

    def digests(price: int) -> Iterator[bytes]:
        spelled = str(price).encode()
        for before, after in templates:
            readout = before + spelled + after
            yield hashlib.sha256(readout).digest()
            yield hashlib.sha256(spelled).digest()
            for salted in (readout, salt_r + readout):
                own = digest.h_bytes("readout", salted)
                yield own
                yield digest.h_bytes("file", salted)
                for part in sums:
                    yield digest.h_bytes("payload", own + part)

    return digests


def _true_salts(bidder: make.Bidder) -> package.Package:
    """Open the bid with its bidder's recovery key, to know the salts."""
    assert bidder.header is not None
    key = recovering.recover(bidder.header, bidder.private).content_key
    return package.parse(opening.decrypt(bidder.header, bidder.ciphertext, bytes.fromhex(key)))
