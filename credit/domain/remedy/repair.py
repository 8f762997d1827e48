"""Credit repair of an ordinary record: when it may be asked for, who decides, what a refusal leads to.

A repaired record stops counting and showing; archive and published snapshots stay as they are.
Source: NDRC36 (conditions, effect, the shortest publicity), GB22 (steps); ages of vetoes, the number of
repairs and the bar after false material are our own proposal.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec

from credit.domain.catalogue import Flag, Item, Severity
from credit.domain.record import Stage as RecordStage
from credit.domain.remedy.refusals import (
    NotRepairableError,
    NotRepairerError,
    ProofMissingError,
    RepairBarredError,
    RepairEarlyError,
    RepairLateError,
    RepairLimitError,
    RepairRefusedError,
    RepeatedSinceError,
)
from credit.domain.rule_set import RuleSet
from market.kernel.actor import Actor, Role
from market.kernel.errors import MarketError
from market.kernel.lifecycle import Lifecycle, Move
from market.kernel.period import add_months, end_of_day, local_day
from market.kernel.workday import Workdays


class Stage(StrEnum):
    """Where a request for repair stands."""

    FILED = "filed"
    ACCEPTED = "accepted"
    EXTENDED = "extended"
    DECLINED = "declined"
    GRANTED = "granted"
    REFUSED = "refused"
    LAPSED = "lapsed"


OPEN = (Stage.FILED, Stage.ACCEPTED, Stage.EXTENDED)


class Verb(StrEnum):
    """What moves a request on."""

    ACCEPT = "accept"
    DECLINE = "decline"
    EXTEND = "extend"
    GRANT = "grant"
    REFUSE = "refuse"
    LAPSE = "lapse"


class Outcome(StrEnum):
    """How a request is decided."""

    GRANTED = "granted"
    REFUSED = "refused"


VERB_OF = {Outcome.GRANTED: Verb.GRANT, Outcome.REFUSED: Verb.REFUSE}

LIFECYCLE: Lifecycle[Stage, Verb] = Lifecycle(
    "repair of a record",
    Stage.FILED,
    (
        Move(Stage.FILED, Verb.ACCEPT, Stage.ACCEPTED),
        Move(Stage.FILED, Verb.DECLINE, Stage.DECLINED),
        Move(Stage.ACCEPTED, Verb.EXTEND, Stage.EXTENDED),
        *(
            Move(stage, verb, target)
            for stage in (Stage.ACCEPTED, Stage.EXTENDED)
            for verb, target in ((Verb.GRANT, Stage.GRANTED), (Verb.REFUSE, Stage.REFUSED))
        ),
        *(Move(stage, Verb.LAPSE, Stage.LAPSED) for stage in OPEN),
    ),
)

GRAVE = frozenset({Severity.SERIOUS, Severity.VERY_SERIOUS})
"""Classes whose repair asks for training."""

VETOES = frozenset({Flag.VETO_C, Flag.VETO_D})


class Proofs(msgspec.Struct, frozen=True, kw_only=True):
    """What a request brings: digests of files, and the pledge."""

    correction_digest: str
    refund_digest: str
    training_digest: str
    pledged: bool


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to the enterprise before.

    Attributes:
        repeated: The same item, by a fact after the document of this record.
        repairs: Repairs of the same item within the window.
        barred_until: First day requests are free again after false material.
    """

    repeated: bool
    repairs: int
    barred_until: date | None


def open_from(item: Item, document_on: date, *, rules: RuleSet) -> date:
    """Return the first day a repair may be asked for, counted from the document that found the fact."""
    name = "veto" if item.flags & VETOES else item.severity.value
    return add_months(document_on, rules.whole(f"repair_after_{name}"))


def needed(item: Item) -> tuple[str, ...]:
    """Return the proofs a request for an item must bring."""
    proofs = ["correction_digest"]
    if Flag.REFUND_REQUIRED in item.flags:
        proofs.append("refund_digest")
    if item.severity in GRAVE:
        proofs.append("training_digest")
    return tuple(proofs)


def repairable(item: Item) -> bool:
    """Say whether records of an item can be repaired at all."""
    return Flag.REPAIRABLE in item.flags


def in_force(stage: RecordStage) -> bool:
    """Say whether a record counts, so that there is something to repair."""
    return stage is RecordStage.EFFECTIVE


def by_city(item: Item | None) -> bool:
    """Say whether the city decides on a record; everything else is repaired by who found it."""
    return item is not None and item.severity is Severity.VERY_SERIOUS


def check_repairable(item: Item, stage: RecordStage) -> None:
    """Refuse what can never be repaired.

    Raises:
        NotRepairableError: The item is not repairable, or the record is not in force.
    """
    if not repairable(item) or not in_force(stage):
        raise NotRepairableError("not repairable", item=item.code, stage=stage.value)


def check_request(
    item: Item, *, document_on: date, proofs: Proofs, past: Past, rules: RuleSet, now: datetime
) -> None:
    """Refuse a request that does not meet the conditions.

    Raises:
        RepairRefusedError: With every finding.
    """
    lacking = [
        ProofMissingError("a proof is missing", field=name, item=item.code)
        for name in needed(item)
        if not getattr(proofs, name)
    ]
    if not proofs.pledged:
        lacking.append(ProofMissingError("no pledge", field="pledged", item=item.code))
    found: list[MarketError] = [
        *lacking,
        *standing(item, document_on=document_on, past=past, rules=rules, now=now),
    ]
    if found:
        raise RepairRefusedError(found)


def standing(
    item: Item, *, document_on: date, past: Past, rules: RuleSet, now: datetime
) -> Iterator[MarketError]:
    """Yield what stands against a request, whatever it brings; asked again before it is granted."""
    today, start = local_day(now), open_from(item, document_on, rules=rules)
    if today < start:
        yield RepairEarlyError("the shortest time is not over", item=item.code, start=start.isoformat())
    if past.repeated:
        yield RepeatedSinceError("the item came again", item=item.code)
    most = rules.whole("repair_limit")
    if past.repairs >= most:
        months = rules.whole("repair_limit_window")
        yield RepairLimitError("repaired before", item=item.code, most=most, months=months)
    if past.barred_until is not None and today < past.barred_until:
        yield RepairBarredError("barred after false material", until=past.barred_until.isoformat())


def check_grant(item: Item, *, document_on: date, past: Past, rules: RuleSet, now: datetime) -> None:
    """Refuse to grant what the conditions do not allow any more.

    Raises:
        RepairRefusedError: With every finding.
    """
    found = list(standing(item, document_on=document_on, past=past, rules=rules, now=now))
    if found:
        raise RepairRefusedError(found)


REMOVERS = frozenset({Role.DISTRICT, Role.CITY})
"""Who decides on early removal from the exit list: the enterprise's district, or the city that listed it."""


def decides(item: Item | None, *, by: Actor, officer: int | None) -> bool:
    """Say whether somebody acts for who decides: the authority that found it, the city for the gravest.

    Args:
        item: ``None`` for early removal from the exit list.
    """
    if item is None:
        return by.role in REMOVERS
    if by_city(item):
        return by.role is Role.CITY
    return by.organisation is not None and by.organisation == officer


def check_decider(item: Item | None, *, by: Actor, officer: int | None) -> None:
    """Refuse another authority than the one that decides.

    Raises:
        NotRepairerError: As named.
    """
    if not decides(item, by=by, officer=officer):
        raise NotRepairerError("another authority decides", item="" if item is None else item.code)


def accept_by(filed_at: datetime, *, rules: RuleSet, days: Workdays) -> datetime:
    """Return the end of the time in which a request is accepted or not."""
    return _ends(filed_at, "repair_accept", rules=rules, days=days)


def decide_by(accepted_at: datetime, *, rules: RuleSet, days: Workdays) -> datetime:
    """Return the end of the time in which an accepted request is decided."""
    return _ends(accepted_at, "repair_decide", rules=rules, days=days)


def extended(due_at: datetime, *, now: datetime, rules: RuleSet, days: Workdays) -> datetime:
    """Return the later end of a time that is made longer, once.

    Raises:
        RepairLateError: It is over already.
    """
    if now >= due_at:
        raise RepairLateError("the time is over", due=due_at.isoformat())
    return longer(due_at, rules=rules, days=days)


def longer(due_at: datetime, *, rules: RuleSet, days: Workdays) -> datetime:
    """Return an end as many working days after another end as an extension has."""
    return _ends(due_at - timedelta(microseconds=1), "repair_extension", rules=rules, days=days)


def due_of(
    *, filed_at: datetime, accepted_at: datetime | None, extended: bool, rules: RuleSet, days: Workdays
) -> datetime:
    """Return when an open request is due, counted anew from its stamps."""
    if accepted_at is None:
        return accept_by(filed_at, rules=rules, days=days)
    due = decide_by(accepted_at, rules=rules, days=days)
    return longer(due, rules=rules, days=days) if extended else due


def _ends(start: datetime, name: str, *, rules: RuleSet, days: Workdays) -> datetime:
    return end_of_day(days.add_workdays(local_day(start), rules.whole(name)))


def barred_until(decided_on: date, *, rules: RuleSet) -> date:
    """Return the first day requests are free again after a request with false material was refused."""
    return add_months(decided_on, rules.whole("repair_bar"))


def limit_since(today: date, *, rules: RuleSet) -> date:
    """Return the first day whose repairs count towards the most there may be."""
    return add_months(today, -rules.whole("repair_limit_window"))
