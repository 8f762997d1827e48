"""The queue of letters: one row for each (message, account), written in the transaction of the message.

A letter is claimed in a transaction of its own before any word is spoken to the mail server, and settled
after it. Whoever dies in between leaves it ``sending``; nobody can know whether it left, so it is not sent
again but shown to the operator as ``uncertain``. What the server refused for now waits with back-off; what it
refused for good is ``refused``.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from market.kernel.lifecycle import Lifecycle, Move
from market.runtime import backoff, clock, database
from market.runtime.mail import office

LOST_AFTER = timedelta(minutes=10)
"""After so long under way a letter's process is taken for dead."""

KEPT = timedelta(days=30)
"""How long a settled letter stays in the queue."""


class Stage(StrEnum):
    """Where a letter stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    DROPPED = "dropped"
    UNCERTAIN = "uncertain"


class Act(StrEnum):
    """What moves a letter; none is an act of a person, so none stands in the log."""

    CLAIM = "claim"
    POSTPONE = "postpone"
    ACCEPT = "accept"
    REFUSE = "refuse"
    DROP = "drop"
    LOSE = "lose"


LIFECYCLE = Lifecycle(
    "letter",
    Stage.QUEUED,
    (
        Move(Stage.QUEUED, Act.CLAIM, Stage.SENDING),
        Move(Stage.SENDING, Act.POSTPONE, Stage.QUEUED),
        Move(Stage.SENDING, Act.ACCEPT, Stage.SENT),
        Move(Stage.SENDING, Act.REFUSE, Stage.REFUSED),
        Move(Stage.SENDING, Act.DROP, Stage.DROPPED),
        Move(Stage.SENDING, Act.LOSE, Stage.UNCERTAIN),
    ),
)


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A claimed letter.

    Attributes:
        message: The inbox row it tells of; ``None`` for one that confirms an address.
        confirmation: The address it confirms.
        failures: How often it failed before.
    """

    id: int
    account: int
    message: int | None
    confirmation: int | None
    failures: int


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that needs an operator's eye; it names neither address nor text.

    Attributes:
        error: Code of the mail server's answer or kind of failure, never its words.
    """

    id: int
    account: int
    stage: str
    failures: int
    error: str
    queued_at: datetime
    next_try_at: datetime | None


async def tell(*, message: int, organisation: int, now: datetime) -> int:
    """Queue a letter about a message for each account that wants one; return how many are new.

    Call it in the transaction of the message. Nothing is queued while mail is switched off.
    """
    if not office.is_open():
        return 0
    wanted = {f"inbox:{message}:{account}": account for account in await office.recipients(organisation, now)}
    return await _add(wanted, now, message=message)


async def ask_confirmation(*, account: int, address: int, now: datetime) -> None:
    """Queue the letter by which an account confirms an address, in the transaction that keeps it."""
    await _add({f"confirm:{address}": account}, now, confirmation=address)


async def _add(
    accounts: Mapping[str, int], now: datetime, *, message: int | None = None, confirmation: int | None = None
) -> int:
    """Queue a letter for each account under its origin, all at once; return how many are new."""
    rows = await database.fetch(
        "INSERT INTO runtime_mail (origin, account, message, confirmation, stage, failures, error, queued_at,"
        " next_try_at) SELECT origin, account, $3::int, $4::int, 'queued', 0, '', $5::timestamptz,"
        " $6::timestamptz FROM unnest($1::varchar[], $2::int[]) AS wanted (origin, account)"
        " ON CONFLICT (origin) DO NOTHING RETURNING id",
        list(accounts),
        list(accounts.values()),
        message,
        confirmation,
        now,
        clock.wall_now(),
    )
    return len(rows)


async def claim(wall: datetime) -> Letter | None:
    """Take the letter that has waited longest; any number of workers may ask, each gets another one."""
    rows = await database.fetch(
        "UPDATE runtime_mail SET stage = 'sending', claimed_at = $1, next_try_at = NULL WHERE id = ("
        " SELECT id FROM runtime_mail WHERE stage = 'queued' AND next_try_at <= $1"
        " ORDER BY next_try_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)"
        " RETURNING id, account, message, confirmation, failures",
        wall,
    )
    return msgspec.convert(rows[0], Letter) if rows else None


async def settle(letter: Letter, act: Act, *, wall: datetime, error: str = "") -> None:
    """End an attempt for good: the server took the letter or refused it, nobody wants it, or it is lost."""
    await database.execute(
        "UPDATE runtime_mail SET stage = $2, settled_at = $3, error = $4 WHERE id = $1 AND stage = 'sending'",
        letter.id,
        LIFECYCLE.after(Stage.SENDING, act).value,
        wall,
        error,
    )


async def postpone(letter: Letter, *, wall: datetime, error: str) -> None:
    """Put a letter back after a failure that may pass."""
    await database.execute(
        "UPDATE runtime_mail SET stage = $2, failures = failures + 1, next_try_at = $3, error = $4,"
        " claimed_at = NULL WHERE id = $1 AND stage = 'sending'",
        letter.id,
        LIFECYCLE.after(Stage.SENDING, Act.POSTPONE).value,
        wall + backoff.delay(letter.failures + 1),
        error,
    )


async def hold_all(until: datetime) -> None:
    """Let every waiting letter wait at least so long: the mail server cannot be reached."""
    await database.execute(
        "UPDATE runtime_mail SET next_try_at = $1 WHERE stage = 'queued' AND next_try_at < $1", until
    )


async def sweep(wall: datetime) -> None:
    """Name what was lost under way, and forget letters that were settled long ago."""
    await database.execute(
        "UPDATE runtime_mail SET stage = $1, settled_at = $2, error = 'lost' WHERE stage = 'sending'"
        " AND claimed_at < $3",
        LIFECYCLE.after(Stage.SENDING, Act.LOSE).value,
        wall,
        wall - LOST_AFTER,
    )
    await database.execute("DELETE FROM runtime_mail WHERE settled_at < $1", wall - KEPT)


async def troubles() -> list[Trouble]:
    """Return the letters an operator must look at, oldest first: refused, lost, or failing again."""
    rows = await database.fetch(
        "SELECT id, account, stage, failures, error, queued_at, next_try_at FROM runtime_mail"
        " WHERE stage IN ('refused', 'uncertain') OR failures > 0 AND stage IN ('queued', 'sending')"
        " ORDER BY id LIMIT 200"
    )
    return msgspec.convert(rows, list[Trouble])
