"""Early removal from the exit list: the same request as a repair, with conditions of its own.

Source: NDRC36 (the shortest time, correction, pledge); the half-year without a new item and who decides are
our own proposal. Not removed early: embezzled funds with a criminal judgment, and violence.
"""

from collections.abc import Iterator
from datetime import date, datetime

import msgspec

from credit.domain.catalogue import Flag, Item, Severity
from credit.domain.list_entry import Stage
from credit.domain.remedy.refusals import (
    NotRemovableError,
    ProofMissingError,
    RemovalEarlyError,
    RepairBarredError,
    RepairRefusedError,
    UncleanError,
)
from credit.domain.remedy.repair import Proofs
from credit.domain.rule_set import RuleSet
from market.kernel.errors import MarketError
from market.kernel.period import add_months, local_day

HARMLESS = frozenset({Severity.GOOD, Severity.MINOR})
"""Classes that do not stand against a removal."""


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """What happened since the listing: bad items decided of late, and a bar after false material."""

    items: tuple[Item, ...]
    barred_until: date | None


def open_from(listed_on: date, *, rules: RuleSet) -> date:
    """Return the first day early removal may be asked for."""
    return add_months(listed_on, rules.whole("exit_removal_after"))


def clean_since(today: date, *, rules: RuleSet) -> date:
    """Return the first day of the time without a new item."""
    return add_months(today, -rules.whole("exit_removal_clean"))


def needed(ground: Item | None) -> tuple[str, ...]:
    """Return the proofs a request must bring; refunds where the item it rests on asks for them."""
    refund = ground is not None and Flag.REFUND_REQUIRED in ground.flags
    return ("correction_digest", *(("refund_digest",) if refund else ()), "training_digest")


def check_removable(stage: Stage, *, lasting: bool) -> None:
    """Refuse what is not on the list, or stays on it to its end.

    Raises:
        NotRemovableError: As named.
    """
    if lasting or stage is not Stage.LISTED:
        raise NotRemovableError("not removable", stage=stage.value)


def check_request(
    ground: Item | None, *, listed_on: date, proofs: Proofs, past: Past, rules: RuleSet, now: datetime
) -> None:
    """Refuse a request that does not meet the conditions.

    Raises:
        RepairRefusedError: With every finding.
    """
    item = "" if ground is None else ground.code
    found: list[MarketError] = [
        ProofMissingError("a proof is missing", field=name, item=item)
        for name in needed(ground)
        if not getattr(proofs, name)
    ]
    if not proofs.pledged:
        found.append(ProofMissingError("no pledge", field="pledged", item=item))
    found += standing(listed_on=listed_on, past=past, rules=rules, now=now)
    if found:
        raise RepairRefusedError(found)


def check_grant(*, listed_on: date, past: Past, rules: RuleSet, now: datetime) -> None:
    """Refuse to grant what the conditions do not allow any more.

    Raises:
        RepairRefusedError: With every finding.
    """
    found = list(standing(listed_on=listed_on, past=past, rules=rules, now=now))
    if found:
        raise RepairRefusedError(found)


def standing(*, listed_on: date, past: Past, rules: RuleSet, now: datetime) -> Iterator[MarketError]:
    """Yield what stands against a removal, whatever the request brings."""
    today, start = local_day(now), open_from(listed_on, rules=rules)
    if today < start:
        yield RemovalEarlyError("the shortest time is not over", start=start.isoformat())
    months = rules.whole("exit_removal_clean")
    for item in past.items:
        if item.severity not in HARMLESS:
            yield UncleanError("a new item", item=item.code, months=months)
    if past.barred_until is not None and today < past.barred_until:
        yield RepairBarredError("barred after false material", until=past.barred_until.isoformat())
