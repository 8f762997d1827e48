"""What is merged into the papers of the credit wing. No person is named in them."""

from datetime import date

import msgspec


class RepairPledge(msgspec.Struct, frozen=True, kw_only=True):
    """The public pledge that goes with a request for repair (NDRC36).

    Attributes:
        number: Of the pledge, e.g. ``"CN-17-20270316"``.
        item: Code and name of the item.
        document_no: Of the document that found the fact; ``document_on`` its day.
        authority: Who decides on the request.
    """

    number: str
    enterprise: str
    code: str
    item: str
    record: int
    document_no: str
    document_on: date
    authority: str
    pledged_on: date
