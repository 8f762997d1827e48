"""The public log: what anybody may read of it, and the proofs that make reading worth something."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Controller, MediaType, get
from litestar.params import Parameter
from litestar.response import Response

from market.kernel.actor import PUBLIC_READ
from market.runtime import database, keys
from market.runtime import log as ledger
from market.runtime.audit import EntryMissingError
from market.runtime.papers.certificate import Certificates
from market.runtime.web import render

READ: Mapping[str, Any] = {"permission": PUBLIC_READ, "act": "runtime:log:read"}
PAGE = 50

Position = Annotated[int, Parameter(ge=0)]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One entry in the list."""

    position: int
    act: str
    actor: str
    subject: str
    at: str


class LogPage(msgspec.Struct, frozen=True, kw_only=True):
    """The newest entries, or those before a position."""

    checkpoint: dict[str, Any] | None
    lines: tuple[Line, ...]
    older: int | None


class EntryPage(msgspec.Struct, frozen=True, kw_only=True):
    """One entry with its proof against the newest checkpoint."""

    position: int
    entry: dict[str, Any]
    signature: str
    key_id: str
    rows: tuple[str, ...]
    path: tuple[str, ...]
    checkpoint: dict[str, Any]


class LogPages(Controller):
    """The log for people."""

    path = "/log"
    opt = READ
    include_in_schema = False

    @get()
    async def index(self, before: Position | None = None) -> Response[bytes]:
        """Show the newest entries, or those before a position."""
        lines = await _lines(before)
        older = lines[-1].position if lines and lines[-1].position > 0 else None
        return render.page("site/log.html", LogPage(checkpoint=await _newest(), lines=lines, older=older))

    @get("/{position:int}")
    async def entry(self, position: Position) -> Response[bytes]:
        """Show one entry, the images of the rows it changed, and its proof."""
        proof, checkpoint = await _proof(position)
        leaf = proof["leaf"]
        shown = EntryPage(
            position=position,
            entry=leaf["entry"],
            signature=leaf["signature"],
            key_id=leaf["key_id"],
            rows=tuple(
                msgspec.json.format(msgspec.json.encode(row), indent=1).decode() for row in proof["rows"]
            ),
            path=tuple(proof["path"]),
            checkpoint=checkpoint,
        )
        return render.page("site/log_entry.html", shown)


class LogApi(Controller):
    """The log for programs: checkpoints and proofs after RFC 6962."""

    path = "/api/log"
    opt = READ
    tags = ["log"]

    @get("/checkpoint")
    async def checkpoint(self, size: Position | None = None) -> dict[str, Any]:
        """Return the newest signed checkpoint, or the one of a size."""
        return (await ledger.checkpoint(size)).document()

    @get("/consistency")
    async def consistency(self, first: Position, second: Position) -> dict[str, Any]:
        """Return the path that proves the log of ``first`` entries to be a prefix of that of ``second``."""
        return {"first": first, "second": second, "path": await ledger.consistency(first, second)}

    @get("/proof/{position:int}")
    async def proof(self, position: Position) -> dict[str, Any]:
        """Return the entry at a position with its inclusion proof against the newest checkpoint."""
        proof, checkpoint = await _proof(position)
        return {"proof": proof, "checkpoint": checkpoint}


@get("/.well-known/market-keys.json", opt=READ, media_type=MediaType.JSON, tags=["log"])
async def market_keys() -> dict[str, Any]:
    """Return the platform's public keys; compare them with a copy from elsewhere before believing them."""
    return keys.current().document()


@get("/.well-known/market-papers.json", opt=READ, tags=["log"])
async def market_papers() -> Certificates:
    """Return every certificate papers were ever signed with, each vouched for by the platform's key."""
    return Certificates(keys.current().certificates())


@get("/.well-known/market-papers.pem", opt=READ, media_type="application/x-pem-file", tags=["log"])
async def paper_certificate() -> str:
    """Return today's certificate for papers, as a PDF reader takes it in."""
    return keys.current().certificates()[0].certificate


async def _newest() -> dict[str, Any] | None:
    return (await ledger.checkpoint()).document() if await ledger.size_now() else None


async def _proof(position: int) -> tuple[dict[str, Any], dict[str, Any]]:
    rows = await database.fetch("SELECT entry_id FROM runtime_log_leaf WHERE position = $1", position)
    if not rows:
        raise EntryMissingError("no entry at that position", id=position)
    checkpoint = await ledger.checkpoint()
    return await ledger.proof_of(rows[0]["entry_id"], checkpoint.size), checkpoint.document()


async def _lines(before: int | None) -> tuple[Line, ...]:
    rows = await database.fetch(
        "SELECT l.position, e.body FROM runtime_log_leaf l JOIN runtime_audit_entry e ON e.id = l.entry_id"
        " WHERE $1::int IS NULL OR l.position < $1 ORDER BY l.position DESC LIMIT $2",
        before,
        PAGE,
    )
    return tuple(_line(row["position"], msgspec.json.decode(row["body"])) for row in rows)


def _line(position: int, entry: dict[str, Any]) -> Line:
    return Line(
        position=position,
        act=entry["act"],
        actor=entry["actor"],
        subject=entry["subject"],
        at=entry["at"],
    )
