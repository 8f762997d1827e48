"""What every route of the wing says of itself, and how pages go on after an act."""

from typing import Any

from litestar import Request
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from bidding.domain.act import Act
from bidding.domain.permission import PERMISSIONS

Asked = Request[Any, Any, Any]


def opt(act: Act) -> dict[str, object]:
    """Return what a route says of itself: its act and who may do it."""
    return {"permission": PERMISSIONS[act], "act": act.value}


def see(path: str) -> Redirect:
    """Send a browser on after an act."""
    return Redirect(path, status_code=HTTP_303_SEE_OTHER)
