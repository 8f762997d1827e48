"""Sealing a bid on the bidder's machine: package, padding, chunks, sharing, header, signed act.

The content key lives inside ``seal`` only and encrypts one package once; any rebuild draws everything anew.
Files are read in parts, so memory does not grow with them. Source: docs/sealing.md section 2.
"""

import io
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bidding.client import hpke
from bidding.domain.sealed import package
from bidding.domain.sealed.encoding import plain, shape, write
from bidding.domain.sealed.envelope import (
    CHUNK,
    SUITE,
    BidAct,
    Header,
    Kind,
    TenderVersion,
    chunk_data,
    header_faults,
    padded_size,
    share_info,
    subsets,
)
from market.kernel import digest
from market.kernel.errors import InvalidInputError

Entropy = Callable[[int], bytes]
READ: Final = 1 << 18


class NotSealableError(InvalidInputError):
    """The bid does not follow its form or its tender, so sealing it would only cost the bid."""

    code = "not-sealable"


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the bid; ``open`` gives its bytes from the start each time."""

    name: str
    media_type: str
    open: Callable[[], BinaryIO]


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What one envelope says.

    Attributes:
        files: Empty, or the structured offer (``offer.json``) first.
        supersedes: The commitment this envelope replaces.
    """

    lot: str
    kind: Kind
    form: str
    bidder: package.Bidder
    price_fen: int | None
    terms: dict[str, str | int | bool | None]
    files: Sequence[File] = ()
    supersedes: str | None = None


def file_of(path: Path, *, media_type: str, name: str | None = None) -> File:
    """Return a file on disk as part of a bid."""
    return File(name=name or path.name, media_type=media_type, open=lambda: path.open("rb"))


def bytes_of(content: bytes, *, name: str, media_type: str) -> File:
    """Return bytes in memory as part of a bid."""
    return File(name=name, media_type=media_type, open=lambda: io.BytesIO(content))


def _parts(file: File) -> Iterator[bytes]:
    with file.open() as stream:
        while part := stream.read(READ):
            yield part


def _manifest_item(file: File) -> package.ManifestItem:
    running, size = package.running("file"), 0
    for part in _parts(file):
        running.update(part)
        size += len(part)
    return package.ManifestItem(
        name=file.name, media_type=file.media_type, size=size, digest=running.hexdigest()
    )


class _Writer:
    """Encrypts a package chunk by chunk while it is being put together."""

    def __init__(self, out: BinaryIO, *, key: bytes, bound: dict[str, Any], padded: int) -> None:
        self._out, self._cipher, self._bound = out, AESGCM(key), bound
        self._held, self._index, self._last = bytearray(), 0, (padded - 1) // CHUNK
        self._padded, self._taken = padded, 0
        self._running = package.running("ciphertext")

    def take(self, part: bytes) -> None:
        self._held += part
        self._taken += len(part)
        while len(self._held) >= CHUNK:
            self._put(CHUNK)

    def _put(self, size: int) -> None:
        data = chunk_data(self._bound, self._index, last=self._index == self._last)
        sealed = self._cipher.encrypt(self._index.to_bytes(12, "big"), bytes(self._held[:size]), data)
        self._running.update(sealed)
        self._out.write(sealed)
        del self._held[:size]
        self._index += 1

    def finish(self) -> str:
        """Pad, write what is left, and return the ciphertext digest."""
        while self._taken < self._padded:
            self.take(bytes(min(READ, self._padded - self._taken)))
        if self._held:
            self._put(len(self._held))
        return self._running.hexdigest()


def seal(
    offer: Offer,
    *,
    version: TenderVersion,
    recovery_key: str,
    out: BinaryIO,
    entropy: Entropy = secrets.token_bytes,
    seal_to: hpke.SealTo = hpke.seal_to,
) -> Header:
    """Seal one envelope: the ciphertext is written to *out*, the header returned.

    Raises:
        NotSealableError: The offer does not follow its form, names no lot of the tender, or a file changed
            while it was read.
        MalformedError: The structured offer is not the first file.
    """
    readout = package.Readout(
        form=offer.form,
        salt_b=entropy(package.SALT).hex(),
        bidder=offer.bidder,
        price_fen=offer.price_fen,
        terms=offer.terms,
    )
    if faults := package.readout_faults(readout, offer.kind):
        raise NotSealableError("the offer does not follow its form: " + ", ".join(faults), field=faults[0])
    bound: dict[str, Any] = {
        "suite": SUITE,
        "tender": version.tender,
        "version_digest": version.digest,
        "lot": offer.lot,
        "kind": offer.kind,
        "envelope_id": entropy(16).hex(),
        "bidder_tag": package.bidder_tag(readout.salt_b, offer.bidder.uscc),
    }
    key = entropy(32)
    body = _write_package(offer.files, readout=write(readout), key=key, bound=bound, out=out, entropy=entropy)
    keys = {
        "supersedes": offer.supersedes,
        "policy": {"k": version.k, "key_ids": list(version.key_ids)},
        "shares": _share(key, version=version, bound=bound, entropy=entropy, seal_to=seal_to),
        "recovery": _recovery(key, recovery_key=recovery_key, bound=bound, seal_to=seal_to),
        "key_commitment": digest.h("cek", key),
    }
    header = shape(bound | keys | body, Header)
    if faults := header_faults(header, version):
        raise NotSealableError("the header does not fit the tender: " + ", ".join(faults), field=faults[0])
    return header


def _write_package(
    files: Sequence[File],
    *,
    readout: bytes,
    key: bytes,
    bound: dict[str, Any],
    out: BinaryIO,
    entropy: Entropy,
) -> dict[str, Any]:
    """Write the ciphertext; return payload digest, ciphertext digest and padded size."""
    items = [_manifest_item(file) for file in files]
    manifest = package.manifest_bytes(items) if items else b""
    documents = len(manifest) + sum(item.size for item in items)
    salt_r, salt_d = entropy(package.SALT), entropy(package.SALT)
    front = salt_r + package.prefix(len(readout)) + readout + salt_d + package.prefix(documents)
    padded = padded_size(len(front) + documents)
    writer = _Writer(out, key=key, bound=bound, padded=padded)
    writer.take(front)
    running = package.running("documents")
    running.update(salt_d)
    for part in _documents(manifest, files, items):
        running.update(part)
        writer.take(part)
    return {
        "payload_digest": package.payload_digest(
            digest.h_bytes("readout", salt_r + readout), running.digest()
        ),
        "ciphertext_digest": writer.finish(),
        "padded_size": padded,
    }


def _documents(
    manifest: bytes, files: Sequence[File], items: Iterable[package.ManifestItem]
) -> Iterator[bytes]:
    yield manifest
    for file, item in zip(files, items, strict=True):
        running, size = package.running("file"), 0
        for part in _parts(file):
            running.update(part)
            size += len(part)
            if size > item.size:
                break
            yield part
        if size != item.size or running.hexdigest() != item.digest:
            raise NotSealableError("a file changed while it was read", field=file.name)


def _share(
    key: bytes, *, version: TenderVersion, bound: dict[str, Any], entropy: Entropy, seal_to: hpke.SealTo
) -> list[dict[str, Any]]:
    """Return the sealed shares: an XOR sharing of the key with fresh randomness for every k-subset."""
    shares = []
    for subset in subsets(len(version.keyholders), version.k):
        pads = [entropy(32) for _ in subset[1:]]
        rest = int.from_bytes(key, "big")
        for pad in pads:
            rest ^= int.from_bytes(pad, "big")
        for number, share in zip(subset, [*pads, rest.to_bytes(32, "big")], strict=True):
            keyholder = version.keyholders[number]
            info = share_info(bound, subset, keyholder.key_id)
            shares.append(
                {
                    "subset": list(subset),
                    "key_id": keyholder.key_id,
                    "sealed": seal_to(share, keyholder.opening_key, info).hex(),
                    "digest": digest.h("share-digest", share),
                }
            )
    return shares


def _recovery(
    key: bytes, *, recovery_key: str, bound: dict[str, Any], seal_to: hpke.SealTo
) -> dict[str, str]:
    key_id = digest.key_id(recovery_key)
    return {"key_id": key_id, "sealed": seal_to(key, recovery_key, share_info(bound, (), key_id)).hex()}


def sign_bid(header: Header, private: Ed25519PrivateKey) -> tuple[BidAct, str]:
    """Return the act that submits or replaces, and the bidder's signature over it."""
    return _signed("submit" if header.supersedes is None else "replace", header, private)


def sign_withdrawal(header: Header, private: Ed25519PrivateKey) -> tuple[BidAct, str]:
    """Return the act that withdraws an envelope and revives nothing, and the signature over it."""
    return _signed("withdraw", header, private)


def sign_stand(header: Header, version_digest: str, private: Ed25519PrivateKey) -> tuple[BidAct, str]:
    """Return the act that lets an envelope stand for another version, and the signature over it."""
    act = shape(
        {
            "action": "stands",
            "tender": header.tender,
            "version_digest": version_digest,
            "commitment": header.commitment,
            "supersedes": None,
        },
        BidAct,
    )
    return act, digest.sign("bid-act", plain(act), private)


def _signed(action: str, header: Header, private: Ed25519PrivateKey) -> tuple[BidAct, str]:
    act = {
        "action": action,
        "tender": header.tender,
        "version_digest": header.version_digest,
        "commitment": header.commitment,
        "supersedes": header.supersedes if action != "withdraw" else None,
    }
    return shape(act, BidAct), digest.sign("bid-act", act, private)
