"""Rows of what renewed contracts rest on, in the place of an award."""

from typing import ClassVar

from piccolo.columns import JSONB, Date, ForeignKey, Serial, Varchar
from piccolo.table import Table

from bidding.tables.awards import DecisionRow
from bidding.tables.contracts import ContractRow
from bidding.tables.tenures import TermRow
from market.runtime.audited import Audited


class RenewalRow(Table, tablename="bidding_renewal"):
    """The register's contract that is renewed, the owners' decision, and the core terms as decided."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=("id", "contract", "term", "decision", "promised", "sign_by", "profile_version"),
    )

    id: Serial
    contract = ForeignKey(ContractRow, null=False, unique=True)
    term = ForeignKey(TermRow, null=False, index=True)
    decision = ForeignKey(DecisionRow, null=False)
    promised = JSONB()
    sign_by = Date(default=None, null=False)
    profile_version = Varchar(length=40)
