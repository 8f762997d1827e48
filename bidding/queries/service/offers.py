"""Structured offers of opened bids, as far as they can be read; what cannot be read is a finding."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from bidding.domain.sealed import package
from bidding.domain.sealed.encoding import MalformedError
from bidding.domain.service import offer as offers
from bidding.domain.service import parts
from bidding.domain.tender import Tender
from bidding.queries import openings
from market.kernel import digest
from market.runtime import apart, files

LARGEST: Final = 4 << 20
"""Bytes of an offer that are read; two hundred items, plan and terms need a twentieth of it."""


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in a bid beside its read-out; without an offer, ``findings`` say why."""

    offer: offers.Offer | None
    findings: tuple[offers.Finding, ...]


def manager_of(answers: Mapping[str, str | int | bool | None]) -> str:
    """Return the registration number a read-out names; empty where it names none."""
    return str(answers.get("project_manager") or "").strip()


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def said(one: openings.OpenedBid, tender: Tender) -> offers.Said:
    """Return what a bid's read-out says, and the term of the document."""
    terms = one.opening.readout.terms
    months = _number(terms.get("months"))
    return offers.Said(
        lot=one.lot,
        price_fen=one.price_fen or 0,
        project_manager=manager_of(terms),
        months=months if months is not None else _number(terms.get("term_months")),
        document_months=tender.content.contract_months,
    )


async def of_bid(one: openings.OpenedBid, tender: Tender) -> Read:
    """Return the offer of an opened bid with everything in which it differs from document and read-out."""
    data = await _bytes_of(one.manifest, one.plaintext)
    money = await _bytes_of(one.price.manifest, one.price.plaintext) if one.price else b""
    if not data or (tender.in_two_envelopes and not money):
        return Read(offer=None, findings=(offers.Finding(code="missing"),))
    try:
        found = parts.join(data, money) if tender.in_two_envelopes else offers.parse(data)
    except MalformedError as problem:
        return Read(offer=None, findings=(offers.Finding(code="malformed", offered=str(problem)[:200]),))
    lot = next((each for each in tender.content.lots if each.id == one.lot), None)
    return Read(
        offer=found, findings=offers.findings(found, said(one, tender), lot.services if lot else None)
    )


async def _bytes_of(manifest: list[dict[str, Any]], plaintext: str) -> bytes:
    """Return the bytes of ``offer.json``: it comes first, so the files behind it are not read."""
    if not manifest or manifest[0]["name"] != package.OFFER or manifest[0]["size"] > LARGEST:
        return b""
    size, head = int(manifest[0]["size"]), bytearray()
    try:
        async for part in apart.open_stream(plaintext):
            head += part
            if len(head) >= package.LENGTH and len(head) >= _start(head) + size:
                break
    except files.FileMissingError:
        return b""
    data = bytes(head[_start(head) : _start(head) + size])
    return data if digest.h("file", data) == manifest[0]["digest"] else b""


def _start(head: bytearray) -> int:
    return package.LENGTH + int.from_bytes(head[: package.LENGTH], "big")


async def of_commitment(tender: Tender, commitment: str) -> Read:
    """Return the offer of one opened bid of a tender."""
    for one in await openings.opened_bids(tender):
        if one.commitment == commitment:
            return await of_bid(one, tender)
    return Read(offer=None, findings=(offers.Finding(code="missing"),))
