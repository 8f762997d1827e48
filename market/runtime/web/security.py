"""What protects a page in the browser: content policy, other headers, and the token every form carries."""

from collections.abc import Mapping

from litestar.config.csrf import CSRFConfig

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


def tokens(secret: str, *, secure: bool) -> CSRFConfig:
    """Return the form token settings: a signed cookie, brought back in ``_csrf_token`` or in a header."""
    return CSRFConfig(
        secret=secret,
        cookie_name=TOKEN_COOKIE,
        header_name=TOKEN_HEADER,
        cookie_secure=secure,
        cookie_httponly=False,
        cookie_samesite="lax",
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
