"""What a renewed contract is merged from: the contract before, the owners' decision, the catalogue."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

import msgspec

from bidding.domain.outcome import contract
from bidding.domain.service.catalogue import Catalogue
from bidding.domain.tenure.term import Stage
from bidding.queries.service import catalogues
from bidding.queries.tenure.renewals import Proposal
from bidding.services.service import merging
from contracts_templates import content
from market.kernel import period
from market.parties import public as parties

_NO_TENDER: Final = {"tender_number": "", "award_number": "", "tender_digest": "", "bid_commitment": ""}


async def document(
    given: Proposal,
    *,
    number: str,
    client: int,
    start_on: date,
    particulars: content.Particulars,
    now: datetime,
) -> content.RenewedContract:
    """Return the renewed contract with every item at its level, in that level's words."""
    before, terms = given.before, given.renewed.promised
    old = given.old.content if given.old else None
    place = await parties.community(before.community)
    ours, theirs = await parties.organisation(client), await parties.organisation(before.provider)
    changed = given.decided.renewal is not None and given.decided.renewal.levels
    catalogue = await catalogues.in_force(given.decided.decided_on) if changed else None
    items = _items(terms, old, catalogue, priced=_as_before(given))
    return content.RenewedContract(
        **_NO_TENDER,
        number=number,
        body=merging.body(ours.kind),
        client=content.Party(
            name=ours.name, code=ours.code, address=_address(old.client if old else None, ours.code)
        ),
        provider=content.Party(
            name=theirs.name, code=theirs.code, address=_address(old.provider if old else None, theirs.code)
        ),
        community=await merging.place(place),
        lot=old.lot if old else place.name,
        lot_area_centi=old.lot_area_centi if old else place.gfa_centi,
        decision=merging.decision(given.decided),
        annual_fen=terms.price_fen,
        level=terms.level,
        service_text=old.service_text if old else "",
        manager=terms.project_manager,
        start_on=start_on,
        end_on=contract.end_on(start_on, terms.months),
        months=terms.months,
        awarded_on=given.decided.decided_on,
        drawn_up_on=period.local_day(now),
        particulars=particulars,
        catalogue=catalogue.name if catalogue else _catalogue(old),
        items=items,
        offer_fen=old.offer_fen if isinstance(old, content.ServiceContract) and _as_before(given) else None,
        staff=old.staff if isinstance(old, content.ServiceContract) else (),
        prophase=None,
        renewal=content.Renewal(
            term=before.number,
            contract=before.contract,
            start_on=before.start_on,
            end_on=before.end_on,
            continued=before.stage is Stage.CONTINUED,
        ),
    )


def _address(known: content.Party | None, code: str) -> str:
    return known.address if known is not None and known.code == code else ""


def _as_before(given: Proposal) -> bool:
    """Say whether price and items are the old ones: only then the old prices of items still add up."""
    old, terms = given.old, given.renewed.promised
    return old is not None and (old.terms.price_fen, old.terms.levels) == (terms.price_fen, terms.levels)


def _catalogue(old: content.ServiceContract1 | None) -> str:
    return old.catalogue if isinstance(old, content.ServiceContract) else ""


def _items(
    terms: contract.Terms, old: content.ServiceContract1 | None, catalogue: Catalogue | None, *, priced: bool
) -> tuple[content.ServiceItem, ...]:
    known: Mapping[str, content.ServiceItem] = (
        {each.code: each for each in old.items} if isinstance(old, content.ServiceContract) else {}
    )
    found = []
    for code, level in terms.levels.items():
        kept, drawn = known.get(code), catalogue.item(code) if catalogue else None
        if kept is not None and (kept.level == level or drawn is None):
            found.append(kept if priced else msgspec.structs.replace(kept, price_fen=None))
        elif drawn is not None:
            found.append(
                content.ServiceItem(
                    code=code,
                    area=drawn.area,
                    name=drawn.name_zh,
                    unit=drawn.unit_zh,
                    level=level,
                    standard=drawn.standard(level),
                    price_fen=None,
                )
            )
    return tuple(sorted(found, key=lambda item: (item.area, item.code)))
