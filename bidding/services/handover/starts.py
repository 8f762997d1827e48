"""How a handover begins: from a signed contract, or before one, with the coming provider named later."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from bidding.domain.act import Act
from bidding.domain.handover import pressure, track
from bidding.domain.outcome import contract
from bidding.domain.permission import PERMISSIONS
from bidding.queries import contracts
from bidding.queries import tenders as tender_queries
from bidding.queries.handover import records as queries
from bidding.services import stages
from bidding.services.handover import walks
from bidding.tables.handovers import HandoverRow
from market.kernel.actor import Actor
from market.kernel.errors import NotPermittedError, RuleError
from market.parties import public as parties
from market.runtime import database

LEAVING = frozenset({parties.OrganisationKind.ENTERPRISE, parties.OrganisationKind.DEVELOPER})


class ContractNotSignedError(RuleError):
    """The coming provider is that of a signed contract for this area."""

    code: ClassVar[str] = "handover-without-contract"
    source = "BPR 76"


class SameProviderError(RuleError):
    """The leaving provider is an enterprise or the developer, and not the coming one."""

    code: ClassVar[str] = "handover-same-provider"
    source = "BPR 76"


class NotOursError(NotPermittedError):
    """A body hands over the residential area it stands for, and no other."""

    code: ClassVar[str] = "handover-not-ours"
    source = "BPR 75, 76"


class Ground(StrEnum):
    """Why a handover begins: a signed contract, or the end of the old one before a new one is signed."""

    CONTRACT = "contract"
    DISMISSAL = "dismissal"
    EXPIRY = "expiry"


async def start(
    *, contract_number: str, outgoing: int, contract_end_on: date | None, by: Actor, now: datetime
) -> queries.Handover:
    """Begin the handover of a signed contract's area.

    Args:
        outgoing: Organisation that serves the area now (or the developer who holds it).
        contract_end_on: Last day of its contract; before it only preparation is due.

    Raises:
        walks.HandoverRunsError: The area is being handed over already; the new provider is named there.
    """
    async with database.transaction():
        found = await contracts.by_number(contract_number)
        if found.tender is None:  # a renewal keeps its provider: nobody hands over
            raise SameProviderError(field="contract_number")
        tender = await tender_queries.locked((await tender_queries.by_id(found.tender)).number)
        stages.check(Act.HANDOVER_START, by, tender)
        if found.stage not in contract.BINDING:
            raise ContractNotSignedError(contract_number)
        await _refuse_running(found.community, field="contract_number")
        await _check_leaving(outgoing, found.provider)
        community = await parties.community(found.community)
        row = HandoverRow(
            number=contract_number,
            contract=found.id,
            tender=found.tender,
            incoming=found.provider,
            committee=found.organisation,
            ground=Ground.CONTRACT.value,
            **_common(community, outgoing, contract_end_on, by, now),
        )
        await row.save()
        await walks.record(Act.HANDOVER_START, row.id, by=by, now=now)
        return await queries.by_id(row.id)


async def start_early(
    *, community: int, outgoing: int, ground: Ground, contract_end_on: date | None, by: Actor, now: datetime
) -> queries.Handover:
    """Begin a handover on the owners' decision or the end of the old contract; the new provider comes later.

    Raises:
        NotOursError: The body does not stand for this area.
        walks.HandoverRunsError: The area is being handed over already.
    """
    async with database.transaction():
        PERMISSIONS[Act.HANDOVER_START].check(by, organisations=(by.organisation or 0,))
        area = await parties.community(community)
        mine = await parties.organisation(by.organisation or 0)
        if mine.id != area.developer and mine.community != area.id:
            raise NotOursError(f"{mine.name} does not stand for {area.name}", field="community")
        earlier = await _refuse_running(community, field="community", waiting=False)
        await _check_leaving(outgoing, None)
        row = HandoverRow(
            number=f"JJ-{community}-{len(earlier) + 1}",
            committee=mine.id,
            ground=ground.value,
            **_common(area, outgoing, contract_end_on, by, now),
        )
        await row.save()
        await walks.record(Act.HANDOVER_START, row.id, by=by, now=now)
        return await queries.by_id(row.id)


def _common(
    area: parties.Community, outgoing: int, contract_end_on: date | None, by: Actor, now: datetime
) -> dict[str, Any]:
    return {
        "community": area.id,
        "division": area.division,
        "outgoing": outgoing,
        "stage": track.LIFECYCLE.initial.value,
        "pressure": pressure.LIFECYCLE.initial.value,
        "contract_end_on": contract_end_on,
        "started_at": now,
        "started_by": by.name,
    }


async def _refuse_running(community: int, *, field: str, waiting: bool = True) -> list[queries.Handover]:
    """Return the handovers an area has had; refuse where one runs.

    Args:
        waiting: Whether only one that waits for the new provider is in the way: its contract names it there.

    Raises:
        walks.HandoverRunsError: With its number.
    """
    await database.lock(f"handover:{community}")
    earlier = await queries.of_community(community)
    for each in earlier:
        if each.stage is not track.Stage.CLOSED and not (waiting and each.incoming is not None):
            raise walks.HandoverRunsError(number=each.number, field=field)
    return earlier


async def _check_leaving(outgoing: int, incoming: int | None) -> None:
    leaving = await parties.organisation(outgoing)
    if leaving.kind not in LEAVING or outgoing == incoming:
        raise SameProviderError(field="outgoing")


async def name_incoming(*, number: str, contract_number: str, by: Actor, now: datetime) -> queries.Handover:
    """Name the coming provider of a handover that began without one, by its signed contract.

    Raises:
        ContractNotSignedError: Not signed, or for another area or body.
        walks.HandoverRunsError: The coming provider is named already, or the contract has its own handover.
        SameProviderError: The contract is the leaving provider's.
    """
    async with database.transaction():
        found = await queries.locked(number)
        PERMISSIONS[Act.HANDOVER_INCOMING].check(by, organisations=(found.committee,), path=found.path)
        made = await contracts.by_number(contract_number)
        theirs = (made.community, made.organisation) == (found.community, found.committee)
        if made.stage not in contract.BINDING or not theirs:
            raise ContractNotSignedError(contract_number, field="contract_number")
        if found.incoming is not None or await queries.of_contract(made.id) is not None:
            raise walks.HandoverRunsError(number=number, field="contract_number")
        await _check_leaving(found.outgoing, made.provider)
        await HandoverRow.update(
            {
                HandoverRow.contract: made.id,
                HandoverRow.tender: made.tender,
                HandoverRow.incoming: made.provider,
            }
        ).where(HandoverRow.id == found.id)
        await walks.record(Act.HANDOVER_INCOMING, found.id, by=by, now=now)
        return await queries.by_id(found.id)
