"""What of an opened bid is compared with the others: facts, read once and small enough to keep."""

from collections.abc import Sequence

import msgspec

from bidding.domain.sealed import package


class Trace(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One value and where it stands.

    Attributes:
        field: ``person``, ``company``, ``document-id``, ``tool``; or ``manager``, ``member``, ``agent``,
            ``phone``, ``email``, ``contact``.
        value: As it stands there, spaces trimmed.
        where: Name of the file, or ``readout``.
    """

    field: str
    value: str
    where: str

    @property
    def key(self) -> tuple[str, str]:
        """What two bids are compared by: spelling in capitals and spaces do not count."""
        return self.field, "".join(self.value.split()).casefold()


class File(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a bid, by its manifest line; ``digest`` is that of its content."""

    name: str
    size: int
    digest: str


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """One bid of a lot as the detectors see it.

    Attributes:
        code: Social credit code of the bidder.
        price_fen: As read out; ``None`` where the envelope names none.
        preparers: Who and what made the files, from their properties.
        people: Manager and members of the project team: numbers where there are any, names otherwise.
        contacts: Agent and contact of the bid.
        items: Item code -> price, fen a year.
        texts: Name of the file -> words in it that can be read cheaply.
    """

    commitment: str
    code: str
    bidder: str
    price_fen: int | None = None
    preparers: tuple[Trace, ...] = ()
    people: tuple[Trace, ...] = ()
    contacts: tuple[Trace, ...] = ()
    items: tuple[tuple[str, int], ...] = ()
    files: tuple[File, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """All words, file after file."""
        return "\n".join(text for _, text in self.texts)


def files_of(items: Sequence[package.ManifestItem]) -> tuple[File, ...]:
    """Return the files beside the structured offer, which is compared by what it says."""
    return tuple(
        File(name=item.name, size=item.size, digest=item.digest)
        for item in items
        if item.name != package.OFFER
    )
