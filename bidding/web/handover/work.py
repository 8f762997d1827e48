"""What waits in handovers, for whoever asks: parties, witness, street and district (rules H10, H18)."""

from collections.abc import AsyncIterator

from bidding.domain.act import Act
from bidding.domain.handover import pressure, track
from bidding.domain.permission import PERMISSIONS
from bidding.queries.handover import lines, records
from bidding.services.handover import walks
from bidding.web.handover import desk, views
from market.kernel.actor import AUTHORITIES, Actor
from market.kernel.period import end_of_day
from market.runtime.web.i18n import t
from market.runtime.web.work import Task

_NEXT = {
    pressure.Stage.OVERDUE: (Act.HANDOVER_REMIND, "remind", "BPR 76"),
    pressure.Stage.REMINDED: (Act.HANDOVER_ORDER, "order", "BPR 97"),
    pressure.Stage.MISSED: (Act.HANDOVER_NOTIFY, "notify", "BPR 97"),
    pressure.Stage.NOTIFIED: (Act.HANDOVER_FINE, "fine", "BPR 97"),
}


async def tasks(actor: Actor) -> AsyncIterator[Task]:
    """Yield what an actor has to do or to watch in handovers."""
    if actor.role in AUTHORITIES:
        found = await records.within(actor.division or "")
    else:
        found = await records.of_organisation(actor.organisation or 0)
    parties = {one.id: walks.party_of(Act.HANDOVER_ENTER, one, actor) for one in found}
    sheets = await lines.sheets([one.id for one in found if one.stage in track.OPEN and parties[one.id]])
    for one in found:
        if pressing := _pressing(one, actor):
            yield pressing
        elif one.stage is not track.Stage.CLOSED:
            shown = views.lines_of(sheets[one.id]) if one.id in sheets else ()
            yield _handing_over(one, sum(desk.waits_for(each, parties[one.id]) for each in shown))


def _pressing(one: records.Handover, actor: Actor) -> Task | None:
    act, name, rule = _NEXT.get(one.pressure, (None, "", ""))
    if act is None or not PERMISSIONS[act].allows_role(actor):
        return None
    return Task(title=t(f"bidding.task.handover-{name}"), url=_url(one), subject=_subject(one), rule=rule)


def _handing_over(one: records.Handover, mine: int) -> Task:
    ordered = one.pressure is pressure.Stage.ORDERED
    last = one.limit_on if ordered else one.exit_due_on
    return Task(
        title=t("bidding.task.hand-over-lines", count=mine) if mine else t("bidding.task.hand-over"),
        url=_url(one),
        due_at=end_of_day(last) if last else None,
        subject=_subject(one),
        rule="BPR 97" if ordered else "BPR 76",
    )


def _url(one: records.Handover) -> str:
    return f"/handovers/{one.number}"


def _subject(one: records.Handover) -> str:
    return f"{one.community_name} · {one.number}"
