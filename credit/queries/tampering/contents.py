"""Contents the log knows by a digest only: bytes of snapshots, tables of rule sets, first results, exports.

``market audit verify`` compares every audited row with its last entry; a row that holds a digest of something
longer is whole only if the longer thing still has that digest. Each fault names its row.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec

from credit.domain import rating
from credit.domain.rating import Result
from credit.queries import exports, rule_sets
from market.kernel.digest import digest, h
from market.kernel.errors import MarketError
from market.runtime import database
from market.runtime.findings import Finding

PAGE = 200


def _fault(table: str, number: int, detail: str) -> Finding:
    return Finding(code="content-edited", place=f"{table} {number}", detail=detail)


async def _pages(question: str) -> AsyncIterator[dict[str, Any]]:
    """Yield rows by number, a page in memory at a time."""
    after = 0
    while rows := await database.fetch(f"{question} AND id > $1 ORDER BY id LIMIT $2", after, PAGE):
        after = rows[-1]["id"]
        for row in rows:
            yield row


async def snapshots() -> list[Finding]:
    """Compare the bytes of every snapshot, and what its row says of them, with their digest."""
    found = []
    columns = "id, body, digest, inputs_digest, score_centi, tender_centi, grade"
    async for row in _pages(f"SELECT {columns} FROM credit_snapshot WHERE true"):  # noqa: S608 - our own words
        if h("credit-snapshot", row["body"].encode()) != row["digest"]:
            found.append(_fault("credit_snapshot", row["id"], "body"))
            continue
        told = msgspec.json.decode(row["body"])
        wrong = [n for n in ("inputs_digest", "score_centi", "tender_centi", "grade") if told[n] != row[n]]
        if wrong:
            found.append(_fault("credit_snapshot", row["id"], ", ".join(wrong)))
    return found


async def versions() -> list[Finding]:
    """Compare the tables of every rule set and the report of its trial with their digests."""
    found = []
    question = "SELECT id, body, digest, report, report_digest FROM credit_rule_set WHERE true"
    async for row in _pages(question):
        try:
            sound = rule_sets.sheets_of(row["body"]).digest == row["digest"]
        except (ValueError, msgspec.DecodeError):
            sound = False
        if not sound:
            found.append(_fault("credit_rule_set", row["id"], "body"))
        if row["report"] and h("credit-what-if", row["report"].encode()) != row["report_digest"]:
            found.append(_fault("credit_rule_set", row["id"], "report"))
    return found


async def first_results() -> list[Finding]:
    """Compare everybody's first result with the digest of the cycle."""
    found = []
    async for cycle in _pages("SELECT id, results_digest FROM credit_cycle WHERE true"):
        rows = await database.fetch(
            "SELECT r.enterprise, o.code, r.score_centi, r.tender_centi, r.grade, r.digest FROM"
            " credit_cycle_result r JOIN parties_organisation o ON o.id = r.enterprise WHERE r.cycle = $1",
            cycle["id"],
        )
        if _digest_of(rows) != cycle["results_digest"]:
            found.append(_fault("credit_cycle", cycle["id"], f"first results ({len(rows)} rows)"))
    return found


def _digest_of(rows: list[dict[str, Any]]) -> str:
    """Return the digest of first results; those of older cycles bear the digest of their bytes each."""
    if rows and all(row["digest"] for row in rows):
        return digest("credit-cycle", sorted([row["code"], row["digest"]] for row in rows))
    return rating.results_digest(msgspec.convert(rows, list[Result]))


async def publications() -> list[Finding]:
    """Compare every publication's public form, put together anew, with the digest that was logged."""
    found = []
    async for row in _pages("SELECT id, cycle, snapshot, salt, digest FROM credit_export WHERE true"):
        try:
            again = await exports.digest_with(row["salt"], cycle=row["cycle"], snapshot=row["snapshot"])
        except (MarketError, KeyError, ValueError, msgspec.DecodeError):
            again = ""
        if again != row["digest"]:
            found.append(_fault("credit_export", row["id"], "salt, or a snapshot or record under it"))
    return found


CHECKS: tuple[Callable[[], Awaitable[list[Finding]]], ...] = (
    snapshots,
    versions,
    first_results,
    publications,
)
"""What verification asks the credit wing."""
