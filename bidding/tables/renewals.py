"""Rows of what renewed contracts rest on, in the place of an award; and of changes of signed contracts."""

from typing import Any, ClassVar

from piccolo.columns import JSONB, Date, ForeignKey, Serial, SmallInt, Text, Timestamptz, Varchar
from piccolo.constraints import Unique
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


class ChangeRow(Table, tablename="bidding_contract_change"):
    """A change of a signed contract: what it sets otherwise, the supplement it prints as, and who signed."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=(
            "id",
            "contract",
            "turn",
            "number",
            "decision",
            "stage",
            "effective_on",
            "after",
            "form",
            "digest",
            "drafted_at",
            "signed_at",
        ),
    )

    id: Serial
    contract = ForeignKey(ContractRow, null=False, index=True)
    turn = SmallInt()
    number = Varchar(length=48, unique=True)
    decision: ForeignKey[Any] = ForeignKey(DecisionRow, null=True, default=None)
    stage = Varchar(length=12)
    effective_on = Date(default=None, null=False)
    after = JSONB()
    clauses = Text(default="")
    form = Varchar(length=40)
    content = JSONB()
    digest = Varchar(length=64)
    checkpoint = Varchar(length=40, default="")
    drafted_at = Timestamptz(default=None, null=False)
    drafted_by = Varchar(length=40)
    signed_at = Timestamptz(null=True, default=None)
    signed_by = Varchar(length=40, null=True, default=None)

    bidding_contract_change_turn = Unique([contract, turn])
