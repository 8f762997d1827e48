"""The public log: a sequencer that gives entries positions, checkpoints, and proofs.

Candidates are entries without a leaf (never "id above the last one": a slow writer may commit a lower id
later). A trigger notes every new entry in ``runtime_log_pending``, so a batch costs what is new. Held entries
wait until they are let in, and are then ordered by act and subject, so that their order tells nothing about
when bids came. Roots and proofs read O(log n) rows of full subtrees. Source: docs/sealing.md 5, RFC 6962.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import msgspec

from market.kernel import digest, merkle
from market.kernel.errors import InvalidInputError, NotFoundError
from market.runtime import alarms, clock, database, keys, tree
from market.runtime.audit import EntryMissingError

BATCH = 1000
LATEST = "(SELECT to_json(c) FROM runtime_log_checkpoint c ORDER BY size DESC LIMIT 1)"
LOCK = "runtime:log:sequence"


class NoCheckpointError(NotFoundError):
    """The log has no such size, or no checkpoint yet."""

    code = "checkpoint-missing"


class LogRangeError(InvalidInputError):
    """A proof was asked for sizes the log does not have, or in the wrong order."""

    code = "log-range"


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A signed size and root.

    Attributes:
        body: What is signed: size, root, at, and ``demonstration`` under an offset.
    """

    body: dict[str, Any]
    key_id: str
    signature: str

    @property
    def size(self) -> int:
        """Number of leaves."""
        return cast("int", self.body["size"])

    @property
    def root(self) -> str:
        """Root hash, in hex."""
        return cast("str", self.body["root"])

    def document(self) -> dict[str, Any]:
        """Return the checkpoint as it is published, in one object."""
        return {**self.body, "key_id": self.key_id, "signature": self.signature}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Checkpoint":
        """Read a published checkpoint."""
        body = {name: document[name] for name in document if name not in {"key_id", "signature"}}
        return cls(body=body, key_id=str(document["key_id"]), signature=str(document["signature"]))


class _Candidate(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    body: str
    key_id: str
    signature: str


def leaf_bytes(*, body: str, key_id: str, signature: str) -> bytes:
    """Return the bytes of a leaf: canonical JSON of entry, key id and signature."""
    entry = digest.parse_canonical(body.encode())
    return digest.canonical({"entry": entry, "key_id": key_id, "signature": signature})


async def sequence() -> int:
    """Give the next batch of entries their positions and sign a checkpoint; return how many.

    Workers may all call it: the lock lets one work, and the next sees what it wrote. An entry without a valid
    signature of this platform gets no position; it is set aside and an alarm is raised.
    """
    async with database.transaction():
        await database.lock(LOCK)
        candidates = await _candidates()
        if not candidates:
            return 0
        sound: list[_Candidate] = []
        for one in candidates:
            if _is_sound(one):
                sound.append(one)
            else:
                await _refuse(one)
        if sound:
            await _append(sound, at=await clock.legal_now())
        return len(sound)


async def sequence_all() -> int:
    """Run batches until nothing waits; return how many entries got a position."""
    total = 0
    while done := await sequence():
        total += done
    return total


async def _candidates() -> list[_Candidate]:
    rows = await database.fetch(
        "SELECT e.id, e.body, e.key_id, e.signature FROM runtime_log_pending p"
        " JOIN runtime_audit_entry e ON e.id = p.entry_id"
        " LEFT JOIN runtime_audit_held h ON h.entry_id = p.entry_id"
        " WHERE NOT p.refused AND (h.entry_id IS NULL OR h.let_in_at IS NOT NULL)"
        " ORDER BY h.entry_id IS NOT NULL, CASE WHEN h.entry_id IS NOT NULL THEN e.act END,"
        ' h.subject COLLATE "C", e.id LIMIT $1',
        BATCH,
    )
    return msgspec.convert(rows, list[_Candidate])


def _is_sound(one: _Candidate) -> bool:
    try:
        body = digest.parse_canonical(one.body.encode())
    except digest.NotCanonicalError:
        return False
    return keys.current().verify("entry", body, key_id=one.key_id, signature=one.signature)


async def _refuse(one: _Candidate) -> None:
    await database.execute("UPDATE runtime_log_pending SET refused = true WHERE entry_id = $1", one.id)
    await alarms.raise_alarm(kind="unsigned-entry", subject=f"entry:{one.id}", detail="")


async def _append(sound: Sequence[_Candidate], *, at: datetime) -> None:
    size = await size_now()
    peaks = await _nodes(tree.cover((0, size)))
    leaves = [
        merkle.leaf_hash(leaf_bytes(body=one.body, key_id=one.key_id, signature=one.signature))
        for one in sound
    ]
    made = tree.grow(size, peaks, leaves)
    ids = [one.id for one in sound]
    await database.execute(
        "INSERT INTO runtime_log_leaf (position, entry_id, leaf_hash)"
        " SELECT * FROM unnest($1::int[], $2::int[], $3::text[])",
        list(range(size, size + len(sound))),
        ids,
        [leaf.hex() for leaf in leaves],
    )
    await database.execute(
        "INSERT INTO runtime_log_node (key, hash) SELECT * FROM unnest($1::bigint[], $2::text[])",
        [node.key for node in made],
        [value.hex() for value in made.values()],
    )
    await database.execute("DELETE FROM runtime_log_pending WHERE entry_id = ANY($1::int[])", ids)
    total = size + len(sound)
    known = {**peaks, **made}
    await _sign(total, tree.fold([known[node] for node in tree.cover((0, total))]), at)


async def _sign(size: int, root: bytes, at: datetime) -> None:
    body: dict[str, Any] = {"size": size, "root": root.hex(), "at": digest.instant(at)}
    if await clock.is_offset():
        body["demonstration"] = True
    mine = keys.current()
    await database.execute(
        "INSERT INTO runtime_log_checkpoint (size, body, key_id, signature) VALUES ($1, $2, $3, $4)",
        size,
        digest.canonical(body).decode(),
        mine.key_id,
        mine.sign("checkpoint", body),
    )


async def _nodes(nodes: Sequence[tree.Node]) -> dict[tree.Node, bytes]:
    rows = await database.fetch(
        "SELECT key, hash FROM runtime_log_node WHERE key = ANY($1::bigint[])", [node.key for node in nodes]
    )
    return {tree.Node.of(row["key"]): bytes.fromhex(row["hash"]) for row in rows}


async def size_now() -> int:
    """Return the number of entries that have a position."""
    rows = await database.fetch("SELECT coalesce(max(position) + 1, 0) AS size FROM runtime_log_leaf")
    return cast("int", rows[0]["size"])


async def backlog() -> int:
    """Return how many entries may enter the log and have no position yet.

    Held entries are not among them: their number would tell how many bids there are.
    """
    rows = await database.fetch(
        "SELECT count(*) AS n FROM runtime_log_pending p"
        " LEFT JOIN runtime_audit_held h ON h.entry_id = p.entry_id"
        " WHERE NOT p.refused AND (h.entry_id IS NULL OR h.let_in_at IS NOT NULL)"
    )
    return cast("int", rows[0]["n"])


async def let_in(entry_ids: Sequence[int]) -> None:
    """Let held entries into the log with the next batch; call it in the transaction of the act that may."""
    await database.execute(
        "UPDATE runtime_audit_held SET let_in_at = $2 WHERE entry_id = ANY($1::int[]) AND let_in_at IS NULL",
        list(entry_ids),
        clock.wall_now(),
    )


async def position_of(entry_id: int) -> int | None:
    """Return an entry's position, or ``None`` while it has none."""
    rows = await database.fetch("SELECT position FROM runtime_log_leaf WHERE entry_id = $1", entry_id)
    return rows[0]["position"] if rows else None


async def checkpoint(size: int | None = None) -> Checkpoint:
    """Return the latest checkpoint, or the one of a size.

    Raises:
        NoCheckpointError: No batch ended at that size.
    """
    rows = await database.fetch(
        "SELECT body, key_id, signature FROM runtime_log_checkpoint"
        " WHERE $1::int IS NULL OR size = $1 ORDER BY size DESC LIMIT 1",
        size,
    )
    return _read(rows, size)


def latest(value: str | None) -> Checkpoint:
    """Return what ``LATEST`` selected inside another question; raises ``NoCheckpointError``."""
    return _read([msgspec.json.decode(value)] if value else [], None)


def _read(rows: Sequence[Mapping[str, Any]], size: int | None) -> Checkpoint:
    if not rows:
        raise NoCheckpointError("no checkpoint of that size", size=size)
    body = cast("dict[str, Any]", digest.parse_canonical(rows[0]["body"].encode()))
    return Checkpoint(body=body, key_id=rows[0]["key_id"], signature=rows[0]["signature"])


async def proof_of(entry_id: int, size: int) -> dict[str, Any]:
    """Return the log proof of an entry against the tree of *size* leaves.

    Returns:
        ``{leaf {entry, key_id, signature}, position, path, rows}``; rows are ``images_of`` the entry.

    Raises:
        EntryMissingError: The entry has no position, or one beyond *size*.
        LogRangeError: The log is not that long.
    """
    if size > await size_now():
        raise LogRangeError("the log is not that long", field="size", size=size)
    rows = await database.fetch(
        "SELECT l.position, e.body, e.key_id, e.signature FROM runtime_log_leaf l"
        " JOIN runtime_audit_entry e ON e.id = l.entry_id WHERE l.entry_id = $1 AND l.position < $2",
        entry_id,
        size,
    )
    if not rows:
        raise EntryMissingError("no such entry in the log of that size", id=entry_id)
    found = rows[0]
    return {
        "leaf": {
            "entry": digest.parse_canonical(found["body"].encode()),
            "key_id": found["key_id"],
            "signature": found["signature"],
        },
        "position": found["position"],
        "path": await _path(tree.inclusion(found["position"], size)),
        "rows": await images_of(entry_id),
    }


async def images_of(entry_id: int) -> list[Any]:
    """Return the row images whose digests stand in an entry, in the entry's order."""
    rows = await database.fetch(
        "SELECT image FROM runtime_audit_image WHERE entry_id = $1 ORDER BY ordinal", entry_id
    )
    return [digest.parse_canonical(row["image"].encode()) for row in rows]


async def consistency(first: int, second: int) -> list[str]:
    """Return the path that proves the log of *first* entries to be a prefix of that of *second*.

    Raises:
        LogRangeError: Not ``0 <= first <= second <= size``.
    """
    if not 0 <= first <= second <= await size_now():
        raise LogRangeError("first and second are sizes of the log, in order", field="first")
    return await _path(tree.consistency(first, second))


async def _path(spans: Sequence[tree.Span]) -> list[str]:
    hashes = await _nodes(tree.needed(spans))
    return [step.hex() for step in tree.resolve(spans, hashes)]
