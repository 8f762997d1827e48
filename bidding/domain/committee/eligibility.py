"""Who may be drawn: experts of the register as the published filters see them; no bidder is known yet."""

import msgspec


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """An expert of the register as the filters see one.

    Attributes:
        expert: The mandate.
        roster: Division whose authority keeps the entry.
        employer: Code of the body the expert works for.
        others: Codes of further bodies the person acts for on this platform.
        years: Full years in the field.
    """

    expert: int
    roster: str
    employer: str
    others: tuple[str, ...] = ()
    district: str
    specialities: tuple[str, ...]
    years: int
    senior: bool


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Who may be drawn; public, and part of the seed.

    Attributes:
        rosters: Divisions whose rosters are asked: the city's and the tender's own district's.
        years: Least full years in the field; with ``senior`` the demands of BL 37.
        employers: Codes of bodies whose people may not sit: tenderer and supervising authorities.
    """

    rosters: tuple[str, ...]
    specialities: tuple[str, ...]
    districts: tuple[str, ...]
    years: int
    senior: bool
    employers: tuple[str, ...]


def eligible(candidate: Candidate, filters: Filters) -> bool:
    """Say whether an expert may be drawn."""
    bodies = {candidate.employer, *candidate.others}
    return (
        candidate.roster in filters.rosters
        and (not filters.specialities or not set(filters.specialities).isdisjoint(candidate.specialities))
        and (not filters.districts or candidate.district in filters.districts)
        and candidate.years >= filters.years
        and (candidate.senior or not filters.senior)
        and bodies.isdisjoint(filters.employers)
    )
