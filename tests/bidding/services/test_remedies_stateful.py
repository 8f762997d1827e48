"""Random acts on a tender with public candidates: what holds whatever is done (invariants 5, 9, 25).

Nothing moves a suspended tender forward; the last day to object never comes earlier; whoever wins was public
for three full days on which nothing stood still. Every walk is rolled back, so all begin at the same place.
"""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from bidding.domain import suspension
from bidding.domain.procedure import Stage
from bidding.domain.remedy.objection import Kind, State
from bidding.domain.tender import Tender
from bidding.queries.remedy import hindrances
from bidding.queries.remedy import objections as queries
from bidding.services import awards
from bidding.services.remedy import objections, rechecks, suspensions
from market.kernel import period
from market.kernel.actor import Actor, Role
from market.kernel.errors import MarketError
from market.runtime import database
from tests import factories_awards as factory
from tests import factories_bidding as bidding
from tests import factories_parties as parties
from tests import factories_remedies as remedies

pytestmark = pytest.mark.usefixtures("database")
WAYS = (
    "object-0",
    "object-1",
    "answer",
    "withdraw",
    "order",
    "lift",
    "recheck",
    "answer-recheck",
    "decide",
    "award",
    "hour",
    "day",
    "day",
)
STRAIGHT = ["object-0", "day", "answer", "decide", "day", "day", "day", "day", "day", "day", "day", "award"]


class _RolledBackError(Exception):
    pass


class Walk(msgspec.Struct, kw_only=True):
    """A walk through acts; ``last`` is the last day to object as it stood."""

    case: factory.Case
    district: Actor
    first: str
    last: date

    async def object_0(self) -> None:
        """Let the first bidder object."""
        await self._object(0)

    async def object_1(self) -> None:
        """Let the second bidder object."""
        await self._object(1)

    async def _object(self, place: int) -> None:
        by = self.case.world.bidders[place].party.actor
        await remedies.object_to(self.case.number, Kind.RESULT, by=by, now=self.case.now)

    async def _waiting(self) -> tuple[str, Actor]:
        tender = await self.case.world.tender()
        found = [each for each in await queries.of_tender(tender.id) if each.state is State.LODGED]
        number = found[0].number if found else f"{self.case.number}-O99"
        who = found[0].organisation if found else 0
        bidders = [each.party.actor for each in self.case.world.bidders]
        return number, next((each for each in bidders if each.organisation == who), bidders[0])

    async def answer(self) -> None:
        """Answer the oldest objection."""
        number, _ = await self._waiting()
        by, now = self.case.world.tenderer, self.case.now
        await objections.answer(number=number, verdict=remedies.REJECTED, by=by, now=now)

    async def withdraw(self) -> None:
        """Let its maker take it back."""
        number, by = await self._waiting()
        await objections.withdraw(number=number, by=by, now=self.case.now)

    async def order(self) -> None:
        """Suspend by order."""
        await suspensions.order(number=self.case.number, reasons="x", by=self.district, now=self.case.now)

    async def lift(self) -> None:
        """Lift the oldest order."""
        stack = (await self.case.world.tender()).suspensions
        orders = [each.origin for each in suspension.open_of(stack) if each.cause is suspension.Cause.ORDER]
        origin = orders[0] if orders else "none"
        await suspensions.lift(
            number=self.case.number, origin=origin, reasons="x", by=self.district, now=self.case.now
        )

    async def recheck(self) -> None:
        """Ask the committee about the first in rank."""
        await rechecks.open_(
            number=self.case.number,
            lot="1",
            commitment=self.first,
            reasons="x",
            by=self.district,
            now=self.case.now,
        )

    async def answer_recheck(self) -> None:
        """Let the committee say that it stands."""
        asked = await hindrances.rechecks((await self.case.world.tender()).id)
        number = next((each.number for each in asked if each.closed_at is None), "none")
        by, now = self.case.experts[0], self.case.now
        await rechecks.close(number=number, stands=True, findings="x", by=by, now=now)

    async def decide(self) -> None:
        """Record the owners' decision."""
        await factory.decide(self.case, commitment=self.first)

    async def award(self) -> None:
        """Award to the first in rank."""
        await awards.publish(
            number=self.case.number,
            lot="1",
            commitment=self.first,
            by=self.case.world.tenderer,
            now=self.case.now,
            standing_of=bidding.good_standing,
        )

    async def hour(self) -> None:
        """Wait an hour."""
        self.case.now += timedelta(hours=1)

    async def day(self) -> None:
        """Wait a day."""
        self.case.now += timedelta(days=1)


_begun: list[Walk] = []


async def begin() -> Walk:
    """Return where every walk begins; made once."""
    if not _begun:
        case = await factory.ranked()
        last = (await case.found()).last_day
        assert last is not None
        walk = Walk(
            case=case,
            district=await parties.an_officer(Role.DISTRICT),
            first=await factory.first(case),
            last=last,
        )
        _begun.append(walk)
    walk = _begun[0]
    return msgspec.structs.replace(walk, case=msgspec.structs.replace(walk.case))


async def check(walk: Walk, before: Tender) -> None:
    """Check what must hold after an act."""
    tender, found = await walk.case.world.tender(), await walk.case.found()
    if before.suspended:
        assert tender.stage is before.stage
    assert found.last_day is not None
    assert found.last_day >= walk.last
    walk.last = found.last_day
    if tender.stage is Stage.AWARDED and before.stage is not Stage.AWARDED:
        assert found.published_at is not None
        assert (await hindrances.of_lot(tender.id, "1")).rechecks == 0
        first, today = period.local_day(found.published_at), period.local_day(walk.case.now)
        full = [
            day
            for n in range(1, (today - first).days)
            if not suspension.touches(tender.suspensions, day := first + timedelta(days=n))
        ]
        assert len(full) >= 3


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(acts=STRAIGHT)
@given(acts=st.lists(st.sampled_from(WAYS), min_size=4, max_size=14))
async def test_whatever_is_done_a_suspended_tender_stands_still_and_no_window_gets_shorter(
    acts: list[str],
) -> None:
    walk = await begin()
    try:
        async with database.transaction():
            for name in acts:
                act: Callable[[], Awaitable[None]] = getattr(walk, name.replace("-", "_"))
                before = await walk.case.world.tender()
                try:
                    await act()
                except MarketError as refusal:
                    event(f"{name} refused: {refusal.code}")
                await check(walk, before)
            stage = (await walk.case.world.tender()).stage
            assert acts is not STRAIGHT or stage is Stage.AWARDED
            event(f"ends {stage}")
            raise _RolledBackError  # noqa: TRY301
    except _RolledBackError:
        pass
