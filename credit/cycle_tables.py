"""How far long work on a cycle has come, for whoever waits for it."""

from typing import ClassVar

from piccolo.columns import Integer, Serial, Timestamptz, Varchar
from piccolo.table import Table


class CycleWorkRow(Table, tablename="credit_cycle_work"):
    """The closing or publication of one cycle while it runs, or why the last attempt ended without result."""

    exempt: ClassVar[str] = "tells how far an audited act has come; nothing rests on it"

    id: Serial
    cycle = Varchar(length=6, unique=True)
    step = Varchar(length=16)
    done = Integer()
    total = Integer()
    begun_at = Timestamptz(default=None, null=False)
    refusal = Varchar(length=60, default="")
