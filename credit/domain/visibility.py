"""Who may see a record, and when it stops showing; deny by default."""

from collections.abc import Collection
from datetime import date

import msgspec

from credit.domain.catalogue import Item, Severity
from credit.domain.record import Stage
from credit.domain.rule_set import RuleSet
from market.kernel.actor import AUTHORITIES, Actor, Role
from market.kernel.period import add_months


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What decides whether the public sees a record.

    Attributes:
        document_on: The clock of publicity starts with the document that found the fact (NDRC36).
        minor_reason: Why an authority found it necessary to show a minor item.
        light: It is a warning without points, and treated as minor whatever its item.
    """

    stage: Stage
    document_on: date | None
    expires_on: date | None
    minor_reason: str
    light: bool = False

    def severity(self, item: Item) -> Severity:
        """Return the class that decides how it shows."""
        return Severity.MINOR if self.light else item.severity


def public_until(item: Item, shown: Shown, *, rules: RuleSet) -> date | None:
    """Return the first day a record no longer shows: its expiry or the class maximum, whichever is first."""
    months = rules.publicity_months(shown.severity(item))
    ends = [shown.expires_on] if shown.expires_on is not None else []
    if months is not None and shown.document_on is not None:
        ends.append(add_months(shown.document_on, months))
    return min(ends, default=None)


def to_public(item: Item, shown: Shown, *, rules: RuleSet, on: date) -> bool:
    """Say whether everybody may see a record on a day; it ends by itself, without any act.

    Minor items stay hidden unless an authority recorded why they are needed (NDRC36).
    """
    if shown.stage is not Stage.EFFECTIVE:
        return False
    if shown.severity(item) is Severity.MINOR and not shown.minor_reason:
        return False
    until = public_until(item, shown, rules=rules)
    return until is None or on < until


def to_actor(actor: Actor, *, enterprise: int, path: Collection[str]) -> bool:
    """Say whether an actor may see a record in full, whatever its stage."""
    if actor.role in AUTHORITIES or actor.role is Role.COMMITTEE:
        return actor.covers(path)
    return actor.role is Role.ENTERPRISE and actor.organisation == enterprise
