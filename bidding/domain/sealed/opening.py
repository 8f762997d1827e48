"""The opening of one envelope: stored bytes, header and released shares in, read-out or blame out.

The server has no key to any share; it is handed shares in the open after k keyholders have signed the list.
Blame is a table, not an argument: what is wrong decides whose fault it is.
Source: docs/sealing.md section 4.3.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bidding.domain.sealed import package
from bidding.domain.sealed.encoding import MalformedError, plain
from bidding.domain.sealed.envelope import CHUNK, TAG, Header, ReleasedShare, chunk_data, ciphertext_size
from bidding.domain.sealed.transcript import Code, Fault, Finding, Opening
from market.kernel import digest

BLAME: dict[Code, Fault] = {
    "bytes-altered": "platform",
    "key-commitment": "bidder",
    "chunk": "bidder",
    "package": "bidder",
    "payload-digest": "bidder",
    "form": "bidder",
    "bidder-tag": "bidder",
    "bidder-code": "bidder",
    "no-subset-works": "bidder",
    "too-few-releases": "nobody",
    "too-few-bids": "nobody",
    "technical-not-passed": "nobody",
    "share-does-not-open": "keyholder",
    "share-wrong": "keyholder",
    "share-missing": "keyholder",
}


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """An envelope that opened well.

    Attributes:
        opening: What is published.
        documents: The bytes for the committee and the supervising authority; ``package.split_documents``
            reads them. Their salt stays with them and is never published.
    """

    opening: Opening
    documents: bytes
    salt_d: bytes


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome for one envelope: opened or not, and every finding, the keyholders' among them."""

    opened: Opened | None
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Finding | None:
        """The finding that stands in place of the opening, if one does."""
        return next((finding for finding in self.findings if finding.fault != "keyholder"), None)


class Unopenable(Exception):  # noqa: N818 - a way out inside this module, never a refusal of an act
    """The envelope is faulty; ``code`` says how."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code: Code = code


def finding(
    commitment: str, code: Code, *, key_id: str | None = None, subset: tuple[int, ...] | None = None
) -> Finding:
    """Return a finding with the fault that the table gives to its code."""
    return Finding(commitment=commitment, fault=BLAME[code], code=code, key_id=key_id, subset=subset)


def open_envelope(
    *,
    header: Header,
    ciphertext: bytes,
    shares: Sequence[ReleasedShare],
    released_by: Collection[str],
    bidder_code: str,
    content_key: str | None = None,
) -> Result:
    """Open one envelope, or say what is wrong with it and whose fault that is.

    Args:
        shares: What the keyholders released for this envelope, in any order.
        released_by: Key ids of the keyholders whose release stands, whether or not their shares are good.
        bidder_code: The social credit code the signing key of this bid is registered for.
        content_key: What the bidder released from its recovery share, if it did.
    """
    notes = list(share_findings(header, shares, released_by))
    try:
        check_stored(header, ciphertext)
        key = find_key(header, shares, released_by, content_key)
        opened = unpack(header, decrypt(header, ciphertext, key), bidder_code)
    except Unopenable as fault:
        notes.append(finding(header.commitment, fault.code))
        return Result(opened=None, findings=tuple(notes))
    return Result(opened=opened, findings=tuple(notes))


def check_stored(header: Header, ciphertext: bytes) -> None:
    """Compare the stored bytes with what the bidder committed to.

    Raises:
        Unopenable: They differ: the platform's fault; the bidder may supply the identical bytes.
    """
    if digest.h("ciphertext", ciphertext) != header.ciphertext_digest:
        raise Unopenable("bytes-altered")


def share_findings(
    header: Header, shares: Sequence[ReleasedShare], released_by: Collection[str]
) -> Iterator[Finding]:
    """Yield what is wrong with the shares of those who released; other subsets are used instead."""
    given = {(share.subset, share.key_id): share.share for share in shares}
    for sealed in header.shares:
        if sealed.key_id not in released_by:
            continue
        place = (sealed.subset, sealed.key_id)
        code: Code | None = None
        if place not in given:
            code = "share-missing"
        elif (share := given[place]) is None:
            code = "share-does-not-open"
        elif digest.h("share-digest", bytes.fromhex(share)) != sealed.digest:
            code = "share-wrong"
        if code:
            yield finding(header.commitment, code, key_id=sealed.key_id, subset=sealed.subset)


def combine(header: Header, shares: Sequence[ReleasedShare]) -> dict[tuple[int, ...], bytes]:
    """Return the content key of every subset whose shares are all there and match their digests."""
    given = {(share.subset, share.key_id): share.share for share in shares}
    keys: dict[tuple[int, ...], bytes] = {}
    for subset, group in groupby(header.shares, key=lambda sealed: sealed.subset):
        key = 0
        for sealed in group:
            share = given.get((subset, sealed.key_id))
            if share is None or digest.h("share-digest", bytes.fromhex(share)) != sealed.digest:
                break
            key ^= int(share, 16)
        else:
            keys[subset] = key.to_bytes(32, "big")
    return keys


def find_key(
    header: Header,
    shares: Sequence[ReleasedShare],
    released_by: Collection[str],
    content_key: str | None,
) -> bytes:
    """Return the content key, the same from every complete subset.

    Raises:
        Unopenable: A complete subset gives another key; or none is complete and the bidder released no key.
    """
    if len(set(released_by) & set(header.policy.key_ids)) < header.policy.k:
        raise Unopenable("too-few-releases")
    found = [*combine(header, shares).values()]
    if any(digest.h("cek", key) != header.key_commitment for key in found):
        raise Unopenable("key-commitment")
    if found:
        return found[0]
    if content_key is not None and recovers(header, content_key):
        return bytes.fromhex(content_key)
    raise Unopenable("no-subset-works")


def recovers(header: Header, content_key: str) -> bool:
    """Say whether a content key the bidder releases is the one the header commits to."""
    return digest.h("cek", digest.unhex(content_key, size=32)) == header.key_commitment


def decrypt(header: Header, ciphertext: bytes, key: bytes) -> bytes:
    """Return the padded package.

    Raises:
        Unopenable: A chunk does not decrypt, or there are more or fewer bytes than the header says.
    """
    if len(ciphertext) != ciphertext_size(header.padded_size):
        raise Unopenable("chunk")
    cipher, step, bound = AESGCM(key), CHUNK + TAG, plain(header)
    starts = range(0, len(ciphertext), step)
    parts = []
    for index, start in enumerate(starts):
        data = chunk_data(bound, index, last=index == len(starts) - 1)
        try:
            parts.append(cipher.decrypt(index.to_bytes(12, "big"), ciphertext[start : start + step], data))
        except InvalidTag:
            raise Unopenable("chunk") from None
    return b"".join(parts)


def unpack(header: Header, data: bytes, bidder_code: str) -> Opened:
    """Return what a decrypted package says.

    Raises:
        Unopenable: Its digests, form, bidder tag or code are not those of header and signer.
    """
    try:
        parts = package.parse(data)
    except MalformedError:
        raise Unopenable("package") from None
    if parts.payload_digest != header.payload_digest:
        raise Unopenable("payload-digest")
    try:
        readout = package.read_readout(parts.readout, header.kind)
        package.split_documents(parts.documents)
    except MalformedError:
        raise Unopenable("form") from None
    if package.bidder_tag(readout.salt_b, readout.bidder.uscc) != header.bidder_tag:
        raise Unopenable("bidder-tag")
    if readout.bidder.uscc != bidder_code:
        raise Unopenable("bidder-code")
    opening = Opening(
        readout=readout, salt_r=parts.salt_r.hex(), documents_digest=parts.documents_digest.hex()
    )
    return Opened(opening=opening, documents=parts.documents, salt_d=parts.salt_d)
