"""What a bid says, read with tolerance: read-out, structured offer, properties and words of its files.

The offer may be the typed form or free JSON; whatever has another shape is left out, never refused.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from bidding.domain.alert import properties
from bidding.domain.alert.material import Material, Trace, files_of
from bidding.domain.sealed import package

MOST_OFFER: Final = 4 << 20
MOST_PEOPLE: Final = 500
MOST_ITEMS: Final = 500

_CONTACTS: Final = {
    "agent": "agent",
    "agency": "agent",
    "contact": "contact",
    "contact_person": "contact",
    "phone": "phone",
    "contact_phone": "phone",
    "mobile": "phone",
    "email": "email",
    "contact_email": "email",
}
_NUMBERS: Final = ("number", "registration", "certificate", "id_number", "code")
_TEAMS: Final = ("staff", "team", "members", "people")


def read(
    *,
    commitment: str,
    readout: package.Readout,
    files: Sequence[tuple[package.ManifestItem, bytes]],
) -> Material:
    """Return what is compared of one opened bid."""
    offer = _offer(files)
    said: dict[str, dict[str, object]] = {"readout": dict(readout.terms), package.OFFER: offer}
    others = [(item, data) for item, data in files if item.name != package.OFFER]
    plan = offer.get("plan")
    texts = [(package.OFFER, plan if isinstance(plan, str) else "")]
    texts += [(item.name, properties.words(item.name, data)) for item, data in others]
    return Material(
        commitment=commitment,
        code=readout.bidder.uscc,
        bidder=readout.bidder.name,
        price_fen=readout.price_fen,
        preparers=tuple(trace for item, data in others for trace in properties.traces(item.name, data)),
        people=_distinct([one for where, values in said.items() for one in _people(values, where)]),
        contacts=_distinct([one for where, values in said.items() for one in _contacts(values, where)]),
        items=tuple(dict(_items(offer.get("items"))).items()),
        files=files_of([item for item, _ in files]),
        texts=tuple(_within(texts)),
    )


def _within(texts: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield texts that say something until one bid has had its share."""
    left = properties.MOST_TEXT
    for name, text in texts:
        if said := text[:left].strip():
            left -= len(said)
            yield name, said


def _offer(files: Sequence[tuple[package.ManifestItem, bytes]]) -> dict[str, object]:
    """Return the structured offer; of two envelopes both parts in one, the items as the price has them."""
    found: dict[str, object] = {}
    for item, data in files:
        if item.name == package.OFFER and len(data) <= MOST_OFFER:
            try:
                found |= msgspec.json.decode(data, type=dict[str, object])
            except (msgspec.DecodeError, RecursionError):
                return {}
    return found


def _people(said: dict[str, object], where: str) -> Iterator[Trace]:
    for name in ("project_manager", "manager"):
        yield from _person("member", said.get(name), where)
    for name in _TEAMS:
        listed = said.get(name)
        if isinstance(listed, list):
            for one in listed[:MOST_PEOPLE]:
                yield from _person("member", one, where)


def _person(field: str, said: object, where: str) -> Iterator[Trace]:
    """Yield a person by number, or by name where there is none; a role with a head count is nobody."""
    if isinstance(said, dict):
        numbers = [said.get(name) for name in _NUMBERS]
        said = next((one for one in [*numbers, said.get("name")] if isinstance(one, str) and one.strip()), "")
    yield from _trace(field, said, where)


def _contacts(said: dict[str, object], where: str) -> Iterator[Trace]:
    for name, field in _CONTACTS.items():
        found = said.get(name)
        if isinstance(found, dict):
            yield from _contacts(_flat(found, field), where)
        else:
            yield from _trace(field, found, where)


def _flat(said: dict[str, object], field: str) -> dict[str, object]:
    """Return the texts of a contact written as an object; its name stands for the object itself."""
    texts = {name: value for name, value in said.items() if isinstance(value, str)}
    name = texts.pop("name", None)
    return {**texts, **({field: name} if name else {})}


def _trace(field: str, said: object, where: str) -> Iterator[Trace]:
    if isinstance(said, str) and said.strip():
        yield Trace(field=field, value=" ".join(said.split())[: properties.MOST_VALUE], where=where)


def _items(said: object) -> Iterator[tuple[str, int]]:
    if isinstance(said, dict):
        said = [{"code": code, "price_fen": price} for code, price in said.items()]
    if not isinstance(said, list):
        return
    for one in said[:MOST_ITEMS]:
        if isinstance(one, dict):
            code, price = one.get("code"), one.get("price_fen")
            if isinstance(code, str) and isinstance(price, int) and not isinstance(price, bool) and price > 0:
                yield code, price


def _distinct(traces: Sequence[Trace]) -> tuple[Trace, ...]:
    """Return each value once, with the first place it stands in: read-out and offer repeat each other."""
    return tuple({one.key: one for one in reversed(traces)}.values())
