"""Amendments: a new version of an announced tender, later never earlier, and what it changes in words."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, ClassVar

import msgspec

from bidding.domain.rule_table import RuleVersion
from bidding.domain.tender import Content, DeadlineMissingError
from market.kernel.errors import RuleError
from market.kernel.period import at_local_time, local_day
from market.kernel.workday import Workdays


class DeadlineEarlierError(RuleError):
    """A deadline is only ever moved later."""

    code: ClassVar[str] = "deadline-earlier"
    source = "BL 23; BLR 21"


class DeadlinePassedError(RuleError):
    """After the deadline nothing is amended, asked or explained any more."""

    code: ClassVar[str] = "amendment-after-deadline"
    source = "BL 23, 28"


class NothingAmendedError(RuleError):
    """The amended document says what it said before."""

    code: ClassVar[str] = "nothing-amended"
    source = "BL 23"


class FixedByNoticeError(RuleError):
    """Something bidders were called by cannot be amended; the tender has to be ended and held again."""

    code: ClassVar[str] = "amendment-fixed"
    source = "BLR 31; BPR 34"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One field that reads otherwise than before.

    Attributes:
        field: Path such as ``lots.1.maximum_price_fen``; lots and documents by their id or name.
        before: Written value; ``None`` where the field is new.
        after: Written value; ``None`` where it is gone.
    """

    field: str
    before: str | None
    after: str | None


FIXED = ("issue_at", "decision")
"""Fields no amendment touches: when issuing began, and the owners' decision it all rests on."""
ENDED = ("prequalification",)
"""What stands fast besides, once applying has ended."""


def changes(before: Content, after: Content) -> tuple[Change, ...]:
    """Return every field that differs, in the order of the document; equal documents give nothing."""
    old, new = dict(_flat("", msgspec.to_builtins(before))), dict(_flat("", msgspec.to_builtins(after)))
    return tuple(
        Change(field=field, before=old.get(field), after=new.get(field))
        for field in dict.fromkeys([*old, *new])
        if old.get(field) != new.get(field)
    )


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(f"{path}.{name}" if path else name, inner)
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _flat(f"{path}.{_named(inner, place)}", inner)
    elif value not in (None, ""):
        yield path, str(value)


def _named(value: Any, place: int) -> str:  # noqa: ANN401 - any JSON value
    """Return what a list's member is called by, so that one more in front does not look like all changed."""
    if isinstance(value, dict):
        for name in ("id", "code", "name"):
            if isinstance(value.get(name), str):
                return str(value[name])
    return str(place)


def deadline_after(
    content: Content, *, now: datetime, rules: RuleVersion, workdays: Workdays, qualifying: bool = False
) -> datetime:
    """Return the deadline once something was sent to all holders now: at least fifteen days from today.

    Of a pre-qualification document it is the deadline for applying, three days from today. Where more days
    remain it stays. A new last day that is a rest day moves on to a working day, at the same
    time of day. Every clarification counts, not only those thought to affect bids.

    Raises:
        DeadlineMissingError: The document has none.
        DeadlinePassedError: It is over.

    Source:
        BL 23; BLR 21 (rules T09, T10); that every one counts is our reading [interp].
    """
    deadline = _deadline(content, qualifying=qualifying)
    if deadline is None:
        raise DeadlineMissingError(field="deadline")
    if now >= deadline:
        raise DeadlinePassedError(deadline=deadline.isoformat())
    today, days = local_day(now), rules.value("T10" if qualifying else "T09")
    if (local_day(deadline) - today).days >= days:
        return deadline
    return at_local_time(workdays.add_days(today, days), deadline)


def _deadline(content: Content, *, qualifying: bool) -> datetime | None:
    if not qualifying:
        return content.deadline
    return content.prequalification.deadline if content.prequalification else None


def moved(content: Content, deadline: datetime, *, qualifying: bool) -> Content:
    """Return a document with another deadline, for applying where it is the pre-qualification's."""
    if qualifying and content.prequalification is not None:
        document = msgspec.structs.replace(content.prequalification, deadline=deadline)
        return msgspec.structs.replace(content, prequalification=document)
    return msgspec.structs.replace(content, deadline=deadline)


def amended(
    before: Content,
    after: Content,
    *,
    now: datetime,
    rules: RuleVersion,
    workdays: Workdays,
    qualifying: bool = False,
) -> Content:
    """Return the document as it stands after an amendment, its deadline moved where the law wants more days.

    Args:
        qualifying: Applications are taken: the deadline is that for applying.

    Raises:
        DeadlineEarlierError: The deadline would move earlier.
        DeadlinePassedError: Bidding is over.
        FixedByNoticeError: It changes lots, or what ``FIXED`` names.
        NothingAmendedError: It changes nothing.
    """
    least = deadline_after(before, now=now, rules=rules, workdays=workdays, qualifying=qualifying)
    if after.deadline is None:
        raise DeadlineMissingError(field="content.deadline")
    if before.deadline is not None and after.deadline < before.deadline:
        raise DeadlineEarlierError("the deadline may only move later", field="content.deadline")
    until, then = (_deadline(each, qualifying=qualifying) for each in (before, after))
    if until is not None and (then is None or then < until):
        raise DeadlineEarlierError("the deadline may only move later", field="content.prequalification")
    _check_fixed(before, after, FIXED if qualifying else (*FIXED, *ENDED))
    if not changes(before, after):
        raise NothingAmendedError("nothing differs", field="content")
    if _but_for_time(before, until) == _but_for_time(after, until):
        return after  # nothing but more time, which needs no days to be read
    return moved(after, max(then or least, least), qualifying=qualifying)


def _check_fixed(before: Content, after: Content, names: Sequence[str]) -> None:
    for name in names:
        if getattr(before, name) != getattr(after, name):
            raise FixedByNoticeError(name, field=f"content.{name}")
    if [lot.id for lot in before.lots] != [lot.id for lot in after.lots]:
        raise FixedByNoticeError("lots", field="content.lots")


def _but_for_time(content: Content, deadline: datetime | None) -> str:
    """Return the digest of a document's terms as if applying ended at one instant."""
    if content.prequalification is None or deadline is None:
        return content.terms_digest()
    return moved(content, deadline, qualifying=True).terms_digest()
