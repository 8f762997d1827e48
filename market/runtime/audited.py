"""How a table says what of it stands in the audit log; small enough for every ``tables.py`` to import."""

import msgspec


class Audited(msgspec.Struct, frozen=True, kw_only=True):
    """What the digest of a row covers.

    Attributes:
        version: Version of the field list; it stands in the log beside each digest, so that an
            older digest is recomputed with the list it was made with.
        fields: Column names, never personal data. A confidential row whose values can be guessed
            carries a random ``salt`` column among them.
        hidden: Columns whose values are personal, or words: only their digest with the row's ``salt`` stands
            in the image. A column never moves between the two lists, or older images would not fit.
    """

    version: int
    fields: tuple[str, ...]
    hidden: tuple[str, ...] = ()


def names(text: str) -> tuple[str, ...]:
    """Return the column names written in a text with spaces between them."""
    return tuple(text.split())
