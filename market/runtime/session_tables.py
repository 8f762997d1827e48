"""The table of sessions; apart from the audited ones: a session is no act and runs on wall time."""

from typing import ClassVar

from piccolo.columns import Boolean, Integer, Serial, Timestamptz, Varchar
from piccolo.table import Table


class SessionRow(Table, tablename="runtime_session"):
    """One signed-in browser or program.

    The token itself is never stored, only its SHA-256: a copy of the database opens no session.
    """

    exempt: ClassVar[str] = (
        "sessions come and go by wall time; signing in is audited where it matters, in parties"
    )

    id: Serial
    token_hash = Varchar(length=64, unique=True)
    account_id = Integer(index=True)
    mandate_id = Integer(null=True, default=None)
    strong = Boolean(default=False)
    half = Boolean(default=False)
    created_at = Timestamptz()
    seen_at = Timestamptz()
    expires_at = Timestamptz(index=True)
