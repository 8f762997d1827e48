"""What protects a page in the browser: content policy, other headers, and the token every form carries."""

from collections.abc import Mapping
from functools import cache

from litestar.config.csrf import CSRFConfig
from litestar.datastructures import MutableScopeHeaders
from litestar.middleware import DefineMiddleware
from litestar.middleware.csrf import CSRFMiddleware
from litestar.types import ASGIApp, HTTPSendMessage

_DIRECTIVES = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
)
POLICY = "; ".join(_DIRECTIVES)
"""Nothing from elsewhere, nothing inline: a foreign script could read a bid before it is sealed."""

HEADERS: Mapping[str, str] = {
    "content-security-policy": POLICY,
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}

TOKEN_COOKIE = "csrftoken"  # noqa: S105 - a name, not a secret
TOKEN_HEADER = "x-csrftoken"  # noqa: S105 - a name, not a secret


class FormTokens(CSRFMiddleware):
    """The framework's check of form tokens, with the cookie's text made once instead of for each visitor."""

    def __init__(self, app: ASGIApp, config: CSRFConfig) -> None:
        super().__init__(app, config)
        secure = "; Secure" if config.cookie_secure else ""
        self._after = f"; Path=/; SameSite=lax{secure}"

    def _set_cookie_if_needed(self, message: HTTPSendMessage, token: str) -> None:
        headers = MutableScopeHeaders.from_message(message)
        headers.add("set-cookie", f"{self.config.cookie_name}={token}{self._after}")


def tokens(secret: str, *, secure: bool) -> DefineMiddleware:
    """Return the check of form tokens: a signed cookie, brought back in ``_csrf_token`` or in a header."""
    return DefineMiddleware(
        FormTokens,
        config=CSRFConfig(
            secret=secret,
            cookie_name=TOKEN_COOKIE,
            header_name=TOKEN_HEADER,
            cookie_secure=secure,
            cookie_httponly=False,
            cookie_samesite="lax",
        ),
    )


def headers_for(*, secure: bool, signed_in: bool, static: bool) -> dict[str, str]:
    """Return the headers of one answer.

    Pages of signed-in people are kept nowhere; static files carry their own caching rule.
    """
    chosen = dict(HEADERS)
    if secure:
        chosen["strict-transport-security"] = "max-age=31536000"
    if not static:
        chosen["cache-control"] = "no-store" if signed_in else "private, no-cache"
        chosen["vary"] = "Accept, Accept-Language, Cookie, HX-Request"
    return chosen


@cache
def sent(*, secure: bool, signed_in: bool, language: str) -> Mapping[bytes, bytes]:
    """Return the headers of one answer as they are sent, with its language; static files name none."""
    chosen = headers_for(secure=secure, signed_in=signed_in, static=not language)
    if language:
        chosen["content-language"] = language
    return {name.encode(): value.encode() for name, value in chosen.items()}
