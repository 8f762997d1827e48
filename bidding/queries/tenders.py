"""Tenders as values: one by one, whole."""

from typing import Any, Final

import msgspec

from bidding.domain import procedure as procedures
from bidding.domain import rule_table
from bidding.domain import tender as tenders
from bidding.domain.outcome.decision import Decision
from bidding.domain.sealed.envelope import TenderVersion
from bidding.domain.suspension import Suspension
from bidding.domain.tender import Content, Keyholder, Tender
from bidding.queries import decisions
from market.kernel.errors import NotFoundError
from market.runtime import database, log


class TenderUnknownError(NotFoundError):
    """No such tender is known, or the asker may not know of it yet."""

    code = "tender-unknown"


_TENDER: Final = """
    SELECT t.id, t.number, t.procedure, t.stage, t.organisation, t.community, d.path, t.round,
           t.predecessor, t.content, t.profile_version, t.version, t.version_digest, t.threshold,
           t.filed_at, t.answered_at, t.published_at, t.examined_at, t.objections_end_at, t.qualified,
           t.invited_at, t.frozen_at, t.window_ends_at, t.ready_at, t.opened_at, t.marks_locked_at,
           t.prices_opened_at, t.failed_at, t.failure, t.purged_at, t.draw_version, t.screened_at,
           t.vacant_at, t.publication_entry, t.opening_entry,
           t.answer_note, t.failure_note, c.confirmed_at IS NOT NULL AS community_confirmed
    FROM bidding_tender t JOIN parties_division d ON d.code = t.division
    JOIN parties_community c ON c.id = t.community
"""
_HOLDERS: Final = """,
           (SELECT coalesce(json_agg(k ORDER BY k.number), '[]') FROM (
               SELECT h.number, h.organisation, h.institution, h.opening_key, h.signing_key,
                      h.rehearsed_at IS NOT NULL AS rehearsed, p.revoked_at, p.revoked_for
               FROM bidding_keyholder h JOIN parties_keyholder_key p ON p.id = h.key_id
               WHERE h.tender = t.id) k) AS keyholders,
           (SELECT row_to_json(named) FROM (SELECT_DECISION WHERE w.number = t.content->>'decision') named)
               AS decision,
           (SELECT coalesce(json_agg(s ORDER BY s.since, s.id), '[]') FROM (
               SELECT id, cause, origin, reasons, since, lifted_at
               FROM bidding_suspension WHERE tender = t.id) s) AS suspensions
""".replace("SELECT_DECISION", f"{decisions.COLUMNS}{decisions.SOURCE}")
_WHOLE: Final = _TENDER.replace("\n    FROM bidding_tender", f"{_HOLDERS}    FROM bidding_tender")
_LATEST: Final = _WHOLE.replace("SELECT t.id", f"SELECT {log.LATEST} AS checkpoint, t.id", 1)
"""In one statement; not for locked reads, whose subqueries see what was before they had the lock."""


def check_number(number: str) -> str:
    """Return a number that may be a tender's.

    Raises:
        TenderUnknownError: No tender's number looks like this.
    """
    if not (number.isascii() and number.isalnum()):
        raise TenderUnknownError("no tender's number looks like this", field="tender")
    return number


async def by_number(number: str) -> Tender:
    """Return a tender by its number.

    Raises:
        TenderUnknownError: No tender bears it.
    """
    check_number(number)
    return await _one(await database.fetch(f"{_WHOLE} WHERE t.number = $1", number), number)


class Announced(msgspec.Struct, frozen=True):
    """A tender's row as it was read, with its keyholders and the log's latest checkpoint.

    Equal ``values`` say the same, whenever they were read: what is made of them alone may be kept.
    """

    values: tuple[Any, ...]
    row: dict[str, Any]

    def tender(self) -> Tender:
        """Return the tender."""
        return _tender(
            {k: v for k, v in self.row.items() if k not in _BESIDE},
            _holders(self.row["keyholders"]),
            _decision(self.row["decision"]),
            _stack(self.row["suspensions"]),
        )

    def checkpoint(self) -> log.Checkpoint:
        """Return the checkpoint.

        Raises:
            NoCheckpointError: The log has none yet.
        """
        return log.latest(self.row["checkpoint"])


_BESIDE: Final = ("keyholders", "decision", "suspensions", "checkpoint")


async def with_checkpoint(number: str) -> Announced:
    """Return a tender and the latest checkpoint of the log, in one statement: for the most read address.

    Raises:
        TenderUnknownError: No tender bears the number.
    """
    check_number(number)
    rows = await database.fetch(f"{_LATEST} WHERE t.number = $1", number)
    if not rows:
        raise TenderUnknownError(f"no tender {number}", value=number)
    rows[0]["path"] = tuple(rows[0]["path"])
    return Announced(tuple(rows[0].values()), rows[0])


async def by_id(tender_id: int) -> Tender:
    """Return a tender by its id.

    Raises:
        TenderUnknownError: There is none.
    """
    return await _one(await database.fetch(f"{_WHOLE} WHERE t.id = $1", tender_id), tender_id)


async def locked(number: str) -> Tender:
    """Return a tender whose row this transaction holds, so that acts on it take turns.

    Raises:
        TenderUnknownError: No tender bears this number.
    """
    check_number(number)
    return await _one(await database.fetch(f"{_TENDER} WHERE t.number = $1 FOR UPDATE OF t", number), number)


async def _one(rows: list[dict[str, Any]], asked: object) -> Tender:
    if not rows:
        raise TenderUnknownError(f"no tender {asked}", value=asked)
    read = rows[0].pop("keyholders", None)
    if read is not None:
        return _tender(
            rows[0],
            _holders(read),
            _decision(rows[0].pop("decision")),
            _stack(rows[0].pop("suspensions")),
        )
    named = msgspec.json.decode(rows[0]["content"], type=Content).decision
    number = rows[0]["id"]
    decided = await _named(named) if named else None
    return _tender(rows[0], await keyholders(number), decided, await suspensions(number))


async def _named(number: str) -> Decision | None:
    rows = await database.fetch(
        f"SELECT row_to_json(d) AS body FROM ({decisions.COLUMNS}{decisions.SOURCE} WHERE w.number = $1) d",  # noqa: S608
        number,
    )
    return _decision(rows[0]["body"]) if rows else None


def _decision(read: str | None) -> Decision | None:
    return None if read is None else msgspec.json.decode(read, type=Decision)


def _holders(read: str) -> tuple[Keyholder, ...]:
    return msgspec.json.decode(read, type=tuple[Keyholder, ...])


def _stack(read: str) -> tuple[Suspension, ...]:
    return msgspec.json.decode(read, type=tuple[Suspension, ...])


async def suspensions(tender_id: int) -> tuple[Suspension, ...]:
    """Return the suspensions of a tender, lifted ones too, the oldest first."""
    rows = await database.fetch(
        "SELECT cause, origin, reasons, since, lifted_at FROM bidding_suspension"
        " WHERE tender = $1 ORDER BY since, id",
        tender_id,
    )
    return msgspec.convert(rows, tuple[Suspension, ...])


async def keyholders(tender_id: int, *, succeeding: bool = False) -> tuple[Keyholder, ...]:
    """Return the keyholders of a tender, or those named to follow them, in the order of their numbers."""
    table = "bidding_successor" if succeeding else "bidding_keyholder"
    rows = await database.fetch(
        "SELECT h.organisation, h.institution, h.opening_key, h.signing_key,"  # noqa: S608
        f" h.rehearsed_at IS NOT NULL AS rehearsed, p.revoked_at, p.revoked_for FROM {table} h"
        " JOIN parties_keyholder_key p ON p.id = h.key_id WHERE h.tender = $1 ORDER BY h.number",
        tender_id,
    )
    return msgspec.convert(rows, tuple[Keyholder, ...])


def _tender(
    row: dict[str, Any],
    holders: tuple[Keyholder, ...],
    decision: Decision | None,
    stack: tuple[Suspension, ...],
) -> Tender:
    values = dict(row)
    values["procedure"] = procedures.named(row["procedure"])
    values["stage"] = procedures.Stage(row["stage"])
    values["path"] = tuple(row["path"])
    values["content"] = msgspec.json.decode(row["content"], type=Content)
    return Tender(**values, keyholders=holders, decision=decision, suspensions=stack)


def rules_of(tender: Tender) -> rule_table.RuleVersion:
    """Return the rule version a tender stands under."""
    return rule_table.version(tender.profile_version)


def version_of(tender: Tender) -> TenderVersion:
    """Return the version a tender stands in now; what bids are sealed for once it is announced."""
    return tenders.version_of(tender, rules_of(tender))


async def open_numbers() -> list[tuple[str, list[str]]]:
    """Return number and lot ids of every tender that was ever announced: where a bid may lie."""
    rows = await database.fetch(
        "SELECT number, content FROM bidding_tender WHERE published_at IS NOT NULL ORDER BY id DESC"
    )
    return [
        (row["number"], [lot.id for lot in msgspec.json.decode(row["content"], type=Content).lots])
        for row in rows
    ]
