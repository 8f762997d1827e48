"""Bids that share a value (preparer, agent, member, file, account), and bids with another's papers inside."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bidding.domain.alert.alert import Alert, Evidence, Kind, Thresholds, alert
from bidding.domain.alert.material import Material, Trace

_SUPPORTING: Final = frozenset({"tool"})
"""Fields that strengthen an alert and never raise one: half the country writes with the same program."""
SHORTEST_NAME: Final = 4
"""A shorter company name may be an ordinary word."""


def preparers(bids: Sequence[Material], limits: Thresholds) -> Iterator[Alert]:
    """Yield bids whose files one person, company or document made (BLR 40(1))."""
    return _shared(Kind.PREPARER, {one.commitment: one.preparers for one in bids}, limits)


def agents(bids: Sequence[Material], limits: Thresholds) -> Iterator[Alert]:
    """Yield bids one agent or contact handles (BLR 40(2))."""
    return _shared(Kind.AGENT, {one.commitment: one.contacts for one in bids}, limits)


def members(bids: Sequence[Material], limits: Thresholds) -> Iterator[Alert]:
    """Yield bids that name one manager or team member (BLR 40(3))."""
    return _shared(Kind.MEMBER, {one.commitment: one.people for one in bids}, limits)


def files(bids: Sequence[Material], limits: Thresholds, issued: frozenset[str]) -> Iterator[Alert]:
    """Yield bids that hold the same file (BLR 40(4)).

    Args:
        issued: Digests of the tender document's own files, which every bidder may hand back.
    """
    held = {
        one.commitment: tuple(
            Trace(field="file", value=file.digest, where=file.name)
            for file in one.files
            if file.size >= limits.file_bytes and file.digest not in issued
        )
        for one in bids
    }
    return _shared(Kind.FILE, held, limits)


def accounts(paid_by: Mapping[str, str], limits: Thresholds) -> Iterator[Alert]:
    """Yield bids whose securities one unit or person paid (BLR 40(6)).

    Args:
        paid_by: Commitment -> social credit code of the account's holder.
    """
    held = {
        commitment: (Trace(field="account", value=holder, where="security"),)
        for commitment, holder in paid_by.items()
    }
    return _shared(Kind.ACCOUNT, held, limits)


def _shared(kind: Kind, held: Mapping[str, Sequence[Trace]], limits: Thresholds) -> Iterator[Alert]:
    """Yield one alert for each group of bids with common values, and all they have in common.

    A group is the set of bids that share a value; strength is common over all distinct values of the group.
    """
    holders: dict[tuple[str, str], dict[str, list[Trace]]] = defaultdict(lambda: defaultdict(list))
    for commitment, traces in held.items():
        for one in traces:
            holders[one.key][commitment].append(one)
    groups: dict[frozenset[str], list[tuple[str, str]]] = defaultdict(list)
    for key, by_bid in holders.items():
        if len(by_bid) > 1:
            groups[frozenset(by_bid)].append(key)
    for bids, keys in groups.items():
        if sum(field not in _SUPPORTING for field, _ in keys) >= limits.matches:
            distinct = {one.key for commitment in bids for one in held[commitment]}
            found = [
                Evidence(commitment=commitment, what=one.field, where=one.where, value=one.value)
                for key in keys
                for commitment in bids
                for one in holders[key][commitment]
            ]
            yield alert(kind, found, shared=len(keys), of=len(distinct))


def mixed(bids: Sequence[Material]) -> Iterator[Alert]:
    """Yield bids in whose files another bidder of the lot is named, by code or full name (BLR 40(5))."""
    for one in bids:
        for other in bids:
            if other.code != one.code:
                found = list(_named(one, other))
                if found:
                    yield alert(
                        Kind.MIXED,
                        found,
                        shared=len({each.where for each in found}),
                        of=max(len({name for name, _ in _places(one)}), 1),
                        bids=(one.commitment, other.commitment),
                    )


def _places(bid: Material) -> list[tuple[str, str]]:
    """Return every place of a bid where a name can stand: words, file names, properties."""
    names = [(file.name, file.name) for file in bid.files]
    made = [(one.where, one.value) for one in bid.preparers]
    return [*bid.texts, *names, *made]


def _named(bid: Material, other: Material) -> Iterator[Evidence]:
    marks = [other.code, *([other.bidder] if len(other.bidder) >= SHORTEST_NAME else [])]
    for where, text in _places(bid):
        for mark in marks:
            if mark in text:
                yield Evidence(commitment=bid.commitment, what="bidder", where=where, value=mark)
