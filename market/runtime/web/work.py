"""What a wing says to somebody who asks what to do next; ``/workspace`` puts the wings' answers together."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import msgspec

from market.kernel.actor import Actor


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do next.

    Attributes:
        title: What to do, in the reader's language.
        subject: What it is about: a number, a name.
        rule: The rule or clause that sets the time.
        kind: Text that names its kind, as a list is sorted out by; empty where the wing names none.
        sealed: Tells who bids, is invited or sits on a committee: never in a feed or a letter (BL 22, 37).
    """

    title: str
    url: str
    due_at: datetime | None = None
    subject: str = ""
    rule: str = ""
    kind: str = ""
    sealed: bool = False


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One of one's own records: a name (data), where it stands (text), and a note (data)."""

    name: str
    url: str
    state: str
    note: str = ""
    stopped: bool = False


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """One's own records of a kind."""

    title: str
    lines: tuple[Line, ...]


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """Tasks, places to go to, and own records."""

    tasks: tuple[Task, ...] = ()
    places: tuple[tuple[str, str], ...] = ()
    shelves: tuple[Shelf, ...] = ()


DeskOf = Callable[[Actor, datetime], Awaitable[Desk]]
