"""Two envelopes that make one bid: technical part and price, for one lot, on every act together."""

from typing import ClassVar

from bidding.domain.bid import BidError
from bidding.domain.sealed import envelope


class EnvelopesError(BidError):
    """The act is on more or fewer envelopes than the tender document says, or its two are not one bid."""

    code: ClassVar[str] = "envelopes"
    source = "BL 19, 27"


def check_pair(technical: envelope.Header, price: envelope.Header) -> None:
    """Refuse two envelopes that are not one bid: technical part and price, for one lot.

    Raises:
        EnvelopesError: Other kinds, or two lots.
    """
    if (technical.kind, price.kind) != envelope.PAIR:
        raise EnvelopesError("not a technical part and a price", field="header.kind", wanted=2, got=1)
    if technical.lot != price.lot:
        raise EnvelopesError("both envelopes are for one lot", field="header.lot", wanted=2, got=1)
