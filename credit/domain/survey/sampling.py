"""Whom a survey asks: how many households, how they are spread, and a draw that anybody can repeat.

A household is one exclusive unit. The sample is spread over buildings and floor bands in proportion, the rest
by largest remainder; within a stratum a seed orders the households, so that whoever holds the list repeats
the draw. Source: our own proposal for owner satisfaction; BPR 67, 68 (performance is evaluated).
"""

import csv
import hmac
import io
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Annotated, ClassVar, Final

import msgspec
from msgspec import Meta

from credit.domain import evaluation
from market.kernel.digest import digest
from market.kernel.errors import FindingsError, InvalidInputError, MarketError

HEADINGS: Final = ("building", "floor", "unit")
CHINESE: Final = {"楼栋": "building", "楼号": "building", "楼层": "floor", "户号": "unit", "房号": "unit"}
MOST_HOUSEHOLDS: Final = 20_000


class HouseholdError(InvalidInputError):
    """A row of the list of households cannot be read, or stands twice."""

    code: ClassVar[str] = "credit-survey-household"


class Household(msgspec.Struct, frozen=True, kw_only=True):
    """One exclusive unit of a residential area.

    Attributes:
        unit: Number of the flat within its building.
    """

    building: Annotated[str, Meta(min_length=1, max_length=20)]
    floor: Annotated[int, Meta(ge=-5, le=200)]
    unit: Annotated[str, Meta(min_length=1, max_length=20)]

    @property
    def key(self) -> tuple[str, str]:
        """What names it within the area."""
        return self.building, self.unit


class Size(msgspec.Struct, frozen=True, kw_only=True):
    """How many are needed and how many are asked.

    Attributes:
        needed: Valid answers for the error asked for.
        invited: Needed divided by the expected share of answers, at most all.
        reserves: Drawn beside each invited household, for those that cannot be reached.
    """

    needed: int
    invited: int
    reserves: int


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """A drawn household: its place, and 0 for the first choice or the number of its reserve."""

    place: int
    reserve: int
    household: Household
    stratum: str


def read(data: bytes, *, band: int) -> tuple[Household, ...]:
    """Read a list of households: building, floor, unit, one row each; headings in Chinese or English.

    Args:
        band: Floors in a band; only checked to be positive here, since strata are made with it.

    Raises:
        FindingsError: Rows that cannot be read or stand twice, all of them; nothing is kept then.
        HouseholdError: The headings are not those three, or there are too many rows or none.
    """
    if band < 1:
        raise ValueError(band)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise HouseholdError("the file is not UTF-8", field="households") from problem
    rows = list(csv.reader(io.StringIO(text)))
    named = [CHINESE.get(cell.strip(), cell.strip()) for cell in rows[0]] if rows else []
    if tuple(named) != HEADINGS:
        raise HouseholdError("headings are building, floor, unit", field="households", line=1)
    body = [(line, row) for line, row in enumerate(rows[1:], start=2) if any(cell.strip() for cell in row)]
    if not 0 < len(body) <= MOST_HOUSEHOLDS:
        raise HouseholdError("no household, or too many", field="households", rows=len(body))
    found: dict[tuple[str, str], Household] = {}
    findings: list[MarketError] = []
    for line, row in body:
        made = _household(row)
        if made is None or made.key in found:
            why = "cannot be read" if made is None else "stands twice"
            findings.append(HouseholdError(why, field="households", line=line))
        else:
            found[made.key] = made
    if findings:
        raise FindingsError(findings)
    return tuple(sorted(found.values(), key=_order))


def _household(row: Sequence[str]) -> Household | None:
    try:
        cells = dict(zip(HEADINGS, (cell.strip() for cell in row), strict=True))
        return msgspec.convert(cells, Household, strict=False)
    except (ValueError, msgspec.ValidationError):
        return None


def _order(one: Household) -> tuple[str, int, str]:
    return one.building, one.floor, one.unit


def list_digest(households: Sequence[Household], salt: str) -> str:
    """Return the salted digest of a list; the order of its rows does not matter."""
    rows = [[one.building, one.floor, one.unit] for one in sorted(households, key=_order)]
    return digest("survey-households", {"salt": salt, "rows": rows})


def size(households: int, *, error_percent: int, least: int, response: Fraction, reserves: int) -> Size:
    """Return how many answers a survey needs and how many households it asks for them.

    Args:
        households: All of them.
        error_percent: Half the width of the confidence interval, percent.
        least: So many answers at any rate, or all households where there are fewer.
        response: Share of the asked that is expected to answer.
    """
    needed = evaluation.enough_answers(households, error_percent=error_percent, least=least)
    asked = Fraction(needed) / response
    invited = min(households, -(-asked.numerator // asked.denominator))
    return Size(needed=needed, invited=invited, reserves=reserves)


def stratum(one: Household, *, band: int) -> str:
    """Return the stratum a household lies in: its building and the band of its floor."""
    return f"{one.building}/{max(one.floor - 1, 0) // band + 1}"


def allocate(strata: Mapping[str, int], places: int) -> dict[str, int]:
    """Spread places over strata in proportion to their households, the rest by largest remainder.

    Equal remainders go to the larger stratum, then by name. No stratum gets more than it has households.
    """
    whole = sum(strata.values())
    quotas = {name: Fraction(places * many, whole) for name, many in strata.items()}
    given = {name: quota.numerator // quota.denominator for name, quota in quotas.items()}
    left = places - sum(given.values())
    order = sorted(strata, key=lambda name: (given[name] - quotas[name], -strata[name], name))
    for name in order[:left]:
        given[name] += 1
    return given


def draw(households: Sequence[Household], wanted: Size, *, seed: str, band: int) -> tuple[Slot, ...]:
    """Return the drawn households with their reserves; whoever has list and seed gets the same.

    Within a stratum households are ordered by HMAC-SHA-256(seed, building and unit). The first are invited,
    the next stand by as reserves: every invited place gets its first reserve before any gets its second.
    """
    ordered = sorted(households, key=lambda one: (stratum(one, band=band), _rank(one, seed), _order(one)))
    groups = {name: list(each) for name, each in groupby(ordered, key=lambda one: stratum(one, band=band))}
    places = allocate({name: len(each) for name, each in groups.items()}, wanted.invited)
    slots: list[Slot] = []
    for name, each in groups.items():
        first, rest = each[: places[name]], iter(each[places[name] :])
        base = sum(1 for slot in slots if not slot.reserve)
        numbers = range(base + 1, base + len(first) + 1)
        slots += [
            Slot(place=place, reserve=0, household=one, stratum=name)
            for place, one in zip(numbers, first, strict=True)
        ]
        for reserve in range(1, wanted.reserves + 1):
            slots += [
                Slot(place=place, reserve=reserve, household=one, stratum=name)
                for place, one in zip(numbers, rest, strict=False)
            ]
    return tuple(sorted(slots, key=lambda slot: (slot.place, slot.reserve)))


def _rank(one: Household, seed: str) -> bytes:
    return hmac.digest(bytes.fromhex(seed), f"{one.building}\x1f{one.unit}".encode(), "sha256")
