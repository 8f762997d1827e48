"""How anybody checks what the platform says, and where a digest stands in the log."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.params import Parameter
from litestar.response import Response

from credit.public import paper_rows
from market.kernel.actor import PUBLIC_READ
from market.runtime import database, keys
from market.runtime.papers.certificate import Vouched
from market.runtime.web import render


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that names the digest asked for."""

    position: int
    act: str
    at: str


class VerificationPage(msgspec.Struct, frozen=True, kw_only=True):
    """The way to verify, and the answer to a digest."""

    digest: str
    found: tuple[Found, ...]
    key_id: str
    public_key: str
    certificate: Vouched


@get("/verify", opt={"permission": PUBLIC_READ, "act": "runtime:log:verify"}, include_in_schema=False)
async def show(digest: Annotated[str, Parameter(max_length=128)] = "") -> Response[bytes]:
    """Say how to verify offline; with ``digest``, where it stands in the public log."""
    own = keys.current()
    asked = digest.strip().lower()
    page = VerificationPage(
        digest=asked,
        found=await _find(asked) if asked else (),
        key_id=own.key_id,
        public_key=own.public_hex,
        certificate=own.certificates()[0],
    )
    return render.page("site/verify.html", page)


async def _find(digest: str) -> tuple[Found, ...]:
    """Return the entries whose subject is the digest, and those that kept a paper of it."""
    rows = await database.fetch(
        "SELECT l.position, e.body FROM runtime_audit_entry e JOIN runtime_log_leaf l ON l.entry_id = e.id"
        " WHERE e.subject = $1 ORDER BY l.position LIMIT 20",
        digest,
    )
    for kept in await paper_rows(digest):
        rows += await database.fetch(
            "SELECT l.position, e.body FROM runtime_audit_image i"
            " JOIN runtime_audit_entry e ON e.id = i.entry_id JOIN runtime_log_leaf l ON l.entry_id = e.id"
            " WHERE i.table_name = $1 AND i.row_id = $2 ORDER BY i.entry_id LIMIT 1",
            kept.table,
            str(kept.id),
        )
    found = ((row["position"], msgspec.json.decode(row["body"])) for row in rows)
    return tuple(Found(position=position, act=entry["act"], at=entry["at"]) for position, entry in found)
