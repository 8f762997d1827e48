"""Static files: ours, the wings' and those of installed packages; nothing comes from elsewhere.

``/static/digests`` publishes the SHA-256 of each, so that anybody can compare what a browser was given with
the source (``docs/sealing.md`` 7).
"""

import gzip
import hashlib
import importlib.resources
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from litestar import get
from litestar.connection import Request
from litestar.params import FromPath, QueryParameter
from litestar.response import File, Response

from market.kernel.actor import PUBLIC_READ
from market.kernel.errors import NotFoundError

HERE = Path(__file__).parent / "static"
LONG = "public, max-age=31536000, immutable"
SHORT = "public, max-age=300"
LARGE = 1 << 20
_TEXTS = (".css", ".js", ".svg", ".json")


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """One file as it is served; a large one stays on the disk."""

    path: Path
    media_type: str
    digest: str
    body: bytes | None = None
    packed: bytes | None = None


def packaged() -> dict[str, Path]:
    """Return the files that installed packages bring: htmx and the Chinese face of a bare machine."""
    htmx = Path(str(importlib.resources.files("js_lib_htmx"))) / "static" / "htmx" / "htmx.min.js"
    font = Path(str(importlib.resources.files("pylopdf_fonts_zh_cn"))) / "NotoSansSC-Regular.otf"
    return {"htmx.min.js": htmx, "fonts/NotoSansSC-Regular.otf": font}


def gather(folders: Mapping[str, Path]) -> dict[str, Asset]:
    """Return all assets by name; a wing's files stand below its own name."""
    found = packaged() | {
        path.relative_to(HERE).as_posix(): path for path in sorted(HERE.rglob("*")) if path.is_file()
    }
    for name, folder in folders.items():
        found |= {
            f"{name}/{p.relative_to(folder).as_posix()}": p for p in sorted(folder.rglob("*")) if p.is_file()
        }
    return {name: asset(path) for name, path in found.items()}


def asset(path: Path) -> Asset:
    """Read one file."""
    body = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    kept = body if len(body) <= LARGE else None
    return Asset(
        path=path,
        media_type="text/javascript; charset=utf-8" if path.suffix in {".js", ".mjs"} else kind,
        digest=hashlib.sha256(body).hexdigest(),
        body=kept,
        packed=gzip.compress(body, mtime=0) if kept is not None and path.suffix in _TEXTS else None,
    )


def version(assets: Mapping[str, Asset]) -> str:
    """Return a name for this very set of files; it stands in their addresses."""
    whole = "".join(f"{name} {asset.digest}\n" for name, asset in sorted(assets.items()))
    return hashlib.sha256(whole.encode()).hexdigest()[:12]


@get(
    "/static/{name:path}",
    opt={"permission": PUBLIC_READ, "act": "runtime:static:read"},
    include_in_schema=False,
    sync_to_thread=False,
)
def serve(
    request: Request[Any, Any, Any],
    name: FromPath[str],
    v: Annotated[str | None, QueryParameter(max_length=64)] = None,
) -> Response[Any]:
    """Return a file, packed where the browser takes that, or 304 where it has it."""
    found: Asset | None = request.app.state.assets.get(name.removeprefix("/"))
    if found is None:
        raise NotFoundError("no such file")
    lasting = v == request.app.state.static_version or name.startswith("/fonts/")
    headers = {
        "etag": f'"{found.digest[:32]}"',
        "cache-control": LONG if lasting else SHORT,
        "vary": "Accept-Encoding",
    }
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(None, status_code=304, headers=headers)
    if found.body is None:
        return File(
            found.path,
            media_type=found.media_type,
            content_disposition_type="inline",
            headers={name: value for name, value in headers.items() if name != "etag"},
        )
    if found.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            found.packed, media_type=found.media_type, headers=headers | {"content-encoding": "gzip"}
        )
    return Response(found.body, media_type=found.media_type, headers=headers)


@get(
    "/static/digests",
    opt={"permission": PUBLIC_READ, "act": "runtime:static:list"},
    include_in_schema=False,
    sync_to_thread=False,
)
def digests(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Return the SHA-256 of every static file."""
    return {name: asset.digest for name, asset in sorted(request.app.state.assets.items())}
