"""The locked technical marks in the record of the second opening."""

import msgspec


class TechnicalMark(msgspec.Struct, frozen=True, kw_only=True):
    """What one bid got for its technical part, centi-points; ``outcome`` is in ``wording``."""

    lot: str
    name: str
    commitment: str
    technical: int
    outcome: str
