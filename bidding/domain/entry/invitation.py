"""Tendering by invitation: what must be so before invitations go out, and who may be invited.

The names of the invited are known to the tenderer and to the authority that supervises, never public before
the opening. Source: BL 10, 17, 22; BLR 8; BTB 11.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, ClassVar

import msgspec

from bidding.domain.rule import RuleVersion
from market.kernel.errors import NotPermittedError, RuleError

Short = Annotated[str, msgspec.Meta(max_length=200)]


class Approval(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An authority's approval of an invited tender where an open one would be compulsory.

    Attributes:
        ground: ``few-able``: technical or natural limits leave few bidders; ``cost``: an open tender would
            cost too large a part of the contract (BLR 8).
    """

    ground: Annotated[str, msgspec.Meta(pattern="^(few-able|cost)$")]
    number: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    authority: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    approved_on: date


class Invitee(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation somebody wants to invite, as the register knows it."""

    organisation: int
    code: str
    name: str
    enterprise: bool
    admitted: bool


class InvitationError(RuleError):
    """The invitation cannot go out as it is; several findings are raised together."""

    code: ClassVar[str] = "invitation-finding"
    source = "BL 17"
    rules: ClassVar[tuple[str, ...]] = ("T02",)


class NotInvitedError(NotPermittedError):
    """In a tender by invitation the invited alone get the documents, ask on them and object to them."""

    code: ClassVar[str] = "not-invited"
    source = "BL 10, 17; BLR 22"


class NotQualifiedError(NotPermittedError):
    """After a pre-qualification the qualified alone get the tender documents, ask on them and bid."""

    code: ClassVar[str] = "not-prequalified"
    source = "BLR 19, 36"


class OpenTenderCompulsoryError(InvitationError):
    """State money controls the developer, or the project is large: an invited tender needs approval."""

    code: ClassVar[str] = "open-tender-compulsory"
    source = "BLR 8; BTB 11"
    rules: ClassVar[tuple[str, ...]] = ("T79", "open-compulsory")


def compulsory(rules: RuleVersion, *, state_controlled: bool, area: int) -> str | None:
    """Return the rule that makes an open tender compulsory, ``None`` where none does.

    Args:
        area: Of all lots, hundredths of a square metre.
    """
    if state_controlled and rules.applies("T79"):
        return "T79"
    if rules.applies("open-compulsory") and area >= rules.value("open-compulsory"):
        return "open-compulsory"
    return None


def findings(invitees: Sequence[Invitee], rules: RuleVersion, *, tenderer: int) -> Iterator[InvitationError]:
    """Yield what is wrong with a list of invitees: too few, twice named, no enterprise of the register."""
    seen: set[int] = set()
    for place, one in enumerate(invitees):
        problem = _problem(one, tenderer, seen)
        seen.add(one.organisation)
        if problem:
            yield InvitationError(field=f"codes.{place}", problem=problem, name=one.name, rule="T02")
    if len(seen) < (least := rules.value("T02")):
        yield InvitationError(field="codes", problem="too-few", value=least, got=len(seen), rule="T02")


def _problem(one: Invitee, tenderer: int, seen: set[int]) -> str | None:
    if one.organisation in seen:
        return "twice"
    if one.organisation == tenderer:
        return "tenderer"
    return None if one.enterprise and one.admitted else "no-enterprise"
