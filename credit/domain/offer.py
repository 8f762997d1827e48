"""Which acts a page offers a person: the lifecycle's moves that their role, place and hands allow."""

from collections.abc import Sequence

from credit.domain import list_entry, record
from credit.domain.act import Act
from credit.domain.catalogue import Flag, Item, Severity
from credit.domain.permission import PERMISSIONS
from credit.domain.record import Stage, Verb
from credit.domain.remedy import limitation
from market.kernel.actor import Actor
from market.kernel.errors import NotPermittedError

RECORD_ACTS = {
    Verb.SUBMIT: Act.RECORD_SUBMIT,
    Verb.TAKE_UP: Act.RECORD_TAKE_UP,
    Verb.POST_NOTICE: Act.RECORD_POST_NOTICE,
    Verb.SERVE: Act.RECORD_SERVE,
    Verb.STATE: Act.RECORD_STATE,
    Verb.RECONSIDER: Act.RECORD_RECONSIDER,
    Verb.DECIDE: Act.RECORD_DECIDE,
    Verb.REJECT: Act.RECORD_REJECT,
    Verb.REVOKE: Act.RECORD_REVOKE,
}
"""Move of a record -> the act that makes it; the clock's moves and those to come are not offered."""

APPROVING = frozenset(
    {
        Act.RECORD_TAKE_UP,
        Act.RECORD_POST_NOTICE,
        Act.RECORD_RECONSIDER,
        Act.RECORD_DECIDE,
        Act.RECORD_WARN,
        Act.RECORD_REJECT,
        Act.RECORD_REVOKE,
    }
)
"""Acts on a submitted record that need a second person of the deciding level."""

LIST_ACTS = {
    list_entry.Verb.POST_NOTICE: Act.LIST_POST_NOTICE,
    list_entry.Verb.SERVE: Act.LIST_SERVE,
    list_entry.Verb.REVIEW: Act.LIST_REVIEW,
    list_entry.Verb.DECIDE: Act.LIST_DECIDE,
    list_entry.Verb.ENLIST: Act.LIST_ENLIST,
    list_entry.Verb.REVOKE: Act.LIST_REVOKE,
}
"""Move of an exit-list case -> the act that makes it."""


def on_record(
    item: Item,
    stage: Stage,
    *,
    actor: Actor,
    enterprise: int,
    path: Sequence[str],
    hands: Sequence[int | None],
) -> tuple[Act, ...]:
    """Return the acts an actor may do on a record now."""
    acts = [RECORD_ACTS[v] for v in record.lifecycle(item).available(stage) if v in RECORD_ACTS]
    if Flag.MIRROR in item.flags:
        return ()
    if Act.RECORD_DECIDE in acts and limitation.lenient(item):
        acts.append(Act.RECORD_WARN)
    if stage is Stage.DRAFT:
        acts[:0] = [Act.RECORD_COMPLETE, Act.RECORD_REST]
    if stage is Stage.EFFECTIVE and item.severity is Severity.MINOR:
        acts.append(Act.RECORD_SHOW_MINOR)
    return tuple(
        act
        for act in acts
        if PERMISSIONS[act].allows(actor, organisations=(enterprise,), path=path)
        and (stage is Stage.DRAFT or act not in APPROVING or _second(item, actor, hands))
    )


def _second(item: Item, actor: Actor, hands: Sequence[int | None]) -> bool:
    try:
        record.check_approver(item, by=actor, hands=hands)
    except NotPermittedError:
        return False
    return True


def may_ban(item: Item) -> bool:
    """Say whether an item lets an authority ban from tenders, by a decision of its own with dates."""
    return Flag.BAN_TENDER in item.flags


def on_case(
    stage: list_entry.Stage, *, actor: Actor, enterprise: int, path: Sequence[str]
) -> tuple[Act, ...]:
    """Return the acts an actor may do on an exit-list case now."""
    acts = [LIST_ACTS[v] for v in list_entry.LIFECYCLE.available(stage) if v in LIST_ACTS]
    if stage is list_entry.Stage.NOTICE_SERVED:
        acts.append(Act.LIST_STATE)
    return tuple(
        act for act in acts if PERMISSIONS[act].allows(actor, organisations=(enterprise,), path=path)
    )
