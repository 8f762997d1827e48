"""The breaches an order to correct names: article, what follows if it is not obeyed, who decides on that.

The sanction is information in the order; whether and how much is decided by the authority named, in
proceedings of its own (APL 44, 45, 62). Read from ``credit/data/breaches.csv``.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import msgspec

from credit.domain.catalogue import Recorder
from credit.domain.cells.cell import CatalogueRowError, refuse
from market.kernel.errors import MarketError, NotFoundError


class Breach(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the penalty look-up.

    Attributes:
        law: The article that orders or punishes.
        decided_by: Level that decides on a sanction; ``None`` where no single one does.
        missed_item: Credit item whose evidence is a missed order and a recheck; empty for developers. Items
            that rest on a penalty decision are not drafted from an order alone.
    """

    key: str
    law: str
    title_zh: str
    title_en: str
    sanction_zh: str
    sanction_en: str
    decided_by: Recorder | None
    missed_item: str


class BreachUnknownError(NotFoundError):
    """The look-up has no breach of that name."""

    code: ClassVar[str] = "credit-breach-unknown"


def load(rows: Sequence[Mapping[str, str]]) -> dict[str, Breach]:
    """Read the look-up.

    Raises:
        CatalogueError: A row cannot be read, or a key stands twice; with every finding.
    """
    found: dict[str, Breach] = {}
    findings: list[MarketError] = []
    for number, cells in enumerate(rows, start=2):
        try:
            one = msgspec.convert({**cells, "decided_by": cells["decided_by"] or None}, Breach)
        except msgspec.ValidationError as problem:
            findings.append(CatalogueRowError(str(problem), field=str(number), value=cells.get("key", "")))
            continue
        if one.key in found:
            findings.append(CatalogueRowError("a key stands twice", field=str(number), value=one.key))
        found[one.key] = one
    refuse(findings)
    return found
