"""What a service contract is merged from: award, tender document, catalogue version, the winner's offer."""

from datetime import date, datetime
from typing import Final

import msgspec

from bidding.domain.outcome import award, contract
from bidding.domain.procedure import Profile
from bidding.domain.service.offer import Offer
from bidding.domain.service.table import ServiceTable
from bidding.domain.tender import Tender
from bidding.domain.vote import matter
from bidding.queries import awards, decisions
from bidding.queries.entry import selections
from bidding.queries.service import catalogues, offers
from contracts_templates import content, form
from market.kernel import period
from market.parties import public as parties

SERVICE_PART: Final = "service"
_SHOWN_CHARACTERS: Final = 300


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """What the two sides settle: nothing of it is a core term."""

    start_on: date
    particulars: content.Particulars
    prophase: content.Prophase | None = None


async def service_contract(
    given: awards.Award, tender: Tender, settled: Settled, now: datetime
) -> tuple[form.Form, content.ServiceContract]:
    """Return the contract of an award with its form; one by agreement rests on its approval (PMR 24)."""
    merged = await _merged(given, tender, settled, now)
    approved = await selections.approval(tender.id)
    if approved is None:
        return form.SERVICE_CONTRACT, merged
    agreed = content.AgreedContract(
        **{
            **{name: getattr(merged, name) for name in content.ServiceContract.__struct_fields__},
            "tender_digest": tender.content.digest(),
        },
        approval=content.Approval(
            number=approved.approval_number,
            authority=approved.authority,
            approved_on=period.local_day(approved.approved_at),
        ),
    )
    return form.AGREED_CONTRACT, agreed


async def _merged(
    given: awards.Award, tender: Tender, settled: Settled, now: datetime
) -> content.ServiceContract:
    """Return what both forms say: items from the frozen document, levels and prices from the bid."""
    client = await parties.organisation(tender.organisation)
    community = await parties.community(tender.community)
    decided = await decisions.by_id(given.decision)
    lot = next(each for each in tender.content.lots if each.id == given.lot)
    made = (await offers.of_commitment(tender, given.commitment)).offer
    return content.ServiceContract(
        number=f"{tender.number}-C{award.place(given.lot, given.turn)}",
        tender_number=tender.number,
        award_number=given.number,
        tender_digest=tender.version_digest or "",
        bid_commitment=given.commitment,
        body=body(client.kind),
        client=content.Party(name=client.name, code=client.code, address=tender.content.tenderer_address),
        provider=content.Party(name=given.winner, code=given.uscc, address=""),
        community=await place(community),
        lot=lot.title,
        lot_area_centi=lot.area_centi,
        decision=None if decided is None else decision(decided),
        annual_fen=given.terms.price_fen,
        level=given.terms.level,
        service_text=tender.content.parts.get(SERVICE_PART, "")[:_SHOWN_CHARACTERS],
        manager=given.terms.project_manager,
        start_on=settled.start_on,
        end_on=contract.end_on(settled.start_on, given.terms.months),
        months=given.terms.months,
        awarded_on=period.local_day(given.awarded_at),
        drawn_up_on=period.local_day(now),
        particulars=settled.particulars,
        catalogue=lot.services.catalogue if lot.services else "",
        items=await _items(given, lot.services, made),
        offer_fen=made.total_fen if made else None,
        staff=tuple(content.Post(role=each.role, count=each.count) for each in made.staff) if made else (),
        prophase=(settled.prophase or content.Prophase())
        if tender.procedure.profile is Profile.PROPHASE
        else None,
    )


async def place(community: parties.Community) -> content.Community:
    """Return a residential area as documents name it."""
    divisions = await parties.lineage(community.division)
    return content.Community(
        name=community.name,
        divisions=tuple(each.name for each in divisions),
        division_code=community.division,
        gfa_centi=community.gfa_centi,
        households=community.households,
        buildings=community.buildings,
        completion_year=community.completion_year,
    )


def decision(decided: decisions.Recorded) -> content.Decision:
    """Return an owners' decision as documents cite it."""
    return content.Decision(
        number=decided.number,
        decided_on=decided.decided_on,
        file_digest=decided.file_digest,
        **{name: getattr(decided.figures, name) for name in matter.Figures.__struct_fields__},
    )


def body(kind: parties.OrganisationKind) -> str:
    """Return whom the first party of a contract stands for."""
    bodies = {
        parties.OrganisationKind.OWNERS_COMMITTEE: "committee",
        parties.OrganisationKind.MANAGEMENT_COMMITTEE: "management",
    }
    return bodies.get(kind, "developer")


async def _items(
    given: awards.Award, table: ServiceTable | None, made: Offer | None
) -> tuple[content.ServiceItem, ...]:
    """Return annexes 2 and 3: every line of the document at its promised level, in that level's words."""
    if table is None:
        return ()
    catalogue, levels = await catalogues.by_name(table.catalogue), given.terms.levels
    found = []
    for line in table.lines:
        level, item = levels.get(line.code, line.level), catalogue.item(line.code)
        raised = item is not None and level != line.level
        priced = made.item(line.code) if made else None
        found.append(
            content.ServiceItem(
                code=line.code,
                area=line.area,
                name=line.name,
                unit=line.unit,
                level=level,
                standard=item.standard(level) if item is not None and raised else line.standard,
                price_fen=priced.price_fen if priced else None,
            )
        )
    return tuple(found)
