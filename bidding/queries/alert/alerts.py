"""Alerts as values, with what was done about them; and the figures the screens are computed from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from bidding.domain.alert import alert, disposal, screens
from market.kernel.errors import NotFoundError
from market.runtime import database


class AlertUnknownError(NotFoundError):
    """There is no such alert, or none the asker may know of."""

    code = "alert-unknown"


class Disposal(msgspec.Struct, frozen=True, kw_only=True):
    """One step taken about an alert.

    Attributes:
        clause: What it was held to be; empty but for a founded one.
        addressee: The authority it was referred to; empty otherwise.
        evidence: The list that went with a referral.
    """

    step: disposal.Step
    clause: str
    reasons: str
    addressee: str
    evidence: tuple[str, ...]
    done_at: datetime
    done_by: str


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """An alert as it stands.

    Attributes:
        name: Random; the name it is spoken of by, in addresses and in the log.
    """

    id: int
    name: str
    tender: int
    lot: str
    seen: alert.Alert
    state: disposal.State
    raised_at: datetime
    disposals: tuple[Disposal, ...] = ()


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A tender with alerts somebody has to decide on or to record an answer to."""

    number: str
    title: str
    count: int
    answers: int


_ALERT: Final = "SELECT id, name, tender, lot, content, state, raised_at FROM bidding_alert"
_DISPOSALS: Final = """
    SELECT alert, step, clause, reasons, addressee, evidence, done_at, done_by FROM bidding_alert_disposal
    WHERE alert = ANY($1::int[]) ORDER BY id
"""
_WAITING: Final = """
    SELECT t.number, t.title, count(*) AS count, count(*) FILTER (WHERE a.state = 'referred') AS answers
    FROM bidding_alert a JOIN bidding_tender t ON t.id = a.tender
    JOIN parties_division d ON d.code = t.division
    WHERE a.state IN ('raised', 'answered', 'referred') AND d.path @> ARRAY[$1::varchar]
    AND t.procedure = ANY($2) GROUP BY t.id ORDER BY t.id
"""
_DECIDED: Final = """
    SELECT (SELECT coalesce(json_agg(b.price_fen ORDER BY b.price_fen), '[]') FROM bidding_opened_bid b
            WHERE b.tender = t.id AND b.lot = w.lot AND b.price_fen IS NOT NULL) AS prices,
           w.organisation AS winner, w.awarded_at AS at
    FROM bidding_award w JOIN bidding_tender t ON t.id = w.tender
    JOIN parties_division d ON d.code = t.division
    WHERE d.path @> ARRAY[$1::varchar] AND w.awarded_at >= $2 AND w.awarded_at < $3
    AND w.cancelled_at IS NULL ORDER BY w.awarded_at, w.id
"""


async def of_tender(tender_id: int) -> list[Alert]:
    """Return the alerts of a tender, by lot and in the order they were raised."""
    return await _alerts(f"{_ALERT} WHERE tender = $1 ORDER BY lot, id", tender_id)


async def by_name(name: str) -> Alert:
    """Return an alert.

    Raises:
        AlertUnknownError: There is none.
    """
    found = await _alerts(f"{_ALERT} WHERE name = $1", name)
    if not found:
        raise AlertUnknownError(f"no alert {name}", value=name)
    return found[0]


async def _alerts(sql: str, key: object) -> list[Alert]:
    rows = await database.fetch(sql, key)
    taken: dict[int, list[Disposal]] = {row["id"]: [] for row in rows}
    for one in await database.fetch(_DISPOSALS, list(taken)):
        done = {**one, "evidence": msgspec.json.decode(one["evidence"])}
        taken[done.pop("alert")].append(msgspec.convert(done, Disposal))
    return [
        Alert(
            **{name: row[name] for name in ("id", "name", "tender", "lot", "raised_at")},
            state=disposal.State(row["state"]),
            seen=msgspec.json.decode(row["content"], type=alert.Alert),
            disposals=tuple(taken[row["id"]]),
        )
        for row in rows
    ]


async def compared(origin: str) -> bool:
    """Say whether a comparison was made already."""
    return bool(await database.fetch("SELECT 1 FROM bidding_alert_comparison WHERE origin = $1", origin))


async def last_compared(tender_id: int) -> datetime | None:
    """Return when the opened bids of a tender were compared last; ``None`` before."""
    rows = await database.fetch(
        "SELECT max(compared_at) AS at FROM bidding_alert_comparison WHERE tender = $1", tender_id
    )
    found: datetime | None = rows[0]["at"]
    return found


async def waiting(division: str, procedures: Sequence[str]) -> list[Waiting]:
    """Return the tenders of a division with alerts nobody has settled, the oldest first."""
    return msgspec.convert(await database.fetch(_WAITING, division, list(procedures)), list[Waiting])


async def decided(division: str, since: datetime, until: datetime) -> list[screens.Decided]:
    """Return the lots awarded within a division from *since* up to *until*, with the totals read out."""
    rows = await database.fetch(_DECIDED, division, since, until)
    return [
        screens.Decided(
            prices=tuple(msgspec.json.decode(row["prices"], type=list[int])),
            winner=row["winner"],
            at=row["at"],
        )
        for row in rows
    ]
