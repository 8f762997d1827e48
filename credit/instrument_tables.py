"""Rows of the register of instruments: entries, and the annulments noted against them."""

from typing import ClassVar

from piccolo.columns import Array, Date, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.columns.indexes import IndexMethod
from piccolo.table import Table

from market.parties.tables import CommunityRow, OrganisationRow
from market.runtime.audited import Audited, names

DIGEST = 64
NAME = 40
PATH = 12


class InstrumentRow(Table, tablename="credit_instrument"):
    """A penalty decision, a judgment or an honour; never edited, only annulled."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names(
            "id stage kind number issuer issued_on effective_on enterprise community division legal_basis "
            "salt facts_digest file_digest replaces entered_at entered_by annulled_at annulled_by "
            "fallen_at fallen_by"
        ),
    )

    id: Serial
    stage = Varchar(length=16, index=True)
    kind = Varchar(length=16, index=True)
    number = Varchar(length=80, index=True)
    issuer = Varchar(length=120)
    issued_on = Date(default=None, null=False)
    effective_on = Date(default=None, null=False)
    enterprise = ForeignKey(OrganisationRow, null=False, index=True)
    community = ForeignKey(CommunityRow, null=True, index=True)
    division = Varchar(length=PATH)
    path = Array(base_column=Varchar(length=PATH), default=list, index=True, index_method=IndexMethod.gin)
    legal_basis = Varchar(length=120, default="")
    salt = Varchar(length=DIGEST)
    facts = Text()
    facts_digest = Varchar(length=DIGEST)
    file_digest = Varchar(length=DIGEST)
    replaces = Integer(default=None, null=True, unique=True)
    entered_at = Timestamptz(default=None, null=False)
    entered_by = Varchar(length=NAME)
    entered_person = Integer(default=None, null=True)
    annulled_at = Timestamptz(default=None, null=True)
    annulled_by = Varchar(length=NAME, default=None, null=True)
    fallen_at = Timestamptz(default=None, null=True)
    fallen_by = Varchar(length=NAME, default=None, null=True)
    next_due_at = Timestamptz(default=None, null=True, index=True)


class AnnulmentRow(Table, tablename="credit_instrument_annulment"):
    """What says that an entry no longer stands; a second person confirms or declines it."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=names(
            "id instrument cause document_no issuer annulled_on salt reasons_digest file_digest due_at "
            "noted_at noted_by answered_at answered_by outcome"
        ),
    )

    id: Serial
    instrument = ForeignKey(InstrumentRow, null=False, index=True)
    cause = Varchar(length=16)
    document_no = Varchar(length=80)
    issuer = Varchar(length=120)
    annulled_on = Date(default=None, null=False)
    salt = Varchar(length=DIGEST)
    reasons = Text()
    reasons_digest = Varchar(length=DIGEST)
    file_digest = Varchar(length=DIGEST)
    due_at = Timestamptz(default=None, null=False)
    noted_at = Timestamptz(default=None, null=False)
    noted_by = Varchar(length=NAME)
    noted_person = Integer(default=None, null=True)
    answered_at = Timestamptz(default=None, null=True)
    answered_by = Varchar(length=NAME, default=None, null=True)
    outcome = Varchar(length=16, default="")
    answer = Text(default="")
