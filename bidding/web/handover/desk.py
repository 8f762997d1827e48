"""The page of one reader: what is theirs to do, section by section, and what an authority may do now."""

from datetime import datetime

import msgspec

from bidding.domain.act import Act
from bidding.domain.handover import checklist, dispute, track
from bidding.domain.handover import pressure as pressures
from bidding.domain.handover.checklist import Party, Section
from bidding.domain.permission import PERMISSIONS
from bidding.queries.handover import records
from bidding.services.handover import walks
from bidding.web.handover import views
from bidding.web.remedy import fines
from market.kernel import period
from market.kernel.actor import Actor


class SectionView(msgspec.Struct, frozen=True, kw_only=True):
    """One section of the list on a page: how far it is, and what of it waits for the reader."""

    id: str
    lines: tuple[views.LineView, ...]
    done: int
    mine: int


class PageView(msgspec.Struct, frozen=True, kw_only=True):
    """What the page of one reader shows.

    Attributes:
        due_at: First instant after the last day to leave.
        limit_at: First instant after the order's limit.
        party: Which party the reader is of; empty for authorities that only watch.
        steps: Steps this party may take now.
        presses: What an authority may do about a late provider now.
        fines: The law's ranges, for an authority that presses.
    """

    handover: views.HandoverView
    due_at: datetime | None
    limit_at: datetime | None
    party: str
    steps: tuple[str, ...]
    presses: tuple[str, ...]
    fines: tuple[fines.FineLine, ...]
    may_leave: bool
    may_mediate: bool
    may_state: bool
    track: tuple[str, ...]
    sections: tuple[SectionView, ...]


_PRESSES = {
    pressures.Step.REMIND: Act.HANDOVER_REMIND,
    pressures.Step.ORDER: Act.HANDOVER_ORDER,
    pressures.Step.NOTIFY: Act.HANDOVER_NOTIFY,
    pressures.Step.FINE: Act.HANDOVER_FINE,
    pressures.Step.DROP: Act.HANDOVER_DROP,
}


async def page(number: str, actor: Actor, now: datetime) -> PageView:
    """Return the page of a reader."""
    found = await views.readable(number, actor)
    seen = await views.view(found, now)
    party = walks.party_of(Act.HANDOVER_ENTER, found, actor)
    order = seen.order

    def may(act: Act) -> bool:
        return PERMISSIONS[act].allows(actor, organisations=tuple(found.sides), path=found.path)

    presses = tuple(
        step.value
        for step in pressures.LIFECYCLE.available(found.pressure)
        if step in _PRESSES and may(_PRESSES[step])
    )
    return PageView(
        handover=seen,
        due_at=None if found.exit_due_on is None else period.end_of_day(found.exit_due_on),
        limit_at=None if order is None else period.end_of_day(order.limit_on),
        party=party.value if party else "",
        steps=tuple(
            step.value for step in track.LIFECYCLE.available(found.stage) if party in track.PARTY_OF[step]
        ),
        presses=presses,
        fines=await _fines(found, seen.suggested_fen) if presses else (),
        may_leave=party is Party.COMMITTEE and found.stage in track.RUNNING and found.exited_at is None,
        may_mediate=may(Act.HANDOVER_MEDIATE),
        may_state=party is Party.OLD
        and found.pressure is pressures.Stage.NOTIFIED
        and seen.fine is not None
        and seen.fine.stated_at is None,
        track=tuple(stage.value for stage in track.LIFECYCLE.stages),
        sections=sections(seen.lines, party),
    )


async def _fines(found: records.Handover, suggested_fen: int) -> tuple[fines.FineLine, ...]:
    rules = await records.rules_of(found)
    return fines.of_handover(rules, suggested_fen // rules.value("H10.fine"))


def sections(found: tuple[views.LineView, ...], party: Party | None) -> tuple[SectionView, ...]:
    """Return the list by section: how many lines are settled, and how many wait for a party."""
    by_section = {
        section: tuple(each for each in found if checklist.BY_ID[each.line].section is section)
        for section in Section
    }
    return tuple(
        SectionView(
            id=section.value,
            lines=lines,
            done=sum(_done(each) for each in lines),
            mine=sum(waits_for(each, party) for each in lines),
        )
        for section, lines in by_section.items()
    )


def _done(each: views.LineView) -> bool:
    settled = each.contested in {dispute.Stage.SETTLED.value, dispute.Stage.REFERRED.value}
    return settled or (bool(each.digest) and set(each.signed) >= set(each.parties))


def waits_for(each: views.LineView, party: Party | None) -> bool:
    """Say whether a line waits for a party: to be entered, or to be signed."""
    return party is not None and party.value in each.parties and party.value not in each.signed
