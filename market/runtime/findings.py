"""What verification reports: one fault, where it is, and what is known of it."""

import msgspec


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A fault in the log or in what it covers.

    Attributes:
        code: Stable, such as ``"entry-edited"``.
        place: Position, entry, row or checkpoint.
    """

    code: str
    place: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.code}: {self.place}" + (f" ({self.detail})" if self.detail else "")
