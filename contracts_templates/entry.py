"""What an entry of the register of documents says."""

from datetime import date
from typing import Final

import msgspec


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """A model text.

    Attributes:
        id: Stable name, e.g. ``"service-contract"``.
        version: Counts changes of wording; a document keeps the version it was made from.
        code: Short code printed in the footer.
        template: File below ``templates/``.
        content: What is merged into it; a version keeps the type it was made with.
        source: What the content follows. The wording of every text is our own design.
    """

    id: str
    version: int
    code: str
    title: str
    template: str
    content: type[msgspec.Struct]
    effective_from: date
    issuer: str
    source: str

    @property
    def name(self) -> str:
        """Form and version as they are digested, e.g. ``"service-contract/1"``."""
        return f"{self.id}/{self.version}"


SINCE: Final = date(2026, 12, 1)
ISSUER: Final = "物业服务市场平台"


def first(name: str, code: str, title: str, said: type[msgspec.Struct], source: str) -> Form:
    """Return the first version of a paper printed by the template of its own name."""
    return Form(
        id=name,
        version=1,
        code=f"{code}-1",
        title=title,
        template=f"{name.replace('-', '_')}.html",
        content=said,
        effective_from=SINCE,
        issuer=ISSUER,
        source=f"{source}; wording [design]",
    )
