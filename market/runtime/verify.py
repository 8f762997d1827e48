"""``market audit verify``: recompute the whole log and name everything that does not fit.

Nothing is believed that can be computed: leaf hashes from entries, nodes from leaves, roots from nodes, row
digests from rows. What is stored only helps to go on after a fault, so that one fault gives one finding.
Source: docs/sealing.md 5.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec
from piccolo.conf.apps import Finder
from piccolo.table import Table

from market.kernel import digest, merkle
from market.runtime import database, keys, log, tree, verify_rows
from market.runtime.findings import Finding

PAGE = 2000

Check = Callable[[], Awaitable[list[Finding]]]
"""A question of its own that returns what does not fit."""

_LEAVES = """
SELECT l.position, l.entry_id, l.leaf_hash, e.id, e.act, e.subject, e.body, e.digest, e.key_id, e.signature
FROM runtime_log_leaf l LEFT JOIN runtime_audit_entry e ON e.id = l.entry_id
WHERE l.position >= $1 ORDER BY l.position LIMIT $2
"""
_WAITING = """
SELECT e.id, e.act, e.subject, e.body, e.digest, e.key_id, e.signature, p.entry_id AS queued
FROM runtime_audit_entry e LEFT JOIN runtime_log_leaf l ON l.entry_id = e.id
LEFT JOIN runtime_log_pending p ON p.entry_id = e.id WHERE l.entry_id IS NULL ORDER BY e.id
"""
_VANISHED = """
SELECT p.entry_id FROM runtime_log_pending p LEFT JOIN runtime_audit_entry e ON e.id = p.entry_id
WHERE e.id IS NULL UNION SELECT h.entry_id FROM runtime_audit_held h
LEFT JOIN runtime_audit_entry e ON e.id = h.entry_id
LEFT JOIN runtime_log_leaf l ON l.entry_id = h.entry_id WHERE e.id IS NULL AND l.entry_id IS NULL
"""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What verification found.

    Attributes:
        size: Leaves in the log.
        root: Root computed over them, hex.
        waiting: Entries without a leaf: just written, held, or refused.
        findings: Empty when all is well.
    """

    size: int
    root: str
    waiting: int
    findings: tuple[Finding, ...]


async def verify(
    *,
    since: log.Checkpoint | None = None,
    tables: Sequence[type[Table]] | None = None,
    checks: Sequence[Check] = (),
) -> Report:
    """Recompute everything and return what does not fit.

    Args:
        since: A checkpoint somebody kept. The log must still contain it, which finds a rollback to an old
            backup; signatures of entries before it are not checked again, for its root covers them.
        tables: Audited tables; all registered ones if left out.
        checks: Further questions: of the file store, and of what wings know by a digest only.
    """
    nested = database.in_transaction()
    async with database.transaction():
        if not nested:
            await database.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        walk = _Walk(since)
        await walk.checkpoints()
        await walk.leaves()
        walk.end()
        waiting = await _waiting()
        found = [*walk.findings, *waiting[1]]
        found += await verify_rows.rows(_audited(tables))
        found += await verify_rows.migrations()
        for check in checks:
            found += await check()
        return Report(size=walk.size, root=walk.root().hex(), waiting=waiting[0], findings=tuple(found))


def _audited(tables: Sequence[type[Table]] | None) -> list[type[Table]]:
    every = Finder().get_table_classes() if tables is None else list(tables)
    return [table for table in every if hasattr(table, "audited")]


class _Walk:
    """One pass over the leaves in order, carrying the tree's right edge."""

    def __init__(self, since: log.Checkpoint | None) -> None:
        self.findings: list[Finding] = []
        self.size = 0
        self._since = since
        self._peaks: dict[tree.Node, bytes] = {}
        self._checkpoints: dict[int, Any] = {}
        self._last = 0
        self._diverged = False

    def root(self) -> bytes:
        return tree.fold([self._peaks[node] for node in tree.cover((0, self.size))])

    def _find(self, code: str, place: str, detail: str = "") -> None:
        self.findings.append(Finding(code=code, place=place, detail=detail))

    async def checkpoints(self) -> None:
        rows = await database.fetch(
            "SELECT size, body, key_id, signature FROM runtime_log_checkpoint ORDER BY size"
        )
        for row in rows:
            body = verify_rows.parsed(row["body"])
            sound = keys.current().verify(
                "checkpoint", body, key_id=row["key_id"], signature=row["signature"]
            )
            if not sound or body is None or body.get("size") != row["size"]:
                self._find("checkpoint-edited", f"checkpoint {row['size']}")
            self._checkpoints[row["size"]] = body.get("root") if body else None
            self._last = row["size"]
        if self._since is not None:
            self._check_kept(self._since)

    def _check_kept(self, kept: log.Checkpoint) -> None:
        sound = keys.current().verify("checkpoint", kept.body, key_id=kept.key_id, signature=kept.signature)
        if not sound:
            self._find("kept-checkpoint-unsigned", f"checkpoint {kept.size}")
            self._since = None

    async def leaves(self) -> None:
        position = 0
        while rows := await database.fetch(_LEAVES, position, PAGE):
            position = rows[-1]["position"] + 1
            stored = await self._stored_nodes(position)
            hashes = self._hashes(rows, position, stored)
            self.findings += await verify_rows.images([row for row in rows if row["id"] is not None])
            self._grow(hashes, stored)

    async def _stored_nodes(self, end: int) -> dict[tree.Node, bytes]:
        """Fetch the stored nodes that the leaves up to *end* complete."""
        blank = tree.grow(self.size, dict.fromkeys(self._peaks, b""), [b""] * (end - self.size))
        rows = await database.fetch(
            "SELECT key, hash FROM runtime_log_node WHERE key = ANY($1::bigint[])",
            [node.key for node in blank],
        )
        return {tree.Node.of(row["key"]): bytes.fromhex(row["hash"]) for row in rows}

    def _hashes(
        self, rows: Sequence[Mapping[str, Any]], end: int, stored: Mapping[tree.Node, bytes]
    ) -> list[bytes]:
        by_position = {row["position"]: row for row in rows}
        hashes = []
        for position in range(self.size, end):
            row = by_position.get(position)
            if row is None:
                self._find("leaf-missing", f"position {position}")
                hashes.append(stored.get(tree.Node(0, position), b""))
            else:
                self._check_leaf(row)
                hashes.append(bytes.fromhex(row["leaf_hash"]))
        return hashes

    def _check_leaf(self, row: Mapping[str, Any]) -> None:
        place = f"position {row['position']}, entry {row['entry_id']}"
        if row["id"] is None:
            self._find("entry-deleted", place)
            return
        covered = self._since is not None and row["position"] < self._since.size
        fault = _fault(row, signed=not covered)
        if fault:
            self._find("entry-edited", place, fault)

    def _grow(self, hashes: Sequence[bytes], stored: Mapping[tree.Node, bytes]) -> None:
        made = tree.grow(self.size, self._peaks, hashes)
        known = {**self._peaks, **made}
        wrong = [node for node, value in made.items() if stored.get(node) != value]
        if wrong:
            lowest = min(wrong)
            self._find(
                "node-edited", f"height {lowest.height}, number {lowest.number}", f"{len(wrong)} nodes"
            )
        sizes = range(self.size + 1, self.size + len(hashes) + 1)
        for size in sizes:
            if size in self._checkpoints or (self._since is not None and size == self._since.size):
                self._check_root(size, tree.fold([known[node] for node in tree.cover((0, size))]).hex())
        self.size += len(hashes)
        self._peaks = {node: known[node] for node in tree.cover((0, self.size))}

    def _check_root(self, size: int, root: str) -> None:
        if self._since is not None and size == self._since.size and root != self._since.root:
            self._find("kept-checkpoint-broken", f"checkpoint {size}", "the log is not the one that was kept")
        if self._checkpoints.pop(size, root) != root and not self._diverged:
            self._diverged = True  # every later root differs for the same reason
            self._find("root-differs", f"checkpoint {size}", "a leaf up to here was changed or inserted")

    def end(self) -> None:
        """Compare the log's end with the checkpoints; call it when all leaves were read."""
        for size in self._checkpoints:
            self._find("leaves-missing", f"checkpoint {size}", f"the log has {self.size} leaves")
        if self._since is not None and self._since.size > self.size:
            self._find("rolled-back", f"checkpoint {self._since.size}", f"the log has {self.size} leaves")
        if self.size > self._last:
            self._find("checkpoint-missing", f"size {self.size}", "leaves after the last checkpoint")


def _fault(row: Mapping[str, Any], *, signed: bool = True) -> str:
    """Say what of an entry is not as it was recorded; empty if nothing."""
    body = verify_rows.parsed(row["body"])
    if body is None:
        return "not canonical"
    mine = keys.current()
    checks = {
        "signature": not signed
        or mine.verify("entry", body, key_id=row["key_id"], signature=row["signature"]),
        "digest": digest.digest("entry", body) == row["digest"],
        "act or subject": (body.get("act"), body.get("subject")) == (row["act"], row["subject"]),
        "leaf hash": "leaf_hash" not in row or _leaf_hash(row) == row["leaf_hash"],
    }
    return ", ".join(name for name, sound in checks.items() if not sound)


def _leaf_hash(row: Mapping[str, Any]) -> str:
    data = log.leaf_bytes(body=row["body"], key_id=row["key_id"], signature=row["signature"])
    return merkle.leaf_hash(data).hex()


async def _waiting() -> tuple[int, list[Finding]]:
    rows = await database.fetch(_WAITING)
    found = []
    for row in rows:
        place = f"entry {row['id']}"
        if fault := _fault(row):
            found.append(Finding(code="entry-inserted", place=place, detail=fault))
        elif row["queued"] is None:
            found.append(Finding(code="entry-outside-log", place=place, detail="it waits for no position"))
    found += await verify_rows.images(rows)
    vanished = await database.fetch(_VANISHED)
    found += [Finding(code="entry-deleted", place=f"entry {row['entry_id']}") for row in vanished]
    return len(rows), found
