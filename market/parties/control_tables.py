"""Rows on who represents and who controls an enterprise."""

from typing import ClassVar

from piccolo.columns import Boolean, Date, ForeignKey, Serial, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from market.parties.tables import OrganisationRow
from market.runtime.audited import Audited


class ControlRow(Table, tablename="parties_control"):
    """One statement; a later one may replace it, nothing else changes but its confirmation.

    ``identity`` is the code of an organisation, or an index of a person's document number that only the
    platform can compute; the log sees a salted digest of it and of the name.
    """

    _instants = ("entered_at", "entered_by", "confirmed_at", "confirmed_by")
    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=(
            "id",
            "organisation",
            "capacity",
            "holder",
            "from_on",
            "to_on",
            "replaces",
            "withdrawn",
            "salt",
            "holder_digest",
            *_instants,
        ),
    )

    id: Serial
    organisation = ForeignKey(OrganisationRow, null=False, on_delete=OnDelete.restrict, index=True)
    capacity = Varchar(length=16)
    holder = Varchar(length=16)
    identity = Varchar(length=80, index=True)
    name = Varchar(length=160)
    from_on = Date(default=None, null=False)
    to_on = Date(default=None, null=True)
    replaces: ForeignKey["ControlRow"] = ForeignKey(
        "self", null=True, on_delete=OnDelete.restrict, unique=True
    )
    withdrawn = Boolean(default=False)
    salt = Varchar(length=64)
    holder_digest = Varchar(length=64)
    entered_at = Timestamptz(default=None, null=False)
    entered_by = Varchar(length=40)
    confirmed_at = Timestamptz(default=None, null=True)
    confirmed_by = Varchar(length=40, default=None, null=True)
