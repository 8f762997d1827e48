"""The structured offer on the bidder's machine: template, reading from JSON or CSV, checks before sealing.

What is refused here are slips that would cost the bid after the opening: a sum that is not the price, an item
forgotten or named twice. A lower level is the bidder's choice; it is said, not refused.
"""

import codecs
import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

import msgspec

from bidding.client import sealing
from bidding.client.noticing import NoticeRefusedError
from bidding.domain.lot import Lot
from bidding.domain.sealed import package
from bidding.domain.sealed.encoding import MalformedError, write
from bidding.domain.sealed.envelope import TenderVersion
from bidding.domain.service import offer
from bidding.domain.service.offer import ItemOffer, Offer, Post
from bidding.domain.service.table import ServiceTable
from market.kernel import digest
from market.kernel.errors import FindingsError, InvalidInputError

MEDIA_TYPE: Final = "application/json"
COLUMNS: Final = ("code", "level", "price_yuan")
_YUAN: Final = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,2}))?")


class OfferError(InvalidInputError):
    """The offer would cost the bid after the opening, so it is not sealed; several are raised together."""

    code: ClassVar[str] = "offer-not-sealable"
    source = "BLR 51"


class _Content(msgspec.Struct, frozen=True):
    lots: tuple[Lot, ...] = ()


class _Told(msgspec.Struct, frozen=True):
    content: _Content = _Content()


def tables(notice: bytes, version: TenderVersion) -> Mapping[str, ServiceTable]:
    """Return the item tables of an announced tender by lot, checked against the version in the log.

    Raises:
        NoticeRefusedError: The tables are not those of the version: the bid would price something else.
    """
    lots = msgspec.json.decode(notice, type=_Told).content.lots
    found = {lot.id: lot.services for lot in lots if lot.services is not None}
    if found and digest.digest("service-tables", msgspec.to_builtins(found)) not in version.documents:
        raise NoticeRefusedError("the item table is not the one of the announced version")
    return found


def template(lot: str, asked: ServiceTable) -> Offer:
    """Return an offer to be filled in: every item at the level asked for, without prices."""
    return Offer(
        form="offer/1",
        lot=lot,
        items=tuple(ItemOffer(code=line.code, level=line.level, price_fen=0) for line in asked.lines),
        staff=(Post(role="项目负责人", count=1),),
        project_manager="",
        plan="",
        other_terms="",
    )


def template_csv(asked: ServiceTable) -> str:
    """Return the items as a table for a spreadsheet; what is only for reading stands behind the price."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow((*COLUMNS, "name", "unit", "standard"))
    writer.writerows((one.code, one.level, "", one.name, one.unit, one.standard) for one in asked.lines)
    return "\ufeff" + stream.getvalue()


def read_items(text: str, *, lot: str) -> tuple[ItemOffer, ...]:
    """Read items from CSV with the columns ``COLUMNS``; a column ``lot`` chooses, others are not read.

    Raises:
        FindingsError: A line is wrong; every one that is, with its number.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise FindingsError([OfferError(f"the column {name} is missing", field=name) for name in missing])
    items, found = [], []
    for number, row in enumerate(reader, start=2):
        if row.get("lot", lot) != lot:
            continue
        try:
            items.append(_item(row))
        except (msgspec.ValidationError, OfferError) as problem:
            found.append(OfferError(f"line {number}: {problem}", field=f"{number}"))
    if found:
        raise FindingsError(list(found))
    return tuple(items)


def _item(row: Mapping[str, str | None]) -> ItemOffer:
    code, level, price = ((row.get(name) or "").strip() for name in COLUMNS)
    return msgspec.convert({"code": code, "level": level, "price_fen": fen(price)}, ItemOffer, strict=False)


def fen(text: str) -> int:
    """Return yuan as people write them, in fen.

    Raises:
        OfferError: Not an amount with at most two decimals.
    """
    match = _YUAN.fullmatch(text.replace(",", ""))
    if match is None:
        raise OfferError(f"not an amount in yuan: {text[:40]!r}", field="price_yuan")
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def read(data: bytes, *, lot: str, people: Sequence[Post] = (), manager: str = "", plan: str = "") -> Offer:
    """Read an offer from a file: JSON as ``template`` gives it, or a CSV of the items.

    Args:
        people: For a CSV, which holds items only; likewise ``manager`` and ``plan``.

    Raises:
        MalformedError: JSON that is no offer.
        FindingsError: CSV with wrong lines.
    """
    if data.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"{":
        return offer.parse(data.removeprefix(codecs.BOM_UTF8))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise MalformedError("the offer is neither JSON nor UTF-8 CSV") from problem
    return Offer(
        form="offer/1",
        lot=lot,
        items=read_items(text, lot=lot),
        staff=tuple(people),
        project_manager=manager,
        plan=plan,
        other_terms="",
    )


def post(text: str) -> Post:
    """Read ``ROLE=COUNT``.

    Raises:
        OfferError: Another form.
    """
    role, _, count = text.partition("=")
    try:
        return msgspec.convert({"role": role.strip(), "count": count}, Post, strict=False)
    except msgspec.ValidationError as problem:
        raise OfferError(f"people are written ROLE=COUNT, not {text[:60]!r}", field="post") from problem


def check(made: Offer, *, said: offer.Said, asked: ServiceTable | None) -> tuple[offer.Finding, ...]:
    """Refuse slips, and return what else the committee will read as a difference.

    Raises:
        FindingsError: The sum is not the price, or an item is missing, unknown or named twice; all of them.
    """
    found = offer.findings(made, said, asked)
    slips = [each for each in found if each.code in offer.BLOCKING]
    if slips:
        raise FindingsError([OfferError(describe(each), field=each.item or each.code) for each in slips])
    return found


def describe(one: offer.Finding) -> str:
    """Return a finding in a line for the terminal."""
    told = {
        "sum": f"the items add up to {one.offered} fen, the price is {one.asked} fen",
        "lot": f"the offer is for lot {one.offered}, the envelope for lot {one.asked}",
        "manager": f"the offer names project manager {one.offered}, the read-out {one.asked}",
        "item-missing": f"{one.item} has no price",
        "item-unknown": f"{one.item} is not in the item table",
        "item-twice": f"{one.item} stands twice",
        "level-lower": f"{one.item} is offered at level {one.offered}, asked for is {one.asked}",
        "other-terms": "the offer asks for other terms",
    }
    return told.get(one.code, one.code)


def file_of(made: Offer) -> sealing.File:
    """Return an offer as the first file of a bid."""
    return sealing.bytes_of(write(made), name=package.OFFER, media_type=MEDIA_TYPE)


def sheet(lot: str, asked: ServiceTable) -> bytes:
    """Return the template as indented JSON, for an editor."""
    return msgspec.json.format(msgspec.json.encode(template(lot, asked)), indent=2) + b"\n"
