"""What is merged into the papers of the credit wing. No person is named in them."""

from datetime import date

import msgspec


class RepairPledge(msgspec.Struct, frozen=True, kw_only=True):
    """The public pledge that goes with a request for repair (NDRC36).

    Attributes:
        number: Of the pledge, e.g. ``"CN-J17-20270316"``; ``T`` in place of ``J`` for the exit list.
        item: Code and name of the item, or the exit list.
        document_no: Of the document that found the fact, or of the listing; ``document_on`` its day.
        authority: Who decides on the request.
    """

    number: str
    enterprise: str
    code: str
    item: str
    document_no: str
    document_on: date
    authority: str
    pledged_on: date
