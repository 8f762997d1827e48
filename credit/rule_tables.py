"""Versions of the rule set: tables as canonical text, with who wrote, tried, approved and published them.

The database itself refuses to change what was published (migration).
"""

from typing import ClassVar

from piccolo.columns import Array, Date, Integer, Serial, SmallInt, Text, Timestamptz, Varchar
from piccolo.table import Table

from credit.tables import DIGEST, NAME
from market.runtime.audited import Audited


class RuleSetRow(Table, tablename="credit_rule_set"):
    """One version from its draft on. ``hands`` are the accounts that wrote in it, kept for four eyes."""

    audited: ClassVar[Audited] = Audited(
        version=1,
        fields=(
            *(
                "id",
                "stage",
                "base",
                "version",
                "digest",
                "drafted_at",
                "drafted_by",
                "edited_at",
                "edited_by",
            ),
            *("simulated_at", "simulated_by", "report_digest", "approved_at", "approved_by", "confirmed_at"),
            *("confirmed_by", "legal_basis", "effective_from", "published_at", "published_by"),
            *("ended_at", "ended_by"),
        ),
    )

    id: Serial
    stage = Varchar(length=16, index=True)
    base = SmallInt()
    version = SmallInt(default=None, null=True, unique=True)
    purpose = Varchar(length=200)
    body = Text()
    digest = Varchar(length=DIGEST)
    hands = Array(base_column=Integer(), default=list)
    drafted_at = Timestamptz(default=None, null=False)
    drafted_by = Varchar(length=NAME)
    edited_at = Timestamptz(default=None, null=True)
    edited_by = Varchar(length=NAME, default=None, null=True)
    report = Text(default="")
    report_digest = Varchar(length=DIGEST, default="")
    simulated_at = Timestamptz(default=None, null=True)
    simulated_by = Varchar(length=NAME, default=None, null=True)
    approved_at = Timestamptz(default=None, null=True)
    approved_by = Varchar(length=NAME, default=None, null=True)
    approved_person = Integer(default=None, null=True)
    confirmed_at = Timestamptz(default=None, null=True)
    confirmed_by = Varchar(length=NAME, default=None, null=True)
    confirmed_person = Integer(default=None, null=True)
    return_reason = Text(default="")
    legal_basis = Varchar(length=120, default="")
    effective_from = Date(default=None, null=True)
    published_at = Timestamptz(default=None, null=True)
    published_by = Varchar(length=NAME, default=None, null=True)
    ended_at = Timestamptz(default=None, null=True)
    ended_by = Varchar(length=NAME, default=None, null=True)
    end_reason = Text(default="")
