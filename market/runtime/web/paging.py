"""Keyset paging: ``?after=`` names the last row seen, so pages neither skip nor repeat as rows are added."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

import msgspec
from litestar.connection import Request

from market.kernel.errors import InvalidInputError
from market.runtime.web import render

Row = TypeVar("Row")
Key = tuple[str | int, ...]

LIMIT = 50
LIMIT_MOST = 200


class PlaceError(InvalidInputError):
    """``after`` or ``limit`` is not what a page of ours hands out."""

    code: ClassVar[str] = "page-place"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The page that is asked for: read ``limit + 1`` rows behind ``after`` in the order of the key."""

    after: Key | None = None
    limit: int = LIMIT

    @property
    def rows(self) -> int:
        """How many rows to read: one more than shown, to know whether there are more."""
        return self.limit + 1


class Page(msgspec.Struct, Generic[Row], frozen=True, kw_only=True):
    """One page of rows.

    Attributes:
        items: The rows shown.
        more: Address of the next page; ``None`` on the last.
        first: Address of the first page; ``None`` on it.
    """

    items: tuple[Row, ...]
    more: str | None = None
    first: str | None = None


def asked(request: Request[Any, Any, Any], *, limit: int = LIMIT) -> Asked:
    """Read ``after`` and ``limit`` from the address.

    Raises:
        PlaceError: Either is not what a page of ours hands out.
    """
    wanted = request.query_params.get("limit", str(limit))
    if not wanted.isdecimal() or not 1 <= int(wanted[:9]) <= LIMIT_MOST:
        raise PlaceError("limit out of range", field="limit", most=LIMIT_MOST)
    after = request.query_params.get("after")
    return Asked(after=place(after) if after else None, limit=int(wanted))


def place(token: str) -> Key:
    """Return the key in an ``after`` token.

    Raises:
        PlaceError: It is none of ours.
    """
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        return tuple(msgspec.json.decode(raw, type=list[str | int]))
    except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
        raise PlaceError("unknown place", field="after", most=LIMIT_MOST) from error


def token(key: Key) -> str:
    """Return the ``after`` token of a key."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def cut(
    rows: Sequence[Row],
    wanted: Asked,
    *,
    key: Callable[[Row], Key],
    path: str,
    query: Mapping[str, object] | None = None,
) -> Page[Row]:
    """Return the page of rows read with ``wanted.rows``; every filter in ``query`` stays in its addresses."""
    shown = tuple(rows[: wanted.limit])
    kept = dict(query or {}) | ({"limit": wanted.limit} if wanted.limit != LIMIT else {})
    more = render.url(path, **kept, after=token(key(shown[-1]))) if len(rows) > wanted.limit else None
    return Page(items=shown, more=more, first=render.url(path, **kept) if wanted.after else None)
