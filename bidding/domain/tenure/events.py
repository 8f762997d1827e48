"""Facts of a service contract that others may hear of."""

import msgspec


class TermMoved(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Something happened to a community's service contract that its sides and the street must know.

    Attributes:
        what: ``calling`` (six months before the end), ``settled``, ``drawn`` (its renewal), ``renewed``,
            ``declined``, ``noticed``, ``dismissed``, ``continued``, ``over`` or ``closed``.
        concerned: Organisations that hear of it: provider, committees, street.
    """

    term_id: int
    term: str
    community_id: int
    provider_id: int
    what: str
    concerned: tuple[int, ...]
    path: tuple[str, ...]


class EmergencyMoved(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Emergency service was appointed or has ended.

    Attributes:
        what: ``appointed`` or ``ended``.
        concerned: Organisations that hear of it: provider, committees, street.
    """

    emergency_id: int
    emergency: str
    community_id: int
    provider_id: int
    what: str
    concerned: tuple[int, ...]
    path: tuple[str, ...]
