"""A tender under random acts, jumps of the clock and everybody's eyes: what must hold, whatever is done.

Nobody reads a price, a bidder's name or code before the opening (BL 22, 28, 36); nothing opens with fewer
than three live bids (BL 28); what counts came strictly before the deadline, and superseded or withdrawn bids
stay shut (BL 29); deadlines only move later (BL 23). Acts go through the services on a real database; what
people see is asked over HTTP after every act.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from bidding import jobs
from bidding.client import releasing, sealing
from bidding.domain.procedure import Stage as TenderStage
from bidding.domain.sealed import wire
from bidding.domain.standing import Standing
from bidding.queries import openings
from bidding.services import bids, releases, tenders
from market.kernel.errors import MarketError
from market.runtime import database as db
from market.runtime import keys, log
from tests import factories_bidding as make
from tests import factories_documents as documents
from tests.secrecy.conftest import Staging
from tests.secrecy.staging import Stage, Visitor

WHO = st.integers(0, 4)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["submit", "submit", "submit", "replace", "withdraw", "bar"]), WHO),
        st.tuples(st.just("jump"), st.sampled_from([1, 60, 600, 20_000])),
        st.tuples(st.just("release"), st.integers(0, 2)),
        st.tuples(st.just("move-deadline"), st.integers(-30, 30)),
    ),
    min_size=6,
    max_size=16,
)
SHOWN = ("/", "/tenders", "/tenders/{}", "/tenders/{}/opening", "/log", "/api/tenders", "/api/tenders/{}")
SHUT = ("/api/tenders/{}/frozen-list", "/api/tenders/{}/headers", "/api/tenders/{}/transcript")
MINIMUM = 3
STRAIGHT = [("replace", 1), ("withdraw", 3), ("jump", 600), ("release", 0), ("jump", 600), ("submit", 4)]
"""After five bids: this must end in an opening of four, so that openings are looked at too."""


class Model(msgspec.Struct, kw_only=True):
    """What must be true, kept beside what is.

    Attributes:
        live: Each bidder's commitment that counts.
        shut: Commitments that may never be opened.
        received: When each accepted bid was received.
        barred: Enterprises that may not bid.
    """

    stage: Stage
    world: make.World
    eyes: list[Visitor]
    deadline: datetime
    live: dict[int, str] = {}
    shut: set[str] = set()
    received: dict[str, datetime] = {}
    barred: set[int] = set()

    async def standing_of(self, organisation: int, at: datetime) -> Standing:
        """Say whether an enterprise is barred."""
        del at
        return Standing(barred=organisation in self.barred)

    def words(self) -> Iterator[str]:
        """Yield what nobody may read before the opening."""
        for bidder in self.world.bidders:
            yuan = f"{bidder.price_fen // 100:,}.{bidder.price_fen % 100:02d}"
            yield from (
                str(bidder.price_fen),
                yuan,
                yuan.replace(",", ""),
                bidder.party.code,
                bidder.party.name,
            )


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(first=5, acts=STRAIGHT)
@given(first=st.sampled_from([5, 4, 3, 2, 0]), acts=ACTS)
async def test_whatever_is_done_a_sealed_bid_stays_sealed_until_it_is_opened(
    staging: Staging, first: int, acts: list[tuple[str, int]]
) -> None:
    async with staging() as stage:
        model = await _begin(stage)
        for who in range(first):
            await _submit(model, who)
        for name, value in acts:
            await _ACTS[name](model, value)
            await _check(model)
        stage.at = max(stage.at, model.deadline + timedelta(seconds=10))
        await _tick(model)
        for place in (0, 1, 2):
            await _release(model, place)
            await _check(model)
        await _jump(model, 60_000)
        await _check(model)
        outcome = await _end(model)
        event(f"{outcome} after {first} first bids")
        assert acts is not STRAIGHT or outcome == "opened"


async def _begin(stage: Stage) -> Model:
    world = await make.a_tender(at=TenderStage.BIDDING, bids=0, content=documents.a_content(ban_refuses=True))
    world.bidders += [await make.a_bidder() for _ in range(5)]
    stage.at = make.DEADLINE - timedelta(hours=12)
    eyes = [await stage.visitor()]
    eyes += [await stage.signed_in(actor) for actor in (world.tenderer,)]
    deadline = (await world.tender()).content.deadline
    assert deadline is not None
    return Model(stage=stage, world=world, eyes=eyes, deadline=deadline)


async def _submit(model: Model, who: int, *, supersedes: str | None = None) -> None:
    bidder, now, tender = model.world.bidders[who], model.stage.at, await model.world.tender()
    kept, present = (bidder.header, bidder.ciphertext), model.live.get(who)
    header = make.seal(bidder, tender, supersedes=supersedes)
    try:
        request = await make.submission(bidder)
        answer = await bids.submit(
            request=request, by=bidder.party.actor, now=now, standing_of=model.standing_of
        )
        outcome: str = answer.outcome
    except MarketError:
        outcome = "raised"
    wanted = present == supersedes and bidder.party.organisation not in model.barred
    in_time = now < model.deadline and tender.stage is TenderStage.BIDDING
    assert (outcome == "receipt") == (wanted and in_time), outcome
    if outcome != "receipt":
        bidder.header, bidder.ciphertext = kept
        return
    model.shut |= {present} if present else set()
    model.live[who], model.received[header.commitment] = header.commitment, now


async def _replace(model: Model, who: int) -> None:
    await _submit(model, who, supersedes=model.live.get(who, "ab" * 32))


async def _withdraw(model: Model, who: int) -> None:
    bidder = model.world.bidders[who]
    if bidder.header is None:
        return
    act, signature = sealing.sign_withdrawal(bidder.header, bidder.pair.signing)
    request = wire.WithdrawEnvelope(act=act, signature=signature, key_id=bidder.pair.registered.id)
    live, outcome = model.live.get(who) == bidder.header.commitment, ""
    try:
        outcome = (await bids.withdraw(request=request, by=bidder.party.actor, now=model.stage.at)).outcome
    except MarketError:
        outcome = "raised"
    if live and model.stage.at < model.deadline:
        assert outcome == "receipt"
        model.shut.add(model.live.pop(who))
    elif live:
        assert outcome != "receipt"


async def _bar(model: Model, who: int) -> None:
    model.barred.add(model.world.bidders[who].party.organisation)


async def _jump(model: Model, minutes: int) -> None:
    model.stage.at += timedelta(minutes=minutes)
    await _tick(model)


async def _tick(model: Model) -> None:
    """Let the schedule do all that is due by now, one act after the other."""
    for _ in range(6):
        tender = await model.world.tender()
        await jobs.due_tenders(model.standing_of).act(id=tender.id, now=model.stage.at)
        await log.sequence_all()


async def _release(model: Model, place: int) -> None:
    tender = await model.world.tender()
    try:
        request = releasing.release(
            await openings.list_answer(tender),
            await openings.headers(tender),
            model.world.private_of(place),
            keys={keys.current().key_id: keys.current().public_hex},
        )
        await releases.release(request=request, by=model.world.holders[place][0], now=model.stage.at)
    except MarketError:
        assert tender.stage is not TenderStage.OPENING or await openings.releases(tender)
        return
    assert tender.frozen_at is not None
    assert len(model.live) >= MINIMUM
    await _tick(model)


async def _move_deadline(model: Model, hours: int) -> None:
    """Try to set another deadline; an announced one stands, and no deadline comes nearer."""
    try:
        await tenders.publish(
            number=model.world.number,
            by=model.world.tenderer,
            now=model.stage.at,
            deadline=model.deadline + timedelta(hours=hours),
        )
    except MarketError:
        return
    assert hours >= 0


async def _check(model: Model) -> None:
    tender = await model.world.tender()
    assert tender.content.deadline is not None
    assert tender.content.deadline >= model.deadline
    model.deadline = tender.content.deadline
    opened = {one.commitment for one in await openings.opened_bids(tender)}
    if tender.stage is not TenderStage.OPENED:
        assert not opened
        assert tender.opened_at is None
        stored = repr(await db.fetch("SELECT * FROM bidding_sealed"))
        seen = stored + "".join([await _read(model, eye, tender.frozen_at is None) for eye in model.eyes])
        assert [word for word in model.words() if word in seen] == []
    assert opened <= set(model.live.values()) - model.shut
    assert all(model.received[one] < model.deadline for one in model.live.values())


async def _read(model: Model, eye: Visitor, sealed: bool) -> str:  # noqa: FBT001
    """Return all that somebody reads of the tender; before the freeze its list is refused to everybody."""
    texts = [(await eye.ask("GET", path.format(model.world.number))).text for path in SHOWN]
    for path in SHUT:
        answer = await eye.ask("GET", path.format(model.world.number))
        assert answer.status_code >= 400 or not sealed
        texts.append(answer.text)
    return "".join(texts)


async def _end(model: Model) -> str:
    """However it went: three or more are opened, all of them; fewer are not, none of them."""
    tender = await model.world.tender()
    opened = {one.commitment for one in await openings.opened_bids(tender)}
    if len(model.live) < MINIMUM:
        assert tender.stage is TenderStage.FAILED
        assert not opened
    elif tender.stage is TenderStage.OPENED:
        assert opened == set(model.live.values())
    else:
        assert tender.stage is TenderStage.FAILED
        assert tender.failure == "not-opened"
        assert not opened
    return tender.stage.value


_ACTS = {
    "submit": _submit,
    "replace": _replace,
    "withdraw": _withdraw,
    "bar": _bar,
    "jump": _jump,
    "release": _release,
    "move-deadline": _move_deadline,
}
