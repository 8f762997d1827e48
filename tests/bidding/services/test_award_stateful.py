"""Random acts from the public candidates to the signed contract: invariants 6, 9, 10, 11, 25, 26 and 28.

Whoever acts, whatever is tried, however the clock jumps: a standing award names a public candidate and rests
on a decision that covers it; a signed contract has the bid's core terms and a decision that stood; a security
stays within its cap and ends once. Every walk is rolled back, so all begin at the same place.
"""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from bidding.domain.outcome import contract
from bidding.domain.procedure import Stage
from bidding.domain.settlement import cancellation, security
from bidding.queries import awards as award_queries
from bidding.queries import contracts as contract_queries
from bidding.queries import tenders
from bidding.services import awards, contracts
from bidding.services.settlement import cancellations, contract_filings, securities
from bidding.services.vote import following
from contracts_templates import content
from market.kernel import period
from market.kernel.actor import Actor, Role
from market.kernel.errors import MarketError
from market.runtime import database
from tests import factories_awards as factory
from tests import factories_bidding as bidding
from tests import factories_parties as parties
from tests import factories_votes as votes

pytestmark = pytest.mark.usefixtures("database")

STRAIGHT = ["decide:0", *["day:1"] * 7, "award:0", "draft:0", "sign:0", "file:0", "pay:0", "return:0"]
OTHER_WAY = [
    *("decide:0", "day:7", "award:0", "decline:0", "cancel:0", "decide:1", "day:7"),
    *("award:1", "draft:0", "revoke:0", "sign:1"),
]
WAYS = [
    *("decide:0", "decide:0", "decide:1", "lose:0", "revoke:0", "award:0", "award:0", "award:1", "award:2"),
    *("decline:0", "cancel:0", "draft:0", "draft:0", "draft:1", "sign:0", "sign:1", "sign:2", "file:0"),
    *("pay:0", "pay:1", "overpay:0", "perform:0", "overperform:0", "return:0", "return:0", "keep:0"),
    *("day:1", "day:3", "day:7", "day:30"),
]


class _RolledBackError(Exception):
    pass


class Walk(msgspec.Struct, kw_only=True):
    """A walk through acts; whoever acts is chosen by the act's number."""

    case: factory.Case
    street: Actor
    order: list[str]

    @property
    def _tenderer(self) -> Actor:
        return self.case.world.tenderer

    async def decide(self, place: int) -> None:
        """Let the owners decide for a candidate."""
        await factory.decide(self.case, commitment=self.order[place])

    async def lose(self, place: int) -> None:
        """Let the owners vote, and the motion be lost."""
        await factory.decide(self.case, commitment=self.order[place], said=votes.LOST)

    async def revoke(self, _: int) -> None:
        """Let the street revoke the last decision."""
        rows = await database.fetch(
            "SELECT number FROM bidding_decision WHERE tender = $1 AND revoked_at IS NULL ORDER BY id DESC",
            (await self.case.world.tender()).id,
        )
        number = rows[0]["number"] if rows else "none"
        await following.revoke(number=number, reasons="未公告议题", by=self.street, now=self.case.now)

    async def award(self, place: int) -> None:
        """Award to a candidate, or to a bid that was none."""
        await awards.publish(
            number=self.case.number,
            lot="1",
            commitment=self.order[place],
            by=self._tenderer,
            now=self.case.now,
            standing_of=bidding.good_standing,
        )

    async def _last(self, table: str) -> str:
        tender = (await self.case.world.tender()).id
        wanted = {
            "award": "SELECT number FROM bidding_award WHERE tender = $1 ORDER BY id DESC LIMIT 1",
            "contract": "SELECT number FROM bidding_contract WHERE award IN"
            " (SELECT id FROM bidding_award WHERE tender = $1) ORDER BY id DESC LIMIT 1",
        }
        rows = await database.fetch(wanted[table], tender)
        return str(rows[0]["number"]) if rows else "none"

    async def decline(self, _: int) -> None:
        """Let the winner refuse."""
        number = await self._last("award")
        by = self.case.winner((await award_queries.by_number(number)).commitment)
        await cancellations.decline(number=number, reasons="人员不足", by=by, now=self.case.now)

    async def cancel(self, _: int) -> None:
        """Cancel the award of a winner that refused."""
        await cancellations.cancel(
            number=await self._last("award"),
            ground=cancellation.Ground.REFUSED,
            reasons="书面拒绝",
            by=self._tenderer,
            now=self.case.now,
        )

    async def draft(self, higher: int) -> None:
        """Draw up the contract, at the bid's price or above it."""
        made = await award_queries.by_number(await self._last("award"))
        await contracts.draft(
            award_number=made.number,
            terms=msgspec.structs.replace(made.terms, price_fen=made.terms.price_fen + higher),
            start_on=date(2026, 7, 1),
            particulars=content.Particulars(),
            by=self._tenderer,
            now=self.case.now,
        )

    async def sign(self, place: int) -> None:
        """Let a bidder sign what is drawn up."""
        made = await contract_queries.by_number(await self._last("contract"))
        by = self.case.winner(self.order[place])
        await contracts.sign(number=made.number, digest=made.digest, by=by, now=self.case.now)

    async def file(self, _: int) -> None:
        """File the contract."""
        number = await self._last("contract")
        await contract_filings.file(number=number, by=self._tenderer, now=self.case.now)

    async def _pay(self, place: int, kind: security.Kind, amount: int) -> None:
        payment = security.Payment(
            kind=kind,
            instrument=security.Instrument.TRANSFER,
            amount_fen=amount,
            holder="91110108MA01ABCD5T",
            basic_account=True,
            reference=f"HK-{place}",
            paid_on=date(2026, 3, 2),
        )
        organisation = self.case.winner(self.order[place]).organisation or 0
        by, now = self._tenderer, self.case.now
        await securities.record(
            number=self.case.number, organisation=organisation, payment=payment, by=by, now=now
        )

    async def pay(self, place: int) -> None:
        """Record a bid security at its cap."""
        await self._pay(place, security.Kind.BID, 4_000_000)

    async def overpay(self, place: int) -> None:
        """Record a fen more than the cap."""
        await self._pay(place, security.Kind.BID, 4_000_001)

    async def perform(self, place: int) -> None:
        """Record a performance security."""
        await self._pay(place, security.Kind.PERFORMANCE, 1_000_000)

    async def overperform(self, place: int) -> None:
        """Record one of more than a tenth of any of these contracts."""
        await self._pay(place, security.Kind.PERFORMANCE, 10**9)

    async def _security(self) -> int:
        rows = await database.fetch("SELECT id FROM bidding_security ORDER BY id")
        return int(rows[0]["id"]) if rows else 0

    async def return_(self, _: int) -> None:
        """Give a security back."""
        on = period.local_day(self.case.now)
        await securities.give_back(
            security_id=await self._security(), on=on, by=self._tenderer, now=self.case.now
        )

    async def keep(self, _: int) -> None:
        """Keep one for a refused award."""
        await securities.forfeit(
            security_id=await self._security(),
            ground=security.ForfeitGround.AWARD_REFUSED,
            by=self._tenderer,
            now=self.case.now,
        )

    async def day(self, days: int) -> None:
        """Let the clock jump."""
        self.case.now += timedelta(days=days)


_begun: list[Walk] = []


async def begin() -> Walk:
    """Return where every walk begins; made once."""
    if not _begun:
        case = await factory.ranked()
        result = (await case.found()).result
        assert result is not None
        ranks = [each.rank for each in result.candidates]
        assert ranks == list(range(1, len(ranks) + 1))
        assert len(ranks) <= 3
        assert {each.commitment for each in result.candidates} <= {each.commitment for each in result.scored}
        order = [each.commitment for each in result.candidates]
        _begun.append(Walk(case=case, street=await parties.an_officer(Role.STREET), order=order))
    walk = _begun[0]
    return msgspec.structs.replace(walk, case=msgspec.structs.replace(walk.case))


SIGNED_STAGES = {Stage.CONTRACTED, Stage.CONTRACT_FILED}
STANDING = "SELECT * FROM bidding_award WHERE tender = $1 AND cancelled_at IS NULL"
SIGNED = """SELECT c.number, c.signed_at, a.decision AS d, d.carried, d.revoked_at, a.cancelled_at
FROM bidding_contract c JOIN bidding_award a ON a.id = c.award
LEFT JOIN bidding_decision d ON d.id = a.decision WHERE a.tender = $1 AND c.signed_at IS NOT NULL"""
LEDGER = """SELECT s.kind, s.amount_fen, count(e.id) AS ends, sum(e.interest_fen) AS interest
FROM bidding_security s LEFT JOIN bidding_security_settlement e ON e.security = s.id
WHERE s.tender = $1 GROUP BY s.id"""


async def check(walk: Walk, before: Stage) -> None:
    """Check what must hold after an act."""
    tender, found = await walk.case.world.tender(), await walk.case.found()
    standing = await database.fetch(STANDING, tender.id)
    assert len(standing) <= 1
    for made in standing:
        assert made["commitment"] in walk.order
        assert found.last_day is not None
        assert made["awarded_at"] >= period.end_of_day(found.last_day)
        (decision,) = await database.fetch("SELECT * FROM bidding_decision WHERE id = $1", made["decision"])
        assert decision["carried"]
        assert decision["revoked_at"] is None or decision["revoked_at"] >= made["awarded_at"]
        covered = walk.case.winner(made["commitment"]).organisation
        assert decision["covers"] == covered == made["organisation"]
    for row in await database.fetch(SIGNED, tender.id):
        signed, given = await contract_queries.by_number(row["number"]), await walk.case.award()
        assert list(contract.differences(given.terms, signed.terms)) == []
        assert row["carried"]
        assert row["revoked_at"] is None or row["revoked_at"] >= row["signed_at"]
    rules = tenders.rules_of(tender)
    assert rules.value("T01") >= 3
    for row in await database.fetch(LEDGER, tender.id):
        assert row["ends"] <= 1
        assert row["kind"] == "performance" or row["amount_fen"] <= 4_000_000
        assert row["interest"] is None or row["interest"] >= 0
    if before in SIGNED_STAGES:
        assert tender.stage in SIGNED_STAGES


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(acts=STRAIGHT)
@example(acts=OTHER_WAY)
@given(acts=st.lists(st.sampled_from(WAYS), min_size=6, max_size=16))
async def test_whatever_is_done_no_award_or_contract_stands_without_what_it_rests_on(acts: list[str]) -> None:
    walk = await begin()
    try:
        async with database.transaction():
            for name in acts:
                verb, place = name.split(":")
                act: Callable[[int], Awaitable[None]] = getattr(walk, {"return": "return_"}.get(verb, verb))
                before = (await walk.case.world.tender()).stage
                await database.execute("SAVEPOINT step")
                try:
                    await act(int(place))
                except MarketError as refusal:
                    await database.execute("ROLLBACK TO SAVEPOINT step")
                    event(f"{name} refused: {refusal.code}")
                await check(walk, before)
            stage = (await walk.case.world.tender()).stage
            assert acts is not STRAIGHT or stage is Stage.CONTRACT_FILED
            assert acts is not OTHER_WAY or stage is Stage.AWARDED
            event(f"ends {stage}")
            raise _RolledBackError  # noqa: TRY301
    except _RolledBackError:
        pass
