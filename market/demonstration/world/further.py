"""Tenders that go further ways: applicants examined first, a key that was changed, two envelopes."""

from collections.abc import Mapping
from datetime import timedelta

import msgspec

from market.demonstration.scenes import (
    contracting,
    documents,
    drawing,
    enveloping,
    qualifying,
    rekeying,
    tendering,
)
from market.demonstration.scenes.tendering import Offer
from market.demonstration.stage import Stage
from market.demonstration.timing import at_ten
from market.demonstration.world import layout
from market.demonstration.world.tenders import PERCENTS, Running, pay_securities

APPLYING = 11
"""Days to apply: five of issue and a margin (BLR 16, 17)."""
LONG = 300
SEALED_IN_TWO = ("committee-locked", "committee-tree")
APPLICANTS = ("bidder", "enterprise-02", "enterprise-03", "enterprise-04")
EXTRA = {
    "committee-locked": documents.TWO_ENVELOPES,
    "committee-tree": {**documents.TWO_ENVELOPES, "scheme": documents.TREE},
}
EXAMINED = ("committee-prequal", "committee-qualified")
DAYS = {"committee-tree": 41, "committee-locked": 58}
"""Until the deadline of those that are opened; the second still waits for its prices at the end."""


class Others(msgspec.Struct, kw_only=True):
    """These tenders on their way, by the log-in name of their committee."""

    running: dict[str, Running]

    async def go_on(self, stage: Stage) -> None:
        """Bid in two envelopes, seal anew for a changed key, and examine who applied."""
        for login in SEALED_IN_TWO:
            each = self.running[login]
            base = each.plan.place.area_centi * 27
            for step, bidder in enumerate(each.bidders):
                await enveloping.bid(
                    stage, each.number, Offer(login=bidder, price_fen=base + step * base // 50)
                )
        await pay_securities(stage, self.running["committee-tree"])
        await self._change_key(stage)
        await self._examine(stage)

    async def _change_key(self, stage: Stage) -> None:
        each = self.running["committee-rekeyed"]
        offers = [
            Offer(login=login, price_fen=each.plan.place.area_centi * (28 + step))
            for step, login in enumerate(each.bidders)
        ]
        sealed = [(await tendering.bid(stage, each.number, offer))[0] for offer in offers]
        await rekeying.change(stage, each.need, each.number)
        await stage.time.settle()
        for offer, before in zip(offers[:2], sealed, strict=False):
            await tendering.bid(stage, each.number, offer, supersedes=before)

    async def _examine(self, stage: Stage) -> None:
        for login in EXAMINED:
            for applicant in APPLICANTS:
                await qualifying.apply(stage, applicant, self.running[login].number)
        first = self.running[EXAMINED[0]]
        await stage.time.reach(first.need.issue_at - timedelta(days=LEAD - APPLYING) + timedelta(minutes=1))
        for login in EXAMINED:
            await tendering.reached(stage, self.running[login].number, "prequal-review")
        found = await qualifying.applications(stage, EXAMINED[0], first.number)
        await qualifying.examine(stage, EXAMINED[0], first.number, found[0]["id"], meets=True)
        await self._invite(stage, self.running[EXAMINED[1]])

    async def _invite(self, stage: Stage, each: Running) -> None:
        codes = [(await stage.organisation(login))["code"] for login in APPLICANTS]
        meets = {code: code != codes[-1] for code in codes}
        await qualifying.tell(stage, each.plan.login, each.number, meets=meets)
        now = await stage.time.reach(await stage.time.now() + timedelta(days=7))
        issue = at_ten(now, days=1)
        await qualifying.invite(
            stage, each.plan.login, each.number, issue_at=issue, deadline=at_ten(issue, days=LONG)
        )
        await stage.time.reach(issue + timedelta(minutes=1))
        await tendering.reached(stage, each.number, "bidding")

    async def draw(self, stage: Stage, login: str) -> None:
        """Draw the committee of one in two envelopes."""
        await drawing.draw(stage, self.running[login].need, self.running[login].number)

    async def open_up(self, stage: Stage, login: str) -> None:
        """Open the plans, mark and lock them; where the tender goes no further, the prices stay shut."""
        each = self.running[login]
        await tendering.open_up(stage, each.need, each.number)
        members = await self._mark(stage, each)
        await enveloping.lock(stage, each.number, member=members[0])
        await tendering.release(stage, login, each.number, prices=True)
        if each.plan.until == "ranked":
            await tendering.release(stage, each.need.keyholders[1], each.number, prices=True)
            await tendering.reached(stage, each.number, "evaluation")
            each.result = await contracting.rank(stage, login, each.number, members=members)

    async def _mark(self, stage: Stage, each: Running) -> list[str]:
        await contracting.start(stage, each.plan.login, each.number)
        members = await drawing.members(stage, each.number)
        found = await contracting.entrants(stage, each.plan.login, each.number)
        if "scheme" in EXTRA[each.plan.login]:
            await enveloping.defend(stage, each.number, member=members[0])
        percents = {one["commitment"]: percent for one, percent in zip(found, PERCENTS, strict=True)}
        await enveloping.mark(stage, each.number, members=members, percents=percents)
        return members


LEAD = 25
"""Days from the pre-qualification document to the tender documents, as planned at first."""


async def announce(stage: Stage, places: Mapping[str, int]) -> Others:
    """Announce them, to be issued with the other tenders the next morning."""
    running = {}
    for place, plan in enumerate(layout.FURTHER):
        days = DAYS.get(plan.login, LONG)
        now = await stage.time.now()
        need = tendering.need(plan.login, community=places[plan.login], place=plan.place, now=now, days=days)
        need = msgspec.structs.replace(need, extra=EXTRA.get(plan.login, msgspec.UNSET))
        if plan.login in EXAMINED:
            called = documents.prequalification(issue_at=need.issue_at, days=APPLYING)
            later = need.issue_at + timedelta(days=LEAD)
            need = msgspec.structs.replace(need, extra=called, procedure="owner-prequalified", issue_at=later)
        number = await tendering.announce(stage, need)
        names = layout.BIDDERS
        bidders = tuple(names[(place + step) % len(names)] for step in range(3))
        running[plan.login] = Running(plan=plan, need=need, number=number, bidders=bidders)
    return Others(running=running)
