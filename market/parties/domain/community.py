"""A residential area (小区) as others see it."""

from typing import ClassVar

import msgspec

from market.kernel.errors import ConflictError, InvalidInputError


class Community(msgspec.Struct, frozen=True, kw_only=True):
    """A residential area.

    Attributes:
        path: Division codes from the city down to the residents' community it lies in.
        gfa_centi: Gross floor area, hundredths of a square metre.
    """

    id: int
    code: str
    name: str
    division: str
    path: tuple[str, ...]
    households: int
    gfa_centi: int
    buildings: int
    completion_year: int | None
    confirmed: bool = False
    developer: int | None = None
    address: str = ""


class CommunityPlaceError(InvalidInputError):
    """A residential area lies in a residents' community, the lowest division."""

    code: ClassVar[str] = "community-place"


class CommunityDeveloperError(InvalidInputError):
    """The organisation named as developer is not one."""

    code: ClassVar[str] = "community-developer"


class CommunityExistsError(ConflictError):
    """The division has a residential area of this name."""

    code: ClassVar[str] = "community-exists"


class CommunityConfirmedError(ConflictError):
    """The district has confirmed the entry already."""

    code: ClassVar[str] = "community-confirmed"


class CommunityFigureError(InvalidInputError):
    """A figure of a residential area cannot be true."""

    code: ClassVar[str] = "community-figure"


def check_figures(
    *, households: int, gfa_centi: int, buildings: int, completion_year: int | None, year: int
) -> list[CommunityFigureError]:
    """Return what cannot be true of a residential area; an empty list when all may be.

    Args:
        year: The year of today; buildings may be registered up to ten years before they are finished.
    """
    found = [
        CommunityFigureError(f"{field} must be more than nothing", field=field, value=value)
        for field, value in (("households", households), ("gfa_centi", gfa_centi), ("buildings", buildings))
        if value <= 0
    ]
    if 0 < households < buildings:
        found.append(
            CommunityFigureError("fewer households than buildings", field="households", value=households)
        )
    if completion_year is not None and not 1900 <= completion_year <= year + 10:  # noqa: PLR2004 - see above
        found.append(CommunityFigureError("no such year", field="completion_year", value=completion_year))
    return found


def code_of(division: str, number: int) -> str:
    """Return ``PRJ-{6 digits of the division}-{six-digit number}-{two check digits}``.

    The check makes the whole digit string 1 modulo 97 (as ISO 7064 MOD 97-10).
    """
    digits = f"{division[:6]}{number:06d}"
    check = 98 - int(digits + "00") % 97
    return f"PRJ-{division[:6]}-{number:06d}-{check:02d}"


def code_holds(code: str) -> bool:
    """Say whether a project code's check digits fit."""
    digits = code.removeprefix("PRJ-").replace("-", "")
    return digits.isascii() and digits.isdigit() and int(digits) % 97 == 1
