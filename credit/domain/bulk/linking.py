"""From a case to its project and enterprise: the address names a project, the day says who managed it.

Source: rule of linking, J12345 14, 32 (first receiver responsible; rates by unit).
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from credit.domain.bulk.caseload import Unlinked
from credit.domain.bulk.cells import Row
from market.kernel.period import local_day

_HEAD = 2


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A community of one's division."""

    id: int
    code: str
    name: str
    address: str


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """Who managed a community from a day on, and until which; ``end_on`` is the first day no longer."""

    community: int
    enterprise: int
    start_on: date
    end_on: date | None


class Links:
    """All places and services of a division, asked row by row."""

    def __init__(self, places: Iterable[Place], services: Iterable[Service]) -> None:
        self._named: dict[str, set[int]] = defaultdict(set)
        self._heads: dict[str, set[str]] = defaultdict(set)
        for place in places:
            for key in (str(place.id), place.code, place.name, place.address):
                if key:
                    self._named[key].add(place.id)
            if len(place.name) >= _HEAD:
                self._heads[place.name[:_HEAD]].add(place.name)
        self._services: dict[int, list[Service]] = defaultdict(list)
        for service in sorted(services, key=lambda one: one.start_on):
            self._services[service.community].append(service)

    def of(self, row: Row) -> tuple[int | None, int | None, str]:
        """Return community and enterprise of a case, and why one is missing."""
        received = row.values.get("received_at")
        places = self._places(row)
        if len(places) != 1:
            return None, None, (Unlinked.SEVERAL if places else Unlinked.NO_PLACE).value
        (community,) = places
        enterprise = self._served(community, local_day(received)) if isinstance(received, datetime) else None
        return community, enterprise, "" if enterprise is not None else Unlinked.NOBODY.value

    def _places(self, row: Row) -> set[int]:
        """Return the communities a row may mean: as it names one, else as its address does."""
        named, address = row.values.get("community"), str(row.values.get("address") or "")
        if named is not None:
            return self._named.get(str(named), set())
        return self._named.get(address) or self._within(address)

    def _within(self, address: str) -> set[int]:
        """Return the communities of the longest name that stands in an address."""
        found = {
            name
            for place in range(len(address) - 1)
            for name in self._heads.get(address[place : place + _HEAD], ())
            if address.startswith(name, place)
        }
        return self._named[max(found, key=lambda name: (len(name), name))] if found else set()

    def _served(self, community: int, day: date) -> int | None:
        services = self._services.get(community, [])
        before = bisect_right(services, day, key=lambda one: one.start_on)
        if not before:
            return None
        last = services[before - 1]
        return last.enterprise if last.end_on is None or day < last.end_on else None
